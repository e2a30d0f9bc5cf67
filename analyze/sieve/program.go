package sieve

import (
	"cmp"
	"slices"
	"strconv"

	"hotwash/analyze/sigma"
)

// node is a rule's logic over lines, which rules share.
type node struct {
	is   sigma.NodeKind
	of   []*node
	line int32 // of a Line
	cost int   // 0 if literals alone decide it
}

// line is one question about a field: it holds if one of its tests does. Those
// that literals decide were answered by the automaton; lazy ones are asked only
// when a rule depends on them.
type line struct {
	field int32 // everyField for keywords
	lazy  []lazy

	triggers []int32 // questions of which one is answered with yes if the line holds
	always   bool    // or there are no such questions
}

// everyField is the field of keywords: they are asked of every value of the
// event, whatever its field.
const everyField = -1

// lazy is a test that no literal decides. Its factor is the question whose no
// is the test's no, -1 if there is none.
type lazy struct {
	test   *sigma.Test
	id     int32
	factor int32
}

// compiler turns the trees of rules into lines and questions.
type compiler struct {
	s      *Sieve
	fields map[string]int32
	asked  []map[string]*literal // by field, by text
	words  map[string]*literal   // of keywords: asked for in every field
	lines  map[string]int32      // by what they ask
	lazies map[string]int32
	key    []byte
}

// node compiles a tree. A line under All holds if each of its values does: it
// is the And of one line for each.
func (c *compiler) node(n *sigma.Node) *node {
	if n.Is == sigma.Line {
		return c.leaf(n.Leaf)
	}
	out := &node{is: n.Is}
	for _, sub := range n.Of {
		x := c.node(sub)
		out.of = append(out.of, x)
		out.cost += x.cost
	}
	slices.SortStableFunc(out.of, func(a, b *node) int { return cmp.Compare(a.cost, b.cost) })
	return out
}

func (c *compiler) leaf(l *sigma.Leaf) *node {
	var out *node
	if l.All {
		out = &node{is: sigma.And}
		for _, tests := range l.Values {
			x := c.line(l.Field, tests)
			out.of = append(out.of, x)
			out.cost += x.cost
		}
	} else {
		out = c.line(l.Field, slices.Concat(l.Values...))
	}
	if l.Neq {
		return &node{is: sigma.Not, of: []*node{out}, cost: out.cost}
	}
	return out
}

// line finds or makes the line that asks these tests of a field.
func (c *compiler) line(field string, tests []sigma.Test) *node {
	c.key = append(c.key[:0], field...)
	for i := range tests {
		c.key = describe(append(c.key, 0), &tests[i])
	}
	at, ok := c.lines[string(c.key)]
	if !ok {
		key := string(c.key)
		at = c.make(field, tests)
		c.lines[key] = at
	}
	return &node{is: sigma.Line, line: at, cost: len(c.s.lines[at].lazy)}
}

// describe appends what a test asks: equal for tests that ask the same, and for
// no others.
func describe(to []byte, t *sigma.Test) []byte {
	to = append(to, byte(t.Is), flag(t.Cased), flag(t.Present))
	for _, p := range t.Glob {
		to = append(append(to, byte(p.Op)), p.Text...)
		to = append(to, 0)
	}
	to = append(append(to, t.How...), 0)
	to = append(append(to, t.Text...), 0)
	to = t.Network.AppendTo(append(to, 0))
	return strconv.AppendFloat(append(to, 0), t.Limit, 'g', -1, 64)
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

func (c *compiler) make(field string, tests []sigma.Test) int32 {
	f := c.field(field)
	at := int32(len(c.s.lines))
	l := line{field: f}
	for i := range tests {
		t := &tests[i]
		if text, place, ok := literalOf(t); ok {
			q := c.question(f, text, place)
			c.s.holds[q] = append(c.s.holds[q], at)
			l.triggers = append(l.triggers, q)
			continue
		}
		switch {
		case f != everyField && isAny(t):
			c.s.fields[f].any = append(c.s.fields[f].any, at)
			l.always = true
		case f != everyField && isEmpty(t):
			c.s.fields[f].empty = append(c.s.fields[f].empty, at)
			l.always = true
		default:
			l.add(c.lazy(f, t))
		}
	}
	c.s.lines = append(c.s.lines, l)
	return at
}

func (l *line) add(x lazy) {
	l.lazy = append(l.lazy, x)
	if x.factor < 0 {
		l.always = true
		return
	}
	l.triggers = append(l.triggers, x.factor)
}

func (c *compiler) lazy(field int32, t *sigma.Test) lazy {
	c.key = describe(strconv.AppendInt(c.key[:0], int64(field), 10), t)
	id, ok := c.lazies[string(c.key)]
	if !ok {
		id = int32(len(c.lazies))
		c.lazies[string(c.key)] = id
	}
	x := lazy{test: t, id: id, factor: -1}
	if text := factorOf(t); text != "" {
		x.factor = c.question(field, text, anywhere)
		c.s.factor[x.factor] = true
	}
	return x
}

// field numbers a field; keywords have none.
func (c *compiler) field(name string) int32 {
	if name == "" {
		return everyField
	}
	at, ok := c.fields[name]
	if !ok {
		at = int32(len(c.s.fields))
		c.fields[name] = at
		c.s.fields = append(c.s.fields, field{name: name})
		c.asked = append(c.asked, map[string]*literal{})
	}
	return at
}

// question numbers what a literal is asked for in a field.
func (c *compiler) question(field int32, text string, at anchor) int32 {
	texts := c.words
	if field != everyField {
		texts = c.asked[field]
	}
	l := texts[text]
	if l == nil {
		l = &literal{text, [4]int32{-1, -1, -1, -1}}
		texts[text] = l
	}
	if l.where[at] < 0 {
		l.where[at] = int32(len(c.s.holds))
		c.s.holds = append(c.s.holds, nil)
		c.s.factor = append(c.s.factor, false)
		c.s.word = append(c.s.word, field == everyField)
		c.s.lengths = append(c.s.lengths, int32(len(text)))
	}
	return l.where[at]
}
