// Package sigma reads Sigma rules and says whether an event matches one. It is
// the meaning of a rule: everything faster must equal it. It knows no log
// format, no database and no case; which events a rule is shown is decided in
// package detect.
//
// A rule file never breaks a run: each of its documents becomes a Rule, and one
// that can't be used carries a State and the Reason.
package sigma

import (
	"fmt"
	"slices"
	"strings"
)

// State says why a rule can't be used; empty for one that can.
type State string

// The states of a rule that can't be used.
const (
	Unsupported        State = "unsupported"         // valid Sigma that this matcher doesn't do
	Invalid            State = "invalid"             // broken YAML, or no Sigma
	PlaceholderMissing State = "placeholder_missing" // names a %placeholder% without values
)

// Rule is one Sigma rule. Extra holds top-level keys that the specification
// doesn't name.
type Rule struct {
	Path string // of the file, as given to Parse
	Line int    // of the rule's first key

	ID, Name, Title, Status, Level string
	Author, Description, License   string
	Date, Modified                 string
	References, Tags, Fields       []string
	FalsePositives                 []string
	NextSteps                      []string // next_steps, a key of this project
	Logsource                      Logsource
	Extra                          map[string]any

	Correlation *Correlation // of a correlation rule, which matches no event by itself
	Filter      *Filter      // of a filter, which only changes other rules

	State  State
	Reason string // "line 12: …"

	selections []*selection
	condition  expression
	filters    []*Rule // that stand in the condition
}

// Logsource says which events a rule is about.
type Logsource struct{ Product, Category, Service, Definition string }

// Key names the rule in findings: its id, else its name, else its title.
func (r *Rule) Key() string {
	for _, s := range []string{r.ID, r.Name} {
		if s != "" {
			return s
		}
	}
	return r.Title
}

// Called is what a person calls the rule: its title, else where it stands.
func (r *Rule) Called() string {
	if r.Title != "" {
		return r.Title
	}
	return r.Place()
}

// Place is where the rule stands: path:line.
func (r *Rule) Place() string { return fmt.Sprintf("%s:%d", r.Path, r.Line) }

// Usable says whether the rule can be used.
func (r *Rule) Usable() bool { return r.State == "" }

// Techniques are the ATT&CK technique ids of the tags, in the order of the
// tags: attack.t1098.001 is T1098.001.
func (r *Rule) Techniques() []string {
	var out []string
	for _, tag := range r.Tags {
		id, ok := strings.CutPrefix(strings.ToLower(tag), "attack.t")
		if ok && id != "" && id[0] >= '0' && id[0] <= '9' {
			out = append(out, "T"+id)
		}
	}
	return out
}

// AttackVersion is the version of ATT&CK that the tags are written in: the
// rule's key attack_version, empty where the rule doesn't say.
func (r *Rule) AttackVersion() string {
	v, _ := r.Extra["attack_version"].(string)
	return v
}

// Needs are the folded names of the fields that the rule looks at. every is
// true if it looks at all of them, as a keyword does.
func (r *Rule) Needs() (fields []string, every bool) {
	seen := map[string]bool{}
	selections := r.selections
	for _, f := range r.filters {
		selections = append(slices.Clip(selections), f.selections...)
	}
	for _, s := range selections {
		s.body.needs(func(name string) {
			every = every || name == ""
			if name != "" && !seen[name] {
				seen[name] = true
				fields = append(fields, name)
			}
		})
	}
	return fields, every
}
