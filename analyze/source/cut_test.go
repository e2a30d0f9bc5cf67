package source

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

var kindNames = map[SpanKind]string{
	SpanRecord: "R ", SpanReject: "X ", SpanHeader: "H ", SpanSeparator: "S ", SpanComment: "C ", SpanBlank: "B ",
}

// render is the spans of data that aren't separators, as "R text"; a reject has
// its reason before the text.
func render(t *testing.T, f *Framing, data string, h Hints) []string {
	t.Helper()
	var list []string
	at := int64(0)
	for c, err := range f.Cut(strings.NewReader(data), h) {
		if err != nil {
			t.Fatal(err)
		}
		at = checkSpans(t, data, &c, at)
		for _, s := range c.Spans {
			text := c.Text[s.Start:s.End]
			switch s.Kind {
			case SpanSeparator:
				continue
			case SpanReject:
				text = s.Reason + " " + text
			case SpanRecord:
				if s.Reason != "" {
					text += " " + s.Reason
				}
			}
			list = append(list, kindNames[s.Kind]+text)
		}
	}
	if at != int64(len(data)) {
		t.Errorf("spans cover %d of %d bytes", at, len(data))
	}
	return list
}

func TestCutJSON(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		max        int
		want       []string
	}{
		{"lines", "{\"a\":1}\n{\"a\":2}\r\n{\"a\":3}", 0, []string{`R {"a":1}`, `R {"a":2}`, `R {"a":3}`}},
		{"blank lines between arrays and values", "[{\"a\":1}]\n\n[{\"a\":2},{\"a\":3}]\n\n{\"a\":4}", 0,
			[]string{`H [`, `R {"a":1}`, `H ]`, `H [`, `R {"a":2}`, `R {"a":3}`, `H ]`, `R {"a":4}`}},
		{"two in a line", `{"a":1}{"a":2} {"a":"}{"}` + "\n{}", 0, []string{`R {"a":1}`, `R {"a":2}`, `R {"a":"}{"}`, `R {}`}},
		{"pretty", "{\n \"a\": {\n  \"b\": [1,\n 2]\n }\n}\n{\n \"a\": 2\n}\n", 0, []string{"R {\n \"a\": {\n  \"b\": [1,\n 2]\n }\n}", "R {\n \"a\": 2\n}"}},
		{"a line that ends like an object within one", "{\"a\":{\"b\":1}\n,\"c\":2}\n{\"a\":3}", 0, []string{"R {\"a\":{\"b\":1}\n,\"c\":2}", `R {"a":3}`}},
		{"byte-order mark", mark + `{"a":1}`, 0, []string{"H " + mark, `R {"a":1}`}},
		{"value envelope", `{"@odata.context":"x","value":[{"a":1},{"a":2}],"@odata.nextLink":"y"}`, 0,
			[]string{`H {`, `H "@odata.context":`, `H "x"`, `H "value":[`, `R {"a":1}`, `R {"a":2}`, `H ]`, `H "@odata.nextLink":`, `H "y"`, `H }`}},
		{"Records", `{"Records":[{"a":[{"b":1}]}]}`, 0, []string{`H {`, `H "Records":[`, `R {"a":[{"b":1}]}`, `H ]`, `H }`}},
		{"lines of envelopes", "{\"records\":[{\"a\":1}]}\n{\"records\":[{\"a\":2}]}\n", 0,
			[]string{`H {`, `H "records":[`, `R {"a":1}`, `H ]`, `H }`, `H {`, `H "records":[`, `R {"a":2}`, `H ]`, `H }`}},
		{"records in records", `{"records":[{"records":[{"a":1}]},{"b":2}]}`, 0,
			[]string{`H {`, `H "records":[`, `H {`, `H "records":[`, `R {"a":1}`, `H ]`, `H }`, `R {"b":2}`, `H ]`, `H }`}},
		{"empty envelope", `{"@odata.context":"x","value":[]}`, 0, []string{`H {`, `H "@odata.context":`, `H "x"`, `H "value":[`, `H ]`, `H }`}},
		{"a record that has values", `{"id":1,"value":["x"]}`, 0, []string{`R {"id":1,"value":["x"]}`}},
		{"a record that has rows", `{"id":1,"rows":[[1]]}`, 0, []string{`R {"id":1,"rows":[[1]]}`}},
		{"search hits", `{"took":1,"hits":{"total":1,"hits":[{"_index":"i","_source":{"a":{"b":1}},"sort":[1]}]}}`, 0,
			[]string{`H {`, `H "took":`, `H 1`, `H "hits":{`, `H "total":`, `H 1`, `H "hits":[`, `H {`, `H "_index":`, `H "i"`, `H "_source":`,
				`R {"a":{"b":1}}`, `H "sort":`, `H [1]`, `H }`, `H ]`, `H }`, `H }`}},
		{"numbered lines", "Record 1\n{\n\"a\":1\n}\nRecord 2\n{\n\"a\":2\n}\n", 0, []string{"H Record 1", "R {\n\"a\":1\n}", "H Record 2", "R {\n\"a\":2\n}"}},
		{"truncated tail", `[{"a":1},{"a":"x`, 0, []string{`H [`, `R {"a":1}`, `X json_truncated {"a":"x`}},
		{"truncated line in the middle", "{\"a\":1}\n{\"a\":\"x\n{\"a\":3}\n", 0, []string{`R {"a":1}`, `X json_syntax {"a":"x`, `R {"a":3}`}},
		{"a line without its end", "{\"a\":1}\n{\"a\":{\"b\":2\n{\"a\":3}\n", 0, []string{`R {"a":1}`, `X json_syntax {"a":{"b":2`, `R {"a":3}`}},
		{"a pretty object without its end", "[\n  {\n    \"a\": {\n      \"b\": 1\n  },\n  {\n    \"a\": 2\n  }\n]", 0,
			[]string{"H [", "X json_syntax {\n    \"a\": {\n      \"b\": 1\n  },", "R {\n    \"a\": 2\n  }", "H ]"}},
		{"garbage between", "{\"a\":1}\nxyz {\"a\":2}\n}}\n{\"a\":3}\n", 0, []string{`R {"a":1}`, "X json_garbage xyz ", `R {"a":2}`, "X json_garbage }}", `R {"a":3}`}},
		{"a broken record in one line", `[{"id":1,"n":"a","sub":[{"id":1},{"id":2}]},{"id":2,"n":"b","x":]},{"id":3,"n":"c"}]`, 0,
			[]string{`H [`, `R {"id":1,"n":"a","sub":[{"id":1},{"id":2}]}`, `X json_syntax {"id":2,"n":"b","x":]},`, `R {"id":3,"n":"c"}`, `H ]`}},
		{"an unclosed record in one line", `[{"id":1,"n":"a","sub":{"id":1},{"id":2,"n":"b"},{"id":3,"n":"c"}]`, 0,
			[]string{`H [`, `X json_syntax {"id":1,"n":"a","sub":{"id":1},`, `R {"id":2,"n":"b"}`, `R {"id":3,"n":"c"}`, `H ]`}},
		{"scalars", `[1,"x",{"a":1},null]`, 0, []string{`R [1,"x",{"a":1},null]`}},
		{"scalars among objects", `[{"a":1},1,"x",null,{"a":2}]`, 0,
			[]string{`H [`, `R {"a":1}`, `X json_not_object 1`, `X json_not_object "x"`, `X json_not_object null`, `R {"a":2}`, `H ]`}},
		{"too long", "{\"a\":1}\n{\"a\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n{\"a\":3}\n", 20,
			[]string{`R {"a":1}`, `X json_too_long {"a":"xxxxxxxxxxxxxx`, `R {"a":3}`}},
		{"too long in one line", `[{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},{"a":3}]`, 20,
			[]string{`H [`, `X json_too_long {"a":"xxxxxxxxxxxxxx`, `R {"a":3}`, `H ]`}},
		{"too deep", "[\n" + strings.Repeat(`{"a":`, 129) + "1" + strings.Repeat("}", 129) + "\n{\"a\":3}\n", 0,
			[]string{"H [", "X json_depth " + strings.Repeat(`{"a":`, 129) + "1" + strings.Repeat("}", 129), `R {"a":3}`, "X json_truncated \n"}},
		{"an array that ends behind a record", `[{"a":1},{"a":2}`, 0, []string{`H [`, `R {"a":1}`, `R {"a":2} json_unclosed`}},
		{"an array that ends behind a comma", `[{"a":1},`, 0, []string{`H [`, `R {"a":1}`, `X json_truncated ,`}},
		{"an envelope without records that ends", `{"value":[`, 0, []string{`X json_truncated {"value":[`}},
		{"commas in an array", `[,{"a":1},,{"a":2} , ]`, 0, []string{`H [`, `X json_comma ,`, `R {"a":1}`, `X json_comma ,`, `R {"a":2}`, `X json_comma ,`, `H ]`}},
		{"commas behind lines", "{\"a\":1},\n{\"a\":2},\n", 0, []string{`R {"a":1}`, `R {"a":2}`}},
		{"a mark in the middle", "{\"a\":1}\n" + mark + "{\"a\":2}\n" + mark + "[{\"a\":3}]", 0,
			[]string{`R {"a":1}`, "H " + mark, `R {"a":2}`, "H " + mark, `H [`, `R {"a":3}`, `H ]`}},
		{"only CR, with a line broken in a text", "{\"a\":1}\r{\"a\":\"x\r{\"a\":3}\r", 0, []string{`R {"a":1}`, `X json_syntax {"a":"x`, `R {"a":3}`}},
		{"comments", "// note\n{\"a\":1}\n/* {\"b\":2} */\n{\"a\":3}", 0, []string{`X json_garbage // note`, `R {"a":1}`, `X json_garbage /* `, `R {"b":2}`, `X json_garbage */`, `R {"a":3}`}},
		{"top-level scalars", "1\n\"x\"\nnull\n{\"a\":1}\n", 0, []string{`X json_not_object 1`, `X json_not_object "x"`, `X json_not_object null`, `R {"a":1}`}},
		{"events beside paging", `{"events":[{"a":1},{"a":2}],"nextForwardToken":"f/1","nextBackwardToken":"b/1"}`, 0,
			[]string{`H {`, `H "events":[`, `R {"a":1}`, `R {"a":2}`, `H ]`, `H "nextForwardToken":`, `H "f/1"`, `H "nextBackwardToken":`, `H "b/1"`, `H }`}},
		{"Events", `{"Events": [{"a":1}]}`, 0, []string{`H {`, `H "Events": [`, `R {"a":1}`, `H ]`, `H }`}},
		{"data behind paging", `{"meta":{"page":{"n":1}},"total":2,"data":[{"a":1}],"links":{"next":"x"}}`, 0,
			[]string{`H {`, `H "meta":`, `H {"page":{"n":1}}`, `H "total":`, `H 2`, `H "data":[`, `R {"a":1}`, `H ]`, `H "links":`, `H {"next":"x"}`, `H }`}},
		{"items in lines", "{\"kind\":\"k#list\",\"items\":[{\"a\":1}]}\n{\"kind\":\"k#list\",\"items\":[{\"a\":2}]}\n", 0,
			[]string{`H {`, `H "kind":`, `H "k#list"`, `H "items":[`, `R {"a":1}`, `H ]`, `H }`, `H {`, `H "kind":`, `H "k#list"`, `H "items":[`, `R {"a":2}`, `H ]`, `H }`}},
		{"an alert that has events", `{"id":"1","events":[{"a":1}]}`, 0, []string{`R {"id":"1","events":[{"a":1}]}`}},
		{"an alert that has events first", `{"events":[{"a":1}],"id":"1"}`, 0, []string{`R {"events":[{"a":1}],"id":"1"}`}},
		{"lines of alerts that have data", "{\"data\":[{\"a\":1}],\"id\":\"1\"}\n{\"data\":[{\"a\":1}],\"id\":\"2\"}\n", 0,
			[]string{`R {"data":[{"a":1}],"id":"1"}`, `R {"data":[{"a":1}],"id":"2"}`}},
		{"data that is no list of objects", `{"data":[1,2]}`, 0, []string{`R {"data":[1,2]}`}},
		{"data in a record of a list", `{"results":[{"data":[{"a":1}]}]}`, 0, []string{`H {`, `H "results":[`, `R {"data":[{"a":1}]}`, `H ]`, `H }`}},
		{"an answer that is not whole", `{"value":[{"a":1}],"error":{"code":"PartialError"}}`, 0,
			[]string{`H {`, `H "value":[`, `R {"a":1}`, `H ]`, `H "error":`, `X json_partial {"code":"PartialError"}`, `H }`}},
		{"value in value", `{"value":[{"value":[{"a":1}]},{"a":2}]}`, 0,
			[]string{`H {`, `H "value":[`, `H {`, `H "value":[`, `R {"a":1}`, `H ]`, `H }`, `R {"a":2}`, `H ]`, `H }`}},
		{"a broken envelope line doesn't swallow the next", "{\"records\":[{\"a\":1},{\"b\":]}\n{\"records\":[{\"a\":2}]}\n", 0,
			[]string{`H {`, `H "records":[`, `R {"a":1}`, `X json_syntax {"b":]}`, `H {`, `H "records":[`, `R {"a":2}`, `H ]`, `H }`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := render(t, jsonFraming, tc.text, Hints{MaxRecord: tc.max})
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCutTables(t *testing.T) {
	text := `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Properties","type":"dynamic"}],` +
		`"rows":[["2024-03-01T00:00:00Z","{\"a\":1}"],["2024-03-01T00:00:01Z",null]]}],"error":{"code":"PartialError"}}`
	var records []string
	for _, c := range cutAll(jsonFraming, []byte(text)) {
		for i, s := range c.Spans {
			if s.Kind != SpanRecord {
				continue
			}
			records = append(records, c.Text[s.Start:s.End])
			if d := cmp.Diff([]string{"TimeGenerated", "Properties"}, c.Known.Header); d != "" || c.Known.Path != "PrimaryResult" {
				t.Errorf("path %s, header %s", c.Known.Path, d)
			}
			p := NewParser(Hints{})
			rec := Record{Raw: c.Text[s.Start:s.End], Known: c.Known}
			if err := jsonFraming.Parse(p, &c, i, &rec); err != nil || rec.Value("TimeGenerated") == "" {
				t.Errorf("%v, %v", rec.Fields, err)
			}
		}
	}
	if len(records) != 2 {
		t.Errorf("records: %q", records)
	}
}

func TestCutCSV(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		max        int
		want       []string
	}{
		{"plain", "a,b\n1,2\r\n3,4", 0, []string{"H a,b\n", "R 1,2", "R 3,4"}},
		{"line end in quotes", "a,b\n\"x\r\ny\",2\n3,4\n", 0, []string{"H a,b\n", "R \"x\r\ny\",2", "R 3,4"}},
		{"doubled quotes and delimiters", "a,b\n\"{\"\"k\"\":\"\"v\"\",\n}\",2\n", 0, []string{"H a,b\n", "R \"{\"\"k\"\":\"\"v\"\",\n}\",2"}},
		{"PowerShell type line", "#TYPE Selected.System\n\"a\",\"b\"\n\"1\",\"2\"\n", 0, []string{"H #TYPE Selected.System\n", "H \"a\",\"b\"\n", `R "1","2"`}},
		{"Excel separator line", "sep=;\na;b\n1;2\n", 0, []string{"H sep=;\n", "H a;b\n", "R 1;2"}},
		{"the header again", "a,b\n1,2\na,b\n3,4\n", 0, []string{"H a,b\n", "R 1,2", "H a,b\n", "R 3,4"}},
		{"blank lines", "a,b\n\n1,2\n  \n", 0, []string{"H a,b\n", "B \n", "R 1,2", "B   \n"}},
		{"bare quote in a field", "a,b\n5\" pipe,2\n3,4\n", 0, []string{"H a,b\n", `R 5" pipe,2`, "R 3,4"}},
		{"bare quote in quotes", "a,b\n\"say \"hi\" now\",2\n3,4\n", 0, []string{"H a,b\n", `R "say "hi" now",2`, "R 3,4"}},
		{"a quote that is not closed", "a,b\n\"x,2\n3,4\n5,6\n", 0, []string{"H a,b\n", `X csv_quote "x,2`, "R 3,4", "R 5,6"}},
		{"too long", "a,b\n1,xxxxxxxxxxxxxxxxxxxxxxxxx\n3,4\n", 10, []string{"H a,b\n", "X line_too_long 1,xxxxxxxx", "R 3,4"}},
		{"quoted at the end of the file", "a,b\n1,\"2\"", 0, []string{"H a,b\n", `R 1,"2"`}},
		{"another type line with other columns", "#TYPE A\n\"a\",\"b\"\n\"1\",\"2\"\n#TYPE B\n\"c\",\"d\",\"e\"\n\"3\",\"4\",\"5\"\n", 0,
			[]string{"H #TYPE A\n", "H \"a\",\"b\"\n", `R "1","2"`, "H #TYPE B\n", "H \"c\",\"d\",\"e\"\n", `R "3","4","5" (c d e)`}},
		{"a mark and another heading in the middle", "a,b\n1,2\n" + mark + "c;d\n3;4\n", 0, []string{"H a,b\n", "R 1,2", "H " + mark, "H c;d\n", "R 3;4 (c d)"}},
		{"a mark and a row in the middle", "a,b\n1,2\n" + mark + "3,4\n", 0, []string{"H a,b\n", "R 1,2", "H " + mark, "R 3,4"}},
		{"a separator line in the middle", "a,b\n1,2\nsep=;\nc;d\n3;4\n", 0, []string{"H a,b\n", "R 1,2", "H sep=;\n", "H c;d\n", "R 3;4 (c d)"}},
		{"the heading again, quoted and in another order", "a,b\n1,2\n\"b\",\"a\"\n3,4\n", 0, []string{"H a,b\n", "R 1,2", "H \"b\",\"a\"\n", "R 3,4 (b a)"}},
		{"a row that has the name of a column", "a,b\na,2\nb,a \n", 0, []string{"H a,b\n", "R a,2", "R b,a "}},
		{"bars", "a|b|c\n1|2|3\n", 0, []string{"H a|b|c\n", "R 1|2|3 (a b c)"}},
		{"names twice and none", "a,a,,b\n1,2,3,4\n", 0, []string{"H a,a,,b\n", "R 1,2,3,4 (a a column3 b)"}},
		{"a quote that is not closed, before quoted rows", "a,b\n\"x,2\n\"3\",\"4\"\n5,6\n", 0, []string{"H a,b\n", `X csv_quote "x,2`, `R "3","4"`, "R 5,6"}},
		{"a quote that is not closed, before a quoted field", "a,b\n\"x,2\n3,\"y\"\n5,6\n", 0, []string{"H a,b\n", `X csv_quote "x,2`, `R 3,"y"`, "R 5,6"}},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r\n\"5\r6\",7\n", 0, []string{"H a,b\r\n", "R 1,2", "R 3,4", "R \"5\r6\",7"}},
		{"heading alone", "a,b\n", 0, []string{"H a,b\n"}},
		{"nothing", "", 0, nil},
		{"only CR", "a,b\r1,2\r3,4", 0, []string{"H a,b\r", "R 1,2", "R 3,4"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := render(t, csvFraming, tc.text, Hints{MaxRecord: tc.max})
			withColumns(tc.text, tc.want, got)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// withColumns writes the columns that are known behind the records of got, where
// the one wanted has them.
func withColumns(text string, want, got []string) {
	i := 0
	for _, c := range cutAll(csvFraming, []byte(text)) {
		for _, s := range c.Spans {
			if s.Kind == SpanSeparator {
				continue
			}
			if s.Kind == SpanRecord && i < min(len(want), len(got)) && strings.HasSuffix(want[i], ")") {
				got[i] += " (" + strings.Join(c.Known.Header, " ") + ")"
			}
			i++
		}
	}
}

// TestCSVRows: what a row has too much or too little is no harm where it says
// nothing, else the row is a reject, whole.
func TestCSVRows(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"as wide as the heading", "a,b\n1,2\n", "a=1 b=2"},
		{"empty fields more", "a,b\n1,2,,\"\"\n", "a=1 b=2"},
		{"a field more", "a,b\n1,2,3\n", "csv_columns"},
		{"a field less", "a,b,c\n1,2\n", "csv_columns"},
		{"a field less, of no name", "a,b,\n1,2\n", "a=1 b=2"},
		{"a name twice", "a,a\n1,2\n", "a=1 a=2"},
		{"JSON in doubled quotes", "a,b\n1,\"{\"\"k\"\":\"\"v, \"\"}\"\n", `a=1 b={"k":"v, "}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newParser(nil)
			var got []string
			for _, c := range cutAll(csvFraming, []byte(tc.text)) {
				for i, s := range c.Spans {
					if s.Kind != SpanRecord {
						continue
					}
					var e event.Event
					_, fields, err := p.Read(csvFraming, &c, i, &e)
					var syntax *SyntaxError
					if errors.As(err, &syntax) {
						got = append(got, syntax.Code)
					}
					for _, f := range fields {
						got = append(got, f.Name+"="+f.Value)
					}
				}
			}
			if d := cmp.Diff(tc.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCutLines(t *testing.T) {
	got := render(t, linesFraming, "one\r\n\n# note\n#Fields: date time\n#hash\n\x00two\nlast", Hints{})
	want := []string{"R one", "B \n", "C # note\n", "H #Fields: date time\n", "R #hash", "R \x00two", "R last"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got = render(t, linesFraming, strings.Repeat("x", 100)+"\nshort\n", Hints{MaxRecord: 10})
	if d := cmp.Diff([]string{"X line_too_long xxxxxxxxxx", "R short"}, got); d != "" {
		t.Error(d)
	}
}

func TestLongReject(t *testing.T) {
	data := "first\n" + strings.Repeat("x", 5*blockSize) + "\nlast\n"
	var rejects, records int
	for chunk := range linesFraming.Cut(strings.NewReader(data), Hints{MaxRecord: blockSize}) {
		for _, s := range chunk.Spans {
			switch s.Kind {
			case SpanReject:
				rejects++
				if int(s.Len) != 5*blockSize || s.End-s.Start != keptOfReject || s.Line != 2 {
					t.Errorf("reject %+v", s)
				}
			case SpanRecord:
				records++
				if chunk.Text[s.Start:s.End] == "last" && s.Line != 3 {
					t.Errorf("last in line %d", s.Line)
				}
			}
		}
	}
	if rejects != 1 || records != 2 {
		t.Errorf("%d rejects, %d records", rejects, records)
	}
}

func TestCutPlaces(t *testing.T) {
	utf16le := func(s string) string {
		var b bytes.Buffer
		for _, r := range s {
			if r > 0xFFFF {
				r -= 0x10000
				hi, lo := 0xD800+r>>10, 0xDC00+r&0x3FF
				b.Write([]byte{byte(hi), byte(hi >> 8), byte(lo), byte(lo >> 8)})
				continue
			}
			b.Write([]byte{byte(r), byte(r >> 8)})
		}
		return b.String()
	}
	type place struct {
		Text   string
		Offset int64
		Len    int32
		Line   int32
	}
	for _, tc := range []struct {
		name string
		f    *Framing
		text string
		want []place
	}{
		{"UTF-8", linesFraming, "é\nb\n", []place{{"é", 0, 2, 1}, {"b", 3, 1, 2}}},
		{"UTF-8 with a mark", linesFraming, mark + "a\nb\n", []place{{"a", 3, 1, 1}, {"b", 5, 1, 2}}},
		{"UTF-16 with a mark", linesFraming, utf16le(mark + "aé😀\r\nb\r\n"), []place{{"aé😀", 2, 8, 1}, {"b", 14, 2, 2}}},
		{"UTF-16 without a mark", linesFraming, utf16le("first line\nb\n"), []place{{"first line", 0, 20, 1}, {"b", 22, 2, 2}}},
		{"UTF-16 big endian", linesFraming, "\xfe\xff\x00a\x00\n\x00b", []place{{"a", 2, 2, 1}, {"b", 6, 2, 2}}},
		{"UTF-16 lone surrogate", linesFraming, "\xff\xfea\x00\x00\xd8b\x00", []place{{"a\xed\xa0\x80b", 2, 6, 1}}},
		{"UTF-16 of an odd length", linesFraming, "\xff\xfea\x00b", []place{{"a\xff", 2, 3, 1}}},
		{"UTF-32", linesFraming, "\xff\xfe\x00\x00a\x00\x00\x00\n\x00\x00\x00\x00\xf6\x01\x00", []place{{"a", 4, 4, 1}, {"😀", 12, 4, 2}}},
		{"UTF-32 big endian", linesFraming, "\x00\x00\xfe\xff\x00\x00\x00a\x00\x00\x00\n\x00\x00\x00b", []place{{"a", 4, 4, 1}, {"b", 12, 4, 2}}},
		{"UTF-32 with what is no character, cut off", linesFraming, "\xff\xfe\x00\x00a\x00\x00\x00\xff\xff\xff\xffb\x00", []place{{"a\xfe\xff\xff", 4, 10, 1}}},
		{"JSON in UTF-16", jsonFraming, utf16le(mark + "[{\"a\":\"é\"},\n{\"b\":1}]"), []place{{`{"a":"é"}`, 4, 18, 1}, {`{"b":1}`, 26, 14, 2}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []place
			for _, c := range cutAll(tc.f, []byte(tc.text)) {
				for _, s := range c.Spans {
					if s.Kind == SpanRecord {
						got = append(got, place{c.Text[s.Start:s.End], s.Offset, s.Len, s.Line})
					}
				}
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestCutError keeps what came before an error of the reader.
func TestCutError(t *testing.T) {
	broken := errors.New("unexpected end of the stream")
	r := io.MultiReader(strings.NewReader("{\"a\":1}\n{\"a\":2}\n{\"a\""), iotest.ErrReader(broken))
	var records, rejects int
	var last error
	for c, err := range jsonFraming.Cut(r, Hints{}) {
		last = err
		for _, s := range c.Spans {
			switch s.Kind {
			case SpanRecord:
				records++
			case SpanReject:
				rejects++
			}
		}
	}
	if records != 2 || rejects != 1 || last != broken {
		t.Errorf("%d records, %d rejects, error %v", records, rejects, last)
	}
}

func TestYears(t *testing.T) {
	const lines = "Dec 31 23:59:59 h p: a\nJan  1 00:00:01 h p: b\nDec 31 23:59:58 h p: late\nJan  1 00:00:02 h p: c\nFeb  1 00:00:02 h p: d\n"
	for _, tc := range []struct {
		name string
		year int
		text string
		want []int
	}{
		{"none", 0, lines, []int{0, 0, 0, 0, 0}},
		{"given for the first line", 2023, lines, []int{2023, 2024, 2023, 2024, 2024}},
		{"from a neighbour", 0, "2023-12-31T23:00:00Z h p: x\n" + lines, []int{2023, 2023, 2024, 2023, 2024, 2024}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []int
			for c := range linesFraming.Cut(strings.NewReader(tc.text), Hints{Year: tc.year}) {
				for _, s := range c.Spans {
					if s.Kind == SpanRecord {
						got = append(got, c.Known.Year)
					}
				}
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
