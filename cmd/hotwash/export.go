package main

import (
	"context"
	"errors"
	"io"

	"hotwash/analyze/timeline"
	"hotwash/reports/export"
	"hotwash/reports/review"
)

type exportOptions struct {
	timelineOptions
	out string
}

func newExport() *command {
	var o exportOptions
	fs := flagSet("export")
	caseFlag(fs, &o.dir)
	fs.StringVar(&o.format, "format", "csv", "write `FORMAT`: csv, in which no cell runs as a formula, or jsonl, in which nothing is altered")
	fs.StringVar(&o.out, "out", "", "write to `FILE`, not to standard output")
	o.selection(fs)
	fs.BoolVar(&o.quiet, "quiet", false, "print no remarks")
	return &command{
		name: "export", short: "write the whole timeline for other tools",
		long: `Writes every event of the timeline, with the evidence that it stands in and its
citation. Lines of jsonl can be loaded into Timesketch.`,
		example: "export --format jsonl --out timeline.jsonl",
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runExport(ctx, std, o, args) },
	}
}

func runExport(ctx context.Context, std stdio, o exportOptions, args []string) (err error) {
	if err := none(args); err != nil {
		return err
	}
	write := map[string]func(io.Writer, *review.Review) error{"csv": export.CSV, "jsonl": export.JSONLines}[o.format]
	switch {
	case write == nil:
		return misuse("", "--format %q: want csv or jsonl", o.format)
	case o.format == "csv" && o.out == "":
		write = std.csv()
	}
	c, res, err := reopen(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	filter, err := o.filter(res)
	if err != nil {
		return err
	}
	r := newReview(res)
	r.All = timeline.Rows(ctx, c.DB, filter)
	if o.out == "" {
		return write(std.out, r)
	}
	return std.writeFile(o.out, r, write)
}
