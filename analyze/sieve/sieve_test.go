package sieve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/sigma"
)

// mapEvent is an event for tests: folded names to values.
type mapEvent map[string][]sigma.Value

func (e mapEvent) Values(name string) []sigma.Value { return e[name] }

func (e mapEvent) Each(yield func(string, *sigma.Value) bool) {
	for name := range e {
		for i := range e[name] {
			if !yield(name, &e[name][i]) {
				return
			}
		}
	}
}

// parse reads rules; one that can't be used has no tree.
func parse(t testing.TB, texts ...string) (rules []*sigma.Rule, trees []*sigma.Node) {
	t.Helper()
	for _, text := range texts {
		list, err := sigma.Parse("r.yml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, r := range list {
			rules = append(rules, r)
			trees = append(trees, r.Tree())
		}
	}
	return rules, trees
}

// asked are the rules that a worker finds.
func asked(w *Worker, fields []string, e mapEvent) (got []int) {
	w.Next()
	for name, values := range e {
		at := slices.Index(fields, name)
		if at < 0 {
			at = w.s.Others()
		}
		for _, v := range values {
			if !v.Null {
				w.Add(at, v.Text, true)
			}
		}
	}
	w.Match(e, func(rule int) { got = append(got, rule) })
	return got
}

// matched are the rules that match by their meaning.
func matched(rules []*sigma.Rule, e mapEvent) (want []int) {
	for i, r := range rules {
		if r.Match(e) {
			want = append(want, i)
		}
	}
	return want
}

// TestEqualsMatcher compares the sieve with the matcher on random rules and
// events.
func TestEqualsMatcher(t *testing.T) {
	seeds := 100
	if testing.Short() {
		seeds = 20
	}
	rules, hits := 0, 0
	for seed := range seeds {
		n, found := compare(t, uint64(seed), 200)
		rules, hits = rules+n, hits+found
	}
	t.Logf("%d rules, %d hits", rules, hits)
	if hits < rules {
		t.Errorf("%d hits of %d rules: too few to show anything", hits, rules)
	}
}

func FuzzEqualsMatcher(f *testing.F) {
	f.Add(uint64(1_000_000))
	f.Fuzz(func(t *testing.T, seed uint64) { compare(t, seed, 20) })
}

// compare asks random rules about random events: before and after the sieve has
// learnt from a sample, with the caches and without.
func compare(t *testing.T, seed uint64, n int) (count, hits int) {
	random := rand.New(rand.NewPCG(seed, 1))
	var texts []string
	for range 30 {
		texts = append(texts, randomRule(random))
	}
	rules, trees := parse(t, texts...)
	s := New(trees)
	var events []mapEvent
	for range n {
		events = append(events, randomEvent(random))
	}
	for _, mode := range []string{"fresh", "learnt", "no caches"} {
		w := s.Sampler()
		if mode == "no caches" {
			for i := range w.caches {
				w.caches[i] = &cache{off: true}
			}
		}
		for _, e := range events {
			got, want := asked(w, s.Fields(), e), matched(rules, e)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, %s: event %v\ngot %v, want %v%s", seed, mode, e, got, want, differing(texts, got, want))
			}
			hits += len(want)
		}
		s.Learn(w)
	}
	return len(rules), hits
}

// differing are the rules that one list has and the other lacks.
func differing(texts []string, got, want []int) string {
	var b strings.Builder
	for i, text := range texts {
		if slices.Contains(got, i) != slices.Contains(want, i) {
			fmt.Fprintf(&b, "\n%d:\n%s", i, text)
		}
	}
	return b.String()
}

var (
	fieldNames = []string{"Image", "Command Line", "User", "Port", "Ip"}
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
func randomValue(r *rand.Rand, ask string) string {
	switch {
	case strings.HasPrefix(ask, "|cidr"):
		return pick(r, []string{"10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"})
	case ask == "|gt" || ask == "|lte":
		return pick(r, []string{"10", "443", "0", "-1"})
	case ask == "|exists":
		return pick(r, []string{"true", "false"})
	case strings.HasPrefix(ask, "|fieldref"):
		return pick(r, fieldNames)
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

func randomRule(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("title: t\nlogsource: {product: p}\ndetection:\n")
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
			key := pick(r, fieldNames) + ask
			if used[key] {
				continue
			}
			used[key] = true
			values := []string{randomValue(r, ask)}
			for ask != "|exists" && r.IntN(2) == 0 {
				values = append(values, randomValue(r, ask))
			}
			values = slices.DeleteFunc(values, func(v string) bool { return v == "null" && len(values) > 1 })
			fmt.Fprintf(&b, "    %s: [%s]\n", key, strings.Join(values, ", "))
		}
	}
	b.WriteString("  condition: " + pick(r, []string{"one", "one and two", "one or two", "one and not two", "not one", "1 of them", "all of t*", "one and (two or not three)"}) + "\n")
	return b.String()
}

func randomEvent(r *rand.Rand) mapEvent {
	e := mapEvent{}
	for _, name := range fieldNames {
		for range []int{0, 1, 1, 1, 2}[r.IntN(5)] {
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
			folded := sigma.Fold(name)
			e[folded] = append(e[folded], v)
		}
	}
	return e
}

// TestAutomaton compares the automaton with the strings package.
func TestAutomaton(t *testing.T) {
	words := []string{"a", "ab", "abc", "b", "bc", "ba", "é", "cmd.exe", "exe", "."}
	var literals []literal
	for i, w := range words {
		q := int32(4 * i)
		literals = append(literals, literal{w, [4]int32{q, q + 1, q + 2, q + 3}})
	}
	a := newAutomaton(literals)
	for _, text := range []string{"", "A", "aBc", "abcabc", "CMD.EXE", "xcmd.exe", "ÉÉ", "ba.bc", "\u212a", "aé"} {
		var want []int32
		folded := strings.ToLower(text)
		for i, w := range words {
			for at, holds := range []bool{strings.Contains(folded, w), strings.HasPrefix(folded, w), strings.HasSuffix(folded, w), folded == w} {
				if holds {
					want = append(want, int32(4*i+at))
				}
			}
		}
		var got []int32
		a.search(text, func(q int32) { got = append(got, q) })
		slices.Sort(got)
		if d := cmp.Diff(want, slices.Compact(got)); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}
