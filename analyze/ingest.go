package analyze

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
)

// headBytes is how much of a member is looked at to tell what it is.
const headBytes = 64 << 10

// intake walks the evidence and hands what it reads to the pipeline.
type intake struct {
	o     Options
	w     *store.Writer
	known map[itemKey]evidence.Item // what earlier runs have listed
	next  int32
	pipe  *pipeline
	open  []*evidence.Member // containers whose end isn't known yet
	sum   loadSummary
}

// itemKey is how a later run knows an item again.
type itemKey struct{ argument, path, member string }

// loadSummary is what the examination log keeps of a load.
type loadSummary struct {
	Items   int   `json:"items"`
	Bytes   int64 `json:"bytes"`
	Resumed int   `json:"resumed"`
	Changed int   `json:"changed"`
	Anew    int   `json:"loaded_anew"` // because what was said of their times is not what was said before
}

// ingest reads all evidence once. Reading and cutting happen here, parsing on
// all cores, storing in one more goroutine; the pipeline waits for them.
func ingest(ctx context.Context, o Options, w *store.Writer) (loadSummary, error) {
	in := &intake{o: o, w: w, known: map[itemKey]evidence.Item{}}
	items, err := w.Items(ctx)
	if err != nil {
		return in.sum, err
	}
	for _, it := range items {
		in.known[itemKey{it.Argument, it.Path, it.Member}] = it
		in.next = max(in.next, it.Ordinal)
	}
	in.pipe = newPipeline(ctx, w, o)
	err = in.walk(in.pipe.ctx)
	return in.sum, in.pipe.wait(err)
}

func (in *intake) walk(ctx context.Context) error {
	dir, err := realPath(in.o.Case)
	if err != nil {
		return err
	}
	for m, err := range evidence.Walk(ctx, in.o.Args, in.o.Limits, func(abs string) bool { return abs == dir }) {
		if err != nil {
			return err
		}
		if err := in.member(ctx, m); err != nil {
			return err
		}
	}
	for _, m := range in.open {
		in.pipe.send(ctx, job{item: in.closed(m), final: true})
	}
	return ctx.Err()
}

// member gives the item its ordinal and reads it.
func (in *intake) member(ctx context.Context, m *evidence.Member) error {
	before, again := in.known[itemKey{m.Argument, m.Path, m.Member}]
	if again {
		m.Ordinal = before.Ordinal
	} else {
		in.next++
		m.Ordinal = in.next
	}
	m.OffsetUS = in.offset(m.Item)
	m.Told = in.told(m.Item)
	in.sum.Items++
	switch {
	case m.State == evidence.Container:
		in.open = append(in.open, m)
		in.pipe.send(ctx, job{item: m.Item})
		return ctx.Err()
	case m.State != "":
		in.pipe.send(ctx, job{item: m.Item, final: true})
		return ctx.Err()
	case again && before.Framing != "" && before.Told != m.Told:
		return in.anew(ctx, m, before)
	case again && before.State != "" && (before.Framing != "" || before.State != evidence.Changed):
		return in.verify(ctx, m, before)
	}
	return in.read(ctx, m)
}

// closed is the item after its member was read to its end.
func (in *intake) closed(m *evidence.Member) evidence.Item {
	_ = m.Close() // the problem stands in the item's state and reason
	if m.State == "" {
		m.State = evidence.Parsed
	}
	in.sum.Bytes += m.Size
	if m.State == evidence.Changed {
		in.sum.Changed++
	}
	return m.Item
}

// verify reads an item that an earlier run finished, to see that it is still
// the same. Its rows stay as they are. A file that was changed and is as it was
// loaded again is no longer changed.
func (in *intake) verify(ctx context.Context, m *evidence.Member, before evidence.Item) error {
	now := in.closed(m)
	in.sum.Resumed++
	same := now.State != evidence.Changed && (before.State == evidence.PartialRead || now.SHA256 == before.SHA256)
	switch {
	case !same:
		before.State, before.Reason = evidence.Changed, "differs from what was loaded before"
		in.sum.Changed++
	case before.State == evidence.Changed:
		before.State, before.Reason = evidence.Parsed, ""
	}
	before.OffsetUS = now.OffsetUS
	in.pipe.send(ctx, job{item: before, final: true, bytes: m.Size})
	return ctx.Err()
}

// anew loads an item again whose times an earlier run was told to read in
// another way: its rows go in the transaction that stores the first new ones.
// Evidence that is not what was loaded before is told to be changed, as ever.
func (in *intake) anew(ctx context.Context, m *evidence.Member, before evidence.Item) error {
	in.sum.Anew++
	if !in.pipe.send(ctx, job{item: m.Item, forget: true}) {
		return ctx.Err()
	}
	return in.readFrom(ctx, m, past{sha256: before.SHA256})
}

// past is what an earlier run knew of an item.
type past struct {
	marks  []store.Mark
	sha256 string // empty if it wasn't read to the end, or isn't to be compared
}

// ended is the item after its member was read to its end, compared with what an
// earlier run had read.
func (in *intake) ended(m *evidence.Member, was past) evidence.Item {
	item := in.closed(m)
	if was.sha256 != "" && was.sha256 != item.SHA256 && item.State != evidence.Changed {
		item.State, item.Reason, item.SHA256 = evidence.Changed, "differs from what was loaded before", ""
		in.sum.Changed++
	}
	return item
}

