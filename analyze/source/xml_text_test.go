package source

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestXMLCharacters: what programs wrote comes back, whether XML allows it or not.
func TestXMLCharacters(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"plain", "a", "a"},
		{"entities", "&lt;b&gt; &amp; &#65;&#x42;", "<b> & AB"},
		{"escape sequence", "\x1b[31mred", "\x1b[31mred"},
		{"NUL by reference", "a&#x0;b&#31;", "a\x00b\x1f"},
		{"an & that begins nothing", "a & b &bad; &#xD800; &#;", "a & b &bad; &#xD800; &#;"},
		{"a reference within one", "&amp;#x1b;", "&#x1b;"},
		{"a stand-in itself", "\U0010fe1b", "\U0010fe1b"},
		{"a stand-in beside what it stands for", "\U0010fe1b\x1b", "\ufffd\x1b"},
		{"no character", "\uffff", "\ufffd"},
		{"no UTF-8", "\xff", `\xff`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root, err := elements("<Event><Data Name=\"a" + "\">" + tc.text + "</Data></Event>")
			if err != nil {
				t.Fatal(err)
			}
			if got := root.Children[0].Values[0]; got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzXMLText(f *testing.F) {
	f.Add("\x1b[31m & &#x1b; &lt;")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "<>\r") || strings.Contains(text, "]]") || !utf8.ValidString(text) {
			return
		}
		root, err := elements("<Event><Data>" + text + "</Data></Event>")
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !strings.ContainsRune(text, '&') && strings.IndexFunc(text, func(r rune) bool { return isPrivate(r) || r >= 0xfffe && r <= 0xffff }) < 0 &&
			root.Children[0].Values[0] != text {
			t.Errorf("%q became %q", text, root.Children[0].Values[0])
		}
	})
}
