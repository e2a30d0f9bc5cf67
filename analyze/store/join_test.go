package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// part is a record that tells an event together with others.
func part(ordinal int32, offset int64, of, id string, second int64, outcome event.Outcome) *event.Event {
	e := at(ordinal, offset, id)
	e.PartOf, e.Outcome = of, outcome
	e.Time = event.Time{Micros: second * 1_000_000, Quality: event.NewQuality(event.BasisExplicit, event.Second, 0)}
	return e
}

func TestDerivedEvents(t *testing.T) {
	field := func(pairs ...string) (all []event.Field) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, event.Field{Name: pairs[i], Value: pairs[i+1]})
		}
		return all
	}
	for _, tc := range []struct {
		name   string
		events []*event.Event
		fields [][]event.Field
		want   []string // of the scan: id, time, outcome, fields
	}{
		{"one record is whole", []*event.Event{part(1, 0, "k", "a", 1, "")}, [][]event.Field{field("A", "1")},
			[]string{"E1@0 1s  A=1"}},
		{"parts in two members", []*event.Event{part(1, 0, "k", "a", 5, ""), part(2, 0, "k", "b", 5, "")},
			[][]event.Field{field("A", "1", "Same", "x"), field("B", "2", "Same", "x")},
			[]string{"E1@0# 5s  A=1 B=2 Same=x"}},
		{"end before beginning in the file", []*event.Event{part(1, 0, "k", "a", 7, event.Success), part(1, 90, "k", "b", 7, event.Unknown), part(1, 40, "k", "c", 6, event.Unknown)},
			[][]event.Field{field("Status", "Succeeded"), field("Status", "Accepted"), field("Status", "Started")},
			[]string{"E1@0# 6s success Status=Accepted Status=Started Status=Succeeded"}},
		{"copies of parts", []*event.Event{part(1, 0, "k", "a", 5, ""), part(2, 0, "k", "b", 5, ""), part(3, 0, "k", "a", 5, "")},
			[][]event.Field{field("A", "1"), field("B", "2"), field("A", "1")},
			[]string{"E1@0# 5s  A=1 B=2"}},
		{"two events and one beside", []*event.Event{part(1, 0, "k", "a", 5, ""), part(1, 20, "l", "b", 5, ""), part(1, 40, "k", "c", 5, ""), part(1, 60, "l", "d", 5, ""), part(1, 80, "", "e", 5, "")},
			[][]event.Field{field("A", "1"), field("A", "2"), field("A", "3"), field("A", "4"), field("A", "5")},
			[]string{"E1@0# 5s  A=1 A=3", "E1@20# 5s  A=2 A=4", "E1@80 5s  A=5"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := create(t)
			load(t, w, tc.events, tc.fields)
			if err := w.Derive(t.Context()); err != nil { // a second time: nothing doubles
				t.Fatal(err)
			}
			c := reopen(t, w)
			if d := cmp.Diff(tc.want, scanLines(t, c)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestDerivedPages makes more derived events than are made at once: none is left
// out at the edge of a page, and none is made twice.
func TestDerivedPages(t *testing.T) {
	const n = 2*joinPage + 1
	w := create(t)
	b := w.NewBatch()
	b.Evidence = 1
	for i := range int64(2 * n) {
		b.Add(part(1, i*10, fmt.Sprint(i%n), fmt.Sprint("id", i), i, ""), 0, nil)
	}
	if err := w.Put(t.Context(), []*Batch{b}); err != nil {
		t.Fatal(err)
	}
	b.Release()
	if err := w.Commit(t.Context(), []Mark{{Evidence: 1, End: 20 * n, Records: 2 * n, Events: 2 * n}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Derive(t.Context()); err != nil {
		t.Fatal(err)
	}
	var made, distinct, parts int
	err := w.conn.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM events WHERE event_id & (1::BIGINT << 39) <> 0),
		(SELECT count(DISTINCT of_event) FROM duplicates WHERE part), (SELECT count(*) FROM duplicates WHERE part)`).Scan(&made, &distinct, &parts)
	if err != nil || made != n || distinct != n || parts != 2*n {
		t.Errorf("%d derived events, %d expected, of %d records; %v", made, distinct, parts, err)
	}
}

// scanLines describes the events of a scan that count.
func scanLines(t *testing.T, c *Case) (all []string) {
	t.Helper()
	for cols, err := range c.Scan(t.Context(), "m365.ual", 0, 1<<62) {
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range cols.IDs {
			p := event.PlaceOf(id)
			mark := ""
			if p.Derived {
				mark = "#"
			}
			var fields []string
			for f := range cols.Fields(i) {
				fields = append(fields, f.Name+"="+f.Value)
			}
			slices.Sort(fields)
			all = append(all, fmt.Sprintf("E%d@%d%s %ds %s %s", p.Evidence, p.Offset, mark, cols.Times[i].Micros/1_000_000,
				cols.Text("outcome", i), strings.Join(fields, " ")))
		}
	}
	slices.Sort(all)
	return all
}

// TestNullNumber: what stands in memory at a NULL is anything.
func TestNullNumber(t *testing.T) {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendValues([]int64{7, 9}, []bool{false, true})
	a := b.NewArray()
	defer a.Release()
	if d := cmp.Diff([]int64{1, 0, 9}, appendNumbers([]int64{1}, a)); d != "" {
		t.Error(d)
	}
}
