package timeline

import (
	"context"
	"database/sql"
)

// maxColumns is how many columns a coverage has at most; beyond, a column is
// wider than a day.
const maxColumns = 92

// Coverage says for each source on which days it has events and on which it is
// silent. "Nothing found" means nothing on a day without events.
type Coverage struct {
	Unit    Unit    // 1 day, wider if there are too many
	Starts  []int64 // start of each column, µs
	Sources []SourceCoverage
	Stray   Stray // events outside the columns
}

// SourceCoverage is one source's presence.
type SourceCoverage struct {
	Source      string
	Counts      []int64 // per column
	Total       int64
	First, Last int64 // µs
	Present     int   // days with events, whatever the width of a column
	Silent      int   // days without events between its first and its last
	Longest     Silence
}

// Silence is a run of whole days without events of a source that has events
// before and after it.
type Silence struct {
	From int64 // the first silent day, µs
	Days int
}

// NewCoverage is the presence of each source per day. Of f it heeds Duplicates
// and Unknown.
func NewCoverage(ctx context.Context, db *sql.DB, f Filter) (*Coverage, error) {
	ds, err := days(ctx, db, f)
	if err != nil || len(ds) == 0 {
		return &Coverage{Unit: dayUnit}, err
	}
	return coverage(ds), nil
}

func coverage(ds []sourceDay) *Coverage {
	first, last, stray := extent(ds)
	c := &Coverage{Stray: stray}
	c.Unit, c.Starts = fit(dayUnit, first, last, maxColumns)
	for _, d := range ds {
		c.add(d, bucket(c.Unit, c.Starts, d.day))
	}
	return c
}

// add counts one source's day; sources come in order, and each one's days too.
func (c *Coverage) add(d sourceDay, column int) {
	if k := len(c.Sources); k == 0 || c.Sources[k-1].Source != d.source {
		c.Sources = append(c.Sources, SourceCoverage{Source: d.source, Counts: make([]int64, len(c.Starts)), First: d.first, Last: d.last})
	}
	s := &c.Sources[len(c.Sources)-1]
	s.silence(d.day)
	if column >= 0 {
		s.Counts[column] += d.n
	}
	s.Total += d.n
	s.Present++
	s.Last = max(s.Last, d.last)
}

// silence counts the whole days between the source's last event and a day.
func (s *SourceCoverage) silence(today int64) {
	next := dayUnit.Next(dayUnit.Floor(s.Last))
	quiet := int((today - next) / day.Microseconds())
	if s.Present == 0 || quiet <= 0 {
		return
	}
	s.Silent += quiet
	if quiet > s.Longest.Days {
		s.Longest = Silence{From: next, Days: quiet}
	}
}
