package timeline

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
)

// sourceDay is the events of one source on one UTC day.
type sourceDay struct {
	source              string
	day, n, first, last int64
}

func days(ctx context.Context, db *sql.DB, f Filter) ([]sourceDay, error) {
	return all(ctx, db, "timeline/days", func(rows *sql.Rows, d *sourceDay) error {
		return rows.Scan(&d.source, &d.day, &d.n, &d.first, &d.last)
	}, sql.Named("duplicates", f.Duplicates), sql.Named("unknown", f.Unknown))
}

// Stray counts the events that lie so far from all others that drawing them
// would flatten the rest to nothing: a zero time, a clock set to 2099.
type Stray struct {
	Before, After int64
	First, Last   int64 // time of the first and of the last event of all, µs
}

// strayGap is how many times longer than the rest a gap must be, and strayPart
// the part of all events that may lie beyond it.
const (
	strayGap  = 20
	strayPart = 100 // one in so many
)

// extent is the time to draw: from the first to the last event, without strays.
func extent(ds []sourceDay) (first, last int64, out Stray) {
	ds = slices.Clone(ds)
	slices.SortFunc(ds, func(a, b sourceDay) int { return cmp.Compare(a.day, b.day) })
	from, to := core(ds)
	for ; from > 0 && ds[from].day-ds[from-1].day <= strayGap*span(ds[from:to]); from-- {
	}
	for ; to < len(ds) && ds[to].day-ds[to-1].day <= strayGap*span(ds[from:to]); to++ {
	}
	out.Before, out.After = sum(ds[:from]), sum(ds[to:])
	out.First, out.Last = ends(ds)
	first, last = ends(ds[from:to])
	return first, last, out
}

// core is the run of days without the few events at either end.
func core(ds []sourceDay) (from, to int) {
	few := sum(ds) / strayPart
	for n := ds[0].n; n <= few; n += ds[from].n {
		from++
	}
	to = len(ds)
	for n := ds[to-1].n; n <= few && to-1 > from; n += ds[to-1].n {
		to--
	}
	return from, to
}

func sum(ds []sourceDay) (n int64) {
	for _, d := range ds {
		n += d.n
	}
	return n
}

// span is the length of a run of days in µs, at least one day.
func span(ds []sourceDay) int64 { return ds[len(ds)-1].day - ds[0].day + day.Microseconds() }

func ends(ds []sourceDay) (first, last int64) {
	for i, d := range ds {
		if i == 0 || d.first < first {
			first = d.first
		}
		if i == 0 || d.last > last {
			last = d.last
		}
	}
	return first, last
}