// read goes on where an earlier run was interrupted, or begins.
func (in *intake) read(ctx context.Context, m *evidence.Member) error {
	marks, err := in.w.Marks(ctx, m.Ordinal)
	if err != nil {
		return err
	}
	return in.readFrom(ctx, m, past{marks: marks})
}

// readFrom tells what a member is, and cuts it if it is a log.
func (in *intake) readFrom(ctx context.Context, m *evidence.Member, was past) error {
	head := make([]byte, headBytes)
	n, err := io.ReadFull(m, head)
	head = head[:n]
	if n == 0 && errors.Is(err, io.EOF) {
		m.State = evidence.Empty
		_ = m.Close()
		in.pipe.send(ctx, job{item: m.Item, final: true})
		return ctx.Err()
	}
	hints := in.hints(m.Item)
	verdict := source.Detect(head, n < headBytes, hints)
	if verdict.Framing == nil {
		item := in.ended(m, was)
		if item.State == evidence.Parsed {
			item.State, item.Reason = evidence.State(verdict.State), verdict.Reason
		}
		in.pipe.send(ctx, job{item: item, final: true, bytes: m.Size})
		return ctx.Err()
	}
	hints.Dates = verdict.Dates
	m.Dates = verdict.Dates.String()
	return in.cut(ctx, m, head, verdict.Framing, hints, was)
}

// cut hands the member's chunks to the pipeline, but for those that an earlier
// run has stored.
func (in *intake) cut(ctx context.Context, m *evidence.Member, head []byte, f *source.Framing, hints source.Hints, was past) error {
	m.Framing = f.Name
	check := &checked{m: m, r: io.MultiReader(bytes.NewReader(head), m), marks: was.marks}
	done, seq := stored(was.marks)
	began := m.Item
	for chunk, err := range f.Cut(check, hints) {
		if err != nil && !errors.Is(err, errChanged) {
			break // the problem is the member's; what is complete was handed out
		}
		if err == nil && chunk.Spans[0].Offset < done {
			continue
		}
		if err != nil || check.compare() != nil {
			return in.changed(ctx, m)
		}
		j := job{item: began, chunk: chunk, framing: f, hints: hints, seq: seq, hashAt: m.Offset(), prefix: m.Sum()}
		if !in.pipe.send(ctx, j) {
			return ctx.Err()
		}
	}
	in.pipe.send(ctx, job{item: in.ended(m, was), final: true})
	return ctx.Err()
}

func (in *intake) changed(ctx context.Context, m *evidence.Member) error {
	item := in.closed(m)
	item.State, item.Reason = evidence.Changed, "begins otherwise than when loading was interrupted"
	item.SHA256 = "" // never the hash of what is in the case
	in.sum.Changed++
	in.pipe.send(ctx, job{item: item, final: true})
	return ctx.Err()
}

func (in *intake) hints(it evidence.Item) source.Hints {
	h := source.Hints{Name: path.Base(name(it)), Year: in.o.Year}
	for _, z := range in.o.Zones {
		if matches(z.Glob, it) {
			h.Zone = z.Location
		}
	}
	for _, d := range in.o.Dates {
		if matches(d.Glob, it) {
			h.Dates = d.Order
		}
	}
	return h
}

// told is what the user said of an item's times, as the case keeps it.
func (in *intake) told(it evidence.Item) string {
	h := in.hints(it)
	var words []string
	if h.Zone != "" {
		words = append(words, "zone="+h.Zone)
	}
	if h.Year != 0 {
		words = append(words, "year="+strconv.Itoa(h.Year))
	}
	if h.Dates != 0 {
		words = append(words, "dates="+h.Dates.String())
	}
	return strings.Join(words, " ")
}

func (in *intake) offset(it evidence.Item) int64 {
	var us int64
	for _, o := range in.o.Offsets {
		if matches(o.Glob, it) {
			us = o.Ahead.Microseconds()
		}
	}
	return us
}

// matches says whether a glob names an item: its base name, or its whole path.
func matches(glob string, it evidence.Item) bool {
	full := name(it)
	whole, _ := path.Match(glob, full) // a bad pattern was refused with the flags
	base, _ := path.Match(glob, path.Base(full))
	return whole || base
}

// name is where an item was found: argument, path and member.
func name(it evidence.Item) string {
	full := path.Join(it.Argument, it.Path)
	if it.Member != "" {
		full += "!" + it.Member
	}
	return full
}

// checked compares what is read with the marks of an earlier, interrupted run.
type checked struct {
	m     *evidence.Member
	r     io.Reader
	marks []store.Mark
}

var errChanged = errors.New("the evidence changed since loading was interrupted")

// Read never reads past the next mark, so that the hash there can be compared.
func (c *checked) Read(p []byte) (int, error) {
	if err := c.compare(); err != nil {
		return 0, err
	}
	if len(c.marks) > 0 {
		p = p[:min(int64(len(p)), c.marks[0].HashAt-c.m.Offset())]
	}
	return c.r.Read(p)
}

// compare checks the marks that reading has come to.
func (c *checked) compare() error {
	for len(c.marks) > 0 && c.marks[0].HashAt <= c.m.Offset() {
		if c.marks[0].HashAt == c.m.Offset() && c.m.Sum() != c.marks[0].Prefix {
			return errChanged
		}
		c.marks = c.marks[1:]
	}
	return nil
}

// stored is where an earlier run stopped, and the number of its next mark.
func stored(marks []store.Mark) (end int64, seq int32) {
	if len(marks) == 0 {
		return 0, 0
	}
	last := marks[len(marks)-1]
	return last.End, last.Seq + 1
}
