package detect

import (
	"encoding/binary"
	"slices"
	"strings"
)

// grouping numbers what events have in common: the combinations of values, one of
// each of some fields. Values are equal in any case, as they are to a rule.
type grouping struct {
	h       *hits
	of      [][]string         // by number: the values in lower case
	numbers map[string]int32   // of combinations
	known   map[string][]int32 // by the interned values of the fields: the numbers of their combinations
	single  [][]int32          // the same of one field, by its interned values
	key     []byte
}

// maxGroups is how many combinations the values of one event may have.
const maxGroups = 64

func newGrouping(h *hits) *grouping {
	return &grouping{h: h, numbers: map[string]int32{}, known: map[string][]int32{}}
}

// all are the combinations of the values of fields: none if a field has no
// value, more than maxGroups if there are too many to be told.
func (g *grouping) all(interned []int32) []int32 {
	if len(interned) == 1 {
		return g.ofOne(interned)
	}
	g.key = g.key[:0]
	for _, i := range interned {
		g.key = binary.LittleEndian.AppendUint32(g.key, uint32(i))
	}
	numbers, ok := g.known[string(g.key)]
	if !ok {
		numbers = g.combine(interned)
		g.known[string(g.key)] = numbers
	}
	return numbers
}

func (g *grouping) ofOne(interned []int32) []int32 {
	at := int(interned[0])
	if at >= len(g.single) {
		g.single = append(g.single, make([][]int32, len(g.h.names)-len(g.single))...)
	}
	if g.single[at] == nil {
		g.single[at] = g.combine(interned)
	}
	return g.single[at]
}

func (g *grouping) combine(interned []int32) []int32 {
	all := [][]string{nil}
	for _, i := range interned {
		var next [][]string
		for _, begun := range all {
			for rest := g.h.names[i]; rest != "" && len(next) <= maxGroups; {
				var v string
				v, rest = nextValue(rest)
				next = append(next, append(slices.Clip(begun), strings.ToLower(v)))
			}
		}
		all = next
	}
	numbers := []int32{}
	for _, values := range all {
		if n := g.number(values); !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func (g *grouping) number(values []string) int32 {
	var key []byte
	for _, v := range values {
		key = append(binary.AppendUvarint(key, uint64(len(v))), v...)
	}
	n, ok := g.numbers[string(key)]
	if !ok {
		n = int32(len(g.of))
		g.of = append(g.of, values)
		g.numbers[string(key)] = n
	}
	return n
}
