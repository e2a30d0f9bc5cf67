package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"hotwash/analyze"
	"hotwash/analyze/detect"
	"hotwash/analyze/evidence"
	"hotwash/analyze/timeline"
	"hotwash/reports"
	"hotwash/reports/ci"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

type analyzeOptions struct {
	printing
	rules          ruleOptions
	dir            string
	zones, offsets []string
	dates          []string
	year           int
	unknown, mixed bool
	judging
}

func newAnalyze() *command {
	var o analyzeOptions
	fs := flagSet("analyze")
	fs.StringVar(&o.dir, "case", defaultCase, "keep what is found in the folder `DIR`")
	o.rules.flags(fs)
	fs.StringArrayVar(&o.zones, "zone", nil, "times without a zone in files named like GLOB are local to a place, as `GLOB=Area/City`; may be repeated")
	fs.StringArrayVar(&o.offsets, "offset", nil, "the clock of files named like GLOB was ahead, as `GLOB=+3m`: orders events, changes no time; may be repeated")
	fs.StringArrayVar(&o.dates, "date-order", nil, "dates such as 9/10/2023 in files named like GLOB are day or month first, as `GLOB=dmy` or GLOB=mdy; may be repeated")
	fs.IntVar(&o.year, "year", 0, "times without a year are of the year `N`")
	fs.BoolVar(&o.unknown, "include-unknown", false, "put text of no known format on the timeline")
	fs.BoolVar(&o.mixed, "mixed", false, "allow simulated and real evidence in one case")
	o.judging.flags(fs)
	o.printing.flags(fs)
	return &command{
		name: "analyze", args: "EVIDENCE...", short: "load evidence, run the rules, write the report",
		long: `Reads files and folders of exported logs, packed or not, into a case, runs the rules
over it and writes the report. Nobody needs to sort the files first: what each one is
shows in its content. Evidence is opened for reading only and is never changed.

The same command again goes on where it was interrupted, and stores nothing twice.`,
		example: "analyze evidence\nanalyze evidence --case case-17 --fail-on critical --json",
		codes:   []code{failed, unread, unmeasured},
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runAnalyze(ctx, std, o, args) },
	}
}

