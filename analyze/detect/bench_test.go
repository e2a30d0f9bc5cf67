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

// BenchmarkCorrelate runs ten correlations over the hits of 1,000,000 events
// in 50,000 groups, of which one has 50,000 within a window.
func BenchmarkCorrelate(b *testing.B) {
	const events, groups, burst = 1_000_000, 50_000, 50_000
	samples := make([]sample, 0, events)
	for i := range int64(events) {
		s := sample{id: i, at: i * 1_000_000, rule: int(i*7) % 3, k: []string{fmt.Sprint("user", i*7919%groups)}, v: []string{fmt.Sprint(i * 31 % 1000)}}
		if i%(events/burst) == 0 {
			s.at, s.k = events/2*1_000_000+i, []string{"burst"}
		}
		samples = append(samples, s)
	}
	for _, keys := range []string{
		"type: event_count, condition: {gte: 10}", "type: value_count, condition: {field: v, gte: 10}", "type: value_sum, condition: {field: v, gte: 100000}",
		"type: value_avg, condition: {field: v, gte: 900}", "type: value_percentile, condition: {field: v, percentile: 95, gte: 995}",
		"type: value_median, condition: {field: v, gte: 900}", "type: temporal", "type: temporal_ordered",
		"type: temporal, condition: r0 and r1 and not r2", "type: temporal_ordered, condition: (r0 or r1) and r2",
	} {
		b.Run(keys, func(b *testing.B) {
			rules := rulesOf(b, 3, "{"+keys+", rules: [r0, r1, r2], group-by: k, timespan: 1h}")
			b.ReportAllocs()
			for b.Loop() {
				_, out := correlateSamples(b, rules, samples)
				b.ReportMetric(float64(len(out.episodes)), "episodes")
			}
		})
	}
}
