package timeline

import (
	"context"
	"database/sql"
	"slices"
)

// maxBars is how many buckets a histogram has at most: what a page can show.
const maxBars = 72

// Histogram is the number of events per source and bucket of time.
type Histogram struct {
	Unit   Unit
	Starts []int64 // start of each bucket, µs; buckets without events included
	Series []Series
	Total  int64 // events drawn
	Stray  Stray // events not drawn
}

// Series is one source's events per bucket.
type Series struct {
	Source string
	Counts []int64
	Total  int64
}

// Bucket is the index of the bucket that holds a time; -1 if none does.
func (h *Histogram) Bucket(us int64) int { return bucket(h.Unit, h.Starts, us) }

func bucket(u Unit, starts []int64, us int64) int {
	at, found := slices.BinarySearch(starts, us)
	if found {
		return at
	}
	if at--; at < 0 || us >= u.Next(starts[at]) {
		return -1
	}
	return at
}

// NewHistogram counts the events that count, per source, in buckets whose width
// follows from the time they cover. Of f it heeds Duplicates and Unknown.
func NewHistogram(ctx context.Context, db *sql.DB, f Filter) (*Histogram, error) {
	ds, err := days(ctx, db, f)
	if err != nil || len(ds) == 0 {
		return &Histogram{Unit: dayUnit}, err
	}
	return histogram(ctx, db, f, ds)
}

func histogram(ctx context.Context, db *sql.DB, f Filter, ds []sourceDay) (*Histogram, error) {
	first, last, stray := extent(ds)
	h := &Histogram{Stray: stray}
	h.Unit, h.Starts = fit(units[0], first, last, maxBars)
	if h.Unit.Months > 0 || h.Unit.Width >= day {
		for _, d := range ds {
			h.add(d.source, d.day, d.n)
		}
		return h, nil
	}
	origin, width := h.Starts[0], h.Unit.Width.Microseconds()
	args := []any{sql.Named("origin", origin), sql.Named("end", h.Unit.Next(h.Starts[len(h.Starts)-1])), sql.Named("width", width),
		sql.Named("duplicates", f.Duplicates), sql.Named("unknown", f.Unknown)}
	for b, err := range rowsOf(ctx, db, "timeline/histogram", scanBar, args) {
		if err != nil {
			return nil, err
		}
		h.add(b.source, origin+b.bucket*width, b.n)
	}
	return h, nil
}

type bar struct {
	source    string
	bucket, n int64
}

func scanBar(rows *sql.Rows, b *bar) error { return rows.Scan(&b.source, &b.bucket, &b.n) }

// add counts n events of a source; sources come in order.
func (h *Histogram) add(source string, us, n int64) {
	at := h.Bucket(us)
	if at < 0 {
		return
	}
	if k := len(h.Series); k == 0 || h.Series[k-1].Source != source {
		h.Series = append(h.Series, Series{Source: source, Counts: make([]int64, len(h.Starts))})
	}
	s := &h.Series[len(h.Series)-1]
	s.Counts[at] += n
	s.Total += n
	h.Total += n
}
