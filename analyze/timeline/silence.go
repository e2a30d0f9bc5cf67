package timeline

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// What makes an hour one in which a source usually has events: over the days it
// covers, in the same hour of the day, weekdays and weekends apart. A night that
// is always quiet is no silence, nor is a source that speaks now and then.
const (
	slotDays   = 4  // so many days with that hour at least
	slotMedian = 10 // events in the median one of them
	slotQuiet  = 4  // at most one of so many of them without any
)

// maxSilences is how many silences of a source are told one by one.
const maxSilences = 10

// silences are the hours in which a source had no event although it usually
// has, one after the other as one.
func silences(ctx context.Context, db *sql.DB, s *Survey) (gaps []Gap, err error) {
	if len(s.days) == 0 {
		return nil, nil
	}
	first, last, _ := extent(s.days)
	origin, width := first-mod(first, hour), hour
	args := []any{sql.Named("origin", origin), sql.Named("end", last+1), sql.Named("width", width),
		sql.Named("duplicates", false), sql.Named("unknown", s.Unknown)}
	r := rhythm{origin: origin}
	for b, err := range rowsOf(ctx, db, "timeline/histogram", scanBar, args) {
		if err != nil {
			return nil, err
		}
		if b.source != r.source {
			gaps = append(gaps, r.silences()...)
			r = rhythm{source: b.source, origin: origin, first: b.bucket}
		}
		for int64(len(r.counts)) < b.bucket-r.first {
			r.counts = append(r.counts, 0)
		}
		r.counts = append(r.counts, b.n)
	}
	return append(gaps, r.silences()...), nil
}

const hour = int64(time.Hour / time.Microsecond)

// mod is the remainder that is never below zero.
func mod(a, b int64) int64 { return (a%b + b) % b }

// rhythm is one source's events per hour, from its first hour to its last.
type rhythm struct {
	source string
	origin int64 // µs, of hour 0
	first  int64 // hour of counts[0]
	counts []int64
}

// slot is the kind of an hour: of the day, and whether on a weekend (UTC).
func (r *rhythm) slot(i int) int {
	at := time.UnixMicro(r.at(i)).UTC()
	slot := at.Hour()
	if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
		slot += 24
	}
	return slot
}

func (r *rhythm) at(i int) int64 { return r.origin + (r.first+int64(i))*hour }

// usual is the median of each kind of hour; 0 where there is no rhythm. The
// first and the last hour are left out: they are covered in part.
func (r *rhythm) usual() (medians [48]int64) {
	var slots [48][]int64
	for i := 1; i < len(r.counts)-1; i++ {
		k := r.slot(i)
		slots[k] = append(slots[k], r.counts[i])
	}
	for k, counts := range slots {
		slices.Sort(counts)
		n := len(counts)
		if n >= slotDays && counts[n/2] >= slotMedian && counts[n/slotQuiet] > 0 {
			medians[k] = counts[n/2]
		}
	}
	return medians
}

// silences are the runs of hours without events that usually have some.
func (r *rhythm) silences() (gaps []Gap) {
	if len(r.counts) < slotDays*24 {
		return nil
	}
	medians := r.usual()
	var hours, missed int64
	for i := 1; i < len(r.counts); i++ {
		usual := medians[r.slot(i)]
		if r.counts[i] == 0 && usual > 0 && i < len(r.counts)-1 {
			hours, missed = hours+1, missed+usual
			continue
		}
		if hours > 0 {
			gaps = append(gaps, Gap{Kind: SilentHours, Source: r.source, From: r.at(i) - hours*hour, To: r.at(i), Count: hours,
				Detail: plural(hours, "hour") + " without an event, where about " + number(missed) + " are usual, judging by the same hours of the other days"})
		}
		hours, missed = 0, 0
	}
	return longest(gaps)
}

// longest keeps the longest silences of a source, in the order of time, and
// says how many there are besides.
func longest(gaps []Gap) []Gap {
	if len(gaps) <= maxSilences {
		return gaps
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int { return int(b.Count - a.Count) })
	rest := gaps[maxSilences:]
	more := Gap{Kind: SilentHours, Source: gaps[0].Source, From: rest[0].From, To: rest[0].To}
	for _, g := range rest {
		more.From, more.To, more.Count = min(more.From, g.From), max(more.To, g.To), more.Count+g.Count
	}
	more.Detail = plural(int64(len(rest)), "shorter silence") + " besides, " + plural(more.Count, "hour") + " in all"
	gaps = gaps[:maxSilences]
	slices.SortFunc(gaps, func(a, b Gap) int { return int((a.From - b.From) / hour) })
	return append(gaps, more)
}
