// Package statement says a rule as one SQL statement over a case, whose rows are
// the events that match. It is a second way to run a rule's tree: the answer is
// the matcher's of package sigma, by test. What engines call differently stands
// behind a Dialect. It opens no database and runs nothing; what can't be said in
// SQL is an error with the reason.
package statement

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
)

// Layout is where a case keeps events: the text columns of its table events,
// and the tables of the records' own fields.
type Layout struct {
	Columns []string
	Tables  []Table
}

// Table holds the own fields of a source's records, one row an event: some in
// columns, some only in a column of the table events, all others in the text
// rest (see event.AppendRest).
type Table struct {
	Source  string // a family of sources ends in a dot
	Name    string
	Columns []string
	Kept    map[string]string // native name -> events column
}

// shown are the columns of events that a statement gives.
var shown = []string{"event_id", "ts_us", "source", "operation", "actor", "src_ip", "host"}

// Of is the statement for a rule: one line an event, in the order of time.
// Duplicates are left out.
func Of(r *sigma.Rule, l Layout, d Dialect) (string, error) {
	switch s := detect.Check([]*sigma.Rule{r}, nil)[0]; {
	case s.State != detect.Loaded:
		return "", errors.New(s.Reason)
	case r.Correlation != nil:
		return "", errors.New("it correlates the events of other rules, which can be said each for itself")
	case r.Filter != nil:
		return "", errors.New("a filter finds no events; it stands in the statements of the rules that it is for")
	}
	w := &writer{Dialect: d, layout: l, lists: map[string]string{}}
	views := detect.Views(r)
	logic := w.node(r.Tree())
	where := w.views(views)
	var parts []string
	for i := range l.Tables {
		if of := w.sources(&l.Tables[i], views); of != "" {
			parts = append(parts, w.part(&l.Tables[i], of))
		}
	}
	if w.wrong != "" {
		return "", errors.New(w.wrong)
	}
	return fmt.Sprintf("/* %s */\nWITH asked AS (\n%s\n)\nSELECT %s\nFROM asked\nWHERE %s\n  AND %s\nORDER BY ts_us NULLS LAST, event_id\n",
		inComment(r.Called()), strings.Join(parts, "\n  UNION ALL\n"), strings.Join(shown, ", "), where, logic), nil
}

// inComment is a text that neither ends a comment nor begins one, in one line.
func inComment(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) && c != '*' {
			return c
		}
		return ' '
	}, s)
}

// writer writes one statement.
type writer struct {
	Dialect
	layout Layout
	lists  map[string]string // by field: the column of its values
	fields []string          // their order
	wrong  string            // the first thing that can't be said
}

// cannot notes what can't be said. What it gives is never run.
func (w *writer) cannot(format string, args ...any) string {
	if w.wrong == "" {
		w.wrong = fmt.Sprintf(format, args...)
	}
	return "FALSE"
}

// list is the column with the values of a field: a list that is empty where the
// field is missing, with NULL for a value that is null. It is never NULL.
func (w *writer) list(field string) string {
	if name, ok := w.lists[field]; ok {
		return name
	}
	name := "every field"
	if column, ok := detect.Column(field); ok {
		name = "column " + column
	} else if field != "" {
		name = "field " + field
	}
	if strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) {
		name = fmt.Sprintf("field %d", len(w.fields)+1)
	}
	name = w.Quote(name)
	w.lists[field] = name
	w.fields = append(w.fields, field)
	return name
}

// node is true or false, never NULL.
func (w *writer) node(n *sigma.Node) string {
	switch n.Is {
	case sigma.Line:
		return w.leaf(n.Leaf)
	case sigma.Not:
		return "NOT " + w.node(n.Of[0])
	}
	parts := make([]string, len(n.Of))
	for i, x := range n.Of {
		parts[i] = w.node(x)
	}
	if n.Is == sigma.Or {
		return either(parts)
	}
	return all(parts)
}

func either(parts []string) string { return joined(parts, " OR ", "FALSE") }
func all(parts []string) string    { return joined(parts, " AND ", "TRUE") }

// joined puts parts together, in parentheses if there are several.
func joined(parts []string, with, none string) string {
	switch len(parts) {
	case 0:
		return none
	case 1:
		return parts[0]
	}
	return "(" + strings.Join(parts, with) + ")"
}

// views is what a rule's logsource asks of an event.
func (w *writer) views(views []detect.View) string {
	var any []string
	for _, v := range views {
		parts := []string{w.among("source", v.Sources)}
		if v.Needs != nil {
			parts = append(parts, w.node(v.Needs))
		}
		any = append(any, all(parts))
	}
	return either(any)
}

// among says that a source is one of these; a family ends in a dot.
func (w *writer) among(column string, sources []string) string {
	var names, any []string
	for _, s := range sources {
		if strings.HasSuffix(s, ".") {
			any = append(any, column+" LIKE "+w.Text(escape(s)+"%")+" ESCAPE '!'")
			continue
		}
		names = append(names, w.Text(s))
	}
	if len(names) == 1 {
		any = append(any, column+" = "+names[0])
	} else if len(names) > 1 {
		any = append(any, column+" IN ("+strings.Join(names, ", ")+")")
	}
	return either(any)
}

// sources says which events of a table the views may show; empty for none.
func (w *writer) sources(t *Table, views []detect.View) string {
	var names []string
	family := strings.HasSuffix(t.Source, ".")
	for _, v := range views {
		for _, s := range v.Sources {
			switch {
			case s == t.Source, strings.HasSuffix(s, ".") && strings.HasPrefix(t.Source, s):
				return w.among("e.source", []string{t.Source})
			case family && strings.HasPrefix(s, t.Source):
				names = append(names, s)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return w.among("e.source", slices.Compact(names))
}
