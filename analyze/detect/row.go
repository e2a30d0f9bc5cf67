package detect

import (
	"slices"
	"strings"

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

	columns    map[string]int // events columns by folded name
	message    int            // the events column of that name, -1 if there is none
	hasMessage bool           // the row has a message that is no field of the record
	text       sigma.Value    // it
}

type slot struct {
	name   string // as records spell it; folded until one did
	values []sigma.Value
	column bool // the values come from an events column
}

// maxSpellings bounds what a row remembers of the names in records: hostile
// keys must not fill the memory.
const maxSpellings = 50_000

func newRow(fields []string, every bool) *row {
	r := &row{every: every, bySpelling: map[string]int{}, byFold: map[string]int{}, columns: map[string]int{}, message: -1}
	for _, f := range fields {
		r.byFold[f] = len(r.slots)
		r.slots = append(r.slots, slot{name: f})
	}
	return r
}

// use turns to another batch.
func (r *row) use(cols *event.Columns) {
	r.cols = cols
	clear(r.columns)
	r.message = -1
	for i := range cols.Events {
		name := cols.Events[i].Name
		r.columns[sigma.Fold(name)] = i
		if name == "message" {
			r.message = i
		}
	}
}

// read turns to another row of the batch.
func (r *row) read(i int) {
	for _, s := range r.filled {
		r.slots[s].values, r.slots[s].column = r.slots[s].values[:0], false
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
		}
	}
	r.readMessage()
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

// Values gives the record's own field, else the events column of that name.
func (r *row) Values(name string) []sigma.Value {
	s, ok := r.byFold[name]
	if !ok {
		return nil
	}
	if len(r.slots[s].values) > 0 {
		return r.slots[s].values
	}
	if c, ok := r.columns[name]; ok && r.cols.Events[c].Valid[r.at] {
		r.put(s, sigma.Value{Text: r.cols.Events[c].Text[r.at]})
		r.slots[s].column = true
	}
	return r.slots[s].values
}

// Each yields the record's own fields, and the message of a line log if that
// isn't one of them.
func (r *row) Each(yield func(string, *sigma.Value) bool) {
	for _, s := range r.filled {
		for i := range r.slots[s].values {
			if !r.slots[s].column && !yield(r.slots[s].name, &r.slots[s].values[i]) {
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
	if s, ok := r.byFold["message"]; ok && len(r.slots[s].values) > 0 {
		return
	}
	r.hasMessage, r.text = true, sigma.Value{Text: r.cols.Events[r.message].Text[r.at]}
}

// passes says whether the row holds what a logsource asks for.
func (r *row) passes(needs []need) bool {
	for i := range needs {
		if !r.has(&needs[i]) {
			return false
		}
	}
	return true
}

func (r *row) has(n *need) bool {
	if n.column {
		return n.takes(r.cols.Text(n.field, r.at))
	}
	vs := r.Values(n.field)
	for i := range vs {
		if !vs[i].Null && n.takes(vs[i].Text) {
			return true
		}
	}
	return false
}

func (n *need) takes(text string) bool {
	return slices.ContainsFunc(n.values, func(want string) bool { return strings.EqualFold(text, want) })
}
