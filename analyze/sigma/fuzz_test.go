package sigma

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("title: x\nlogsource: {product: p}\ndetection:\n  a:\n  - f|re|i: 'x'\n  - word\n  condition: 1 of a* and not (b or c)\n"))
	f.Add([]byte("a: &a [*a]\n---\n<<: *b\n"))
	f.Add([]byte("? [x]\n: !!str 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := Parse("r.yml", data)
		if (err == nil) == (len(rules) == 0) {
			t.Fatalf("%d rules and error %v", len(rules), err)
		}
		for _, r := range rules {
			if r.Usable() != (r.condition != nil || r.Correlation != nil) || r.Usable() != (r.Reason == "") {
				t.Errorf("state %q, reason %q", r.State, r.Reason)
			}
			r.Match(letterEvent("AB"))
			r.Explain(letterEvent("AB"))
			if v := r.Judge(letterEvent("AB")); v != nil && v.Holds != r.Match(letterEvent("AB")) {
				t.Error("the verdict is not the matcher's")
			}
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, s := range []string{"a and not b", "1 of sel* or (c)", "all of them", "not not", "a | count()", "((", "1 of *"} {
		f.Add(s, "AB")
	}
	f.Fuzz(func(t *testing.T, condition, letters string) {
		if !utf8.ValidString(condition) || len(letters) > 20 {
			return
		}
		r := one(t, Parser{}, lettered+"condition: a")
		x, err := (&conditionParser{selections: r.selections, words: words(condition)}).parse()
		if err != nil {
			return
		}
		y, err := (&conditionParser{selections: r.selections, words: words("not (" + condition + ")")}).parse()
		if err != nil {
			return // one level deeper than allowed
		}
		if e := letterEvent(letters); x.match(e) == y.match(e) {
			t.Errorf("%q and its negation agree on %q", condition, letters)
		}
	})
}

// FuzzMatch asks every kind of line about any event: nothing panics, neq and
// not negate, and the merged tests of a line equal its patterns one by one.
func FuzzMatch(f *testing.F) {
	f.Add(uint8(0), "a*b?c", "x", "aXXbYc", "n")
	f.Add(uint8(7), " -foo", "bar", "x /foo bar", "é")
	f.Add(uint8(12), `\\*`, `\`, `a\b`, "")
	names := []string{"", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|re", "|windash|contains", "|base64offset|contains",
		"|wide|base64", "|fieldref", "|fieldref|contains", "|cidr", "|exists", "|gt", "|re|i", "|endswith|cased", "|expand"}
	f.Fuzz(func(t *testing.T, which uint8, a, b, value, other string) {
		key := "f" + names[int(which)%len(names)]
		line := func(key string) *leaf {
			c := compiler{}
			x, err := c.line(&entry{key: key, value: node{kind: listNode, list: []node{{kind: textNode, text: a}, {kind: textNode, text: b}, {}}}})
			if err != nil {
				x, err = c.line(&entry{key: key, value: node{kind: listNode, list: []node{{kind: textNode, text: a}, {kind: textNode, text: b}}}})
			}
			if err != nil {
				return nil
			}
			return x.(*leaf)
		}
		l, neq := line(key), line(key+"|neq")
		if l == nil {
			return
		}
		for _, e := range []mapEvent{ev("f", value, "g", other, a, other), ev("f", value, "f", other), ev(), ev("f", nil)} {
			got := l.match(e)
			if got == neq.match(e) || got == (negation{l}).match(e) {
				t.Errorf("%s %q %q: %v and its negation agree on %v", key, a, b, got, e)
			}
			if !l.all && got != (l.patterns[0].match(e["f"], e) || l.patterns[1].match(e["f"], e) || len(l.patterns) > 2 && l.patterns[2].match(e["f"], e)) {
				t.Errorf("%s %q %q: merged tests differ on %v", key, a, b, e)
			}
		}
	})
}

// FuzzGlob compares the fast shapes and the general search with a definition
// of the wildcards by recursion.
func FuzzGlob(f *testing.F) {
	f.Add("a*b?c", "aXXbYc")
	f.Add("*a*b*", "xaxbx")
	f.Add(`*?\*`, "ab*")
	f.Add("?*?", "é")
	f.Fuzz(func(t *testing.T, pattern, value string) {
		if len(pattern) > 12 || len(value) > 30 || !utf8.ValidString(pattern) || !utf8.ValidString(value) {
			return
		}
		g := parseGlob(pattern)
		want := slow(g.lower(), strings.ToLower(value))
		if got := g.join().compile(false)(&Value{Text: value}); got != want {
			t.Errorf("%q on %q: %v, want %v", pattern, value, got, want)
		}
		if got := newWild(g.join().lower()).match(strings.ToLower(value)); got != want {
			t.Errorf("general search of %q on %q: %v, want %v", pattern, value, got, want)
		}
	})
}

func slow(g Glob, s string) bool {
	if len(g) == 0 {
		return s == ""
	}
	switch p := g[0]; p.Op {
	case Literal:
		rest, ok := strings.CutPrefix(s, p.Text)
		return ok && slow(g[1:], rest)
	case AnyText:
		_, size := utf8.DecodeRuneInString(s)
		return slow(g[1:], s) || size > 0 && slow(g, s[size:])
	default:
		r, size := utf8.DecodeRuneInString(s)
		return size > 0 && p.takes(r) && slow(g[1:], s[size:])
	}
}
