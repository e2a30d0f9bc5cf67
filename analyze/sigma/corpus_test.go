package sigma

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dataDir is the folder of real rules, outside the project; the test is skipped
// where it is absent.
func dataDir(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("HOTWASH_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped: no real data: %v (set HOTWASH_DATA)", err)
	}
	return dir
}

func rulesUnder(t testing.TB, dir string) []*Rule {
	t.Helper()
	var out []*Rule
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rules, err := Parse(path, data)
		out = append(out, rules...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCorpusStates reads every rule of SigmaHQ: each ends in a state, with a
// reason if it can't be used.
func TestCorpusStates(t *testing.T) {
	core := map[State]int{}
	for _, tc := range []struct {
		name string
		want map[State]int
	}{
		{"rules", map[State]int{"": 3141}},
		{"rules-emerging-threats", map[State]int{"": 471, PlaceholderMissing: 2}},
		{"rules-threat-hunting", map[State]int{"": 140}},
		{"rules-placeholder", map[State]int{PlaceholderMissing: 23}},
		{"rules-compliance", map[State]int{"": 3}},
		{"unsupported", map[State]int{"": 81, Unsupported: 5, Invalid: 3}},
		{"deprecated", map[State]int{"": 169, PlaceholderMissing: 3}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			states := map[State]int{}
			reasons := map[string]int{}
			for _, r := range rulesUnder(t, filepath.Join(dataDir(t, "sigma"), tc.name)) {
				states[r.State]++
				if (r.State == "") != (r.Reason == "") || (r.State == "") != (r.condition != nil || r.Correlation != nil) {
					t.Errorf("%s: state %q, reason %q, condition %v", r.Path, r.State, r.Reason, r.condition)
				}
				if r.State != "" {
					_, text, _ := strings.Cut(r.Reason, ": ")
					reasons[fmt.Sprintf("%s: %s", r.State, text)]++
				}
				r.Match(mapEvent{}) // never panics
			}
			if tc.want != nil && fmt.Sprint(states) != fmt.Sprint(tc.want) {
				t.Errorf("states %v, want %v", states, tc.want)
			}
			t.Logf("states %v, reasons %v", states, reasons)
			for s, n := range states {
				if strings.HasPrefix(tc.name, "rules") {
					core[s] += n
				}
			}
		})
	}
	t.Logf("core: %v", core)
}
