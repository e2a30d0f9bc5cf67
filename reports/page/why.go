package page

import (
	"html/template"
	"slices"
	"strings"
	"unicode/utf8"

	"hotwash/reports/review"
)

// maxWhy is how many reasons a finding shows, and excerptAround how much of a
// long value on each side of what matched.
const (
	maxWhy        = 8
	excerptAround = 70
)

// because is what one field of the event has to do with a rule: all patterns
// that it matched, and its value once.
type because struct {
	review.Why
	Patterns []string
}

// reasonsOf are a finding's reasons, those about one value as one.
func reasonsOf(f review.Finding) (shown []because, more int) {
	var all []because
	for _, w := range f.Why {
		at := slices.IndexFunc(all, func(b because) bool {
			return b.Selection == w.Selection && b.Field == w.Field && b.Value == w.Value && slices.Equal(b.Modifiers, w.Modifiers)
		})
		if at < 0 {
			at = len(all)
			all = append(all, because{Why: w})
		}
		all[at].Patterns = append(all[at].Patterns, w.Pattern)
	}
	n := min(len(all), maxWhy)
	return all[:n], len(all) - n
}

// why says which field matched which part of a rule.
func why(b because) template.HTML {
	if b.Selection == "correlation" && len(b.Modifiers) == 0 {
		return correlated(b)
	}
	out := mono(orAny(b.Field)) + " " + template.HTML(how(b)) + " "
	for i, p := range b.Patterns {
		if i > 0 {
			out += " and "
		}
		out += mono(p)
	}
	if len(b.Patterns) > 1 || !strings.EqualFold(b.Patterns[0], b.Value) {
		out += ": the event has " + excerpt(b.Value, b.Patterns[0])
	}
	return out + ` <small>(` + text(b.Selection) + `)</small>`
}

// correlated says which number a correlation came to, and what it asks for.
func correlated(b because) template.HTML {
	out := mono(b.Field)
	if b.Value != "" {
		out += " is " + mono(b.Value)
	}
	return out + "; asked for is " + mono(b.Patterns[0]) + " <small>(correlation)</small>"
}

func orAny(field string) string {
	if field == "" {
		return "any field"
	}
	return field
}

// how is a rule's comparison in words.
func how(b because) string {
	words := map[string]string{"contains": "contains", "startswith": "starts with", "endswith": "ends with", "re": "matches",
		"cidr": "is in", "lt": "is less than", "lte": "is at most", "gt": "is more than", "gte": "is at least", "exists": "exists:"}
	for _, m := range b.Modifiers {
		if w := words[m]; w != "" {
			return w
		}
	}
	switch {
	case strings.EqualFold(b.Patterns[0], b.Value):
		return "is"
	case strings.Contains(strings.ToLower(b.Value), strings.ToLower(b.Patterns[0])):
		return "contains"
	}
	return "is like"
}

func mono(s string) template.HTML { return `<span class="mono x">` + text(s) + `</span>` }

// excerpt is a value, or of a long one the part that holds the pattern; dots
// outside of the text say that there is more.
func excerpt(value, pattern string) template.HTML {
	at := strings.Index(strings.ToLower(value), strings.ToLower(strings.Trim(pattern, "*")))
	from := boundary(value, max(0, at-excerptAround))
	to := boundary(value, min(len(value), max(0, at)+len(pattern)+excerptAround))
	out := mono(value[from:to])
	if from > 0 {
		out = "… " + out
	}
	if to < len(value) {
		out += " …"
	}
	return out
}

// boundary is the next start of a character of s at or before i.
func boundary(s string, i int) int {
	i = min(i, len(s))
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}
