package source

import (
	"bytes"
	"slices"
	"time"

	"hotwash/analyze/event"
)

// DateOrder says how a date of three numbers is read, such as 9/10/2023 or
// 9/10/23. The orders are bits: several together are those that are possible.
type DateOrder uint8

// The orders of a date. A year of four digits is never the first of them: a
// date that begins with one has only one reading.
const (
	DayFirst   DateOrder = 1 << iota // dmy
	MonthFirst                       // mdy
	YearFirst                        // ymd, of years of two digits
)

var dateOrders = [...]struct {
	order DateOrder
	name  string
}{{DayFirst, "dmy"}, {MonthFirst, "mdy"}, {YearFirst, "ymd"}}

// ParseDateOrder reads dmy, mdy or ymd.
func ParseDateOrder(name string) (DateOrder, bool) {
	for _, d := range dateOrders {
		if d.name == name {
			return d.order, true
		}
	}
	return 0, false
}

func (o DateOrder) String() string {
	for _, d := range dateOrders {
		if d.order == o {
			return d.name
		}
	}
	return ""
}

// numbers are the three numbers of a date as they are written.
type numbers struct{ a, b, c int }

// read is the year, month and day that an order makes of them.
func (n numbers) read(o DateOrder) (year, month, day int) {
	switch o {
	case DayFirst:
		return n.c, n.b, n.a
	case MonthFirst:
		return n.c, n.a, n.b
	}
	return n.a, n.b, n.c
}

// possible are the orders in which the numbers are a date. A year of two digits
// is one of this century.
func (n numbers) possible(short bool) (orders DateOrder) {
	for _, d := range dateOrders {
		if d.order == YearFirst && !short {
			continue
		}
		_, month, day := n.read(d.order)
		if month >= 1 && month <= 12 && day >= 1 && day <= daysIn(2000, month) {
			orders |= d.order
		}
	}
	return orders
}

// dateOf is the day that a stamp of three numbers means in one order.
func (s *stamp) dateOf(o DateOrder) (year, month, day int) {
	year, month, day = s.numbers.read(o)
	if s.short {
		year += 2000
	}
	return year, month, day
}

// settled says whether every possible order gives the same day, and makes it
// the stamp's.
func (s *stamp) settled() bool {
	first := true
	for _, d := range dateOrders {
		if s.orders&d.order == 0 {
			continue
		}
		year, month, day := s.dateOf(d.order)
		if !first && (year != s.year || month != s.month || day != s.day) {
			return false
		}
		s.year, s.month, s.day, first = year, month, day, false
	}
	return true
}

// order gives a date of three numbers its meaning. Nothing is guessed: where
// the numbers allow two days, only what the clock was told decides.
func (c Clock) order(s *stamp) (doubt string) {
	if c.votes != nil {
		c.votes.add(s)
	}
	want := c.Dates
	if want == 0 && c.American && s.half {
		want = MonthFirst
	}
	switch {
	case s.settled():
		if want != 0 && s.orders&want == 0 {
			return dateOrderDiffers
		}
	case s.orders&want != 0:
		s.year, s.month, s.day = s.dateOf(want)
	default:
		return dateOrderUnknown
	}
	return ""
}

// votes is what the dates of a member say of their order. Only dates that a
// source takes for the time of a record count, and fields that tell the same
// day as that time.
type votes struct {
	any     bool
	orders  DateOrder // that are possible for all dates taken for a time
	taken   []numbers // of the record that is being read
	columns map[string]*dates
}

// dates is a field that holds dates of three numbers.
type dates struct {
	taken  bool              // for the time of a record
	orders DateOrder         // that are possible for all of them
	open   int               // records in which the date could be two
	beside map[string]tracks // what other fields make of those, by name; the record's own time is ""
}

// tracks counts records by the order that makes the date the day that another
// field tells.
type tracks map[DateOrder]int

const allOrders = DayFirst | MonthFirst | YearFirst

// add notes a date that is taken for a time.
func (v *votes) add(s *stamp) {
	if !v.any {
		v.any, v.orders = true, allOrders
	}
	v.orders &= s.orders
	v.taken = append(v.taken, s.numbers)
}

