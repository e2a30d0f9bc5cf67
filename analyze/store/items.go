package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/queries"
)

type rowsQueryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func eachRow(ctx context.Context, q rowsQueryer, name string, f func(scan func(...any) error) error, args ...any) error {
	rows, err := q.QueryContext(ctx, queries.Text(name), args...)
	if err != nil {
		return rowsError(name, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return rowsError(name, err)
		}
	}
	return rowsError(name, rows.Err())
}

// Items lists the case's evidence in ordinal order.
func (w *Writer) Items(ctx context.Context) ([]evidence.Item, error) { return items(ctx, w.conn) }

// Items lists the case's evidence in ordinal order.
func (c *Case) Items(ctx context.Context) ([]evidence.Item, error) { return items(ctx, c.DB) }

func items(ctx context.Context, q rowsQueryer) ([]evidence.Item, error) {
	var all []evidence.Item
	err := eachRow(ctx, q, "schema/evidence", func(scan func(...any) error) error {
		var it evidence.Item
		var state string
		err := scan(&it.Ordinal, &it.Argument, &it.Path, &it.Member, &it.Kind, &it.Size,
			&it.SHA256, &it.Outer, &state, &it.Reason, &it.Framing, &it.OffsetUS, &it.Simulated, &it.Told, &it.Dates)
		it.State = evidence.State(state)
		all = append(all, it)
		return err
	})
	return all, err
}

// Marks lists what is stored of an item, in order.
func (w *Writer) Marks(ctx context.Context, ordinal int32) ([]Mark, error) {
	var all []Mark
	err := w.each(ctx, "schema/ledger", func(scan func(...any) error) error {
		m := Mark{Evidence: ordinal}
		var prefix string
		err := scan(&m.Seq, &m.Start, &m.End, &m.Records, &m.Events, &m.Rejects,
			&m.Header, &m.Separator, &m.Comment, &m.Blank, &m.Lines, &m.HashAt, &prefix)
		if err != nil {
			return err
		}
		if _, err := hex.Decode(m.Prefix[:], []byte(prefix)); err != nil {
			return fmt.Errorf("ledger of E%02d: %w", ordinal, err)
		}
		all = append(all, m)
		return nil
	}, ordinal)
	return all, err
}

// Cite is the portable citation of an event: the hash of its file, and the
// place of its bytes. An event that isn't there is cited by its id.
func (c *Case) Cite(id int64) string {
	ctx := context.Background()
	p := event.PlaceOf(id)
	err := c.QueryRowContext(ctx, queries.Text("schema/event_len"), id).Scan(&p.Len)
	if err == nil && c.items == nil {
		c.items, err = c.Items(ctx)
	}
	at := slices.IndexFunc(c.items, func(it evidence.Item) bool { return it.Ordinal == p.Evidence })
	if err != nil || at < 0 {
		return strconv.FormatInt(id, 10)
	}
	return evidence.Cite(c.items[at], p)
}
