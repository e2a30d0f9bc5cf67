package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Findings and their events are read in the order they were put, more events
// than one statement holds too, and replace those that were there.
func TestFindings(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(t.Context(), dir, testSources)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]int64{}
	var findings []Finding
	for i, n := range []int{3, 2*findingRows + 1, 0, findingRows} {
		f := Finding{ID: fmt.Sprintf("%016x", i), JSON: fmt.Sprintf(`{"n":%d}`, i)}
		for k := range n {
			f.EventIDs = append(f.EventIDs, int64(1<<40+(k*7919)%100_003)) // in no order of its own
		}
		if n > 0 {
			want[f.ID] = f.EventIDs
		}
		findings = append(findings, f)
	}
	for _, put := range [][]Finding{{{ID: "old", JSON: "{}", EventIDs: []int64{1}}}, findings} {
		if err := w.PutFindings(t.Context(), put); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), dir, testSources)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	got, err := c.FindingEvents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%.2000s", d)
	}
	texts, err := c.Findings(t.Context())
	if d := cmp.Diff([]string{`{"n":0}`, `{"n":1}`, `{"n":2}`, `{"n":3}`}, texts); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
}

// The database and its log are their owner's, whatever the umask.
func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(t.Context(), dir, testSources)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := w.Checkpoint(t.Context()); err != nil { // takes the log away, so that it is made anew
		t.Fatal(err)
	}
	if err := w.PutFindings(t.Context(), []Finding{{ID: "x", JSON: "{}"}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"case.duckdb", "case.duckdb.wal"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}
