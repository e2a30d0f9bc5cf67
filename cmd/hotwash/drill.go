package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/reports/review"
	"hotwash/reports/text"
	"hotwash/simulate/drill"
	"hotwash/simulate/scenario"
)

type drillOptions struct {
	printing
	rules  ruleOptions
	out    string
	seed   seedFlag
	strict bool
}

func newDrill() *command {
	var o drillOptions
	fs := flagSet("drill")
	o.seed.flags(fs)
	fs.StringVar(&o.out, "out", "hotwash-drill", "write each drill to a folder of its scenario's name in `DIR`")
	o.rules.flags(fs)
	fs.BoolVar(&o.strict, "strict", false, "end with 4 if an expectation can't be measured")
	o.printing.flags(fs)
	return &command{
		name: "drill", args: "SCENARIO...", short: "simulate, analyze, score, report",
		long: `Simulates each scenario, analyzes its logs like any other evidence, holds what was
found against what was planted, and writes the report. A rule that has no logs, or
a step that no log tells, makes an expectation not measurable; that is no pass.`,
		example: "drill departing-employee-data-policy",
		codes:   []code{failed, unread, unmeasured},
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runDrill(ctx, std, o, args) },
	}
}

func runDrill(ctx context.Context, std stdio, o drillOptions, args []string) error {
	if err := need(args, 1, 0, "scenario"); err != nil {
		return err
	}
	lab, err := newLab(std, o.rules, o.quiet)
	if err != nil {
		return err
	}
	scs, err := loadScenarios(args)
	if err != nil {
		return err
	}
	var ends []error
	for _, sc := range scs {
		v, r, err := lab.drill(ctx, sc, o.seed.value(), filepath.Join(o.out, sc.ID))
		if err != nil {
			return err
		}
		if err := o.tell(std, v); err != nil {
			return err
		}
		ends = append(ends, o.judge(v), judging{maxRejects: -1}.judge(r))
	}
	return errors.Join(ends...)
}

func loadScenarios(names []string) ([]*scenario.Scenario, error) {
	var all []*scenario.Scenario
	for _, name := range names {
		sc, err := loadScenario(name)
		if err != nil {
			return nil, err
		}
		all = append(all, sc)
	}
	return all, nil
}

func (o drillOptions) judge(v *drill.Verdict) error {
	var errs []error
	if n := len(v.Failed()); n > 0 {
		errs = append(errs, fail(failed, "", "%s: %s failed", v.Scenario, review.Plural(n, "expectation")))
	}
	if n := len(v.Unmeasured()); n > 0 && o.strict {
		errs = append(errs, fail(unmeasured, "", "%s: %s not measurable", v.Scenario, review.Plural(n, "expectation")))
	}
	return errors.Join(errs...)
}

func (o drillOptions) tell(std stdio, v *drill.Verdict) error {
	if o.json {
		return std.object(v)
	}
	fmt.Fprintf(std.out, "SIMULATED: %s, seed %d\n\n", oneLine(v.Title), v.Seed)
	t := text.Table(std.out, "expectation", "status", "why")
	for _, e := range v.Expectations {
		t.AppendRow(table.Row{oneLine(e.ID), oneLine(string(e.Status)), oneLine(e.Message)})
	}
	t.Render()
	s := v.Score
	fmt.Fprintf(std.out, "\nrecall %s, precision %s, F1 %s; %.2f false positives a day; %d not measurable\n",
		rate(s.Recall), rate(s.Precision), rate(s.F1), s.FalsePositivesPerDay, s.Unmeasured)
	return tellOutputs(std, v.Outputs)
}

// rate is a rate that may be none.
func rate(r *float64) string {
	if r == nil {
		return "none"
	}
	return fmt.Sprintf("%.2f", *r)
}
