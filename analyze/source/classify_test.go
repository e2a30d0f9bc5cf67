package source

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
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

// TestCorpusClassify compares a parser that remembers with one that can't, on
// the first records of every real file.
func TestCorpusClassify(t *testing.T) {
	dir := corpus(t, "")
	shared := NewParser(Hints{})
	compared := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		head := readCorpus(t, path)
		v := Detect(head[:min(len(head), headSize)], len(head) <= headSize, Hints{})
		if v.Framing == nil {
			return nil
		}
		var e event.Event
		for c := range v.Framing.Cut(bytes.NewReader(head[:min(len(head), headSize)]), Hints{}) {
			for i := range min(len(c.Spans), 100) {
				if c.Spans[i].Kind != SpanRecord {
					continue
				}
				got, _, _ := shared.Read(v.Framing, &c, i, &e)
				want, _, _ := NewParser(Hints{}).Read(v.Framing, &c, i, &e)
				compared++
				if got != want {
					t.Errorf("%s, record at %d: %v, alone %v", path, c.Spans[i].Offset, got, want)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(compared, "records")
}
