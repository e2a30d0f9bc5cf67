package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hotwash/analyze/event"
)

// Verdict is what a member is. Without a framing it is not read: State is
// not_a_log or unsupported, and Reason says why or what it is.
type Verdict struct {
	Framing *Framing
	State   string
	Reason  string
	Unknown bool      // text of no known format that holds times
	Dates   DateOrder // of its dates, as far as its beginning settles it and nobody said
}

// The states of a member that isn't read.
const (
	stateNotALog     = "not_a_log"
	stateUnsupported = "unsupported"
)

// sampleSize is how many records decide.
const sampleSize = 100

// Detect judges a member by its first bytes, 64 KiB are enough; eof says that
// there are no more. A member whose records a source knows is a log; text of no
// known format is one, as unknown, if at least half of its first 100 records
// hold a time.
func Detect(head []byte, eof bool, h Hints) Verdict { return detect(Table, head, eof, h) }

func detect(table []*Source, head []byte, eof bool, h Hints) Verdict {
	if f := binaryFraming(string(head)); f != nil {
		return Verdict{Framing: f}
	}
	if k, ok := kindOf(head); ok {
		return k.verdict()
	}
	text := decodeHead(head[:min(len(head), headSize)], eof)
	if k, ok := markupOf(text); ok && !sniffXML(text) {
		return k.verdict()
	}
	if isBinary(text) {
		return Verdict{State: stateNotALog, Reason: "binary"}
	}
	if strings.TrimSpace(text) == "" {
		return Verdict{State: stateNotALog, Reason: "no text in it"}
	}
	if eof && !sniffJSON(text) && json.Valid([]byte(text)) {
		return Verdict{State: stateNotALog, Reason: "json without objects"}
	}
	return judge(table, head, text, eof, h)
}

// binaryFraming is the framing of a member that is no text, nil for any other.
func binaryFraming(head string) *Framing {
	for _, f := range Framings() {
		if f.Binary && f.Sniff(head) {
			return f
		}
	}
	return nil
}

func (k kind) verdict() Verdict {
	if k.evidence {
		return Verdict{State: stateUnsupported, Reason: k.name}
	}
	return Verdict{State: stateNotALog, Reason: k.name}
}

const noTimes = "no times in it"

// judge tries the framings in order.
func judge(table []*Source, head []byte, text string, eof bool, h Hints) Verdict {
	reason := noTimes
	damaged := ""
	for _, f := range Framings() {
		if f.Binary || !f.Sniff(text) {
			continue
		}
		s := takeSample(table, f, head, eof, h)
		if s.known > 0 && s.known*5 >= s.records {
			return s.verdict(table, f, head, h)
		}
		if f == linesFraming && sniffFragment(text) {
			if s := takeSample(table, jsonFraming, head, eof, h); s.known > 0 && s.known*5 >= s.records+s.rejects {
				return s.verdict(table, jsonFraming, head, h)
			}
		}
		if hits := s.timed + s.broken; hits > 0 && hits*2 >= s.records+s.rejects {
			return s.verdict(table, f, head, h)
		}
		if f == jsonFraming {
			damaged = s.damage()
		}
		if s.decides(f) {
			reason = s.reason(f)
			break
		}
		if f == linesFraming && s.timed > 0 {
			reason = fmt.Sprintf("times in %d of %d lines, fewer than half", s.timed, s.records+s.rejects)
		}
	}
	if damaged != "" {
		return Verdict{State: stateUnsupported, Reason: damaged}
	}
	return Verdict{State: stateNotALog, Reason: reason}
}

// damage says that objects whose times nobody can read may have been a log:
// what stands in them is lost, and must not be lost in silence.
func (s *sample) damage() string {
	if s.objects == 0 {
		return ""
	}
	return fmt.Sprintf("damaged json: of its first %d records %d can't be read", s.records+s.rejects, s.rejects)
}

