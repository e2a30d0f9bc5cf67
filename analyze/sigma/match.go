package sigma

import "strings"

// Event is a record as a rule sees it.
type Event interface {
	// Values are the values of a field: none if it is missing, several if the
	// record repeats it. Match asks with folded names (see Fold). The slice is
	// the event's own; Match notes lower-case text in it.
	Values(name string) []Value
	// Each yields every value of the record, for keywords, until yield is false.
	Each(yield func(name string, v *Value) bool)
}

// Value is one value of a field. Null is a value that was present and null.
type Value struct {
	Text   string
	Null   bool
	folded string // Text in lower case, once a rule asked for it
}

func (v *Value) exact() string { return v.Text }

func (v *Value) fold() string {
	if v.folded == "" && v.Text != "" {
		v.folded = strings.ToLower(v.Text)
	}
	return v.folded
}

// Fold is a field name without its spaces and in lower case. Names that fold
// alike are the same field: sources and rules spell them in many ways.
func Fold(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, " ", ""))
}

// Match says whether the event matches the rule. A rule that can't be used
// matches nothing, and neither do correlations and filters by themselves.
func (r *Rule) Match(e Event) bool {
	return r.condition != nil && r.Filter == nil && r.condition.match(e)
}

// expression is a node of a rule's logic. Every one is true or false, never
// unknown: a missing field makes a leaf false, and its negation true.
type expression interface {
	match(e Event) bool
	explain(e Event, why *reasons)
	judge(e Event) *Verdict
	needs(yield func(name string)) // folded field names, "" for all
	tree() *Node
}

type (
	every    []expression // true if all are
	some     []expression // true if one is
	negation struct{ of expression }
)

func (x every) match(e Event) bool {
	for _, m := range x {
		if !m.match(e) {
			return false
		}
	}
	return true
}

func (x some) match(e Event) bool {
	for _, m := range x {
		if m.match(e) {
			return true
		}
	}
	return false
}

func (x negation) match(e Event) bool { return !x.of.match(e) }

func (x every) needs(yield func(string)) { needs(x, yield) }
func (x some) needs(yield func(string))  { needs(x, yield) }

func (x negation) needs(yield func(string)) { x.of.needs(yield) }

func needs(list []expression, yield func(string)) {
	for _, m := range list {
		m.needs(yield)
	}
}

// selection is a named part of the detection.
type selection struct {
	name string
	body expression
}

func (s *selection) match(e Event) bool       { return s.body.match(e) }
func (s *selection) needs(yield func(string)) { s.body.needs(yield) }

// leaf is one line of a selection: a field, and the patterns for its values.
type leaf struct {
	field     string // as the rule writes it; empty for keywords
	name      string // folded
	modifiers []string
	all       bool // every pattern must match, not one
	neq       bool // the whole line is negated
	patterns  []pattern
	quick     []Test // the patterns, merged; used unless all
	refs      []string
}

// pattern is one value of the rule. Variants are what a modifier made of it:
// one of them is enough, even under all.
type pattern struct {
	raw      string
	variants []Test
}

func (t *Test) match(vs []Value, e Event) bool {
	if t.whole != nil {
		return t.whole(vs, e)
	}
	for i := range vs {
		if !vs[i].Null && t.one(&vs[i]) {
			return true
		}
	}
	return false
}

func (p *pattern) match(vs []Value, e Event) bool {
	for i := range p.variants {
		if p.variants[i].match(vs, e) {
			return true
		}
	}
	return false
}

func (l *leaf) match(e Event) bool { return l.found(e) != l.neq }

func (l *leaf) found(e Event) bool {
	switch {
	case l.field == "":
		return l.keywords(e)
	case l.all:
		return l.allOf(e.Values(l.name), e)
	}
	vs := e.Values(l.name)
	for i := range l.quick {
		if l.quick[i].match(vs, e) {
			return true
		}
	}
	return false
}

func (l *leaf) allOf(vs []Value, e Event) bool {
	for i := range l.patterns {
		if !l.patterns[i].match(vs, e) {
			return false
		}
	}
	return true
}

// keywords looks for the patterns in every value of the event.
func (l *leaf) keywords(e Event) bool {
	for i := range l.patterns {
		found := false
		e.Each(func(_ string, v *Value) bool {
			found = !v.Null && l.patterns[i].in(v)
			return !found
		})
		if found != l.all {
			return found
		}
	}
	return l.all
}

func (p *pattern) in(v *Value) bool {
	for i := range p.variants {
		if p.variants[i].one(v) {
			return true
		}
	}
	return false
}

func (l *leaf) needs(yield func(string)) {
	yield(l.name)
	for _, ref := range l.refs {
		yield(ref)
	}
}

// setFrom is the number of literals from which a set beats comparing each.
const setFrom = 8

// merge makes the tests that are tried in turn: literals of long lists become
// one look-up.
func (l *leaf) merge() {
	set := map[string]bool{}
	var rest []Test
	for i := range l.patterns {
		for _, t := range l.patterns[i].variants {
			if text, ok := t.equal(); ok {
				set[text] = true
				continue
			}
			rest = append(rest, t)
		}
	}
	if len(set) >= setFrom {
		l.quick = append(rest, Test{one: func(v *Value) bool { return set[v.fold()] }})
		return
	}
	for i := range l.patterns {
		l.quick = append(l.quick, l.patterns[i].variants...)
	}
}
