package sigma

import (
	"strings"
	"testing"
)

// rule makes the text of a rule around a detection.
func rule(detection string) []byte {
	return []byte("title: T\nlogsource:\n  product: p\ndetection:\n  " + strings.ReplaceAll(strings.TrimSpace(detection), "\n", "\n  ") + "\n")
}

// one parses a single rule.
func one(t testing.TB, p Parser, detection string) *Rule {
	t.Helper()
	rules, err := p.Parse("r.yml", rule(detection))
	if err != nil || len(rules) != 1 {
		t.Fatalf("Parse: %d rules, %v", len(rules), err)
	}
	return rules[0]
}

// matchCase is a line of a selection and events that it must and must not take.
type matchCase struct {
	name string
	line string
	yes  []mapEvent
	no   []mapEvent
}

func (tc matchCase) run(t *testing.T) {
	t.Run(tc.name, func(t *testing.T) {
		r := one(t, Parser{}, "sel:\n  "+strings.ReplaceAll(tc.line, "\n", "\n  ")+"\ncondition: sel")
		if r.State != "" {
			t.Fatalf("%s: %s", r.State, r.Reason)
		}
		for _, e := range tc.yes {
			if !r.Match(e) {
				t.Errorf("%s does not match %v", tc.line, e)
			}
			if len(r.Explain(e)) == 0 {
				t.Errorf("%s: no reason for %v", tc.line, e)
			}
		}
		for _, e := range tc.no {
			if r.Match(e) {
				t.Errorf("%s matches %v", tc.line, e)
			}
			if r.Explain(e) != nil {
				t.Errorf("%s: a reason for %v", tc.line, e)
			}
		}
	})
}

// f is an event with the one field f.
func f(values ...any) mapEvent {
	var pairs []any
	for _, v := range values {
		pairs = append(pairs, "f", v)
	}
	return ev(pairs...)
}

func each(values ...string) []mapEvent {
	var out []mapEvent
	for _, v := range values {
		out = append(out, f(v))
	}
	return out
}

