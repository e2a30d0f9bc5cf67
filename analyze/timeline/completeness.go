package timeline

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Gap is something that the evidence can't show, as far as the evidence itself
// or what is known of its source tells. It is a reason to ask, not a finding.
type Gap struct {
	Kind   GapKind
	Source string  // empty if it is about items of any source
	Items  []int32 // ordinals; none if it is about all items of the source
	Detail string  // what was seen, and how it was judged
	From   int64   // µs, of the span it is about; 0 if there is none
	To     int64
	Count  int64 // records, rows, numbers or hours, as Detail says

	Conflicts int64 // of Count, copies with different content
}

// GapKind is a kind of gap.
type GapKind string

// The kinds of gaps, the gravest first.
const (
	Truncated       GapKind = "truncated"         // an item was not read to its end, or changed
	RejectsAtEnd    GapKind = "rejects_at_end"    // the last records of an item are broken
	RowsMissing     GapKind = "rows_missing"      // numbered answers of a query without some of their rows
	RowsBogus       GapKind = "rows_bogus"        // answers numbered below 1 or beyond their count: the service failed
	RowCap          GapKind = "row_cap"           // as many rows as an export can have
	NumbersMissing  GapKind = "numbers_missing"   // holes in what a log numbers itself
	DateOrder       GapKind = "date_order"        // dates that could be two: they have no time
	DatesMixed      GapKind = "dates_mixed"       // dates of another order than the rest
	Clock           GapKind = "clock"             // times that rest on a guess
	SilentHours     GapKind = "silent_hours"      // hours without events that usually have some
	RetentionLimit  GapKind = "retention_limit"   // the source reaches as far back as it is kept
	OperationAbsent GapKind = "operation_absent"  // an operation that is logged only with a licence or a setting
	DuplicateFiles  GapKind = "duplicate_records" // two items hold the same records
	BlindSpot       GapKind = "blind_spot"        // what the source never tells
)

// GapKinds are the kinds in the order they are told.
func GapKinds() []GapKind {
	return []GapKind{Truncated, RejectsAtEnd, RowsMissing, RowsBogus, RowCap, NumbersMissing, DateOrder, DatesMixed, Clock,
		SilentHours, RetentionLimit, OperationAbsent, DuplicateFiles, BlindSpot}
}

// Known is what a case can't tell of itself by the statements of this package.
type Known struct {
	Facts     func(source string) Facts
	Sequences []Sequence
	Fetches   []Fetch
}

// Facts are what is known of a source apart from the evidence.
type Facts struct {
	Limits    []string // what it never tells
	Caps      []Cap
	Retention []int // days
	Expected  []Expected
}

// Cap is a number of rows at which a way of exporting ends.
type Cap struct {
	Rows int64
	Of   string
}

// Expected is an operation that is there if one of others is, unless it was not
// licensed, not logged or left out.
type Expected struct {
	Operation string
	Beside    []string
	Shows     string
}

// Sequence is a log that numbers its records itself, and what is missing in it.
type Sequence struct {
	Host, Log      string
	Items          []int32
	First, Last    int64
	Present        int64
	Missing, Holes int64
	Between        int64 // holes that lie between two items
	Before, After  int64 // the numbers at the largest hole
	From, To       int64 // µs, there; 0 if undated
}

// Fetch is what one item holds of queries that number their answers.
type Fetch struct {
	Items               []int32
	Queries, Incomplete int64
	Expected, Missing   int64
	From, To            int64
	Mixed               bool // Missing is the least it can be
	Bogus               int64
}

// Completeness is what the evidence of a case can't show, the gravest kind
// first. s is the case's survey.
func Completeness(ctx context.Context, db *sql.DB, s *Survey, k Known) ([]Gap, error) {
	var gaps []Gap
	for _, step := range []func() ([]Gap, error){
		func() ([]Gap, error) { return troubled(ctx, db) },
		func() ([]Gap, error) { return clocks(ctx, db) },
		func() ([]Gap, error) { return silences(ctx, db, s) },
		func() ([]Gap, error) { return absent(ctx, db, s, k) },
		func() ([]Gap, error) { return copies(ctx, db) },
	} {
		more, err := step()
		if err != nil {
			return nil, err
		}
		gaps = append(gaps, more...)
	}
	gaps = slices.Concat(gaps, capped(s.Accounts, k), fetched(k.Fetches), numbered(k.Sequences), retained(s.days, k), blind(s.Accounts, k))
	kinds := GapKinds()
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)) })
	return gaps, nil
}

