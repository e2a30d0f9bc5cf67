package source

import (
	"strings"
	"testing"
)

// The second half of an array, as a collector that splits files leaves it.
func TestDetectFragment(t *testing.T) {
	const record = `{"id": "1", "createdDateTime": "2024-03-01T00:00:00Z", "appId": "a", "status": {"errorCode": 0}}`
	const pretty = "  {\n    \"id\": \"1\",\n    \"createdDateTime\": \"2024-03-01T00:00:00Z\",\n    \"appId\": \"a\",\n    \"status\": {\n      \"errorCode\": 0\n    }\n  }"
	for _, tc := range []struct{ name, text, framing string }{
		{"on one line", `eatedDateTime": "2024-03-01T00:00:00Z"}, ` + strings.Repeat(record+", ", 5) + record + "]", "json"},
		{"on many", "   \"appId\": \"a\"\n  },\n" + strings.Repeat(pretty+",\n", 5) + pretty + "\n]\n", "json"},
		{"quoted in a text", strings.Repeat("A sentence about what follows.\n\n", 12) + "[" + record + ",\n" + record + "]\n", ""},
		{"of nothing known", `b": 1}, {"a": 1}, {"a": 2}]`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := Detect([]byte(tc.text), true, Hints{})
			got := ""
			if v.Framing != nil {
				got = v.Framing.Name
			}
			if got != tc.framing || v.Unknown {
				t.Errorf("framing %q, unknown %v, %s", got, v.Unknown, v.Reason)
			}
		})
	}
}

// What is cut of lists that are no whole JSON.
func TestCutLooseLists(t *testing.T) {
	const record = `{"id": "1", "createdDateTime": "2024-03-01T00:00:00Z", "status": {"errorCode": 0}}`
	missing := strings.Replace(record, `"createdDateTime"`, `"createdDateTime`, 1) // turns the rest inside out
	for _, tc := range []struct {
		name, text       string
		records, rejects int
	}{
		{"a missing quote", "[" + missing + strings.Repeat(", "+record, 5) + "]", 5, 1},
		{"commas between records of a line", record + "," + record + ", " + record, 3, 0},
		{"commas between records of lines", record + "," + record + "\n" + record + ", " + record + "\n", 4, 0},
		{"a list in a record that begins like it", `{"id": "1", "list": [{"id": "2"}, {"id": "3"}]}` + "\n", 1, 0},
		{"an array without its beginning", record + "," + record + "]}", 2, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			records, rejects := 0, 0
			for c, err := range cutJSON(strings.NewReader(tc.text), Hints{}) {
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range c.Spans {
					switch s.Kind {
					case SpanRecord:
						records++
					case SpanReject:
						rejects++
					}
				}
			}
			if records != tc.records || rejects != tc.rejects {
				t.Errorf("%d records, %d rejects; want %d, %d", records, rejects, tc.records, tc.rejects)
			}
		})
	}
}
