package source

import "bytes"

// years follows the year through lines that don't state it. It begins with the
// year that the user gave for the first line, or at a neighbour that states its
// own; the current year is never taken.
type years struct {
	year   int
	month  int
	rolled bool
	seen   [dateSize]byte // the beginning of the last line that had a date
}

// dateSize is as much of a line as may state a day and a year: lines that begin
// alike are of one day.
const dateSize = len("Apr 15 2014")

// see looks at a line and says whether the year changed.
func (y *years) see(line []byte) bool {
	line = line[:min(len(line), 48)]
	if len(line) > 0 && line[0] == '<' {
		if i := bytes.IndexByte(line[:min(len(line), 6)], '>'); i > 0 {
			line = line[i+1:]
		}
	}
	if len(line) < 15 || bytes.Equal(line[:dateSize], y.seen[:]) {
		return false
	}
	copy(y.seen[:], line)
	var s stamp
	switch text := string(line); {
	case monthAt(text, 0) > 0:
		if s.scanNamed(text) == 0 {
			return false
		}
	case line[0] == '1' || line[0] == '2':
		if s.scanISO(text) == 0 {
			return false
		}
	default:
		return false
	}
	return y.follow(&s)
}

func (y *years) follow(s *stamp) bool {
	before, last := y.year, y.month
	y.month = s.month
	switch {
	case !s.noYear:
		y.year, y.rolled = s.year, false
	case y.year == 0 || last == 0:
	case last-s.month > 1:
		y.year, y.rolled = y.year+1, true
	case y.rolled && s.month-last > 9:
		y.year, y.rolled = y.year-1, false
	}
	return y.year != before
}
