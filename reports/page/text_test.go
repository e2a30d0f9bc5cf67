package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"hotwash/reports/review"
)

// parsed is what a reader gets of a text, and the elements it is wrapped in.
func parsed(t *testing.T, s string) (text string, elements []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(`<!DOCTYPE html><body>` + s + `</body>`))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			text += n.Data
		case html.ElementNode:
			elements = append(elements, n.Data)
		}
	}
	return text, elements[3:]
}

func FuzzText(f *testing.F) {
	for _, s := range []string{`</script><b onclick=x>`, "a\r\nb\x00", "\u202eexe.gpj", "&amp;&#x41;", "ü"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		if strings.TrimSpace(s) != s || s == "" || len(s) > maxText {
			t.Skip("a bare body loses white space at its ends")
		}
		got, elements := parsed(t, string(text(s)))
		if want := strings.ReplaceAll(s, "\x00", `\x00`); got != want {
			t.Errorf("%q became %q", s, got)
		}
		for _, e := range elements {
			if e != "bdi" && e != "span" && e != "wbr" {
				t.Errorf("%q made an element %s", s, e)
			}
		}
	})
}

func TestTextMarksWhatCannotBeSeen(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     bool
	}{
		{"plain", "d.okafor@contoso.example", false},
		{"letters", "田中", false},
		{"lines", "a\r\n\tb", false},
		{"override", "\u202egpj.exe", true},
		{"escape", "\x1b[31m", true},
		{"no width", "a\u200bb", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := strings.Contains(string(text(tc.in)), `class="hid"`); got != tc.want {
				t.Errorf("marked %v, want %v", got, tc.want)
			}
		})
	}
}

func TestTextSaysWhatItLeavesOut(t *testing.T) {
	got := string(text(strings.Repeat("ü", maxText)))
	if !strings.Contains(got, "4,096 more bytes") || len(got) > maxText+200 {
		t.Errorf("%d bytes, ending in %s", len(got), got[len(got)-80:])
	}
}

func TestBetween(t *testing.T) {
	const s = 1_000_000
	for _, tc := range []struct {
		us   int64
		want string
	}{{250_000, "250ms"}, {1 * s, "1 second"}, {59 * s, "59 seconds"}, {61 * s, "1 minute"}, {3600 * s, "1 h 0 min"}, {13 * 24 * 3600 * s, "13 days"}} {
		if got := between(0, tc.us); got != tc.want {
			t.Errorf("%d µs: %s, want %s", tc.us, got, tc.want)
		}
	}
}

func TestWhy(t *testing.T) {
	long := strings.Repeat("x", 300) + "object_name:ServiceSettings" + strings.Repeat("y", 300)
	f := review.Finding{}
	f.Why = []review.Why{
		{Selection: "s", Field: "Operation", Pattern: "new-inboxrule", Value: "New-InboxRule"},
		{Selection: "s", Field: "Path", Modifiers: []string{"startswith"}, Pattern: "C:\\", Value: "C:\\x.exe"},
		{Selection: "w", Field: "Xml", Modifiers: []string{"all"}, Pattern: "object_name:ServiceSettings", Value: long},
		{Selection: "w", Field: "Xml", Modifiers: []string{"all"}, Pattern: "xxx", Value: long},
		{Selection: "group-by", Field: "User", Pattern: "Kim", Value: "Kim"},
		{Selection: "correlation", Field: "event_count", Pattern: "gte 5 within 5m", Value: "7"},
		{Selection: "correlation", Field: "temporal", Pattern: "(a and not b) within 5m"},
	}
	shown, more := reasonsOf(f)
	var got []string
	for _, b := range shown {
		s, _ := parsed(t, string(why(b)))
		got = append(got, s)
	}
	want := []string{
		"Operation is new-inboxrule (s)",
		`Path starts with C:\: the event has C:\x.exe (s)`,
		"Xml contains object_name:ServiceSettings and xxx: the event has … " + long[230:397] + " … (w)",
		"User is Kim (group-by)",
		"event_count is 7; asked for is gte 5 within 5m (correlation)",
		"temporal; asked for is (a and not b) within 5m (correlation)",
	}
	if d := cmp.Diff(want, got); d != "" || more != 0 {
		t.Error(d, more)
	}
}
