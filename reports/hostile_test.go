package reports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"hotwash/analyze/detect"
	"hotwash/analyze/timeline"
	"hotwash/reports"
	"hotwash/reports/review"
)

// ours are strings that broke one report or another.
var ours = []string{
	`</script><script>window.pwned=1;alert(1)</script>`, `</title><img src=x onerror=alert(1)>`, `"><svg/onload=alert(1)>`, `' autofocus onfocus='alert(1)`,
	`__f__alert(1)__f__`, `user__f__bare`, `<!--`, `]]>`, `</style><style>*{display:none}</style>`, `{{.}}`, `{a|b}`, `{b}: {c}`, `var(--ink)`,
	`=cmd|'/C calc'!A0`, `+1+1`, `-2+3`, `@SUM(1)`, "\tx", "\rx", "\x1b]0;title\x07\x1b[31mred", "\u202egpj.exe", "a\u2066b\u2069", "a\u200bb", "\ufeffbom",
	"a\r\nb\rc\nd", "a\x00b", "\u0085next\u009b31m", "\u2028\u2029", `javascript:alert(1)`, `https://example.com/x.js`, ` lead and trail `, `&lt;b&gt;`, `&#x3c;`, `\u003cscript`,
	`__proto__`, `constructor`, `::error file=a::b`, strings.Repeat("W", 3000), "\U0001F469\u200d\U0001F4BB",
}

// naughty are ours and the public list, if the data is there.
func naughty(t *testing.T) []string {
	t.Helper()
	data := os.Getenv("HOTWASH_DATA")
	if data == "" {
		data = "../../shared/data"
	}
	list, err := os.ReadFile(filepath.Join(data, "hostile/minimaxir+big-list-of-naughty-strings/blns.json"))
	if err != nil {
		t.Logf("only our own hostile strings: %v", err)
		return ours
	}
	var more []string
	decodeJSON(t, list, &more)
	more = slices.DeleteFunc(more, func(s string) bool { return s == "" })
	return append(slices.Clone(ours), more...)
}

// hostile is a review whose every text from evidence, rules and users is one of
// the naughty strings; each of them stands in each field of a row.
func hostile(t *testing.T) *review.Review {
	t.Helper()
	list, r := naughty(t), sample()
	one := r.Timeline.Rows[9]
	r.Timeline = review.Table[timeline.Row]{Total: len(list)}
	next := 0
	fill := func(v any) {
		eachString(reflect.ValueOf(v).Elem(), func(s reflect.Value) {
			s.SetString(list[next%len(list)])
			next++
		})
	}
	for i := range list {
		row := one
		next = i
		fill(&row)
		r.Timeline.Rows = append(r.Timeline.Rows, row)
	}
	for i := range 40 {
		f := r.Findings[i%2]
		f.Around.Rows = slices.Clone(f.Around.Rows)
		f.Finding = clone(f.Finding)
		fill(&f.Finding)
		f.Level = []string{"high", list[i%len(list)]}[i%2]
		f.Entities = map[string][]string{"user": {list[i%len(list)]}, list[(i+1)%len(list)]: {list[(i+2)%len(list)]}}
		r.Findings = append(r.Findings, f)
	}
	for _, v := range []any{&r.Case, &r.Rejects, &r.Undated, &r.Warnings, &r.Completeness, &r.Method, &r.Rules, &r.Histogram.Series, &r.Coverage.Sources} {
		fill(v)
	}
	for i := range r.Evidence {
		e := &r.Evidence[i]
		for _, s := range []*string{&e.Argument, &e.Path, &e.Member, &e.Kind, &e.Reason, &e.SHA256, &e.Outer} {
			fill(s)
		}
		fill(&e.Account)
	}
	for range 12 {
		v := review.Verdict{Status: review.Failed}
		fill(&v)
		r.Verdicts = append(r.Verdicts, v)
	}
	return r
}

// clone is a finding that shares no slice with the one it came from.
func clone(f detect.Finding) detect.Finding {
	f.Why, f.NextSteps, f.FalsePositives = slices.Clone(f.Why), slices.Clone(f.NextSteps), slices.Clone(f.FalsePositives)
	f.Techniques, f.EventIDs = slices.Clone(f.Techniques), slices.Clone(f.EventIDs)
	f.Sources, f.References = slices.Clone(f.Sources), slices.Clone(f.References)
	for i := range f.Why {
		f.Why[i].Modifiers = slices.Clone(f.Why[i].Modifiers)
	}
	f.Entities = nil
	return f
}

// eachString calls do for every string that v holds, but those of named types:
// their values are the project's own.
func eachString(v reflect.Value, do func(reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() {
			do(v)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachString(v.Field(i), do)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), do)
		}
	}
}

