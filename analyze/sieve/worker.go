package sieve

import (
	"slices"

	"hotwash/analyze/sigma"
)

// Worker asks events. Each goroutine has its own.
type Worker struct {
	s      *Sieve
	caches []*cache
	asked  []uint32 // by question: the round it was answered in
	round  uint32
	memo   map[remembered]bool // of lazy tests
	seen   []int               // by question: how often it was answered with yes; nil unless sampling
	row    row
	out    map[int32]bool // rules that were dropped
	at     int32          // the rule at work
}

// row is what is known of the event at hand. A stamp that isn't the event's
// number is one of an earlier event.
type row struct {
	number     uint32
	lines      []uint32 // by line: it holds
	factors    []uint32 // by question: its literal is there
	woken      []uint32 // by rule
	classes    []*class
	own        []bool // by class: of a value of the record itself
	candidates []int32
	single     []int32 // by field: the number of its only value
	touched    []int32
	stamped    bool
}

// The fields of an event without a value that is remembered, and with several.
const (
	none    = -1
	several = -2
)

// remembered is a lazy test of one value.
type remembered struct{ test, value int32 }

// maxMemo bounds what a worker remembers of lazy tests.
const maxMemo = 1 << 20

// Worker makes a worker.
func (s *Sieve) Worker() *Worker {
	w := &Worker{s: s, asked: make([]uint32, len(s.holds)), memo: map[remembered]bool{}}
	for range s.fields {
		w.caches = append(w.caches, newCache())
		w.row.single = append(w.row.single, none)
	}
	w.row.lines = make([]uint32, len(s.lines))
	w.row.factors = make([]uint32, len(s.holds))
	w.row.woken = make([]uint32, len(s.rules))
	return w
}

// Sampler makes a worker that also counts, for Learn.
func (s *Sieve) Sampler() *Worker {
	w := s.Worker()
	w.seen = make([]int, len(s.holds))
	return w
}

// Learn chooses what rules wait for by what a sample has shown. Workers made
// before are of no use any more.
func (s *Sieve) Learn(w *Worker) { s.choose(w.seen) }

// Next turns to another event.
func (w *Worker) Next() {
	r := &w.row
	r.number++
	r.classes, r.own, r.candidates, r.stamped = r.classes[:0], r.own[:0], r.candidates[:0], false
	for _, f := range r.touched {
		r.single[f] = none
	}
	r.touched = r.touched[:0]
}

// Add tells one value of a field, by the field's position in Fields. A null has
// no text: it is left out. Keywords look at the record's own values only.
func (w *Worker) Add(field int, text string, own bool) {
	r := &w.row
	k, n := w.class(int32(field), text)
	if r.single[field] == none {
		r.single[field] = n
		if n < 0 {
			r.single[field] = several
		}
		r.touched = append(r.touched, int32(field))
	} else {
		r.single[field] = several
	}
	r.classes, r.own = append(r.classes, k), append(r.own, own)
	for _, rule := range k.rules {
		if r.woken[rule] != r.number {
			r.woken[rule] = r.number
			r.candidates = append(r.candidates, rule)
		}
	}
	if w.seen != nil {
		for _, q := range k.questions {
			w.seen[q]++
		}
	}
}

// Match calls yield with the position of every rule that matches the event, in
// order. e is the event whose values were added.
func (w *Worker) Match(e sigma.Event, yield func(rule int)) {
	r := &w.row
	r.candidates = append(r.candidates, w.s.always...)
	slices.Sort(r.candidates)
	r.candidates = slices.Compact(r.candidates) // it may be asked again about the same event
	for _, w.at = range r.candidates {
		if !w.out[w.at] && w.holds(w.s.rules[w.at], e) {
			yield(int(w.at))
		}
	}
}

// Current is the rule that Match was at when it didn't return: the one that
// made it panic.
func (w *Worker) Current() int { return int(w.at) }

// Drop leaves a rule out from now on.
func (w *Worker) Drop(rule int) {
	if w.out == nil {
		w.out = map[int32]bool{}
	}
	w.out[int32(rule)] = true
}

// stamp marks what the values of the event decide. Most events wake no rule.
func (w *Worker) stamp() {
	r := &w.row
	r.stamped = true
	for i, k := range r.classes {
		for _, l := range k.lines {
			r.lines[l] = r.number
		}
		for _, l := range k.words {
			if r.own[i] {
				r.lines[l] = r.number
			}
		}
		for _, q := range k.factors {
			r.factors[q] = r.number
		}
	}
}

func (w *Worker) holds(n *node, e sigma.Event) bool {
	switch n.is {
	case sigma.Line:
		return w.line(n.line, e)
	case sigma.Not:
		return !w.holds(n.of[0], e)
	case sigma.And:
		for _, sub := range n.of {
			if !w.holds(sub, e) {
				return false
			}
		}
		return true
	}
	for _, sub := range n.of {
		if w.holds(sub, e) {
			return true
		}
	}
	return false
}

func (w *Worker) line(at int32, e sigma.Event) bool {
	l := &w.s.lines[at]
	if !w.row.stamped {
		w.stamp()
	}
	if w.row.lines[at] == w.row.number {
		return true
	}
	for i := range l.lazy {
		if x := &l.lazy[i]; x.factor < 0 || w.row.factors[x.factor] == w.row.number {
			if w.ask(l.field, x, e) {
				return true
			}
		}
	}
	return false
}

// ask asks a lazy test, of a value that is known by its number only once.
func (w *Worker) ask(field int32, x *lazy, e sigma.Event) (holds bool) {
	if field == everyField {
		e.Each(func(_ string, v *sigma.Value) bool {
			holds = x.test.Match([]sigma.Value{*v}, e)
			return !holds
		})
		return holds
	}
	values := e.Values(w.s.fields[field].name)
	n := w.row.single[field]
	if n < 0 || len(values) != 1 || !x.test.Single() {
		return x.test.Match(values, e)
	}
	key := remembered{x.id, n}
	answer, ok := w.memo[key]
	if !ok {
		if len(w.memo) >= maxMemo {
			clear(w.memo)
		}
		answer = x.test.Match(values, e)
		w.memo[key] = answer
	}
	return answer
}
