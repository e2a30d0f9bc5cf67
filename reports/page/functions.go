package page

import (
	"fmt"
	"html/template"
	"slices"

	"strings"
	"time"

	"hotwash/reports/chart"
	"hotwash/reports/review"
)

// functions are what the template may call. x is the only way for text from the
// evidence into the page besides html/template's own escaping.
func functions(r *review.Review) template.FuncMap {
	return template.FuncMap{
		"x": text, "n": number, "shades": chart.Shades, "shown": shown, "capital": capital, "item": item, "place": place, "breakable": breakable,
		"cite":   func(p review.Place) template.HTML { return cite(r, p) },
		"stated": func(row review.Row) string { return row.Time.String() },
		"weight": weight,
		"micros": review.Micros, "seconds": review.Seconds, "between": between, "offset": signed,
		"doubt": doubt, "bad": review.Refused, "class": levelClass, "stateclass": stateClass, "verdict": verdictClass,
		"who": func(f review.Finding) string { return f.Who() }, "entities": entities, "techniques": techniques, "why": why, "because": func(f review.Finding) reasonList {
			shown, more := reasonsOf(f)
			return reasonList{shown, more}
		},
		"brief":   func(s string) template.HTML { return clipped(s, maxBrief) },
		"around":  around,
		"gapname": review.GapName, "gapmeans": review.GapMeans, "gapwhen": gapWhen,
		"gapitems": func(g review.Gap) []gapItem { return gapItems(r, g) },
		"gapmore":  func(g review.Gap) int { return max(0, len(g.Items)-maxGapItems) },
		"silence":  silence, "meaning": meaning,
	}
}

// reasonList is a finding's reasons as the template takes them.
type reasonList struct {
	Shown []because
	More  int
}

// number is a number of the page with its thousands apart.
func number(v any) string {
	switch n := v.(type) {
	case int:
		return review.Number(n)
	case int32:
		return review.Number(n)
	case int64:
		return review.Number(n)
	}
	return fmt.Sprint(v)
}

