// Package detect runs rules over the events of a case and groups what they
// match into findings. It says of every rule whether it could run, and why not.
// It knows which sources a rule's logsource means; what a rule means is package
// sigma's, and where events come from is the caller's.
//
// A rule sees a record's own field names. Where a record has no field of that
// name, what other shapes of the same log call it stands for it (alias.go), and
// the name of an events column (actor, src_ip, operation, outcome, …) stands for
// that column; ts is the event's time, for hour and the like. A name into an
// array means the values of all its members. An object is not kept as a text: a
// rule that looks for one in it finds it only where an alias names its fields.
//
// Correlations run over what the rules they name matched (correlator).
package detect

import (
	"context"
	"fmt"
	"iter"
	"maps"
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
	p := newProgram(rules, present)
	h := newHits(p)
	for _, source := range slices.Sorted(maps.Keys(present)) {
		if present[source] == 0 {
			continue
		}
		failed, err := p.plan(source).scan(ctx, s, h)
		if err != nil {
			return nil, err
		}
		for _, f := range failed {
			status := &p.statuses[p.owner[f.rule]]
			status.State, status.Reason = Failed, f.reason
		}
	}
	cite := func(id int64) string { return fmt.Sprint(id) }
	if c, ok := s.(Citer); ok {
		cite = c.Cite
	}
	found, err := p.correlations(ctx, h, cite)
	if err != nil {
		return nil, err
	}
	found = append(found, h.findings(cite)...)
	slices.SortStableFunc(found, inOrder)
	return &Result{Statuses: p.statuses[:len(rules)], Findings: found}, nil
}
