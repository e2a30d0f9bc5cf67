package source

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// TestRealAzure reads the events of another project's detection tests, which
// come as diagnostic settings write them. The counts by category are those of
// python's json module; what storage accounts log of themselves is of none of
// these sources.
func TestRealAzure(t *testing.T) {
	for _, tc := range []struct {
		file string
		want map[string]int
	}{
		{"azure_audit.jsonl", map[string]int{"entra.audit": 18, "entra.signin": 19}},
		{"azure_monitor_activity.jsonl", map[string]int{"azure.activity": 90, "": 5}},
	} {
		got := map[string]int{}
		readData(t, jsonFraming, loggedEvents(t, tc.file), Hints{}, func(_ *Source, e *event.Event, _ []event.Field, err error) {
			if err != nil {
				t.Error(err)
				return
			}
			switch e.Source {
			case "entra.audit", "entra.signin", "azure.activity":
				got[e.Source]++
				if !e.Time.Dated() || e.Operation == "" || e.SrcIP == "" && e.Actor == "" || e.Outcome == event.Unknown {
					t.Errorf("%s line %d: %s, %q by %q from %q: %s", tc.file, e.Line, e.Time, e.Operation, e.Actor, e.SrcIP, e.Outcome)
				}
			default:
				got[""]++
			}
		})
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%s: %s", tc.file, d)
		}
	}
}

// loggedEvents are the events that the tests hold, one a line.
func loggedEvents(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus(t, "panther"), file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var test struct{ Log json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &test); err != nil {
			t.Fatal(err)
		}
		b.Write(test.Log)
		b.WriteByte('\n')
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
