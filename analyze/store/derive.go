package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"hotwash/analyze/event"
)

// Derive fills the tables that follow from the events: duplicates, events that
// several records tell together, pivots.
// It starts anew each time, so that it may run after every load.
func (w *Writer) Derive(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	return w.transact(ctx, func() error {
		for _, step := range []func(context.Context) error{w.forgetJoined, w.deriveDuplicates, w.deriveJoined, w.deriveEntities} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// deriveDuplicates groups copies: by the source's own record id over the whole
// case, else the n-th identical record of a member with the n-th of another.
func (w *Writer) deriveDuplicates(ctx context.Context) error {
	for _, name := range []string{"derive/duplicates_delete", "derive/duplicates_by_id", "derive/duplicates_by_content"} {
		if err := w.Exec(ctx, name); err != nil {
			return err
		}
	}
	for _, n := range w.natives {
		if _, err := w.conn.ExecContext(ctx, conflictSQL(n)); err != nil {
			return fmt.Errorf("conflicts of %s: %w", n.table, err)
		}
	}
	return nil
}

// conflictSQL marks duplicates whose content differs. Within one export shape,
// cut the same way, the whole record is compared (of CSV, what is empty and what
// is missing are the same); across shapes time, operation, actor, outcome,
// address and target are. Times are the same if they are at the coarser of the two
// precisions.
func conflictSQL(n *native) string {
	t := quote(n.table)
	apart := `x.ts_us IS DISTINCT FROM y.ts_us AND coalesce(abs(x.ts_us - y.ts_us) >=
      CASE least((x.ts_quality >> 4) & 15, (y.ts_quality >> 4) & 15) WHEN ` + precision(event.Milli) + ` THEN 1000 WHEN ` + precision(event.Second) + ` THEN 1000000 ELSE 1 END, true)`
	return `UPDATE duplicates SET conflict = true FROM ` + t + ` a, ` + t + ` b, events x, events y
WHERE duplicates.event_id = a.event_id AND duplicates.of_event = b.event_id
  AND x.event_id = a.event_id AND y.event_id = b.event_id AND a.content <> b.content
  AND (EXISTS (SELECT 1 FROM ledger_sources s, ledger_sources r
        WHERE s.evidence = x.event_id >> 40 AND r.evidence = y.event_id >> 40
          AND s.source = x.source AND r.source = y.source AND s.shape = r.shape
          AND (SELECT framing FROM evidence WHERE ordinal = s.evidence) IS NOT DISTINCT FROM (SELECT framing FROM evidence WHERE ordinal = r.evidence))
    OR ` + apart + ` OR x.operation IS DISTINCT FROM y.operation
    OR x.actor IS DISTINCT FROM y.actor OR x.outcome IS DISTINCT FROM y.outcome
    OR x.src_ip IS DISTINCT FROM y.src_ip OR x.target_id IS DISTINCT FROM y.target_id)`
}

func precision(p event.Precision) string { return strconv.Itoa(int(p)) }

// deriveEntities fills the pivot table, from the events' own columns and from
// the native columns that sources name.
func (w *Writer) deriveEntities(ctx context.Context) error {
	if err := w.Exec(ctx, "derive/entities_delete"); err != nil {
		return err
	}
	if err := w.Exec(ctx, "derive/entities"); err != nil {
		return err
	}
	for _, n := range w.natives {
		if s := entitySQL(n); s != "" {
			if _, err := w.conn.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("entities of %s: %w", n.table, err)
			}
		}
	}
	return nil
}

func entitySQL(n *native) string {
	if len(n.Entities) == 0 {
		return ""
	}
	parts := make([]string, len(n.Entities))
	for i, e := range n.Entities {
		// GUIDs come with braces and without, of one host by two exporters.
		parts[i] = fmt.Sprintf("SELECT event_id, '%s', trim(lower(%s), '{}'), '%s' FROM %s WHERE %s <> ''",
			e.Kind, quote(e.Column), e.Role, quote(n.table), quote(e.Column))
	}
	return "INSERT INTO entities " + strings.Join(parts, " UNION ALL ")
}
