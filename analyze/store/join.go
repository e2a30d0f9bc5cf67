package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/marcboeker/go-duckdb"

	"hotwash/analyze/event"
	"hotwash/queries"
)

// joinPage is how many derived events are made at once.
const joinPage = 4_000

// deriveJoined makes one event of the records that tell it together: the parts
// of a record that was split, the beginning and the end of one operation. The
// event has the time of its beginning, the result of its end, and all fields of
// all of them; the records are kept and count no more.
func (w *Writer) deriveJoined(ctx context.Context) error {
	if err := w.Exec(ctx, "derive/joined"); err != nil {
		return err
	}
	var sources []string
	err := w.each(ctx, "derive/joined_sources", func(scan func(...any) error) error {
		var s string
		err := scan(&s)
		sources = append(sources, s)
		return err
	})
	if err != nil {
		return err
	}
	b := w.NewBatch()
	defer b.Release()
	for _, s := range sources {
		if err := w.joinSource(ctx, b, s); err != nil {
			return fmt.Errorf("derived events of %s: %w", s, err)
		}
	}
	return nil
}

// forgetJoined removes the derived events of an earlier load.
func (w *Writer) forgetJoined(ctx context.Context) error {
	var there bool
	if err := w.conn.QueryRowContext(ctx, queries.Text("derive/any_joined")).Scan(&there); err != nil || !there {
		return rowsError("derive/any_joined", err)
	}
	for _, name := range []string{"derive/events_delete", "derive/counts_delete"} {
		if err := w.Exec(ctx, name); err != nil {
			return err
		}
	}
	for _, n := range w.natives {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM "+quote(n.table)+" WHERE event_id & (1::BIGINT << 39) <> 0"); err != nil {
			return fmt.Errorf("derived events of %s: %w", n.table, err)
		}
	}
	return nil
}

// joinSource makes the derived events of one source, page by page.
func (w *Writer) joinSource(ctx context.Context, b *Batch, source string) error {
	at := nativeAt(w.natives, source)
	if at < 0 {
		return errNoSource
	}
	var ends []int64
	err := w.each(ctx, "derive/joined_pages", func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ends = append(ends, id)
		return err
	}, source, joinPage)
	if err != nil {
		return err
	}
	from := int64(0)
	for _, to := range append(ends, math.MaxInt64) {
		if err := w.joinPage(ctx, b, source, at, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// joinPage makes the derived events with from <= id < to.
func (w *Writer) joinPage(ctx context.Context, b *Batch, source string, at int, from, to int64) error {
	err := w.raw(func(dc driver.Conn) error {
		a, err := duckdb.NewArrowFromConn(dc)
		if err != nil {
			return fmt.Errorf("arrow: %w", err)
		}
		events, err := readBlock(ctx, a, joinedEventsSQL(), 6, source, from, to)
		defer events.release()
		if err != nil {
			return err
		}
		fields, err := readBlock(ctx, a, joinedNativeSQL(w.natives[at]), 1, from, to)
		defer fields.release()
		if err != nil {
			return err
		}
		events.sort()
		fields.sort()
		fields.keep(events.numbers[0])
		j := joiner{columns: columnsOf(w.natives[at], source, events, fields), seen: events.numbers[3], of: events.numbers[4], n: events.numbers[5]}
		j.each(func(e *event.Event, fields []event.Field) { b.Add(e, at, fields) })
		return nil
	})
	if err != nil {
		return err
	}
	defer b.reset()
	w.fill([]*Batch{b})
	for _, t := range fedTables(w.natives) {
		if err := w.insert(ctx, w.feeds[t.name]); err != nil {
			return err
		}
	}
	return nil
}

// joinedEventsSQL reads the records of derived events. Parameters: source, from, to.
func joinedEventsSQL() string {
	return "SELECT e.event_id, e.ts_us, e.ts_quality, e.seen_us, d.of_event, c.n, e." + strings.Join(scanned, ", e.") +
		" FROM duplicates d JOIN events e ON e.event_id = d.event_id LEFT JOIN counts c ON c.event_id = d.event_id" +
		" WHERE d.part AND e.source = $1 AND d.of_event >= $2 AND d.of_event < $3"
}

// joinedNativeSQL reads their own fields. Parameters: from, to.
func joinedNativeSQL(n *native) string {
	return selectNative(n) + " WHERE event_id IN (SELECT event_id FROM duplicates WHERE part AND of_event >= $1 AND of_event < $2)"
}

// joiner puts rows together that belong to one derived event.
type joiner struct {
	columns     *event.Columns
	seen, of, n []int64
	e           event.Event
	fields      []event.Field
	have        map[event.Field]bool
}

// each yields the derived events; event and fields are reused.
func (j *joiner) each(yield func(*event.Event, []event.Field)) {
	rows := make([]int, j.columns.Len())
	for i := range rows {
		rows[i] = i
	}
	slices.SortFunc(rows, j.order)
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && j.of[rows[to]] == j.of[rows[from]] {
			to++
		}
		j.join(rows[from:to])
		yield(&j.e, j.fields)
		from = to
	}
}

// order puts the rows of one event as they happened. A row that tells the
// result comes last: at the same second, files often have it first.
func (j *joiner) order(a, b int) int {
	return cmp.Or(cmp.Compare(j.of[a], j.of[b]), cmp.Compare(j.result(a), j.result(b)),
		cmp.Compare(j.columns.Times[a].Micros, j.columns.Times[b].Micros), cmp.Compare(j.columns.IDs[a], j.columns.IDs[b]))
}

func (j *joiner) result(row int) int {
	switch event.Outcome(j.columns.Text("outcome", row)) {
	case event.Success, event.Failure, event.Denied, event.Partial:
		return 1
	}
	return 0
}

// join fills the event from its rows: the earliest time, and of everything else
// what the last row that tells it says.
func (j *joiner) join(rows []int) {
	c := j.columns
	j.e = event.Event{Place: event.PlaceOf(j.of[rows[0]]), Source: c.Source}
	for _, row := range rows {
		if t := c.Times[row]; t.Dated() && (!j.e.Time.Dated() || t.Micros < j.e.Time.Micros) {
			j.e.Time = t
		}
		j.e.Seen = max(j.e.Seen, j.seen[row])
		j.e.Count += j.n[row]
		j.tell(row)
	}
	j.gather(rows)
}

// tell takes the texts of a row.
func (j *joiner) tell(row int) {
	e := &j.e
	for column, to := range map[string]*string{
		"action": (*string)(&e.Action), "operation": &e.Operation, "outcome": (*string)(&e.Outcome), "outcome_code": &e.OutcomeCode,
		"message": &e.Message, "actor": &e.Actor, "actor_id": &e.ActorID, "actor_type": &e.ActorType, "src_ip": &e.SrcIP,
		"host": &e.Host, "target_type": &e.TargetType, "target_id": &e.TargetID, "target_name": &e.TargetName, "record_id": &e.RecordID,
	} {
		if v := j.columns.Text(column, row); v != "" {
			*to = v
		}
	}
}

// gather takes the native fields of all rows, what several of them say once.
func (j *joiner) gather(rows []int) {
	j.fields = j.fields[:0]
	j.have = map[event.Field]bool{}
	for i, row := range rows {
		for f := range j.columns.Fields(row) {
			if i > 0 && j.have[f] {
				continue
			}
			j.have[f] = true
			j.fields = append(j.fields, f)
		}
	}
}