func TestValues(t *testing.T) {
	for _, tc := range []matchCase{
		{"whole value, any case", `f: Abc`, each("abc", "ABC"), append(each("abcd", " abc", ""), ev("g", "abc"), f(nil))},
		{"non-ASCII case", `f: 'ÄÖ'`, each("äö", "ÄÖ"), each("ao")},
		{"star takes nothing, lines and all", `f: 'a*z'`, each("az", "a\nz", "axz", "azz"), each("a", "z", "xaz", "azx")},
		{"question mark takes one character", `f: 'a?z'`, each("abz", "aäz", "a\nz", "a😀z"), each("az", "abbz", "xabzx")},
		{"question mark is not unanchored", `f: 'Sec?rity'`, each("Security"), each("XSecurityX", "Security1")},
		{"inner star is not unanchored", `f: 'net*user'`, each("net1 user", "netuser"), each("xnet user", "net users")},
		{"only a star needs a value", `f: '*'`, each("", "x"), []mapEvent{ev("g", "x"), f(nil)}},
		{"only a question mark", `f: '?'`, each("x", "é"), each("", "xx")},
		{"escaped wildcards", `f: 'a\*b\?c'`, each("a*b?c"), each("axbyc")},
		{"backslash before others stays", `f: 'C:\Windows\x'`, each(`c:\windows\x`), each(`c:windowsx`)},
		{"double backslash is one", `f: 'a\\b'`, each(`a\b`), each(`a\\b`)},
		{"four are two", `f: 'a\\\\b'`, each(`a\\b`), each(`a\b`)},
		{"backslash then wildcard", `f: 'a\\*'`, each(`a\`, `a\b`), each(`a*`, `ab`)},
		{"backslash then literal star", `f: 'a\\\*'`, each(`a\*`), each(`a\b`, `a*`)},
		{"final backslash stays", `f: 'finalescape\'`, each(`finalescape\`), each(`finalescape`)},
		{"star at both ends of an escape", `f: '*\\x\\*'`, each(`a\x\b`, `\x\`), each(`x`)},
		{"number", `f: 4624`, each("4624"), each("04624", "46240", "4624.0")},
		{"number as text", `f: '4624'`, each("4624"), each("4625")},
		{"whole float is its integer", `f: 1.0`, each("1"), each("1.0")},
		{"boolean", `f: true`, each("true", "True"), each("1", "false", "")},
		{"boolean is no number", `f: 1`, each("1"), each("true")},
		{"null is missing or null", `f: null`, []mapEvent{ev("g", "x"), f(nil)}, each("", "null")},
		{"no value is null", `f:`, []mapEvent{ev("g", "x")}, each("")},
		{"empty list is null", `f: []`, []mapEvent{ev("g", "x")}, each("", "x")},
		{"empty text is a present value", `f: ''`, each(""), []mapEvent{ev("g", "x"), f(nil), f("x")}},
		{"list is or", "f:\n- a\n- 2\n- c*", each("a", "2", "cd"), each("b", "d")},
		{"long list", "f: [a, b, c, d, e, f, g, h, i, 'j*', null]", append(each("a", "I", "jj"), ev()), each("k", "")},
		{"any member of a repeated field", `f: b`, []mapEvent{f("a", "B")}, []mapEvent{f("a", "c")}},
		{"null member", `f: null`, []mapEvent{f("a", nil)}, []mapEvent{f("a", "b")}},
		{"field name by case and spaces", `new value: x`, []mapEvent{ev("NewValue", "x"), ev("New Value", "x")}, []mapEvent{ev("new_value", "x")}},
		{"map is and", "f: a\ng: b", []mapEvent{ev("f", "a", "g", "b")}, []mapEvent{ev("f", "a"), ev("g", "b"), ev("f", "a", "g", "c")}},
	} {
		tc.run(t)
	}
}

func TestModifiers(t *testing.T) {
	for _, tc := range []matchCase{
		{"contains", `f|contains: bc`, each("abcd", "BC"), each("acb", "")},
		{"contains of nothing takes any value", `f|contains: ''`, each("", "x"), []mapEvent{ev()}},
		{"contains a trailing backslash", `f|contains: '\x\\'`, each(`a\x\b`), each(`a\x`)},
		{"contains does not double stars", `f|contains: '*bc*'`, each("abcd"), each("b")},
		{"contains with a wildcard inside", `f|contains: 'a*c?e'`, each("xxabcdexx", "aac9e"), each("xxabcexx")},
		{"startswith", `f|startswith: ab`, each("ABc"), each("cab")},
		{"endswith", `f|endswith: '\cmd.exe'`, each(`c:\CMD.exe`), each(`c:\cmd.exe.bak`, "cmd.exe")},
		{"all needs every pattern", "f|contains|all:\n- a\n- b", append(each("xbxa"), f("a", "b")), append(each("a", "b"), ev())},
		{"all of one", `f|all: a`, each("a"), each("b")},
		{"cased", `f|cased: Ab`, each("Ab"), each("ab", "AB")},
		{"contains and cased", `f|contains|cased: Ab`, each("xAbx"), each("xabx")},
		{"cased before contains", `f|cased|contains: Ab`, each("xAbx"), each("xabx")},
		{"cased long list", "f|cased: [A, B, C, D, E, F, G, H, I]", each("A"), each("a")},
		{"neq", `f|neq: a`, append(each("b", ""), ev(), f(nil)), append(each("a", "A"), f("b", "a"))},
		{"neq of a list is none of them", "f|neq:\n- a\n- b", each("c"), each("a", "b")},
		{"contains and neq", `f|contains|neq: a`, each("b"), each("xax")},
		{"neq of null", `f|neq: null`, each("", "a"), []mapEvent{ev(), f(nil)}},
		{"re is case sensitive and finds anywhere", `f|re: 'b+c'`, each("abbcd"), each("ABBC", "ac")},
		{"re keeps its backslashes", `f|re: '^\\\\a\.b\*$'`, each(`\\a.b*`), each(`\a.b*`)},
		{"re i", `f|re|i: 'b+C'`, each("aBBcd"), each("ac")},
		{"re s", `f|re|s: 'a.c'`, each("a\nc"), each("ac")},
		{"re without s", `f|re: 'a.c'`, each("abc"), each("a\nc")},
		{"re m", `f|re|m: '^b$'`, each("a\nb\nc"), each("ab")},
		{"re m and i", `f|re|m|i: '^B$'`, each("a\nb\nc"), each("ab")},
		{"re and contains", `f|re|contains: '^a.*z'`, each("abz1"), each("1abz")},
		{"re and neq", `f|re|neq: '^a'`, append(each("b"), ev()), each("ab")},
		{"re and all", "f|re|all:\n- '^a'\n- 'z$'", each("abz"), each("ab", "bz")},
		{"cidr v4", `f|cidr: 192.168.0.0/16`, each("192.168.7.8", "::ffff:192.168.0.1"), append(each("192.169.0.1", "x", "", "192.168.0.0/16", "::1"), ev(), f(nil))},
		{"cidr of everything", `f|cidr: 0.0.0.0/0`, each("1.2.3.4"), each("::1", "1.2.3")},
		{"cidr 31", `f|cidr: 10.0.0.2/31`, each("10.0.0.2", "10.0.0.3"), each("10.0.0.4", "10.0.0.1")},
		{"cidr v6", `f|cidr: '2001:db8::/33'`, each("2001:DB8:7fff::1"), each("2001:db8:8000::", "32.1.13.184")},
		{"cidr v6 zone", `f|cidr: 'fe80::/10'`, each("fe80::1%eth0"), each("fec0::1")},
		{"cidr list", "f|cidr:\n- 10.0.0.0/8\n- '::1/128'", each("10.1.1.1", "::1"), each("11.1.1.1")},
		{"base64", `f|base64: 'foo'`, each("Zm9v"), each("Zm9vYmFy")},
		{"base64 and contains", `f|base64|contains: 'foo'`, each("xxZm9vxx"), each("Zm9w")},
		{"base64offset", `f|base64offset|contains: foobar`, each("xZm9vYmFyx", "xZvb2Jhcx", "xmb29iYXx"), each("Zm9vYmF", "vb2Jh")},
		{"base64offset under all", "f|base64offset|contains|all:\n- foobar", each("xZvb2Jhcx"), each("x")},
		{"base64offset of bytes, not characters", `f|base64offset|contains: 'é'`, each("w6k="), each("x")},
		{"wide base64offset", `f|wide|base64offset|contains: 'ping'`, each("cABpAG4AZw"), each("cGluZw")},
		{"utf16 has a mark", `f|utf16|base64: 'a'`, each("//5hAA=="), each("YQA=")},
		{"utf16be", `f|utf16be|base64: 'a'`, each("AGE="), each("YQA=")},
		{"utf16le", `f|utf16le|base64: 'a'`, each("YQA="), each("AGE=")},
		{"wide keeps wildcards", `f|wide: 'a*'`, each("a\x00b\x00"), each("ab")},
		{"windash", `f|windash|contains: ' -foo'`, each("x -foo", "x /foo", "x –FOO", "x —foo", "x ―foo"), each("x foo", "x +foo")},
		{"windash leaves inner dashes", `f|windash: '-foo-bar'`, each("/foo-bar"), each("/foo/bar")},
		{"windash twice", `f|windash: '-a -b'`, each("/a /b", "-a –b"), each("/a b")},
		{"contains then windash", `f|contains|windash: ' /s '`, each("cmd -s x"), each("cmd s x")},
		{"windash and all", "f|windash|contains|all:\n- ' -a'\n- ' -b'", each("x /a /b"), each("x /a")},
		{"windash keeps a single dash", `f|windash: ' - '`, each(" - "), each(" / ")},
		{"exists", `f|exists: true`, []mapEvent{f(""), f("x"), f(nil)}, []mapEvent{ev()}},
		{"does not exist", `f|exists: false`, []mapEvent{ev()}, []mapEvent{f(""), f(nil)}},
		{"fieldref", `f|fieldref: g`, []mapEvent{ev("f", "A", "g", "a")}, []mapEvent{ev("f", "a", "g", "b"), ev("f", "a"), ev(), ev("f", nil, "g", nil)}},
		{"fieldref by a spaced name", `f|fieldref: G H`, []mapEvent{ev("f", "a", "gh", "a")}, []mapEvent{ev("f", "a")}},
		{"fieldref and contains", `f|fieldref|contains: g`, []mapEvent{ev("f", "xay", "g", "A")}, []mapEvent{ev("f", "a", "g", "xay")}},
		{"fieldref and startswith", `f|fieldref|startswith: g`, []mapEvent{ev("f", "ab", "g", "a")}, []mapEvent{ev("f", "ba", "g", "a")}},
		{"fieldref and endswith", `f|fieldref|endswith: g`, []mapEvent{ev("f", "ab", "g", "b")}, []mapEvent{ev("f", "ba", "g", "b")}},
		{"fieldref and neq", `f|fieldref|neq: g`, []mapEvent{ev("f", "a", "g", "b"), ev("f", "a"), ev()}, []mapEvent{ev("f", "a", "g", "a")}},
		{"fieldref and cased", `f|fieldref|cased: g`, []mapEvent{ev("f", "a", "g", "a")}, []mapEvent{ev("f", "A", "g", "a")}},
		{"gt", `f|gt: 5`, each("6", "5.5", "1e3", "+7"), append(each("5", "-6", "x", "", "0x10", "inf", "nan"), ev())},
		{"gte", `f|gte: 5`, each("5", "6"), each("4.9")},
		{"lt", `f|lt: -1.5`, each("-2"), each("-1.5", "0")},
		{"lte", `f|lte: 5`, each("5", "-1"), each("5.1")},
		{"minute", `f|minute: 7`, each("2026-01-02T03:07:59Z", "2026-01-02 03:07:00", "2026-01-02T03:07:00.1234567Z"), append(each("2026-01-02T03:08:00Z", "7", "", "03:07"), ev(), f(nil))},
		{"hour is in UTC", `f|hour: 23`, each("2026-01-02T01:00:00+02:00", "2026-01-01T23:00:00"), each("2026-01-02T01:00:00Z", "2026-01-02T23:00:00+02:00")},
		{"hour of a number", `f|hour: 3`, each("1767322800", "1767322800000", "1767322800000000", "1767322800.5"), each("3", "1767326400")},
		{"day is that of the month", `f|day: 2`, each("2026-01-02T03:07:59Z", "2026-01-02"), each("2026-02-03T00:00:00Z")},
		{"week is that of ISO 8601", `f|week: 53`, each("2027-01-01T00:00:00Z"), each("2026-01-01T00:00:00Z")},
		{"month", `f|month: 12`, each("2026-12-31T23:59:59Z"), each("2027-01-01T00:00:00Z")},
		{"year", `f|year: 2026`, each("2026-12-31T23:59:59Z"), each("2027-01-01T00:00:00Z", "2026")},
		{"one of some hours", "f|hour:\n- 22\n- 23", each("2026-01-02T22:00:00Z", "2026-01-02T23:00:00Z"), each("2026-01-02T21:00:00Z")},
		{"hour and neq", `f|hour|neq: 3`, append(each("2026-01-02T04:00:00Z", "x"), ev()), each("2026-01-02T03:00:00Z")},
		{"gt and neq", `f|gt|neq: 5`, append(each("5", "x"), ev()), each("6")},
	} {
		tc.run(t)
	}
}

func TestKeywords(t *testing.T) {
	for _, tc := range []struct {
		name, detection string
		yes, no         []mapEvent
	}{
		{"any of the words in any field", "k:\n- foo\n- 42\ncondition: k", []mapEvent{ev("a", "x FOO y"), ev("b", "1423")}, []mapEvent{ev("a", "fo"), ev(), ev("foo", "x"), ev("a", nil)}},
		{"all of them, wherever", "k:\n  '|all':\n  - foo\n  - bar\ncondition: k", []mapEvent{ev("a", "foo", "b", "bar"), ev("a", "barfoo")}, []mapEvent{ev("a", "foo")}},
		{"one word", "k: foo\ncondition: k", []mapEvent{ev("a", "xfoox")}, []mapEvent{ev("a", "x")}},
		{"wildcards", "k:\n- 'a*b?c'\ncondition: k", []mapEvent{ev("a", "--aXXbYc--")}, []mapEvent{ev("a", "abc")}},
		{"regular expression", "k:\n  '|re': 'a.c'\ncondition: k", []mapEvent{ev("a", "xabcx")}, []mapEvent{ev("a", "ABC")}},
		{"cased", "k:\n  '|cased': Foo\ncondition: k", []mapEvent{ev("a", "xFoox")}, []mapEvent{ev("a", "xfoox")}},
		{"words and maps in one list", "k:\n- foo\n- f: bar\ncondition: k", []mapEvent{ev("a", "foo"), f("bar")}, []mapEvent{ev("g", "bar")}},
		{"list of maps is or", "k:\n- f: a\n  g: b\n- f: c\ncondition: k", []mapEvent{ev("f", "a", "g", "b"), f("c")}, []mapEvent{f("a")}},
		{"nested lists", "k:\n- - f: a\n  - f: b\n- f: c\ncondition: k", each("a", "b", "c"), each("d")},
		{"not a word", "k: foo\ncondition: not k", []mapEvent{ev(), ev("a", "x")}, []mapEvent{ev("a", "foo")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := one(t, Parser{}, tc.detection)
			if r.State != "" {
				t.Fatalf("%s: %s", r.State, r.Reason)
			}
			for _, e := range tc.yes {
				if !r.Match(e) {
					t.Errorf("does not match %v", e)
				}
			}
			for _, e := range tc.no {
				if r.Match(e) {
					t.Errorf("matches %v", e)
				}
			}
		})
	}
}

func TestExpand(t *testing.T) {
	p := Parser{Placeholders: map[string][]string{"admins": {"root", "adm*"}, "x-y": {"1"}, "none": {}, "re": {"a.b"}}}
	for _, tc := range []struct {
		name, line string
		missing    string
		yes, no    []string
	}{
		{"values", `f|expand: '%admins%'`, "", []string{"root", "administrator"}, []string{"user", "%admins%"}},
		{"text around", `f|expand|contains: 'u=%admins%;'`, "", []string{"x u=root; y"}, []string{"root"}},
		{"contains first", `f|contains|expand: '%admins%'`, "", []string{"a root b"}, []string{"user"}},
		{"two of them", `f|expand: '%admins%-%x-y%'`, "", []string{"root-1", "admin-1"}, []string{"root"}},
		{"escaped percent", `f|expand: '\%admins\%'`, "", []string{"%admins%"}, []string{"root"}},
		{"no placeholder", `f|expand: '100%'`, "", []string{"100%"}, []string{"100"}},
		{"in a regular expression it is literal", `f|re|expand: '^%re%$'`, "", []string{"a.b"}, []string{"axb"}},
		{"missing", `f|expand: '%users%'`, "no values for %users%", nil, nil},
		{"empty", `f|expand: '%none%'`, "no values for %none%", nil, nil},
		{"without the modifier it is text", `f: '%users%'`, "", []string{"%USERS%"}, []string{"root"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := one(t, p, "sel:\n  "+tc.line+"\ncondition: sel")
			if !strings.HasSuffix(r.Reason, tc.missing) || (tc.missing != "") != (r.State == PlaceholderMissing) {
				t.Fatalf("state %q: %s", r.State, r.Reason)
			}
			for _, v := range tc.yes {
				if !r.Match(f(v)) {
					t.Errorf("does not match %q", v)
				}
			}
			for _, v := range append(tc.no, "") {
				if r.Match(f(v)) {
					t.Errorf("matches %q", v)
				}
			}
		})
	}
}
