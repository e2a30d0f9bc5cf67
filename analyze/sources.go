package analyze

import (
	"hotwash/analyze/event"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
	"hotwash/analyze/vocab"
)

// natives tells the store what the sources want of it, the sources of the table
// in order and the unknown one last.
func natives() []store.Native {
	all := make([]store.Native, 0, len(source.Table)+1)
	for _, s := range append(source.Table[:len(source.Table):len(source.Table)], source.Unknown) {
		n := store.Native{Source: s.Name, Columns: s.Columns, Kept: s.Kept}
		for _, e := range s.Entities {
			n.Entities = append(n.Entities, store.Entity(e))
		}
		all = append(all, n)
	}
	return all
}

// positions finds the native of a source.
func positions() map[*source.Source]int {
	at := map[*source.Source]int{source.Unknown: len(source.Table)}
	for i, s := range source.Table {
		at[s] = i
	}
	return at
}

// marked says whether a record bears the mark of a simulation: an id of a
// simulated tenant, or a host name of a simulated host.
func marked(e *event.Event, fields []event.Field) bool {
	if vocab.SimulatedHost(e.Host) {
		return true
	}
	for i := range fields {
		if v := fields[i].Value; vocab.SimulatedTenant(v) || vocab.SimulatedHost(v) {
			return true
		}
	}
	return false
}
