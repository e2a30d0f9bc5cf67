package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"sort"
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

// Commit stores batches, their marks and the items that are new or finished,
// all or nothing, and empties the batches. After an error nothing of it is in
// the case.
func (w *Writer) Commit(ctx context.Context, batches []*Batch, marks []Mark, items []evidence.Item) error {
	w.fill(batches)
	err := w.transact(ctx, func() error {
		for _, t := range fedTables(w.natives) {
			if err := w.insert(ctx, w.feeds[t.name]); err != nil {
				return err
			}
		}
		return w.insertLedger(ctx, batches, marks, items)
	})
	for _, f := range w.feeds {
		f.drain()
	}
	for _, b := range batches {
		b.reset()
	}
	if err != nil {
		return err
	}
	return w.checkpointAfter(ctx, marks)
}

const checkpointBytes = 256 << 20

func (w *Writer) checkpointAfter(ctx context.Context, marks []Mark) error {
	for _, m := range marks {
		w.pending += m.End - m.Start
	}
	if w.pending < checkpointBytes {
		return nil
	}
	return w.Checkpoint(ctx)
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

func (b *Batch) reset() {
	b.Events, b.Rejects = 0, 0
	clear(b.bySource)
	clear(b.warnings)
	b.newNames = b.newNames[:0]
}

func (w *Writer) insertLedger(ctx context.Context, batches []*Batch, marks []Mark, items []evidence.Item) error {
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
	if err := w.insertCounts(ctx, batches); err != nil {
		return err
	}
	return w.insertNames(ctx, batches)
}

// insertCounts adds up the batches' counts by evidence, source and shape. A
// batch holds one member's chunk.
func (w *Writer) insertCounts(ctx context.Context, batches []*Batch) error {
	type key struct {
		evidence int32
		sourceShape
	}
	events := map[key]int64{}
	doubts := map[key]*warning{}
	for _, b := range batches {
		for s, n := range b.bySource {
			events[key{b.Evidence, s}] += n
		}
		for code, x := range b.warnings {
			k := key{b.Evidence, sourceShape{source: code}}
			if doubts[k] == nil {
				doubts[k] = &warning{first: x.first}
			}
			doubts[k].count += x.count
			doubts[k].first = min(doubts[k].first, x.first)
		}
	}
	for k, n := range events {
		if err := w.Exec(ctx, "schema/ledger_sources_insert", k.evidence, k.source, k.shape, n); err != nil {
			return err
		}
	}
	for k, x := range doubts {
		if err := w.Exec(ctx, "schema/warnings_insert", k.evidence, k.source, x.count, x.first); err != nil {
			return err
		}
	}
	return nil
}

// insertNames adds native field names that the case hasn't seen.
func (w *Writer) insertNames(ctx context.Context, batches []*Batch) error {
	var fresh []fieldName
	for _, b := range batches {
		for _, name := range b.newNames {
			if !w.names[name] {
				w.names[name] = true
				fresh = append(fresh, name)
			}
		}
	}
	sort.Slice(fresh, func(i, j int) bool {
		if fresh[i].source != fresh[j].source {
			return fresh[i].source < fresh[j].source
		}
		return fresh[i].name < fresh[j].name
	})
	for _, name := range fresh {
		// A bound parameter ends at a NUL byte.
		if err := w.Exec(ctx, "schema/native_fields_insert", name.source, strings.ReplaceAll(name.name, "\x00", `\x00`)); err != nil {
			return err
		}
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
		it.SHA256, it.Outer, string(it.State), it.Reason, it.Framing, it.OffsetUS, it.Simulated)
}

// rowsError names the statement in an error.
func rowsError(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s.sql: %w", name, err)
}
