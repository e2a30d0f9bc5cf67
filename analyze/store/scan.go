package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/marcboeker/go-duckdb"

	"hotwash/analyze/event"
)

var errNoSource = errors.New("the case has no such source")

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

// Pieces cuts the ids of a source into ranges of about scanBytes of evidence
// each. They can be scanned at the same time.
func (c *Case) Pieces(ctx context.Context, source string) ([][2]int64, error) {
	return c.ranges(ctx, source, 0, math.MaxInt64)
}

func (c *Case) scanRanges(ctx context.Context, dc driver.Conn, source string, ranges [][2]int64, yield func(*event.Columns, error) bool) {
	n := c.native(source)
	if n == nil {
		yield(nil, fmt.Errorf("scan %s: %w", source, errNoSource))
		return
	}
	a, err := duckdb.NewArrowFromConn(dc)
	if err != nil {
		yield(nil, fmt.Errorf("scan %s: %w", source, err))
		return
	}
	for _, r := range ranges {
		cols, release, err := scanRange(ctx, a, n, source, r)
		if err != nil {
			err = fmt.Errorf("scan %s: %w", source, err)
		}
		more := yield(cols, err)
		release()
		if !more || err != nil {
			return
		}
	}
}

// scanRange reads the two tables apart and puts their rows together here: the
// engine's join and sort of such wide rows needed more memory than all else.
func scanRange(ctx context.Context, a *duckdb.Arrow, n *native, source string, r [2]int64) (*event.Columns, func(), error) {
	events, err := readBlock(ctx, a, eventsSQL(), 3, source, r[0], r[1])
	if err != nil {
		return nil, events.release, err
	}
	query, args := nativeSQL(n, source, r)
	fields, err := readBlock(ctx, a, query, 1, args...)
	release := func() {
		events.release()
		fields.release()
	}
	if err != nil {
		return nil, release, err
	}
	events.sort()
	fields.sort()
	fields.keep(events.numbers[0])
	return columnsOf(n, source, events, fields), release, nil
}

// ranges cuts the ids of a source into pieces of about scanBytes of evidence:
// small items together, large ones in parts. An id holds the place, so a piece
// of an item is a range of ids.
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
		for ; first < last; first = end {
			if size == 0 {
				start = first
			}
			end = min(last, first+scanBytes-size)
			if size += end - first; size >= scanBytes {
				flush()
			}
		}
		return nil
	}, source)
	flush()
	return adjoined(all, to), err
}

// adjoined makes each range go on to where the next begins, the last to the
// end: the ids of derived events lie behind those of their item.
func adjoined(all [][2]int64, to int64) [][2]int64 {
	for i := range all {
		all[i][1] = to
		if i+1 < len(all) {
			all[i][1] = all[i+1][0]
		}
	}
	return all
}

// native is the table that a source's own fields are in.
func (c *Case) native(source string) *native {
	if at := nativeAt(c.natives, source); at >= 0 {
		return c.natives[at]
	}
	return nil
}

func nativeAt(natives []*native, source string) int {
	return slices.IndexFunc(natives, func(n *native) bool {
		return n.Source == source || n.family() && strings.HasPrefix(source, n.Source)
	})
}

// family says that the table holds more than one source.
func (n *native) family() bool { return strings.HasSuffix(n.Source, ".") }

// scanned are the events columns that a scan yields as text, in order.
var scanned = []string{
	"action", "operation", "outcome", "outcome_code", "message", "actor", "actor_id", "actor_type",
	"src_ip", "host", "target_type", "target_id", "target_name", "record_id"}

// TextColumns are the columns of events that hold text, and that a scan yields.
func TextColumns() []string { return slices.Clone(scanned) }

// eventsSQL reads the events of a source that count. Parameters: source, from, to.
func eventsSQL() string {
	return "SELECT event_id, ts_us, ts_quality, " + strings.Join(scanned, ", ") + " FROM events" +
		" WHERE source = $1 AND event_id >= $2 AND event_id < $3" +
		" AND event_id NOT IN (SELECT event_id FROM duplicates WHERE event_id >= $2 AND event_id < $3)"
}

// nativeSQL reads a source's rows of its native table. The rows of a family's
// other sources may be many.
func nativeSQL(n *native, source string, r [2]int64) (string, []any) {
	query := selectNative(n) + " WHERE event_id >= $1 AND event_id < $2"
	if !n.family() {
		return query, []any{r[0], r[1]}
	}
	return query + " AND event_id IN (SELECT event_id FROM events WHERE source = $3 AND event_id >= $1 AND event_id < $2)",
		[]any{r[0], r[1], source}
}

func selectNative(n *native) string {
	var b strings.Builder
	b.WriteString("SELECT event_id")
	for _, c := range n.Columns {
		b.WriteString(", " + quote(c))
	}
	b.WriteString(", rest FROM " + quote(n.table))
	return b.String()
}

func columnsOf(n *native, source string, events, fields *block) *event.Columns {
	c := &event.Columns{Source: source, IDs: events.numbers[0], Times: make([]event.Time, len(events.numbers[0]))}
	for i := range c.Times {
		if quality := event.Quality(events.numbers[2][i]); quality.Basis() != event.BasisNone {
			c.Times[i] = event.Time{Micros: events.numbers[1][i], Quality: quality}
		}
	}
	for i, name := range scanned {
		c.Events = append(c.Events, event.Column{Name: name, Text: events.texts[i].Text, Valid: events.texts[i].Valid})
	}
	for i, name := range append(append([]string(nil), n.Columns...), "rest") {
		c.Native = append(c.Native, event.Column{Name: name, Text: fields.texts[i].Text, Valid: fields.texts[i].Valid})
	}
	for name, column := range n.Kept {
		c.Kept = append(c.Kept, event.Kept{Name: name, Column: slices.Index(scanned, column)})
	}
	sort.Slice(c.Kept, func(i, j int) bool { return c.Kept[i].Name < c.Kept[j].Name })
	return c
}