// checkUnaltered looks for every naughty string among the texts of a page. Only
// a NUL can't stand in HTML; it is written out. Long ones are cut, and say so.
func checkUnaltered(t *testing.T, texts []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range texts {
		seen[s] = true
	}
	for _, s := range naughty(t) {
		if !seen[strings.ReplaceAll(s, "\x00", `\x00`)] {
			t.Errorf("altered or lost: %.80q", s)
		}
	}
}

func TestPageHoldsNoMarkupFromEvidence(t *testing.T) {
	var b bytes.Buffer
	page, _ := reports.Named("html")
	if err := page.Write(&b, hostile(t)); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	var texts []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		checkAttributes(t, n)
		if n.Data == "script" && attribute(n, "type") == "application/json" {
			count["data"]++
		}
		if attribute(n, "class") == "x" || strings.HasSuffix(attribute(n, "class"), " x") {
			texts = append(texts, textOf(n))
		}
	}
	if count["script"] != 5 || count["data"] != 3 {
		t.Errorf("%d scripts of which %d are data, want 5 and 3", count["script"], count["data"])
	}
	for _, tag := range []string{"img", "iframe", "object", "embed", "link", "base", "form", "input", "svg", "video", "audio"} {
		if count[tag] > 0 {
			t.Errorf("%d elements %s", count[tag], tag)
		}
	}
	checkUnaltered(t, texts)
}

// checkAttributes refuses handlers, and links that lead out of the page.
func checkAttributes(t *testing.T, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "on") {
			t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
		}
		if (a.Key == "href" || a.Key == "src" || a.Key == "action") && !strings.HasPrefix(a.Val, "#") {
			t.Errorf("<%s %s=%q> leads out of the page", n.Data, a.Key, a.Val)
		}
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestTextHoldsNothingATerminalObeys(t *testing.T) {
	var b bytes.Buffer
	text, _ := reports.Named("text")
	if err := text.Write(&b, hostile(t)); err != nil {
		t.Fatal(err)
	}
	for _, r := range b.String() {
		if r != '\n' && (unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
			t.Fatalf("%U in the summary", r)
		}
	}
}

func TestCSVHoldsNoFormula(t *testing.T) {
	var b bytes.Buffer
	format, _ := reports.Named("csv")
	r := hostile(t)
	if err := format.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(r.Timeline.Rows)+1 {
		t.Errorf("%d records, want %d", len(records), len(r.Timeline.Rows)+1)
	}
	for i, record := range records {
		for _, cell := range record {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("record %d: %.40q", i, cell)
			}
		}
	}
}

func TestJSONLinesAlterNothing(t *testing.T) {
	var b bytes.Buffer
	format, _ := reports.Named("jsonl")
	r := hostile(t)
	if err := format.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != len(r.Timeline.Rows) {
		t.Fatalf("%d lines, want %d", len(lines), len(r.Timeline.Rows))
	}
	for i, l := range lines {
		var got struct{ Message, Actor, Operation string }
		decodeJSON(t, []byte(l), &got)
		want := r.Timeline.Rows[i]
		if got.Message != want.Message || got.Actor != want.Actor || got.Operation != want.Operation {
			t.Errorf("line %d: %q", i+1, got)
		}
	}
}

func TestJUnitIsXML(t *testing.T) {
	analysis := hostile(t)
	analysis.Verdicts = nil
	for _, r := range []*review.Review{hostile(t), analysis} {
		var b bytes.Buffer
		format, _ := reports.Named("junit")
		if err := format.Write(&b, r); err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(b.Bytes()) || bytes.ContainsFunc(b.Bytes(), func(r rune) bool { return r < 0x20 && r != '\n' || r == 0xfffe || r == 0xffff }) {
			t.Error("characters that XML can't hold")
		}
		var all struct {
			Tests  int `xml:"tests,attr"`
			Suites []struct {
				Cases []struct {
					Name string `xml:"name,attr"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(b.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, s := range all.Suites {
			n += len(s.Cases)
		}
		if n != all.Tests || n == 0 {
			t.Errorf("%d cases, tests=%d", n, all.Tests)
		}
	}
}

// The same review gives the same bytes, in every format.
func TestFormatsAreDeterministic(t *testing.T) {
	for _, f := range reports.Formats {
		t.Run(f.Name, func(t *testing.T) {
			var first bytes.Buffer
			for i := range 5 {
				var b bytes.Buffer
				if err := f.Write(&b, sample()); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					first = b
				} else if !bytes.Equal(first.Bytes(), b.Bytes()) {
					t.Fatal("bytes differ")
				}
			}
		})
	}
}
