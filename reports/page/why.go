package page

import (
	"html/template"
	"strings"

	"hotwash/reports/review"
)

// why says which field matched which part of a rule.
func why(w review.Why) template.HTML {
	name := w.Field
	if name == "" {
		name = "any field"
	}
	how := "is"
	if len(w.Modifiers) > 0 {
		how = strings.Join(w.Modifiers, ", ")
	}
	return `<span class="mono x">` + text(name) + `</span> ` + text(how) + ` <span class="mono x">` + text(w.Pattern) +
		`</span>: the event has <span class="mono x">` + text(w.Value) + `</span> <small>(` + text(w.Selection) + `)</small>`
}
