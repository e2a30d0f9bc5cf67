package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// TestEvtxTwins compares every log of Sigma's regression data with the JSON that
// evtx_dump made of it, field by field. They differ in two things, and the log is
// right in both: that JSON has times to the microsecond, the log to 100 ns, and
// it has lost the white space at the end of texts.
func TestEvtxTwins(t *testing.T) {
	dir := corpus(t, "sigma/regression_data")
	logs, events := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".evtx") {
			return err
		}
		log, twin := readTwin(t, path), readTwin(t, strings.TrimSuffix(path, ".evtx")+".json")
		if d := cmp.Diff(twin, log); d != "" || len(log) == 0 {
			t.Errorf("%s:\n%s", path, d)
		}
		logs, events = logs+1, events+len(log)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events of %d logs are equal to their JSON", events, logs)
	if logs < 97 || events < 110 {
		t.Errorf("%d events of %d logs, want 110 of 97", events, logs)
	}
}

// twin is an event without its place, with its time to the microsecond and its
// texts without white space at their end.
type twin struct {
	Event  event.Event
	Fields []event.Field
}

func readTwin(t *testing.T, path string) []twin {
	t.Helper()
	var list []twin
	readFile(t, path, func(_ *Source, e *event.Event, fields []event.Field, err error) {
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		if p := e.Time.Quality.Precision(); strings.HasSuffix(path, ".evtx") && p != event.HundredNano {
			t.Errorf("%s: a time with precision %s", path, p)
		}
		w := twin{*e, append([]event.Field(nil), fields...)}
		w.Event.Place = event.Place{}
		w.Event.Process, w.Event.Flow, w.Event.DNS = copyOf(e.Process), copyOf(e.Flow), copyOf(e.DNS)
		w.Event.Time.Quality = event.NewQuality(e.Time.Quality.Basis(), event.Micro, 0)
		for _, s := range texts(&w.Event) {
			*s = strings.TrimRight(*s, " \r\n")
		}
		for i, f := range w.Fields {
			w.Fields[i].Value = strings.TrimRight(f.Value, " \r\n")
			if f.Name == "TimeCreated" {
				w.Fields[i].Value = f.Value[:len("2006-01-02T15:04:05.000000")]
			}
		}
		list = append(list, w)
	})
	return list
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// TestEvtxPlaso counts as plaso does, in its own test log.
func TestEvtxPlaso(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus(t, "plaso/evtx"), "System.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	if got := cover(t, "System.evtx", evtxFraming, data); got != "windows.eventlog=5009 " {
		t.Error(got)
	}
}
