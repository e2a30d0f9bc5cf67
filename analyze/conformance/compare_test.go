package conformance

import (
	"slices"
	"strconv"
	"strings"

	"hotwash/analyze/source"
)

// compare holds the core fields of a record against those that the map expects.
func (c *comparer) compare(v *value, r reading, rep *report, file string) {
	v = c.in(v)
	for i, expected := range c.expected(v) {
		field := coreFields[i]
		tally := rep.field(c.name, field)
		have := r.core(field, expected)
		if expected == "" {
			if have != "" {
				tally.extra++
			}
			continue
		}
		tally.expected++
		kind := "wrong"
		switch {
		case agrees(expected, have):
			tally.right++
			continue
		case have == "":
			kind = "missing"
			tally.missing++
		default:
			tally.wrong++
		}
		if r.source == source.Unknown {
			rep.differ(difference{part: "fields", family: c.name, kind: "of no source", class: c.class.of(v)}, file)
			continue
		}
		rep.differ(difference{part: "fields", family: c.name, field: field, kind: kind, class: c.class.of(v)},
			file+": expected "+strconv.Quote(expected)+", got "+strconv.Quote(have))
	}
}

// agrees: an expectation may be several texts, a time that another clock told,
// which is right within ten seconds, or a number that is one part of an id.
func agrees(expected, have string) bool {
	if part, ok := strings.CutPrefix(expected, "%"); ok {
		return slices.Contains(strings.FieldsFunc(have, func(c rune) bool { return c == '/' || c == '@' }), part)
	}
	if at, ok := strings.CutPrefix(expected, "~"); ok {
		a, _ := strconv.ParseInt(at, 10, 64)
		b, err := strconv.ParseInt(have, 10, 64)
		return err == nil && max(a-b, b-a) <= 10_000_000
	}
	return have == expected || strings.Contains(expected, "||") && slices.Contains(strings.Split(expected, "||"), have)
}

// core is a core field of an event; of pivots the expected one if it is there.
func (r reading) core(field, expected string) string {
	e := r.event
	switch field {
	case "time":
		if !e.Time.Dated() {
			return ""
		}
		return strconv.FormatInt(e.Time.Micros, 10)
	case "correlation":
		return pivotOf(r.correlations(), expected)
	case "agent":
		return pivotOf(r.agents(), expected)
	}
	return text(e, field)
}

// pivotOf is the expected value if it is among the pivots, else the first.
func pivotOf(values []string, expected string) string {
	if slices.Contains(values, expected) {
		return expected
	}
	if len(values) > 0 {
		return values[0]
	}
	return ""
}

func (r reading) correlations() []string {
	values := r.pivots("correlation session token")
	if r.event.Flow != nil && r.event.Flow.UID != "" {
		values = append(values, r.event.Flow.UID)
	}
	return values
}

func (r reading) agents() []string {
	values := r.pivots("agent")
	if r.event.Web != nil && r.event.Web.UserAgent != "" {
		values = append(values, r.event.Web.UserAgent)
	}
	return values
}
