package main

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"time"
	_ "time/tzdata" // --zone means the same on a machine without zone files

	"github.com/spf13/pflag"

	"hotwash/analyze"
	"hotwash/analyze/source"
	"hotwash/reports/review"
)

// printing is how a command prints.
type printing struct{ json, quiet bool }

func (p *printing) flags(fs *pflag.FlagSet) {
	fs.BoolVar(&p.json, "json", false, "print the result as JSON")
	fs.BoolVar(&p.quiet, "quiet", false, "print no progress and no remarks")
}

// object prints a result as one indented JSON object.
func (s stdio) object(v any) error {
	out := json.NewEncoder(s.out)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// lines prints results as one JSON object a line, the way jq reads them.
func (s stdio) line(v any) error {
	out := json.NewEncoder(s.out)
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// remark tells a person what is no result and no error.
func (p printing) remark(std stdio, format string, args ...any) {
	if !p.quiet {
		std.note(format, args...)
	}
}

// parseZone reads GLOB=Area/City.
func parseZone(s string) (analyze.Zone, error) {
	glob, name, err := parseGlob(s, "Area/City")
	if err != nil {
		return analyze.Zone{}, err
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return analyze.Zone{}, fmt.Errorf("%q: no time zone %q: want a name such as Europe/Berlin or UTC", s, name)
	}
	return analyze.Zone{Glob: glob, Location: name}, nil
}

// parseOffset reads GLOB=+3m: how far the clock was ahead.
func parseOffset(s string) (analyze.Offset, error) {
	glob, text, err := parseGlob(s, "+3m")
	if err != nil {
		return analyze.Offset{}, err
	}
	ahead, err := time.ParseDuration(text)
	if err != nil {
		return analyze.Offset{}, fmt.Errorf("%q: no duration %q: want +3m, -1h30m or 250ms", s, text)
	}
	return analyze.Offset{Glob: glob, Ahead: ahead}, nil
}

// parseDates reads GLOB=dmy: how dates such as 9/10/2023 are read.
func parseDates(s string) (analyze.Dates, error) {
	glob, name, err := parseGlob(s, "dmy")
	if err != nil {
		return analyze.Dates{}, err
	}
	order, ok := source.ParseDateOrder(name)
	if !ok {
		return analyze.Dates{}, fmt.Errorf("%q: no order %q: want dmy (day first), mdy (month first) or ymd (9/10/23 is of 2009)", s, name)
	}
	return analyze.Dates{Glob: glob, Order: order}, nil
}

// parseGlob cuts GLOB=VALUE at the last =, because a file may have one in its
// name, and a zone has none.
func parseGlob(s, value string) (glob, text string, err error) {
	at := strings.LastIndex(s, "=")
	if at <= 0 {
		return "", "", fmt.Errorf("%q: want GLOB=%s", s, value)
	}
	glob, text = s[:at], s[at+1:]
	if _, err := path.Match(glob, ""); err != nil {
		return "", "", fmt.Errorf("%q: the pattern %q is broken", s, glob)
	}
	return glob, text, nil
}

// parseAll parses every value of a repeated flag or list.
func parseAll[T any](name string, values []string, parse func(string) (T, error)) ([]T, error) {
	var all []T
	for _, v := range values {
		x, err := parse(v)
		if err != nil {
			return nil, misuse("", "%s %w", name, err)
		}
		all = append(all, x)
	}
	return all, nil
}

// checkLevel checks a level of --fail-on; empty means off.
func checkLevel(level string) error {
	if level != "" && review.Severity(level) == 0 {
		return misuse("levels are "+strings.Join(review.Levels(), ", "), "--fail-on %q is no level", level)
	}
	return nil
}

// parseTime reads a bound of the timeline: an RFC 3339 time, or a date or time
// without zone, which is taken as UTC.
func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: want 2026-03-04T10:00:00Z, 2026-03-04 10:00 (UTC) or 2026-03-04", s)
}
