package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
)

// TestHostile reads every file of the hostile collection and compares with what
// testdata/hostile.txt says becomes of it. A file that the table doesn't name
// is a failure, and so is a line that no file answers.
func TestHostile(t *testing.T) {
	dir := corpus(t, "hostile")
	table := readOutcomes(t, filepath.Join("testdata", "hostile.txt"))
	for m, err := range evidence.Walk(context.Background(), []string{dir}, evidence.DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		name := m.Path
		if m.Member != "" {
			name += "!" + m.Member
		}
		got := outcomeOfMember(t, m)
		want, stated := table[name]
		delete(table, name)
		switch {
		case !stated:
			t.Errorf("no outcome is stated: %s\t%s", name, got)
		case want != got:
			t.Errorf("%s\n\tstated %s\n\tis     %s", name, want, got)
		}
	}
	for name := range table {
		t.Errorf("%s is not there", name)
	}
}

// readOutcomes reads lines of a name, a tab and an outcome.
func readOutcomes(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, outcome, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && !strings.HasPrefix(line, "#") {
			table[name] = outcome
		}
	}
	return table
}

// outcomeOfMember reads a member as an analysis does, and says what became of
// it: its state and reason, or its framing with the number of records and of
// rejects by code, and with doubts.
func outcomeOfMember(t *testing.T, m *evidence.Member) string {
	t.Helper()
	if m.State != "" {
		return strings.TrimSpace(string(m.State) + " " + m.Reason)
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(m, head)
	head = head[:n]
	h := Hints{Name: filepath.Base(m.Name())}
	v := Detect(head, err != nil, h)
	var told string
	if v.Framing == nil {
		told = v.State + " " + v.Reason
	} else {
		told = outcomeOfText(t, v.Framing, io.MultiReader(bytes.NewReader(head), m), h)
	}
	if err := m.Close(); err != nil {
		told += ", " + string(m.State) + " " + m.Reason
	}
	return told
}

func outcomeOfText(t *testing.T, f *Framing, r io.Reader, h Hints) string {
	t.Helper()
	p := NewParser(h)
	records, counts := 0, map[string]int{}
	at := int64(0)
	for c, err := range f.Cut(r, h) {
		if err != nil {
			break // Close of the member tells
		}
		at = checkSpans(t, h.Name, &c, at)
		for i, s := range c.Spans {
			switch s.Kind {
			case SpanReject:
				counts[s.Reason]++
			case SpanRecord:
				var e event.Event
				_, fields, err := p.Read(f, &c, i, &e)
				var syntax *SyntaxError
				if errors.As(err, &syntax) {
					counts[syntax.Code]++
					continue
				}
				checkValid(t, fields, &e)
				records++
				for _, w := range e.Warnings {
					if w == "duplicate_keys" || w == "json_unclosed" || w == "invalid_utf8" || strings.HasPrefix(w, "csv_") {
						counts["("+w+")"]++
					}
				}
			}
		}
	}
	told := []string{f.Name, strconv.Itoa(records)}
	var codes []string
	for code, n := range counts {
		codes = append(codes, fmt.Sprintf("%s=%d", code, n))
	}
	slices.Sort(codes)
	return strings.Join(append(told, codes...), " ")
}

// TestJSONTestSuiteCut cuts each file as JSON, whatever detection says of it:
// of what isn't JSON something is a reject, or doubted. What is let through
// stands here with its reason: every value in it is whole.
func TestJSONTestSuiteCut(t *testing.T) {
	lenient := map[string]string{
		"n_structure_no_data.json":          "nothing in it",
		"n_single_space.json":               "nothing in it",
		"n_structure_UTF8_BOM_no_data.json": "nothing but a mark",
		"n_structure_double_array.json":     "arrays one after another are how collectors append",
	}
	files, err := filepath.Glob(filepath.Join(corpus(t, "hostile"), "*JSONTestSuite", "test_parsing", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		got := outcomeOfText(t, jsonFraming, bytes.NewReader(data), Hints{})
		refused := strings.Contains(got, "=")
		switch _, let := lenient[name]; {
		case name[0] == 'n' && !refused && !let:
			t.Errorf("%s is let through: %s", name, got)
		case name[0] == 'n' && refused && let:
			t.Errorf("%s is not let through: %s", name, got)
		case name[0] == 'y' && refused && !strings.Contains(got, "json_not_object=") && !strings.Contains(got, "(duplicate_keys)="):
			t.Errorf("%s is refused: %s", name, got)
		}
	}
}
