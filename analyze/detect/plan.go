package detect

import (
	"slices"

	"hotwash/analyze/sieve"
	"hotwash/analyze/sigma"
)

// watch is what is asked of the events of one source.
type watch struct {
	*program
	source string
	asked  []int // by position in the sieve: the rule's position in rules
	sieve  *sieve.Sieve
	fields []string // folded names that rules look at: the sieve's first, in its order
	every  bool     // a rule looks at all fields
}

// plan gathers the loaded rules that a source is shown to. A rule is asked once
// for each view of its logsource: the view's needs and the rule's own logic.
func (p *program) plan(source string) *watch {
	w := &watch{program: p, source: source}
	var trees []*sigma.Node
	var others []string
	for i, r := range p.rules {
		if _, asked := p.at[r]; !asked {
			continue
		}
		for _, v := range viewsOf(&r.Logsource) {
			if !v.shows(source) {
				continue
			}
			w.asked = append(w.asked, i)
			trees = append(trees, v.before(r.Tree()))
			fields, every := r.Needs()
			w.every = w.every || every
			others = append(append(others, fields...), p.asks[i]...)
		}
	}
	w.sieve = sieve.New(trees)
	w.fields = w.sieve.Fields()
	known := map[string]bool{}
	for _, f := range w.fields {
		known[f] = true
	}
	slices.Sort(others)
	for _, f := range slices.Compact(others) {
		if !known[f] {
			w.fields = append(w.fields, f)
		}
	}
	return w
}

// name is the field that a need looks at.
func (n *need) name() string {
	if n.column {
		return columnField + n.field
	}
	return n.field
}

// before is the logic of a rule behind what the view asks of its events.
func (v view) before(rule *sigma.Node) *sigma.Node {
	needs := v.tree()
	if needs == nil {
		return rule
	}
	return &sigma.Node{Is: sigma.And, Of: append(needs.Of, rule)}
}

// tree is what the view asks of its events, nil for nothing.
func (v view) tree() *sigma.Node {
	if len(v.needs) == 0 {
		return nil
	}
	all := &sigma.Node{Is: sigma.And}
	for _, n := range v.needs {
		l := &sigma.Leaf{Field: n.name()}
		for _, text := range n.values {
			l.Values = append(l.Values, []sigma.Test{sigma.Equal(text)})
		}
		all.Of = append(all.Of, &sigma.Node{Is: sigma.Line, Leaf: l})
	}
	return all
}
