package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"hotwash/queries"
)

// native is the table of a source's own fields.
type native struct {
	Native
	table string
}

// quote makes an identifier. Names come from closed sets: the tables here and
// the columns that sources declare.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Table is the table that the source's own fields are in.
func (n Native) Table() string {
	return "native_" + strings.ReplaceAll(strings.TrimSuffix(n.Source, "."), ".", "_")
}

func nativesOf(sources []Native) []*native {
	all := make([]*native, len(sources))
	for i, s := range sources {
		all[i] = &native{Native: s, table: s.Table()}
	}
	return all
}

func (n *native) createSQL() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (event_id BIGINT NOT NULL, content BIGINT", quote(n.table))
	for _, c := range n.Columns {
		fmt.Fprintf(&b, ", %s VARCHAR", quote(c))
	}
	b.WriteString(", rest VARCHAR)")
	return b.String()
}

func (w *Writer) ensureSchema(ctx context.Context, sources []Native) error {
	w.natives = nativesOf(sources)
	var there bool
	err := w.conn.QueryRowContext(ctx, queries.Text("schema/exists")).Scan(&there)
	if err != nil {
		return unopened(ctx, w.dir, err)
	}
	if there {
		return w.checkSchema(ctx)
	}
	return w.createSchema(ctx)
}

// layout is what the native tables look like: a case whose sources have other
// columns is a case of another version.
func (w *Writer) layout() string {
	var b strings.Builder
	b.WriteString(SchemaVersion)
	for _, n := range w.natives {
		b.WriteString("\n" + n.table + ":" + strings.Join(n.Columns, ","))
	}
	return b.String()
}

func (w *Writer) checkSchema(ctx context.Context) error {
	version, err := meta(ctx, w.conn, "schema_version")
	if err != nil {
		return unopened(ctx, w.dir, err)
	}
	layout, err := meta(ctx, w.conn, "layout")
	if err != nil {
		return unopened(ctx, w.dir, err)
	}
	if version != SchemaVersion || layout != w.layout() {
		return fmt.Errorf("%s: %w", databasePath(w.dir), ErrSchema)
	}
	return nil
}

func (w *Writer) createSchema(ctx context.Context) error {
	return w.transact(ctx, func() error {
		if err := w.Exec(ctx, "schema/tables"); err != nil {
			return err
		}
		for _, n := range w.natives {
			if _, err := w.conn.ExecContext(ctx, n.createSQL()); err != nil {
				return fmt.Errorf("create %s: %w", n.table, err)
			}
		}
		return errors.Join(w.SetMeta(ctx, "schema_version", SchemaVersion), w.SetMeta(ctx, "layout", w.layout()))
	})
}

// transact runs f in a transaction of its own: all or nothing.
func (w *Writer) transact(ctx context.Context, f func() error) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := f(); err != nil {
		return w.Rollback(ctx, err)
	}
	w.open = false
	return w.commit(ctx)
}

func (w *Writer) begin(ctx context.Context) error {
	if w.open {
		return nil
	}
	if _, err := w.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	w.open = true
	return nil
}

// commit ends the transaction. After a failed statement the engine's COMMIT
// reports success and stores nothing, so nothing that failed may come here.
func (w *Writer) commit(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		_, _ = w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return fmt.Errorf("commit: %w", err)
	}
	return private(w.dir) // the engine may have made its log anew
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// meta is one value of the case's key-value table, empty if it isn't there.
func meta(ctx context.Context, q queryer, key string) (string, error) {
	var value sql.NullString
	err := q.QueryRowContext(ctx, queries.Text("schema/meta"), key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("schema/meta.sql: %w", err)
	}
	return value.String, nil
}

// Meta is one value of the case's key-value table, empty if it isn't there.
func (c *Case) Meta(ctx context.Context, key string) (string, error) { return meta(ctx, c.DB, key) }

// Meta is one value of the case's key-value table, empty if it isn't there.
func (w *Writer) Meta(ctx context.Context, key string) (string, error) { return meta(ctx, w.conn, key) }

// SetMeta sets one value of the case's key-value table.
func (w *Writer) SetMeta(ctx context.Context, key, value string) error {
	if err := w.Exec(ctx, "schema/meta_delete", key); err != nil {
		return err
	}
	return w.Exec(ctx, "schema/meta_insert", key, value)
}
