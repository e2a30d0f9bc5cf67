package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// readAll reads every record of data and gives the fields of each, or the code
// of its error.
func readAll(t *testing.T, f *Framing, h Hints, data string) (fields [][]event.Field, codes []string) {
	t.Helper()
	p := NewParser(h)
	var e event.Event
	for c, err := range f.Cut(strings.NewReader(data), h) {
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range c.Spans {
			if s.Kind != SpanRecord {
				continue
			}
			_, got, err := p.Read(f, &c, i, &e)
			if err != nil {
				codes = append(codes, err.(*SyntaxError).Code)
				continue
			}
			fields = append(fields, append([]event.Field(nil), got...))
		}
	}
	return fields, codes
}

func values(pairs ...string) []event.Field {
	var list []event.Field
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, event.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

func TestParseCSV(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       [][]event.Field
		codes      []string
	}{
		{"plain", "a,b\n1,2\n", [][]event.Field{values("a", "1", "b", "2")}, nil},
		{"quoted", "\"a\",\"b\"\r\n\"x,\"\"y\"\"\",\"l\r\nm\"\r\n", [][]event.Field{values("a", `x,"y"`, "b", "l\r\nm")}, nil},
		{"empty is missing, quoted empty is not", "a,b,c\n,\"\",3\n", [][]event.Field{values("b", "", "c", "3")}, nil},
		{"semicolon", "a;b\n1,5;2\n", [][]event.Field{values("a", "1,5", "b", "2")}, nil},
		{"tab", "a\tb\n1\t2\n", [][]event.Field{values("a", "1", "b", "2")}, nil},
		{"portal's zone in the header", "TimeGenerated [UTC],b\n1,2\n", [][]event.Field{values("TimeGenerated", "1", "b", "2")}, nil},
		{"a column without a name", "a,\n1,2\n", [][]event.Field{values("a", "1", "column2", "2")}, nil},
		{"two columns of one name", "a,a\n1,2\n", [][]event.Field{values("a", "1", "a", "2")}, nil},
		{"too few", "a,b\n1\n1,2\n", [][]event.Field{values("a", "1", "b", "2")}, []string{"csv_columns"}},
		{"too many", "a,b\n1,2,3\n", nil, []string{"csv_columns"}},
		{"empty fields too many", "a,b\n1,2,,\n", [][]event.Field{values("a", "1", "b", "2")}, nil},
		{"bare quotes", "a,b\n5\" pipe,\"say \"hi\" now\"\n", [][]event.Field{values("a", `5" pipe`, "b", `say "hi" now`)}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, codes := readAll(t, csvFraming, Hints{}, tc.text)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tc.codes, codes); d != "" {
				t.Error(d)
			}
		})
	}
}

const zeekHead = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tx\n"

