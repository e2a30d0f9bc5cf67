package source

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fixtures is the folder of evidence that the project wrote.
var fixtures = filepath.Join("..", "..", "testdata", "evidence")

// TestFixtures reads each fixture as a load would and compares the events with
// the golden file.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(fixtures, "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d fixtures, %v", fixtures, len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", "events", strings.ReplaceAll(name, "/", "_")+".txt")
			got := describeFile(t, path)
			if *update {
				writeGolden(t, golden, got)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("%s (-update rewrites it):\n%s", golden, d)
			}
		})
	}
}

func writeGolden(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func describeFile(t *testing.T, path string) string {
	t.Helper()
	var b strings.Builder
	readFile(t, path, func(s *Source, e *event.Event, fields []event.Field, err error) {
		if err != nil {
			fmt.Fprintf(&b, "reject: %v\n\n", err)
			return
		}
		describe(&b, e)
	})
	return b.String()
}

// readFile takes a file through detection, cutting and parsing.
func readFile(t *testing.T, path string, each func(*Source, *event.Event, []event.Field, error)) {
	t.Helper()
	h := Hints{Name: filepath.Base(path), Year: 2023}
	data := readCorpus(t, path)
	v := Detect(data[:min(len(data), headSize)], len(data) <= headSize, h)
	if v.Framing == nil {
		t.Fatalf("%s: %s, %s", path, v.State, v.Reason)
	}
	h.Dates = v.Dates
	readData(t, v.Framing, data, h, each)
}

func readData(t *testing.T, f *Framing, data []byte, h Hints, each func(*Source, *event.Event, []event.Field, error)) {
	t.Helper()
	p := NewParser(h)
	var e event.Event
	for c, err := range f.Cut(bytes.NewReader(data), h) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.Spans {
			if c.Spans[i].Kind != SpanRecord {
				continue
			}
			s, fields, err := p.Read(f, &c, i, &e)
			each(s, &e, fields, err)
		}
	}
}

// describe writes what an event says, one thing a line; what it doesn't say is
// left out.
func describe(b *strings.Builder, e *event.Event) {
	say := func(name string, parts ...string) {
		if text := strings.Join(parts, " "); strings.TrimSpace(text) != "" {
			fmt.Fprintf(b, "  %-8s %s\n", name, text)
		}
	}
	fmt.Fprintf(b, "%s (%s) %s %s\n", e.Source, e.Shape, e.Time, e.Time.Quality.Basis())
	if e.Seen != 0 {
		say("seen", event.Time{Micros: e.Seen, Quality: event.NewQuality(event.BasisExplicit, event.Milli, 0)}.String())
	}
	say("what", e.Operation, "=", string(e.Action), string(e.Outcome), e.OutcomeCode)
	say("who", e.Actor, e.ActorID, e.ActorType)
	say("from", e.SrcIP)
	say("host", e.Host)
	say("target", e.TargetType, e.TargetID, e.TargetName)
	say("id", e.RecordID)
	say("part of", e.PartOf)
	if e.Count != 0 {
		say("count", strconv.FormatInt(e.Count, 10))
	}
	say("message", e.Message)
	if e.Flow != nil {
		say("flow", fmt.Sprintf("%+v", *e.Flow))
	}
	if e.DNS != nil {
		say("dns", fmt.Sprintf("%+v", *e.DNS))
	}
	if e.Web != nil {
		say("web", fmt.Sprintf("%+v", *e.Web))
	}
	if e.Process != nil {
		say("process", fmt.Sprintf("%+v", *e.Process))
	}
	say("outer", e.Unkeyed...)
	say("doubts", e.Warnings...)
	b.WriteByte('\n')
}

// valuesIn are the values of a native field in one record of a fixture, counted
// from 0.
func valuesIn(t *testing.T, file string, record int, field string) (values []string) {
	t.Helper()
	n := 0
	readFile(t, filepath.Join(fixtures, filepath.FromSlash(file)), func(_ *Source, _ *event.Event, fields []event.Field, _ error) {
		if n++; n-1 != record {
			return
		}
		for _, f := range fields {
			if f.Name == field {
				values = append(values, f.Value)
			}
		}
	})
	return values
}
