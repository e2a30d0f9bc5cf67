package sigma

import "strings"

// Verdict is a part of a rule, and whether it holds of an event: what a person
// needs to see why the rule matched, or didn't.
type Verdict struct {
	Is    string     `json:"is"` // and, or, not, selection, line
	Name  string     `json:"name,omitempty"`
	Holds bool       `json:"holds"`
	Of    []*Verdict `json:"of,omitempty"`
	Line  *LineWhy   `json:"line,omitempty"`
}

// LineWhy is a line of a selection: what it asks of a field, and what the event
// has in it.
type LineWhy struct {
	Field     string       `json:"field,omitempty"` // empty for keywords, which may stand in any
	Modifiers []string     `json:"modifiers,omitempty"`
	All       bool         `json:"all,omitempty"` // each pattern must hold, not one
	Neq       bool         `json:"neq,omitempty"` // the answer is turned around
	Missing   bool         `json:"missing,omitempty"`
	Values    []*string    `json:"values,omitempty"` // the first few; null is a value that was null
	Patterns  []PatternWhy `json:"patterns"`         // those that hold first, the first few
	More      int          `json:"more,omitempty"`   // patterns that are left out
}

// PatternWhy is one value of a rule, and whether the event's field has it. Value
// is the one that does, Field where a keyword was found.
type PatternWhy struct {
	Pattern string `json:"pattern"`
	Holds   bool   `json:"holds"`
	Value   string `json:"value,omitempty"`
	Field   string `json:"field,omitempty"`
}

// maxShown is how many values of an event and patterns of a line a verdict has.
const maxShown = 20

// Judge says of each part of the rule whether it holds. It is nil for a rule
// that looks at no event. What it says holds on when the event is gone.
func (r *Rule) Judge(e Event) *Verdict {
	if r.condition == nil || r.Filter != nil {
		return nil
	}
	return r.condition.judge(e)
}

func (x every) judge(e Event) *Verdict { return judgeAll("and", x.match(e), x, e) }
func (x some) judge(e Event) *Verdict  { return judgeAll("or", x.match(e), x, e) }

func (x negation) judge(e Event) *Verdict {
	return &Verdict{Is: "not", Holds: x.match(e), Of: []*Verdict{x.of.judge(e)}}
}

func judgeAll(is string, holds bool, list []expression, e Event) *Verdict {
	if len(list) == 1 {
		return list[0].judge(e)
	}
	v := &Verdict{Is: is, Holds: holds}
	for _, x := range list {
		v.Of = append(v.Of, x.judge(e))
	}
	return v
}

func (s *selection) judge(e Event) *Verdict {
	return &Verdict{Is: "selection", Name: s.name, Holds: s.match(e), Of: []*Verdict{s.body.judge(e)}}
}

func (l *leaf) judge(e Event) *Verdict {
	w := &LineWhy{Field: l.field, Modifiers: l.modifiers, All: l.all, Neq: l.neq}
	if l.field != "" {
		vs := e.Values(l.name)
		w.Missing = len(vs) == 0
		for i := range vs[:min(len(vs), maxShown)] {
			text := strings.Clone(shorten(vs[i].Text))
			if w.Values = append(w.Values, &text); vs[i].Null {
				w.Values[i] = nil
			}
		}
	}
	var held, others []PatternWhy
	for i := range l.patterns {
		if p := l.why(&l.patterns[i], e); p.Holds {
			held = append(held, p)
		} else {
			others = append(others, p)
		}
	}
	w.Patterns = append(held, others...)
	w.More = max(len(w.Patterns)-maxShown, 0)
	w.Patterns = w.Patterns[:len(w.Patterns)-w.More]
	return &Verdict{Is: "line", Holds: l.match(e), Line: w}
}

// why asks one pattern of a line, and finds the value that it holds of.
func (l *leaf) why(p *pattern, e Event) PatternWhy {
	out := PatternWhy{Pattern: p.raw}
	if l.field == "" {
		e.Each(func(name string, v *Value) bool {
			if !v.Null && p.in(v) {
				out.Holds, out.Field, out.Value = true, strings.Clone(name), strings.Clone(shorten(v.Text))
			}
			return !out.Holds
		})
		return out
	}
	vs := e.Values(l.name)
	out.Holds = p.match(vs, e)
	for i := range vs {
		if out.Holds && p.match(vs[i:i+1], e) {
			out.Value = strings.Clone(shorten(vs[i].Text))
			break
		}
	}
	return out
}
