package sieve

import (
	"slices"
	"strings"
)

// literal is a lower-case text that rules look for in one field, and the number
// of the question it answers at each place: anywhere, at the start, at the end,
// as the whole. -1 where nobody asks.
type literal struct {
	text  string
	where [4]int32
}

// anchor is a place that a literal is asked for at.
type anchor uint8

const (
	anywhere anchor = iota
	atStart
	atEnd
	whole
)

// automaton finds all literals of one field in a text in one pass, whatever
// their number (Aho and Corasick, 1975), as a table: a load a byte. A literal
// and the place where it ends decide what it was asked for, so nothing is
// compared again.
type automaton struct {
	class   [256]uint8 // of a byte; capitals are of their small letters' class, bytes in no literal of class 0
	stride  int        // number of classes
	next    []int32    // by state*stride + class: the next state*stride; hit is set if something ends there
	ends    [][]int32  // by state: the literals that end there
	shorter []int32    // by state: the state of the longest proper suffix where something ends, 0 if none does
	found   []literal
}

// hit marks a state where a literal ends.
const hit = -1 << 31

func newAutomaton(literals []literal) *automaton {
	slices.SortFunc(literals, func(a, b literal) int { return strings.Compare(a.text, b.text) })
	a := &automaton{found: literals, stride: 1}
	for _, l := range literals {
		for i := range len(l.text) {
			if b := l.text[i]; a.class[b] == 0 {
				a.class[b] = uint8(a.stride)
				a.stride++
			}
		}
	}
	a.trie()
	a.link()
	for b := 'A'; b <= 'Z'; b++ {
		a.class[b] = a.class[b+'a'-'A']
	}
	return a
}

// trie lays the literals down as a tree, one row of the table for each state.
func (a *automaton) trie() {
	states := a.states()
	a.next = make([]int32, a.stride, states*a.stride)
	a.ends = make([][]int32, 1, states)
	for n, l := range a.found {
		state := int32(0)
		for i := range len(l.text) {
			at := int(state)*a.stride + int(a.class[l.text[i]])
			if a.next[at] == 0 {
				a.next[at] = int32(len(a.ends))
				a.ends = append(a.ends, nil)
				a.next = a.next[:len(a.next)+a.stride]
			}
			state = a.next[at]
		}
		a.ends[state] = append(a.ends[state], int32(n))
	}
}

// states is how many the tree has: of each literal, what it doesn't share with
// the one before it in order.
func (a *automaton) states() int {
	n, before := 1, ""
	for _, l := range a.found {
		same := 0
		for same < min(len(before), len(l.text)) && before[same] == l.text[same] {
			same++
		}
		n, before = n+len(l.text)-same, l.text
	}
	return n
}

// link makes the tree an automaton, states nearer to the root first: where the
// tree has no step, the longest suffix that has one takes it.
func (a *automaton) link() {
	states := len(a.ends)
	a.shorter = make([]int32, states)
	suffix := make([]int32, states)
	queue := make([]int32, 1, states)
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		row := a.next[int(state)*a.stride:][:a.stride]
		up := a.next[int(suffix[state])*a.stride:][:a.stride]
		for c, to := range row {
			via := up[c]
			if state == 0 {
				via = 0
			}
			if to == 0 {
				row[c] = via
				continue
			}
			suffix[to], a.shorter[to] = via, a.shorter[via]
			if len(a.ends[via]) > 0 {
				a.shorter[to] = via
			}
			queue = append(queue, to)
		}
	}
	a.multiply()
}

// multiply turns states into places in the table, so that a step is one load.
func (a *automaton) multiply() {
	for i, to := range a.next {
		a.next[i] = to * int32(a.stride)
		if len(a.ends[to]) > 0 || a.shorter[to] != 0 {
			a.next[i] |= hit
		}
	}
}

// search calls answer with the number of every question that the text answers
// with yes, some of them more than once. The text may be in any case.
func (a *automaton) search(text string, answer func(int32)) {
	for i := range len(text) {
		if text[i] >= 0x80 {
			text = strings.ToLower(text)
			break
		}
	}
	at := int32(0)
	for i := range len(text) {
		at = a.next[int(at)+int(a.class[text[i]])]
		if at < 0 {
			at &^= hit
			a.tell(at/int32(a.stride), i+1, len(text), answer)
		}
	}
}

// tell answers for the literals that end at a place of a text.
func (a *automaton) tell(state int32, end, length int, answer func(int32)) {
	for ; state != 0; state = a.shorter[state] {
		for _, n := range a.ends[state] {
			l := &a.found[n]
			first, last := end == len(l.text), end == length
			for place, asked := range [...]bool{anywhere: true, atStart: first, atEnd: last, whole: first && last} {
				if q := l.where[place]; asked && q >= 0 {
					answer(q)
				}
			}
		}
	}
}
