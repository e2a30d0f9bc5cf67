// Package emit tells acts in the words of a log: one file per log format, each
// record as the vendor's own export writes it. It knows spelling, never what a
// record means to a reader, and no rule. Every record bears the reserved mark.
package emit

import (
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"hotwash/analyze/vocab"
	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

// Format is one shape of one source's export.
type Format struct {
	Source, Shape string
	File          string // usual base name
	Head          string // written even if there are no records
	First         string // before the first record
	Separator     string // before each other
	Tail          string
	Newest        bool // the export begins with the newest record
	Grain         time.Duration
	// Append appends the record that tells an act, and nothing if this log
	// doesn't tell such acts.
	Append func(dst []byte, t *Teller, a *world.Act) []byte
}

// Table is all formats.
var Table = []*Format{
	portalCSV,
	auditData,
	signInJSON,
}

// Find is the format of a scenario's source.
func Find(source, shape string) (*Format, error) {
	var shapes, sources []string
	for _, f := range Table {
		if f.Source == source && f.Shape == shape {
			return f, nil
		}
		if f.Source == source {
			shapes = append(shapes, f.Shape)
		}
		sources = append(sources, f.Source)
	}
	if shapes != nil {
		return nil, fmt.Errorf("source %s: shape %q: want %s", source, shape, strings.Join(shapes, ", "))
	}
	return nil, fmt.Errorf("source %q: want %s", source, strings.Join(slices.Compact(sources), ", "))
}

// FileName is the name a source's log gets: the scenario's, else the format's.
func FileName(s scenario.Source) string {
	if f, err := Find(s.Source, s.Shape); err == nil && s.File == "" {
		return f.File
	}
	return s.File
}

// Check finds sources that can't be written.
func Check(sc *scenario.Scenario) []error {
	var faults []error
	files := map[string]bool{}
	for i, s := range sc.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		if _, err := Find(s.Source, s.Shape); err != nil {
			faults = append(faults, sc.Fault(at, "%v", err))
			continue
		}
		name := strings.ToLower(FileName(s))
		if files[name] {
			faults = append(faults, sc.Fault(at, "file %s is written twice: give one source another file", name))
		}
		files[name] = true
	}
	return faults
}

// Record is a record that was written, and where.
type Record struct {
	Act    *world.Act
	Offset int64
	Len    int
	At     time.Time // as the record tells it
	Seen   time.Time // when the log's own pipeline had it
}

// Teller writes the records of one source.
type Teller struct {
	World  *world.World
	Tenant string // with the mark
	source scenario.Source
	format *Format
	sites  []*world.Asset
	text   jsonText // reused
}

// NewTeller prepares a source of a scenario.
func NewTeller(w *world.World, s scenario.Source) (*Teller, error) {
	f, err := Find(s.Source, s.Shape)
	if err != nil {
		return nil, err
	}
	return &Teller{World: w, Tenant: Tenant(w.Tenant.Serial), source: s, format: f, sites: w.Kind("site")}, nil
}

// Tenant is a directory id that bears the mark.
func Tenant(serial string) string {
	return vocab.SimulatedTenantPrefix + vocab.SimulatedTenantGroup + serial
}

// Write writes the log of acts, which are in the order of time, and yields each
// record after it is written. It stops at the first error.
func (t *Teller) Write(w io.Writer, acts []*world.Act) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		out := &counter{w: w}
		out.write([]byte(t.format.Head))
		between := t.format.First
		var buf []byte
		for _, a := range t.order(acts) {
			buf = t.format.Append(append(buf[:0], between...), t, a)
			if len(buf) == len(between) {
				continue
			}
			rec := t.record(a, out.n+int64(len(between)), len(buf)-len(between))
			if out.write(buf); out.err != nil {
				break
			}
			if !yield(rec, nil) {
				return
			}
			between = t.format.Separator
		}
		if out.write([]byte(t.format.Tail)); out.err != nil {
			yield(Record{}, out.err)
		}
	}
}

func (t *Teller) order(acts []*world.Act) []*world.Act {
	if !t.format.Newest {
		return acts
	}
	acts = slices.Clone(acts)
	slices.Reverse(acts)
	return acts
}

func (t *Teller) record(a *world.Act, offset int64, n int) Record {
	r := t.stream(a, "latency")
	return Record{Act: a, Offset: offset, Len: n, At: a.At.Truncate(t.format.Grain), Seen: a.At.Add(t.source.Latency.Draw(r))}
}

// stream is what this source's own ids of an act are drawn from.
func (t *Teller) stream(a *world.Act, what string) *rand.Rand {
	return t.World.Stream(world.Key{Actor: a.By, Source: t.source.ID + "/" + what, Step: a.Key})
}

// told are the ids of an act that all logs agree on.
type told struct{ request, correlation, session, token string }

func (t *Teller) told(a *world.Act) told {
	r := t.World.Stream(world.Key{Actor: a.By, Step: a.Key + "/ids"})
	return told{world.GUID(r), world.GUID(r), world.GUID(r), token(r)}
}

// token is 22 characters, as unique token identifiers are.
func token(r *rand.Rand) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, 22)
	for i := range b {
		b[i] = digits[r.IntN(64)]
	}
	return string(b)
}

// counter counts what it writes and keeps the first error.
type counter struct {
	w   io.Writer
	n   int64
	err error
}

func (c *counter) write(b []byte) {
	if c.err != nil {
		return
	}
	n, err := c.w.Write(b)
	c.n += int64(n)
	c.err = err
}
