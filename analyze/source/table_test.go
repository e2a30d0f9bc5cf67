package source

import (
	"strings"
	"testing"
)

// TestTable: every source says what it reads and what it can't tell, and keeps
// within what the case has room for.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Table {
		if s.Name == "" || seen[s.Name] {
			t.Errorf("%q: no name, or one that is taken", s.Name)
		}
		seen[s.Name] = true
		if s.Title == "" || len(s.Reads) == 0 || len(s.Limits) == 0 {
			t.Errorf("%s: title %q, %d lines of what it reads, %d limits", s.Name, s.Title, len(s.Reads), len(s.Limits))
		}
		for _, text := range append(s.Reads, s.Limits...) {
			if strings.TrimSpace(text) != text || text == "" || strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q", s.Name, text)
			}
		}
		if len(s.Columns) > 12 {
			t.Errorf("%s: %d hot columns", s.Name, len(s.Columns))
		}
		for _, f := range s.Framings {
			if FramingOf(f) == nil {
				t.Errorf("%s: no framing %s", s.Name, f)
			}
		}
	}
}
