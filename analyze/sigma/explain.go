package sigma

import "unicode/utf8"

// Why is one reason for a match: which line of which selection, and the value
// that it found. A null, a missing field and a negated line have no value.
type Why struct {
	Selection string   `json:"selection"`
	Field     string   `json:"field,omitempty"` // of a keyword: the field it was found in
	Modifiers []string `json:"modifiers,omitempty"`
	Pattern   string   `json:"pattern"`
	Value     string   `json:"value"`
}

// maxReasons and maxValue keep an explanation readable.
const (
	maxReasons = 64
	maxValue   = 1024
)

type reasons struct {
	selection string
	list      []Why
}

func (r *reasons) add(l *leaf, field, pattern, value string) {
	if len(r.list) < maxReasons {
		r.list = append(r.list, Why{r.selection, field, l.modifiers, pattern, shorten(value)})
	}
}

func shorten(s string) string {
	if len(s) <= maxValue {
		return s
	}
	n := maxValue
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// Explain says which fields matched which parts of the rule; nil if the event
// doesn't match. What a condition excludes is no reason.
func (r *Rule) Explain(e Event) []Why {
	if !r.Match(e) {
		return nil
	}
	var why reasons
	r.condition.explain(e, &why)
	return why.list
}

func (x every) explain(e Event, why *reasons) { explain(x, e, why) }
func (x some) explain(e Event, why *reasons)  { explain(x, e, why) }

func explain(list []expression, e Event, why *reasons) {
	for _, m := range list {
		if m.match(e) {
			m.explain(e, why)
		}
	}
}

func (x negation) explain(Event, *reasons) {}

func (s *selection) explain(e Event, why *reasons) {
	why.selection = s.name
	s.body.explain(e, why)
}

func (l *leaf) explain(e Event, why *reasons) {
	for i := range l.patterns {
		p := &l.patterns[i]
		switch {
		case l.neq:
			why.add(l, l.field, p.raw, "")
		case l.field == "":
			l.explainKeyword(p, e, why)
		default:
			l.explainField(p, e, why)
		}
	}
}

func (l *leaf) explainKeyword(p *pattern, e Event, why *reasons) {
	e.Each(func(name string, v *Value) bool {
		if v.Null || !p.in(v) {
			return true
		}
		why.add(l, name, p.raw, v.Text)
		return false
	})
}

func (l *leaf) explainField(p *pattern, e Event, why *reasons) {
	vs := e.Values(l.name)
	for i := range vs {
		if p.match(vs[i:i+1], e) {
			why.add(l, l.field, p.raw, vs[i].Text)
			return
		}
	}
	if p.match(vs, e) {
		why.add(l, l.field, p.raw, "")
	}
}
