package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"hotwash/analyze"
	"hotwash/analyze/store"
	"hotwash/analyze/timeline"
	"hotwash/reports/review"
)

// defaultCase is the case that is used if no other is named.
const defaultCase = "hotwash-case"

// caseFlag is the case that a command reads.
func caseFlag(fs *pflag.FlagSet, dir *string) {
	fs.StringVar(dir, "case", defaultCase, "read the case in `DIR`")
}

// rootsFlag is where evidence is today, if it was moved.
func rootsFlag(fs *pflag.FlagSet, roots *[]string) {
	fs.StringArrayVar(roots, "evidence-root", nil, "look for the evidence below `DIR`, where it was moved to; may be repeated")
}

// openCase opens a case for reading.
func openCase(ctx context.Context, dir string) (*store.Case, error) {
	if err := checkCase(dir); err != nil {
		return nil, err
	}
	c, err := analyze.Open(ctx, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, misuse("make one with hotwash analyze EVIDENCE, or name one with --case DIR", "no case in %s", dir)
	}
	return c, err
}

// checkCase refuses what can't be the folder of a case.
func checkCase(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case dir == "":
		return misuse("name a folder with --case DIR", "the name of the case is empty")
	case err == nil && !info.IsDir():
		return misuse("name a folder with --case DIR", "the case %s is no folder", dir)
	}
	return nil
}

// reopen reads the last analysis of a case.
func reopen(ctx context.Context, dir string) (*store.Case, *analyze.Result, error) {
	c, err := openCase(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	res, err := analyze.Reopen(ctx, c, dir)
	if errors.Is(err, analyze.ErrUnfinished) {
		err = misuse("run hotwash analyze again; it goes on where it stopped", "%w", err)
	}
	if err != nil {
		return nil, nil, errors.Join(err, c.Close())
	}
	return c, res, nil
}

// newReview is a result as reports tell it.
func newReview(res *analyze.Result) *review.Review {
	r := review.New(caseName(res.Case), res.Items, res.Findings, res.Statuses, res.Survey)
	r.Method = method(res.Examined)
	return r
}

// caseName is a case by its name: where it stands is nobody's business.
func caseName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}

// rowsOf is the whole timeline of a case.
func rowsOf(ctx context.Context, c *store.Case, res *analyze.Result) iter.Seq2[*timeline.Row, error] {
	return timeline.Rows(ctx, c.DB, timeline.Filter{Unknown: res.Examined.IncludeUnknown})
}

// method is what an analysis was told.
func method(x *analyze.Examined) review.Method {
	m := review.Method{Tool: x.Tool, Command: commandLine(x.Command)}
	add := func(when bool, name, value string) {
		if when {
			m.Settings = append(m.Settings, review.Setting{Name: name, Value: value})
		}
	}
	for _, z := range x.Zones {
		add(true, "zone", z.Glob+"="+z.Location)
	}
	for _, o := range x.Offsets {
		add(true, "clock offset", o.Glob+"="+o.Ahead.String())
	}
	for _, d := range x.Dates {
		add(true, "order of dates", d.Glob+"="+d.Order.String())
	}
	add(x.Year != 0, "year of times without one", strconv.Itoa(x.Year))
	add(x.IncludeUnknown, "text of no known format", "on the timeline")
	add(x.Mixed, "simulated and real evidence", "allowed in one case")
	add(x.Config != "", "configuration, SHA-256", x.Config)
	return m
}

// commandLine is a command as a shell would take it.
func commandLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || strings.ContainsFunc(w, func(r rune) bool { return !plainRune(r) }) {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

func plainRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=+:,@%", r)
}

// evidenceID is how an item is called in a case: E07.
func evidenceID(ordinal int32) string { return fmt.Sprintf("E%02d", ordinal) }
