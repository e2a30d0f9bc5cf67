package source

import (
	"math"
	"strings"

	"hotwash/analyze/event"
)

// scan reads the time that text begins with and gives its length, 0 if there is
// none. The formats:
//
//	2021-08-02T13:11:39.7724491Z   ISO 8601, T or a space, 0 to 9 decimals and more, any offset or none
//	2023/07/06 08:11:40            the same with slashes or dots; 20230706T081140Z
//	9/20/2023 4:05:03 AM           day or month first: see DateOrder
//	7/18/2025, 12:26:46.737 PM     Log Analytics portal
//	13.01.2026 10:00:32            day first
//	15-Jan-2024 12:30:45.123       BIND; 10/Oct/2000:13:55:36 -0700 is Apache
//	Jan  2 15:04:05                RFC 3164, also with a year: Apr 15 2014 09:34:34 EDT
//	Mon, 02 Jan 2006 15:04:05 GMT  RFC 1123; Mon Jan  2 15:04:05 2006 is ctime
//	1672843056.913119              seconds, ms, µs or ns since 1970, by magnitude
//	/Date(1616140000000)/          ConvertTo-Json
func (s *stamp) scan(text string) int {
	*s = stamp{}
	if text == "" {
		return 0
	}
	if n := s.scanISO(text); n > 0 {
		return n
	}
	switch c := text[0]; {
	case c == '/':
		return s.scanDateCall(text)
	case isDigit(c):
		if n := s.scanNumeric(text); n > 0 {
			return n
		}
		return s.scanEpoch(text)
	case c == '-':
		return s.scanEpoch(text)
	}
	return s.scanNamed(text)
}

// scanISO is the common case, made fast: 2021-08-02T13:11:39 and what follows.
func (s *stamp) scanISO(t string) int {
	if len(t) < 19 || t[4] != '-' || t[7] != '-' || t[13] != ':' || t[16] != ':' || t[10] != 'T' && t[10] != ' ' && t[10] != 't' {
		return 0
	}
	y1, ok1 := two(t, 0)
	y2, ok2 := two(t, 2)
	month, ok3 := two(t, 5)
	day, ok4 := two(t, 8)
	*s = stamp{year: y1*100 + y2, month: month, day: day, precision: event.Day}
	if !ok1 || !ok2 || !ok3 || !ok4 || !s.validDate() {
		return 0
	}
	n := s.scanClock(t, 11)
	if n == 11 {
		return 0
	}
	return s.scanZone(t, n)
}

