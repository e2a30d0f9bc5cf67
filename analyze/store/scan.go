package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/marcboeker/go-duckdb"

	"hotwash/analyze/event"
)

// scanBytes is how much evidence one query of a scan covers: the driver holds
// a whole Arrow result in memory, so the range is sized in bytes, not in rows.
const scanBytes = 16 << 20

// Scan yields the events of one source with id from <= id < to that no other
// event counts for, in id order.
// The batch and its strings are valid until the next one.
func (c *Case) Scan(ctx context.Context, source string, from, to int64) iter.Seq2[*event.Columns, error] {
	return func(yield func(*event.Columns, error) bool) {
		ranges, err := c.ranges(ctx, source, from, to)
		if err != nil {
			yield(nil, err)
			return
		}
		conn, err := c.Conn(ctx)
		if err != nil {
			yield(nil, fmt.Errorf("scan %s: %w", source, err))
			return
		}
		defer func() { _ = conn.Close() }()
		// The connection is the callback's for as long as rows are read from it.
		_ = conn.Raw(func(dc any) error {
			c.scanRanges(ctx, dc.(driver.Conn), source, ranges, yield)
			return nil
		})
	}
}

func (c *Case) scanRanges(ctx context.Context, dc driver.Conn, source string, ranges [][2]int64, yield func(*event.Columns, error) bool) {
	n := c.native(source)
	if n == nil {
		yield(nil, fmt.Errorf("scan %s: the case has no such source", source))
		return
	}
	a, err := duckdb.NewArrowFromConn(dc)
	if err != nil {
		yield(nil, fmt.Errorf("scan %s: %w", source, err))
		return
	}
	query := scanSQL(n)
	for _, r := range ranges {
		if !scanRange(ctx, a, n, query, source, r, yield) {
			return
		}
	}
}

func scanRange(ctx context.Context, a *duckdb.Arrow, n *native, query, source string, r [2]int64, yield func(*event.Columns, error) bool) bool {
	reader, err := a.QueryContext(ctx, query, source, r[0], r[1])
	if err != nil {
		yield(nil, fmt.Errorf("scan %s: %w", source, err))
		return false
	}
	defer reader.Release()
	for reader.Next() {
		if !yield(columnsOf(n, source, reader.Record()), nil) {
			return false
		}
	}
	if err := reader.Err(); err != nil {
		yield(nil, fmt.Errorf("scan %s: %w", source, err))
		return false
	}
	return true
}

// ranges cuts the ids of a source into pieces of about scanBytes of evidence,
// along the marks of the ledger.
func (c *Case) ranges(ctx context.Context, source string, from, to int64) ([][2]int64, error) {
	var all [][2]int64
	var start, end, size int64
	flush := func() {
		if a, b := max(start, from), min(end, to); size > 0 && a < b {
			all = append(all, [2]int64{a, b})
		}
		size = 0
	}
	err := eachRow(ctx, c.DB, "schema/marks_of_source", func(scan func(...any) error) error {
		var first, last int64
		if err := scan(&first, &last); err != nil {
			return err
		}
		if size == 0 {
			start = first
		}
		end = last
		if size += last - first&(1<<40-1); size >= scanBytes {
			flush()
		}
		return nil
	}, source)
	flush()
	return all, err
}

// native is the table that a source's own fields are in.
func (c *Case) native(source string) *native {
	for _, n := range c.natives {
		if n.Source == source || strings.HasSuffix(n.Source, ".") && strings.HasPrefix(source, n.Source) {
			return n
		}
	}
	return nil
}

// scanned are the events columns that a scan yields as text, in order.
var scanned = []string{
	"action", "operation", "outcome", "outcome_code", "message", "actor", "actor_id", "actor_type",
	"src_ip", "host", "target_type", "target_id", "target_name", "record_id"}

func scanSQL(n *native) string {
	var b strings.Builder
	b.WriteString("SELECT e.event_id, e.ts_us, e.ts_quality")
	for _, c := range scanned {
		b.WriteString(", e." + c)
	}
	for _, c := range n.Columns {
		b.WriteString(", n." + quote(c))
	}
	b.WriteString(", n.rest FROM events e JOIN " + quote(n.table) + " n ON e.event_id = n.event_id" +
		" WHERE e.source = $1 AND e.event_id >= $2 AND e.event_id < $3 AND n.event_id >= $2 AND n.event_id < $3" +
		" AND e.event_id NOT IN (SELECT event_id FROM duplicates WHERE event_id >= $2 AND event_id < $3) ORDER BY e.event_id")
	return b.String()
}

func columnsOf(n *native, source string, rec arrow.Record) *event.Columns {
	rows := int(rec.NumRows())
	c := &event.Columns{Source: source, IDs: rec.Column(0).(*array.Int64).Int64Values(), Times: make([]event.Time, rows)}
	ts, quality := rec.Column(1).(*array.Int64), rec.Column(2).(*array.Int32)
	for i := range rows {
		if !ts.IsNull(i) {
			c.Times[i] = event.Time{Micros: ts.Value(i), Quality: event.Quality(quality.Value(i))}
		}
	}
	at := 3
	for _, name := range scanned {
		c.Events = append(c.Events, textColumn(name, rec.Column(at)))
		at++
	}
	for _, name := range append(append([]string(nil), n.Columns...), "rest") {
		c.Native = append(c.Native, textColumn(name, rec.Column(at)))
		at++
	}
	for name, column := range n.Kept {
		c.Kept = append(c.Kept, event.Kept{Name: name, Column: slices.Index(scanned, column)})
	}
	sort.Slice(c.Kept, func(i, j int) bool { return c.Kept[i].Name < c.Kept[j].Name })
	return c
}

func textColumn(name string, a arrow.Array) event.Column {
	s := a.(*array.String)
	c := event.Column{Name: name, Text: make([]string, s.Len()), Valid: make([]bool, s.Len())}
	for i := range c.Text {
		if !s.IsNull(i) {
			c.Text[i], c.Valid[i] = s.Value(i), true
		}
	}
	return c
}