// shown says how much of a list is there: "all 12 events", "12 of 3,400 events".
func shown(n, total int, what string) string {
	switch {
	case total == 1 && n == 1:
		return "1 " + what
	case n >= total:
		return "all " + number(total) + " " + what + "s"
	}
	return "showing " + number(n) + " of " + number(total) + " " + what + "s"
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// place is an event id as the short reference that commands take.
func place(id int64) string {
	p := review.PlaceOf(id)
	if p.Derived {
		return fmt.Sprintf("%s@%d#1", item(p.Evidence), p.Offset)
	}
	return fmt.Sprintf("%s@%d", item(p.Evidence), p.Offset)
}

// breakable is a time that may break before its time of day.
func breakable(stated string) template.HTML {
	return template.HTML(strings.Replace(template.HTMLEscapeString(stated), "T", "T<wbr>", 1))
}

func item(ordinal int32) string { return fmt.Sprintf("E%02d", ordinal) }

// cite is a citation with a link to its evidence item.
func cite(r *review.Review, p review.Place) template.HTML {
	line := ""
	if p.Line > 0 {
		line = "<small>line " + number(p.Line) + "</small>"
	}
	return template.HTML(fmt.Sprintf(`<a href="#e%d">%s</a> <span class="x">`, p.Evidence, item(p.Evidence))) +
		text(r.Cite(p)) + template.HTML("</span>"+line)
}

// between is a length of time in words, two units at most.
func between(first, last int64) string {
	d := time.Duration(last-first) * time.Microsecond
	switch {
	case d < time.Second:
		return d.String()
	case d < time.Minute:
		return review.Plural(int(d.Seconds()), "second")
	case d < time.Hour:
		return review.Plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return review.Plural(int(d.Hours())/24, "day")
}

func signed(d time.Duration) string {
	if d > 0 {
		return "+" + d.String()
	}
	return d.String()
}

// doubt says what a row's time rests on where that is not plain, and its item's
// clock offset.
func doubt(row review.Row) string {
	out := review.Doubts(&row)
	if row.Offset != 0 {
		out = append(out, "clock "+signed(row.Offset)+" ahead, ordered as "+row.Ordered().String())
	}
	return strings.Join(out, "; ")
}

// weight is the class of a note.
func weight(w review.Weight) string {
	switch w {
	case review.Stop:
		return "stop"
	case review.Limit:
		return "warn"
	}
	return ""
}

func levelClass(level string) string {
	if s := review.Severity(level); s > 0 {
		return review.Levels()[len(review.Levels())-s]
	}
	return "none"
}

func stateClass(e *review.Evidence) string {
	switch {
	case !e.Read():
		return "dim"
	case e.Whole():
		return "ok"
	}
	return "bad"
}

func verdictClass(v review.Verdict) string {
	switch v.Status {
	case review.Passed:
		return "ok"
	case review.Skipped:
		return "dim"
	}
	return "bad"
}

// entity is the values of one kind that a finding names.
type entity struct {
	Kind   string
	Values []string
	More   int
}

const maxEntities = 12

// entities are a finding's entities: who, where from and on what first, the
// other kinds by name.
func entities(f review.Finding) []entity {
	names := map[string]string{"user": "Who", "ip": "Address", "host": "Host"}
	kinds := []string{"user", "ip", "host"}
	var others []string
	for kind := range f.Entities {
		if names[kind] == "" {
			others = append(others, kind)
		}
	}
	slices.Sort(others)
	var out []entity
	for _, kind := range append(kinds, others...) {
		values := f.Entities[kind]
		if len(values) == 0 {
			continue
		}
		name := names[kind]
		if name == "" {
			name = strings.ToUpper(kind[:1]) + kind[1:]
		}
		n := min(len(values), maxEntities)
		out = append(out, entity{name, values[:n], len(values) - n})
	}
	return out
}

func techniques(f review.Finding) string {
	out := strings.Join(f.Techniques, ", ")
	if out != "" && f.AttackVersion != "" {
		out += " (ATT&CK " + f.AttackVersion + ")"
	}
	return out
}

// around says what the rows around a finding are, and how many there are.
func around(f review.Finding) string {
	own := 0
	for i := range f.Around.Rows {
		if f.Around.Rows[i].Own {
			own++
		}
	}
	return capital(fmt.Sprintf("%s: %s of the finding's own (marked), and others of the same actor, address or host up to %d minutes before and after. Other actors are left out.",
		shown(len(f.Around.Rows), f.Around.Total, "event"), number(own), int(review.Window.Minutes())))
}

// maxGapItems is how many items a gap names.
const maxGapItems = 4

// gapItem is an item that a gap is about.
type gapItem struct {
	Ordinal int32
	Name    string
}

func gapItems(r *review.Review, g review.Gap) (all []gapItem) {
	for _, ordinal := range g.Items[:min(len(g.Items), maxGapItems)] {
		all = append(all, gapItem{ordinal, r.Path(ordinal)})
	}
	return all
}

// gapWhen is the span of time that a gap is about; empty if there is none.
func gapWhen(g review.Gap) string {
	switch {
	case g.From == 0 && g.To == 0:
		return ""
	case g.From == 0:
		return "before " + review.Seconds(g.To)
	case g.To == 0:
		return "from " + review.Seconds(g.From)
	}
	return review.Seconds(g.From) + " to " + review.Seconds(g.To)
}

func silence(s review.SourceCoverage) string {
	if s.Longest.Days == 0 {
		return "none"
	}
	return review.Plural(s.Longest.Days, "day") + " from " + time.UnixMicro(s.Longest.From).UTC().Format(time.DateOnly)
}

// meaning says what a rule state means for who relies on the result.
func meaning(state string) string {
	return map[string]string{
		review.Loaded:         "ran over all events of its sources",
		"not_applicable":      "did not run: its source is not in this evidence, or its list is empty",
		"no_reader":           "can't run: no reader for its log source yet",
		"placeholder_missing": "can't run: it names a placeholder without values",
		"unsupported":         "can't run: it uses Sigma that is not supported",
		"invalid":             "can't run: the rule itself is broken",
		"error":               "stopped: the program failed in it; what it had found by then is kept",
	}[state]
}
