package score

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hotwash/analyze/detect"
	"hotwash/simulate/scenario"
	"hotwash/simulate/truth"
)

// judge has the truth by place and the findings by the steps they touch.
type judge struct {
	in      Input
	steps   map[string][]*truth.Row // a step's or red herring's own records
	attacks map[string]bool         // steps that have attack records
	touches []touch
}

// touch is a finding and the truth of its events.
type touch struct {
	*detect.Finding
	rows []*truth.Row
}

type place struct {
	file   string
	offset int64
}

func newJudge(in Input) *judge {
	j := &judge{in: in, steps: map[string][]*truth.Row{}, attacks: map[string]bool{}}
	at := map[place]*truth.Row{}
	for i := range in.Truth {
		row := &in.Truth[i]
		at[place{row.File, row.Offset}] = row
		if row.Role == truth.Attack || row.Role == truth.RedHerring {
			j.steps[row.Step] = append(j.steps[row.Step], row)
		}
		if row.Role == truth.Attack {
			j.attacks[row.Step] = true
		}
	}
	for i := range in.Findings {
		t := touch{Finding: &in.Findings[i]}
		for _, id := range t.EventIDs {
			if file, offset, ok := in.Place(id); ok && at[place{file, offset}] != nil {
				t.rows = append(t.rows, at[place{file, offset}])
			}
		}
		j.touches = append(j.touches, t)
	}
	return j
}

// falsePositives counts findings that touch neither an attack step nor what it
// brought about.
func (j *judge) falsePositives() int {
	n := 0
	for _, t := range j.touches {
		if !slices.ContainsFunc(t.rows, func(r *truth.Row) bool { return r.Role == truth.Attack || r.Role == truth.Consequence }) {
			n++
		}
	}
	return n
}

func (j *judge) expectation(d scenario.Detection) Expectation {
	e := Expectation{ID: d.ID, Step: d.Step, Line: d.Line, Rule: first(d.Rules), Finding: []string{}}
	if why := j.unmeasured(d); why != "" {
		e.Status, e.Message = NotMeasurable, why
		return e
	}
	switch d.Expect {
	case scenario.ExpectSilentLog:
		j.silent(d, &e)
	case scenario.ExpectNoAlert:
		j.quiet(d, &e)
	default:
		j.alert(d, &e)
	}
	return e
}

func first(r scenario.Rules) string {
	if named := slices.Concat(r.Any, r.All); len(named) > 0 {
		return named[0]
	}
	return ""
}

// unmeasured says why an expectation can't be judged; empty if it can.
func (j *judge) unmeasured(d scenario.Detection) string {
	for _, list := range d.Needs.Watchlists {
		if !slices.Contains(j.in.Watchlists, list) {
			return "watchlist " + list + " was not given"
		}
	}
	if len(j.steps[d.Step]) == 0 {
		return "no log of the scenario tells step " + d.Step
	}
	var ready []string
	for _, name := range d.Rules.Any {
		why := j.unready(name)
		if why == "" {
			ready = nil
			break
		}
		ready = append(ready, why)
	}
	for _, name := range d.Rules.All {
		if why := j.unready(name); why != "" {
			ready = append(ready, why)
		}
	}
	return strings.Join(ready, "; ")
}

// unready says why a rule can't fire; empty if it can.
func (j *judge) unready(name string) string {
	for _, r := range j.in.Rules {
		if r.ID != name && r.Title != name {
			continue
		}
		if r.State == "loaded" {
			return ""
		}
		return strings.TrimSuffix(fmt.Sprintf("rule %s is %s: %s", name, r.State, r.Reason), ": ")
	}
	return "rule " + name + " is not among the rules"
}

// silent wants the records in the case, and nothing more.
func (j *judge) silent(d scenario.Detection, e *Expectation) {
	rows := j.steps[d.Step]
	for _, r := range rows {
		if j.in.Held(r.File, r.Offset) {
			e.Count++
		}
	}
	e.Status, e.Message = Hit, fmt.Sprintf("%d of %d records are events of the case", e.Count, len(rows))
	if e.Count < len(rows) {
		e.Status = Miss
	}
}

// quiet wants no finding of the named rules, or of any if none is named.
func (j *judge) quiet(d scenario.Detection, e *Expectation) {
	named := slices.Concat(d.Rules.Any, d.Rules.All)
	for _, t := range j.on(d.Step, named) {
		e.cite(t, d.Step)
		e.Status, e.Message = FalsePositive, fmt.Sprintf("rule %q fired on %s", t.Title, d.Step)
	}
	if e.Status == "" {
		e.Status, e.Message = Hit, "no alert"
	}
}

