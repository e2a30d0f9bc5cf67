// Package sigmatest makes random rules, and events that they may match, for the
// tests of whatever runs rules.
package sigmatest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"hotwash/analyze/sigma"
)

// Event is an event by folded names.
type Event map[string][]sigma.Value

// Values are the values of a field.
func (e Event) Values(name string) []sigma.Value { return e[name] }

// Each yields all values.
func (e Event) Each(yield func(string, *sigma.Value) bool) {
	for name := range e {
		for i := range e[name] {
			if !yield(name, &e[name][i]) {
				return
			}
		}
	}
}

// Fields are the fields of random rules and events.
var Fields = []string{"Image", "Command Line", "User", "Port", "Ip"}

var (
	// pieces of rules and of values: they overlap, hold each other, and differ by case.
	pieces = []string{"a", "A", "ab", "abc", "b", "ba", "cmd.exe", "CMD", ".exe", `\`, `\\x`, "é", "É", "ſ", "s", "S", "k", "\u212a", " -f", " /f", "10", "443", "0", "true", "\n", "%", "_", "''"}
	asks   = []string{"", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased", "|re", "|re|i", "|windash|contains",
		"|base64offset|contains", "|wide|contains", "|neq", "|contains|neq", "|gt", "|lte", "|cidr", "|exists", "|fieldref", "|fieldref|endswith"}
)

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func quoted(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "''", ""), "\n", " ") + "'"
}

// randomValue is a value for a rule's line.
func randomValue(r *rand.Rand, ask string, fields []string) string {
	switch {
	case strings.HasPrefix(ask, "|cidr"):
		return pick(r, []string{"10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"})
	case ask == "|gt" || ask == "|lte":
		return pick(r, []string{"10", "443", "0", "-1"})
	case ask == "|exists":
		return pick(r, []string{"true", "false"})
	case strings.HasPrefix(ask, "|fieldref"):
		return pick(r, fields)
	case strings.HasPrefix(ask, "|re"):
		return quoted(pick(r, []string{"a.*b", "^cmd", `\.exe$`, "(a|é)b?", "s+k", "abc{1,2}", `[0-9]{2}`, "a(bc)?"}))
	case strings.Contains(ask, "base64") || strings.Contains(ask, "wide"):
		return quoted(pick(r, []string{"cmd.exe", "abc", "é"}))
	}
	text := ""
	for range r.IntN(3) + 1 {
		text += pick(r, pieces)
		if ask != "|contains|all" && r.IntN(5) == 0 {
			text += pick(r, []string{"*", "?"})
		}
	}
	if ask == "" && r.IntN(12) == 0 {
		return pick(r, []string{"null", "''", "'*'", "10", "true"})
	}
	return quoted(text)
}

// Rule is the text of a random rule about a logsource and fields.
func Rule(r *rand.Rand, logsource string, fields []string) string {
	var b strings.Builder
	b.WriteString("title: t\nlogsource: {" + logsource + "}\ndetection:\n")
	names := []string{"one", "two", "three"}
	if r.IntN(8) == 0 {
		names = names[:2]
		fmt.Fprintf(&b, "  three:\n    '|all': [%s, %s]\n", quoted(pick(r, pieces)+"x"), quoted(pick(r, pieces)))
	}
	for _, name := range names {
		if r.IntN(12) == 0 {
			fmt.Fprintf(&b, "  %s: [%s]\n", name, quoted(pick(r, pieces)+"x"))
			continue
		}
		if r.IntN(20) == 0 {
			fmt.Fprintf(&b, "  %s:\n    '|re': [%s]\n", name, quoted(pick(r, []string{"a.*b", "^cmd", "(?i)abc"})))
			continue
		}
		fmt.Fprintf(&b, "  %s:\n", name)
		used := map[string]bool{}
		for range r.IntN(2) + 1 {
			ask := pick(r, asks)
			key := pick(r, fields) + ask
			if used[key] {
				continue
			}
			used[key] = true
			values := []string{randomValue(r, ask, fields)}
			for ask != "|exists" && r.IntN(2) == 0 {
				values = append(values, randomValue(r, ask, fields))
			}
			values = slices.DeleteFunc(values, func(v string) bool { return v == "null" && len(values) > 1 })
			fmt.Fprintf(&b, "    %s: [%s]\n", key, strings.Join(values, ", "))
		}
	}
	b.WriteString("  condition: " + pick(r, []string{"one", "one and two", "one or two", "one and not two", "not one", "1 of them", "all of t*", "one and (two or not three)"}) + "\n")
	return b.String()
}

// RandomEvent is an event that has some of the Fields, none, once or twice.
func RandomEvent(r *rand.Rand) Event {
	e := Event{}
	for _, name := range Fields {
		for range []int{0, 1, 1, 1, 2}[r.IntN(5)] {
			folded := sigma.Fold(name)
			e[folded] = append(e[folded], Value(r))
		}
	}
	return e
}

// Value is one that random rules may match.
func Value(r *rand.Rand) sigma.Value {
	v := sigma.Value{Null: r.IntN(15) == 0}
	for range r.IntN(4) {
		v.Text += pick(r, pieces)
	}
	switch r.IntN(12) {
	case 0:
		v.Text = pick(r, []string{"10.1.2.3", "192.0.2.9", "2001:db8::1", "44", "443"})
	case 1:
		v.Text = pick(r, []string{"Y21kLmV4ZQ==", "xY21kLmV4ZQ", "a\x00b\x00c\x00"})
	}
	if v.Null {
		v.Text = ""
	}
	return v
}
