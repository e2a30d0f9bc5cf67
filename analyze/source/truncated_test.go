package source

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
)

// TestTruncatedAnywhere cuts exports behind every byte: each record that is
// whole is read, and that the export ends too early is told by a reject or a
// doubt about the last record.
func TestTruncatedAnywhere(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		records    []string // in order
		also       string   // what may end a part that is whole itself
	}{
		{"array", `[{"a":1},{"a":{"b":[2]}}, {"a":"}]"}]`, []string{`{"a":1}`, `{"a":{"b":[2]}}`, `{"a":"}]"}`}, ""},
		{"pretty", "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n", []string{"{\n    \"a\": 1\n  }", "{\n    \"a\": 2\n  }"}, "]"},
		{"value", `{"@odata.context":"x","value":[{"a":1},{"a":2}]}`, []string{`{"a":1}`, `{"a":2}`}, ""},
		{"records in records", `{"records":[{"records":[{"a":1},{"a":2}]}]}`, []string{`{"a":1}`, `{"a":2}`}, ""},
		{"tables", `{"tables":[{"name":"T","columns":[{"name":"a","type":"string"}],"rows":[["1"],["2"]]}]}`, []string{`["1"]`, `["2"]`}, ""},
		{"hits", `{"hits":{"hits":[{"_index":"i","_source":{"a":1}},{"_index":"i","_source":{"a":2}}]}}`, []string{`{"a":1}`, `{"a":2}`}, ""},
		{"events", `{"events":[{"a":1},{"a":2}],"nextToken":"x"}`, []string{`{"a":1}`, `{"a":2}`}, ""},
		{"lines", "{\"a\":1}\n{\"a\":2}\n", []string{`{"a":1}`, `{"a":2}`}, "}\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for cut := 1; cut < len(tc.text); cut++ {
				part := tc.text[:cut]
				var got []string
				told, at := false, int64(0)
				for _, c := range cutAll(jsonFraming, []byte(part)) {
					at = checkSpans(t, tc.name, &c, at)
					for _, s := range c.Spans {
						told = told || s.Reason != ""
						if s.Kind == SpanRecord {
							got = append(got, c.Text[s.Start:s.End])
						}
					}
				}
				whole, rest := 0, part
				for _, r := range tc.records {
					i := strings.Index(rest, r)
					if i < 0 {
						break
					}
					whole, rest = whole+1, rest[i+len(r):]
				}
				if strings.Join(got, "|") != strings.Join(tc.records[:whole], "|") || at != int64(cut) {
					t.Errorf("%q: %q", part, got)
				}
				if !told && !(tc.also != "" && strings.ContainsAny(part[cut-1:], tc.also)) {
					t.Errorf("%q: nothing tells that it ends too early", part)
				}
			}
		})
	}
}

// endless is a line that goes on for n bytes.
type endless struct {
	head string
	fill byte
	n    int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	k := copy(p, e.head)
	e.head = e.head[k:]
	if k == 0 {
		k = int(min(int64(len(p)), e.n))
		copy(p[:k], bytes.Repeat([]byte{e.fill}, k))
	}
	e.n -= int64(k)
	return k, nil
}

// TestEndlessLine cuts lines that have no end: each becomes a reject, of which
// the beginning is kept, and memory doesn't grow with it.
func TestEndlessLine(t *testing.T) {
	length := int64(1 << 30)
	if testing.Short() {
		length = 64 << 20
	}
	const record = 1 << 20
	for _, tc := range []struct {
		name, head string
		f          *Framing
		code       string
	}{
		{"a line", "2024-03-01T00:00:00Z ", linesFraming, "line_too_long"},
		{"a text in JSON", `{"a":"`, jsonFraming, "json_too_long"},
		{"an array in JSON", `[{"a":1},{"a":["`, jsonFraming, "json_too_long"},
		{"a text at the top of JSON", `{"a":1} "`, jsonFraming, "json_garbage"},
		{"a row of CSV", "a,b\n1,", csvFraming, "line_too_long"},
		{"a quoted field of CSV", "a,b\n1,\"", csvFraming, "line_too_long"},
		{"Zeek", zeekHead + "#fields\ta\n#types\tstring\n", zeekFraming, "line_too_long"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := heapNow()
			peak, rejected, chunks := before, int64(0), 0
			for c, err := range tc.f.Cut(&endless{head: tc.head, fill: 'x', n: length}, Hints{MaxRecord: record}) {
				if err != nil {
					t.Fatal(err)
				}
				peak, chunks = max(peak, heapNow()), chunks+1
				for _, s := range c.Spans {
					if s.Kind == SpanReject {
						rejected += int64(s.Len)
						if s.Reason != tc.code || s.End-s.Start > record {
							t.Errorf("reject %s of %d bytes, %d kept", s.Reason, s.Len, s.End-s.Start)
						}
					}
				}
			}
			if rejected < length-1000 || chunks > 8 {
				t.Errorf("%d of %d bytes rejected, in %d chunks", rejected, length, chunks)
			}
			if grown := peak - before; grown > 32<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

func heapNow() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
