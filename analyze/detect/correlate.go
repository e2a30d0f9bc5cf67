package detect

import (
	"cmp"
	"context"
	"slices"

	"hotwash/analyze/sigma"
)

// correlator finds what correlations ask for among the hits of rules.
//
// An event that lacks a value to group by, or whose value is empty, is in no
// group; one that has several is in the group of each. An event that several
// rules of a correlation match is one event. What has no time is in no window.
type correlator struct {
	*program
	hits *hits
	of   map[*sigma.Rule]*correlated
}

// correlated is what a correlation found.
type correlated struct {
	groups   *grouping
	episodes []episode
	left     left
}

// episode is a group's time in which a correlation was fulfilled.
type episode struct {
	group  int32
	number float64
	hits   []found // one of each event, by time
	marks  []int64
}

// found is a hit: a rule by its position in the program, and the hit's position.
type found struct{ rule, hit int32 }

// hit is the hit that was found.
func (h *hits) hit(f found) *hit { return &h.byRule[f.rule][f.hit] }

// correlate finds the episodes of a correlation, and before them those of the
// correlations that it stands on.
func (x *correlator) correlate(ctx context.Context, r *sigma.Rule) (*correlated, error) {
	if done, ok := x.of[r]; ok {
		return done, nil
	}
	out := &correlated{groups: newGrouping(x.hits)}
	x.of[r] = out
	g := gatherer{correlator: x, c: r.Correlation, out: out, values: newGrouping(x.hits)}
	for i, of := range r.Correlation.Of {
		if err := g.rule(ctx, i, of); err != nil {
			return nil, err
		}
	}
	m := meterOf(r.Correlation)
	for _, group := range apartByGroup(g.points, len(out.groups.of)) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		group = once(group)
		all := stretches(r.Correlation, m, group)
		if x.named[r] {
			mark(r.Correlation, m, group, all)
		}
		for _, s := range all {
			out.episodes = append(out.episodes, x.episode(r.Correlation, group[s.from:s.to], s))
		}
	}
	return out, nil
}

// apartByGroup cuts points into those of one group each, in the order they have.
func apartByGroup(points []point, groups int) [][]point {
	ends := make([]int, groups+1)
	for i := range points {
		ends[points[i].group+1]++
	}
	for i := range groups {
		ends[i+1] += ends[i]
	}
	sorted := make([]point, len(points))
	starts := slices.Clone(ends)
	for _, p := range points {
		sorted[starts[p.group]] = p
		starts[p.group]++
	}
	out := make([][]point, groups)
	for i := range out {
		out[i] = sorted[ends[i]:ends[i+1]:ends[i+1]]
	}
	return out
}

// episode gathers the events of a stretch.
func (x *correlator) episode(c *sigma.Correlation, points []point, s stretch) episode {
	e := episode{group: points[0].group, number: s.number, marks: s.marks}
	inner := map[int64]bool{}
	for _, p := range points {
		of := c.Of[p.from]
		switch {
		case p.id >= 0:
			e.hits = append(e.hits, found{int32(x.at[of]), p.hit})
		case !inner[int64(p.from)<<48|-p.id]: // an episode has many points
			inner[int64(p.from)<<48|-p.id] = true
			e.hits = append(e.hits, x.of[of].episodes[-1-p.id].hits...)
		}
	}
	e.hits = x.hits.byTime(e.hits)
	return e
}

// byTime orders hits by time and leaves one of each event.
func (h *hits) byTime(all []found) []found {
	slices.SortFunc(all, func(a, b found) int {
		p, q := h.hit(a), h.hit(b)
		return cmp.Or(cmp.Compare(p.micros, q.micros), cmp.Compare(p.id, q.id), cmp.Compare(a.rule, b.rule))
	})
	return slices.CompactFunc(all, func(a, b found) bool { return h.hit(a).id == h.hit(b).id })
}

// gatherer makes points of the hits of a correlation's rules.
type gatherer struct {
	*correlator
	c      *sigma.Correlation
	out    *correlated
	values *grouping // of the fields that are counted
	points []point
}

