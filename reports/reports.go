// Package reports writes a review in every format. The formats are a table;
// each is a function of its own package, and the model is package review.
package reports

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hotwash/reports/ci"
	"hotwash/reports/export"
	"hotwash/reports/page"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

// Format is one way to write a review.
type Format struct {
	Name  string // as given on the command line and in outputs
	File  string // base name of its file; empty for one that only goes to a terminal
	Title string // what it is for, for help
	Whole bool   // holds the whole timeline, however long
	Write func(io.Writer, *review.Review) error
}

// Formats are all formats, in the order they are written.
var Formats = []Format{
	{"html", "report.html", "the report as one page that loads nothing", false, page.Write},
	{"csv", "timeline.csv", "the whole timeline for a spreadsheet, formulas made harmless", true, export.CSV},
	{"jsonl", "timeline.jsonl", "the whole timeline, one JSON object a line, nothing altered", true, export.JSONLines},
	{"json", "findings.json", "evidence, counts, rule states and findings as one object", false, ci.JSON},
	{"junit", "junit.xml", "evidence and findings, or the verdicts of tests, as JUnit XML", false, ci.JUnit},
	{"text", "", "the summary for a terminal", false, text.Write},
}

// Named is the format of a name.
func Named(name string) (Format, bool) {
	for _, f := range Formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// MaxWhole is how many events a timeline may have to be written unasked: a
// second's work. Beyond, its file would cost as much as the analysis.
const MaxWhole = 100_000

// Write writes a review into a folder, in every format that has a file, and
// says which format went where. A file appears whole or not at all; one that was
// there is replaced, or taken away if its timeline has become too long.
func Write(ctx context.Context, dir string, r *review.Review) (outputs map[string]string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of reports: %w", err)
	}
	outputs = map[string]string{}
	for _, f := range Formats {
		if f.File == "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return outputs, err
		}
		path := filepath.Join(dir, f.File)
		if f.Whole && r.Timeline.Total > MaxWhole {
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				return outputs, fmt.Errorf("%s: %w", path, err)
			}
			continue
		}
		if err := replaceFile(path, r, f.Write); err != nil {
			return outputs, fmt.Errorf("%s: %w", path, err)
		}
		outputs[f.Name] = path
	}
	return outputs, nil
}

// WriteFile writes the file that a person named. A file appears whole or not at
// all; what a link leads to, a device and a pipe are written where they are.
func WriteFile(path string, r *review.Review, write func(io.Writer, *review.Review) error) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().IsRegular() {
		return replaceFile(path, r, write)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(text.ForTerminal(f), 1<<16)
	return errors.Join(write(out, r), out.Flush(), f.Close())
}

// replaceFile writes one file through a new one beside it, which then takes its
// name: a link that someone put there is replaced, never followed.
func replaceFile(path string, r *review.Review, write func(io.Writer, *review.Review) error) (err error) {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) { // left by a run that was killed
		if err = os.Remove(path + ".new"); err == nil {
			f, err = os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		}
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(path + ".new")
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<16)
	err = write(buffered, r)
	if err == nil {
		err = buffered.Flush()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