func TestParseZeek(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       [][]event.Field
		codes      []string
	}{
		{"plain", zeekHead + "#fields\tts\tid.orig_h\n#types\ttime\taddr\n1.0\t192.0.2.1\n#close\t2023-01-05\n", [][]event.Field{values("ts", "1.0", "id.orig_h", "192.0.2.1")}, nil},
		{"unset is missing", zeekHead + "#fields\ta\tb\n#types\tstring\tstring\n-\tx\n", [][]event.Field{values("b", "x")}, nil},
		{"empty", zeekHead + "#fields\ta\tb\n#types\tstring\tset[string]\n(empty)\t(empty)\n", [][]event.Field{values("a", "", "b", "[]")}, nil},
		{"set", zeekHead + "#fields\ta\n#types\tset[string]\nx,y\\x2cz\n", [][]event.Field{values("a", "x", "a", "y,z")}, nil},
		{"unset in a vector", zeekHead + "#fields\ta\n#types\tvector[string]\nx,-\n", [][]event.Field{{{Name: "a", Value: "x"}, {Name: "a", Value: "-", Null: true}}}, nil},
		{"a string that only looks unset", zeekHead + "#fields\ta\tb\n#types\tstring\tstring\n\\x2d\t\\x28empty)\n", [][]event.Field{values("a", "-", "b", "(empty)")}, nil},
		{"escapes", zeekHead + "#fields\ta\n#types\tstring\n\\x5c\\xe2\\x82\\xac\\xzz\\\n", [][]event.Field{values("a", "\\€\\xzz\\")}, nil},
		{"bytes that are no UTF-8", zeekHead + "#fields\ta\n#types\tstring\nx\\xff\n", [][]event.Field{values("a", `x\xff`)}, nil},
		{"other separators", "#separator \\x7c\n#set_separator|;\n#empty_field|EMPTY\n#unset_field|NIL\n#path|x\n#fields|a|b|c\n#types|set[string]|string|string\nx;y|EMPTY|NIL\n",
			[][]event.Field{values("a", "x", "a", "y", "b", "")}, nil},
		{"two headers", zeekHead + "#fields\ta\n#types\tstring\nx\n" + zeekHead + "#fields\tb\n#types\tstring\ny\n", [][]event.Field{values("a", "x"), values("b", "y")}, nil},
		{"header without #", "ts\tuid\tx\n1.0\tC1\t-\n", [][]event.Field{values("ts", "1.0", "uid", "C1")}, nil},
		{"too few", zeekHead + "#fields\ta\tb\n#types\tstring\tstring\nx\n", nil, []string{"zeek_columns"}},
		{"no header", zeekHead + "x\n", nil, []string{"zeek_header"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, codes := readAll(t, zeekFraming, Hints{}, tc.text)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tc.codes, codes); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseZeekPaths(t *testing.T) {
	text := zeekHead + "#fields\ta\n#types\tstring\nx\n" + strings.Replace(zeekHead, "\tx\n", "\ty\n", 1) + "#fields\tb\n#types\tstring\ny\n"
	var got []string
	for _, c := range cutAll(zeekFraming, []byte(text)) {
		got = append(got, c.Known.Path+":"+strings.Join(c.Known.Header, ","))
	}
	if d := cmp.Diff([]string{"x:a", "y:b"}, got); d != "" {
		t.Error(d)
	}
}

func TestUnwrap(t *testing.T) {
	const inner = `{"Operation":"Set","P":[{"Name":"a","Value":"b"}]}`
	for _, tc := range []struct {
		name, text string
		want       []event.Field
	}{
		{"text", `{"Operation":"outer","AuditData":"{\"Operation\":\"Set\",\"P\":[{\"Name\":\"a\",\"Value\":\"b\"}]}","Z":1}`,
			values("Operation", "Set", "P.Name", "a", "P.Value", "b", "P.a", "b", "Operation", "outer", "Z", "1")},
		{"object", `{"Operation":"outer","AuditData":` + inner + `,"Z":1}`,
			values("Operation", "Set", "P.Name", "a", "P.Value", "b", "P.a", "b", "Operation", "outer", "Z", "1")},
		{"no JSON", `{"AuditData":"x"}`, values("AuditData", "x")},
		{"broken", `{"AuditData":"{\"a\":1"}`, values("AuditData", `{"a":1`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := NewParser(Hints{})
			c := Chunk{Text: tc.text, Spans: []Span{{End: int32(len(tc.text))}}, Known: &Known{}}
			p.begin(&c, 0, &event.Event{})
			if err := parseJSON(p, &c, 0, &p.rec); err != nil {
				t.Fatal(err)
			}
			p.rec.Unwrap("AuditData")
			if d := cmp.Diff(tc.want, p.rec.Fields); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	const text = `{"Target":"[{\"id\":1,\"name\":\"x\"}]","Other":"plain"}`
	p := NewParser(Hints{})
	c := Chunk{Text: text, Spans: []Span{{End: int32(len(text))}}, Known: &Known{}}
	for range 2 { // the second time with known names
		p.begin(&c, 0, &event.Event{})
		if err := parseJSON(p, &c, 0, &p.rec); err != nil {
			t.Fatal(err)
		}
		if !p.rec.Expand("Target") || p.rec.Expand("Other") || p.rec.Expand("Missing") {
			t.Error("expanded the wrong ones")
		}
		want := values("Target", `[{"id":1,"name":"x"}]`, "Other", "plain", "Target.id", "1", "Target.name", "x")
		if d := cmp.Diff(want, p.rec.Fields); d != "" {
			t.Error(d)
		}
	}
}

func TestReadUnknown(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		f          *Framing
		time       string
		message    string
		warnings   []string
	}{
		{"object", `{"when":"x","timestamp":"2024-03-01T00:00:00Z"}`, jsonFraming, "2024-03-01T00:00:00Z", "", nil},
		{"line", "host 2024-03-01T00:00:00Z something", linesFraming, "2024-03-01T00:00:00Z", "host 2024-03-01T00:00:00Z something", nil},
		{"line without a year", "Mar  1 00:00:00 something", linesFraming, "", "Mar  1 00:00:00 something", []string{"year_unknown"}},
		{"no time", `{"a":1}`, jsonFraming, "", "", nil},
		{"duplicate keys", `{"a":1,"a":2}`, jsonFraming, "", "", []string{"duplicate_keys"}},
		{"invalid UTF-8", "x \xff", linesFraming, "", `x \xff`, []string{"invalid_utf8"}},
		{"lone surrogate", `{"a":"\ud800"}`, jsonFraming, "", "", []string{"invalid_utf8"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newParser(nil)
			var e event.Event
			for _, c := range cutAll(tc.f, []byte(tc.text)) {
				s, _, err := p.Read(tc.f, &c, 0, &e)
				if err != nil || s != Unknown || e.Source != "unknown" {
					t.Fatalf("source %v, error %v", s, err)
				}
			}
			if e.Time.String() != tc.time || e.Message != tc.message || e.Len != int32(len(tc.text)) {
				t.Errorf("time %s, message %q, place %+v", e.Time, e.Message, e.Place)
			}
			if d := cmp.Diff(tc.warnings, append([]string(nil), e.Warnings...)); d != "" {
				t.Error(d)
			}
		})
	}
}