// two reads two digits.
func two(t string, at int) (int, bool) {
	a, b := t[at]-'0', t[at+1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// digitsAt reads a number of at most max digits.
func digitsAt(t string, at, most int) (value, end int) {
	for end = at; end < len(t) && end-at < most && isDigit(t[end]); end++ {
		value = value*10 + int(t[end]-'0')
	}
	return value, end
}

func at(t string, i int) byte {
	if i < len(t) {
		return t[i]
	}
	return 0
}

func (s *stamp) validDate() bool {
	return s.month >= 1 && s.month <= 12 && s.day >= 1 && s.day <= daysIn(2000, s.month)
}

// scanNumeric reads dates that begin with a digit.
func (s *stamp) scanNumeric(t string) int {
	a, end := digitsAt(t, 0, 9)
	sep := at(t, end)
	switch {
	case end == 8 && (sep == 'T' || sep == 'Z' || sep == ' '):
		return s.scanCompact(t, a)
	case end == 4 && (sep == '-' || sep == '/' || sep == '.'):
		return s.scanYearFirst(t, a, end, sep)
	case end > 2:
		return 0
	case sep == ' ' || sep == '-' || sep == '/':
		if n := s.scanDayMonthName(t, a, end, sep); n > 0 {
			return n
		}
	}
	if sep == '/' || sep == '.' || sep == '-' {
		return s.scanYearLast(t, a, end, sep)
	}
	return 0
}

func (s *stamp) scanCompact(t string, date int) int {
	s.year, s.month, s.day = date/10000, date/100%100, date%100
	if !s.validDate() {
		return 0
	}
	end := 8
	if at(t, end) == 'T' || at(t, end) == ' ' {
		n := s.scanCompactClock(t, end+1)
		if n == 0 {
			return 0
		}
		end = n
	}
	return s.scanZone(t, end)
}

func (s *stamp) scanCompactClock(t string, from int) int {
	clock, end := digitsAt(t, from, 7)
	if end-from != 6 {
		n := s.scanClock(t, from)
		if n == from {
			return 0
		}
		return n
	}
	s.hour, s.minute, s.second, s.precision = clock/10000, clock/100%100, clock%100, event.Second
	if !s.validClock() {
		return 0
	}
	return s.scanFraction(t, end)
}

func (s *stamp) scanYearFirst(t string, year, end int, sep byte) int {
	month, m := digitsAt(t, end+1, 2)
	if m == end+1 || at(t, m) != sep {
		return 0
	}
	day, d := digitsAt(t, m+1, 2)
	if d == m+1 || isDigit(at(t, d)) {
		return 0
	}
	s.year, s.month, s.day = year, month, day
	return s.scanRest(t, d)
}

// scanYearLast reads three numbers that are a day, a month and a year. With dots
// the day is first; otherwise the order is for the clock to say.
func (s *stamp) scanYearLast(t string, a, end int, sep byte) int {
	b, m := digitsAt(t, end+1, 2)
	if m == end+1 || at(t, m) != sep {
		return 0
	}
	year, y := digitsAt(t, m+1, 4)
	s.short = y-m-1 == 2 && sep == '/'
	if !s.short && y-m-1 != 4 || isDigit(at(t, y)) {
		return 0
	}
	s.numbers = numbers{a, b, year}
	if sep == '.' {
		s.year, s.month, s.day = s.numbers.read(DayFirst)
		return s.scanRest(t, y)
	}
	s.orders = s.numbers.possible(s.short)
	if s.orders == 0 {
		return 0
	}
	s.settled() // a valid date, whichever is meant
	return s.scanRest(t, y)
}

func (s *stamp) scanDayMonthName(t string, day, end int, sep byte) int {
	month := monthAt(t, end+1)
	if month == 0 || at(t, end+4) != sep {
		return 0
	}
	year, y := digitsAt(t, end+5, 4)
	if y != end+9 || isDigit(at(t, y)) {
		return 0
	}
	s.year, s.month, s.day = year, month, day
	return s.scanRest(t, y)
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// monthAt is the month whose three letters stand at i, 0 if none.
func monthAt(t string, i int) int { return nameAt(t, i, months) }

func nameAt(t string, i int, list string) int {
	if i+3 > len(t) {
		return 0
	}
	var low [3]byte
	for k := range low {
		low[k] = t[i+k] | 0x20
	}
	for k := 0; k < len(list); k += 3 {
		if list[k:k+3] == string(low[:]) {
			return k/3 + 1
		}
	}
	return 0
}

// scanNamed reads dates that begin with the name of a day or a month.
func (s *stamp) scanNamed(t string) int {
	from := 0
	if nameAt(t, 0, "montuewedthufrisatsun") > 0 {
		from = 3
		if at(t, from) == ',' {
			from++
		}
		if at(t, from) != ' ' {
			return 0
		}
		from++
	}
	if from > 0 && isDigit(at(t, from)) {
		day, end := digitsAt(t, from, 2)
		return s.scanDayMonthName(t, day, end, at(t, end))
	}
	return s.scanMonthFirst(t, from)
}

func (s *stamp) scanMonthFirst(t string, from int) int {
	s.month = monthAt(t, from)
	if s.month == 0 || at(t, from+3) != ' ' {
		return 0
	}
	from += 4
	if at(t, from) == ' ' {
		from++
	}
	day, end := digitsAt(t, from, 2)
	if end == from || at(t, end) != ' ' && at(t, end) != ',' {
		return 0
	}
	if at(t, end) == ',' {
		end++
	}
	s.day, s.noYear = day, true
	end++
	if year, y := digitsAt(t, end, 4); y-end == 4 && at(t, y) == ' ' {
		s.year, s.noYear, end = year, false, y+1
	}
	return s.scanNamedClock(t, end)
}

// scanNamedClock reads the clock after a named date, and the year that ctime
// puts behind it.
func (s *stamp) scanNamedClock(t string, from int) int {
	if !s.validDate() {
		return 0
	}
	n := s.scanClock(t, from)
	if n == from {
		return 0
	}
	n = s.scanZone(t, n)
	if !s.noYear || at(t, n) != ' ' {
		return n
	}
	if year, y := digitsAt(t, n+1, 4); y-n-1 == 4 && year >= 1970 && !isWordByte(at(t, y)) {
		s.year, s.noYear = year, false
		return y
	}
	return n
}

func isWordByte(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '.' || c == ':' || c == '-'
}

// scanRest reads the clock and zone after a date with a year, if there are any.
func (s *stamp) scanRest(t string, end int) int {
	if !s.validDate() {
		return 0
	}
	from := end
	switch {
	case at(t, from) == ',' && at(t, from+1) == ' ':
		from += 2
	case at(t, from) == 'T' || at(t, from) == 't' || at(t, from) == ' ' || at(t, from) == ':' || at(t, from) == '-' || at(t, from) == '_':
		from++
	default:
		return end
	}
	n := s.scanClock(t, from)
	if n == from {
		return end
	}
	return s.scanZone(t, n)
}

// scanClock reads 4:05, 13:55:36, 12:26:46.737 PM; it returns from if there is
// none.
func (s *stamp) scanClock(t string, from int) int {
	hour, h := digitsAt(t, from, 2)
	if h == from || at(t, h) != ':' {
		return from
	}
	minute, m := digitsAt(t, h+1, 2)
	if m != h+3 {
		return from
	}
	s.hour, s.minute, s.second, s.precision = hour, minute, 0, event.Minute
	end := m
	if at(t, m) == ':' {
		second, e := digitsAt(t, m+1, 2)
		if e != m+3 {
			return from
		}
		s.second, s.precision = second, event.Second
		end = s.scanFraction(t, e)
	}
	if isDigit(at(t, end)) || !s.validClock() {
		return from
	}
	return s.scanHalf(t, end, from)
}

// validClock allows the leap second and the end of a day: 24:00:00.
func (s *stamp) validClock() bool {
	if s.hour == 24 {
		return s.minute == 0 && s.second == 0
	}
	return s.hour < 24 && s.minute < 60 && s.second <= 60
}

func (s *stamp) scanFraction(t string, end int) int {
	if c := at(t, end); c != '.' && c != ',' || !isDigit(at(t, end+1)) {
		return end
	}
	first := end + 1
	scale := 100_000_000
	for end = first; end < len(t) && isDigit(t[end]); end++ {
		s.nanos += int(t[end]-'0') * scale
		scale /= 10
	}
	s.precision = fractionPrecision(end - first)
	return end
}

func fractionPrecision(digits int) event.Precision {
	switch {
	case digits == 0:
		return event.Second
	case digits <= 3:
		return event.Milli
	case digits <= 6:
		return event.Micro
	case digits == 7:
		return event.HundredNano
	}
	return event.Nano
}

// scanHalf reads AM or PM; from says that the clock makes no sense with it.
func (s *stamp) scanHalf(t string, end, from int) int {
	i := end
	for at(t, i) == ' ' || strings.HasPrefix(t[min(i, len(t)):], "\u202f") {
		if t[i] == ' ' {
			i++
		} else {
			i += len("\u202f")
		}
	}
	half := at(t, i) | 0x20
	if half != 'a' && half != 'p' || at(t, i+1)|0x20 != 'm' || isWordByte(at(t, i+2)) {
		return end
	}
	if s.hour < 1 || s.hour > 12 {
		return from
	}
	s.hour, s.half = s.hour%12, true
	if half == 'p' {
		s.hour += 12
	}
	return i + 2
}

// zones are the names that RFC 822 and Central Europe give an unambiguous
// meaning, in hours.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
	"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "BST": 1,
}

// scanZone reads Z, +02:00, " -0700" or " EDT" if it stands here.
func (s *stamp) scanZone(t string, end int) int {
	switch c := at(t, end); {
	case (c == 'Z' || c == 'z') && !isWordByte(at(t, end+1)):
		s.basis = event.BasisExplicit
		return end + 1
	case c == '+' || c == '-':
		return s.scanOffset(t, end, end)
	case c != ' ':
		return end
	}
	if c := at(t, end+1); c == '+' || c == '-' {
		return s.scanOffset(t, end+1, end)
	}
	return s.scanZoneName(t, end)
}

func (s *stamp) scanZoneName(t string, end int) int {
	i := end + 1
	for i < len(t) && i-end <= 5 && t[i] >= 'A' && t[i] <= 'Z' {
		i++
	}
	hours, ok := zones[t[end+1:i]]
	if !ok || isWordByte(at(t, i)) && at(t, i) != ':' {
		return end
	}
	s.offset, s.basis = hours*3600, event.BasisExplicit
	return i
}

// scanOffset reads +02, +0200 or +02:00 at i, or returns end.
func (s *stamp) scanOffset(t string, i, end int) int {
	hours, h := digitsAt(t, i+1, 2)
	if h != i+3 {
		return end
	}
	m := h
	if at(t, m) == ':' {
		m++
	}
	minutes, e := digitsAt(t, m, 2)
	if e != m+2 {
		minutes, e = 0, h
	}
	if hours > 18 || minutes > 59 || isDigit(at(t, e)) {
		return end
	}
	s.offset, s.basis = hours*3600+minutes*60, event.BasisExplicit
	if t[i] == '-' {
		s.offset = -s.offset
	}
	return e
}

func (s *stamp) scanDateCall(t string) int {
	const before = "/Date("
	if !strings.HasPrefix(t, before) {
		return 0
	}
	end := strings.IndexByte(t, ')')
	if end < 0 || at(t, end+1) != '/' {
		return 0
	}
	number := t[len(before):end]
	if i := strings.LastIndexAny(number, "+-"); i > 0 {
		number = number[:i] // the offset only says where it was shown
	}
	ms, n, ok := integer(number)
	if !ok || n != len(number) || ms > math.MaxInt64/1000 || ms < math.MinInt64/1000 {
		return 0
	}
	s.epoch, s.precision, s.basis = ms*1000, event.Milli, event.BasisEpoch
	return end + 2
}

// integer reads a signed number of at most 19 digits.
func integer(t string) (value int64, n int, ok bool) {
	i := 0
	if at(t, 0) == '-' {
		i++
	}
	first := i
	for ; i < len(t) && isDigit(t[i]); i++ {
		d := int64(t[i] - '0')
		if value > (math.MaxInt64-d)/10 {
			return 0, 0, false
		}
		value = value*10 + d
	}
	if t != "" && t[0] == '-' {
		value = -value
	}
	return value, i, i > first
}

// scanEpoch reads a number since 1970. Nine digits of seconds begin in 1973:
// anything smaller is not taken for a time.
func (s *stamp) scanEpoch(t string) int {
	whole, n, ok := integer(t)
	size := max(whole, -whole)
	if !ok || size < 100_000_000 || isWordByte(at(t, n)) && at(t, n) != '.' {
		return 0
	}
	s.basis = event.BasisEpoch
	end, nanos, digits := fractionOf(t, n)
	if end > 0 && isWordByte(at(t, end)) {
		return 0
	}
	s.setEpoch(whole, size, nanos, digits)
	return end
}

// fractionOf reads decimals as nanos of one.
func fractionOf(t string, n int) (end, nanos, digits int) {
	if at(t, n) != '.' || !isDigit(at(t, n+1)) {
		return n, 0, 0
	}
	scale := 100_000_000
	for end = n + 1; end < len(t) && isDigit(t[end]); end++ {
		nanos += int(t[end]-'0') * scale
		scale /= 10
	}
	return end, nanos, end - n - 1
}

func (s *stamp) setEpoch(whole, size int64, nanos, digits int) {
	if whole < 0 {
		nanos = -nanos
	}
	switch {
	case size < 1e11:
		s.epoch, s.precision = whole*microsPerSecond+int64(nanos/1000), fractionPrecision(digits)
		s.subNanos = nanos % 1000
	case size < 1e14:
		s.epoch, s.precision = whole*1000+int64(nanos/1_000_000), event.Milli
		if digits > 0 {
			s.precision, s.subNanos = fractionPrecision(digits+3), nanos/1000%1000
		}
	case size < 1e17:
		s.epoch, s.precision = whole, event.Micro
		if digits > 0 {
			s.precision, s.subNanos = fractionPrecision(digits+6), nanos/1_000_000
		}
	default:
		s.epoch, s.precision, s.subNanos = whole/1000, event.Nano, int(whole%1000)
	}
	if s.subNanos < 0 {
		s.epoch, s.subNanos = s.epoch-1, s.subNanos+1000
	}
}
