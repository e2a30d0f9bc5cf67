package detect

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hotwash/analyze/sigma"
)

// sample is a hit for tests: a rule by number, and the values of the fields k
// and v.
type sample struct {
	id, at int64
	rule   int
	k, v   []string
}

const undated = -1

// rulesOf are n rules r0, r1, … and a correlation over them, linked.
func rulesOf(t testing.TB, n int, correlation string) []*sigma.Rule {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "title: r%d\nname: r%d\nlogsource: {product: m365}\ndetection: {s: {f: r%d}, condition: s}\n---\n", i, i, i)
	}
	b.WriteString("title: c\nname: c\ncorrelation: " + correlation + "\n")
	rules, err := sigma.Parse("r.yml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Check(rules, nil) {
		if s.State != Loaded {
			t.Fatalf("%s: %s", s.State, s.Reason)
		}
	}
	return rules
}

// correlateSamples runs the last rule, a correlation, over samples.
func correlateSamples(t testing.TB, rules []*sigma.Rule, samples []sample) (*correlator, *correlated) {
	t.Helper()
	x := correlatorOf(rules, samples)
	out, err := x.correlate(context.Background(), x.rules[len(rules)-1])
	if err != nil {
		t.Fatal(err)
	}
	return x, out
}

func correlatorOf(rules []*sigma.Rule, samples []sample) *correlator {
	p := newProgram(rules, nil)
	h := newHits(p)
	for _, s := range samples {
		x := hit{id: s.id, micros: s.at, dated: s.at != undated}
		h.byRule[s.rule] = append(h.byRule[s.rule], x)
		taken := &h.taken[s.rule]
		for _, f := range taken.fields {
			var text []byte
			values := s.k
			if f == "v" {
				values = s.v
			}
			for _, v := range values {
				text = appendValue(text, v)
			}
			taken.values = append(taken.values, h.internBytes(text))
		}
	}
	return &correlator{program: p, hits: h, of: map[*sigma.Rule]*correlated{}}
}

// told are the episodes as text: the group, the number, the events.
func told(x *correlator, out *correlated) []string {
	var all []string
	for _, e := range out.episodes {
		var ids []int64
		for _, f := range e.hits {
			ids = append(ids, x.hits.hit(f).id)
		}
		all = append(all, fmt.Sprintf("%q %.9g %v", out.groups.of[e.group], e.number, ids))
	}
	slices.Sort(all)
	return all
}

