package sigma

import "slices"

// Filter is what a filter document says: which rules it is added to. They match
// only what its condition holds for too. It means rules of its logsource: each
// part that it states must be the rule's.
type Filter struct {
	Any   bool     // all rules of the logsource
	Rules []string // ids or names
}

// asFilter reads a filter document.
func (r *Rule) asFilter(p Parser, doc *node) error {
	n := doc.get("filter")
	switch {
	case n.kind != mapNode:
		return invalid(n.line, "filter is no map")
	case r.Title == "":
		return invalid(doc.line, "no title")
	case doc.get("logsource") == nil:
		return invalid(doc.line, "no logsource")
	}
	rules := n.get("rules")
	if rules == nil {
		return invalid(n.line, "filter without rules; any means all of them")
	}
	r.Filter = &Filter{Rules: rules.texts()}
	if len(r.Filter.Rules) == 0 || rules.kind == textNode && rules.text == "any" {
		r.Filter.Any, r.Filter.Rules = true, nil
	}
	if err := r.compileSelections(p, n, "rules", "condition"); err != nil {
		return err
	}
	return r.conclude(n.get("condition"))
}

// Filters says whether a filter is meant for a rule.
func (r *Rule) Filters(rule *Rule) bool {
	if r.Filter == nil || !r.Usable() || rule.Filter != nil || !rule.Usable() || !r.Logsource.contains(&rule.Logsource) {
		return false
	}
	return r.Filter.Any || slices.ContainsFunc(r.Filter.Rules, rule.is)
}

// is says whether a reference means the rule.
func (r *Rule) is(reference string) bool {
	return reference != "" && (reference == r.ID || reference == r.Name)
}

// contains says whether a logsource is at most as precise as another one, and
// agrees with it.
func (l *Logsource) contains(o *Logsource) bool {
	agrees := func(a, b string) bool { return a == "" || a == b }
	return agrees(l.Product, o.Product) && agrees(l.Category, o.Category) && agrees(l.Service, o.Service)
}

// filtered is the rule under filters that it isn't under yet; the rule itself
// if there are none.
func (r *Rule) filtered(filters []*Rule) *Rule {
	if r.condition == nil {
		return r
	}
	var added every
	for _, f := range filters {
		if !slices.Contains(r.filters, f) {
			added = append(added, &selection{"filter " + f.Called(), f.condition})
			r = r.with(f)
		}
	}
	if len(added) == 0 {
		return r
	}
	r.condition = append(every{r.condition}, added...)
	return r
}

func (r *Rule) with(f *Rule) *Rule {
	out := *r
	out.filters = append(slices.Clip(out.filters), f)
	return &out
}
