package sieve

import (
	"slices"

	"hotwash/analyze/sigma"
)

// witness is a set of questions of which one is answered with yes if a rule
// matches.
type witness struct {
	questions []int32
	cost      float64 // how often, about, it wakes the rule in vain
}

// choose gives each rule its cheapest witness. seen is how often each question
// was answered with yes in a sample; without one, long literals are thought
// rare.
func (s *Sieve) choose(seen []int) {
	s.wakes = make([][]int32, len(s.holds))
	s.always = nil
	for i, rule := range s.rules {
		if rule == nil {
			continue
		}
		w := s.witness(rule, seen)
		if w == nil {
			s.always = append(s.always, int32(i))
			continue
		}
		slices.Sort(w.questions)
		for _, q := range slices.Compact(w.questions) {
			s.wakes[q] = append(s.wakes[q], int32(i))
		}
	}
}

// witness finds what a node can't hold without: of an And one part's is enough,
// an Or needs all of them, a Not has none.
func (s *Sieve) witness(n *node, seen []int) *witness {
	switch n.is {
	case sigma.Line:
		l := &s.lines[n.line]
		if l.always {
			return nil
		}
		w := &witness{questions: l.triggers}
		for _, q := range l.triggers {
			w.cost += float64(seen[q]) + 1/float64(1+s.lengths[q]*s.lengths[q])
		}
		return w
	case sigma.And:
		var best *witness
		for _, sub := range n.of {
			if w := s.witness(sub, seen); w != nil && (best == nil || w.cost < best.cost) {
				best = w
			}
		}
		return best
	case sigma.Or:
		all := &witness{}
		for _, sub := range n.of {
			w := s.witness(sub, seen)
			if w == nil {
				return nil
			}
			all.questions = append(slices.Clip(all.questions), w.questions...)
			all.cost += w.cost
		}
		return all
	}
	return nil
}
