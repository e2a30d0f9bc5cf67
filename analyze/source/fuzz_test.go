package source

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// cutting is what a cutter made of a member, and what a parser made of that.
type cutting struct {
	Kind   SpanKind
	Offset int64
	Len    int32
	Line   int32
	Text   string
}

// cutAndRead checks what holds for any input: spans cover it once, nothing
// panics, all text is valid. A record that can't be read counts as a reject.
func cutAndRead(t *testing.T, f *Framing, data []byte, h Hints) []cutting {
	t.Helper()
	p := newParser(nil)
	p.Reset(h)
	var e event.Event
	var list []cutting
	at := int64(0)
	for c, err := range f.Cut(bytes.NewReader(data), h) {
		if err != nil {
			t.Fatal(err)
		}
		at = checkSpans(t, f.Name, &c, at)
		for i, s := range c.Spans {
			if s.Kind == SpanRecord {
				_, fields, err := p.Read(f, &c, i, &e)
				if err != nil {
					s.Kind = SpanReject
				}
				checkValid(t, fields, &e)
			}
			if s.Kind == SpanRecord || s.Kind == SpanReject {
				list = append(list, cutting{s.Kind, s.Offset, s.Len, s.Line, c.Text[s.Start:s.End]})
			}
		}
	}
	if at != int64(len(data)) {
		t.Fatalf("spans cover %d of %d bytes", at, len(data))
	}
	return list
}

func checkValid(t *testing.T, fields []event.Field, e *event.Event) {
	t.Helper()
	for _, f := range fields {
		if !utf8.ValidString(f.Name) || !utf8.ValidString(f.Value) {
			t.Fatalf("field %q %q", f.Name, f.Value)
		}
	}
	for _, s := range texts(e) {
		if !utf8.ValidString(*s) {
			t.Fatalf("event text %q", *s)
		}
	}
}

// fuzzCut cuts with a block of any size and with one block, which must agree.
func fuzzCut(f *testing.F, framing *Framing) {
	f.Fuzz(func(t *testing.T, data []byte, block uint8, long uint16) {
		h := Hints{MaxRecord: int(long), Year: 2023}
		whole := cutAndRead(t, framing, data, h)
		h.block = 16 + int(block)
		head := data[:min(len(data), h.block)]
		if charsetOf(head) != charsetOf(data) || eolOf(head) != eolOf(data) || charsetOf(data) != utf8Text {
			return
		}
		blocks := cutAndRead(t, framing, data, h)
		if d := cmp.Diff(whole, blocks); d != "" {
			t.Errorf("blocks of %d: %s", h.block, d)
		}
	})
}

func FuzzCutJSON(f *testing.F) {
	for _, s := range []string{
		"{\"a\":1}\n{\"a\":2}\n", `{"value":[{"a":1},{"b":[1,2]}],"x":{}}`, `[{"a":"\ud800\"}{"},` + "\n{\"b\":", "\xff\xfe{\x00}\x00",
		`{"tables":[{"name":"T","columns":[{"name":"a"}],"rows":[["1"],[null]]}]}`, `{"hits":{"hits":[{"_index":"i","_source":{"a":1}}]}}`,
		"[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": {\n  },\n  {}\n]\n", "Record 1\n{\n}\nx{\"a\":1}\n}\n", `{"records":[{"records":[]},1,"x"]}`,
		`{"records":{"records":[{"properties":{"flows":[{"flows":[{"flowTuples":["1,2","3` + "\n" + `4","5"],"mac":"m"}],"rule":{"a":[1]}},{"flows":[]}]},"time":"x"}]}}`,
		`[{"flowRecords":{"flows":[{"flowGroups":[{"flowTuples":["a",1,{},[`,
	} {
		f.Add([]byte(s), uint8(0), uint16(0))
		f.Add([]byte(s), uint8(0), uint16(10))
	}
	fuzzCut(f, jsonFraming)
}

func FuzzCutCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"x\ny\"\n", "#TYPE x\n\"a\";\"b\"\r\n\"1\";\"say \"hi\"\"\r\n", "a,b\n\"x\n1,2\n", "sep=;\na;b\n\n1;2", "a,b\n1,2\n\ufeffb,a\n3,4\n#TYPE x\nc,d\n"} {
		f.Add([]byte(s), uint8(0), uint16(0))
		f.Add([]byte(s), uint8(0), uint16(10))
	}
	fuzzCut(f, csvFraming)
}

func FuzzCutZeek(f *testing.F) {
	f.Add([]byte(zeekHead+"#fields\ta\tb\n#types\tstring\tset[string]\nx\\x2c\ty,z\n#close\tx\n"), uint8(0), uint16(0))
	f.Add([]byte("#separator \\x7c\n#fields|a\n#types|time\n1.0\n"), uint8(9), uint16(5))
	fuzzCut(f, zeekFraming)
}

func FuzzCutLines(f *testing.F) {
	f.Add([]byte("Dec 31 23:59:59 a\r\nJan  1 00:00:00 b\n\n# x\n#Fields: a\n<13>2024-01-01T00:00:00Z c"), uint8(3), uint16(0))
	f.Add([]byte("a\rb\r"), uint8(0), uint16(1))
	fuzzCut(f, linesFraming)
}

