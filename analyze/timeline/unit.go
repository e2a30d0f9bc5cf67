package timeline

import "time"

// Unit is the width of a bucket: so many fixed steps, or calendar months.
type Unit struct {
	Name   string
	Width  time.Duration // 0 for calendar units
	Months int
}

// units are the widths that a histogram may have, narrow to wide.
var units = []Unit{
	{"1 second", time.Second, 0}, {"2 seconds", 2 * time.Second, 0}, {"5 seconds", 5 * time.Second, 0}, {"10 seconds", 10 * time.Second, 0},
	{"30 seconds", 30 * time.Second, 0}, {"1 minute", time.Minute, 0}, {"2 minutes", 2 * time.Minute, 0}, {"5 minutes", 5 * time.Minute, 0},
	{"10 minutes", 10 * time.Minute, 0}, {"30 minutes", 30 * time.Minute, 0}, {"1 hour", time.Hour, 0}, {"2 hours", 2 * time.Hour, 0},
	{"6 hours", 6 * time.Hour, 0}, {"12 hours", 12 * time.Hour, 0}, {"1 day", day, 0}, {"2 days", 2 * day, 0},
	{"7 days", 7 * day, 0}, {"1 month", 0, 1}, {"3 months", 0, 3}, {"1 year", 0, 12}, {"10 years", 0, 120}, {"100 years", 0, 1200}, {"1000 years", 0, 12000},
}

const day = 24 * time.Hour

// dayUnit is where coverage starts: a column is a day or wider.
var dayUnit = Unit{"1 day", day, 0}

// Floor is the start of the bucket that holds us.
func (u Unit) Floor(us int64) int64 {
	if u.Months == 0 {
		w := u.Width.Microseconds()
		return us - (us%w+w)%w
	}
	at := time.UnixMicro(us).UTC()
	months := at.Year()*12 + int(at.Month()) - 1
	return monthStart(months - (months%u.Months+u.Months)%u.Months)
}

// Next is the start of the bucket after the one that starts at us.
func (u Unit) Next(us int64) int64 {
	if u.Months == 0 {
		return us + u.Width.Microseconds()
	}
	at := time.UnixMicro(us).UTC()
	return monthStart(at.Year()*12 + int(at.Month()) - 1 + u.Months)
}

func monthStart(months int) int64 {
	return time.Date(months/12, time.Month(months%12+1), 1, 0, 0, 0, 0, time.UTC).UnixMicro()
}

// Label names the bucket that starts at us, as short as its width allows.
func (u Unit) Label(us int64) string {
	layout := "2006-01-02 15:04:05"
	switch {
	case u.Months >= 12:
		layout = "2006"
	case u.Months > 0:
		layout = "2006-01"
	case u.Width >= day:
		layout = "2006-01-02"
	case u.Width >= time.Minute:
		layout = "2006-01-02 15:04"
	}
	return time.UnixMicro(us).UTC().Format(layout)
}

// buckets are the starts of the buckets from first to last, at most limit+1.
func (u Unit) buckets(first, last int64, limit int) []int64 {
	var starts []int64
	for at := u.Floor(first); at <= last && len(starts) <= limit; at = u.Next(at) {
		starts = append(starts, at)
	}
	return starts
}

// fit is the narrowest unit from least on that needs at most limit buckets.
func fit(least Unit, first, last int64, limit int) (Unit, []int64) {
	var u Unit
	var starts []int64
	reached := false
	for _, u = range units {
		if reached = reached || u == least; !reached {
			continue
		}
		if starts = u.buckets(first, last, limit); len(starts) <= limit {
			break
		}
	}
	return u, starts
}
