package reports_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/timeline"
	"hotwash/reports"
	"hotwash/reports/review"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// few is the sample without what only makes golden files long.
func few() *review.Review {
	r := sample()
	r.Simulated = true
	r.Evidence = []review.Evidence{r.Evidence[0], r.Evidence[5], r.Evidence[6]}
	r.Findings = r.Findings[:2]
	r.Timeline.Rows = append(r.Timeline.Rows[3:4], r.Timeline.Rows[9], r.Timeline.Rows[12])
	r.Timeline.Rows[1].Message = "=1+1"
	return r
}

func tested() *review.Review {
	return &review.Review{Case: "test", Verdicts: []review.Verdict{
		{Suite: "inbox_rule", ID: "hides mail", Kind: "rule", Status: review.Passed, File: "queries/rules/m365/inbox_rule_test.yml", Line: 4, Seconds: 0.012},
		{Suite: "inbox_rule", ID: "newsletter", Kind: "rule", Status: review.Failed, Type: "wrong_count", Message: "1 event matched, want 0: \x1b[31mred\x00", File: "queries/rules/m365/inbox_rule_test.yml", Line: 19},
		{Suite: "departing-employee", ID: "needs-watchlist", Kind: "scenario", Status: review.Skipped, Type: "not_measurable", Message: "no watchlist \"leavers\""},
		{Suite: "departing-employee", ID: "policy-removed", Kind: "scenario", Status: review.Errored, Type: "error", Message: "rule did not compile"},
	}}
}

func TestGolden(t *testing.T) {
	for _, tc := range []struct {
		name, format string
		r            *review.Review
	}{
		{"summary.txt", "text", few()},
		{"timeline.csv", "csv", few()},
		{"timeline.jsonl", "jsonl", few()},
		{"findings.json", "json", few()},
		{"analysis.xml", "junit", few()},
		{"verdicts.xml", "junit", tested()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			format, ok := reports.Named(tc.format)
			if !ok {
				t.Fatalf("no format %s", tc.format)
			}
			var b bytes.Buffer
			if err := format.Write(&b, tc.r); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", tc.name)
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), b.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

// Every section is there, whatever was found: a section that is left out
// looks like one that has nothing to say.
func TestPageHasEverySection(t *testing.T) {
	page, _ := reports.Named("html")
	empty := &review.Review{Histogram: &timeline.Histogram{}, Coverage: &timeline.Coverage{}}
	for name, r := range map[string]*review.Review{"findings": sample(), "nothing found": quiet(), "nothing at all": empty} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := page.Write(&b, r); err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{"overview", "findings", "time", "sources", "gaps", "timeline", "evidence", "rejects", "method"} {
				if !bytes.Contains(b.Bytes(), []byte(`<section id="`+id+`">`)) {
					t.Errorf("no section %s", id)
				}
			}
			if bytes.Contains(b.Bytes(), []byte("ZgotmplZ")) {
				t.Error("html/template refused a value")
			}
			if r.Findings == nil && !bytes.Contains(b.Bytes(), []byte("No rule matched.")) {
				t.Error("nothing found, and not said")
			}
		})
	}
}

func TestWriteReplacesLinks(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"report.html", "report.html.new", "timeline.csv"} {
		if err := os.Symlink(victim, filepath.Join(out, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	outputs, err := reports.Write(context.Background(), out, sample())
	if err != nil {
		t.Fatal(err)
	}
	if len(outputs) != len(reports.Formats)-1 {
		t.Errorf("outputs: %v", outputs)
	}
	if got, err := os.ReadFile(victim); err != nil || string(got) != "untouched" {
		t.Errorf("written through a link: %q, %v", got, err)
	}
	if left, err := filepath.Glob(filepath.Join(out, "*.new")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWriteKeepsDevices(t *testing.T) {
	link := filepath.Join(t.TempDir(), "null")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := reports.WriteFile(link, sample(), reports.Formats[0].Write); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("replaced by a file: %v, %v", info, err)
	}
}
