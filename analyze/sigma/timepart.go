package sigma

import (
	"strconv"
	"strings"
	"time"
)

// timeParts are the modifiers that ask for a part of a time, in UTC. A week is
// that of ISO 8601, a day that of the month.
var timeParts = map[string]func(time.Time) int{
	"minute": time.Time.Minute,
	"hour":   time.Time.Hour,
	"day":    time.Time.Day,
	"week":   func(t time.Time) int { _, week := t.ISOWeek(); return week },
	"month":  func(t time.Time) int { return int(t.Month()) },
	"year":   time.Time.Year,
}

func timePart(ch *chain, o operand) ([]operand, error) {
	if ch.leaf.field == "" || ch.value.kind != numberNode || o.changed || strings.Contains(ch.value.text, ".") {
		return nil, ch.fail("needs a field and a whole number")
	}
	return []operand{{is: TimePart, how: ch.name}}, nil
}

func (ch *chain) timeTest(o operand) (Test, error) {
	want, err := strconv.Atoi(ch.value.text)
	if err != nil {
		return Test{}, ch.fail("%q is no whole number", ch.value.text)
	}
	part := timeParts[o.how]
	return Test{Is: TimePart, How: o.how, Limit: float64(want), one: func(v *Value) bool {
		t, ok := timeOf(v.Text)
		return ok && part(t) == want
	}}, nil
}

// timeLayouts are how logs write times that say their year first. Go reads a
// fraction of a second after any of them.
var timeLayouts = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04:05 UTC", "2006-01-02",
}

// timeOf reads a time as logs write it, or seconds, milli- or microseconds since
// 1970. Without a zone it is UTC.
func timeOf(s string) (time.Time, bool) {
	if len(s) < 4 || len(s) > 40 {
		return time.Time{}, false
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return sinceEpoch(n)
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// sinceEpoch tells the unit by the size: from 1973 to 5138 they don't overlap.
func sinceEpoch(n float64) (time.Time, bool) {
	switch {
	case n >= 1e8 && n < 1e11:
		return time.UnixMicro(int64(n * 1e6)).UTC(), true
	case n >= 1e11 && n < 1e14:
		return time.UnixMicro(int64(n * 1e3)).UTC(), true
	case n >= 1e14 && n < 1e17:
		return time.UnixMicro(int64(n)).UTC(), true
	}
	return time.Time{}, false
}
