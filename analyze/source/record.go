package source

import (
	"iter"
	"slices"
	"strings"

	"hotwash/analyze/event"
)

// index is where the first field called name stands, -1 if there is none.
func (r *Record) index(name string) int {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

// Get is the first value of a native field; ok is false where the field is
// missing or null. Names are case-sensitive.
func (r *Record) Get(name string) (value string, ok bool) {
	i := r.index(name)
	if i < 0 {
		return "", false
	}
	r.touch(i)
	return r.Fields[i].Value, !r.Fields[i].Null
}

// Value is the first value of a native field, empty where there is none.
func (r *Record) Value(name string) string {
	v, _ := r.Get(name)
	return v
}

// First is the first of the named fields that has a value that isn't empty.
func (r *Record) First(names ...string) string {
	for _, name := range names {
		if v := r.Value(name); v != "" {
			return v
		}
	}
	return ""
}

// Has says whether a native field is there, even if null or empty.
func (r *Record) Has(name string) bool { return r.index(name) >= 0 }

// HasAll says whether all the named fields are there.
func (r *Record) HasAll(names ...string) bool {
	for _, name := range names {
		if !r.Has(name) {
			return false
		}
	}
	return true
}

// HasColumns says whether all the named fields are there or are columns of the
// record's table: an empty cell of a CSV is no field.
func (r *Record) HasColumns(names ...string) bool {
	for _, name := range names {
		if !r.Has(name) && (r.Known == nil || !slices.Contains(r.Known.Header, name)) {
			return false
		}
	}
	return true
}

// HasUnder says whether any field stands below an object: HasUnder("userIdentity")
// is true for a record with userIdentity.type.
func (r *Record) HasUnder(object string) bool {
	for i := range r.Fields {
		if below(r.Fields[i].Name, object) {
			return true
		}
	}
	return false
}

func below(name, object string) bool {
	return len(name) > len(object) && name[len(object)] == '.' && name[:len(object)] == object
}

// All yields every value of a repeated name that isn't null.
func (r *Record) All(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range r.Fields {
			if r.Fields[i].Name != name {
				continue
			}
			r.touch(i)
			if !r.Fields[i].Null && !yield(r.Fields[i].Value) {
				return
			}
		}
	}
}

// JSON is the text of the first object or array called name, at most four
// levels deep.
func (r *Record) JSON(name string) (text string, ok bool) {
	r.untraceable()
	for i := range r.objects {
		if r.objects[i].name == name {
			return r.objects[i].text, true
		}
	}
	return "", false
}

// namesOf is the set of names: a record may have hundreds of thousands of
// fields, and looking for each among all of them would never end.
func namesOf(fields []event.Field) map[string]bool {
	have := make(map[string]bool, len(fields))
	for i := range fields {
		have[fields[i].Name] = true
	}
	return have
}

// Warn notes a doubt about the record, once each.
func (r *Record) Warn(code string) {
	if !slices.Contains(r.Notes, code) {
		r.Notes = append(r.Notes, code)
	}
}

// Add appends a native field that the source found itself.
func (r *Record) Add(name, value string) {
	r.Fields = append(r.Fields, event.Field{Name: name, Value: value})
}

// Drop removes all fields called name.
func (r *Record) Drop(name string) {
	r.Fields = slices.DeleteFunc(r.Fields, func(f event.Field) bool { return f.Name == name })
}

// Rename gives all fields called from the name to.
func (r *Record) Rename(from, to string) {
	for i := range r.Fields {
		if r.Fields[i].Name == from {
			r.Fields[i].Name = to
		}
	}
}

// Lower is s in lower case (ASCII letters and others alike).
func (r *Record) Lower(s string) string { return strings.ToLower(s) }

// Expand flattens the JSON object or array that the text field name holds:
// the leaves follow as name.leaf, the text stays. It says whether there was
// any; text that begins like JSON and isn't is a warning.
func (r *Record) Expand(name string) bool {
	text, ok := r.Get(name)
	return ok && r.flatten(name, name, text)
}

// Unwrap makes the leaves of the text field name the record's own fields: they
// come first and carry no prefix; the text field goes, the other fields stay
// behind them. A field that is an object already is unwrapped too.
func (r *Record) Unwrap(name string) bool {
	if r.HasUnder(name) {
		r.lift(name)
		return true
	}
	text, ok := r.Get(name)
	outer := r.Fields
	if !ok || r.parser == nil {
		return false
	}
	r.Fields = r.parser.spare[:0]
	if !r.flatten(name, "", text) {
		r.Fields = outer
		return false
	}
	for _, f := range outer {
		if f.Name != name {
			r.Fields = append(r.Fields, f)
		}
	}
	r.parser.spare = outer
	return true
}

func (r *Record) lift(name string) {
	slices.SortStableFunc(r.Fields, func(a, b event.Field) int {
		switch inA, inB := below(a.Name, name), below(b.Name, name); {
		case inA && !inB:
			return -1
		case inB && !inA:
			return 1
		}
		return 0
	})
	for i := range r.Fields {
		if !below(r.Fields[i].Name, name) {
			break
		}
		r.Fields[i].Name = r.Fields[i].Name[len(name)+1:]
	}
	for i := range r.objects {
		if below(r.objects[i].name, name) {
			r.objects[i].name = r.objects[i].name[len(name)+1:]
		}
	}
}

func (r *Record) flatten(name, prefix, text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	if text == "" || text[0] != '{' && text[0] != '[' || r.parser == nil {
		return false
	}
	f := &r.parser.flat
	f.fields, f.objects = r.Fields, r.objects
	before, objects := len(f.fields), len(f.objects)
	err := f.read(r.parser.expanded(name, prefix), text)
	if err != nil {
		r.Warn("dynamic_syntax")
		f.fields, f.objects = f.fields[:before], f.objects[:objects]
	}
	r.Fields, r.objects = f.fields, f.objects
	return err == nil
}

// UTC is the time of the first of the named fields that is there; a time
// without a zone is UTC, because the format says so.
func (r *Record) UTC(names ...string) event.Time {
	return r.time(Clock{UTC: true}, names)
}

// Local is the time of the first of the named fields that is there; a time
// without a zone is the user's, or UTC with a warning.
func (r *Record) Local(names ...string) event.Time {
	return r.time(r.Clock(), names)
}

// Clock reads times as the record's surroundings say.
func (r *Record) Clock() Clock {
	return r.informed(Clock{})
}

// informed adds to a clock what is known of the record's surroundings.
func (r *Record) informed(c Clock) Clock {
	if r.parser != nil {
		c.Zone, c.Dates, c.votes = r.parser.zone, r.parser.hints.Dates, r.parser.votes
	}
	if r.Known != nil {
		c.Year, c.American = r.Known.Year, r.Known.American
	}
	return c
}

func (r *Record) time(c Clock, names []string) event.Time {
	for _, name := range names {
		text, ok := r.Get(name)
		if !ok || text == "" {
			continue
		}
		return r.Time(c, text)
	}
	return event.Time{}
}

// Time reads a time and notes what is doubtful about it.
func (r *Record) Time(c Clock, text string) event.Time {
	t, doubt := r.informed(c).Parse(text)
	if doubt != "" {
		r.Warn(doubt)
	}
	return t
}
