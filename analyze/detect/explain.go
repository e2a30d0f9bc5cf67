package detect

import (
	"slices"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// Explanation is what a rule makes of one event. Of a correlation there is one
// for each rule that it stands on: whether they came together is no matter of
// one event.
type Explanation struct {
	Rule   *sigma.Rule
	Source string
	Shown  bool   // the rule is asked about such events
	Reason string // why it isn't
	Needs  []Need // what its logsource asks of the event besides the source
	Judged *sigma.Verdict
}

// Need is a condition of a logsource, and whether the event fulfils it.
type Need struct {
	Field  string   `json:"field"`
	Values []string `json:"values"` // one of them
	Has    []string `json:"has"`    // what the event has
	Holds  bool     `json:"holds"`
}

// Matches says whether the rule matches the event.
func (x *Explanation) Matches() bool { return x.Shown && x.Judged != nil && x.Judged.Holds }

// Explain asks a linked rule about the i-th event of a batch.
func Explain(r *sigma.Rule, cols *event.Columns, i int) []Explanation {
	var all []Explanation
	for _, of := range r.Stands() {
		all = append(all, explain(of, cols, i))
	}
	return all
}

func explain(r *sigma.Rule, cols *event.Columns, i int) Explanation {
	x := Explanation{Rule: r, Source: cols.Source}
	status := Check([]*sigma.Rule{r}, nil)[0]
	if status.State != Loaded {
		x.Reason = string(status.State) + ": " + status.Reason
		return x
	}
	views := slices.DeleteFunc(slices.Clone(viewsOf(&r.Logsource)), func(v view) bool { return !v.shows(cols.Source) })
	fields, every := r.Needs()
	for _, v := range views {
		for _, n := range v.needs {
			fields = append(fields, n.name())
		}
	}
	slices.Sort(fields)
	e := newRow(cols.Source, slices.Compact(fields), every)
	e.use(cols)
	e.read(i)
	x.Judged = r.Judge(e)
	if len(views) == 0 {
		x.Reason = "it is about " + describe(&r.Logsource) + ", and the event is of " + cols.Source
		return x
	}
	for _, v := range views { // the first that takes the event, else the last
		x.Needs, x.Shown = v.judge(e)
		if x.Shown {
			return x
		}
	}
	x.Reason = "its logsource asks for something that the event doesn't have"
	return x
}

// judge says what the view asks of an event, and whether it has all of it.
func (v view) judge(e *row) (needs []Need, all bool) {
	all = true
	for _, n := range v.needs {
		need := Need{Field: n.field, Values: n.values}
		for _, x := range e.Values(n.name()) {
			need.Has = append(need.Has, strings.Clone(x.Text)) // the batch will be gone
			need.Holds = need.Holds || !x.Null && slices.Contains(n.values, strings.ToLower(x.Text))
		}
		all = all && need.Holds
		needs = append(needs, need)
	}
	return needs, all
}
