// Package review is the model that every report is written from: what was
// found, what was covered, and what stands between the two. It is composed of
// the values of the packages that computed them; it computes nothing that needs
// the case, and knows no format.
package review

import (
	"cmp"
	"iter"
	"slices"

	"hotwash/analyze/detect"
	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/timeline"
)

// Review is one analysis as its reports tell it. Two equal Reviews give the
// same bytes in every format.
type Review struct {
	Case      string // its name, not its path
	Simulated bool   // the evidence carries the mark of a drill

	Evidence []Evidence
	Totals   timeline.Totals
	Unknown  bool // events of unknown format are on the timeline
	Rules    []Rule
	Findings []Finding // the most severe first, then by time

	Histogram *timeline.Histogram
	Coverage  *timeline.Coverage
	Timeline  Table[timeline.Row]
	Undated   Table[timeline.Row]
	Rejects   Table[timeline.Reject]
	Warnings  []timeline.Warning

	Completeness []timeline.Gap // what the evidence can't show, the gravest first

	Verdicts []Verdict // of rule tests and drills, if any ran
	Method   Method

	// All is the whole timeline, read from the case while it is ranged over.
	// Where it is nil, Timeline's rows are all there is.
	All iter.Seq2[*timeline.Row, error]
}

// Table is a list that may be cut: Rows are the first of Total.
type Table[T any] struct {
	Rows  []T
	Total int
}

// Evidence is an evidence item and what became of its bytes.
type Evidence struct {
	evidence.Item
	Account timeline.Account
}

// Finding is a finding with the timeline around it. Around is empty with a
// Total of -1 if the review holds too many findings to show it.
type Finding struct {
	detect.Finding
	Around Table[timeline.Row]
}

// Rule is the state that one detection rule was in. State "loaded" means it ran.
type Rule struct{ ID, Title, Level, State, Reason string }

// Loaded is the state of a rule that ran over the case.
const Loaded = "loaded"

func newRule(s detect.Status) Rule {
	return Rule{ID: s.Rule.Key(), Title: s.Rule.Called(), Level: s.Rule.Level, State: string(s.State), Reason: s.Reason}
}

// Verdict is one expectation of a rule test or a drill, and how it ended.
type Verdict struct {
	Suite, ID string // rule or scenario, and the case in it: both stable
	Kind      string // rule, scenario or regression
	Status    Status
	Type      string // of a failure: miss, false_positive, late, wrong_entity, …
	Message   string
	File      string // the YAML that holds the expectation
	Line      int
	Seconds   float64 // how long it ran, 0 if not measured
}

// Status is how an expectation ended.
type Status string

// The ends of an expectation.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Errored Status = "error"
	Skipped Status = "skipped" // not measurable
)

// Method says how the review came about, so that another can repeat it.
type Method struct {
	Tool     string    // name and version
	Command  string    // as typed
	Settings []Setting // whatever else the result depends on
}

// Setting is one name and value of the Method.
type Setting struct{ Name, Value string }

// New composes a review of what the analysis of a case gave. items and
// accounts are matched by ordinal, contexts belong to findings by position.
func New(name string, items []evidence.Item, findings []detect.Finding, statuses []detect.Status, s *timeline.Survey) *Review {
	r := &Review{
		Case: name, Totals: s.Totals, Unknown: s.Unknown,
		Histogram: s.Histogram, Coverage: s.Coverage, Warnings: s.Warnings, Completeness: s.Completeness,
		Timeline: Table[timeline.Row]{Rows: s.Rows, Total: int(s.Dated)},
		Undated:  Table[timeline.Row]{Rows: s.Undated, Total: int(s.Timeless)},
		Rejects:  Table[timeline.Reject]{Rows: s.Rejects, Total: s.Rejected},
	}
	accounts := make(map[int32]timeline.Account, len(s.Accounts))
	for _, a := range s.Accounts {
		accounts[a.Ordinal] = a
		r.Simulated = r.Simulated || a.Simulated
	}
	for _, item := range items {
		r.Evidence = append(r.Evidence, Evidence{Item: item, Account: accounts[item.Ordinal]})
	}
	for _, status := range statuses {
		r.Rules = append(r.Rules, newRule(status))
	}
	for i, f := range findings {
		around := Table[timeline.Row]{Total: -1}
		if i < len(s.Around) {
			around = Table[timeline.Row]{Rows: s.Around[i].Rows, Total: s.Around[i].Total}
		}
		r.Findings = append(r.Findings, Finding{Finding: f, Around: around})
	}
	slices.SortStableFunc(r.Findings, bySeverity)
	return r
}

func bySeverity(a, b Finding) int {
	return cmp.Or(cmp.Compare(Severity(b.Level), Severity(a.Level)), cmp.Compare(a.First, b.First), cmp.Compare(a.ID, b.ID))
}

// Cite is the portable citation of a place: hash, member, offset and length.
func (r *Review) Cite(p event.Place) string {
	if e := r.Item(p.Evidence); e != nil {
		return evidence.Cite(e.Item, p)
	}
	return evidence.Cite(evidence.Item{Ordinal: p.Evidence}, p)
}

// Item is the evidence item of an ordinal; nil if the review has none.
func (r *Review) Item(ordinal int32) *Evidence {
	at, found := slices.BinarySearchFunc(r.Evidence, ordinal, func(e Evidence, o int32) int { return cmp.Compare(e.Ordinal, o) })
	if !found {
		return nil
	}
	return &r.Evidence[at]
}

// Path is the name of an evidence item; empty if the review has none of it.
func (r *Review) Path(ordinal int32) string {
	if e := r.Item(ordinal); e != nil {
		return e.Name()
	}
	return ""
}

// Who is the one entity a finding is about.
func (f *Finding) Who() string {
	for _, kind := range []string{"user", "host", "ip"} {
		if values := f.Entities[kind]; len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// Rows is the whole timeline.
func (r *Review) Rows() iter.Seq2[*timeline.Row, error] {
	if r.All != nil {
		return r.All
	}
	return func(yield func(*timeline.Row, error) bool) {
		for i := range r.Timeline.Rows {
			if !yield(&r.Timeline.Rows[i], nil) {
				return
			}
		}
	}
}
