// Package detect runs rules over the events of a case and groups what they
// match into findings. It says of every rule whether it could run, and why not.
// It knows which sources a rule's logsource means; what a rule means is package
// sigma's, and where events come from is the caller's.
//
// A rule sees a record's own field names. Where a record has no field of that
// name, the name of an events column (actor, src_ip, operation, outcome, …)
// stands for that column.
package detect

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// Finding is one rule and one actor (else host, else source address), as long
// as they were never silent for more than a day. Events without a time stand in
// the last finding of their rule and actor. First and Last are µs since 1970
// UTC, of the events that have a time; 0 if none has.
type Finding struct {
	ID             string              `json:"id"` // hash of rule, entity and the citation of the first event
	Rule           string              `json:"rule"`
	Path           string              `json:"path"` // of the rule's file
	Title          string              `json:"title"`
	Author         string              `json:"author"`
	License        string              `json:"license,omitempty"`
	Level          string              `json:"level"`
	Description    string              `json:"description"`
	Techniques     []string            `json:"techniques"`
	AttackVersion  string              `json:"attack_version"` // empty where the rule doesn't state it
	First          int64               `json:"first"`
	Last           int64               `json:"last"`
	Undated        bool                `json:"undated,omitempty"` // no event has a time
	Count          int                 `json:"count"`
	Entities       map[string][]string `json:"entities"` // by kind: user, host, ip; at most 100 of each
	Sources        []string            `json:"sources"`
	EventIDs       EventIDs            `json:"event_ids"` // all of them, by time, those without one last
	Query          string              `json:"query"`     // reads all events from the case
	Why            []sigma.Why         `json:"why"`       // of the first event
	NextSteps      []string            `json:"next_steps"`
	FalsePositives []string            `json:"false_positives"`
	References     []string            `json:"references,omitempty"`
}

// Scanner reads the events of a source with from <= id < to, in the order of
// their ids. It leaves duplicates out.
type Scanner interface {
	Scan(ctx context.Context, source string, from, to int64) iter.Seq2[*event.Columns, error]
}

// Citer is what a Scanner may be besides: it cites an event so that the
// citation holds outside of the case. Without it the event id is the citation.
type Citer interface{ Cite(id int64) string }

// Result is what the rules found, and which of them ran.
type Result struct {
	Statuses []Status  // of every rule, in the order given
	Findings []Finding // by first time; those without a time last
}

// Run runs the rules over all events of the sources in present, which says how
// many events each has. A rule that panics is out from there on, and its state
// says so; the others go on.
func Run(ctx context.Context, rules []*sigma.Rule, present map[string]int64, s Scanner) (*Result, error) {
	res := &Result{Statuses: Check(rules, present)}
	h := newHits(rules)
	for _, source := range slices.Sorted(maps.Keys(present)) {
		if present[source] == 0 {
			continue
		}
		w := plan(source, rules, res.Statuses)
		if err := scan(ctx, w, h, s); err != nil {
			return nil, err
		}
		for _, f := range w.failed {
			res.Statuses[f.rule].State, res.Statuses[f.rule].Reason = Failed, f.reason
		}
	}
	cite := func(id int64) string { return fmt.Sprint(id) }
	if c, ok := s.(Citer); ok {
		cite = c.Cite
	}
	res.Findings = h.findings(cite)
	return res, nil
}

// watch is what is asked of one source: rules by position, behind the tests
// that their logsource puts before them.
type watch struct {
	source string
	rules  []*sigma.Rule
	gates  []gate
	fields []string // folded names that rules and gates look at
	every  bool     // a rule looks at all fields

	gate, next int       // what the row at hand is shown to next: a rule of a gate
	failed     []failure // rules that panicked
}

// failure is a rule that panicked, and where.
type failure struct {
	rule   int
	reason string
}

type gate struct {
	needs []need
	rules []int
}

// plan gathers the loaded rules that a source is shown to.
func plan(source string, rules []*sigma.Rule, statuses []Status) *watch {
	w := &watch{source: source, rules: rules}
	seen := map[string]bool{}
	for i, r := range rules {
		if statuses[i].State != Loaded {
			continue
		}
		for _, v := range viewsOf(&r.Logsource) {
			if v.shows(source) {
				w.add(i, v.needs, seen)
			}
		}
	}
	w.fields = slices.Sorted(maps.Keys(seen))
	return w
}

func (w *watch) add(rule int, needs []need, seen map[string]bool) {
	fields, every := w.rules[rule].Needs()
	w.every = w.every || every
	for _, f := range fields {
		seen[f] = true
	}
	for _, n := range needs {
		seen[n.field] = true
	}
	at := slices.IndexFunc(w.gates, func(g gate) bool { return sameNeeds(g.needs, needs) })
	if at < 0 {
		at = len(w.gates)
		w.gates = append(w.gates, gate{needs: needs})
	}
	if !slices.Contains(w.gates[at].rules, rule) {
		w.gates[at].rules = append(w.gates[at].rules, rule)
	}
}

func scan(ctx context.Context, w *watch, h *hits, s Scanner) error {
	if len(w.gates) == 0 {
		return nil
	}
	r := newRow(w.fields, w.every)
	for cols, err := range s.Scan(ctx, w.source, 0, math.MaxInt64) {
		if err != nil {
			return fmt.Errorf("rules over %s: %w", w.source, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		r.use(cols)
		for i := range cols.Len() {
			r.read(i)
			w.try(r, h)
		}
	}
	return ctx.Err()
}

// try shows the row to the rules. Each rule counts an event once, through
// whatever gate it came.
func (w *watch) try(r *row, h *hits) {
	w.gate, w.next = 0, 0
	for !w.goOn(r, h) {
	}
}

// goOn shows the row to the rules that it was not shown to yet. It is false if
// one of them panicked: that one is out, and there may be more to come.
func (w *watch) goOn(r *row, h *hits) (done bool) {
	defer func() {
		if w.next == 0 {
			return // no rule was at work
		}
		if v := recover(); v != nil {
			w.drop(r, v)
		}
	}()
	for ; w.gate < len(w.gates); w.gate, w.next = w.gate+1, 0 {
		g := &w.gates[w.gate]
		if w.next == 0 && !r.passes(g.needs) {
			continue
		}
		for w.next < len(g.rules) {
			i := g.rules[w.next]
			w.next++
			if w.rules[i].Match(r) {
				h.add(i, w.rules[i], r)
			}
		}
	}
	return true
}

// drop takes the rule out that was at work.
func (w *watch) drop(r *row, panicked any) {
	i := w.gates[w.gate].rules[w.next-1]
	w.failed = append(w.failed, failure{i, fmt.Sprintf("panic at event %d: %v; later events were not looked at", r.cols.IDs[r.at], panicked)})
	for g := range w.gates {
		w.gates[g].rules = slices.DeleteFunc(w.gates[g].rules, func(rule int) bool { return rule == i })
	}
	w.next--
}
