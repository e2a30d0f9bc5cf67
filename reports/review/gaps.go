package review

import (
	"fmt"
	"slices"
	"strings"

	"hotwash/analyze/timeline"
)

// gapWords are what people call a kind of gap, and what follows from it.
var gapWords = map[timeline.GapKind]struct{ name, means string }{
	timeline.Truncated:       {"cut off", "what came after was not read and not searched"},
	timeline.RejectsAtEnd:    {"broken end", "there may be more records that the file lost"},
	timeline.RowsMissing:     {"rows missing", "events the service had are not here: ask for the export again"},
	timeline.RowsBogus:       {"failed query", "the service gave up: ask for the export again"},
	timeline.RowCap:          {"row limit", "events beyond the limit are not here: export in smaller spans of time"},
	timeline.NumbersMissing:  {"records missing", "records were filtered, overwritten or removed; these logs can't say which"},
	timeline.DateOrder:       {"day or month", "the order of these events is not known"},
	timeline.DatesMixed:      {"mixed dates", "the days of the other events of this item may be wrong"},
	timeline.Clock:           {"doubtful times", "the order of these events to others may be wrong"},
	timeline.SilentHours:     {"silence", "nothing could be found there: a quiet time, a missing export or a stopped log"},
	timeline.RetentionLimit:  {"end of retention", "nothing can be said of the time before"},
	timeline.OperationAbsent: {"not logged", "that it is absent doesn't mean that it did not happen"},
	timeline.DuplicateFiles:  {"copies differ", "each counts once; compare the two before relying on either"},
	timeline.BlindSpot:       {"never told", "its absence proves nothing"},
}

// GapName is what people call a kind of gap.
func GapName(g Gap) string {
	if w, ok := gapWords[g.Kind]; ok {
		return w.name
	}
	return string(g.Kind)
}

// GapMeans is what follows from a gap for who relies on the review.
func GapMeans(g Gap) string { return gapWords[g.Kind].means }

// Gaps are what this evidence can't show. Copies that are the same are none:
// those are Copies.
func (r *Review) Gaps() (gaps []Gap) {
	for _, g := range r.Completeness {
		if g.Kind != timeline.BlindSpot && (g.Kind != timeline.DuplicateFiles || g.Conflicts > 0) {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// Copies are the items that hold the same records, all of them the same.
func (r *Review) Copies() (copies []Gap) {
	for _, g := range r.Completeness {
		if g.Kind == timeline.DuplicateFiles && g.Conflicts == 0 {
			copies = append(copies, g)
		}
	}
	return copies
}

// Blind is a source and what it never tells.
type Blind struct {
	Source string
	Limits []string
}

// BlindSpots are the sources that are there with what they never tell.
func (r *Review) BlindSpots() (all []Blind) {
	for _, g := range r.Completeness {
		if g.Kind != timeline.BlindSpot {
			continue
		}
		at := slices.IndexFunc(all, func(b Blind) bool { return b.Source == g.Source })
		if at < 0 {
			at = len(all)
			all = append(all, Blind{Source: g.Source})
		}
		all[at].Limits = append(all[at].Limits, g.Detail)
	}
	return all
}

// gapCounts says how many gaps there are of each kind: "2 row limit, 1 silence".
func (r *Review) gapCounts() string {
	var parts []string
	for _, kind := range timeline.GapKinds() {
		n := 0
		for _, g := range r.Gaps() {
			if g.Kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", Number(n), gapWords[kind].name))
		}
	}
	return strings.Join(parts, ", ")
}
