package sieve

import (
	"encoding/binary"
	"slices"
	"strings"
)

// class is what a value means to the rules: the questions that it answers with
// yes, and what follows from them. Most values are of few classes.
type class struct {
	questions []int32
	lines     []int32 // that hold
	words     []int32 // keywords that hold
	factors   []int32 // questions that lazy tests wait for
	rules     []int32 // that become candidates
}

// cache remembers the classes of one field's values. Logs repeat themselves;
// where they don't, it is given up.
type cache struct {
	values  map[string]int32 // number of a value
	classOf []*class         // by it
	known   map[string]*class
	bytes   int // of the values' texts
	looks   int
	hits    int
	off     bool
}

// What a cache may hold, and when it is given up: if fewer than one look in
// eight of the first of them was a hit.
const (
	cacheBytes  = 32 << 20
	cacheTrial  = 20_000
	cacheUseful = 8
	maxClasses  = 1 << 16
)

func newCache() *cache {
	return &cache{values: map[string]int32{}, known: map[string]*class{}}
}

// class finds the class of a value, and the value's number; -1 for a value that
// isn't remembered.
func (w *Worker) class(field int32, text string) (*class, int32) {
	c := w.caches[field]
	if c.off {
		return w.answer(field, text), -1
	}
	c.looks++
	if n, ok := c.values[text]; ok {
		c.hits++
		return c.classOf[n], n
	}
	if c.looks == cacheTrial && c.hits*cacheUseful < c.looks {
		*c = cache{off: true}
		return w.answer(field, text), -1
	}
	if c.bytes += len(text); c.bytes > cacheBytes || len(c.known) > maxClasses {
		w.forget(field)
		c = w.caches[field]
	}
	k := c.intern(text, w.answer(field, text))
	n := int32(len(c.classOf))
	c.classOf = append(c.classOf, k)
	c.values[strings.Clone(text)] = n // the batch that text stands in will be gone
	return k, n
}

// forget empties a field's cache and what was remembered of its values.
func (w *Worker) forget(field int32) {
	looks, hits := w.caches[field].looks, w.caches[field].hits
	w.caches[field] = newCache()
	w.caches[field].looks, w.caches[field].hits = looks, hits
	clear(w.memo)
	w.row.single[field] = several
}

// intern keeps one class for all values that answer alike.
func (c *cache) intern(text string, k *class) *class {
	key := make([]byte, 0, 4*len(k.questions)+1)
	for _, q := range k.questions {
		key = binary.LittleEndian.AppendUint32(key, uint32(q))
	}
	if len(k.questions) == 0 && text == "" {
		key = append(key, 0) // the empty value is of a class of its own
	}
	if same := c.known[string(key)]; same != nil {
		return same
	}
	c.known[string(key)] = k
	return k
}

// answer asks everything of a value that literals decide.
func (w *Worker) answer(field int32, text string) *class {
	s, f := w.s, &w.s.fields[field]
	w.round++
	k := &class{lines: slices.Clone(f.any)}
	if text == "" {
		k.lines = append(k.lines, f.empty...)
	}
	f.find.search(text, func(q int32) {
		if w.asked[q] == w.round {
			return
		}
		w.asked[q] = w.round
		k.questions = append(k.questions, q)
	})
	slices.Sort(k.questions)
	for _, q := range k.questions {
		if s.word[q] {
			k.words = append(k.words, s.holds[q]...)
		} else {
			k.lines = append(k.lines, s.holds[q]...)
		}
		k.rules = append(k.rules, s.wakes[q]...)
		if s.factor[q] {
			k.factors = append(k.factors, q)
		}
	}
	slices.Sort(k.rules)
	k.rules = slices.Compact(k.rules)
	return k
}