// troubled are the items that were not read whole, and those whose last records
// are broken.
func troubled(ctx context.Context, db *sql.DB) ([]Gap, error) {
	gaps, err := all(ctx, db, "timeline/truncated", func(rows *sql.Rows, g *Gap) error {
		g.Kind, g.Items = Truncated, make([]int32, 1)
		return rows.Scan(&g.Items[0], &g.Detail, &g.Count)
	})
	if err != nil {
		return nil, err
	}
	ends, err := all(ctx, db, "timeline/rejects_last", func(rows *sql.Rows, g *Gap) error {
		g.Kind, g.Items = RejectsAtEnd, make([]int32, 1)
		return rows.Scan(&g.Items[0], &g.Count)
	})
	for i := range ends {
		ends[i].Detail = plural(ends[i].Count, "record") + " after the last one that could be read: the file may be cut off"
	}
	return append(gaps, ends...), err
}

// clockWords are the doubts about times that limit what an order of events can
// show, and what they mean.
var clockWords = map[string]struct {
	kind GapKind
	text string
}{
	"date_order_unknown": {DateOrder, "day or month may be first; no time is taken until --date-order says which"},
	"date_order_differs": {DatesMixed, "against the order that the others were read in: any of those may be misread"},
	"year_unknown":       {Clock, "no year is stated, nor around them; no time is taken until --year says it"},
	"zone_assumed":       {Clock, "local, of nobody knows where, read as UTC: maybe hours off until --zone says where"},
	"time_ambiguous":     {Clock, "local, and twice on the clock when it goes back: the earlier is taken, it may be an hour later"},
	"time_nonexistent":   {Clock, "local, and skipped by the clock when it goes forward: the zone may be wrong"},
	"utc_time_differs":   {Clock, "minutes apart from a second time in the same record: one of the clocks is wrong, or local time was written as UTC"},
	"time_out_of_range":  {Clock, "before 1600 or after 2200: no time is taken"},
}

// clocks are the items with doubtful times, by doubt.
func clocks(ctx context.Context, db *sql.DB) (gaps []Gap, err error) {
	type doubt struct {
		item  int32
		code  string
		count int64
	}
	for d, err := range rowsOf(ctx, db, "timeline/doubts", func(rows *sql.Rows, d *doubt) error {
		return rows.Scan(&d.code, &d.item, &d.count)
	}, nil) {
		if err != nil {
			return nil, err
		}
		w, ok := clockWords[d.code]
		if !ok {
			continue
		}
		if n := len(gaps); n == 0 || !strings.HasSuffix(gaps[n-1].Detail, w.text) {
			gaps = append(gaps, Gap{Kind: w.kind, Detail: w.text})
		}
		g := &gaps[len(gaps)-1]
		g.Items, g.Count = append(g.Items, d.item), g.Count+d.count
	}
	for i := range gaps {
		what := "time"
		if gaps[i].Kind != Clock {
			what = "date"
		}
		gaps[i].Detail = plural(gaps[i].Count, what) + ": " + gaps[i].Detail
	}
	return gaps, nil
}

// suspicious are the numbers of rows at which exports of any kind end.
var suspicious = []int64{5_000, 10_000, 30_000, 50_000, 50_001, 100_000, 250_000, 500_000}

// capped are the items with exactly as many records as an export can have.
func capped(accounts []Account, k Known) (gaps []Gap) {
	for _, a := range accounts {
		for _, s := range a.Sources {
			n := s.Events
			if len(a.Sources) == 1 {
				n = a.Records // those that could not be read were rows too
			}
			if why := capOf(n, k.Facts(s.Source)); why != "" {
				gaps = append(gaps, Gap{Kind: RowCap, Source: s.Source, Items: []int32{a.Ordinal}, Count: n, Detail: why})
			}
		}
	}
	return gaps
}

func capOf(rows int64, f Facts) string {
	for _, c := range f.Caps {
		if c.Rows == rows {
			return "exactly " + number(rows) + " rows, where " + c.Of + " ends: the rest was cut off"
		}
	}
	if slices.Contains(suspicious, rows) {
		return "exactly " + number(rows) + " rows: suspicious, many exports are cut at this number"
	}
	return ""
}

// fetched are the items whose queries lack rows.
func fetched(fetches []Fetch) (gaps []Gap) {
	for _, f := range fetches {
		if f.Missing > 0 {
			detail := fmt.Sprintf("incomplete queries: %s of %s; by ResultIndex and ResultCount %s of %s rows are missing",
				number(f.Incomplete), number(f.Queries), number(f.Missing), number(f.Expected))
			if f.Mixed {
				detail = "at least " + plural(f.Missing, "row") + " missing by ResultIndex and ResultCount; the rows are not in the order they were fetched, so it may be more"
			}
			gaps = append(gaps, Gap{Kind: RowsMissing, Items: f.Items, Detail: detail, From: f.From, To: f.To, Count: f.Missing})
		}
		if f.Bogus > 0 {
			gaps = append(gaps, Gap{Kind: RowsBogus, Items: f.Items[:1], Count: f.Bogus,
				Detail: plural(f.Bogus, "row") + " with a ResultIndex below 1 or beyond its ResultCount: the service had failed, and what it left out is not known"})
		}
	}
	return gaps
}