// FuzzFlatten compares with encoding/json: what one accepts the other does,
// but for nesting, and for bytes in strings that both let through.
func FuzzFlatten(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,"\u00e9",null,true,{}],"b":{"c":[]}}`, `"x"`, `[[[]]]`, "{\"a\":\"\x7f\xff\"}", `{"a":1,"a":2}`, `01`, `[1,]`, "\"\t\"", "\ufeff{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, _, err := flattenText(text)
		var syntax *SyntaxError
		if errors.As(err, &syntax) && syntax.Code == "json_depth" {
			return
		}
		if valid := json.Valid([]byte(text)); valid != (err == nil) {
			t.Errorf("%q: valid %v, error %v", text, valid, err)
		}
	})
}

// FuzzCSVAgainstStandard compares with encoding/csv where that accepts.
func FuzzCSVAgainstStandard(f *testing.F) {
	for _, s := range []string{"1,2\n", "\"a,\"\"b\",\"c\nd\"\n", "x,\n", "a\"b,c\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		if strings.ContainsAny(rows, "\r#\x00") || !utf8.ValidString(rows) {
			return // the standard one changes line ends, and zeros look like UTF-16
		}
		data := "h1,h2\n" + rows
		r := csv.NewReader(strings.NewReader(data))
		r.FieldsPerRecord = -1
		var want [][]string
		for {
			record, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				return
			}
			if strings.TrimSpace(strings.Join(record, "")) != "" || len(record) > 1 {
				want = append(want, record)
			}
		}
		var got [][]string
		for _, c := range cutAll(csvFraming, []byte(data)) {
			for _, s := range c.Spans {
				if text := c.Text[s.Start:s.End]; s.Kind != SpanSeparator && s.Kind != SpanBlank {
					record := splitCSV(strings.TrimSuffix(text, "\n"), ',')
					if strings.TrimSpace(strings.Join(record, "")) != "" || len(record) > 1 {
						got = append(got, record)
					}
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", data, d)
		}
	})
}

// FuzzCharset decodes any bytes, at once and in two parts: every byte becomes
// text once, and the text tells how many they were.
func FuzzCharset(f *testing.F) {
	for _, s := range []string{"\xff\xfea\x00\x00\xd8b", "\xfe\xff\xd8\x3d\xde\x00", "\xff\xfe\x00\x00a\x00\x00\x00\xff\xff\xff\xff", "\x00\x00\xfe\xff\x00\x00\xd8\x00x"} {
		for c := range utf32Big + 1 {
			f.Add([]byte(s), uint8(c), uint8(5))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, which, at uint8) {
		c := charset(which) % (utf32Big + 1)
		whole, used := c.decode(nil, data, true)
		if used != len(data) || c.sourceLen(whole) != int64(len(data)) {
			t.Fatalf("%d bytes used, %d told, of %d", used, c.sourceLen(whole), len(data))
		}
		cut := min(int(at), len(data))
		part, used := c.decode(nil, data[:cut], false)
		if c.sourceLen(part) != int64(used) {
			t.Fatalf("%d bytes used, %d told", used, c.sourceLen(part))
		}
		if part, _ = c.decode(part, data[used:], true); !bytes.Equal(part, whole) {
			t.Fatalf("%q in two parts, %q at once", part, whole)
		}
		decodeHead(data, true)
	})
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(`[{"a":1}]`), true)
	f.Add([]byte("a,b\n1,2\n"), false)
	f.Add([]byte("\xff\xfe"), true)
	f.Fuzz(func(t *testing.T, head []byte, eof bool) {
		v := Detect(head, eof, Hints{})
		if (v.Framing == nil) != (v.State != "") {
			t.Errorf("%+v", v)
		}
	})
}

func FuzzClock(f *testing.F) {
	for _, s := range []string{"2021-08-02T13:11:39.7724491Z", "9/20/2023 4:05:03 AM", "Jan  2 15:04:05", "/Date(-1)/", "-1672843056.913119", "10/Oct/2000:13:55:36 -0700"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Clock{UTC: true, Year: 2024}
		at, doubt := c.Parse(s)
		if at.Dated() == (doubt != "") {
			t.Fatalf("%q: %s, doubt %q", s, at, doubt)
		}
		if y := at.String(); at.Dated() && at.Quality.Precision() >= event.Second {
			if again, _ := c.Parse(y); again.Micros != at.Micros && at.Quality.Precision() >= event.Micro {
				t.Fatalf("%q is %s is %s", s, at, again)
			}
		}
	})
}

func FuzzCutXML(f *testing.F) {
	const event = `<Event xmlns='` + eventSpace + `'><System><EventID Qualifiers='1'>7</EventID><Channel>System</Channel></System><EventData><Data Name='a'>b &amp; c</Data><Data/></EventData></Event>`
	f.Add([]byte("<?xml version='1.0'?>\n<Events>"+event+"\r\n"+event+"</Events>\n"), uint8(0), uint16(0))
	f.Add([]byte("x<Event><Eve<Event>"+event[:90]+event), uint8(9), uint16(40))
	fuzzCut(f, xmlFraming)
}