// rule adds the hits of the i-th rule of the correlation, or the episodes of
// that correlation.
func (g *gatherer) rule(ctx context.Context, i int, of *sigma.Rule) error {
	if of.Correlation != nil {
		inner, err := g.correlate(ctx, of)
		if err == nil {
			g.episodes(i, of.Correlation, inner)
		}
		return err
	}
	at, ok := g.at[of]
	if !ok {
		return nil // it can't be run; the status says so
	}
	t := &g.hits.taken[at]
	width := len(t.fields)
	keyPlaces, valuePlaces := g.places(i, g.c.GroupBy, t), g.places(i, g.c.Fields, t)
	g.points = slices.Grow(g.points, len(g.hits.byRule[at]))
	keys, values := make([]int32, len(keyPlaces)), make([]int32, len(valuePlaces))
	for k := range g.hits.byRule[at] {
		h := &g.hits.byRule[at][k]
		g.out.left.of++
		if !h.dated {
			g.out.left.undated++
			continue
		}
		row := t.values[k*width : (k+1)*width]
		pick(keys, row, keyPlaces)
		pick(values, row, valuePlaces)
		if g.put(point{micros: h.micros, id: h.id, from: uint8(i), hit: int32(k)}, keys, values); k%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// places are where a rule's hits hold the values of fields.
func (g *gatherer) places(i int, names []string, t *taken) []int {
	all := make([]int, len(names))
	for n, name := range names {
		all[n] = slices.Index(t.fields, g.c.Field(i, name))
	}
	return all
}

func pick(to, from []int32, places []int) {
	for i, p := range places {
		to[i] = from[p]
	}
}

// episodes adds the episodes of a correlation: one point each, of the time at
// which it was first fulfilled. If it is asked which rules matched when, there
// is one for each time at which it was.
func (g *gatherer) episodes(i int, c *sigma.Correlation, inner *correlated) {
	for k := range inner.episodes {
		e := &inner.episodes[k]
		interned := func(names []string) []int32 {
			all := make([]int32, len(names))
			for n, name := range names {
				at := slices.IndexFunc(c.GroupBy, func(have string) bool { return sigma.Fold(have) == g.c.Field(i, name) })
				all[n] = g.hits.internBytes(appendValue(nil, inner.groups.of[e.group][at]))
			}
			return all
		}
		g.out.left.of++
		marks := e.marks
		if !g.c.Type.Timed() {
			marks = marks[:min(len(marks), 1)]
		}
		for _, at := range marks {
			g.put(point{micros: at, id: -1 - int64(k), from: uint8(i)}, interned(g.c.GroupBy), interned(g.c.Fields))
		}
	}
}

// put adds the points of an event: one for each of its groups, and for each
// value that it counts with.
func (g *gatherer) put(p point, keys, fields []int32) {
	l := &g.out.left
	in := g.out.groups.all(keys)
	var values []int32
	if g.c.Type == sigma.ValueCount {
		values = g.values.all(fields)
	}
	switch {
	case len(in) == 0:
		l.keyless++
	case len(in) > maxGroups || len(values) > maxGroups:
		l.crowded++
	case g.c.Type.Timed():
		p.rule = p.from
		g.add(p, in)
	case len(fields) == 0:
		g.add(p, in)
	case g.c.Type == sigma.ValueCount:
		for _, v := range values {
			p.value = v
			g.add(p, in)
		}
		if len(values) == 0 {
			l.valueless++
		}
	default:
		g.numbers(p, in, g.hits.names[fields[0]])
	}
}

func (g *gatherer) add(p point, in []int32) {
	for _, group := range in {
		p.group = group
		g.points = append(g.points, p)
	}
}

// numbers adds a point for each number among values.
func (g *gatherer) numbers(p point, in []int32, values string) {
	var n int32
	before := len(g.points)
	for ; values != ""; n++ {
		var v string
		v, values = nextValue(values)
		if number, ok := sigma.ReadNumber(v); ok {
			p.value, p.number = n, number
			g.add(p, in)
		}
	}
	switch {
	case n > maxGroups:
		g.points = g.points[:before]
		g.out.left.crowded++
	case len(g.points) == before:
		g.out.left.valueless++
	}
}
