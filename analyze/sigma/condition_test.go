package sigma

import (
	"strings"
	"testing"
)

// Selections a to e each ask for one keyword of that letter in upper case.
const lettered = `a: {v: A}
b: {v: B}
c: {v: C}
d: {v: D}
sel_1: {v: E}
sel-2: {v: F}
sel: {v: G}
_hidden: {v: H}
1x: {v: I}
`

func TestCondition(t *testing.T) {
	for _, tc := range []struct {
		name, condition string
		yes, no         string // letters present, events separated by blanks
	}{
		{"one", "a", "A AB", "B"},
		{"and", "a and b", "AB", "A B"},
		{"or", "a or b", "A B AB", "C"},
		{"not", "not a", "B", "A AB"},
		{"not not", "not not a", "A", "B"},
		{"not binds most, or least", "a and not b or not c and d", "A AD AC D BD CA", "C AB CB"},
		{"parentheses", "a and not (b or not c)", "AC", "A AB ABC C"},
		{"parentheses without blanks", "(a)and(b)", "AB", "A"},
		{"1 of a name is that name", "1 of sel", "G", "E F"},
		{"1 of a pattern", "1 of sel*", "E F G", "A"},
		{"any of", "any of sel_*", "E", "F G"},
		{"all of a pattern", "all of sel*", "EFG", "EF G"},
		{"wildcard in front", "1 of *l", "G", "E"},
		{"1 of them leaves hidden ones out", "1 of them", "A I", "H"},
		{"all of them", "all of them", "ABCDEFGI", "ABCDEFG"},
		{"hidden by its name", "_hidden", "H", "A"},
		{"hidden by a pattern that begins so", "1 of _*", "H", "A"},
		{"names with dashes and digits", "sel-2 or 1x", "F I", "E"},
		{"not 1 of", "a and not 1 of sel*", "A AB", "AE AF"},
		{"over two lines", "a\n  and b", "AB", "A"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := one(t, Parser{}, lettered+"condition: "+tc.condition)
			if r.State != "" {
				t.Fatalf("%s: %s", r.State, r.Reason)
			}
			for _, want := range []struct {
				events string
				match  bool
			}{{tc.yes, true}, {tc.no, false}} {
				for _, letters := range strings.Fields(want.events) {
					if got := r.Match(letterEvent(letters)); got != want.match {
						t.Errorf("%s on %s = %v", tc.condition, letters, got)
					}
				}
			}
		})
	}
}

func letterEvent(letters string) mapEvent {
	e := mapEvent{}
	for _, c := range letters {
		e["v"] = append(e["v"], Value{Text: string(c)})
	}
	return e
}

func TestConditionList(t *testing.T) {
	r := one(t, Parser{}, lettered+"condition:\n- a and b\n- c")
	for letters, want := range map[string]bool{"AB": true, "C": true, "A": false} {
		if got := r.Match(letterEvent(letters)); got != want {
			t.Errorf("%s: %v (%s)", letters, got, r.Reason)
		}
	}
}

