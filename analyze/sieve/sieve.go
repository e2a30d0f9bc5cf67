// Package sieve finds which of many rules match an event, at a cost that hardly
// grows with the number of rules. One automaton a field answers every question
// that a literal decides in one pass over a value; a rule is looked at only if
// the literal it can't do without is there; what literals don't decide is asked
// last, once a value. The meaning of a rule is package sigma's: the answer here
// is the same, by test.
package sieve

import (
	"slices"

	"hotwash/analyze/sigma"
)

// Sieve is a set of rules, ready to be asked. It doesn't change while workers
// use it.
type Sieve struct {
	fields []field // the last one is for the values of fields that no rule names
	others int
	lines  []line
	rules  []*node // nil for a rule without logic

	holds   [][]int32 // by question: the lines that a yes makes true
	factor  []bool    // by question: a lazy test waits for it
	word    []bool    // by question: keywords ask it
	lengths []int32   // by question: of its literal

	wakes  [][]int32 // by question: the rules that a yes makes candidates
	always []int32   // rules that are always candidates
}

// field is one field that rules look at, by its folded name.
type field struct {
	name       string
	find       *automaton
	any, empty []int32 // lines that hold for every value, and for the empty one
}

// New compiles rules. A tree is nil for a rule that can't be used.
func New(trees []*sigma.Node) *Sieve {
	s := &Sieve{}
	c := compiler{s: s, fields: map[string]int32{}, lines: map[string]int32{}, words: map[string]*literal{}, lazies: map[string]int32{}}
	for _, t := range trees {
		if t == nil {
			s.rules = append(s.rules, nil)
			continue
		}
		s.rules = append(s.rules, c.node(t))
	}
	s.others = len(s.fields)
	c.field("others")
	for i := range s.fields {
		s.fields[i].find = newAutomaton(slices.Concat(listed(c.asked[i]), listed(c.words)))
	}
	s.fields[s.others].name = ""
	s.choose(make([]int, len(s.holds)))
	return s
}

func listed(literals map[string]*literal) []literal {
	all := make([]literal, 0, len(literals))
	for _, l := range literals {
		all = append(all, *l)
	}
	return all
}

// Fields are the folded names of the fields that rules look at. A value is
// given to a Worker by the position of its field.
func (s *Sieve) Fields() []string {
	names := make([]string, s.others)
	for i := range names {
		names[i] = s.fields[i].name
	}
	return names
}

// Others is the position for the values of all other fields, which only
// keywords look at.
func (s *Sieve) Others() int { return s.others }
