package detect

import (
	"cmp"
	"slices"
	"strings"

	"hotwash/analyze/sigma"
)

// silence is how long rule and entity must be quiet for a new finding: 24 hours
// in µs.
const silence = 24 * 3600 * 1_000_000

// hits are the events that rules matched, until they are grouped.
type hits struct {
	rules  []*sigma.Rule
	byRule [][]hit
	firsts map[place]first
	taken  []taken  // by rule: what correlations need of its hits
	silent []bool   // by rule: nobody asks why it matched
	names  []string // interned texts
	index  map[string]int32
	text   []byte  // of the values at hand
	values []int32 // of the hit at hand
}

// hit is one event that a rule matched. Texts are interned: a rule may match
// millions of events of a few actors.
type hit struct {
	id, micros int64
	dated      bool

	entity, source, user, host, ip int32
}

// place is where the first event of a finding must be looked for. Two events of
// one rule, entity and day are never more than a day apart: the first event of
// a finding is the first of its day, so reasons are kept for that one only.
type place struct {
	rule   int32
	entity int32
	dated  bool
	day    int64
}

// first is the earliest event of a place so far, and why it matched.
type first struct {
	micros, id int64
	why        []sigma.Why
}

func newHits(p *program) *hits {
	h := &hits{rules: p.rules, byRule: make([][]hit, len(p.rules)), firsts: map[place]first{}, index: map[string]int32{}}
	h.silent, h.taken = p.silent, make([]taken, len(p.rules))
	for i, fields := range p.asks {
		h.taken[i].fields = fields
	}
	return h
}

func (h *hits) intern(s string) int32 {
	if i, ok := h.index[s]; ok {
		return i
	}
	s = strings.Clone(s)
	i := int32(len(h.names))
	h.names = append(h.names, s)
	h.index[s] = i
	return i
}

func (h *hits) internBytes(s []byte) int32 {
	if i, ok := h.index[string(s)]; ok {
		return i
	}
	return h.intern(string(s))
}

// add notes that a rule matched the row.
func (h *hits) add(i int, rule *sigma.Rule, r *row) {
	c, at := r.cols, r.at
	if n := len(h.byRule[i]); n > 0 && h.byRule[i][n-1].id == c.IDs[at] {
		return // the row came through two gates
	}
	user, host, ip := c.Text("actor", at), c.Text("host", at), c.Text("src_ip", at)
	x := hit{
		id: c.IDs[at], micros: c.Times[at].Micros, dated: c.Times[at].Dated(), source: h.intern(c.Source),
		entity: h.intern(cmp.Or(user, host, ip)), user: h.intern(user), host: h.intern(host), ip: h.intern(ip),
	}
	if !x.dated {
		x.micros = 0
	}
	values := h.valuesOf(&h.taken[i], r) // before the hit: if it panics there is none
	h.byRule[i], h.taken[i].values = append(h.byRule[i], x), append(h.taken[i].values, values...)
	if !h.silent[i] {
		h.explain(placeOf(i, &x), &x, rule, r)
	}
}

// merge takes over the hits of another worker.
func (h *hits) merge(o *hits) {
	to := make([]int32, len(o.names))
	for i, name := range o.names {
		to[i] = h.intern(name)
	}
	for i, list := range o.byRule {
		for _, x := range list {
			x.entity, x.source, x.user, x.host, x.ip = to[x.entity], to[x.source], to[x.user], to[x.host], to[x.ip]
			h.byRule[i] = append(h.byRule[i], x)
		}
		for _, v := range o.taken[i].values {
			h.taken[i].values = append(h.taken[i].values, to[v])
		}
	}
	for p, f := range o.firsts {
		p.entity = to[p.entity]
		if have, ok := h.firsts[p]; !ok || f.before(&have) {
			h.firsts[p] = f
		}
	}
}

func (f *first) before(o *first) bool {
	return f.micros < o.micros || f.micros == o.micros && f.id < o.id
}

func placeOf(rule int, x *hit) place {
	day := x.micros / silence
	if x.micros < 0 {
		day = (x.micros+1)/silence - 1
	}
	return place{int32(rule), x.entity, x.dated, day}
}

// explain keeps the reasons of the first event of a place.
func (h *hits) explain(p place, x *hit, rule *sigma.Rule, r *row) {
	if f, ok := h.firsts[p]; ok && f.before(&first{micros: x.micros, id: x.id}) {
		return
	}
	why := rule.Explain(r)
	for i := range why {
		why[i].Value = strings.Clone(why[i].Value) // the batch will be gone
	}
	h.firsts[p] = first{x.micros, x.id, why}
}

// before orders hits of a rule: by entity, those without a time last, then by
// time.
func before(a, b hit) int {
	return cmp.Or(cmp.Compare(a.entity, b.entity), compareBool(b.dated, a.dated), cmp.Compare(a.micros, b.micros), cmp.Compare(a.id, b.id))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// groups cuts the hits of one rule into those of one finding each.
func groups(list []hit) [][]hit {
	slices.SortFunc(list, before)
	var out [][]hit
	from := 0
	for i := 1; i <= len(list); i++ {
		if i == len(list) || apart(&list[i-1], &list[i]) {
			out = append(out, list[from:i])
			from = i
		}
	}
	return out
}

// apart says whether two hits that follow each other are of two findings. One
// without a time is of the finding before it.
func apart(a, b *hit) bool {
	return a.entity != b.entity || b.dated && b.micros-a.micros > silence
}
