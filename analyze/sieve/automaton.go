package sieve

import "strings"

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
	a := &automaton{found: literals, stride: 1}
	for _, l := range literals {
		for i := range len(l.text) {
			if b := l.text[i]; a.class[b] == 0 {
				a.class[b] = uint8(a.stride)
				a.stride++
			}
		}
	}
	a.link(a.trie())
	for b := 'A'; b <= 'Z'; b++ {
		a.class[b] = a.class[b+'a'-'A']
	}
	return a
}

// edge is a step of the trie.
type edge struct {
	state int32
	class uint8
}

// trie holds the literals as a tree: states in the order they were made.
func (a *automaton) trie() map[edge]int32 {
	steps := map[edge]int32{}
	a.ends = [][]int32{nil}
	for n, l := range a.found {
		state := int32(0)
		for i := range len(l.text) {
			e := edge{state, a.class[l.text[i]]}
			to, ok := steps[e]
			if !ok {
				to = int32(len(a.ends))
				steps[e] = to
				a.ends = append(a.ends, nil)
			}
			state = to
		}
		a.ends[state] = append(a.ends[state], int32(n))
	}
	return steps
}

// link fills the table, states nearer to the root first.
func (a *automaton) link(steps map[edge]int32) {
	states := len(a.ends)
	a.next = make([]int32, states*a.stride)
	a.shorter = make([]int32, states)
	suffix := make([]int32, states)
	for e, to := range steps {
		a.next[int(e.state)*a.stride+int(e.class)] = to
	}
	queue := make([]int32, 0, states)
	queue = append(queue, 0)
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for c := range a.stride {
			at := int(state)*a.stride + c
			to := a.next[at]
			via := int32(0)
			if state != 0 {
				via = a.next[int(suffix[state])*a.stride+c]
			}
			if to == 0 {
				a.next[at] = via
				continue
			}
			suffix[to] = via
			a.shorter[to] = a.shorter[via]
			if len(a.ends[via]) > 0 {
				a.shorter[to] = via
			}
			queue = append(queue, to)
		}
	}
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
