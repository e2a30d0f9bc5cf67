package detect

import (
	"slices"
	"strings"
	"time"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// row is one event of a batch as rules see it. It holds only the fields that
// are asked for, unless all are. It is reused from row to row: Values and Each
// give what is valid until the next read.
type row struct {
	cols  *event.Columns
	at    int
	every bool

	bySpelling map[string]int // slot of a name as records spell it, -1 if nobody asks
	byFold     map[string]int // slot of a folded name
	slots      []slot
	filled     []int // slots that this row has values in

	columns    []asked     // fields that an events column may stand for
	time       int         // the slot of timeField, -1 if nobody asks
	aliases    []stand     // fields that others of the record may stand for
	message    int         // the events column of that name, -1 if there is none
	hasMessage bool        // the row has a message that is no field of the record
	text       sigma.Value // it
}

type slot struct {
	name   string // as records spell it; folded until one did
	values []sigma.Value
	own    int // how many of the values are the record's under this name; they come first
}

// stand is an alias by slots.
type stand struct {
	slot   int
	beside bool
	groups [][]int
}

// asked is a field that rules ask for by the name of an events column: the
// record's own field of that name counts, and only without one the column.
type asked struct{ slot, column int }

// columnField begins the name of a field that is an events column, whatever the
// record has under that name.
const columnField = "\x00"

// timeField is the event's time, in UTC as RFC 3339 has it, for the modifiers that ask
// for a part of a time.
const timeField = "ts"

// maxSpellings bounds what a row remembers of the names in records: hostile
// keys must not fill the memory.
const maxSpellings = 50_000

// newRow is for the events of a source, of which the fields are asked for: they
// have the first slots, in their order.
func newRow(source string, fields []string, every bool) *row {
	r := &row{every: every, bySpelling: map[string]int{}, byFold: map[string]int{}, message: -1, time: -1}
	for _, f := range fields {
		r.slotOf(f)
	}
	if s, ok := r.byFold[timeField]; ok {
		r.time = s
	}
	for _, f := range fields {
		a, ok := aliasOf(source, f)
		if !ok {
			continue
		}
		s := stand{slot: r.byFold[f], beside: a.beside}
		for _, names := range a.means {
			var group []int
			for _, name := range names {
				group = append(group, r.slotOf(name))
			}
			s.groups = append(s.groups, group)
		}
		r.aliases = append(r.aliases, s)
	}
	return r
}

// slotOf is the slot of a folded name.
func (r *row) slotOf(name string) int {
	s, ok := r.byFold[name]
	if !ok {
		s = len(r.slots)
		r.byFold[name] = s
		r.slots = append(r.slots, slot{name: name})
	}
	return s
}

// use turns to another batch.
func (r *row) use(cols *event.Columns) {
	r.cols = cols
	r.columns = r.columns[:0]
	r.message = -1
	for i := range cols.Events {
		name := cols.Events[i].Name
		for _, field := range []string{sigma.Fold(name), columnField + name} {
			if s, ok := r.byFold[field]; ok {
				r.columns = append(r.columns, asked{s, i})
			}
		}
		if name == "message" {
			r.message = i
		}
	}
}

// read turns to another row of the batch.
func (r *row) read(i int) {
	for _, s := range r.filled {
		r.slots[s].values, r.slots[s].own = r.slots[s].values[:0], 0
	}
	r.filled = r.filled[:0]
	r.at = i
	for f := range r.cols.Fields(i) {
		s, ok := r.bySpelling[f.Name]
		if !ok {
			s = r.learn(f.Name)
		}
		if s >= 0 {
			r.put(s, sigma.Value{Text: f.Value, Null: f.Null})
			r.slots[s].own++
		}
	}
	for _, c := range r.columns {
		if len(r.slots[c.slot].values) == 0 && r.cols.Events[c.column].Valid[i] {
			r.put(c.slot, sigma.Value{Text: r.cols.Events[c.column].Text[i]})
		}
	}
	if t := r.cols.Times[i]; r.time >= 0 && len(r.slots[r.time].values) == 0 && t.Dated() {
		r.put(r.time, sigma.Value{Text: time.UnixMicro(t.Micros).UTC().Format(time.RFC3339Nano)})
	}
	for i := range r.aliases {
		r.stand(&r.aliases[i])
	}
	r.readMessage()
}

// stand gives a field the values of the first group that has any, unless its
// own count alone.
func (r *row) stand(a *stand) {
	if !a.beside && hasText(r.slots[a.slot].values) {
		return
	}
	for _, group := range a.groups {
		if !slices.ContainsFunc(group, func(s int) bool { return hasText(r.meant(s)) }) {
			continue
		}
		for _, s := range group {
			for _, v := range r.meant(s) {
				r.put(a.slot, v)
			}
		}
		return
	}
}

// meant are the values that a slot lends to another one: the record's own under
// that name, or an events column's; not what it was lent itself.
func (r *row) meant(s int) []sigma.Value {
	if from := &r.slots[s]; !strings.HasPrefix(from.name, columnField) {
		return from.values[:from.own]
	}
	return r.slots[s].values
}

func hasText(vs []sigma.Value) bool {
	return slices.ContainsFunc(vs, func(v sigma.Value) bool { return !v.Null && v.Text != "" })
}

func (r *row) put(s int, v sigma.Value) {
	if len(r.slots[s].values) == 0 {
		r.filled = append(r.filled, s)
	}
	r.slots[s].values = append(r.slots[s].values, v)
}

// learn finds the slot of a name that was not met before.
func (r *row) learn(name string) int {
	folded := sigma.Fold(name)
	s, ok := r.byFold[folded]
	if !ok && !r.every {
		s = -1
	}
	if len(r.bySpelling) >= maxSpellings {
		clear(r.bySpelling)
	}
	name = strings.Clone(name) // the batch it stands in will be gone
	if !ok && r.every {
		s = len(r.slots)
		r.slots = append(r.slots, slot{})
		r.byFold[strings.Clone(folded)] = s
	}
	if s >= 0 {
		r.slots[s].name = name
	}
	r.bySpelling[name] = s
	return s
}

// Values gives the record's own field, else what stands for it, else the events
// column of that name.
func (r *row) Values(name string) []sigma.Value {
	if s, ok := r.byFold[name]; ok {
		return r.slots[s].values
	}
	return nil
}

// Each yields the record's own fields, and the message of a line log if that
// isn't one of them.
func (r *row) Each(yield func(string, *sigma.Value) bool) {
	for _, s := range r.filled {
		for i := range r.slots[s].own {
			if !yield(r.slots[s].name, &r.slots[s].values[i]) {
				return
			}
		}
	}
	if r.hasMessage {
		yield("message", &r.text)
	}
}

// readMessage keeps the message for all keyword rules, so that its text is
// folded once.
func (r *row) readMessage() {
	r.hasMessage = false
	if !r.every || r.message < 0 || !r.cols.Events[r.message].Valid[r.at] {
		return
	}
	if s, ok := r.byFold["message"]; ok && r.slots[s].own > 0 {
		return
	}
	r.hasMessage, r.text = true, sigma.Value{Text: r.cols.Events[r.message].Text[r.at]}
}
