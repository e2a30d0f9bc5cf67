package detect

import (
	"maps"
	"slices"
	"strings"

	"hotwash/analyze/sigma"
)

// State says what becomes of a rule.
type State string

// The states of rules. Without a case there is no NotApplicable.
const (
	Loaded             State = "loaded"
	NoReader           State = "no_reader"           // no source of ours is what its logsource means
	PlaceholderMissing State = "placeholder_missing" // it names a list that isn't given
	Unsupported        State = "unsupported"
	Invalid            State = "invalid"
	NotApplicable      State = "not_applicable" // the case lacks its sources
	Failed             State = "error"          // it made the program fail; what it had found by then is kept
)

// Status is the state of one rule; the reason is empty for a loaded one.
type Status struct {
	Rule   *sigma.Rule
	State  State
	Reason string
}

// Check says which rules can run. present is how many events each source of the
// case has; nil asks without a case.
func Check(rules []*sigma.Rule, present map[string]int64) []Status {
	out := make([]Status, len(rules))
	for i, r := range rules {
		out[i] = check(r, present)
	}
	return out
}

func check(r *sigma.Rule, present map[string]int64) Status {
	if !r.Usable() {
		return Status{r, State(r.State), r.Reason}
	}
	views := viewsOf(&r.Logsource)
	if len(views) == 0 {
		return Status{r, NoReader, "nothing reads " + describe(&r.Logsource)}
	}
	if present == nil {
		return Status{Rule: r, State: Loaded}
	}
	for source, n := range present {
		if n > 0 && slices.ContainsFunc(views, func(v view) bool { return v.shows(source) }) {
			return Status{Rule: r, State: Loaded}
		}
	}
	return Status{r, NotApplicable, "no events of " + strings.Join(sourcesOf(views), ", ")}
}

// describe is a logsource as a person writes it: "product windows, service x".
func describe(l *sigma.Logsource) string {
	var parts []string
	for _, p := range []struct{ name, value string }{{"product", l.Product}, {"category", l.Category}, {"service", l.Service}} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	if len(parts) == 0 {
		return "an empty logsource"
	}
	return strings.Join(parts, ", ")
}

func sourcesOf(views []view) []string {
	names := map[string]bool{}
	for _, v := range views {
		for _, s := range v.sources {
			if strings.HasSuffix(s, ".") {
				s += "*"
			}
			names[s] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Sources are the names of the sources that a rule is shown; a family ends in
// ".*". None means that nothing reads its logsource.
func Sources(r *sigma.Rule) []string { return sourcesOf(viewsOf(&r.Logsource)) }
