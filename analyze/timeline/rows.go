package timeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"

	"hotwash/analyze/event"
	"hotwash/queries"
)

// pageRows is how many rows one statement brings: the driver holds a whole
// result in memory, so a long timeline is read in pages.
const pageRows = 1 << 18

// key is the place of a row in the total order.
type key struct{ at, sub, id int64 }

// Rows yields the events that f keeps, in one total order for all sources:
// stated time with the item's clock offset, then digits below the microsecond,
// then event id. A row is valid until the next one is asked for.
func Rows(ctx context.Context, db *sql.DB, f Filter) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		args, err := f.args(ctx, db)
		if err != nil {
			yield(nil, err)
			return
		}
		if f.Undated {
			each(ctx, db, "timeline/undated", scanRow, f.limited(args), yield)
			return
		}
		ends, err := f.pages(ctx, db, args)
		if err != nil {
			yield(nil, err)
			return
		}
		f.read(ctx, db, args, ends, yield)
	}
}

// read yields page after page; ends holds the last key of every page but the last.
func (f Filter) read(ctx context.Context, db *sql.DB, args []any, ends []key, yield func(*Row, error) bool) {
	if len(ends) == 0 {
		each(ctx, db, "timeline/rows", scanRow, append(f.limited(args), between(nil, nil)...), yield)
		return
	}
	for i := range len(ends) + 1 {
		var after, upto *key
		if i > 0 {
			after = &ends[i-1]
		}
		if i < len(ends) {
			upto = &ends[i]
		}
		page := append(f.limited(args), between(after, upto)...) // limit and offset are 0: pages reads all
		if !each(ctx, db, "timeline/rows", scanRow, page, yield) {
			return
		}
	}
}

// pages are the keys to cut a timeline at; none if it is cut short anyway.
func (f Filter) pages(ctx context.Context, db *sql.DB, args []any) (ends []key, err error) {
	if f.Limit > 0 || f.Offset > 0 {
		return nil, nil
	}
	args = append(args[:len(args):len(args)], sql.Named("page", int64(pageRows)))
	for k, err := range rowsOf(ctx, db, "timeline/pages", scanKey, args) {
		if err != nil {
			return nil, err
		}
		ends = append(ends, *k)
	}
	return ends, nil
}

// Count is how many dated events f keeps, and how many undated ones it would
// keep if it asked for them. A window in time says nothing of undated events.
func Count(ctx context.Context, db *sql.DB, f Filter) (dated, undated int64, err error) {
	args, err := f.args(ctx, db)
	if err != nil {
		return 0, 0, err
	}
	if err := db.QueryRowContext(ctx, queries.Text("timeline/count"), args...).Scan(&dated, &undated); err != nil {
		return 0, 0, fmt.Errorf("timeline/count.sql: %w", err)
	}
	return dated, undated, nil
}

// args are the parameters that all statements over a Filter share.
func (f Filter) args(ctx context.Context, db *sql.DB) ([]any, error) {
	near, err := f.near(ctx, db)
	if err != nil {
		return nil, err
	}
	return append(near,
		sql.Named("from", bound(f.From)), sql.Named("to", bound(f.To)),
		sql.Named("actors", strings.ToLower(list(f.Actors))), sql.Named("sources", list(f.Sources)),
		sql.Named("duplicates", f.Duplicates), sql.Named("unknown", f.Unknown)), nil
}

// near is the window around an event or a time, in ordering time.
func (f Filter) near(ctx context.Context, db *sql.DB) ([]any, error) {
	at := f.AroundAt
	if f.Around != 0 {
		when, err := when(ctx, db, f.Around)
		if err != nil {
			return nil, err
		}
		at = when
	}
	if !at.Valid {
		return []any{sql.Named("near_from", nil), sql.Named("near_to", nil)}, nil
	}
	window := f.Window
	if window <= 0 {
		window = DefaultWindow
	}
	return []any{sql.Named("near_from", at.V-window.Microseconds()), sql.Named("near_to", at.V+window.Microseconds())}, nil
}

func when(ctx context.Context, db *sql.DB, id int64) (at sql.Null[int64], err error) {
	err = db.QueryRowContext(ctx, queries.Text("timeline/when"), sql.Named("id", id)).Scan(&at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return at, fmt.Errorf("%d: %w", id, ErrNoEvent)
	case err != nil:
		return at, fmt.Errorf("timeline/when.sql: %w", err)
	case !at.Valid:
		return at, fmt.Errorf("%d: %w", id, ErrUndated)
	}
	return at, nil
}

func (f Filter) limited(args []any) []any {
	limit := int64(math.MaxInt64)
	if f.Limit > 0 {
		limit = int64(f.Limit)
	}
	return append(args[:len(args):len(args)], sql.Named("limit", limit), sql.Named("offset", int64(f.Offset)))
}

// between are the parameters of a page: after one key, up to and with another.
func between(after, upto *key) []any {
	return append(named("after", after), named("upto", upto)...)
}

func named(prefix string, k *key) []any {
	if k == nil {
		return []any{sql.Named(prefix+"_us", nil), sql.Named(prefix+"_sub", nil), sql.Named(prefix+"_id", nil)}
	}
	return []any{sql.Named(prefix+"_us", k.at), sql.Named(prefix+"_sub", k.sub), sql.Named(prefix+"_id", k.id)}
}

func bound(v sql.Null[int64]) any {
	if !v.Valid {
		return nil
	}
	return v.V
}

func scanKey(rows *sql.Rows, k *key) error { return rows.Scan(&k.at, &k.sub, &k.id) }

func scanRow(rows *sql.Rows, r *Row) error { return rows.Scan(r.columns()...) }

// columns are the destinations of the columns that rows, undated and around share.
func (r *Row) columns() []any {
	return []any{scanID{&r.Place}, &r.Time.Micros, &r.Time.Quality, scanMicros{&r.Offset}, &r.Seen,
		&r.Source, &r.Action, &r.Operation, &r.Outcome, &r.OutcomeCode, &r.Message,
		&r.Actor, &r.ActorID, &r.ActorType, &r.SrcIP, &r.Host,
		&r.TargetType, &r.TargetID, &r.TargetName, &r.RecordID,
		&r.Line, &r.Len, &r.DuplicateOf, &r.Conflict}
}

// scanID splits an event id into a place.
type scanID struct{ to *event.Place }

func (s scanID) Scan(v any) error {
	id, ok := v.(int64)
	if !ok {
		return fmt.Errorf("event id is %T", v)
	}
	*s.to = event.PlaceOf(id)
	return nil
}
