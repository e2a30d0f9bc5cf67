package conformance

import (
	"slices"
	"strconv"
)

// keeper looks for the leaves of records among what the program keeps of them.
type keeper struct {
	at    map[string]bool // the values of a record's fields
	nulls int             // fields that are null
}

// check counts the leaves of a record and those that are kept with the same
// text, under whatever name, or one by one where the text was JSON and was taken
// apart. Of nulls there must be as many.
func (k *keeper) check(v *value, r reading, rep *report, file string) {
	if k.at == nil {
		k.at = map[string]bool{}
	}
	clear(k.at)
	k.nulls = 0
	for i := range r.fields {
		if r.fields[i].Null {
			k.nulls++
		} else {
			k.at[r.fields[i].Value] = true
		}
	}
	k.leaves(v.leaves("", nil), r, rep, file)
}

func (k *keeper) leaves(list []leaf, r reading, rep *report, file string) {
	for _, l := range list {
		rep.leaves++
		switch {
		case l.v.kind == '0':
			rep.nulls++
			if k.nulls--; k.nulls < 0 {
				rep.lost(r, file, l, "null")
			}
		case k.kept(l, r):
			rep.kept++
		default:
			inner := (*value)(nil)
			if l.v.kind == 's' {
				inner = parse(l.v.text)
			}
			if inner == nil {
				rep.lost(r, file, l, l.v.literal())
				continue
			}
			rep.opened++
			k.leaves(inner.leaves(l.path, nil), r, rep, file)
		}
	}
}

// literal is the text that a leaf has in a record.
func (v *value) literal() string {
	switch v.kind {
	case '{':
		return "{}"
	case '[':
		return "[]"
	}
	return v.text
}

// kept says whether a leaf's text is kept, under whatever name.
func (k *keeper) kept(l leaf, r reading) bool {
	literal := l.v.literal()
	if k.at[literal] {
		return true
	}
	return slices.ContainsFunc(textColumns, func(column string) bool { return text(r.event, column) == literal })
}

func (r *report) lost(at reading, file string, l leaf, text string) {
	r.differ(difference{part: "leaves", family: at.source.Name, kind: "lost", class: l.path}, file+": "+strconv.Quote(text))
}
