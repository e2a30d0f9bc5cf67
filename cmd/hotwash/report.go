package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hotwash/reports"
	"hotwash/reports/ci"
)

type reportOptions struct {
	printing
	dir, out, format string
}

func newReport() *command {
	var o reportOptions
	fs := flagSet("report")
	caseFlag(fs, &o.dir)
	fs.StringVar(&o.out, "out", "", "write the files to `DIR`, not into the case")
	fs.StringVar(&o.format, "format", "", "print one `FORMAT` to standard output: "+strings.Join(formatNames(), ", "))
	o.printing.flags(fs)
	return &command{
		name: "report", short: "write the reports of a case again",
		long: `Writes what the last analysis of a case found, without looking at the evidence or
running a rule: the same bytes as the analysis wrote.`,
		example: "report --format text",
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runReport(ctx, std, o, args) },
	}
}

func formatNames() []string {
	var names []string
	for _, f := range reports.Formats {
		names = append(names, f.Name)
	}
	return names
}

func runReport(ctx context.Context, std stdio, o reportOptions, args []string) (err error) {
	if err := none(args); err != nil {
		return err
	}
	format, known := reports.Named(o.format)
	if o.format != "" && !known {
		return misuse("", "--format %q: want %s", o.format, strings.Join(formatNames(), ", "))
	}
	c, res, err := reopen(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	r := newReview(res)
	r.All = rowsOf(ctx, c, res)
	if v, err := readVerdict(o.dir); err != nil {
		return err
	} else if v != nil && res.Simulated {
		r.Verdicts = verdictsOf(v)
	}
	if known {
		return format.Write(std.out, r)
	}
	out := o.out
	if out == "" {
		out = o.dir
	}
	outputs, err := reports.Write(ctx, out, r)
	if err != nil {
		return err
	}
	if o.json {
		s := ci.Summarize(r)
		s.Case, s.Outputs = o.dir, outputs
		return std.object(s)
	}
	if err := tellOutputs(std, outputs); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
