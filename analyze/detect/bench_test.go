package detect

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
	"hotwash/queries"
)

// BenchmarkRun runs the rules that ship over audit records of 30 fields, as
// batches in memory; ns/op is the time of 2,048 events.
func BenchmarkRun(b *testing.B) {
	var rules []*sigma.Rule
	err := fs.WalkDir(queries.Rules(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, "_test.yml") {
			return err
		}
		data, err := fs.ReadFile(queries.Rules(), name)
		if err != nil {
			return err
		}
		more, err := sigma.Parse(name, data)
		rules = append(rules, more...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var records []record
	for i := range 2048 {
		r := record{id: int64(i), at: float64(i) / 60, fields: []string{"Operation", "FileAccessed", "RecordType", "6", ":actor", fmt.Sprintf("user%d@example.com", i%50)}}
		for k := range 28 {
			r.fields = append(r.fields, fmt.Sprint("Field", k), fmt.Sprint("value ", i, k))
		}
		records = append(records, r)
	}
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", records...)}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Run(context.Background(), rules, m.present(), m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*2048/b.Elapsed().Seconds(), "events/s")
}
