package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
	"hotwash/analyze/timeline"
)

// citedRows is how many rows of a timeline are read again.
const citedRows = 1000

// told is what a row and its bytes must agree in.
type told struct {
	Actor, Operation string
	Time             event.Time
}

// TestCitations: the bytes that evidence show prints for rows of the timeline,
// drawn at random, are parsed again and tell the same.
func TestCitations(t *testing.T) {
	for _, path := range []string{"microsoft/o365_dataset", "otrf/golden_saml", "network/zed-sample-data", "aws/invictus_aws_dataset", "plaso/evtx"} {
		t.Run(path, func(t *testing.T) {
			dir := data(t, path)
			t.Chdir(t.TempDir())
			var stdout, stderr bytes.Buffer
			if got := run(t.Context(), []string{"analyze", dir}, world(&stdout, &stderr)); got != int(done) {
				t.Fatalf("ended with %d: %s", got, stderr.String())
			}
			rows, items := drawRows(t)
			shown := showAll(t, rows)
			seen := readAgain(t, dir, rows, items, shown)
			if seen != len(rows) {
				t.Errorf("%d of %d rows were found in the evidence", seen, len(rows))
			}
			t.Logf("%d rows of %s read again", seen, path)
		})
	}
}

// drawRows are rows of the timeline by their place, duplicates included.
func drawRows(t *testing.T) (map[event.Place]told, []evidence.Item) {
	t.Helper()
	c, res, err := reopen(t.Context(), defaultCase)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var all []timeline.Row
	for row, err := range timeline.Rows(t.Context(), c.DB, timeline.Filter{Duplicates: true}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, *row)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	rows := map[event.Place]told{}
	for _, row := range all[:min(len(all), citedRows)] {
		rows[event.Place{Evidence: row.Evidence, Offset: row.Place.Offset}] = told{row.Actor, row.Operation, row.Time}
	}
	return rows, res.Items
}

// showAll is what evidence show prints, by place.
func showAll(t *testing.T, rows map[event.Place]told) map[event.Place]string {
	t.Helper()
	args := []string{"evidence", "show", "--json"}
	for p := range rows {
		args = append(args, evidence.Ref{Evidence: p.Evidence, Offset: p.Offset}.String())
	}
	all := map[event.Place]string{}
	for line := range strings.Lines(hotwash(t, done, args...)) {
		var s shown
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		if s.Encoding == "base64" {
			raw, err := base64.StdEncoding.DecodeString(s.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			s.Bytes = string(raw)
		}
		ref, err := evidence.ParseRef(s.EventID)
		if err != nil || !s.Match {
			t.Fatalf("%s: %v, match %t", s.Ref, err, s.Match)
		}
		all[event.Place{Evidence: ref.Evidence, Offset: ref.Offset}] = s.Bytes
	}
	return all
}

// readAgain cuts the evidence for what order teaches, and parses the bytes that
// were shown in place of the record's own.
func readAgain(t *testing.T, dir string, rows map[event.Place]told, items []evidence.Item, shown map[event.Place]string) (seen int) {
	t.Helper()
	ordinals := map[[3]string]int32{}
	for _, it := range items {
		ordinals[[3]string{it.Argument, it.Path, it.Member}] = it.Ordinal
	}
	for m, err := range evidence.Walk(t.Context(), []string{dir}, evidence.DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if m.State != "" {
			continue
		}
		text, err := io.ReadAll(m)
		if err != nil {
			t.Fatal(err)
		}
		ordinal := ordinals[[3]string{m.Argument, m.Path, m.Member}]
		hints := source.Hints{Name: m.Path}
		verdict := source.Detect(text[:min(len(text), 64<<10)], len(text) < 64<<10, hints)
		if verdict.Framing == nil {
			continue
		}
		parser := source.NewParser(hints)
		for chunk, err := range verdict.Framing.Cut(bytes.NewReader(text), hints) {
			if err != nil {
				t.Fatal(err)
			}
			for _, span := range chunk.Spans {
				place := event.Place{Evidence: ordinal, Offset: span.Offset}
				if want, drawn := rows[place]; drawn {
					seen++
					compare(t, parser, verdict.Framing, &chunk, span, shown[place], want)
				}
			}
		}
	}
	return seen
}

func compare(t *testing.T, p *source.Parser, f *source.Framing, c *source.Chunk, span source.Span, text string, want told) {
	t.Helper()
	alone := source.Chunk{Text: c.Text[:span.Start] + text + c.Text[span.End:], Parts: c.Parts, Known: c.Known, Around: c.Around}
	span.End = span.Start + int32(len(text))
	alone.Spans = []source.Span{span}
	var e event.Event
	if _, _, err := p.Read(f, &alone, 0, &e); err != nil {
		t.Fatalf("%d+%d: %v", span.Offset, span.Len, err)
	}
	if d := cmp.Diff(want, told{e.Actor, e.Operation, e.Time}); d != "" {
		t.Errorf("%d+%d: timeline and bytes differ:\n%s", span.Offset, span.Len, d)
	}
}
