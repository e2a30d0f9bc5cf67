package timeline

import (
	"context"
	"database/sql"

	"hotwash/analyze/detect"
)

// Survey is everything a report tells of a case besides its rules and the
// files themselves, cut to what a page can hold.
type Survey struct {
	Accounts     []Account
	Totals       Totals
	Histogram    *Histogram
	Coverage     *Coverage
	Unknown      bool  // events of unknown format are on the timeline
	Rows         []Row // the first of the timeline
	Dated        int64 // events of the timeline
	Undated      []Row // the first of the events without a time
	Timeless     int64 // events without a time
	Rejects      []Reject
	Rejected     int
	Warnings     []Warning
	Completeness []Gap // what the evidence cannot show, the gravest first

	Around []Context // of the findings, in their order; fewer than findings if cut

	days []sourceDay // what the charts were made of
}

// Cut says how much of each list a Survey holds.
type Cut struct{ Rows, Undated, Rejects, Findings int }

// DefaultCut is what one page can hold and a reader can read.
func DefaultCut() Cut { return Cut{Rows: 500, Undated: 50, Rejects: 100, Findings: 50} }

// NewSurvey reads a case for a report. Of f it heeds Duplicates and Unknown.
func NewSurvey(ctx context.Context, db *sql.DB, f Filter, findings []detect.Finding, cut Cut) (*Survey, error) {
	s := &Survey{Unknown: f.Unknown}
	for _, step := range []func() error{
		func() (err error) { s.Accounts, err = Accounts(ctx, db); return },
		func() (err error) { s.Totals, err = NewTotals(ctx, db, s.Accounts); return },
		func() error { return s.charts(ctx, db, f) },
		func() (err error) { s.Dated, s.Timeless, err = Count(ctx, db, f); return },
		func() (err error) { s.Rows, err = first(ctx, db, f, cut.Rows); return },
		func() (err error) { f.Undated = true; s.Undated, err = first(ctx, db, f, cut.Undated); return },
		func() (err error) { s.Rejects, s.Rejected, err = Rejects(ctx, db, cut.Rejects); return },
		func() (err error) { s.Warnings, err = Warnings(ctx, db); return },
		func() (err error) {
			s.Around, err = Around(ctx, db, findings[:min(len(findings), cut.Findings)])
			return
		},
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// charts asks for the days once and folds them twice.
func (s *Survey) charts(ctx context.Context, db *sql.DB, f Filter) error {
	s.Histogram, s.Coverage = &Histogram{Unit: dayUnit}, &Coverage{Unit: dayUnit}
	ds, err := days(ctx, db, f)
	if err != nil || len(ds) == 0 {
		return err
	}
	s.days = ds
	s.Coverage = coverage(ds)
	s.Histogram, err = histogram(ctx, db, f, ds)
	return err
}

func first(ctx context.Context, db *sql.DB, f Filter, limit int) (out []Row, err error) {
	f.Limit = limit
	for row, err := range Rows(ctx, db, f) {
		if err != nil {
			return nil, err
		}
		out = append(out, *row)
	}
	return out, nil
}