// verdict is that of a log.
func (s *sample) verdict(table []*Source, f *Framing, head []byte, h Hints) Verdict {
	v := Verdict{Framing: f, Unknown: s.known == 0, Dates: h.Dates}
	if v.Dates == 0 && s.dates.any {
		v.Dates = settle(table, f, head, h)
	}
	return v
}

// decides says that a member without times can't be another framing's.
func (s *sample) decides(f *Framing) bool { return f != linesFraming && s.rejects == 0 }

func (s *sample) reason(f *Framing) string {
	if s.records == 0 && f == csvFraming {
		return "column names without records"
	}
	return fmt.Sprintf("%s without times: %d in %d records", f.Name, s.timed, s.records)
}

// sample is what the first records of a member are.
type sample struct {
	records, rejects int
	known            int // of a source in the table
	timed            int
	broken           int   // rejects that are of a log all the same
	objects          int   // rejects that begin as an object does
	dates            votes // only whether there are any
}

func takeSample(table []*Source, f *Framing, head []byte, eof bool, h Hints) sample {
	if h.Year == 0 {
		h.Year = 2000 // any leap year: a time without a year is a time
	}
	if h.Dates == 0 {
		h.Dates = MonthFirst // any order: a date that could be two is one
	}
	p := newParser(table)
	p.Reset(h)
	var s sample
	p.votes = &s.dates
	for c, err := range f.Cut(bytes.NewReader(head), h) {
		if err != nil {
			break
		}
		for i := range c.Spans {
			last := !eof && c.Spans[i].Offset+int64(c.Spans[i].Len) >= int64(len(head))
			s.add(p, f, &c, i, last)
			if s.records+s.rejects >= sampleSize {
				return s
			}
		}
	}
	return s
}

// add judges one span. The last one of a head that goes on is cut off: what it
// says counts only if it is the only one.
func (s *sample) add(p *Parser, f *Framing, c *Chunk, i int, last bool) {
	kind := c.Spans[i].Kind
	if kind != SpanRecord && kind != SpanReject || last && s.records > 0 {
		return
	}
	if c.Spans[i].Reason == "json_depth" {
		s.reject(p, f, c, i, nil)
		return
	}
	var e event.Event
	var src *Source
	var err error
	if last {
		src = p.readBroken(f, c, i, &e)
	} else if kind == SpanRecord {
		var fields []event.Field
		src, fields, err = p.Read(f, c, i, &e)
		s.dates.record(fields, e.Time)
	}
	switch {
	case src == nil || err != nil:
		s.reject(p, f, c, i, err)
		return
	case src != Unknown:
		s.known++
	}
	s.records++
	if e.Time.Dated() {
		s.timed++
	}
}

// reject counts a broken record. What can be read of it may show that it is one
// of a log. One that nests too deep may say so behind that place; nobody writes
// anything but data so.
func (s *sample) reject(p *Parser, f *Framing, c *Chunk, i int, err error) {
	s.rejects++
	code := c.Spans[i].Reason
	if syntax := (*SyntaxError)(nil); errors.As(err, &syntax) {
		code = syntax.Code
	}
	if code == "json_syntax" || code == "json_truncated" {
		if text := c.Text[c.Spans[i].Start:c.Spans[i].End]; strings.HasPrefix(text, `{`) && strings.Contains(text, `":`) {
			s.objects++
		}
	}
	var e event.Event
	src := p.readBroken(f, c, i, &e) // nil if there is no text
	if code == "json_depth" || src != nil && (src != Unknown || e.Time.Dated()) {
		s.broken++
	}
}

// readBroken reads as much of a record as there is.
func (p *Parser) readBroken(f *Framing, c *Chunk, i int, e *event.Event) *Source {
	p.begin(c, i, e)
	r := &p.rec
	if r.Raw == "" {
		return nil
	}
	_ = f.Parse(p, c, i, r) // it is broken
	if len(r.Fields) == 0 {
		p.flattened(r)
	}
	s := p.classes.source(f, r)
	_ = normalizeUnknown(r, e)
	return s
}
