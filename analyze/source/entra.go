package source

import (
	"strings"

	"hotwash/analyze/vocab"
)

// The export shapes of Entra's logs.
const (
	shapeLogAnalytics = "loganalytics"
	shapeDiagnostic   = "diagnostic" // diagnostic settings: all of it under properties
	shapePortal       = "portal"
)

// diagnostic begins the names of a record that diagnostic settings sent.
const diagnostic = "properties."

// entraShape tells Graph's spelling from that of the tables, and gives the
// fields that have a place of their own the table's names: Graph's differ by
// capitals, diagnostic settings put Graph's below properties.
func entraShape(r *Record) string {
	if r.HasUnder("properties") {
		diagnosticNames(r)
		return shapeDiagnostic
	}
	if r.Has("createdDateTime") || r.Has("activityDateTime") {
		graphNames(r)
		return shapeGraph
	}
	return shapeLogAnalytics
}

func graphNames(r *Record) {
	for i := range r.Fields {
		if name := vocab.Pascal(r.Fields[i].Name); name != "" {
			r.Fields[i].Name = name
		}
	}
}

// diagnosticNames leaves the native names: Sigma's rules for event hubs use
// them.
func diagnosticNames(r *Record) {
	for i := range r.Fields {
		f := r.Fields[i]
		name, ok := strings.CutPrefix(f.Name, diagnostic)
		if !ok || f.Null {
			continue
		}
		if pascal := vocab.Pascal(name); pascal != "" && !r.Has(pascal) {
			r.Add(pascal, f.Value)
		}
	}
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