// numbered are the logs with holes in their numbers.
func numbered(sequences []Sequence) (gaps []Gap) {
	for _, s := range sequences {
		detail := fmt.Sprintf("%s of host %s: %s missing in %s between %d and %d; the largest is %s, from %d to %d",
			s.Log, cmp.Or(s.Host, "unknown"), plural(s.Missing, "record"), plural(s.Holes, "hole"), s.First, s.Last,
			number(s.After-s.Before-1), s.Before, s.After)
		if s.Between > 0 {
			detail += "; between two files: " + plural(s.Between, "hole")
		}
		if s.Missing > s.Present {
			detail += "; more are missing than there: selected events, or several exports of one log"
		}
		gaps = append(gaps, Gap{Kind: NumbersMissing, Items: s.Items, Detail: detail, From: s.From, To: s.To, Count: s.Missing})
	}
	return gaps
}

// nearLimit is how far, in days, the age of the oldest event may be from the
// retention of its source: exports take a while, and so does deleting.
const nearLimit = 1

// retained are the sources whose oldest event is as old, counted from the newest
// of the case, as the source is kept.
func retained(ds []sourceDay, k Known) (gaps []Gap) {
	if len(ds) == 0 {
		return nil
	}
	first, last, _ := extent(ds)
	oldest := map[string]int64{}
	var names []string
	for _, d := range ds {
		if d.last < first || d.first > last {
			continue
		}
		if _, seen := oldest[d.source]; !seen {
			names = append(names, d.source)
			oldest[d.source] = d.first
		}
		oldest[d.source] = min(oldest[d.source], d.first)
	}
	for _, name := range names {
		age := float64(last-oldest[name]) / float64(day.Microseconds())
		for _, limit := range k.Facts(name).Retention {
			if age < float64(limit-nearLimit) || age > float64(limit+nearLimit) {
				continue
			}
			gaps = append(gaps, Gap{Kind: RetentionLimit, Source: name, To: oldest[name], Count: int64(limit),
				Detail: fmt.Sprintf("its oldest event is %.1f days older than the newest of the case; it can be kept for %d days: what was before may be gone", age, limit)})
		}
	}
	return gaps
}

// absent are operations that should be there, judging by others.
func absent(ctx context.Context, db *sql.DB, s *Survey, k Known) (gaps []Gap, err error) {
	for _, name := range sources(s.Accounts) {
		expected := k.Facts(name).Expected
		if len(expected) == 0 {
			continue
		}
		counts := map[string]int64{}
		for c, err := range rowsOf(ctx, db, "timeline/operations", func(rows *sql.Rows, c *SourceCount) error {
			return rows.Scan(&c.Source, &c.Events)
		}, []any{sql.Named("source", name)}) {
			if err != nil {
				return nil, err
			}
			counts[c.Source] = c.Events
		}
		for _, e := range expected {
			var beside int64
			for _, o := range e.Beside {
				beside += counts[o]
			}
			if beside > 0 && counts[e.Operation] == 0 {
				gaps = append(gaps, Gap{Kind: OperationAbsent, Source: name, Count: beside,
					Detail: fmt.Sprintf("no %s among %s of the same kind: not licensed, not logged, or left out of the export; only it tells %s", e.Operation, plural(beside, "event"), e.Shows)})
			}
		}
	}
	return gaps, nil
}

// maxCopies is how many pairs of items are told.
const maxCopies = 100

// copies are the pairs of items that hold the same records.
func copies(ctx context.Context, db *sql.DB) ([]Gap, error) {
	return all(ctx, db, "timeline/copies", func(rows *sql.Rows, g *Gap) error {
		var of, item int32
		err := rows.Scan(&of, &item, &g.Count, &g.Conflicts)
		g.Kind, g.Items = DuplicateFiles, []int32{of, item}
		g.Detail = plural(g.Count, "record") + " twice; each counts once"
		if of == item {
			g.Items = g.Items[:1]
			g.Detail = plural(g.Count, "record") + " more than once in the same item; each counts once"
		}
		if g.Conflicts > 0 {
			g.Detail += "; " + plural(g.Conflicts, "copy", "copies") + " with different content: one of the two was changed, or exported at another time"
		}
		return err
	}, sql.Named("limit", int64(maxCopies)))
}

// blind is what the sources that are there never tell.
func blind(accounts []Account, k Known) (gaps []Gap) {
	for _, name := range sources(accounts) {
		for _, limit := range k.Facts(name).Limits {
			gaps = append(gaps, Gap{Kind: BlindSpot, Source: name, Detail: limit})
		}
	}
	return gaps
}

// sources are the names of all sources of the items, each once, in order.
func sources(accounts []Account) (names []string) {
	for _, a := range accounts {
		for _, s := range a.Sources {
			names = append(names, s.Source)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// number is a number with its thousands apart.
func number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural is so many things in words; many is for a thing that doesn't take an s.
func plural(n int64, thing string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case len(many) > 0:
		return number(n) + " " + many[0]
	}
	return number(n) + " " + thing + "s"
}
