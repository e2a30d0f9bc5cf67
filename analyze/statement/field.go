package statement

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
)

// part selects the events of one table with the values of all fields that the
// rule asks for: the record's own of every name that matters, and of those what
// each field means.
func (w *writer) part(t *Table, of string) string {
	p := &part{writer: w, table: t, lists: map[string]string{}}
	columns := []string{strings.Join(shown, ", ")}
	for _, field := range w.fields {
		columns = append(columns, p.values(field)+" AS "+w.lists[field])
	}
	var own []string
	for _, name := range p.order {
		own = append(own, p.own(name)+" AS "+p.lists[name])
	}
	own = append([]string{strings.Join(slices.Concat(shown, p.events), ", ")}, own...)
	stored := []string{"e." + strings.Join(slices.Concat(shown, p.events), ", e.")}
	for _, c := range p.native {
		stored = append(stored, "n."+w.Quote(c)+" AS "+w.Quote("n."+c))
	}
	stored = append(stored, "coalesce(n.rest, '') AS rest")
	return "  SELECT " + strings.Join(columns, ",\n    ") +
		"\n  FROM (\n    SELECT " + strings.Join(own, ",\n      ") +
		"\n    FROM (\n      SELECT " + strings.Join(stored, ", ") +
		"\n      FROM events e JOIN " + w.Quote(t.Name) + " n ON n.event_id = e.event_id" +
		"\n      WHERE " + of + " AND NOT EXISTS (SELECT 1 FROM duplicates d WHERE d.event_id = e.event_id)) stored) own"
}

// part is what one table has of the fields.
type part struct {
	*writer
	table  *Table
	lists  map[string]string // by folded name: the column of the record's own values
	order  []string
	events []string // columns of events that are needed besides those shown
	native []string // columns of the table that are needed
}

// ownList is the column with a record's own values under a name; "" for all.
func (p *part) ownList(name string) string {
	if have, ok := p.lists[name]; ok {
		return have
	}
	p.order = append(p.order, name)
	p.lists[name] = "own" + strconv.Itoa(len(p.order))
	return p.lists[name]
}

// column is a column of events, "" if there is none of that name.
func (p *part) column(folded string) string {
	at := slices.IndexFunc(p.layout.Columns, func(c string) bool { return sigma.Fold(c) == folded })
	if at < 0 {
		return ""
	}
	return p.event(p.layout.Columns[at])
}

// event is a column of events that is needed.
func (p *part) event(c string) string {
	if !slices.Contains(shown, c) && !slices.Contains(p.events, c) {
		p.events = append(p.events, c)
	}
	return c
}

// values are those of a field: the record's own, what stands for them, or the
// column of events of that name.
func (p *part) values(field string) string {
	if field == "" {
		return p.words()
	}
	if name, ok := detect.Column(field); ok {
		return p.lent(name, true)
	}
	own := p.ownList(field)
	if groups, beside, ok := detect.Alias(p.table.Source, field); ok {
		return p.alias(own, groups, beside)
	}
	if field == detect.TimeField {
		return "CASE WHEN " + p.Has(own) + " THEN " + own + " ELSE " + p.One(p.Time("ts_us")) + " END"
	}
	if c := p.column(field); c != "" {
		return "CASE WHEN " + p.Has(own) + " THEN " + own + " ELSE " + p.One(c) + " END"
	}
	return own
}

// lent are the values of a name that stands for another one.
func (p *part) lent(name string, column bool) string {
	if !column {
		return p.ownList(name)
	}
	if c := p.column(name); c != "" {
		return p.One(c)
	}
	return p.None
}

// alias gives a field the values of the first group that has any, unless its own
// count alone.
func (p *part) alias(own string, groups [][]string, beside bool) string {
	text := func(list string) string { return p.Any(list, "v", "v IS NOT NULL AND v <> ''") }
	b := strings.Builder{}
	b.WriteString("CASE")
	if !beside {
		b.WriteString(" WHEN " + text(own) + " THEN " + own)
	}
	for _, group := range groups {
		lists := []string{own}
		var has []string
		for _, name := range group {
			column, ok := detect.Column(name)
			if !ok {
				column = name
			}
			list := p.lent(column, ok)
			lists, has = append(lists, list), append(has, text(list))
		}
		b.WriteString(" WHEN " + either(has) + " THEN " + p.Join(lists...))
	}
	return b.String() + " ELSE " + own + " END"
}

// words are the values that keywords look at: all of the record's own, and the
// message of a line log if that isn't one of them.
func (p *part) words() string {
	message := p.column("message")
	if message == "" {
		return p.ownList("")
	}
	return p.Join(p.ownList(""), "CASE WHEN "+p.Has(p.ownList("message"))+" THEN "+p.None+" ELSE "+p.One(message)+" END")
}

// own are the values that the record itself has under a folded name, or under
// any if it is empty.
func (p *part) own(name string) string {
	var lists []string
	for _, c := range p.table.Columns {
		if name == "" || sigma.Fold(c) == name {
			lists = append(lists, p.One(p.Quote("n."+c)))
			if !slices.Contains(p.native, c) {
				p.native = append(p.native, c)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(p.table.Kept)) {
		if name == "" || sigma.Fold(k) == name {
			lists = append(lists, "CASE WHEN "+p.Matches("rest", restStart+exactly(inRest(k))+restKind)+" THEN "+p.None+" ELSE "+p.One(p.event(p.table.Kept[k]))+" END")
		}
	}
	if name == "" {
		return p.Join(append(lists, p.Rest("rest", restValue))...)
	}
	return p.Join(append(lists, p.Rest("rest", restStart+folded(name)+restValueOrNull))...)
}

// A rest is read with expressions: taking it apart into entries took 20 times as
// long as looking for one of them. An entry begins with \x1e; its name ends where
// a character says what it is: \x1f before a value, \x1d a null, \x1c a field that
// the record lacks although the column of events is filled.
const (
	restStart       = `\x{1e}`
	restKind        = `[\x{1c}\x{1d}\x{1f}]`
	restValue       = `(\x{1f}[^\x{1e}]*)`
	restValueOrNull = `(\x{1d}|\x{1f}[^\x{1e}]*)`
)

// folded is the expression for all names that fold alike, as a rest writes them.
func folded(name string) string {
	var b strings.Builder
	escaped := false
	for _, c := range inRest(name) {
		if escaped {
			b.WriteString(exactly(string(c)))
		} else {
			b.WriteString(" *" + spellings(c))
		}
		escaped = c == restEscape
	}
	return b.String() + " *"
}

// spellings is the expression for the characters that are c in lower case.
func spellings(c rune) string {
	all := string(c)
	for x := unicode.SimpleFold(c); x != c; x = unicode.SimpleFold(x) {
		if unicode.ToLower(x) == c {
			all += string(x)
		}
	}
	if c == 'i' {
		all += "İ" // is i in lower case and no other case of it
	}
	if all == string(c) {
		return exactly(all)
	}
	return "[" + exactly(all) + "]"
}

const restEscape = 0x1a

// inRest is a name as a rest writes it: the characters that a rest is made with
// are escaped. See event.AppendRest.
func inRest(name string) string {
	var b strings.Builder
	for _, c := range name {
		if c >= restEscape && c <= 0x1f && c != 0x1b {
			b.WriteByte(restEscape)
			c += '0'
		}
		b.WriteRune(c)
	}
	return b.String()
}
