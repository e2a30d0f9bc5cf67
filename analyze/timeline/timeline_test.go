package timeline_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/marcboeker/go-duckdb"

	"hotwash/analyze/detect"
	"hotwash/analyze/event"
	. "hotwash/analyze/timeline"
	"hotwash/queries"
)

// stored is one row of the events table, as far as a test cares.
type stored struct {
	evidence             int32
	offset               int64
	at                   string // RFC 3339, empty for undated
	sub                  int
	source, actor, srcIP string
	duplicateOf          int64
	conflict             bool
	byteLen              int
}

func (s stored) id() int64 { return event.Place{Evidence: s.evidence, Offset: s.offset}.ID() }

func micros(t testing.TB, at string) int64 {
	t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	return when.UnixMicro()
}

func open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // an in-memory database lives in its connection
	run(t, db, queries.Text("schema/tables"))
	return db
}

func run(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func fill(t testing.TB, db *sql.DB, events []stored) {
	t.Helper()
	for _, e := range events {
		var us, quality any
		if e.at != "" {
			us, quality = micros(t, e.at), int64(event.NewQuality(event.BasisExplicit, event.Second, e.sub))
		}
		run(t, db, `INSERT INTO events (event_id, ts_us, ts_quality, source, actor, src_ip, operation, byte_len) VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), 'op', ?)`,
			e.id(), us, quality, e.source, e.actor, e.srcIP, int64(e.byteLen))
		if e.duplicateOf != 0 {
			run(t, db, `INSERT INTO duplicates VALUES (?, ?, ?, false)`, e.id(), e.duplicateOf, e.conflict)
		}
	}
}

func item(t testing.TB, db *sql.DB, ordinal int, size int64, offset time.Duration) {
	t.Helper()
	run(t, db, `INSERT INTO evidence (ordinal, argument, path, member, size, state, offset_us) VALUES (?, 'logs', 'a.json', '', ?, 'parsed', ?)`,
		int64(ordinal), size, offset.Microseconds())
}

// small is a case of two items, the second with a clock three minutes behind.
func small(t testing.TB) *sql.DB {
	db := open(t)
	item(t, db, 1, 60, 0)
	item(t, db, 2, 30, -3*time.Minute)
	fill(t, db, []stored{
		{evidence: 1, offset: 20, at: "2024-05-01T10:00:00Z", source: "a.one", actor: "ann@example.com", byteLen: 10},
		{evidence: 1, offset: 10, at: "2024-05-01T10:00:00Z", source: "a.one", actor: "bob@example.com", srcIP: "192.0.2.1", byteLen: 10},
		{evidence: 1, offset: 30, at: "2024-05-01T10:00:00Z", sub: 100, source: "a.one", actor: "ann@example.com", byteLen: 10},
		{evidence: 1, offset: 0, at: "2024-05-01T10:05:00Z", source: "a.one", actor: "ann@example.com", byteLen: 10},
		{evidence: 1, offset: 40, at: "", source: "a.one", actor: "ann@example.com", byteLen: 10},
		{evidence: 1, offset: 50, at: "2024-05-01T11:00:00Z", source: "unknown", byteLen: 10},
		{evidence: 2, offset: 0, at: "2024-05-01T10:00:00Z", source: "b.two", actor: "ann@example.com", byteLen: 10},
		{evidence: 2, offset: 10, at: "2024-05-01T10:05:00Z", source: "b.two", actor: "ann@example.com", byteLen: 10,
			duplicateOf: event.Place{Evidence: 1}.ID(), conflict: true},
		{evidence: 2, offset: 20, at: "2024-05-04T09:00:00Z", source: "b.two", actor: "cat@example.com", byteLen: 10},
	})
	return db
}

func TestRows(t *testing.T) {
	db := small(t)
	at := func(s string) sql.Null[int64] { return At(micros(t, s)) }
	for _, tc := range []struct {
		name string
		f    Filter
		want string
	}{
		{"one order for all, with the clock offset", Filter{}, "1@10 1@20 1@30 2@0 1@0 2@20"},
		{"duplicates when asked", Filter{Duplicates: true}, "1@10 1@20 1@30 2@0 1@0 2@10 2@20"},
		{"unknown when asked", Filter{Unknown: true}, "1@10 1@20 1@30 2@0 1@0 1@50 2@20"},
		{"undated apart", Filter{Undated: true}, "1@40"},
		{"window half open, in stated time", Filter{From: at("2024-05-01T10:00:00Z"), To: at("2024-05-01T10:05:00Z")}, "1@10 1@20 1@30 2@0"},
		{"actor in any case", Filter{Actors: []string{"BOB@example.com", "cat@example.com"}}, "1@10 2@20"},
		{"actor is no substring", Filter{Actors: []string{"example.com"}}, ""},
		{"source", Filter{Sources: []string{"b.two"}}, "2@0 2@20"},
		{"around an event, in ordering time", Filter{Around: event.Place{Evidence: 2}.ID(), Window: 2 * time.Minute}, "2@0 1@0"},
		{"around a time", Filter{AroundAt: at("2024-05-04T09:10:00Z")}, "2@20"},
		{"limit and offset", Filter{Limit: 2, Offset: 1}, "1@20 1@30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for row, err := range Rows(context.Background(), db, tc.f) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%d@%d", row.Evidence, row.Place.Offset))
			}
			if d := cmp.Diff(tc.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRowKeepsStatedTime(t *testing.T) {
	for row, err := range Rows(context.Background(), small(t), Filter{Sources: []string{"b.two"}, Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Time.String() != "2024-05-01T10:00:00Z" || row.Offset != -3*time.Minute {
			t.Errorf("time %s, offset %s", row.Time, row.Offset)
		}
	}
}

func TestAroundErrors(t *testing.T) {
	db := small(t)
	for _, tc := range []struct {
		name string
		id   int64
		want error
	}{
		{"undated", event.Place{Evidence: 1, Offset: 40}.ID(), ErrUndated},
		{"absent", event.Place{Evidence: 7}.ID(), ErrNoEvent},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, err := range Rows(context.Background(), db, Filter{Around: tc.id}) {
				if !errors.Is(err, tc.want) {
					t.Errorf("got %v, want %v", err, tc.want)
				}
			}
		})
	}
}

// A timeline longer than a page is read in pages, each row once and in order.
func TestRowsPages(t *testing.T) {
	db := open(t)
	item(t, db, 1, 1, 0)
	const n = 300_000 // more than a page
	run(t, db, fmt.Sprintf(`INSERT INTO events (event_id, ts_us, ts_quality, source) SELECT (CAST(1 AS BIGINT) << 40) + i, 1700000000000000 + CAST(hash(i) %% 1000 AS BIGINT), 1, 's' FROM range(%d) r(i)`, n))
	var last *Row
	seen := map[int64]bool{}
	for row, err := range Rows(context.Background(), db, Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if last != nil && (last.Key() > row.Key() || last.Key() == row.Key() && last.ID() >= row.ID()) {
			t.Fatalf("%d@%d after %d@%d", row.Key(), row.ID(), last.Key(), last.ID())
		}
		seen[row.ID()], last = true, row
	}
	if len(seen) != n {
		t.Errorf("%d rows, want %d", len(seen), n)
	}
}

func TestCountAndTotals(t *testing.T) {
	db := small(t)
	dated, undated, err := Count(context.Background(), db, Filter{})
	if err != nil || dated != 6 || undated != 1 {
		t.Errorf("Count = %d, %d, %v", dated, undated, err)
	}
	run(t, db, `INSERT INTO ledger (evidence, seq, start_off, end_off, records, events, rejects, header_bytes, separator_bytes, comment_bytes, blank_bytes) VALUES
		(1, 0, 0, 60, 6, 6, 0, 0, 0, 0, 0), (2, 0, 0, 30, 3, 3, 0, 0, 0, 0, 0)`)
	items, err := Accounts(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	got, err := NewTotals(context.Background(), db, items)
	if err != nil {
		t.Fatal(err)
	}
	want := Totals{Records: 9, Events: 9, Duplicates: 1, Conflicts: 1, Unknown: 1, Undated: 1, Timeline: 6, Occurrences: 6,
		First: micros(t, "2024-05-01T10:00:00Z"), Last: micros(t, "2024-05-04T09:00:00Z"), Balanced: true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestOccurrences: a sampled record counts for what it stands for, two parts of
// one event for one.
func TestOccurrences(t *testing.T) {
	db := small(t)
	derived := event.Place{Evidence: 1, Offset: 20, Derived: true}
	fill(t, db, []stored{{evidence: 1, offset: 1<<39 + 20, at: "2024-05-01T10:00:00Z", source: "a.one"}})
	for _, offset := range []int64{20, 30} {
		run(t, db, `INSERT INTO duplicates VALUES (?, ?, false, true)`, event.Place{Evidence: 1, Offset: offset}.ID(), derived.ID())
	}
	run(t, db, `INSERT INTO counts VALUES (?, 40)`, event.Place{Evidence: 2, Offset: 20}.ID())
	got, err := NewTotals(context.Background(), db, []Account{{Records: 9, Events: 9, EventRows: 10}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Parts != 2 || got.Derived != 1 || got.Timeline != 5 || got.Occurrences != 44 || got.Duplicates != 1 {
		t.Errorf("%+v", got)
	}
	h, err := NewHistogram(context.Background(), db, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if h.Total != 44 || h.Series[0].Total != 3 {
		t.Errorf("%d drawn, %d of the first source", h.Total, h.Series[0].Total)
	}
}

func TestAccountsBalance(t *testing.T) {
	for _, tc := range []struct {
		name, change string
		want         bool
	}{
		{"covered", ``, true},
		{"an event lost", `DELETE FROM events WHERE event_id = (CAST(1 AS BIGINT) << 40) + 10`, false},
		{"a byte not covered", `UPDATE ledger SET end_off = 31`, false},
		{"a record that is neither", `UPDATE ledger SET records = 4`, false},
		{"a reject not listed", `DELETE FROM rejects`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			db := open(t)
			item(t, db, 1, 30, 0)
			fill(t, db, []stored{{evidence: 1, offset: 0, source: "s", byteLen: 10}, {evidence: 1, offset: 10, source: "s", byteLen: 9}})
			run(t, db, `INSERT INTO rejects VALUES (1, 20, 9, 3, 'json_syntax', 'x', '{', FALSE)`)
			run(t, db, `INSERT INTO ledger (evidence, seq, start_off, end_off, records, events, rejects, header_bytes, separator_bytes, comment_bytes, blank_bytes) VALUES (1, 0, 0, 30, 3, 2, 1, 0, 2, 0, 0)`)
			if tc.change != "" {
				run(t, db, tc.change)
			}
			items, err := Accounts(context.Background(), db)
			if err != nil {
				t.Fatal(err)
			}
			if got := items[0].Balanced(); got != tc.want {
				t.Errorf("balanced %v, want %v: %+v", got, tc.want, items[0])
			}
		})
	}
}

func TestHistogramAndCoverage(t *testing.T) {
	db := small(t)
	h, err := NewHistogram(context.Background(), db, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if h.Unit.Name != "1 hour" || len(h.Starts) != 72 || h.Total != 6 || h.Series[0].Source != "a.one" || h.Series[0].Total != 4 {
		t.Errorf("histogram: %+v", h)
	}
	c, err := NewCoverage(context.Background(), db, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	want := SourceCoverage{Source: "b.two", Counts: []int64{1, 0, 0, 1}, Total: 2,
		First: micros(t, "2024-05-01T10:00:00Z"), Last: micros(t, "2024-05-04T09:00:00Z"),
		Present: 2, Silent: 2, Longest: Silence{From: micros(t, "2024-05-02T00:00:00Z"), Days: 2}}
	if d := cmp.Diff(want, c.Sources[1]); d != "" {
		t.Error(d)
	}
}

func TestAround(t *testing.T) {
	db := small(t)
	own := event.Place{Evidence: 1, Offset: 0}.ID()
	undated := event.Place{Evidence: 1, Offset: 40}.ID()
	contexts, err := Around(context.Background(), db, []detect.Finding{
		{EventIDs: []int64{undated}, Entities: map[string][]string{"user": {"ann@example.com", "\x00"}}},
		{EventIDs: []int64{own}, Entities: map[string][]string{"user": {"ann@example.com"}}},
		{}})
	if err != nil {
		t.Fatal(err)
	}
	if u := contexts[0]; len(u.Rows) != 1 || u.Total != 1 || u.Rows[0].Time.Dated() || !u.Rows[0].Own {
		t.Errorf("around an event without a time: %+v", u)
	}
	got := contexts[1]
	var places []string
	for _, r := range got.Rows {
		places = append(places, fmt.Sprintf("%d@%d %v", r.Evidence, r.Place.Offset, r.Own))
	}
	if d := cmp.Diff([]string{"1@20 false", "1@30 false", "2@0 false", "1@0 true"}, places); d != "" || got.Total != 4 {
		t.Errorf("total %d, %s", got.Total, d)
	}
}

// Every statement runs on an empty case: no events, no evidence, no findings.
func TestSurveyOfEmptyCase(t *testing.T) {
	s, err := NewSurvey(context.Background(), open(t), Filter{}, nil, DefaultCut())
	if err != nil {
		t.Fatal(err)
	}
	if !s.Totals.Balanced || s.Totals.Events != 0 || len(s.Histogram.Starts) != 0 {
		t.Errorf("survey of nothing: %+v", s)
	}
}
