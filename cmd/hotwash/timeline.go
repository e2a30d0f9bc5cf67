package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"hotwash/analyze"
	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/store"
	"hotwash/analyze/timeline"
	"hotwash/reports/export"
	"hotwash/reports/review"
)

type timelineOptions struct {
	printing
	dir    string
	format string
	window time.Duration

	around, from, to string
	actors, sources  []string
	limit            int
	windowFlag       *pflag.Flag
	duplicates       bool
	unknown, undated bool
}

func newTimeline() *command {
	var o timelineOptions
	fs := flagSet("timeline")
	caseFlag(fs, &o.dir)
	fs.StringVar(&o.around, "around", "", "only events around `WHAT`: an event id, a citation, E03@offset, or a time")
	fs.DurationVar(&o.window, "window", timeline.DefaultWindow, "how far --around looks, each way")
	o.windowFlag = fs.Lookup("window")
	fs.StringVar(&o.from, "from", "", "only events at or after `TIME`; without a zone it is UTC")
	fs.StringVar(&o.to, "to", "", "only events before `TIME`")
	fs.StringArrayVar(&o.actors, "actor", nil, "only events of `NAME`, an actor or an actor's id; may be repeated")
	fs.StringArrayVar(&o.sources, "source", nil, "only events of the source `NAME`, or of a family such as 'defender.*'; may be repeated")
	o.selection(fs)
	fs.IntVar(&o.limit, "limit", 0, "print the first `N` events only; 0 is all")
	fs.StringVar(&o.format, "format", "text", "print as `FORMAT`: text, csv or jsonl")
	o.printing.flags(fs)
	return &command{
		name: "timeline", short: "print the events of all sources in one order",
		long: `Prints the events of a case in the order they happened, whatever source they are from,
each with its citation. Duplicates, events without a time and text of no known format
are left out unless asked for.`,
		example: "timeline --actor anna.keller@contoso.example --from 2026-03-03 --format csv\ntimeline --around 2026-03-03T18:00:00Z --window 10m",
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runTimeline(ctx, std, o, args) },
	}
}

// selection are the flags that bring in what is left out.
func (o *timelineOptions) selection(fs *pflag.FlagSet) {
	fs.BoolVar(&o.duplicates, "duplicates", false, "also events that duplicate another")
	fs.BoolVar(&o.unknown, "include-unknown", false, "also text of no known format")
	fs.BoolVar(&o.undated, "undated", false, "the events without a time instead")
}

