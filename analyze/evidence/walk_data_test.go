package evidence

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"
)

// dataDir is the folder of real logs; the test is skipped where it is absent.
func dataDir(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("real logs are not read in a short test")
	}
	dir := os.Getenv("HOTWASH_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real logs: %v (set HOTWASH_DATA)", err)
	}
	return dir
}

// TestWalkRealData walks all real logs twice and prints how many items ended in
// which state.
func TestWalkRealData(t *testing.T) {
	dir := dataDir(t)
	first := walkStates(t, dir)
	second := walkStates(t, dir)
	if !slices.Equal(first, second) {
		t.Error("two walks of the same folder differ")
	}
}

func walkStates(t *testing.T, dir string) (items []Item) {
	t.Helper()
	counts := map[string]int{}
	var bytes int64
	for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		read := m.State == ""
		if read {
			n, err := io.Copy(io.Discard, m)
			bytes += n
			if err != nil {
				t.Logf("%s!%s: %v", m.Path, m.Member, err)
			}
			if err := m.Close(); err == nil {
				m.State = Parsed
			}
		}
		if m.State == Unreadable {
			t.Logf("%s!%s: %s", m.Path, m.Member, m.Reason)
		}
		counts[fmt.Sprintf("%-12s %s", m.State, m.Kind)]++
		items = append(items, m.Item)
	}
	var rows []string
	for k, n := range counts {
		rows = append(rows, fmt.Sprintf("%-24s %6d", k, n))
	}
	slices.Sort(rows)
	for _, r := range rows {
		t.Log(r)
	}
	t.Logf("%d items, %d bytes", len(items), bytes)
	return items
}
