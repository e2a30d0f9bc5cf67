package detect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hotwash/analyze/sigma"
)

// program is what a run runs: the rules it was given, linked, and behind them
// the parts of old rules that became correlations.
type program struct {
	rules    []*sigma.Rule
	statuses []Status
	owner    []int                // position of the rule that a rule is part of, or its own
	at       map[*sigma.Rule]int  // position of the rules that are asked about events
	asks     [][]string           // by position: fields whose values correlations want, folded
	silent   []bool               // by position: its own findings aren't wanted
	named    map[*sigma.Rule]bool // correlations name it
}

func newProgram(rules []*sigma.Rule, present map[string]int64) *program {
	p := &program{statuses: Check(rules, present), at: map[*sigma.Rule]int{}, named: map[*sigma.Rule]bool{}}
	for i := range p.statuses {
		p.rules, p.owner = append(p.rules, p.statuses[i].Rule), append(p.owner, i)
	}
	for i, r := range p.rules {
		if c := r.Correlation; c != nil && c.Own && p.statuses[i].State == Loaded {
			for _, part := range c.Of {
				p.rules, p.owner, p.statuses = append(p.rules, part), append(p.owner, i), append(p.statuses, Status{Rule: part, State: Loaded})
			}
		}
	}
	p.asks, p.silent = make([][]string, len(p.rules)), make([]bool, len(p.rules))
	for i, r := range p.rules {
		if p.statuses[i].State == Loaded && r.Correlation == nil && r.Filter == nil {
			p.at[r] = i
		}
		p.silent[i] = p.owner[i] != i
	}
	p.connect()
	return p
}

// connect notes what correlations want of the rules that they name.
func (p *program) connect() {
	loud := map[*sigma.Rule]bool{}
	position := map[*sigma.Rule]int{}
	for i, r := range p.rules {
		position[r] = i
	}
	for i, r := range p.rules {
		c := r.Correlation
		if c == nil || p.statuses[i].State != Loaded {
			continue
		}
		for k, of := range c.Of {
			at := position[of]
			p.named[of] = true
			loud[of] = loud[of] || c.Generate
			for _, name := range slices.Concat(c.GroupBy, c.Fields) {
				if f := c.Field(k, name); !slices.Contains(p.asks[at], f) {
					p.asks[at] = append(p.asks[at], f)
				}
			}
			if p.silent[at] = !loud[of]; p.silent[at] && p.owner[at] == at && p.statuses[at].State == Loaded {
				p.statuses[at].Reason = "its own findings are left to the correlation " + r.Called()
			}
		}
	}
	for i, r := range p.rules {
		if loud[r] {
			p.silent[i], p.statuses[i].Reason = false, ""
		}
	}
}

// correlations runs the correlations and adds what they found.
func (p *program) correlations(ctx context.Context, h *hits, cite func(id int64) string) ([]Finding, error) {
	x := &correlator{program: p, hits: h, of: map[*sigma.Rule]*correlated{}}
	var out []Finding
	for i, r := range p.rules {
		if r.Correlation == nil || p.statuses[i].State != Loaded {
			continue
		}
		found, err := x.correlate(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("correlation %s: %w", r.Called(), err)
		}
		for _, of := range r.Stands() {
			if at, ok := p.at[of]; ok && p.statuses[p.owner[at]].State == Failed {
				p.remark(i, "without all that "+of.Called()+" would have matched: it failed")
			}
		}
		p.remark(i, found.left.text(r.Correlation))
		if p.silent[i] {
			continue
		}
		for k := range found.episodes {
			out = append(out, x.finding(r, found, &found.episodes[k], cite))
		}
	}
	return out, nil
}

func (p *program) remark(i int, text string) {
	s := &p.statuses[i]
	s.Reason = strings.Join(slices.DeleteFunc([]string{s.Reason, text}, func(s string) bool { return s == "" }), "; ")
}

// finding is an episode as a person is told of it.
func (x *correlator) finding(r *sigma.Rule, found *correlated, e *episode, cite func(id int64) string) Finding {
	f := describeRule(r)
	f.Title = cmp.Or(f.Title, f.Rule)
	list := make([]hit, len(e.hits))
	for i, at := range e.hits {
		list[i] = *x.hits.hit(at)
	}
	group := found.groups.of[e.group]
	x.hits.fill(&f, list, strings.Join(group, "\x00"), cite)
	c := r.Correlation
	for i, name := range c.GroupBy {
		value := x.spelled(r, e, i, group[i])
		f.Why = append(f.Why, sigma.Why{Selection: "group-by", Field: name, Pattern: value, Value: value})
	}
	why := sigma.Why{Selection: "correlation", Field: strings.Join(append([]string{string(c.Type)}, c.Fields...), " "), Pattern: c.Asked()}
	if c.Logic == nil {
		why.Value = sigma.Bound{Value: e.number}.String()[1:]
	}
	f.Why = append(f.Why, why)
	return f
}

// spelled is the value of a group as the first event spells it.
func (x *correlator) spelled(r *sigma.Rule, e *episode, i int, folded string) string {
	first := e.hits[0]
	c := r.Correlation
	k := slices.Index(c.Of, x.rules[first.rule])
	if k < 0 {
		return folded // the event is of a correlation's correlation
	}
	t := &x.hits.taken[first.rule]
	at := slices.Index(t.fields, c.Field(k, c.GroupBy[i]))
	for rest := x.hits.names[t.values[int(first.hit)*len(t.fields)+at]]; rest != ""; {
		var v string
		if v, rest = nextValue(rest); strings.ToLower(v) == folded {
			return v
		}
	}
	return folded
}