// record looks at the fields of a record that was read, and at its time.
func (v *votes) record(fields []event.Field, t event.Time) {
	for i := range fields {
		if s, ok := threeNumbers(fields[i].Value); ok && v.columns != nil {
			v.field(fields, i, &s, t)
		} else if ok {
			v.any = true
		}
	}
	v.taken = v.taken[:0]
}

// threeNumbers reads a value that is a date of three numbers or begins with
// one, and nothing else.
func threeNumbers(text string) (s stamp, ok bool) {
	if len(text) < len("1/2/23") || !isDigit(text[0]) || text[1] != '/' && text[1] != '-' && text[2] != '/' && text[2] != '-' {
		return s, false
	}
	n := s.scan(text)
	return s, n == len(text) && s.orders != 0
}

func (v *votes) field(fields []event.Field, i int, s *stamp, t event.Time) {
	d := v.columns[fields[i].Name]
	if d == nil {
		if len(v.columns) >= maxShapes {
			return
		}
		d = &dates{orders: allOrders, beside: map[string]tracks{}}
		v.columns[fields[i].Name] = d
	}
	own := slices.Contains(v.taken, s.numbers)
	d.taken = d.taken || own
	d.orders &= s.orders
	if s.settled() {
		return
	}
	d.open++
	if t.Dated() && !own {
		at := time.UnixMicro(t.Micros).UTC()
		d.track("", s.on(at.Year(), int(at.Month()), at.Day()))
	}
	for k := range fields {
		var iso stamp
		if n := iso.scanISO(fields[k].Value); n > 0 && n == len(fields[k].Value) {
			d.track(fields[k].Name, s.on(iso.year, iso.month, iso.day))
		}
	}
}

// on are the orders in which a date is a day.
func (s *stamp) on(year, month, day int) (orders DateOrder) {
	for _, d := range dateOrders {
		if y, m, d2 := s.dateOf(d.order); s.orders&d.order != 0 && y == year && m == month && d2 == day {
			orders |= d.order
		}
	}
	return orders
}

func (d *dates) track(name string, o DateOrder) {
	t := d.beside[name]
	if t == nil {
		if len(d.beside) >= maxShapes {
			return
		}
		t = tracks{}
		d.beside[name] = t
	}
	t[o]++
}

// verdict is the order that a field tells the day in: in half of the records,
// and in none by another order.
func (t tracks) verdict(records int) DateOrder {
	for _, d := range dateOrders {
		if n := t[d.order]; n == 0 || n*2 < records {
			continue
		}
		for _, other := range dateOrders {
			if other.order != d.order && t[other.order] > 0 {
				return 0
			}
		}
		return d.order
	}
	return 0
}

// verdict is the one order that the field's dates have; 0 if that is open.
func (d *dates) verdict() (found DateOrder) {
	if d.orders.String() != "" || d.orders == 0 {
		return d.orders
	}
	for _, t := range d.beside {
		switch o := t.verdict(d.open) & d.orders; {
		case o == 0 || o == found:
		case found != 0:
			return 0 // two fields disagree
		default:
			found = o
		}
	}
	return found
}

// verdict is the one order that the content allows; 0 if there are several, or
// none.
func (v *votes) verdict() (found DateOrder) {
	if v.any && v.orders == 0 {
		return 0
	}
	if v.orders.String() != "" {
		found = v.orders
	}
	for _, d := range v.columns {
		if !d.taken && d.beside[""].verdict(d.open) == 0 {
			continue // says nothing of the record's time
		}
		switch o := d.verdict(); {
		case o == 0 || o == found:
		case found != 0:
			return 0
		default:
			found = o
		}
	}
	return found
}

// settle reads the beginning of a member for the order of its dates.
func settle(table []*Source, f *Framing, head []byte, h Hints) DateOrder {
	p := newParser(table)
	p.Reset(h)
	p.votes = &votes{columns: map[string]*dates{}}
	for c, err := range f.Cut(bytes.NewReader(head), h) {
		if err != nil {
			break
		}
		for i := range c.Spans {
			if c.Spans[i].Kind != SpanRecord {
				continue
			}
			var e event.Event
			if _, fields, err := p.Read(f, &c, i, &e); err == nil {
				p.votes.record(fields, e.Time)
			}
		}
	}
	return p.votes.verdict()
}
