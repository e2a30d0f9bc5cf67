// Package ci writes a review for machines that decide: the JSON object that
// commands print, and JUnit XML. Both hold counts, states and verdicts; the
// events themselves are exported elsewhere.
package ci

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"hotwash/reports/review"
)

// Summary is the JSON object of an analysis. Its names are stable; more fields
// may follow.
type Summary struct {
	Case      string            `json:"case"`
	Simulated bool              `json:"simulated"`
	Evidence  []Evidence        `json:"evidence"`
	Totals    Totals            `json:"totals"`
	Rules     map[string]int    `json:"rules"` // every state, those without rules included
	Findings  []Finding         `json:"findings"`
	Outputs   map[string]string `json:"outputs,omitempty"`

	Completeness []Gap `json:"completeness"`
}

// Gap is something that the evidence can't show. Kind "blind_spot" is what a
// source never tells.
type Gap struct {
	Kind   string   `json:"kind"`
	Source string   `json:"source"` // empty if it is about items of any source
	Items  []string `json:"items"`
	Detail string   `json:"detail"`
	Means  string   `json:"means"`
	From   string   `json:"from"` // empty if it is about no span of time, or about one with an open end
	To     string   `json:"to"`
	Count  int64    `json:"count"` // records, rows, numbers, hours or days, as the detail says

	Conflicts int64 `json:"conflicts,omitempty"` // of count: copies with different content
}

// Evidence is one evidence item.
type Evidence struct {
	ID         string           `json:"id"`
	Path       string           `json:"path"`
	Member     string           `json:"member"`
	State      string           `json:"state"`
	Reason     string           `json:"reason"`
	Sources    map[string]int64 `json:"sources"`
	Records    int64            `json:"records"`
	Events     int64            `json:"events"`
	Derived    int64            `json:"derived"`
	Rejects    int64            `json:"rejects"`
	Duplicates int64            `json:"duplicates"`
	Conflicts  int64            `json:"conflicts"`
	SHA256     string           `json:"sha256"`
	Size       int64            `json:"size"`
	Balanced   bool             `json:"balanced"`
	Told       string           `json:"told,omitempty"`       // what the user said of its times: "zone=Europe/Berlin"
	DateOrder  string           `json:"date_order,omitempty"` // how dates such as 9/10/2023 were read, "mdy"
}

// Totals are the counts of a case.
type Totals struct {
	Records    int64 `json:"records"`
	Events     int64 `json:"events"`
	Derived    int64 `json:"derived"`
	Rejects    int64 `json:"rejects"`
	Duplicates int64 `json:"duplicates"`
	Conflicts  int64 `json:"conflicts"`
	Parts      int64 `json:"parts"` // records that a derived event counts for
	Unknown    int64 `json:"unknown"`
	Undated    int64 `json:"undated"`
	Timeline   int64 `json:"timeline"`

	Occurrences int64 `json:"occurrences"` // that the events of the timeline stand for
	Balanced    bool  `json:"balanced"`
}

// Finding is one finding. Event ids are text: they don't fit a float.
type Finding struct {
	ID         string              `json:"id"`
	Rule       string              `json:"rule"`
	Title      string              `json:"title"`
	Author     string              `json:"author"`
	Level      string              `json:"level"`
	Techniques []string            `json:"techniques"`
	First      string              `json:"first"`
	Last       string              `json:"last"`
	Count      int64               `json:"count"`
	Entities   map[string][]string `json:"entities"`
	EventIDs   []string            `json:"event_ids"`
}

// Summarize is a review as its JSON object.
func Summarize(r *review.Review) Summary {
	t := r.Totals
	s := Summary{Case: r.Case, Simulated: r.Simulated, Evidence: []Evidence{}, Findings: []Finding{}, Rules: map[string]int{},
		Totals: Totals{t.Records, t.Events, t.Derived, t.Rejects, t.Duplicates, t.Conflicts, t.Parts, t.Unknown, t.Undated, t.Timeline, t.Occurrences, t.Balanced}}
	for _, c := range r.ByState() {
		s.Rules[c.Name] = c.N
	}
	for i := range r.Evidence {
		s.Evidence = append(s.Evidence, summarizeItem(&r.Evidence[i]))
	}
	for i := range r.Findings {
		s.Findings = append(s.Findings, summarizeFinding(&r.Findings[i]))
	}
	s.Completeness = []Gap{}
	for _, g := range r.Completeness {
		s.Completeness = append(s.Completeness, summarizeGap(g))
	}
	return s
}

func summarizeGap(g review.Gap) Gap {
	out := Gap{Kind: string(g.Kind), Source: g.Source, Items: []string{}, Detail: g.Detail, Means: review.GapMeans(g), From: when(g.From), To: when(g.To), Count: g.Count, Conflicts: g.Conflicts}
	for _, ordinal := range g.Items {
		out.Items = append(out.Items, fmt.Sprintf("E%02d", ordinal))
	}
	return out
}

func summarizeItem(e *review.Evidence) Evidence {
	a := e.Account
	out := Evidence{ID: itemID(e), Path: e.Folder(), Member: e.Member, State: string(e.State), Reason: e.Reason, Sources: map[string]int64{},
		Records: a.Records, Events: a.EventRows, Derived: a.EventRows - a.Events, Rejects: a.Rejects,
		Duplicates: a.Duplicates, Conflicts: a.Conflicts, SHA256: e.SHA256, Size: e.Size, Balanced: a.Balanced(), Told: e.Told, DateOrder: e.Dates}
	for _, s := range a.Sources {
		out.Sources[s.Source] = s.Events
	}
	return out
}

func summarizeFinding(f *review.Finding) Finding {
	out := Finding{ID: f.ID, Rule: f.Rule, Title: f.Title, Author: f.Author, Level: f.Level, Techniques: append([]string{}, f.Techniques...),
		First: when(f.First), Last: when(f.Last), Count: int64(f.Count), Entities: f.Entities, EventIDs: []string{}}
	for _, id := range f.EventIDs {
		out.EventIDs = append(out.EventIDs, strconv.FormatInt(id, 10))
	}
	return out
}

// when is a time of a finding; empty if its events have none.
func when(us int64) string {
	if us == 0 {
		return ""
	}
	return review.Micros(us)
}

func itemID(e *review.Evidence) string { return fmt.Sprintf("E%02d", e.Ordinal) }

// JSON writes the summary of a review as one indented object.
func JSON(w io.Writer, r *review.Review) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(Summarize(r))
}
