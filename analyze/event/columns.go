package event

import "iter"

// Columns is a batch of stored events of one source, column by column, as
// plain Go values. A batch and its strings are valid until the next one is
// asked for.
type Columns struct {
	Source string
	IDs    []int64
	Times  []Time
	Events []Column // the text columns of the events table, by their column name
	Native []Column // the hot native columns and, last, "rest"
	Kept   []Kept   // native names that are kept in an events column
}

// Column is one text column of a batch. Valid[i] false is SQL NULL.
type Column struct {
	Name  string
	Text  []string
	Valid []bool
}

// Kept is a native field whose value stands in an events column.
type Kept struct {
	Name   string // native
	Column int    // in Columns.Events
}

// Len is the number of rows.
func (c *Columns) Len() int { return len(c.IDs) }

// Text is the value of an events column in a row; empty for NULL or an unknown
// column.
func (c *Columns) Text(column string, row int) string {
	for i := range c.Events {
		if c.Events[i].Name == column {
			if c.Events[i].Valid[row] {
				return c.Events[i].Text[row]
			}
			return ""
		}
	}
	return ""
}

// Fields yields the native fields of a row: all values of repeated names, and
// fields that were present and null.
func (c *Columns) Fields(row int) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		hot := c.Native
		var rest string
		if n := len(hot); n > 0 && hot[n-1].Name == "rest" {
			rest, hot = hot[n-1].Text[row], hot[:n-1]
		}
		for i := range hot {
			if hot[i].Valid[row] && !yield(Field{Name: hot[i].Name, Value: hot[i].Text[row]}) {
				return
			}
		}
		var without uint64 // kept fields that rest overrides, by position
		for f, kind := range EachRest(rest) {
			for k := range c.Kept {
				if c.Kept[k].Name == f.Name {
					without |= 1 << k
				}
			}
			if kind != RestAbsent && !yield(f) {
				return
			}
		}
		for k := range c.Kept {
			col := &c.Events[c.Kept[k].Column]
			if without&(1<<k) == 0 && col.Valid[row] && !yield(Field{Name: c.Kept[k].Name, Value: col.Text[row]}) {
				return
			}
		}
	}
}
