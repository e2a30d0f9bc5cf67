package detect

import (
	"math"
	"math/big"
	"slices"

	"hotwash/analyze/sigma"
)

// meter knows the number that a correlation asks about, of the points that are
// in a window.
type meter interface {
	begin(group []point) // another group, of which no point is in the window
	add(p *point)        // in the order of the group
	drop(p *point)
	// number is of the window that begins at a time. It is false if there is
	// none, and if a condition over rules doesn't hold.
	number(from int64) (float64, bool)
}

func meterOf(c *sigma.Correlation) meter {
	switch c.Type {
	case sigma.ValueCount:
		return &different{}
	case sigma.ValueSum, sigma.ValueAvg:
		return &total{mean: c.Type == sigma.ValueAvg}
	case sigma.ValuePercentile:
		return &rank{at: c.Percentile / 100}
	case sigma.ValueMedian:
		return &rank{at: .5}
	case sigma.Temporal:
		return &present{logic: c.Logic, n: make([]int, len(c.Rules))}
	case sigma.TemporalOrdered:
		if c.Logic == nil {
			return newChain(len(c.Rules))
		}
		return newPaths(c)
	}
	return &count{}
}

// count is the number of events.
type count struct{ n int }

func (m *count) begin([]point)                { m.n = 0 }
func (m *count) add(*point)                   { m.n++ }
func (m *count) drop(*point)                  { m.n-- }
func (m *count) number(int64) (float64, bool) { return float64(m.n), m.n > 0 }

// different is the number of different values.
type different struct {
	times []int32 // by value: how often it is in the window
	n     int
}

func (m *different) begin(group []point) {
	m.n = 0
	for i := range group {
		v := int(group[i].value)
		if v >= len(m.times) {
			m.times = append(m.times, make([]int32, v+1-len(m.times))...)
		}
		m.times[v] = 0
	}
}

func (m *different) add(p *point) {
	if m.times[p.value]++; m.times[p.value] == 1 {
		m.n++
	}
}

func (m *different) drop(p *point) {
	if m.times[p.value]--; m.times[p.value] == 0 {
		m.n--
	}
}

func (m *different) number(int64) (float64, bool) { return float64(m.n), m.n > 0 }

// exact is a precision, in bits, in which no sum of numbers is rounded: what is
// added can be taken away again.
const exact = 2200

// total is the sum of the values, or their mean.
type total struct {
	mean   bool
	n      int
	sum, x big.Float
}

func (m *total) begin([]point) {
	m.n = 0
	m.sum.SetPrec(exact).SetInt64(0)
}

func (m *total) add(p *point) {
	m.n++
	m.sum.Add(&m.sum, m.x.SetFloat64(p.number))
}

func (m *total) drop(p *point) {
	m.n--
	m.sum.Sub(&m.sum, m.x.SetFloat64(p.number))
}

func (m *total) number(int64) (float64, bool) {
	sum, _ := m.sum.Float64()
	if m.mean {
		sum /= float64(m.n)
	}
	return sum, m.n > 0
}

// rank is the value that a share of the values is below, between two of them in
// proportion. It keeps how many there are of each in a Fenwick tree.
type rank struct {
	at     float64 // 0 to 1
	values []float64
	tree   []int32 // of the counts of values, from 1
	n      int
}

func (m *rank) begin(group []point) {
	m.n, m.values = 0, m.values[:0]
	for i := range group {
		m.values = append(m.values, group[i].number)
	}
	slices.Sort(m.values)
	m.values = slices.Compact(m.values)
	m.tree = append(m.tree[:0], make([]int32, len(m.values)+1)...)
}

func (m *rank) add(p *point)  { m.change(p, 1) }
func (m *rank) drop(p *point) { m.change(p, -1) }

func (m *rank) change(p *point, by int32) {
	m.n += int(by)
	at, _ := slices.BinarySearch(m.values, p.number)
	for at++; at < len(m.tree); at += at & -at {
		m.tree[at] += by
	}
}

// nth is the n-th smallest value, from 0.
func (m *rank) nth(n int) float64 {
	step := 1
	for step*2 < len(m.tree) {
		step *= 2
	}
	at := 0
	for ; step > 0; step /= 2 {
		if next := at + step; next < len(m.tree) && int(m.tree[next]) <= n {
			at, n = next, n-int(m.tree[next])
		}
	}
	return m.values[at]
}

