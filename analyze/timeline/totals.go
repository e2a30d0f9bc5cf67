package timeline

import (
	"context"
	"database/sql"
	"fmt"

	"hotwash/queries"
)

// Totals are the counts of a case. Records are what was cut from the evidence;
// each gave an event or a reject. Each event stands in one class: duplicate,
// unknown, undated or on the timeline.
type Totals struct {
	Records, Rejects int64
	Events           int64 // all rows
	Derived          int64 // made from several records; outside the balance

	Duplicates int64 // another event counts for it
	Parts      int64 // tells an event together with others: the derived event counts for it
	Conflicts  int64 // duplicates with different content
	Unknown    int64 // of unknown format
	Undated    int64
	Timeline   int64 // dated, known, counted once

	// Occurrences is what the events of the timeline stand for: a sampled or
	// aggregated record stands for several.
	Occurrences int64

	First, Last int64 // µs, of the timeline
	Balanced    bool  // every item's bytes and records add up
}

// NewTotals counts a case whose items are given.
func NewTotals(ctx context.Context, db *sql.DB, items []Account) (t Totals, err error) {
	var first, last sql.Null[int64]
	err = db.QueryRowContext(ctx, queries.Text("timeline/totals")).Scan(
		&t.Events, &t.Duplicates, &t.Conflicts, &t.Parts,
		&t.Unknown, &t.Undated, &t.Timeline, &t.Occurrences, &first, &last)
	if err != nil {
		return t, fmt.Errorf("timeline/totals.sql: %w", err)
	}
	t.First, t.Last, t.Balanced, t.Derived = first.V, last.V, true, t.Events
	for i := range items {
		t.Records += items[i].Records
		t.Rejects += items[i].Rejects
		t.Derived -= items[i].Events
		t.Balanced = t.Balanced && items[i].Balanced()
	}
	t.Balanced = t.Balanced && t.Derived >= 0
	return t, nil
}
