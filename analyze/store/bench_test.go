package store

import (
	"fmt"
	"testing"
	"time"

	"hotwash/analyze/event"
)

func fillBatch(b *Batch, from, n int) {
	for i := from; i < from+n; i++ {
		e := &event.Event{Place: event.Place{Evidence: 1, Offset: int64(i) * 900, Len: 899, Line: int32(i)},
			Time: event.At(time.Unix(int64(i), 0), event.BasisAssumedUTC, event.Second), Source: "m365.ual", Shape: "auditdata",
			Action: event.Update, Operation: "Set-Mailbox", Outcome: event.Success, Actor: fmt.Sprintf("user%d@example.com", i%1000),
			ActorID: "1003200", ActorType: "user", SrcIP: "192.0.2.7", TargetID: fmt.Sprint("target", i), RecordID: fmt.Sprintf("f12c6c27-8688-4074-edbf-%012d", i)}
		fields := make([]event.Field, 0, 32)
		fields = append(fields, event.Field{Name: "Operation", Value: "Set-Mailbox"}, event.Field{Name: "UserId", Value: e.Actor}, event.Field{Name: "Id", Value: e.RecordID})
		for k := range 28 {
			fields = append(fields, event.Field{Name: names[k], Value: "some value of field"})
		}
		b.Add(e, 0, fields)
	}
	b.Evidence = 1
}

var names = func() (n []string) {
	for k := range 28 {
		n = append(n, fmt.Sprintf("Parameters.Field%02d", k))
	}
	return n
}()

// BenchmarkCommit stores records of 31 native fields, as ingest does.
func BenchmarkCommit(b *testing.B) {
	ctx := b.Context()
	w, err := Create(ctx, b.TempDir(), testSources)
	if err != nil {
		b.Fatal(err)
	}
	var batches []*Batch
	for range 12 {
		batches = append(batches, w.NewBatch())
	}
	at, sent := 0, 0
	var fill, commit time.Duration
	for b.Loop() {
		t0 := time.Now()
		for _, x := range batches {
			fillBatch(x, at, 1150)
			at += 1150
		}
		t1 := time.Now()
		if err := w.Put(ctx, batches); err != nil {
			b.Fatal(err)
		}
		if at >= sent+250_000 {
			if err := w.Commit(ctx, []Mark{{Evidence: 1, Events: int64(at - sent)}}, nil); err != nil {
				b.Fatal(err)
			}
			sent = at
		}
		fill += t1.Sub(t0)
		commit += time.Since(t1)
	}
	t0 := time.Now()
	if err := w.Commit(ctx, []Mark{{Evidence: 1, Events: int64(at - sent)}}, nil); err != nil {
		b.Fatal(err)
	}
	if err := w.Checkpoint(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(at)/commit.Seconds(), "rows/s-insert")
	b.ReportMetric(float64(at)/fill.Seconds(), "rows/s-fill")
	b.ReportMetric(float64(at)/time.Since(t0).Seconds(), "rows/s-checkpoint")
	t0 = time.Now()
	if err := w.Derive(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(at)/time.Since(t0).Seconds(), "rows/s-derive")
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPutFindings stores findings of many events, and many of few.
func BenchmarkPutFindings(b *testing.B) {
	for _, size := range []struct {
		name             string
		findings, events int
	}{{"wide", 4, 5_000}, {"many", 2_000, 2}} {
		b.Run(size.name, func(b *testing.B) {
			w, err := Create(b.Context(), b.TempDir(), testSources)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = w.Close() })
			findings := make([]Finding, size.findings)
			for i := range findings {
				findings[i] = Finding{ID: fmt.Sprintf("%016x", i), Rule: "r", Title: "T", Level: "high", JSON: `{"id":"x"}`}
				for k := range size.events {
					findings[i].EventIDs = append(findings[i].EventIDs, int64(1<<40+i*size.events+k))
				}
			}
			for b.Loop() {
				if err := w.PutFindings(b.Context(), findings); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*size.findings*size.events)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
