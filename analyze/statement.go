package analyze

import (
	"hotwash/analyze/sigma"
	"hotwash/analyze/statement"
	"hotwash/analyze/store"
)

// Statement is the rule as one SQL statement over a case. The error says why
// there is none.
func Statement(r *sigma.Rule) (string, error) {
	l := statement.Layout{Columns: store.TextColumns()}
	for _, n := range natives() {
		l.Tables = append(l.Tables, statement.Table{Source: n.Source, Name: n.Table(), Columns: n.Columns, Kept: n.Kept})
	}
	return statement.Of(r, l, statement.DuckDB)
}
