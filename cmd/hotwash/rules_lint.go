package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

type rulesLintOptions struct {
	printing
	rules  ruleOptions
	strict bool
}

func newRulesLint() *command {
	var o rulesLintOptions
	fs := flagSet("rules lint")
	o.rules.flags(fs)
	fs.BoolVar(&o.strict, "strict", false, "end with 4 if a rule is invalid or unsupported")
	o.printing.flags(fs)
	return &command{
		name: "rules lint", args: "[PATH...]", short: "say of each rule whether it can run, and why not",
		long: `Reads rules without a case and says of each whether it can be run. With PATH, folders
or files, only the rules there are looked at. A correlation can be run if its condition
can be fulfilled by those of its rules that can.

  loaded               it can be run
  no_reader            nothing reads the logs that it is about
  placeholder_missing  it names a list that the configuration doesn't give
  unsupported          valid Sigma that can't be run yet
  invalid              broken YAML, or no Sigma`,
		example: "rules lint",
		codes:   []code{unmeasured},
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runRulesLint(std, o, args) },
	}
}

// lintSummary is the JSON object of rules lint.
type lintSummary struct {
	Total              int        `json:"total"`
	Correlations       int        `json:"correlations"` // of the total
	Filters            int        `json:"filters"`      // of the total
	Loaded             int        `json:"loaded"`
	NoReader           int        `json:"no_reader"`
	PlaceholderMissing int        `json:"placeholder_missing"`
	Unsupported        int        `json:"unsupported"`
	Invalid            int        `json:"invalid"`
	Rules              []lintRule `json:"rules"`
}

type lintRule struct {
	ID     string       `json:"id"`
	Kind   string       `json:"kind"` // rule, correlation or filter
	Title  string       `json:"title"`
	Path   string       `json:"path"`
	Line   int          `json:"line"`
	State  detect.State `json:"state"`
	Reason string       `json:"reason"`
}

func runRulesLint(std stdio, o rulesLintOptions, args []string) error {
	if len(args) > 0 {
		o.rules.noBuiltin, o.rules.dirs = true, append(o.rules.dirs, args...)
	}
	o.rules.lint = true
	rules, err := o.rules.configured()
	if err != nil {
		return err
	}
	if len(rules) == 0 {
		return misuse("name a folder of Sigma rules", "no rules to look at")
	}
	sum := lint(rules)
	if err := o.tell(std, sum); err != nil {
		return err
	}
	if n := sum.Invalid + sum.Unsupported; o.strict && n > 0 {
		return fail(unmeasured, "", "%s can't be run", review.Plural(n, "rule"))
	}
	return nil
}

func lint(rules []*sigma.Rule) lintSummary {
	s := lintSummary{Total: len(rules), Rules: []lintRule{}}
	for _, x := range detect.Check(rules, nil) {
		switch x.State {
		case detect.Loaded:
			s.Loaded++
		case detect.NoReader:
			s.NoReader++
		case detect.PlaceholderMissing:
			s.PlaceholderMissing++
		case detect.Unsupported:
			s.Unsupported++
		default:
			s.Invalid++
		}
		switch x.Rule.Kind() {
		case sigma.IsCorrelation:
			s.Correlations++
		case sigma.IsFilter:
			s.Filters++
		}
		s.Rules = append(s.Rules, lintRule{x.Rule.Key(), string(x.Rule.Kind()), x.Rule.Title, x.Rule.Path, x.Rule.Line, x.State, x.Reason})
	}
	return s
}

// tell prints what can't be run, or not all of it, and the counts.
func (o rulesLintOptions) tell(std stdio, s lintSummary) error {
	if o.json {
		return std.object(s)
	}
	t := text.Table(std.out, "state", "rule", "why")
	for _, r := range s.Rules {
		if r.State != detect.Loaded || r.Reason != "" {
			t.AppendRow(table.Row{string(r.State), oneLine(fmt.Sprintf("%s:%d", r.Path, r.Line)), oneLine(r.Reason)})
		}
	}
	if t.Length() > 0 {
		t.Render()
	}
	kinds := ""
	if s.Correlations+s.Filters > 0 {
		kinds = fmt.Sprintf(" (%s, %s)", review.Plural(s.Correlations, "correlation"), review.Plural(s.Filters, "filter"))
	}
	_, err := fmt.Fprintf(std.out, "%s%s: %d loaded, %d no reader, %d placeholder missing, %d unsupported, %d invalid\n",
		review.Plural(s.Total, "rule"), kinds, s.Loaded, s.NoReader, s.PlaceholderMissing, s.Unsupported, s.Invalid)
	return err
}
