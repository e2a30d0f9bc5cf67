package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/memory/mallocator"
	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
)

var testSources = []Native{{
	Source: "m365.ual", Columns: []string{"UserId", "ClientIP"},
	Kept:     map[string]string{"Operation": "operation", "Id": "record_id"},
	Entities: []Entity{{"ClientIP", "ip", "native"}},
}, {Source: "defender.", Columns: []string{"DeviceId"}}}

// create makes a case that is closed with the test.
func create(t *testing.T) *Writer {
	t.Helper()
	w, err := Create(t.Context(), t.TempDir(), testSources)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// at is an event of the unified audit log at a place.
func at(ordinal int32, offset int64, id string) *event.Event {
	return &event.Event{Place: event.Place{Evidence: ordinal, Offset: offset, Len: 10, Line: 1},
		Time: event.At(time.Unix(1_700_000_000, 0), event.BasisAssumedUTC, event.Second), Source: "m365.ual", Shape: "auditdata",
		Operation: "Set-Mailbox", Outcome: event.Success, Actor: "ann@example.com", RecordID: id}
}

// load stores events with their fields, each in the member its place names.
func load(t *testing.T, w *Writer, events []*event.Event, fields [][]event.Field) {
	t.Helper()
	var marks []Mark
	for i, e := range events {
		b := w.NewBatch()
		b.Evidence = e.Evidence
		b.Add(e, 0, fields[i])
		if err := w.Put(t.Context(), []*Batch{b}); err != nil {
			t.Fatal(err)
		}
		b.Release()
		marks = append(marks, Mark{Evidence: e.Evidence, Seq: int32(i), Start: e.Offset, End: e.Offset + 10, Records: 1, Events: 1})
	}
	if err := w.Commit(t.Context(), marks, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Derive(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// reopen closes the writer and opens the case for reading.
func reopen(t *testing.T, w *Writer) *Case {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), w.dir, testSources)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestFieldsComeBack feeds native fields of every awkward kind and reads them
// again: what goes in comes out, whatever column it was kept in.
func TestFieldsComeBack(t *testing.T) {
	for _, tc := range []struct {
		name   string
		fields []event.Field
	}{
		{"hot, kept and rest", []event.Field{{Name: "Operation", Value: "Set-Mailbox"}, {Name: "UserId", Value: "Ann@example.com"}, {Name: "Cold", Value: "x"}}},
		{"kept field missing", []event.Field{{Name: "UserId", Value: "u"}}},
		{"kept field differs", []event.Field{{Name: "Operation", Value: "Other"}}},
		{"kept field twice", []event.Field{{Name: "Operation", Value: "Set-Mailbox"}, {Name: "Operation", Value: "Set-Mailbox"}}},
		{"kept field twice, second differs", []event.Field{{Name: "Operation", Value: "Set-Mailbox"}, {Name: "Operation", Value: "B"}}},
		{"kept field empty", []event.Field{{Name: "Operation", Value: ""}}},
		{"kept field null", []event.Field{{Name: "Operation", Null: true}}},
		{"hot field empty", []event.Field{{Name: "UserId", Value: ""}}},
		{"hot field null", []event.Field{{Name: "UserId", Null: true}}},
		{"hot field repeated", []event.Field{{Name: "UserId", Value: "a"}, {Name: "UserId", Null: true}, {Name: "UserId", Value: "c"}}},
		{"separators and NUL in values", []event.Field{{Name: "A", Value: "\x00\x1e\x1f\x1a\x1d"}, {Name: "\x1eB", Value: RestLike}}},
		{"no fields", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := create(t)
			load(t, w, []*event.Event{at(1, 0, "r1")}, [][]event.Field{tc.fields})
			c := reopen(t, w)
			var got []event.Field
			for cols, err := range c.Scan(t.Context(), "m365.ual", 0, 1<<62) {
				if err != nil {
					t.Fatal(err)
				}
				for f := range cols.Fields(0) {
					got = append(got, event.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value), Null: f.Null})
				}
			}
			order := func(a, b event.Field) int {
				return strings.Compare(fmt.Sprint(a.Name, "|", a.Value, a.Null), fmt.Sprint(b.Name, "|", b.Value, b.Null))
			}
			want := slices.Clone(tc.fields)
			slices.SortFunc(want, order)
			slices.SortFunc(got, order)
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// RestLike looks like a rest itself.
const RestLike = event.RestHead + "\x1ename\x1fvalue"

func TestDuplicates(t *testing.T) {
	one := []event.Field{{Name: "Operation", Value: "Set-Mailbox"}, {Name: "A", Value: "1"}}
	two := []event.Field{{Name: "A", Value: "1"}, {Name: "Operation", Value: "Set-Mailbox"}}
	other := []event.Field{{Name: "Operation", Value: "Set-Mailbox"}, {Name: "A", Value: "2"}}
	graph := func(e *event.Event) *event.Event { e.Shape = "graph"; return e }
	text := func(ordinal int32, message string) *event.Event {
		e := at(ordinal, 0, "")
		e.Message = message
		return e
	}
	coarse := func(e *event.Event) *event.Event {
		e.Time = event.At(time.UnixMicro(e.Time.Micros+400_000), event.BasisExplicit, event.Second)
		return e
	}
	late := func(e *event.Event) *event.Event { e.Time.Micros += 600_000; return e }
	failed := func(e *event.Event) *event.Event { e.Outcome = event.Failure; return e }
	for _, tc := range []struct {
		name      string
		events    []*event.Event
		fields    [][]event.Field
		rows      int
		conflicts int
	}{
		{"same id, keys in another order", []*event.Event{at(1, 0, "r"), at(2, 0, "r")}, [][]event.Field{one, two}, 1, 0},
		{"same id within a member", []*event.Event{at(1, 0, "r"), at(1, 50, "r")}, [][]event.Field{one, one}, 1, 0},
		{"same id, other content", []*event.Event{at(1, 0, "r"), at(2, 0, "r")}, [][]event.Field{one, other}, 1, 1},
		{"same id, other shape, same act", []*event.Event{at(1, 0, "r"), graph(at(2, 0, "r"))}, [][]event.Field{one, other}, 1, 0},
		{"same id, other shape, other outcome", []*event.Event{at(1, 0, "r"), failed(graph(at(2, 0, "r")))}, [][]event.Field{one, other}, 1, 1},
		{"same id, other shape, fewer digits of the time", []*event.Event{at(1, 0, "r"), coarse(graph(at(2, 0, "r")))}, [][]event.Field{one, other}, 1, 0},
		{"same id, other shape, another second", []*event.Event{at(1, 0, "r"), late(coarse(graph(at(2, 0, "r"))))}, [][]event.Field{one, other}, 1, 1},
		{"no id, one member", []*event.Event{at(1, 0, ""), at(1, 50, "")}, [][]event.Field{one, one}, 0, 0},
		{"no id, two members", []*event.Event{at(1, 0, ""), at(2, 0, "")}, [][]event.Field{one, two}, 1, 0},
		{"no id, two and three", []*event.Event{at(1, 0, ""), at(1, 50, ""), at(2, 0, ""), at(2, 50, ""), at(2, 90, "")},
			[][]event.Field{one, one, one, one, one}, 2, 0},
		{"text without fields", []*event.Event{text(1, "a"), text(2, "b"), text(3, "a")}, [][]event.Field{nil, nil, nil}, 1, 0},
		{"different records", []*event.Event{at(1, 0, "a"), at(2, 0, "b")}, [][]event.Field{one, one}, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := create(t)
			load(t, w, tc.events, tc.fields)
			c := reopen(t, w)
			var rows, conflicts int
			err := c.QueryRowContext(t.Context(), "SELECT count(*), count(*) FILTER (conflict) FROM duplicates").Scan(&rows, &conflicts)
			if err != nil {
				t.Fatal(err)
			}
			if rows != tc.rows || conflicts != tc.conflicts {
				t.Errorf("%d duplicates, %d conflicts, want %d and %d", rows, conflicts, tc.rows, tc.conflicts)
			}
		})
	}
}

// TestRollback stores nothing of what failed, and leaves nothing for the next
// statement.
func TestRollback(t *testing.T) {
	w := create(t)
	b := w.NewBatch()
	b.Add(at(1, 0, "r"), 0, nil)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Put(cancelled, []*Batch{b}); err == nil {
		t.Fatal("no error")
	}
	b.Add(at(1, 50, "s"), 0, nil)
	if err := w.Put(t.Context(), []*Batch{b}); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context(), []Mark{{Evidence: 1, Records: 1, Events: 1}}, nil); err != nil {
		t.Fatal(err)
	}
	if n := b.mem.(*mallocator.Mallocator).AllocatedBytes(); n != 0 {
		t.Errorf("%d bytes are still held", n)
	}
	b.Release()
	c := reopen(t, w)
	var events, marks int
	if err := c.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM ledger)").Scan(&events, &marks); err != nil {
		t.Fatal(err)
	}
	if events != 1 || marks != 1 {
		t.Errorf("%d events, %d marks", events, marks)
	}
}

