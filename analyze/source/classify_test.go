package source

import (
	"fmt"
	"strings"
	"testing"

	"hotwash/analyze/event"
)

// TestClassifyRemembers gives records of the same names and different values
// to one parser, and each to a parser of its own: the answers agree.
func TestClassifyRemembers(t *testing.T) {
	nothing := func(*Record, *event.Event) error { return nil }
	calls := 0
	table := []*Source{
		{Name: "a", Framings: []string{FramingJSON}, Normalize: nothing, Match: func(r *Record) bool {
			calls++
			return r.Value("kind") == "a" && r.Value("sub") == "1"
		}},
		{Name: "b", Framings: []string{FramingJSON}, Normalize: nothing, Match: func(r *Record) bool { return r.Value("kind") == "a" }},
		{Name: "c", Framings: []string{FramingJSON}, Normalize: nothing, Match: func(r *Record) bool {
			for v := range r.All("tags") {
				if v == "c" {
					return true
				}
			}
			return r.Has("only") && r.Value("only") == ""
		}},
		{Name: "lines", Framings: []string{FramingLines}, Normalize: nothing, Match: func(r *Record) bool { return true }},
	}
	var text strings.Builder
	for i := range 400 {
		fmt.Fprintf(&text, `{"kind":"%c","sub":"%d","id":%d,"tags":["x","%c"]}`+"\n", 'a'+i%3, i%2, i, 'a'+i%5)
		fmt.Fprintf(&text, `{"kind":"z","sub":"%d","only":%s}`+"\n", i, []string{"null", `""`, "1"}[i%3])
	}
	shared := newParser(table)
	var e event.Event
	for _, c := range cutAll(jsonFraming, []byte(text.String())) {
		for i, s := range c.Spans {
			if s.Kind != SpanRecord {
				continue
			}
			got, _, err := shared.Read(jsonFraming, &c, i, &e)
			if err != nil {
				t.Fatal(err)
			}
			want, _, _ := newParser(table).Read(jsonFraming, &c, i, &e)
			if got != want {
				t.Fatalf("%s: %s, alone %s", c.Text[s.Start:s.End], got.Name, want.Name)
			}
		}
	}
	if alone := 800; calls > alone+200 {
		t.Errorf("Match ran %d times, %d of them for parsers of one record", calls, alone)
	}
}
