package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotwash/analyze/evidence"
)

// Mark is the ledger's entry for a run of bytes of one item that was stored in
// one transaction. HashAt and Prefix let a later run see whether the evidence
// still begins with the same bytes.
type Mark struct {
	Evidence, Seq                     int32
	Start, End                        int64 // bytes of the decompressed member
	Records, Events, Rejects, Lines   int64
	Header, Separator, Comment, Blank int64 // bytes
	HashAt                            int64
	Prefix                            [32]byte // SHA-256 of the member's first HashAt bytes
}

// Put stores batches in the open transaction, beginning one if none is open,
// and empties them. The rows count once Commit has returned nil.
//
// Putting is apart from committing because of what a commit costs: rows that
// fill a row group of the engine are compressed and written once, fewer go
// through the write-ahead log and are copied twice more (ARCHITECTURE.md).
func (w *Writer) Put(ctx context.Context, batches []*Batch) error {
	defer func() {
		for _, b := range batches {
			b.reset()
		}
	}()
	if err := cmp.Or(ctx.Err(), w.begin(ctx)); err != nil { // a quick statement may outrun a cancelled context
		return w.Rollback(ctx, err)
	}
	w.fill(batches)
	w.count(batches)
	for _, t := range fedTables(w.natives) {
		if err := w.insert(ctx, w.feeds[t.name]); err != nil {
			return w.Rollback(ctx, err)
		}
	}
	return nil
}

// Commit makes everything put since the last commit part of the case, together
// with its marks and the items that are new or finished: all or nothing.
func (w *Writer) Commit(ctx context.Context, marks []Mark, items []evidence.Item) error {
	if err := cmp.Or(ctx.Err(), w.begin(ctx)); err != nil {
		return w.Rollback(ctx, err)
	}
	err := w.checkCounts(marks)
	if err == nil {
		err = w.insertLedger(ctx, marks, items)
	}
	if err != nil {
		return w.Rollback(ctx, err)
	}
	w.open, w.counts = false, counts{}
	return w.commit(ctx)
}

// checkCounts refuses a ledger that claims other rows than were put.
func (w *Writer) checkCounts(marks []Mark) error {
	var claimed, put int64
	for _, m := range marks {
		claimed += m.Events
	}
	for _, n := range w.counts.events {
		put += n
	}
	if claimed != put {
		return fmt.Errorf("commit: the marks have %d events, %d were put: %w", claimed, put, errShort)
	}
	return nil
}

// Rollback undoes what was put since the last commit, and joins what went
// wrong with it to err.
func (w *Writer) Rollback(ctx context.Context, err error) error {
	for _, f := range w.feeds {
		f.drain()
	}
	if !w.open {
		return err
	}
	w.open, w.counts = false, counts{}
	_, undo := w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return errors.Join(err, undo)
}

// fill queues what the batches hold in the feeds.
func (w *Writer) fill(batches []*Batch) {
	for _, b := range batches {
		for i, t := range generalTables {
			if b.tables[i].n > 0 {
				w.feeds[t.name].push(b.tables[i].take())
			}
		}
		for i, n := range b.natives {
			if n != nil && n.n > 0 {
				w.feeds[w.natives[i].table].push(n.take())
			}
		}
	}
}

// reset makes the batch empty, of rows that were never taken too.
func (b *Batch) reset() {
	for _, t := range b.tables {
		t.drop()
	}
	for _, n := range b.natives {
		if n != nil {
			n.drop()
		}
	}
	b.Events, b.Rejects = 0, 0
	clear(b.bySource)
	clear(b.warnings)
	b.newNames = b.newNames[:0]
}

// counts add up what the open transaction holds, until its ledger is written.
type counts struct {
	events map[countKey]int64
	doubts map[countKey]*warning
	names  map[fieldName]bool
}

// countKey is a source and shape, or a warning's code, of one item.
type countKey struct {
	evidence int32
	sourceShape
}

func (w *Writer) count(batches []*Batch) {
	c := &w.counts
	if c.events == nil {
		*c = counts{map[countKey]int64{}, map[countKey]*warning{}, map[fieldName]bool{}}
	}
	for _, b := range batches {
		for s, n := range b.bySource {
			c.events[countKey{b.Evidence, s}] += n
		}
		for code, x := range b.warnings {
			c.doubt(countKey{b.Evidence, sourceShape{source: code}}, x)
		}
		for _, name := range b.newNames {
			if !w.names[name] {
				c.names[name] = true
			}
		}
	}
}

func (c *counts) doubt(k countKey, x *warning) {
	have := c.doubts[k]
	if have == nil {
		have = &warning{first: x.first}
		c.doubts[k] = have
	}
	have.count += x.count
	have.first = min(have.first, x.first)
}

func (w *Writer) insertLedger(ctx context.Context, marks []Mark, items []evidence.Item) error {
	for _, m := range marks {
		err := w.Exec(ctx, "schema/ledger_insert", m.Evidence, m.Seq, m.Start, m.End, m.Records, m.Events, m.Rejects,
			m.Header, m.Separator, m.Comment, m.Blank, m.Lines, m.HashAt, hex.EncodeToString(m.Prefix[:]))
		if err != nil {
			return err
		}
	}
	for _, it := range items {
		if err := w.putItem(ctx, it); err != nil {
			return err
		}
	}
	for k, n := range w.counts.events {
		if err := w.Exec(ctx, "schema/ledger_sources_insert", k.evidence, k.source, k.shape, n); err != nil {
			return err
		}
	}
	for k, x := range w.counts.doubts {
		if err := w.Exec(ctx, "schema/warnings_insert", k.evidence, k.source, x.count, x.first); err != nil {
			return err
		}
	}
	return w.insertNames(ctx)
}

// insertNames adds native field names that the case hasn't seen.
func (w *Writer) insertNames(ctx context.Context) error {
	fresh := slices.SortedFunc(maps.Keys(w.counts.names), func(a, b fieldName) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.name, b.name))
	})
	for _, name := range fresh {
		// A bound parameter ends at a NUL byte.
		if err := w.Exec(ctx, "schema/native_fields_insert", name.source, strings.ReplaceAll(name.name, "\x00", `\x00`)); err != nil {
			return err
		}
		w.names[name] = true
	}
	return nil
}

func (w *Writer) loadNames(ctx context.Context) error {
	w.names = map[fieldName]bool{}
	return w.each(ctx, "schema/native_fields", func(scan func(...any) error) error {
		var n fieldName
		if err := scan(&n.source, &n.name); err != nil {
			return err
		}
		w.names[n] = true
		return nil
	})
}

// each runs a statement of the project's own and hands out its rows.
func (w *Writer) each(ctx context.Context, name string, f func(scan func(...any) error) error, args ...any) (err error) {
	return eachRow(ctx, w.conn, name, f, args...)
}

func (w *Writer) putItem(ctx context.Context, it evidence.Item) error {
	if err := w.Exec(ctx, "schema/evidence_delete", it.Ordinal); err != nil {
		return err
	}
	return w.Exec(ctx, "schema/evidence_insert", it.Ordinal, it.Argument, it.Path, it.Member, it.Kind, it.Size,
		it.SHA256, it.Outer, string(it.State), it.Reason, it.Framing, it.OffsetUS, it.Simulated, it.Told, it.Dates)
}

// rowsError names the statement in an error.
func rowsError(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s.sql: %w", name, err)
}
