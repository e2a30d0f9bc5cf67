package detect

import (
	"fmt"
	"strings"

	"hotwash/analyze/sigma"
)

// left counts the hits of a correlation's rules that it can't correlate.
type left struct {
	of        int // all of them
	undated   int
	keyless   int // no value in a field to group by
	crowded   int // too many values
	valueless int // nothing to be counted
}

// text says what was left out; empty if nothing was.
func (l *left) text(c *sigma.Correlation) string {
	var parts []string
	for _, p := range []struct {
		n   int
		why string
	}{
		{l.undated, "without a time"},
		{l.keyless, "without a value in " + strings.Join(c.GroupBy, ", ")},
		{l.crowded, fmt.Sprintf("with more than %d combinations of values", maxGroups)},
		{l.valueless, "without a value to be counted in " + strings.Join(c.Fields, ", ")},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.why))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("of %d hits these don't correlate: %s", l.of, strings.Join(parts, ", "))
}