// oracle is what a correlation means, as plainly as it can be said: every
// window that begins at an event, those left out that another one holds.
func oracle(c *sigma.Correlation, samples []sample) []string {
	groups := map[string][]sample{}
	for _, s := range samples {
		if s.at == undated || !valued(c, s) {
			continue
		}
		keys := []string{"[]"}
		if len(c.GroupBy) > 0 {
			keys = nil
			for _, k := range s.k {
				if key := fmt.Sprintf("%q", []string{strings.ToLower(k)}); !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
		for _, key := range keys {
			groups[key] = append(groups[key], s)
		}
	}
	var all []string
	for key, list := range groups {
		slices.SortStableFunc(list, func(a, b sample) int {
			return int(a.at-b.at)*1000 + int(a.id-b.id)
		})
		all = append(all, episodesOf(c, key, list)...)
	}
	slices.Sort(all)
	return all
}

func valued(c *sigma.Correlation, s sample) bool {
	if len(c.Fields) == 0 {
		return true
	}
	if c.Type == sigma.ValueCount {
		return len(s.v) > 0
	}
	return len(numbersOf(s)) > 0
}

func numbersOf(s sample) (all []float64) {
	for _, v := range s.v {
		if n, ok := sigma.ReadNumber(v); ok {
			all = append(all, n)
		}
	}
	return all
}

func episodesOf(c *sigma.Correlation, key string, list []sample) (all []string) {
	var windows [][]sample
	for _, first := range list {
		var w []sample
		for _, s := range list {
			if s.at >= first.at && s.at-first.at <= c.Timespan {
				w = append(w, s)
			}
		}
		windows = append(windows, w)
	}
	var events []int64
	best := math.Inf(-1)
	tell := func() {
		if len(events) > 0 {
			all = append(all, fmt.Sprintf("%s %.9g %v", key, best, events))
		}
		events, best = nil, math.Inf(-1)
	}
	for i, w := range windows {
		within := false
		for _, o := range windows {
			within = within || len(o) > len(w) && holdsAll(o, w)
		}
		n, ok := measure(c, w)
		if within || !ok || !c.Holds(n) || i > 0 && windows[i][0].at == windows[i-1][0].at {
			continue
		}
		overlaps := slices.ContainsFunc(w, func(s sample) bool { return slices.Contains(events, s.id) })
		if !overlaps {
			tell()
		}
		for _, s := range w {
			if !slices.Contains(events, s.id) {
				events = append(events, s.id)
			}
		}
		best = max(best, n)
	}
	tell()
	return all
}

func holdsAll(window, other []sample) bool {
	for _, s := range other {
		if !slices.ContainsFunc(window, func(o sample) bool { return o.id == s.id && o.rule == s.rule }) {
			return false
		}
	}
	return true
}

// measure is the number of a window.
func measure(c *sigma.Correlation, w []sample) (float64, bool) {
	ids, different := map[int64]bool{}, map[string]bool{}
	var numbers []float64
	rules := map[int]bool{}
	for _, s := range w {
		if !ids[s.id] {
			numbers = append(numbers, numbersOf(s)...)
		}
		ids[s.id], rules[s.rule] = true, true
		for _, v := range s.v {
			different[strings.ToLower(v)] = true
		}
	}
	slices.Sort(numbers)
	sum := 0.
	for _, n := range numbers {
		sum += n
	}
	switch c.Type {
	case sigma.EventCount:
		return float64(len(ids)), true
	case sigma.ValueCount:
		return float64(len(different)), true
	case sigma.ValueSum:
		return sum, true
	case sigma.ValueAvg:
		return sum / float64(len(numbers)), true
	case sigma.ValueMedian:
		n := len(numbers)
		return (numbers[(n-1)/2] + numbers[n/2]) / 2, true
	case sigma.ValuePercentile:
		place := c.Percentile / 100 * float64(len(numbers)-1)
		i := int(place)
		return numbers[i] + (numbers[min(i+1, len(numbers)-1)]-numbers[i])*(place-float64(i)), true
	case sigma.Temporal:
		return float64(len(rules)), c.Logic == nil || c.Logic.Holds(func(r int) bool { return rules[r] })
	}
	return ordered(c, w, rules)
}

// ordered tries all sets of rules that may follow each other in the window.
func ordered(c *sigma.Correlation, w []sample, rules map[int]bool) (float64, bool) {
	longest, fulfilled := 0, false
	for set := range 1 << len(c.Rules) {
		if !follow(w, set) {
			continue
		}
		n := 0
		for r := range len(c.Rules) {
			n += set >> r & 1
		}
		longest = max(longest, n)
		fulfilled = fulfilled || c.Logic != nil && whatever(c.Logic, set, rules, len(c.Rules))
	}
	if c.Logic != nil {
		return float64(len(rules)), fulfilled
	}
	return float64(longest), true
}

// follow says whether the rules of a set matched one after another: each as
// early as it can.
func follow(w []sample, set int) bool {
	at := int64(math.MinInt64)
	for r := 0; set>>r > 0; r++ {
		if set>>r&1 == 0 {
			continue
		}
		next := int64(math.MaxInt64)
		for _, s := range w {
			if s.rule == r && s.at >= at {
				next = min(next, s.at)
			}
		}
		if at = next; at == math.MaxInt64 {
			return false
		}
	}
	return true
}

// whatever says that a condition holds for a set of rules, whatever the others
// do that matched too.
func whatever(l *sigma.Logic, set int, rules map[int]bool, n int) bool {
	for others := range 1 << n {
		if !l.Holds(func(r int) bool { return set>>r&1 == 1 || rules[r] && others>>r&1 == 1 }) {
			return false
		}
	}
	return true
}

// correlationTypes is a correlation of each type, without its bounds.
var correlationTypes = []string{
	"type: event_count", "type: value_count", "type: value_sum", "type: value_avg", "type: value_percentile", "type: value_median",
	"type: temporal", "type: temporal_ordered",
}

// randomCorrelation draws a correlation over n rules.
func randomCorrelation(r *rand.Rand, n int) string {
	kind := correlationTypes[r.IntN(len(correlationTypes))]
	keys := []string{kind, fmt.Sprintf("timespan: %ds", 1+r.IntN(8))}
	if r.IntN(4) > 0 {
		keys = append(keys, "group-by: k")
	}
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("r%d", i))
	}
	timed := strings.Contains(kind, "temporal")
	if timed && r.IntN(2) == 0 {
		r.Shuffle(n, func(i, j int) { names[i], names[j] = names[j], names[i] })
		keys = append(keys, "condition: "+randomLogic(r, names))
		slices.Sort(names)
	} else {
		cond := []string{fmt.Sprintf("%s: %d", []string{"gt", "gte", "gte", "lt", "lte", "eq", "neq"}[r.IntN(7)], r.IntN(5))}
		if r.IntN(3) == 0 {
			cond = append(cond, fmt.Sprintf("lt: %d", 3+r.IntN(4)))
			if strings.HasPrefix(cond[0], "lt:") {
				cond = cond[1:]
			}
		}
		if strings.Contains(kind, "value") {
			cond = append(cond, "field: v")
		}
		if strings.Contains(kind, "percentile") {
			cond = append(cond, fmt.Sprintf("percentile: %d", r.IntN(11)*10))
		}
		keys = append(keys, "condition: {"+strings.Join(cond, ", ")+"}")
	}
	return "{" + strings.Join(append(keys, "rules: ["+strings.Join(names, ", ")+"]"), ", ") + "}"
}