// TestMarksMatchRows refuses a mark whose rows were never put.
func TestMarksMatchRows(t *testing.T) {
	w := create(t)
	if err := w.Commit(t.Context(), []Mark{{Evidence: 1, Records: 1, Events: 1}}, nil); !errors.Is(err, errShort) {
		t.Errorf("Commit: %v", err)
	}
	marks, err := w.Marks(t.Context(), 1)
	if err != nil || len(marks) != 0 {
		t.Errorf("marks %v, %v", marks, err)
	}
	reopen(t, w)
}

func TestOneHandle(t *testing.T) {
	w := create(t)
	if _, err := Create(t.Context(), w.dir, testSources); !errors.Is(err, ErrLocked) {
		t.Errorf("second writer: %v", err)
	}
	if _, err := Open(t.Context(), w.dir, testSources); !errors.Is(err, ErrLocked) {
		t.Errorf("reader beside a writer: %v", err)
	}
	reopen(t, w)
}

func TestOtherSchema(t *testing.T) {
	w := create(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(t.Context(), w.dir, testSources[:1]); !errors.Is(err, ErrSchema) {
		t.Errorf("other sources: %v", err)
	}
}

// TestUserSQL tries what a query of a user's must not do.
func TestUserSQL(t *testing.T) {
	c := reopen(t, create(t))
	for _, q := range []string{
		"DROP TABLE events", "DELETE FROM events", "INSERT INTO meta VALUES ('a', 'b')", "CREATE TABLE x (a INTEGER)",
		"COPY events TO '" + filepath.Join(t.TempDir(), "out.csv") + "'", "SELECT * FROM read_text('/etc/hostname')",
		"SET enable_external_access = true", "INSTALL httpfs", "SELECT 1; DROP TABLE events",
	} {
		if _, err := c.ExecContext(t.Context(), q); err == nil {
			t.Errorf("%s: no error", q)
		}
	}
}

func TestExamination(t *testing.T) {
	write := func(t *testing.T) *Writer {
		w := create(t)
		x, err := w.OpenExamination(t.Context(), func() time.Time { return time.Unix(0, 0) })
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range []string{"begin", "loaded"} {
			if err := x.Append(t.Context(), act, map[string]any{"n": 1}); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	dropLast := func(b []byte) []byte { return b[:1+slices.Index(b, '\n')] }
	flip := func(b []byte) []byte { b[20] ^= 1; return b }
	for _, tc := range []struct {
		name   string
		change func([]byte) []byte
		ok     bool
	}{
		{"untouched", func(b []byte) []byte { return b }, true},
		{"last line dropped", dropLast, false},
		{"one bit flipped", flip, false},
		{"emptied", func([]byte) []byte { return nil }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := write(t)
			path := examinationPath(w.dir)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, tc.change(data), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = reopen(t, w).VerifyExamination(t.Context())
			if tc.ok != (err == nil) || err != nil && !errors.Is(err, ErrExamination) {
				t.Errorf("VerifyExamination: %v", err)
			}
		})
	}
}

func TestItemsComeBack(t *testing.T) {
	w := create(t)
	want := evidence.Item{Ordinal: 3, Argument: "logs", Path: "a/b.json", Member: "c!d", Kind: "gzip", Size: 7,
		SHA256: "aa", Outer: "bb", State: evidence.PartialRead, Reason: "truncated", Framing: "json", OffsetUS: -5, Simulated: true}
	mark := Mark{Evidence: 3, Seq: 1, Start: 1, End: 2, Records: 3, Rejects: 5, Lines: 6, Header: 7, Separator: 8, Comment: 9, Blank: 10, HashAt: 11, Prefix: [32]byte{1, 2}}
	if err := w.Commit(t.Context(), []Mark{mark}, []evidence.Item{{Ordinal: 3, State: evidence.Parsed}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context(), nil, []evidence.Item{want}); err != nil {
		t.Fatal(err)
	}
	items, err := w.Items(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	marks, err := w.Marks(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]evidence.Item{want}, items) + cmp.Diff([]Mark{mark}, marks); d != "" {
		t.Error(d)
	}
	reopen(t, w)
}

// TestScanInParts reads a source whose marks are larger than one query of a
// scan, and one event of another source between them.
func TestScanInParts(t *testing.T) {
	w := create(t)
	b := w.NewBatch()
	b.Evidence = 1
	offsets := []int64{40 << 20, 0, 20 << 20, 41 << 20, 16<<20 - 1} // not in order: the engine needn't keep it
	for i, offset := range offsets {
		b.Add(at(1, offset, fmt.Sprint("r", i)), 0, []event.Field{{Name: "UserId", Value: fmt.Sprint(offset)}})
	}
	b.Add(at(1, 30<<20, "r0"), 0, nil) // the first of its key counts, this one
	other := at(1, 25<<20, "x")
	other.Source = "defender.DeviceEvents"
	b.Add(other, 1, nil)
	if err := w.Put(t.Context(), []*Batch{b}); err != nil {
		t.Fatal(err)
	}
	b.Release()
	if err := w.Commit(t.Context(), []Mark{{Evidence: 1, End: 48 << 20, Records: 7, Events: 7}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Derive(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for cols, err := range reopen(t, w).Scan(t.Context(), "m365.ual", 0, 1<<62) {
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range cols.IDs {
			offset := event.PlaceOf(id).Offset
			got = append(got, fmt.Sprint(offset, "=", cols.Native[0].Text[i]))
		}
	}
	want := []string{"0=0", "16777215=16777215", "20971520=20971520", "31457280=", "42991616=42991616"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
