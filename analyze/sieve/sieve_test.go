package sieve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/sigma"
	"hotwash/analyze/sigma/sigmatest"
)

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
func asked(w *Worker, fields []string, e sigmatest.Event) (got []int) {
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
func matched(rules []*sigma.Rule, e sigmatest.Event) (want []int) {
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
		texts = append(texts, sigmatest.Rule(random, "product: p", sigmatest.Fields))
	}
	rules, trees := parse(t, texts...)
	s := New(trees)
	var events []sigmatest.Event
	for range n {
		events = append(events, sigmatest.RandomEvent(random))
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
