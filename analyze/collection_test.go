package analyze

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
)

// collection is the folder of real logs, if it is there.
func collection(t *testing.T) string {
	t.Helper()
	data := os.Getenv("HOTWASH_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(data); err != nil || testing.Short() {
		t.Skip("needs HOTWASH_DATA, the collection of real logs, and is left out of -short")
	}
	return data
}

// TestWholeCollection loads every real log there is: the counts balance, the
// bytes of each item are covered once, and random events are found again in
// their bytes.
func TestWholeCollection(t *testing.T) {
	data := collection(t)
	o := options(filepath.Join(t.TempDir(), "case"), data)
	res := run(t, o)
	for _, a := range res.Survey.Accounts {
		if !a.Balanced() {
			t.Errorf("E%02d does not balance: %+v", a.Ordinal, a)
		}
	}
	t.Logf("%+v", res.Survey.Totals)
	c, err := store.Open(t.Context(), o.Case, natives())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	t.Run("spans", func(t *testing.T) { checkSpans(t, c) })
	t.Run("places", func(t *testing.T) { checkPlaces(t, c, res.Items, filepath.Dir(data)) })
}

// checkSpans sees that no two records of an item share a byte, and that none
// lies outside of it.
func checkSpans(t *testing.T, c *store.Case) {
	rows, err := c.QueryContext(t.Context(), `SELECT p.evidence, p.at, p.len, p.next, e.size FROM (
		SELECT evidence, at, len, lead(at) OVER (PARTITION BY evidence ORDER BY at) AS next FROM (
			SELECT event_id >> 40 AS evidence, event_id & 1099511627775 AS at, byte_len AS len FROM events
			UNION ALL SELECT evidence, byte_offset, byte_len FROM rejects)) p
		JOIN evidence e ON e.ordinal = p.evidence WHERE p.at + p.len > coalesce(p.next, e.size)`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var evidence, at, length, size int64
		var next any
		if err := rows.Scan(&evidence, &at, &length, &next, &size); err != nil {
			t.Fatal(err)
		}
		t.Errorf("E%02d@%d+%d reaches into %v, size %d", evidence, at, length, next, size)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// sampled is one event as the case has it.
type sampled struct {
	event.Place
	source, actor, operation string
	micros                   int64
}

// checkPlaces reads the bytes of 1,000 random events again and parses them: who,
// what and when must come out as they are stored.
func checkPlaces(t *testing.T, c *store.Case, items []evidence.Item, root string) {
	sample := randomEvents(t, c, 1000)
	places := make([]event.Place, len(sample))
	for i := range sample {
		places[i] = sample[i].Place
	}
	excerpts, err := evidence.Locator{Roots: []string{root}}.Reader(items).ReadMany(t.Context(), places)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[int32]map[int64][]int{} // by item and offset, which of the sample
	for i, x := range excerpts {
		if x.Err != nil || !x.Match {
			t.Errorf("E%02d@%d: match %v, %v", x.Place.Evidence, x.Place.Offset, x.Match, x.Err)
			continue
		}
		of := wanted[x.Place.Evidence]
		if of == nil {
			of = map[int64][]int{}
			wanted[x.Place.Evidence] = of
		}
		of[x.Place.Offset] = append(of[x.Place.Offset], i)
	}
	again := newRecutter(t, root)
	for _, it := range items {
		again.item(it, wanted[it.Ordinal], excerpts, func(i int, e *event.Event, err error) {
			got := fmt.Sprint(e.Source, "|", e.Actor, "|", e.Operation, "|", e.Time.Micros)
			want := fmt.Sprint(sample[i].source, "|", sample[i].actor, "|", sample[i].operation, "|", sample[i].micros)
			if x := excerpts[i]; err != nil || got != want {
				t.Errorf("E%02d@%d: %s, stored %s, %v\n%s", x.Place.Evidence, x.Place.Offset, got, want, err, x.Raw)
			}
		})
	}
}

func randomEvents(t *testing.T, c *store.Case, n int) []sampled {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), `SELECT event_id, byte_len, source, coalesce(actor, ''), coalesce(operation, ''), ts_us
		FROM events WHERE ts_us IS NOT NULL ORDER BY event_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	random := rand.New(rand.NewPCG(1, 2))
	var all []sampled
	for k := 0; rows.Next(); k++ {
		var s sampled
		var id int64
		if err := rows.Scan(&id, &s.Len, &s.source, &s.actor, &s.operation, &s.micros); err != nil {
			t.Fatal(err)
		}
		length := s.Len
		s.Place = event.PlaceOf(id)
		s.Len = length
		if len(all) < n {
			all = append(all, s)
		} else if at := random.IntN(k + 1); at < n {
			all[at] = s
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// recutter knows what cutting an item teaches about its records: the names of
// columns, the year.
type recutter struct {
	t       *testing.T
	members map[string][]byte
	parser  *source.Parser
	e       event.Event
}

func newRecutter(t *testing.T, root string) *recutter {
	t.Helper()
	r := &recutter{t: t, members: map[string][]byte{}, parser: source.NewParser(source.Hints{})}
	for m, err := range evidence.Walk(t.Context(), []string{filepath.Join(root, "data")}, evidence.DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if m.State != "" {
			continue
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(m) // what a damaged member gave before its end
		r.members[name(m.Item)] = b.Bytes()
	}
	return r
}

// item reads the excerpts that are wanted of an item as records of it. The item
// is cut once.
func (r *recutter) item(it evidence.Item, wanted map[int64][]int, excerpts []evidence.Excerpt, each func(i int, e *event.Event, err error)) {
	if len(wanted) == 0 {
		return
	}
	missing := errors.New("no record is cut there")
	f := source.FramingOf(it.Framing)
	for chunk, err := range f.Cut(bytes.NewReader(r.members[name(it)]), source.Hints{Name: it.Name()}) {
		if err != nil {
			missing = err
			break
		}
		for i, s := range chunk.Spans {
			if s.Kind != source.SpanRecord {
				continue
			}
			for _, k := range wanted[s.Offset] {
				e, err := r.span(f, &chunk, i, excerpts[k])
				each(k, e, err)
			}
			delete(wanted, s.Offset)
		}
		if len(wanted) == 0 {
			return
		}
	}
	for _, list := range wanted {
		for _, k := range list {
			each(k, &event.Event{}, missing)
		}
	}
}

// span parses the excerpt's own bytes in their place, unless a charset stands
// between.
func (r *recutter) span(f *source.Framing, c *source.Chunk, i int, x evidence.Excerpt) (*event.Event, error) {
	if s := c.Spans[i]; int(s.End-s.Start) == len(x.Raw) {
		again := *c
		again.Text = c.Text[:s.Start] + string(x.Raw) + c.Text[s.End:]
		c = &again
	}
	_, _, err := r.parser.Read(f, c, i, &r.e)
	return &r.e, err
}
