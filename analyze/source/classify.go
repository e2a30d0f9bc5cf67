package source

import (
	"slices"
	"strings"
)

// maxShapes and maxCases bound what a classifier remembers.
const (
	maxShapes = 4096
	maxCases  = 64
)

// trace notes which fields a Match asked for.
type trace struct {
	at     []int32
	opaque bool // asked for something that can't be compared
}

func (r *Record) touch(i int) {
	if r.trace != nil && !slices.Contains(r.trace.at, int32(i)) {
		r.trace.at = append(r.trace.at, int32(i))
	}
}

func (r *Record) untraceable() {
	if r.trace != nil {
		r.trace.opaque = true
	}
}

// answer is a source, and the values that led to it.
type answer struct {
	source *Source
	at     []int32
	values []string
}

func (a *answer) fits(r *Record) bool {
	for k, i := range a.at {
		if int(i) >= len(r.Fields) || r.Fields[i].Value != a.values[k] { // shapes are hashes
			return false
		}
	}
	return true
}

// classifier finds the source of a record. Records with the same names in the
// same order, and the same values where a Match looked, are of the same source.
type classifier struct {
	table  []*Source
	by     map[*Framing][]*Source
	known  *Known
	shapes map[uint64][]answer
	trace  trace
}

func newClassifier(table []*Source) *classifier {
	return &classifier{table: table, by: map[*Framing][]*Source{}, shapes: map[uint64][]answer{}}
}

// candidates are the sources that come in a framing, in the order of the table.
func (c *classifier) candidates(f *Framing) []*Source {
	list, ok := c.by[f]
	if !ok {
		for _, s := range c.table {
			if slices.Contains(s.Framings, f.Name) {
				list = append(list, s)
			}
		}
		c.by[f] = list
	}
	return list
}

// source is the first source that matches, Unknown if none does.
func (c *classifier) source(f *Framing, r *Record) *Source {
	if len(r.Fields) == 0 {
		return c.match(f, r)
	}
	if c.known != r.Known {
		c.known = r.Known
		clear(c.shapes)
	}
	shape := r.shape ^ hashString(f.Name)
	answers := c.shapes[shape]
	for i := range answers {
		if answers[i].fits(r) {
			return answers[i].source
		}
	}
	c.trace.at, c.trace.opaque = c.trace.at[:0], false
	r.trace = &c.trace
	s := c.match(f, r)
	r.trace = nil
	c.keep(shape, answers, r, s)
	return s
}

func (c *classifier) keep(shape uint64, answers []answer, r *Record, s *Source) {
	if c.trace.opaque || len(answers) >= maxCases {
		return
	}
	if len(c.shapes) >= maxShapes {
		clear(c.shapes)
	}
	a := answer{source: s, at: slices.Clone(c.trace.at)}
	for _, i := range a.at {
		a.values = append(a.values, strings.Clone(r.Fields[i].Value))
	}
	c.shapes[shape] = append(answers, a)
}

func (c *classifier) match(f *Framing, r *Record) *Source {
	for _, s := range c.candidates(f) {
		if s.Match(r) {
			return s
		}
	}
	return Unknown
}
