package analyze

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
)

const (
	// putBytes of evidence are handed to the store at once.
	putBytes = 12 << 20
	// commitEvents fill two row groups of the engine, which are then written
	// past its write-ahead log; ARCHITECTURE.md has the figures.
	commitEvents = 250_000
	// commitBytes ends a transaction whose records are large.
	commitBytes = 256 << 20
	// commitItems ends a transaction of many small files.
	commitItems = 2_000
	// groupChunks is how many chunks wait to be put together, at most.
	groupChunks = 16
)

// job is a chunk to be parsed, or an item whose state is known.
type job struct {
	item    evidence.Item
	final   bool  // the item is finished, there is no chunk
	forget  bool  // what is stored of the item goes, there is no chunk
	bytes   int64 // read of an item without chunks, for progress
	chunk   source.Chunk
	framing *source.Framing
	hints   source.Hints
	seq     int32 // of the next mark of the item
	hashAt  int64
	prefix  [32]byte

	batch *store.Batch
	done  chan struct{} // closed when the batch is filled
	tally tally
}

// tally is what became of a chunk's spans.
type tally struct {
	mark   store.Mark
	marked bool // a record bears the mark of a simulation
	panics []string
}

// pipeline parses chunks on all cores and stores them in order. One goroutine,
// the caller's, sends; it takes a free batch before it hands out a chunk, so
// that the writer, which frees batches in order, always goes on.
type pipeline struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	w        *store.Writer
	progress func(Progress)
	events   int64 // that end a transaction

	free    chan *store.Batch
	batches []*store.Batch
	work    chan *job
	ordered chan *job
	workers sync.WaitGroup
	writer  sync.WaitGroup
}

func newPipeline(ctx context.Context, w *store.Writer, o Options) *pipeline {
	n := runtime.GOMAXPROCS(0)
	size := groupChunks + 2*n + 2
	p := &pipeline{w: w, progress: o.Progress, events: cmp.Or(o.commitEvents, commitEvents),
		free: make(chan *store.Batch, size), work: make(chan *job, n), ordered: make(chan *job, size)}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	for range size {
		b := w.NewBatch()
		p.batches = append(p.batches, b)
		p.free <- b
	}
	for range n {
		p.workers.Go(p.parse)
	}
	p.writer.Go(p.write)
	return p
}

// send hands a job to the pipeline. It says false if the pipeline has stopped.
func (p *pipeline) send(ctx context.Context, j job) bool {
	j.done = make(chan struct{})
	if j.final || j.framing == nil {
		close(j.done)
		return p.order(ctx, &j)
	}
	select {
	case j.batch = <-p.free:
	case <-ctx.Done():
		return false
	}
	if !p.order(ctx, &j) {
		return false
	}
	select {
	case p.work <- &j:
		return true
	case <-ctx.Done():
		close(j.done) // the writer waits for every job it was told of
		return false
	}
}

func (p *pipeline) order(ctx context.Context, j *job) bool {
	select {
	case p.ordered <- j:
		return true
	case <-ctx.Done():
		return false
	}
}

// wait ends the pipeline: what was sent is stored, unless err or the context
// says to stop.
func (p *pipeline) wait(err error) error {
	if err != nil {
		p.cancel(err)
	}
	close(p.work)
	close(p.ordered)
	p.workers.Wait()
	p.writer.Wait()
	for _, b := range p.batches {
		b.Release()
	}
	cause := context.Cause(p.ctx)
	p.cancel(nil)
	if cause != nil {
		return cause
	}
	return err
}

// parse is one worker.
func (p *pipeline) parse() {
	r := &reader{at: positions(), parser: source.NewParser(source.Hints{})}
	for j := range p.work {
		if p.ctx.Err() == nil {
			r.chunk(j)
		}
		close(j.done)
	}
}

// reader turns the spans of a chunk into events and rejects.
type reader struct {
	at     map[*source.Source]int
	parser *source.Parser
	e      event.Event
}

func (r *reader) chunk(j *job) {
	r.parser.Reset(j.hints)
	j.batch.Evidence = j.item.Ordinal
	looks := mayBeMarked(j.chunk.Text)
	m := &j.tally.mark
	first, last := &j.chunk.Spans[0], &j.chunk.Spans[len(j.chunk.Spans)-1]
	m.Evidence, m.Seq, m.Start, m.End = j.item.Ordinal, j.seq, first.Offset, last.Offset+int64(last.Len)
	m.HashAt, m.Prefix = j.hashAt, j.prefix
	if !j.framing.Binary {
		m.Lines = int64(strings.Count(j.chunk.Text, "\n"))
	}
	for i := range j.chunk.Spans {
		s := &j.chunk.Spans[i]
		switch s.Kind {
		case source.SpanRecord:
			r.record(j, i, looks)
		case source.SpanReject:
			r.reject(j, s, s.Reason, s.Detail)
		case source.SpanHeader:
			m.Header += int64(s.Len)
		case source.SpanSeparator:
			m.Separator += int64(s.Len)
		case source.SpanComment:
			m.Comment += int64(s.Len)
		case source.SpanBlank:
			m.Blank += int64(s.Len)
		}
	}
}

// record reads one record. A panic is the record's: it becomes a reject with
// its place, and the run ends with an internal error.
func (r *reader) record(j *job, span int, looks bool) {
	s := &j.chunk.Spans[span]
	defer func() {
		if v := recover(); v != nil {
			r.reject(j, s, "panic", fmt.Sprint(v))
			j.tally.panics = append(j.tally.panics, fmt.Sprintf("E%02d@%d: %v", j.item.Ordinal, s.Offset, v))
		}
	}()
	src, fields, err := r.parser.Read(j.framing, &j.chunk, span, &r.e)
	if err != nil {
		var syntax *source.SyntaxError
		code := "unreadable"
		if errors.As(err, &syntax) {
			code = syntax.Code
		}
		r.reject(j, s, code, err.Error())
		return
	}
	r.e.Evidence = j.item.Ordinal
	j.batch.Add(&r.e, r.at[src], fields)
	j.tally.mark.Records++
	j.tally.mark.Events++
	j.tally.marked = j.tally.marked || looks && marked(&r.e, fields)
}

// maxRejectRaw is how much of a broken record is kept.
const maxRejectRaw = 4 << 10

func (r *reader) reject(j *job, s *source.Span, code, detail string) {
	raw := j.chunk.Text[s.Start:min(s.End, s.Start+maxRejectRaw)]
	x := evidence.Reject{Place: event.Place{Evidence: j.item.Ordinal, Offset: s.Offset, Len: s.Len, Line: s.Line},
		Code: code, Detail: strings.ToValidUTF8(detail, "?"), Raw: raw}
	if !utf8.ValidString(raw) {
		x.Raw, x.Base64 = base64.StdEncoding.EncodeToString([]byte(raw)), true
	}
	j.batch.Reject(x)
	j.tally.mark.Records++
	j.tally.mark.Rejects++
}