func TestRejected(t *testing.T) {
	deep := strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500)
	for _, tc := range []struct {
		name, detection string
		state           State
		reason          string
	}{
		{"unknown selection", "a: {f: x}\ncondition: a and b", Invalid, `line 6: condition: no selection is named "b"`},
		{"no selection like it", "a: {f: x}\ncondition: 1 of sel*", Invalid, "no selection is named like"},
		{"upper case operator", "a: {f: x}\ncondition: a AND a", Invalid, `"AND" where an operator`},
		{"upper case not", "a: {f: x}\ncondition: NOT a", Invalid, "lower case"},
		{"dangling and", "a: {f: x}\ncondition: a and", Invalid, "ends where"},
		{"dangling of", "a: {f: x}\ncondition: 1 of", Invalid, "needs a pattern"},
		{"two names", "a: {f: x}\ncondition: a a", Invalid, "an operator or the end"},
		{"open parenthesis", "a: {f: x}\ncondition: (a", Invalid, "not closed"},
		{"close parenthesis", "a: {f: x}\ncondition: a)", Invalid, "an operator or the end"},
		{"deep", "a: {f: x}\ncondition: " + deep, Invalid, "nested"},
		{"timeframe", "a: {f: x}\ntimeframe: 5m\ncondition: a", Unsupported, "timeframe"},
		{"no condition", "a: {f: x}", Invalid, "no condition"},
		{"empty condition", "a: {f: x}\ncondition: ''", Invalid, "ends where"},
		{"number as condition", "a: {f: x}\ncondition: 1", Invalid, "no text"},
		{"empty selection", "a:\ncondition: a", Invalid, "empty selection"},
		{"empty map", "a: {}\ncondition: a", Invalid, "empty selection"},
		{"empty list", "a: []\ncondition: a", Invalid, "empty selection"},
		{"null keyword", "a:\n- null\ncondition: a", Invalid, "a keyword must be a text"},
		{"empty keyword", "a:\n- ''\ncondition: a", Invalid, "an empty keyword"},
		{"map as a value", "a: {f: {g: x}}\ncondition: a", Invalid, "where a value should be"},
		{"unknown modifier", "a: {f|near: x}\ncondition: a", Unsupported, `modifier "near" is unknown`},
		{"hour of a text", "a: {f|hour: '3'}\ncondition: a", Invalid, "needs a field and a whole number"},
		{"hour and a half", "a: {f|hour: 3.5}\ncondition: a", Invalid, "needs a field and a whole number"},
		{"hour after another modifier", "a: {f|contains|hour: 3}\ncondition: a", Invalid, "needs a field and a whole number"},
		{"hour of keywords", "a: {'|hour': 3}\ncondition: a", Invalid, "needs a field and a whole number"},
		{"bad expression", "a: {f|re: '('}\ncondition: a", Invalid, "missing closing"},
		{"lookahead", "a: {f|re: '(?=x)'}\ncondition: a", Invalid, "invalid or unsupported Perl syntax"},
		{"re after another", "a: {f|base64|re: 'x'}\ncondition: a", Invalid, "no modifier has changed"},
		{"flag without re", "a: {f|i: 'x'}\ncondition: a", Invalid, "belongs after re"},
		{"host bits", "a: {f|cidr: 192.168.1.1/24}\ncondition: a", Invalid, "bits set"},
		{"no network", "a: {f|cidr: x}\ncondition: a", Invalid, "no network"},
		{"wildcard in base64", "a: {f|base64: 'a*'}\ncondition: a", Invalid, "without wildcards"},
		{"contains before base64", "a: {f|contains|base64: 'a'}\ncondition: a", Invalid, "without wildcards"},
		{"text compared", "a: {f|gt: x}\ncondition: a", Invalid, "needs a number"},
		{"exists of no boolean", "a: {f|exists: x}\ncondition: a", Invalid, "true or false"},
		{"exists without field", "a: {'|exists': true}\ncondition: a", Invalid, "needs a field"},
		{"fieldref with wildcard", "a: {f|fieldref: 'x*'}\ncondition: a", Invalid, "name of another"},
		{"fieldref as keyword", "a: {'|fieldref': x}\ncondition: a", Invalid, "needs a field"},
		{"null contains", "a: {f|contains: null}\ncondition: a", Invalid, "needs a text"},
		{"not a number", "a: {f: .nan}\ncondition: a", Invalid, "no value of a rule"},
		{"duplicate key", "a: {f: x}\na: {f: y}\ncondition: a", Invalid, "YAML"},
		{"too short for an offset", "a: {f|base64offset: ''}\ncondition: a", Invalid, "too short"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := one(t, Parser{}, tc.detection)
			if r.State != tc.state || !strings.Contains(r.Reason, tc.reason) {
				t.Errorf("state %q, reason %q, want %q, %q", r.State, r.Reason, tc.state, tc.reason)
			}
			if r.Match(f("x")) {
				t.Error("an unusable rule matches")
			}
		})
	}
}
