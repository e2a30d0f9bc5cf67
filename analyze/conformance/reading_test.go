package conformance

import (
	"bytes"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/source"
)

// headBytes is how much of a member decides what it is, as in the program.
const headBytes = 64 << 10

// reading is what the program makes of one record.
type reading struct {
	source *source.Source
	event  *event.Event
	fields []event.Field
}

// outcome is what the program made of a member.
type outcome struct {
	framing  string // empty if it isn't read
	state    string // why not
	records  int
	rejects  int
	sources  map[string]int
	rejected string // what the first reject said
}

// known says how many records are of a source, not of text with times in it.
func (o *outcome) known() int { return o.records - o.sources[source.Unknown.Name] }

// state in words, for the table.
func (o *outcome) String() string {
	if o.framing == "" {
		return o.state
	}
	if o.known() == 0 {
		return "unknown, cut as " + o.framing
	}
	return o.framing
}

// detect is what a member is taken for.
func detect(m *member) source.Verdict {
	if len(m.data) == 0 {
		return source.Verdict{State: "empty"}
	}
	return source.Detect(m.data[:min(len(m.data), headBytes)], len(m.data) <= headBytes, hints(m))
}

// hints are what the program would know of a member; the year is what plaso's
// tests and the samples of syslog say none of.
func hints(m *member) source.Hints { return source.Hints{Name: m.base(), Year: 2021} }

// read takes a member through the program's own way from bytes to events. What
// each gets is valid until it returns.
func read(m *member, each func(n int, r reading)) outcome {
	v := detect(m)
	o := outcome{sources: map[string]int{}}
	if v.Framing == nil {
		o.state = v.State
		if v.Reason != "" {
			o.state += ": " + v.Reason
		}
		return o
	}
	return o.cut(v.Framing, m, each)
}

// readAs reads a member as a framing, whatever it would be taken for.
func readAs(framing string, m *member, each func(n int, r reading)) outcome {
	o := outcome{sources: map[string]int{}}
	return o.cut(source.FramingOf(framing), m, each)
}

func (o outcome) cut(f *source.Framing, m *member, each func(n int, r reading)) outcome {
	o.framing = f.Name
	p := source.NewParser(hints(m))
	var e event.Event
	for c, err := range f.Cut(bytes.NewReader(m.data), hints(m)) {
		if err != nil {
			o.reject(err.Error())
			break
		}
		for i := range c.Spans {
			s := &c.Spans[i]
			if s.Kind == source.SpanReject {
				o.reject(s.Reason + ": " + s.Detail)
			}
			if s.Kind != source.SpanRecord {
				continue
			}
			src, fields, err := p.Read(f, &c, i, &e)
			if err != nil {
				o.reject(err.Error())
				continue
			}
			o.sources[src.Name]++
			each(o.records, reading{src, &e, fields})
			o.records++
		}
	}
	return o
}

func (o *outcome) reject(why string) {
	if o.rejects == 0 {
		o.rejected = why
	}
	o.rejects++
}

// textColumns are the text columns of an event.
var textColumns = []string{
	"action", "operation", "outcome", "outcome_code", "message", "actor", "actor_id", "actor_type", "src_ip", "host",
	"target_type", "target_id", "target_name", "record_id",
}

// text is a text column of an event.
func text(e *event.Event, column string) string {
	switch column {
	case "action":
		return string(e.Action)
	case "operation":
		return e.Operation
	case "outcome":
		return string(e.Outcome)
	case "outcome_code":
		return e.OutcomeCode
	case "message":
		return e.Message
	case "actor":
		return e.Actor
	case "actor_id":
		return e.ActorID
	case "actor_type":
		return e.ActorType
	case "src_ip":
		return e.SrcIP
	case "host":
		return e.Host
	case "target_type":
		return e.TargetType
	case "target_id":
		return e.TargetID
	case "target_name":
		return e.TargetName
	}
	return e.RecordID
}

// pivots are the values of a record by which records of other sources are
// found, of some kinds.
func (r reading) pivots(kinds string) (values []string) {
	for _, entity := range r.source.Entities {
		if !strings.Contains(kinds, entity.Kind) {
			continue
		}
		for i := range r.fields {
			if f := &r.fields[i]; f.Name == entity.Column && f.Value != "" {
				values = append(values, f.Value)
			}
		}
	}
	return values
}
