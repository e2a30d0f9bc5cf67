package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/marcboeker/go-duckdb"
)

// feed is the record reader behind one registered view. A view is registered
// once, on an attached in-memory database: registering per batch leaks the
// batch, and leaves a view in the case that crashes whoever selects from it.
// The feed is refilled between statements.
type feed struct {
	table   string
	schema  *arrow.Schema
	queue   []arrow.Record
	current arrow.Record
	rows    int64 // in the queue
}

func (f *feed) Retain()               {}
func (f *feed) Release()              {}
func (f *feed) Schema() *arrow.Schema { return f.schema }
func (f *feed) Record() arrow.Record  { return f.current }
func (f *feed) Err() error            { return nil }

// Next hands out the next batch of the queue. The engine has taken its own
// reference of the batch before.
func (f *feed) Next() bool {
	if f.current != nil {
		f.current.Release()
		f.current = nil
	}
	if len(f.queue) == 0 {
		return false
	}
	f.current, f.queue = f.queue[0], f.queue[1:]
	return true
}

// push takes over the caller's reference.
func (f *feed) push(r arrow.Record) {
	if r.NumRows() == 0 {
		r.Release()
		return
	}
	f.queue = append(f.queue, r)
	f.rows += r.NumRows()
}

// drain drops what a failed statement left, or the next one would store it.
func (f *feed) drain() {
	for f.Next() {
	}
	f.queue, f.rows = nil, 0
}

const (
	feedDatabase = "feed"
	caseDatabase = `"case"`
)

// registerFeeds makes one view per table that is fed.
func (w *Writer) registerFeeds(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, "ATTACH ':memory:' AS "+feedDatabase+"; USE "+feedDatabase); err != nil {
		return fmt.Errorf("attach the feed: %w", err)
	}
	for _, t := range fedTables(w.natives) {
		if err := w.register(t); err != nil {
			return err
		}
	}
	if _, err := w.conn.ExecContext(ctx, "USE "+caseDatabase); err != nil {
		return fmt.Errorf("use the case: %w", err)
	}
	return nil
}

func (w *Writer) register(t table) error {
	f := &feed{table: t.name, schema: t.schema()}
	w.feeds[t.name] = f
	return w.raw(func(c driver.Conn) error {
		a, err := duckdb.NewArrowFromConn(c)
		if err != nil {
			return fmt.Errorf("arrow: %w", err)
		}
		release, err := a.RegisterView(f, t.name)
		if err != nil {
			return fmt.Errorf("register %s: %w", t.name, err)
		}
		w.free = append(w.free, release)
		return nil
	})
}

// insert stores what is queued for one table, and checks that all of it
// arrived.
func (w *Writer) insert(ctx context.Context, f *feed) error {
	want := f.rows
	if want == 0 {
		return nil
	}
	name := quote(f.table)
	res, err := w.conn.ExecContext(ctx, "INSERT INTO "+name+" SELECT * FROM "+feedDatabase+"."+name)
	f.rows = 0
	if err != nil {
		return fmt.Errorf("store %s: %w", f.table, err)
	}
	got, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("store %s: %w", f.table, err)
	}
	if got != want {
		return fmt.Errorf("store %s: %d rows sent, %d stored: %w", f.table, want, got, errShort)
	}
	return nil
}

var errShort = errors.New("rows were lost")
