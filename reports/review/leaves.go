package review

import (
	"slices"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
	"hotwash/analyze/timeline"
)

// The leaves' values by the names that formats use: a format imports this
// package and no other of the project.
type (
	Place          = event.Place
	Row            = timeline.Row
	Histogram      = timeline.Histogram
	Series         = timeline.Series
	SourceCoverage = timeline.SourceCoverage
	Stray          = timeline.Stray
	Totals         = timeline.Totals
	Reject         = timeline.Reject
	Gap            = timeline.Gap
	Why            = sigma.Why
)

// PlaceOf is the place that an event id stands for, without length and line.
func PlaceOf(id int64) Place { return event.PlaceOf(id) }

// Window is how far the timeline around a finding reaches, each way.
const Window = timeline.DefaultWindow

// Doubts says what a row's time rests on where that is not plain.
func Doubts(r *Row) []string {
	switch r.Time.Quality.Basis() {
	case event.BasisYearInferred:
		return []string{"year inferred"}
	case event.BasisDSTAmbiguous:
		return []string{"local time exists twice, earlier taken"}
	case event.BasisZone:
		return []string{"zone given by the user"}
	}
	return nil
}

// Refused says whether an outcome is that of something that did not succeed.
func Refused(outcome string) bool {
	return slices.Contains([]event.Outcome{event.Failure, event.Denied, event.Interrupt}, event.Outcome(outcome))
}