func runAnalyze(ctx context.Context, std stdio, o analyzeOptions, args []string) (err error) {
	told, err := o.settings(std, args)
	if err != nil {
		return err
	}
	o.tellBroken(std, told.Rules)
	show, end := newProgress(std, o.quiet)
	told.Progress = show
	res, err := analyze.Run(ctx, told)
	end()
	if err != nil {
		return err
	}
	c, err := openCase(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	r := newReview(res)
	r.All = rowsOf(ctx, c, res)
	outputs, err := reports.Write(ctx, o.dir, r)
	if err != nil {
		return err
	}
	if err := o.tell(std, r, outputs); err != nil {
		return err
	}
	if r.Timeline.Total > reports.MaxWhole {
		o.remark(std, "the timeline has %s and is in no file; hotwash export writes it", review.Plural(r.Timeline.Total, "event"))
	}
	o.ask(std, r)
	return o.judge(r)
}

// ask tells what only a person can know and how to say it.
func (o analyzeOptions) ask(std stdio, r *review.Review) {
	n, items := openDates(r)
	if n == 0 || o.quiet {
		return
	}
	std.note("%s in %s could be day or month first, and nothing there tells: the events are kept without a time", review.Plural(n, "date"), enumerate(items))
	std.hint("the same command again with --date-order GLOB=dmy or GLOB=mdy reads them; GLOB is the name of the file, or a pattern")
}

// openDates are how many dates could be two, and the items they are in.
func openDates(r *review.Review) (n int64, items []string) {
	for _, g := range r.Completeness {
		if g.Kind == timeline.DateOrder {
			n += g.Count
			for _, ordinal := range g.Items {
				items = append(items, r.Path(ordinal))
			}
		}
	}
	return n, items
}

// settings checks everything that was told before anything is done.
func (o analyzeOptions) settings(std stdio, args []string) (told analyze.Options, err error) {
	if err := cmp.Or(checkEvidence(args), checkCase(o.dir)); err != nil {
		return told, err
	}
	if o.year < 0 || o.year > 9999 {
		return told, misuse("", "--year %d: want a year such as 2026", o.year)
	}
	c, err := readConfig(o.rules.config)
	if err != nil {
		return told, err
	}
	told = analyze.Options{Args: args, Case: o.dir, Year: o.year, IncludeUnknown: o.unknown, Mixed: o.mixed,
		Limits: evidence.DefaultLimits(), Now: std.clock(), Tool: tool(), Command: std.command, Config: c.sha256}
	if told.Zones, err = parseAll("--zone", slices.Concat(c.Zones, o.zones), parseZone); err != nil {
		return told, err
	}
	if told.Offsets, err = parseAll("--offset", slices.Concat(c.Offsets, o.offsets), parseOffset); err != nil {
		return told, err
	}
	if told.Dates, err = parseAll("--date-order", slices.Concat(c.DateOrders, o.dates), parseDates); err != nil {
		return told, err
	}
	if told.Rules, err = o.rules.load(c); err != nil {
		return told, err
	}
	return told, checkLevel(o.failOn)
}

// checkEvidence refuses what can't be evidence before a case is made of it.
func checkEvidence(args []string) error {
	if len(args) == 0 {
		return misuse("name files or folders", "no evidence given")
	}
	for _, a := range args {
		if a == "-" {
			return misuse("save it to a file: a report cites bytes that can be read again", "standard input is no evidence")
		}
		if _, err := os.Stat(a); err != nil {
			return misuse("", "evidence: %w", err)
		}
	}
	return nil
}

// tell prints what was found.
func (o analyzeOptions) tell(std stdio, r *review.Review, outputs map[string]string) error {
	if o.json {
		s := ci.Summarize(r)
		s.Case, s.Outputs = o.dir, outputs
		return std.object(s)
	}
	if err := text.Write(std.out, r); err != nil {
		return err
	}
	return tellOutputs(std, outputs)
}

// tellOutputs prints which files were written.
func tellOutputs(std stdio, outputs map[string]string) error {
	for _, kind := range slices.Sorted(maps.Keys(outputs)) {
		if _, err := fmt.Fprintf(std.out, "%-11s %s\n", kind, oneLine(outputs[kind])); err != nil {
			return err
		}
	}
	return nil
}

// judging says when an analysis that came to its end still ends with a code.
type judging struct {
	failOn     string
	maxRejects int
	strict     bool
}

func (o *judging) flags(fs *pflag.FlagSet) {
	fs.StringVar(&o.failOn, "fail-on", "", "end with 1 if there is a finding of `LEVEL` or above: informational, low, medium, high or critical")
	fs.IntVar(&o.maxRejects, "max-rejects", -1, "end with 3 if more than `N` records could not be read; -1 is no limit")
	fs.BoolVar(&o.strict, "strict", false, "end with 4 if a record was rejected, or a file or rule is unsupported")
}

// judge is nil, or everything that makes the program end with another code.
func (o judging) judge(r *review.Review) error {
	var errs []error
	add := func(n int, c code, format string, args ...any) {
		if n > 0 {
			errs = append(errs, fail(c, "", format, args...))
		}
	}
	troubled := names(r, (*review.Evidence).Troubled)
	add(len(troubled), unread, "not read to its end, changed, or not adding up: %s", enumerate(troubled))
	if !r.Totals.Balanced {
		add(1, unread, "the counts of the case do not add up")
	}
	if o.maxRejects >= 0 && r.Rejects.Total > o.maxRejects {
		add(1, unread, "%s could not be read, more than %d", review.Plural(r.Rejects.Total, "record"), o.maxRejects)
	}
	if n := atOrAbove(r, o.failOn); o.failOn != "" {
		add(n, failed, "%s at or above %s", review.Plural(n, "finding"), o.failOn)
	}
	if o.strict {
		add(r.Rejects.Total, unmeasured, "%s rejected", review.Plural(r.Rejects.Total, "record"))
		unsupported := names(r, (*review.Evidence).NoReader)
		add(len(unsupported), unmeasured, "no reader for %s", enumerate(unsupported))
		dates, _ := openDates(r)
		add(int(dates), unmeasured, "%s that could be two: --date-order says which", review.Plural(dates, "date"))
		broken := brokenRules(r)
		add(len(broken), unmeasured, "rules that can't be run: %s", enumerate(broken))
	}
	for _, rule := range r.Rules {
		if rule.State == string(detect.Failed) {
			errs = append(errs, fail(internal, "this is a bug; what else was found is in the report", "rule %s: %s", rule.Title, rule.Reason))
		}
	}
	return errors.Join(errs...)
}

func names(r *review.Review, is func(*review.Evidence) bool) []string {
	var all []string
	for i := range r.Evidence {
		if e := &r.Evidence[i]; is(e) {
			all = append(all, e.Name())
		}
	}
	return all
}

// brokenRules are those that no case could run.
func brokenRules(r *review.Review) []string {
	broken := []string{string(detect.Unsupported), string(detect.Invalid), string(detect.PlaceholderMissing)}
	var all []string
	for _, rule := range r.Rules {
		if slices.Contains(broken, rule.State) {
			all = append(all, rule.Title+" ("+rule.Reason+")")
		}
	}
	return all
}

func atOrAbove(r *review.Review, level string) (n int) {
	for i := range r.Findings {
		if review.Severity(r.Findings[i].Level) >= review.Severity(level) {
			n++
		}
	}
	return n
}

// enumerate names the first few of a list.
func enumerate(all []string) string {
	const most = 5
	s := strings.Join(all[:min(len(all), most)], ", ")
	if len(all) > most {
		s += fmt.Sprintf(" and %d more", len(all)-most)
	}
	return s
}
