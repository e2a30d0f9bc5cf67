package source

import (
	"cmp"
	"strings"
	"time"

	"hotwash/analyze/event"
)

// Doubts about a time: they become warnings of the event.
const (
	timeUnparsed     = "time_unparsed"      // no format known: undated
	timeOutOfRange   = "time_out_of_range"  // outside 1600 to 2200: undated
	yearUnknown      = "year_unknown"       // no year in the record or around it: undated
	zoneAssumed      = "zone_assumed"       // local time of nobody knows where, taken as UTC
	timeAmbiguous    = "time_ambiguous"     // local time that exists twice: the earlier is taken
	timeNonexistent  = "time_nonexistent"   // local time that the clock change skipped
	dateOrderUnknown = "date_order_unknown" // day or month first, and nobody said: undated
	dateOrderDiffers = "date_order_differs" // a date that the order of the others makes none
)

// Clock says how to read what a time leaves out.
type Clock struct {
	UTC  bool           // without a zone it is UTC: the format says so
	Zone *time.Location // else it is this one; nil means that nobody said
	Year int            // of times without a year; 0 if unknown

	Dates    DateOrder // of dates of three numbers; 0 if unknown
	American bool      // such a date is month first if AM or PM follows: the format says so

	votes *votes // not nil while a member is looked at for the order of its dates
}

// Parse reads a time that is the whole of text. doubt is empty or the code of a
// warning; a time that is not dated always has one.
func (c Clock) Parse(text string) (t event.Time, doubt string) {
	text = strings.TrimSpace(text)
	var s stamp
	if n := s.scan(text); n > 0 && n == len(text) {
		return c.resolve(&s)
	}
	return event.Time{}, timeUnparsed
}

// ParsePrefix reads the time that text begins with and says how many bytes it
// has, 0 if there is none.
func (c Clock) ParsePrefix(text string) (t event.Time, n int, doubt string) {
	var s stamp
	n = s.scan(text)
	if n == 0 {
		return event.Time{}, 0, timeUnparsed
	}
	t, doubt = c.resolve(&s)
	return t, n, doubt
}

// ParseTime reads a time in any format the package knows; without a zone it is
// UTC.
func ParseTime(text string) (t event.Time, doubt string) {
	return Clock{UTC: true}.Parse(text)
}

// stamp is a time as it is written.
type stamp struct {
	year, month, day     int
	hour, minute, second int
	nanos                int
	offset               int // seconds east of UTC
	precision            event.Precision
	basis                event.Basis // explicit, epoch, or none where the zone is not written
	noYear               bool
	half                 bool      // AM or PM is written
	orders               DateOrder // in which numbers are a date; 0 if the date has one reading
	numbers              numbers
	short                bool  // the year has two digits
	epoch                int64 // µs, for BasisEpoch
	subNanos             int   // for BasisEpoch
}

const (
	microsPerSecond = 1_000_000
	secondsPerDay   = 86_400
	firstYear       = 1600
	lastYear        = 2200
)

func (c Clock) resolve(s *stamp) (event.Time, string) {
	if s.basis == event.BasisEpoch {
		return epochTime(s)
	}
	basis, doubt := s.basis, ""
	if s.orders != 0 {
		if doubt = c.order(s); doubt == dateOrderUnknown {
			return event.Time{}, doubt
		}
	}
	if s.noYear {
		if c.Year == 0 {
			return event.Time{}, yearUnknown
		}
		s.year, basis = c.Year, event.BasisYearInferred
	}
	if s.year < firstYear || s.year > lastYear {
		return event.Time{}, timeOutOfRange
	}
	if s.day > daysIn(s.year, s.month) {
		return event.Time{}, timeUnparsed
	}
	wall := s.wall()
	if s.basis == event.BasisExplicit {
		return s.at(wall-int64(s.offset), basis), doubt
	}
	t, where := c.local(s, wall, basis)
	return t, cmp.Or(doubt, where)
}

// local gives a wall-clock time its zone.
func (c Clock) local(s *stamp, wall int64, basis event.Basis) (event.Time, string) {
	keep := func(b event.Basis) event.Basis {
		if basis == event.BasisYearInferred {
			return basis
		}
		return b
	}
	switch {
	case c.UTC:
		return s.at(wall, keep(event.BasisAssumedUTC)), ""
	case c.Zone == nil:
		return s.at(wall, keep(event.BasisAssumedUTC)), zoneAssumed
	}
	at, count := inZone(wall, c.Zone)
	switch count {
	case 0:
		return s.at(at, keep(event.BasisZone)), timeNonexistent
	case 1:
		return s.at(at, keep(event.BasisZone)), ""
	}
	return s.at(at, keep(event.BasisDSTAmbiguous)), timeAmbiguous
}

// inZone finds the first second since 1970 UTC at which the clocks of a zone
// show wall, and how many such seconds there are.
func inZone(wall int64, zone *time.Location) (at int64, count int) {
	_, before := time.Unix(wall-secondsPerDay, 0).In(zone).Zone()
	_, after := time.Unix(wall+secondsPerDay, 0).In(zone).Zone()
	shows := func(offset int) bool {
		_, o := time.Unix(wall-int64(offset), 0).In(zone).Zone()
		return o == offset
	}
	early, late := wall-int64(before), wall-int64(after)
	okEarly, okLate := shows(before), before != after && shows(after)
	switch {
	case okEarly && okLate:
		return min(early, late), 2
	case okEarly:
		return early, 1
	case okLate:
		return late, 1
	}
	return early, 0
}

// wall is the time as seconds, zone left out of account.
func (s *stamp) wall() int64 {
	return days(s.year, s.month, s.day)*secondsPerDay + int64(s.hour*3600+s.minute*60+s.second)
}

func (s *stamp) at(seconds int64, b event.Basis) event.Time {
	return event.Time{
		Micros:  seconds*microsPerSecond + int64(s.nanos/1000),
		Quality: event.NewQuality(b, s.precision, s.nanos%1000),
	}
}

func epochTime(s *stamp) (event.Time, string) {
	first, last := days(firstYear, 1, 1)*secondsPerDay, days(lastYear+1, 1, 1)*secondsPerDay
	if s.epoch < first*microsPerSecond || s.epoch >= last*microsPerSecond {
		return event.Time{}, timeOutOfRange
	}
	return event.Time{Micros: s.epoch, Quality: event.NewQuality(event.BasisEpoch, s.precision, s.subNanos)}, ""
}

// days since 1970-01-01, by Howard Hinnant's days_from_civil.
func days(y, m, d int) int64 {
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return int64(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