// alert wants each of All, and one of Any.
func (j *judge) alert(d scenario.Detection, e *Expectation) {
	var groups [][]string
	if len(d.Rules.Any) > 0 {
		groups = append(groups, d.Rules.Any)
	}
	for _, name := range d.Rules.All {
		groups = append(groups, []string{name})
	}
	for _, names := range groups {
		if e.Status, e.Message = j.fired(d, names, e); e.Status != Hit {
			return
		}
	}
}

// fired judges the findings of one group of rules, the gravest fault first.
func (j *judge) fired(d scenario.Detection, names []string, e *Expectation) (Status, string) {
	found := j.on(d.Step, names)
	if len(found) == 0 {
		return Miss, "no finding of " + strings.Join(names, " or ") + " touches " + d.Step
	}
	e.Rule = found[0].Rule
	if found = slices.DeleteFunc(found, func(t touch) bool { return !j.concerns(t, d.Entity) }); len(found) == 0 {
		return WrongEntity, "no finding names " + j.wanted(d.Entity)
	}
	e.Rule, e.Finding, e.Count = found[0].Rule, []string{}, 0
	for _, t := range found {
		e.cite(t, d.Step)
	}
	if v := d.Severity; v != nil && !slices.ContainsFunc(found, func(t touch) bool { return within(t.Level, v) }) {
		return WrongSeverity, fmt.Sprintf("level %s, expected %s", found[0].Level, span(v))
	}
	if n := d.Count; n != nil && (e.Count < n.Min || n.Max > 0 && e.Count > n.Max) {
		return WrongCount, fmt.Sprintf("%d events of the step, expected %s", e.Count, counts(n))
	}
	if lag := j.lag(found, d.Step); d.Within > 0 && lag > time.Duration(d.Within) {
		return Late, fmt.Sprintf("%v after the step began, expected within %v", lag, time.Duration(d.Within))
	}
	return Hit, fmt.Sprintf("rule %q: %d events", found[0].Title, e.Count)
}

// on are the findings of rules, or of any rule if none is named, that hold an
// event of the step itself.
func (j *judge) on(step string, names []string) []touch {
	var out []touch
	for _, t := range j.touches {
		named := len(names) == 0 || slices.Contains(names, t.Rule) || slices.Contains(names, t.Title)
		if named && len(t.of(step)) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// of are the records of a step in a finding; consequences are not its own.
func (t touch) of(step string) []*truth.Row {
	var out []*truth.Row
	for _, r := range t.rows {
		if r.Step == step && r.Role != truth.Consequence {
			out = append(out, r)
		}
	}
	return out
}

func (e *Expectation) cite(t touch, step string) {
	e.Rule = t.Rule
	e.Finding = append(e.Finding, t.ID)
	e.Count += len(t.of(step))
}

// lag is from the step's first record to the first that was found, as the
// records tell the time.
func (j *judge) lag(found []touch, step string) time.Duration {
	begin := j.steps[step][0].EventUS
	for _, r := range j.steps[step] {
		begin = min(begin, r.EventUS)
	}
	seen := found[0].of(step)[0].EventUS
	for _, t := range found {
		for _, r := range t.of(step) {
			seen = min(seen, r.EventUS)
		}
	}
	return time.Duration(seen-begin) * time.Microsecond
}

// concerns says whether a finding names the entities that are expected.
func (j *judge) concerns(t touch, want map[string]string) bool {
	for kind, value := range want {
		value = j.value(kind, value)
		if !slices.ContainsFunc(t.Entities[kind], func(v string) bool { return strings.EqualFold(v, value) }) {
			return false
		}
	}
	return true
}

// value is an entity as findings name it: a user by account, not by the
// scenario's id.
func (j *judge) value(kind, value string) string {
	if u, ok := j.in.Scenario.User(value); ok && kind == "user" {
		return u.UPN
	}
	return value
}

func (j *judge) wanted(want map[string]string) string {
	var parts []string
	for kind, value := range want {
		parts = append(parts, kind+" "+j.value(kind, value))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func within(level string, v *scenario.Severity) bool {
	rank := scenario.Rank(level)
	return (v.Min == "" || rank >= scenario.Rank(v.Min)) && (v.Max == "" || rank <= scenario.Rank(v.Max))
}

func span(v *scenario.Severity) string {
	switch {
	case v.Max == "":
		return v.Min + " or above"
	case v.Min == "":
		return v.Max + " or below"
	}
	return v.Min + " to " + v.Max
}

func counts(n *scenario.Count) string {
	if n.Max == 0 {
		return fmt.Sprintf("%d or more", n.Min)
	}
	return fmt.Sprintf("%d to %d", n.Min, n.Max)
}
