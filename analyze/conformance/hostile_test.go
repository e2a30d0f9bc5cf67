package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hotwash/analyze/source"
)

// compareHostile holds the readers against vectors that come with the answer.
func compareHostile(t *testing.T, dir string, rep *report) {
	compareSuite(t, filepath.Join(dir, "hostile", "nst+JSONTestSuite", "test_parsing"), rep)
	compareSpectrum(t, filepath.Join(dir, "hostile", "max-mapper+csv-spectrum"), rep)
	compareStrings(t, filepath.Join(dir, "hostile", "minimaxir+big-list-of-naughty-strings", "blns.json"), rep)
}

// compareSuite: JSONTestSuite names a file y_ if every parser must accept it,
// n_ if every one must reject it, i_ if either will do. Most files are no
// records, so each stands as the value of a field; it is accepted if that makes
// one record and nothing else.
func compareSuite(t *testing.T, dir string, rep *report) {
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	lines := map[string]*line{}
	for _, class := range []string{"y", "n", "i"} {
		lines[class] = &line{part: "JSONTestSuite", file: class + "_*.json", state: "json"}
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := member{name: filepath.Base(file), data: []byte(`{"field":` + string(data) + "}\n")}
		o := readAs(source.FramingJSON, &m, func(int, reading) {})
		l := lines[m.name[:1]]
		l.wantFields++
		accepted := o.records == 1 && o.rejects == 0
		if m.name[0] == 'i' || accepted == (m.name[0] == 'y') {
			l.right++
			continue
		}
		l.wrong++
		rep.differ(difference{part: "JSONTestSuite", family: m.name, kind: "wrong"}, strconv.Quote(string(data[:min(len(data), 60)]))+": "+o.summary())
	}
	for _, l := range lines {
		rep.lines = append(rep.lines, *l)
	}
}

func (o *outcome) summary() string {
	return strconv.Itoa(o.records) + " records, " + strconv.Itoa(o.rejects) + " rejects " + o.rejected
}

// compareSpectrum: each csvs/X.csv must give the objects of json/X.json.
func compareSpectrum(t *testing.T, dir string, rep *report) {
	files, _ := filepath.Glob(filepath.Join(dir, "csvs", "*.csv"))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		answer, err := os.ReadFile(filepath.Join(dir, "json", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		m := member{name: "csv-spectrum/" + name + ".csv"}
		if m.data, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		var want []*value
		for v, err := range records(&member{data: answer}, "json") {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, v)
		}
		compareRows(&m, want, rep)
	}
}

func compareRows(m *member, want []*value, rep *report) {
	l := line{part: "csv-spectrum", file: m.name, wantRecords: len(want)}
	o := readAs(source.FramingCSV, m, func(n int, r reading) {
		if n >= len(want) {
			return
		}
		for _, leaf := range want[n].leaves("", nil) {
			l.wantFields++
			if got, ok := r.value(leaf.path); ok && got == leaf.v.text {
				l.right++
				continue
			}
			l.wrong++
			rep.differ(difference{part: "csv-spectrum", family: m.name, field: leaf.path, kind: "wrong"}, strconv.Quote(leaf.v.text))
		}
	})
	l.state, l.records = o.framing, o.records
	if o.records != len(want) {
		rep.differ(difference{part: "csv-spectrum", family: m.name, kind: "count"}, o.summary())
	}
	rep.lines = append(rep.lines, l)
}

// value is a native field of a record.
func (r reading) value(name string) (string, bool) {
	for i := range r.fields {
		if r.fields[i].Name == name {
			return r.fields[i].Value, true
		}
	}
	return "", false
}

// compareStrings: every naughty string comes through a record byte for byte,
// but for what isn't UTF-8.
func compareStrings(t *testing.T, file string, rep *report) {
	data, err := os.ReadFile(file)
	if err != nil {
		rep.note("naughty strings: %v", err)
		return
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	m := member{name: "naughty strings"}
	var want []string
	for _, raw := range list {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		want = append(want, s)
		m.data = append(append(append(m.data, `{"s":`...), raw...), "}\n"...)
	}
	l := line{part: "naughty strings", file: filepath.Base(file), wantRecords: len(want)}
	o := readAs(source.FramingJSON, &m, func(n int, r reading) {
		l.wantFields++
		if got, ok := r.value("s"); ok && n < len(want) && got == want[n] {
			l.right++
			return
		}
		l.wrong++
		rep.differ(difference{part: "naughty strings", kind: "wrong"}, strconv.Quote(want[n]))
	})
	l.state, l.records = o.framing, o.records
	rep.lines = append(rep.lines, l)
}
