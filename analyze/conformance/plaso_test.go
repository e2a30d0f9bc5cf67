package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hotwash/analyze/event"
)

// plasoTest is what one of plaso's tests expects of a file.
type plasoTest struct {
	File   string
	Count  int `json:"event_data"`
	Checks []struct {
		Index    int
		Expected map[string]any
	}
	Warnings *int `json:"extraction_warnings"`
}

// comparePlaso holds counts and values against those of plaso's tests. Files
// of formats that no source reads are listed as such.
func comparePlaso(t *testing.T, dir string, rep *report) {
	text, err := os.ReadFile(filepath.Join(dir, "plaso", "EXPECTED.json"))
	if err != nil {
		rep.note("plaso: %v", err)
		return
	}
	var tests []plasoTest
	if err := json.Unmarshal(text, &tests); err != nil {
		t.Fatal(err)
	}
	compareOutputs(dir, rep)
	for _, test := range tests {
		data, err := os.ReadFile(filepath.Join(dir, "plaso", test.File))
		if err != nil {
			rep.note("plaso/%s: not in the data", test.File)
			continue
		}
		test.compare(&member{name: "plaso/" + test.File, data: data}, rep)
	}
}

// compareOutputs counts the records of what plaso writes, which may lie among
// the evidence too.
func compareOutputs(dir string, rep *report) {
	files, _ := filepath.Glob(filepath.Join(dir, "plaso", "end_to_end", "*"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			rep.note("plaso's outputs: %v", err)
			continue
		}
		m := &member{name: "plaso/end_to_end/" + filepath.Base(file), data: data}
		o := read(m, func(int, reading) {})
		l := line{part: "plaso output", file: m.name, state: o.String(), records: o.records}
		if all := records(m, o.framing); all != nil {
			l.wantRecords, _ = count(all)
		} else {
			l.wantRecords = strings.Count(strings.TrimRight(string(data), "\n"), "\n") // the first line is a heading
		}
		if l.wantRecords != l.records {
			rep.differ(difference{part: "plaso", family: m.name, kind: "count"}, fmt.Sprintf("%d written, %d here", l.wantRecords, l.records))
		}
		rep.lines = append(rep.lines, l)
	}
}

func (p *plasoTest) compare(m *member, rep *report) {
	l := line{part: "plaso", file: m.name, wantRecords: p.Count}
	o := read(m, func(n int, r reading) {
		for _, check := range p.Checks {
			if check.Index == n {
				compareValues(check.Expected, m.name, r, &l, rep)
			}
		}
	})
	l.state, l.records = o.String(), o.known()
	rep.lines = append(rep.lines, l)
	switch {
	case o.known() == 0:
		rep.differ(difference{part: "plaso", family: m.name, kind: "not read yet"}, o.String())
	case o.known() != p.Count:
		rep.differ(difference{part: "plaso", family: m.name, kind: "count"}, fmt.Sprintf("%d of plaso, %d here", p.Count, o.known()))
	}
}

// compareValues looks for what plaso found in a record among the columns and
// native fields of the event; times are compared as instants.
func compareValues(want map[string]any, file string, r reading, l *line, rep *report) {
	if r.source.Name == "unknown" {
		return
	}
	for name, v := range want {
		if v == nil || name == "data_type" {
			continue
		}
		l.wantFields++
		text := fmt.Sprint(v)
		if n, ok := v.(float64); ok {
			text = strconv.FormatFloat(n, 'f', -1, 64)
		}
		found, kind := r.holds(text), "missing"
		if at, ok := plasoTime(text); ok {
			found, kind = at == r.event.Time.Micros, "wrong"
			text += ", got " + r.event.Time.String()
		}
		switch {
		case found:
			l.right++
			continue
		case kind == "wrong":
			l.wrong++
		default:
			l.missed++
		}
		rep.differ(difference{part: "plaso", family: file, field: name, kind: kind}, text)
	}
}

// plasoTime is a time as plaso writes it; one without a zone is UTC.
func plasoTime(text string) (micros int64, ok bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMicro(), true
		}
	}
	return 0, false
}

// holds says whether a text is among the columns of the event or its native
// fields, whatever its capitals, or in the message.
func (r reading) holds(wanted string) bool {
	if strings.Contains(r.event.Message, wanted) {
		return true
	}
	return slices.ContainsFunc(textColumns, func(column string) bool { return strings.EqualFold(text(r.event, column), wanted) }) ||
		slices.ContainsFunc(r.fields, func(f event.Field) bool { return strings.EqualFold(f.Value, wanted) })
}