func (m *rank) number(int64) (float64, bool) {
	if m.n == 0 {
		return 0, false
	}
	place := m.at * float64(m.n-1)
	low := math.Floor(place)
	a := m.nth(int(low))
	if place == low {
		return a, true
	}
	b := m.nth(int(low) + 1)
	return a + (b-a)*(place-low), true
}

// present is the number of rules that matched, and a condition over them.
type present struct {
	logic *sigma.Logic
	n     []int // by rule: how many of its points are in the window
	rules int
}

func (m *present) begin([]point) {
	clear(m.n)
	m.rules = 0
}

func (m *present) add(p *point) {
	if m.n[p.rule]++; m.n[p.rule] == 1 {
		m.rules++
	}
}

func (m *present) drop(p *point) {
	if m.n[p.rule]--; m.n[p.rule] == 0 {
		m.rules--
	}
}

func (m *present) number(int64) (float64, bool) {
	ok := m.logic == nil || m.logic.Holds(func(rule int) bool { return m.n[rule] > 0 })
	return float64(m.rules), ok && m.rules > 0
}

// never is before any event.
const never = math.MinInt64

// chain is the number of rules that matched in the order of the correlation,
// each at or after the one before it: the longest such row in the window. Of
// rows that are as long and end with the same rule it keeps the one that began
// last.
type chain struct {
	rules  int
	starts [][]int64 // by length, by last rule
	most   []int64   // by length: when the last one began
}

func newChain(rules int) *chain {
	m := &chain{rules: rules, starts: make([][]int64, rules+1), most: make([]int64, rules+1)}
	for i := range m.starts {
		m.starts[i] = make([]int64, rules)
	}
	return m
}

func (m *chain) begin([]point) {
	for length := range m.starts {
		m.most[length] = never
		for i := range m.starts[length] {
			m.starts[length][i] = never
		}
	}
}

func (m *chain) add(p *point) {
	m.put(1, p.rule, p.micros)
	for length := 2; length <= int(p.rule)+1; length++ {
		if before := slices.Max(m.starts[length-1][:p.rule]); before != never {
			m.put(length, p.rule, before)
		}
	}
}

func (m *chain) put(length int, rule uint8, start int64) {
	m.starts[length][rule] = max(m.starts[length][rule], start)
	m.most[length] = max(m.most[length], start)
}

func (m *chain) drop(*point) {}

func (m *chain) number(from int64) (float64, bool) {
	for length := m.rules; length > 0; length-- {
		if m.most[length] >= from {
			return float64(length), true
		}
	}
	return 0, false
}

// paths is a condition over rules that must follow each other: one of the ways
// to fulfil it is there in the order of the correlation.
type paths struct {
	present
	ways []path
}

// path is a way: the rules of it in order, and when the last row of the first
// 1, 2, … of them began.
type path struct {
	rules   []uint8
	starts  []int64
	without uint64
}

func newPaths(c *sigma.Correlation) *paths {
	m := &paths{present: present{logic: c.Logic, n: make([]int, len(c.Rules))}}
	ways, _ := c.Logic.Ways()
	for _, w := range ways {
		p := path{without: w.Without}
		for i := range c.Rules {
			if w.With&(1<<i) != 0 {
				p.rules = append(p.rules, uint8(i))
			}
		}
		p.starts = make([]int64, len(p.rules))
		m.ways = append(m.ways, p)
	}
	return m
}

func (m *paths) begin(group []point) {
	m.present.begin(group)
	for i := range m.ways {
		for k := range m.ways[i].starts {
			m.ways[i].starts[k] = never
		}
	}
}

func (m *paths) add(p *point) {
	m.present.add(p)
	for i := range m.ways {
		w := &m.ways[i]
		at, ok := slices.BinarySearch(w.rules, p.rule)
		switch {
		case !ok:
		case at == 0:
			w.starts[0] = p.micros
		default:
			w.starts[at] = max(w.starts[at], w.starts[at-1])
		}
	}
}

func (m *paths) number(from int64) (float64, bool) {
	for i := range m.ways {
		w := &m.ways[i]
		row := len(w.starts) == 0 || w.starts[len(w.starts)-1] >= from
		if row && !m.any(w.without) {
			return float64(m.rules), m.rules > 0
		}
	}
	return 0, false
}

// any says whether one of the rules is in the window.
func (m *paths) any(rules uint64) bool {
	for i, n := range m.n {
		if n > 0 && rules&(1<<i) != 0 {
			return true
		}
	}
	return false
}
