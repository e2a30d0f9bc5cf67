package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// The export shapes of Entra's and Azure's logs.
const (
	shapeLogAnalytics = "loganalytics"
	shapeDiagnostic   = "diagnostic" // diagnostic settings: what the log tells stands under properties
	shapePortal       = "portal"
	shapePowerShell   = "powershell" // objects of a PowerShell module: Graph's, with capitals
)

// diagnostic begins the names of a record that diagnostic settings sent.
const diagnostic = "properties."

// entraShape tells the export shapes of sign-ins and directory audits apart, and
// gives the fields that have a place of their own the table's names: Graph's
// differ by capitals, diagnostic settings put Graph's below properties.
func entraShape(r *Record) string {
	switch {
	case r.HasUnder("properties") || r.Expand("properties"): // JSON text in a table
		diagnosticNames(r)
		return shapeDiagnostic
	case r.Has("createdDateTime") || r.Has("activityDateTime"):
		graphNames(r)
		return shapeGraph
	case r.HasUnder("InitiatedBy.User") || r.HasUnder("InitiatedBy.App") || r.Has("Status.ErrorCode"):
		r.renamed(vocab.PowerShellEntra)
		return shapePowerShell
	}
	return r.tableShape()
}

func graphNames(r *Record) {
	for i := range r.Fields {
		if name := vocab.Pascal(r.Fields[i].Name); name != "" {
			r.Fields[i].Name = name
		}
	}
}

// diagnosticNames adds what stands below properties under the table's names and
// leaves the native ones: Sigma's rules for event hubs use them, those for the
// tables the others.
func diagnosticNames(r *Record) {
	own := r.Fields
	have := namesOf(own)
	for i := range own {
		f := own[i]
		name, ok := strings.CutPrefix(f.Name, diagnostic)
		if !ok || f.Null {
			continue
		}
		if pascal := vocab.Pascal(name); pascal != "" {
			name = pascal
		}
		if !have[name] {
			r.Add(name, f.Value)
		}
	}
	r.beside([][2]string{{"correlationId", "CorrelationId"}}) // some senders leave it out below properties
}

// entra is the first of the named fields that has a value, at the top or below
// properties, in Graph's spelling or the table's.
func (r *Record) entra(names ...string) string {
	for _, name := range names {
		if v := r.First(name, diagnostic+name); v != "" {
			return v
		}
	}
	return ""
}

// occurred fills the time from the named fields, and when the workspace made the
// row: TimeGenerated is that time too, or later if both are there and differ.
func (r *Record) occurred(e *event.Event, names ...string) {
	e.Time = r.portalTime(names...)
	generated := r.generated()
	switch {
	case !e.Time.Dated():
		e.Time = generated
	case generated.Dated() && generated.Micros != e.Time.Micros:
		e.Seen = generated.Micros
	}
	r.received(e)
}

// rejoined gives JSON columns that a query over several tables renamed their
// name back, and flattens them: the tables of sign-ins disagree about the types
// of most.
func (r *Record) rejoined(columns []string) {
	r.withoutUnion()
	for _, name := range columns {
		if text := r.Value(name); text != "" && (text[0] == '{' || text[0] == '[') && !r.HasUnder(name) {
			r.Expand(name)
		}
	}
}

// hashTable flattens what PowerShell writes into a CSV cell for an object:
// @{errorCode=0; failureReason=Other.}. The text stays.
func (r *Record) hashTable(name string) {
	text, ok := strings.CutPrefix(r.Value(name), "@{")
	if !ok {
		return
	}
	text = strings.TrimSuffix(text, "}")
	for more := true; more; {
		var pair string
		pair, text, more = strings.Cut(text, "; ")
		key, value, ok := strings.Cut(pair, "=")
		if ok && key != "" {
			r.Add(name+"."+key, value)
		}
	}
}
