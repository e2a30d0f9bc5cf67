package statement

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// BenchmarkStatement runs one rule over 20,000 records of 40 fields: one of
// them in a column, the others in the rest.
func BenchmarkStatement(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	const n = 20_000
	events := make([]*record, n)
	for i := range events {
		e := &record{}
		e.Place = event.Place{Evidence: 1, Offset: int64(i) * 10, Len: 10, Line: 1}
		e.Source, e.Shape, e.RecordID = "entra.audit", "test", fmt.Sprint(i)
		e.fields = append(e.fields, event.Field{Name: "Category", Value: fmt.Sprint("Category", random.IntN(20))})
		for f := range 39 {
			e.fields = append(e.fields, event.Field{Name: fmt.Sprintf("Field.Name%02d", f), Value: fmt.Sprintf("value %d of some length", random.IntN(1000))})
		}
		events[i] = e
	}
	c := stored(b, testSources, events, 0)
	for _, bench := range []struct{ name, detection string }{
		{"column", "s: {Category: category7}"},
		{"rest", "s: {Field.Name07|contains: 'value 77 ', Field.Name30|endswith: length}"},
		{"keyword", "s: ['value 77 of']"},
	} {
		rules, err := sigma.Parse("r.yml", []byte("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection:\n  "+bench.detection+"\n  condition: s\n"))
		if err != nil {
			b.Fatal(err)
		}
		text, err := Of(rules[0], layout(testSources), DuckDB)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if len(ids(b.Context(), b, c, text)) == 0 {
					b.Fatal("no events")
				}
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
