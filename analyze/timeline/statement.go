package timeline

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"hotwash/queries"
)

// rowsOf runs a statement by name and yields what scan makes of each row. The
// value is reused from row to row.
func rowsOf[T any](ctx context.Context, db *sql.DB, name string, scan func(*sql.Rows, *T) error, args []any) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) { each(ctx, db, name, scan, args, yield) }
}

// each is rowsOf for several statements in a row: false means stop.
func each[T any](ctx context.Context, db *sql.DB, name string, scan func(*sql.Rows, *T) error, args []any, yield func(*T, error) bool) bool {
	rows, err := db.QueryContext(ctx, queries.Text(name), args...)
	if err != nil {
		yield(nil, fmt.Errorf("%s.sql: %w", name, err))
		return false
	}
	defer rows.Close()
	for rows.Next() {
		v := new(T)
		if err := scan(rows, v); err != nil {
			yield(nil, fmt.Errorf("%s.sql: %w", name, err))
			return false
		}
		if !yield(v, nil) {
			return false
		}
	}
	if err := rows.Err(); err != nil {
		yield(nil, fmt.Errorf("%s.sql: %w", name, err))
		return false
	}
	return true
}

// all collects the rows of a statement.
func all[T any](ctx context.Context, db *sql.DB, name string, scan func(*sql.Rows, *T) error, args ...any) ([]T, error) {
	var out []T
	for v, err := range rowsOf(ctx, db, name, scan, args) {
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}

// scanMicros reads µs into a duration.
type scanMicros struct{ to *time.Duration }

func (s scanMicros) Scan(v any) error {
	us, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a number of microseconds is %T", v)
	}
	*s.to = time.Duration(us) * time.Microsecond
	return nil
}
