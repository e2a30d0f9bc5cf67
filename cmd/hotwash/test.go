package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/reports/ci"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

// The kinds of tests.
const (
	kindRule     = "rule"
	kindScenario = "scenario"
)

type testOptions struct {
	printing
	rules  ruleOptions
	junit  string
	strict bool
}

func newTest() *command {
	var o testOptions
	fs := flagSet("test")
	o.rules.flags(fs)
	fs.StringVar(&o.junit, "junit", "", "write the verdicts to `FILE` as JUnit XML")
	fs.BoolVar(&o.strict, "strict", false, "end with 4 if something can't be measured")
	o.printing.flags(fs)
	return &command{
		name: "test", args: "[PATH...]", short: "run the tests of rules and the expectations of scenarios",
		long: `Runs x_test.yml, the records beside the rule x.yml that must and must not match, and
drills scenarios, whose expectations are in them. PATH is a test, a rule, a scenario,
the id of a scenario that ships, or a folder that is searched; without PATH, all rules
and scenarios that ship are tested. Nothing is left behind but the files asked for.`,
		example: "test\ntest departing-employee-data-policy --junit junit.xml",
		codes:   []code{failed, unmeasured},
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runTest(ctx, std, o, args) },
	}
}

func runTest(ctx context.Context, std stdio, o testOptions, args []string) error {
	lab, err := newLab(std, o.rules, true)
	if err != nil {
		return err
	}
	suite, err := gatherTests(args, lab.parser)
	if err != nil {
		return err
	}
	verdicts, err := suite.run(ctx, lab)
	if err != nil {
		return err
	}
	if o.junit != "" {
		if err := std.writeFile(o.junit, &review.Review{Verdicts: verdicts}, ci.JUnit); err != nil {
			return err
		}
	}
	sum := summarize(verdicts)
	if err := o.tell(std, sum); err != nil {
		return err
	}
	return o.judge(sum)
}

// testSummary is the JSON object of a test run.
type testSummary struct {
	Passed  int          `json:"passed"`
	Failed  int          `json:"failed"`
	Skipped int          `json:"skipped"`
	Cases   []testResult `json:"cases"`
}

type testResult struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Status  string `json:"status"`
	Message string `json:"message"`
	Type    string `json:"type"` // of a scenario's expectation: hit, miss, late, …
	File    string `json:"file"`
	Line    int    `json:"line"`
}

func summarize(verdicts []review.Verdict) testSummary {
	s := testSummary{Cases: []testResult{}}
	for _, v := range verdicts {
		switch v.Status {
		case review.Passed:
			s.Passed++
		case review.Skipped:
			s.Skipped++
		default:
			s.Failed++
		}
		s.Cases = append(s.Cases, testResult{v.Suite + "/" + v.ID, v.Kind, string(v.Status), v.Message, v.Type, v.File, v.Line})
	}
	return s
}

func (o testOptions) tell(std stdio, s testSummary) error {
	if o.json {
		return std.object(s)
	}
	t := text.Table(std.out, "status", "kind", "test", "why")
	for _, c := range s.Cases {
		if c.Status != string(review.Passed) || !o.quiet {
			t.AppendRow(table.Row{c.Status, c.Kind, oneLine(c.ID), oneLine(c.Message)})
		}
	}
	if t.Length() > 0 {
		t.Render()
	}
	_, err := fmt.Fprintf(std.out, "%d passed, %d failed, %d skipped\n", s.Passed, s.Failed, s.Skipped)
	return err
}

func (o testOptions) judge(s testSummary) error {
	var errs []error
	if s.Failed > 0 {
		errs = append(errs, fail(failed, "", "%s failed", review.Plural(s.Failed, "test")))
	}
	if s.Skipped > 0 && o.strict {
		errs = append(errs, fail(unmeasured, "", "%s not measurable", review.Plural(s.Skipped, "test")))
	}
	return errors.Join(errs...)
}
