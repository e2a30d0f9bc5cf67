package sigma

import (
	"slices"
	"strings"
)

// maxChain is how deep correlations may stand on correlations.
const maxChain = 10

// Link makes rules know each other: filters are added to the rules they mean,
// correlations find the rules they name. The rules come back in the same order,
// those that changed as copies; a correlation whose rules can't be found is
// invalid. Linking what was linked changes nothing.
func Link(rules []*Rule) []*Rule {
	l := linker{out: slices.Clone(rules), by: map[string][]int{}}
	l.filter()
	for i, r := range l.out {
		if r.Filter != nil {
			continue
		}
		for _, key := range slices.Compact([]string{r.ID, r.Name}) {
			if key != "" {
				l.by[key] = append(l.by[key], i)
			}
		}
		if r.Correlation != nil && !r.Correlation.Own {
			l.out[i] = r.unlinked()
		}
	}
	for _, r := range l.out {
		l.find(r)
	}
	l.cycles()
	return l.out
}

type linker struct {
	out []*Rule
	by  map[string][]int // positions of the rules of an id or a name
}

// filter adds filters to rules, and to the parts of old ones.
func (l *linker) filter() {
	filters := slices.DeleteFunc(slices.Clone(l.out), func(r *Rule) bool { return r.Filter == nil || !r.Usable() })
	if len(filters) == 0 {
		return
	}
	for i, r := range l.out {
		var mine []*Rule
		for _, f := range filters {
			if f.Filters(r) {
				mine = append(mine, f)
			}
		}
		switch {
		case len(mine) == 0:
		case r.Correlation == nil:
			l.out[i] = r.filtered(mine)
		case r.Correlation.Own:
			out, c := *r, *r.Correlation
			c.Of = slices.Clone(c.Of)
			for k := range c.Of {
				c.Of[k] = c.Of[k].filtered(mine)
			}
			out.Correlation, l.out[i] = &c, &out
		}
	}
}

// unlinked is a copy that knows no rules yet.
func (r *Rule) unlinked() *Rule {
	out, c := *r, *r.Correlation
	c.Of = nil
	out.Correlation = &c
	return &out
}

func (l *linker) find(r *Rule) {
	c := r.Correlation
	if c == nil || c.Own || !r.Usable() {
		return
	}
	for _, name := range c.Rules {
		switch at := l.called(name); len(at) {
		case 0:
			r.reject(invalid(c.line, "no rule has the id or name %s", name))
		case 1:
			of := l.out[at[0]]
			r.reject(c.groupsBy(len(c.Of), of))
			c.Of = append(c.Of, of)
		default:
			r.reject(invalid(c.line, "%d rules have the id or name %s", len(at), name))
		}
	}
}

// called are the rules of an id or name. One that can't be used counts only if
// no other is called so: it may be there for being called so.
func (l *linker) called(name string) []int {
	usable := slices.DeleteFunc(slices.Clone(l.by[name]), func(i int) bool { return !l.out[i].Usable() })
	if len(usable) > 0 {
		return usable
	}
	return l.by[name][:min(len(l.by[name]), 1)]
}

// groupsBy says that a correlation can have its groups of the i-th of its rules:
// another correlation knows only those that it has itself.
func (c *Correlation) groupsBy(i int, of *Rule) error {
	if of.Correlation == nil {
		return nil
	}
	for _, name := range slices.Concat(c.GroupBy, c.Fields) {
		if !slices.ContainsFunc(of.Correlation.GroupBy, func(have string) bool { return Fold(have) == c.Field(i, name) }) {
			return invalid(c.line, "correlation %s does not group by %s", of.Called(), name)
		}
	}
	return nil
}

// cycles rejects correlations that stand on themselves, or on too many.
func (l *linker) cycles() {
	depth := map[*Rule]int{} // of what was seen; -1 while it is being looked at
	var walk func(r *Rule, path []string) int
	walk = func(r *Rule, path []string) int {
		path = append(path, r.Called())
		d, seen := depth[r]
		switch {
		case seen && d < 0:
			r.reject(invalid(r.Correlation.line, "the correlation stands on itself: %s", strings.Join(path, ", ")))
			return 0
		case seen:
			return d
		case r.Correlation == nil || r.Correlation.Own:
			return 0
		}
		depth[r] = -1
		for _, x := range r.Correlation.Of {
			d = max(d, walk(x, path)+1)
		}
		depth[r] = d
		if d > maxChain {
			r.reject(invalid(r.Correlation.line, "correlations stand on each other more than %d deep", maxChain))
		}
		return d
	}
	for _, r := range l.out {
		walk(r, nil)
	}
}

// Stands are the rules that a correlation is about in the end: those that match
// events. Of another rule it is the rule itself.
func (r *Rule) Stands() []*Rule {
	var all []*Rule
	seen := map[*Rule]bool{}
	var walk func(r *Rule)
	walk = func(r *Rule) {
		switch {
		case seen[r]:
			return
		case r.Correlation == nil:
			all = append(all, r)
		}
		seen[r] = true
		if r.Correlation != nil {
			for _, x := range r.Correlation.Of {
				walk(x)
			}
		}
	}
	walk(r)
	return all
}

// Kind says what a document is.
type Kind string

// The kinds of rules.
const (
	IsRule        Kind = "rule" // about one event
	IsCorrelation Kind = "correlation"
	IsFilter      Kind = "filter"
)

// Kind is what the rule is. An old rule that counts is a correlation.
func (r *Rule) Kind() Kind {
	switch {
	case r.Filter != nil:
		return IsFilter
	case r.Correlation != nil:
		return IsCorrelation
	}
	return IsRule
}
