package detect

import (
	"fmt"
	"maps"
	"math/bits"
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

// Status is the state of one rule, and the reason. That of a loaded one says
// what it can't do, or what became of its findings; mostly it is empty.
type Status struct {
	Rule   *sigma.Rule
	State  State
	Reason string
}

// Check says which rules can run, once they are linked. present is how many
// events each source of the case has; nil asks without a case.
func Check(rules []*sigma.Rule, present map[string]int64) []Status {
	c := checker{present, map[*sigma.Rule]Status{}}
	rules = sigma.Link(rules)
	out := make([]Status, len(rules))
	for i, r := range rules {
		out[i] = c.check(r)
		if r.Filter != nil && out[i].State == Loaded && !slices.ContainsFunc(rules, r.Filters) {
			out[i].Reason = "none of the rules is one that it is added to"
		}
	}
	return out
}

type checker struct {
	present map[string]int64
	known   map[*sigma.Rule]Status
}

func (c *checker) check(r *sigma.Rule) Status {
	s, ok := c.known[r]
	if !ok {
		s = c.judge(r)
		c.known[r] = s
	}
	return s
}

func (c *checker) judge(r *sigma.Rule) Status {
	switch {
	case !r.Usable():
		return Status{r, State(r.State), r.Reason}
	case r.Correlation != nil:
		return c.correlation(r)
	case r.Filter != nil:
		return Status{Rule: r, State: Loaded}
	}
	views := viewsOf(&r.Logsource)
	if len(views) == 0 {
		return Status{r, NoReader, "nothing reads " + describe(&r.Logsource)}
	}
	if c.present == nil {
		return Status{Rule: r, State: Loaded}
	}
	for source, n := range c.present {
		if n > 0 && slices.ContainsFunc(views, func(v view) bool { return v.shows(source) }) {
			return Status{Rule: r, State: Loaded}
		}
	}
	return Status{r, NotApplicable, "no events of " + strings.Join(sourcesOf(views), ", ")}
}

// correlation runs if its condition can be fulfilled without the rules that
// don't.
func (c *checker) correlation(r *sigma.Rule) Status {
	var without []string
	var can uint64
	first := Status{}
	for i, of := range r.Correlation.Of {
		s := c.check(of)
		if s.State == Loaded {
			can |= 1 << i
			continue
		}
		reason := s.Reason
		if !r.Correlation.Own {
			reason = fmt.Sprintf("%s, %s: %s", of.Called(), s.State, s.Reason)
		}
		without = append(without, reason)
		if first.State == "" {
			first = Status{r, s.State, reason}
		}
	}
	switch {
	case len(without) == 0:
		return Status{Rule: r, State: Loaded}
	case !possible(r.Correlation, can):
		return first
	}
	return Status{r, Loaded, "without " + strings.Join(without, "; without ")}
}

// possible says whether a correlation can be fulfilled by some of its rules.
func possible(c *sigma.Correlation, can uint64) bool {
	switch {
	case !c.Type.Timed():
		return can != 0
	case c.Logic == nil:
		for n := 1; n <= bits.OnesCount64(can); n++ {
			if c.Holds(float64(n)) {
				return true
			}
		}
		return false
	}
	ways, ok := c.Logic.Ways()
	return !ok && can != 0 || slices.ContainsFunc(ways, func(w sigma.Way) bool { return (w.With|w.Without)&^can == 0 })
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
func Sources(r *sigma.Rule) []string {
	var views []view
	for _, of := range r.Stands() {
		views = append(views, viewsOf(&of.Logsource)...)
	}
	return sourcesOf(views)
}