func runTimeline(ctx context.Context, std stdio, o timelineOptions, args []string) (err error) {
	if err := none(args); err != nil {
		return err
	}
	if o.json {
		o.format = "jsonl"
	}
	if err := o.check(); err != nil {
		return err
	}
	write, err := o.writer(std)
	if err != nil {
		return err
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
	if filter.Sources, err = o.sourcesIn(ctx, std, c); err != nil {
		return err
	}
	r := newReview(res)
	r.All = timeline.Rows(ctx, c.DB, filter)
	return telling(write(std.out, r))
}

// check refuses what can only be a mistake.
func (o timelineOptions) check() error {
	switch {
	case o.limit < 0:
		return misuse("0 is all", "--limit %d: want how many events to print", o.limit)
	case o.windowFlag.Changed && o.around == "":
		return misuse("say around what with --around, or bound the time with --from and --to", "--window without --around")
	case o.window <= 0:
		return misuse("", "--window %s: want how far to look each way, such as 10m", o.window)
	}
	return nil
}

// sourcesIn are the sources that were named, a family as those of its sources that
// the case has. It refuses names that nothing reads, and remarks on those without
// events. A case may hold what another version called a source.
func (o timelineOptions) sourcesIn(ctx context.Context, std stdio, c *store.Case) ([]string, error) {
	present, err := c.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, name := range o.sources {
		family, isFamily := strings.CutSuffix(name, ".*")
		before := len(all)
		for has := range present {
			if has == name || isFamily && strings.HasPrefix(has, family+".") {
				all = append(all, has)
			}
		}
		if len(all) > before {
			continue
		}
		if !isSource(name) && !(isFamily && picksAny(name)) {
			return nil, misuse(sourceHint(name), "--source %q: no source of that name", name)
		}
		all = append(all, name)
		o.remark(std, "the case has no events of %s", name)
	}
	return all, nil
}

// telling gives errors of a filter their way out.
func telling(err error) error {
	if errors.Is(err, timeline.ErrNoEvent) || errors.Is(err, timeline.ErrUndated) {
		return misuse("hotwash timeline prints the ids of events", "--around: %w", err)
	}
	return err
}

func (o timelineOptions) writer(std stdio) (func(io.Writer, *review.Review) error, error) {
	switch o.format {
	case "text":
		return printRows, nil
	case "csv":
		return std.csv(), nil
	case "jsonl":
		return export.JSONLines, nil
	}
	return nil, misuse("", "--format %q: want text, csv or jsonl", o.format)
}

func (o timelineOptions) filter(res *analyze.Result) (f timeline.Filter, err error) {
	if o.undated && o.around+o.from+o.to != "" {
		return f, misuse("leave out --from, --to and --around, or --undated", "--undated: an event without a time is in no span of time")
	}
	f = timeline.Filter{Actors: o.actors, Sources: o.sources, Window: o.window, Limit: o.limit,
		Duplicates: o.duplicates, Unknown: o.unknown || res.Examined.IncludeUnknown, Undated: o.undated}
	for _, bound := range []struct {
		name, text string
		set        func(us int64)
	}{
		{"--from", o.from, func(us int64) { f.From = timeline.At(us) }},
		{"--to", o.to, func(us int64) { f.To = timeline.At(us) }},
	} {
		if bound.text == "" {
			continue
		}
		at, err := parseTime(bound.text)
		if err != nil {
			return f, misuse("", "%s %w", bound.name, err)
		}
		bound.set(at.UnixMicro())
	}
	return f, o.center(res, &f)
}

// center reads --around: an event, or a time.
func (o timelineOptions) center(res *analyze.Result, f *timeline.Filter) error {
	if o.around == "" {
		return nil
	}
	if at, err := parseTime(o.around); err == nil {
		f.AroundAt = timeline.At(at.UnixMicro())
		return nil
	}
	p, err := findPlace(res.Items, o.around)
	if err != nil {
		return misuse("", "--around: %w", err)
	}
	f.Around = p.ID()
	return nil
}

// findPlace is the place that a reference names. Its length may be missing.
func findPlace(items []evidence.Item, text string) (event.Place, error) {
	ref, err := evidence.ParseRef(text)
	if err != nil {
		return event.Place{}, err
	}
	it, err := ref.Find(items)
	if err != nil {
		return event.Place{}, err
	}
	return event.Place{Evidence: it.Ordinal, Offset: ref.Offset, Len: ref.Len, Derived: ref.Derived > 0}, nil
}

// printRows prints a line an event.
func printRows(w io.Writer, r *review.Review) error {
	out := bufio.NewWriter(w)
	for row, err := range r.Rows() {
		if err != nil {
			return err
		}
		fmt.Fprintln(out, rowLine(r, row))
	}
	return out.Flush()
}

// rowLine is when, who, what and where it stands; what a log says is one line
// and obeys nothing.
func rowLine(r *review.Review, row *timeline.Row) string {
	when := row.Time.String()
	if when == "" {
		when = "no time"
	}
	what := row.Operation
	if what == "" {
		what = row.Action
	}
	if row.Offset != 0 && row.Time.Dated() {
		when += " ordered as " + row.Ordered().String()
	}
	line := fmt.Sprintf("%-28s %-20s %s", when, row.Source, what)
	for _, part := range []struct{ name, value string }{
		{"by", row.Actor}, {"from", row.SrcIP}, {"on", row.Host}, {"target", firstOf(row.TargetName, row.TargetID)}, {"outcome", row.Outcome}, {"", row.Message},
	} {
		if part.value != "" {
			line += "  " + part.name + " " + strconv.Quote(part.value)
		}
	}
	return oneLine(line + "  [" + r.Cite(row.Place) + "]")
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// itemsOf are the items of a case that may have no finished analysis.
func itemsOf(ctx context.Context, dir string) (*store.Case, []evidence.Item, error) {
	c, err := openCase(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	items, err := c.Items(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, c.Close())
	}
	return c, items, nil
}
