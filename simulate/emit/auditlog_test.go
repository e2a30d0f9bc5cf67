package emit

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"hotwash/analyze/vocab"
)

func TestAuditLog(t *testing.T) {
	const records = 5000
	var a, b, other bytes.Buffer
	for _, run := range []struct {
		w    io.Writer
		seed uint64
	}{{&a, 1}, {&b, 1}, {&other, 2}} {
		if err := AuditLog(run.w, run.seed, records); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same seed gave different bytes")
	}
	if bytes.Equal(a.Bytes(), other.Bytes()) {
		t.Error("another seed gave the same bytes")
	}
	size := a.Len() / records
	ids, leafs := map[string]bool{}, 0
	for line := range bytes.Lines(a.Bytes()) {
		var rec map[string]any
		if err := json.Unmarshal(line, &rec); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		ids[rec["Id"].(string)] = true
		leafs += leaves(rec)
		if !vocab.SimulatedTenant(rec["OrganizationId"].(string)) {
			t.Fatalf("no mark: %s", line)
		}
	}
	if len(ids) != records {
		t.Errorf("%d ids in %d records", len(ids), records)
	}
	mean := float64(leafs) / records
	t.Logf("%d bytes and %.1f leaves a record", size, mean)
	if size < 950 || size > 1050 || mean < 31 || mean > 33 {
		t.Errorf("%d bytes and %.1f leaves a record, want about 1000 and 32", size, mean)
	}
}

// leaves counts scalars.
func leaves(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			n += leaves(m)
		}
	case []any:
		for _, m := range v {
			n += leaves(m)
		}
	default:
		n = 1
	}
	return n
}

func BenchmarkAuditLog(b *testing.B) {
	const records = 20_000
	for b.Loop() {
		out := &counter{w: io.Discard}
		if err := AuditLog(writerFunc(func(p []byte) (int, error) { out.write(p); return len(p), nil }), 1, records); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(out.n)
	}
	b.ReportMetric(float64(b.N)*records/b.Elapsed().Seconds(), "records/s")
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
