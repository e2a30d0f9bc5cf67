package source

import (
	"strings"

	"hotwash/analyze/event"
)

// logTable is the Log Analytics table that a row names as its own, empty where
// the export leaves it out: data export and queries over several tables say it
// in a column, the query API around the rows.
func (r *Record) logTable() string {
	if t := r.First("Type", "TableName", "$table"); t != "" {
		return t
	}
	if r.Known != nil && r.Known.Path != primaryResult {
		return r.Known.Path
	}
	return ""
}

// primaryResult is what the query API calls the answer to any query.
const primaryResult = "PrimaryResult"

// azureDiagnostics is the table of what has no table of its own: its category
// says what a row is.
const azureDiagnostics = "AzureDiagnostics"

// tableShape is the export shape of a row of a table: the same row has other
// fields as an object, as a row of a query's answer, and in a CSV, where empty
// cells are none.
func (r *Record) tableShape() string {
	switch {
	case r.Known == nil || r.Known.Header == nil:
		return shapeLogAnalytics
	case strings.HasPrefix(r.Raw, "["):
		return "loganalytics.rows"
	}
	return "loganalytics.csv"
}

// generated is the time that Log Analytics gives every row. The portal writes
// into the column's heading what zone it shows.
func (r *Record) generated() event.Time {
	if t := r.UTC("TimeGenerated", "TimeGenerated [UTC]"); t.Dated() {
		return t
	}
	return r.Local("TimeGenerated [Local Time]")
}

// localTime ends the heading of a column that the portal shows in local time.
const localTime = " [Local Time]"

// portalTime is the time of the first of the named columns, also where the
// portal shows it in local time.
func (r *Record) portalTime(names ...string) event.Time {
	if t := r.UTC(names...); t.Dated() {
		return t
	}
	for _, name := range names {
		for i := range r.Fields {
			f := &r.Fields[i]
			if len(f.Name) == len(name)+len(localTime) && strings.HasPrefix(f.Name, name) && strings.HasSuffix(f.Name, localTime) && f.Value != "" {
				return r.Time(r.Clock(), f.Value)
			}
		}
	}
	return event.Time{}
}

// received says when the workspace had the row, where the export says so.
func (r *Record) received(e *event.Event) {
	if t := r.UTC("_TimeReceived"); t.Dated() {
		e.Seen = t.Micros
	}
}

// unionSuffixes is what a query adds to a column's name if the tables it joins
// disagree about the column's type.
var unionSuffixes = []string{"_string", "_dynamic", "_long", "_int", "_real", "_bool", "_guid", "_datetime"}

// withoutUnion gives columns back the name they have in their own table. Of the
// variants of one column only one holds a value.
func (r *Record) withoutUnion() {
	var have map[string]bool // of a table that is no union, nothing is built
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.Null || f.Value == "" || strings.IndexByte(f.Name, '_') <= 0 {
			continue
		}
		base := unionBase(f.Name)
		if base == "" {
			continue
		}
		if have == nil {
			have = namesOf(r.Fields)
		}
		if !have[base] {
			f.Name = base
			have[base] = true
		}
	}
}

func unionBase(name string) string {
	for _, suffix := range unionSuffixes {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			return base
		}
	}
	return ""
}

// beside adds a field under a second name, where only the first is there.
func (r *Record) beside(pairs [][2]string) {
	for _, p := range pairs {
		if v := r.Value(p[0]); v != "" && r.Value(p[1]) == "" {
			r.Add(p[1], v)
		}
	}
}

// renamed gives fields the second name of the pair; a name that is taken
// already is left alone.
func (r *Record) renamed(pairs [][2]string) {
	for _, p := range pairs {
		if r.Has(p[0]) && !r.Has(p[1]) {
			r.Rename(p[0], p[1])
		}
	}
}