// randomLogic draws a condition that names each rule once.
func randomLogic(r *rand.Rand, names []string) string {
	if len(names) == 1 {
		if r.IntN(4) == 0 {
			return "not " + names[0]
		}
		return names[0]
	}
	cut := 1 + r.IntN(len(names)-1)
	s := "(" + randomLogic(r, names[:cut]) + []string{" and ", " or "}[r.IntN(2)] + randomLogic(r, names[cut:]) + ")"
	if r.IntN(5) == 0 {
		s = "not " + s
	}
	return s
}

func randomSamples(r *rand.Rand, rules int) []sample {
	samples := make([]sample, r.IntN(14))
	for i := range samples {
		s := sample{id: int64(i), at: int64(r.IntN(25)) * 1_000_000, rule: r.IntN(rules)}
		if r.IntN(12) == 0 {
			s.at = undated
		}
		s.k = [][]string{{"a"}, {"a"}, {"A"}, {"b"}, {"a", "b"}, nil}[r.IntN(6)]
		s.v = [][]string{{"1"}, {"2"}, {"-3"}, {"x"}, {"X"}, {"2.5"}, {"1", "2"}, {"4", "y"}, nil}[r.IntN(9)]
		samples[i] = s
		if i > 0 && r.IntN(6) == 0 { // two rules match one event
			samples[i].id, samples[i].at, samples[i].k, samples[i].v = samples[i-1].id, samples[i-1].at, samples[i-1].k, samples[i-1].v
			samples[i].rule = (samples[i-1].rule + 1) % rules
		}
	}
	seen := map[[2]int64]bool{}
	return slices.DeleteFunc(samples, func(s sample) bool {
		key := [2]int64{s.id, int64(s.rule)}
		again := seen[key]
		seen[key] = true
		return again
	})
}

