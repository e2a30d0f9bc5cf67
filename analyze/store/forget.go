package store

import (
	"cmp"
	"context"
	"fmt"

	"hotwash/analyze/event"
)

// Forget takes away what is stored of one item, in the open transaction: events
// with all that stands beside them, rejects, marks and counts. The item's own
// row stays until it is committed anew. What is derived follows with Derive.
func (w *Writer) Forget(ctx context.Context, ordinal int32) error {
	if err := cmp.Or(ctx.Err(), w.begin(ctx)); err != nil {
		return w.Rollback(ctx, err)
	}
	first, next := event.Place{Evidence: ordinal}.ID(), event.Place{Evidence: ordinal + 1}.ID()
	for _, t := range fedTables(w.natives) {
		where, args := "event_id >= $1 AND event_id < $2", []any{first, next}
		if t.name == rejectsTable.name {
			where, args = "evidence = $1", []any{ordinal}
		}
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM "+quote(t.name)+" WHERE "+where, args...); err != nil {
			return w.Rollback(ctx, fmt.Errorf("forget E%02d in %s: %w", ordinal, t.name, err))
		}
	}
	for _, name := range []string{"schema/ledger_delete", "schema/ledger_sources_delete", "schema/warnings_delete"} {
		if err := w.Exec(ctx, name, ordinal); err != nil {
			return w.Rollback(ctx, err)
		}
	}
	return nil
}
