// Package ruletest runs the tests that stand beside rules: x_test.yml beside
// x.yml holds records in a source's own format, and how many of their events
// the rule must match. It reads no logs itself; the analysis is handed in, and
// is the one that evidence goes through.
package ruletest

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
)

// Input is what an analysis is asked: to read the records as a file of
// evidence of that name, and to run the rules over their events.
type Input struct {
	Name    string
	Records []byte
	Rules   []*sigma.Rule
}

// Output is what it found.
type Output struct {
	Sources  map[string]int64 // events of each source
	Rejects  int64
	Statuses []detect.Status
	Findings []detect.Finding
}

// Analysis reads records and runs rules.
type Analysis func(ctx context.Context, in Input) (*Output, error)

// Status is how a case ended.
type Status string

// The ends of a case.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped" // not measurable: the message says why
)

// Verdict is one case and how it ended. ID is the stem of the rule's file and
// the name of the case.
type Verdict struct {
	ID      string
	Rule    string // id of the rule
	File    string // of the test
	Line    int    // of the case in it
	Status  Status
	Message string
}

// Run runs the cases of a test file against the rules of the file beside it.
// The error is the context's: whatever else goes wrong is a verdict.
func Run(ctx context.Context, f *File, rules []*sigma.Rule, analyze Analysis) ([]Verdict, error) {
	var out []Verdict
	for i := range f.Cases {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		c := &f.Cases[i]
		v := Verdict{ID: Stem(f.Path) + "/" + c.Name, Rule: keys(rules), File: f.Path, Line: c.Line}
		v.Status, v.Message = run(ctx, c, rules, analyze)
		out = append(out, v)
	}
	return out, ctx.Err()
}

func keys(rules []*sigma.Rule) string {
	var all []string
	for _, r := range rules {
		all = append(all, r.Key())
	}
	return strings.Join(all, ",")
}

func run(ctx context.Context, c *Case, rules []*sigma.Rule, analyze Analysis) (Status, string) {
	if len(rules) == 0 {
		return Failed, "there is no rule beside the test"
	}
	if len(c.Watchlists) > 0 {
		return Skipped, "rules can't use watchlists yet"
	}
	for _, s := range detect.Check(rules, nil) {
		switch s.State {
		case detect.Invalid:
			return Failed, "the rule is invalid: " + s.Reason
		case detect.Loaded:
		default:
			return Skipped, string(s.State) + ": " + s.Reason
		}
	}
	out, err := analyze(ctx, Input{Name: fileName(c), Records: []byte(c.Records), Rules: rules})
	if err != nil {
		return Failed, "the records could not be analyzed: " + err.Error()
	}
	return judge(c, rules, out)
}

// fileName names the evidence after the source, without an extension that
// would say how to read it.
func fileName(c *Case) string { return strings.ReplaceAll(c.Source, ".", "-") + ".log" }

func judge(c *Case, rules []*sigma.Rule, out *Output) (Status, string) {
	var wrong []string
	for _, s := range out.Statuses {
		if s.State == detect.Failed {
			wrong = append(wrong, "the rule made the program fail: "+s.Reason)
		}
	}
	if out.Rejects > 0 {
		wrong = append(wrong, fmt.Sprintf("%d records could not be read", out.Rejects))
	}
	for _, name := range slices.Sorted(maps.Keys(out.Sources)) {
		if name != c.Source && out.Sources[name] > 0 {
			wrong = append(wrong, fmt.Sprintf("%d records were read as %s", out.Sources[name], name))
		}
	}
	if out.Sources[c.Source] == 0 {
		wrong = append(wrong, "no record was read as "+c.Source)
	}
	count, entities := sum(rules, out.Findings)
	if c.Expect.Count != nil && count != *c.Expect.Count {
		wrong = append(wrong, fmt.Sprintf("%d events matched, expected %d", count, *c.Expect.Count))
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Expect.Entities)) {
		want := slices.Sorted(slices.Values(c.Expect.Entities[kind]))
		if got := slices.Sorted(maps.Keys(entities[kind])); !slices.Equal(got, want) {
			wrong = append(wrong, fmt.Sprintf("%s is %s, expected %s", kind, list(got), list(want)))
		}
	}
	if len(wrong) > 0 {
		return Failed, strings.Join(wrong, "; ")
	}
	return Passed, ""
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// sum counts the events that the rules matched, and gathers their entities.
func sum(rules []*sigma.Rule, findings []detect.Finding) (count int, entities map[string]map[string]bool) {
	entities = map[string]map[string]bool{}
	for i := range findings {
		f := &findings[i]
		if !slices.ContainsFunc(rules, func(r *sigma.Rule) bool { return r.Key() == f.Rule }) {
			continue
		}
		count += f.Count
		for kind, names := range f.Entities {
			if entities[kind] == nil {
				entities[kind] = map[string]bool{}
			}
			for _, n := range names {
				entities[kind][n] = true
			}
		}
	}
	return count, entities
}

// IsTest says whether a file holds tests of a rule, by its name.
func IsTest(name string) bool { return strings.HasSuffix(name, "_test.yml") }

// RuleOf is the rule's file that a test stands beside.
func RuleOf(test string) string { return strings.TrimSuffix(test, "_test.yml") + ".yml" }

// Stem is the name of a rule's file, or of its test, without folder and ending.
func Stem(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), ".yml"), "_test")
}