// TestOracle holds episodes against the plain meaning, on random correlations
// and hits.
func TestOracle(t *testing.T) {
	const correlations, each = 1_500, 10
	r := rand.New(rand.NewPCG(4, 2))
	found := map[sigma.CorrelationType]int{}
	for range correlations {
		n := 2 + r.IntN(2)
		text := randomCorrelation(r, n)
		rules := rulesOf(t, n, text)
		c := rules[n].Correlation
		for range each {
			samples := randomSamples(r, n)
			x, out := correlateSamples(t, rules, samples)
			got, want := told(x, out), oracle(c, samples)
			if !slices.Equal(got, want) {
				t.Fatalf("%s\n%+v\ngot  %v\nwant %v", text, samples, got, want)
			}
			found[c.Type] += len(got)
		}
	}
	t.Logf("%d cases, episodes %v", correlations*each, found)
	for _, kind := range correlationTypes {
		if kind = strings.TrimPrefix(kind, "type: "); found[sigma.CorrelationType(kind)] < 100 {
			t.Errorf("%s found hardly anything", kind)
		}
	}
}

// TestMarks holds the times at which a correlation was fulfilled against the
// plain meaning: of the events of an episode, those at whose time the window
// that ends there fulfils the condition.
func TestMarks(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	marks := 0
	for range 500 {
		text := randomCorrelation(r, 3)
		rules := rulesOf(t, 3, text)
		c := rules[3].Correlation
		for range 10 {
			samples := randomSamples(r, 3)
			x := correlatorOf(rules, samples)
			x.named[x.rules[3]] = true
			out, err := x.correlate(context.Background(), x.rules[3])
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range out.episodes {
				var want []int64
				for _, f := range e.hits {
					at := x.hits.hit(f).micros
					var w []sample
					for _, s := range samples {
						in := len(c.GroupBy) == 0 || slices.ContainsFunc(s.k, func(k string) bool { return strings.EqualFold(k, out.groups.of[e.group][0]) })
						if in && s.at != undated && valued(c, s) && s.at <= at && s.at >= at-c.Timespan {
							w = append(w, s)
						}
					}
					if n, ok := measure(c, w); ok && c.Holds(n) && !slices.Contains(want, at) {
						want = append(want, at)
					}
				}
				if !slices.Equal(e.marks, want) {
					t.Fatalf("%s\n%+v\nmarks %v, want %v", text, samples, e.marks, want)
				}
				marks += len(want)
			}
		}
	}
	if marks < 1000 {
		t.Errorf("only %d marks", marks)
	}
}

// TestAnyWindow tries every window there is, wherever it begins: where more can
// only help, the largest ones find all that any of them does.
func TestAnyWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for _, kind := range []string{"event_count, condition: {gte: 3}", "value_count, condition: {gte: 2, field: v}", "temporal", "temporal_ordered"} {
		rules := rulesOf(t, 2, "{type: "+kind+", rules: [r0, r1], timespan: 4s}")
		c := rules[2].Correlation
		for range 500 {
			samples := randomSamples(r, 2)
			x, out := correlateSamples(t, rules, samples)
			got, want := map[int64]bool{}, map[int64]bool{}
			for _, e := range out.episodes {
				for _, f := range e.hits {
					got[x.hits.hit(f).id] = true
				}
			}
			for from := int64(-8); from < 60; from++ { // in half seconds
				var w []sample
				for _, s := range samples {
					if s.at != undated && valued(c, s) && s.at >= from*500_000 && s.at <= from*500_000+c.Timespan {
						w = append(w, s)
					}
				}
				if n, ok := measure(c, w); len(w) > 0 && ok && c.Holds(n) {
					for _, s := range w {
						want[s.id] = true
					}
				}
			}
			if !maps.Equal(got, want) {
				t.Fatalf("%s: %+v: got %v, want %v", kind, samples, got, want)
			}
		}
	}
}

func FuzzOracle(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 7))
		n := 2 + r.IntN(3)
		text := randomCorrelation(r, n)
		rules := rulesOf(t, n, text)
		for range 20 {
			samples := randomSamples(r, n)
			x, out := correlateSamples(t, rules, samples)
			if got, want := told(x, out), oracle(rules[n].Correlation, samples); !slices.Equal(got, want) {
				t.Fatalf("%s\n%+v\ngot  %v\nwant %v", text, samples, got, want)
			}
		}
	})
}
