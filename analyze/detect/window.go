package detect

import (
	"cmp"
	"slices"

	"hotwash/analyze/sigma"
)

// point is what a window holds: an event of a group, once for each value that
// it counts with.
type point struct {
	micros int64
	id     int64   // of the event; of an episode of another correlation -1 - its position
	number float64 // what it counts with, of value_sum and the like
	group  int32
	value  int32 // what it counts as, of value_count; else which of its values it is
	hit    int32 // of the rule that it is from
	from   uint8 // position of that rule in the correlation
	rule   uint8 // it too where it matters: of the temporal types
}

// inTurn orders points of a group by time, and those of one time by rule: a
// rule that matched at the same time as the one before it follows it.
func inTurn(a, b point) int {
	return cmp.Or(cmp.Compare(a.micros, b.micros), cmp.Compare(a.rule, b.rule), cmp.Compare(a.id, b.id),
		cmp.Compare(a.value, b.value), cmp.Compare(a.from, b.from))
}

// once orders the points of a group, and leaves one of those that say the same
// of an event: several rules matched it.
func once(group []point) []point {
	slices.SortFunc(group, inTurn)
	return slices.CompactFunc(group, func(a, b point) bool {
		same := a.micros == b.micros && a.rule == b.rule && a.id == b.id && a.value == b.value
		return same && (a.id >= 0 || a.from == b.from)
	})
}

// stretch is a run of a group's points: those of windows that fulfil the
// condition and overlap, so that they share points.
type stretch struct {
	from, to int     // points from <= i < to
	number   float64 // the largest of the windows
	marks    []int64 // times at which the window that ends there fulfils the condition
}

// stretches finds all windows of a group that fulfil a correlation. A window is
// as long as the timespan, both ends belong to it, and it holds all points of
// the group that fall into it. It may begin at any time: of those that hold the
// same points, or some of the points of another one, only the largest is looked
// at, because the others are how it begins and ends.
func stretches(c *sigma.Correlation, m meter, group []point) []stretch {
	var out []stretch
	m.begin(group)
	to := 0
	for from := 0; to < len(group); {
		first := group[from].micros
		grown := false
		for to < len(group) && group[to].micros-first <= c.Timespan {
			m.add(&group[to])
			to++
			grown = true
		}
		if n, ok := m.number(first); grown && ok && c.Holds(n) {
			last := len(out) - 1
			if last >= 0 && from < out[last].to {
				out[last].to, out[last].number = to, max(out[last].number, n)
			} else {
				out = append(out, stretch{from: from, to: to, number: n})
			}
		}
		for from < to && group[from].micros == first {
			m.drop(&group[from])
			from++
		}
	}
	return out
}

// mark notes when the condition was fulfilled, as it looked at that time: in
// the window that ended then.
func mark(c *sigma.Correlation, m meter, group []point, found []stretch) {
	if len(found) == 0 {
		return
	}
	m.begin(group)
	from, at := 0, 0
	for to := 0; to < len(group); {
		now := group[to].micros
		for to < len(group) && group[to].micros == now {
			m.add(&group[to])
			to++
		}
		for now-group[from].micros > c.Timespan {
			m.drop(&group[from])
			from++
		}
		for at < len(found)-1 && found[at].to < to {
			at++
		}
		s := &found[at]
		if n, ok := m.number(group[from].micros); ok && c.Holds(n) && s.from < to && to <= s.to {
			s.marks = append(s.marks, now)
		}
	}
}
