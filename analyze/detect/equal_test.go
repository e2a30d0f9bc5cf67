package detect

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
	"hotwash/analyze/source"
)

// TestRunEqualsMatcher holds what Run finds, event by event, against the plain
// matcher: every public rule, over every event that public rules are tested
// with.
func TestRunEqualsMatcher(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: real data is left out of short tests")
	}
	data := dataDir(t)
	var rules []*sigma.Rule
	for _, folder := range []string{"sigma/rules", "sigma/rules-emerging-threats", "sigma/rules-threat-hunting", "hayabusa-rules"} {
		rules = append(rules, rulesIn(t, filepath.Join(data, folder))...)
	}
	// A correlation would hide what its rules match.
	rules = slices.DeleteFunc(rules, func(r *sigma.Rule) bool { return r.Correlation != nil })
	records := map[string][]record{}
	for _, folder := range []string{"sigma/regression_data", "otrf/golden_saml", "panther"} {
		readRecords(t, filepath.Join(data, folder), records)
	}
	m := &memory{batches: map[string][]*event.Columns{}}
	for source, list := range records {
		m.batches[source] = []*event.Columns{batch(source, list...)}
	}
	events, hits := 0, 0
	res := run(t, m, rules...)
	got := map[string][]int64{}
	for _, f := range res.Findings {
		got[f.Path+f.Rule] = append(got[f.Path+f.Rule], f.EventIDs...)
		hits += len(f.EventIDs)
	}
	want := map[string][]int64{}
	for source, batches := range m.batches {
		for _, cols := range batches {
			events += cols.Len()
			plain(rules, res.Statuses, source, cols, func(r *sigma.Rule, id int64) {
				want[r.Path+r.Key()] = append(want[r.Path+r.Key()], id)
			})
		}
	}
	for _, all := range []map[string][]int64{got, want} {
		for key := range all {
			slices.Sort(all[key])
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the matcher's answers, and those of Run:\n%s", d)
	}
	t.Logf("%d rules, %d events, %d rules hit, %d hits", len(rules), events, len(got), hits)
	if len(got) < 50 {
		t.Errorf("%d rules hit: too few to show anything", len(got))
	}
}

// plain asks every rule about every event, one by one.
func plain(rules []*sigma.Rule, statuses []Status, source string, cols *event.Columns, hit func(*sigma.Rule, int64)) {
	for i, r := range rules {
		var views []view
		for _, v := range viewsOf(&r.Logsource) {
			if statuses[i].State == Loaded && v.shows(source) {
				views = append(views, v)
			}
		}
		if len(views) == 0 {
			continue
		}
		fields, every := r.Needs()
		for _, v := range views {
			for _, n := range v.needs {
				fields = append(fields, n.name())
			}
		}
		slices.Sort(fields)
		row := newRow(source, slices.Compact(fields), every)
		row.use(cols)
		for k, id := range cols.IDs {
			row.read(k)
			if slices.ContainsFunc(views, func(v view) bool { return v.holds(row) }) && r.Match(row) {
				hit(r, id)
			}
		}
	}
}

// holds says whether a row is in the view.
func (v view) holds(r *row) bool {
	return !slices.ContainsFunc(v.needs, func(n need) bool {
		return !slices.ContainsFunc(r.Values(n.name()), func(v sigma.Value) bool {
			return !v.Null && slices.Contains(n.values, strings.ToLower(v.Text))
		})
	})
}

func rulesIn(t *testing.T, dir string) (rules []*sigma.Rule) {
	t.Helper()
	eachFile(t, dir, func(path string, data []byte) {
		if filepath.Ext(path) == ".yml" {
			more, err := sigma.Parse(path, data)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			rules = append(rules, more...)
		}
	})
	return rules
}

func eachFile(t *testing.T, dir string, f func(path string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		f(path, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readRecords adds the events of the logs in a folder, by source.
func readRecords(t *testing.T, dir string, all map[string][]record) {
	t.Helper()
	parser := source.NewParser(source.Hints{})
	eachFile(t, dir, func(path string, data []byte) {
		h := source.Hints{Name: filepath.Base(path), Year: 2024}
		v := source.Detect(data[:min(len(data), 64<<10)], len(data) <= 64<<10, h)
		if v.Framing == nil || v.Unknown {
			return
		}
		parser.Reset(h)
		for c, err := range v.Framing.Cut(bytes.NewReader(data), h) {
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			addRecords(parser, v.Framing, &c, all)
		}
	})
}

func addRecords(p *source.Parser, f *source.Framing, c *source.Chunk, all map[string][]record) {
	for i := range c.Spans {
		var e event.Event
		if c.Spans[i].Kind != source.SpanRecord {
			continue
		}
		_, fields, err := p.Read(f, c, i, &e)
		if err != nil {
			continue
		}
		r := record{id: int64(len(all[e.Source])), at: -1}
		for _, own := range [][2]string{{":operation", e.Operation}, {":message", e.Message}, {":actor", e.Actor}, {":src_ip", e.SrcIP}, {":host", e.Host}} {
			if own[1] != "" {
				r.fields = append(r.fields, own[0], own[1])
			}
		}
		for _, field := range fields {
			if !field.Null {
				r.fields = append(r.fields, field.Name, field.Value)
			}
		}
		all[e.Source] = append(all[e.Source], r)
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", record{1, 1, []string{"Operation", "X"}})}}}
	if _, err := Run(ctx, []*sigma.Rule{parse(t, ual, "s: {Operation: X}\ncondition: s")}, m.present(), m); err == nil {
		t.Error("no error")
	}
}
