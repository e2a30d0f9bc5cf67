package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"hotwash/reports"
	"hotwash/reports/export"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

// stdio is all that a command has of the world besides files: results go to
// out, everything else to err.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	env      func(string) string // SOURCE_DATE_EPOCH, nothing else: nothing is coloured, NO_COLOR or not
	command  []string            // as typed, for the examination log
}

// terminal says whether err is a terminal that a progress bar may draw on.
func (s stdio) terminal() bool {
	return text.IsTerminal(s.err)
}

// writeFile writes a file that a person named. One that standard output or error
// is already, such as /dev/stdout, is written through them.
func (s stdio) writeFile(path string, r *review.Review, write func(io.Writer, *review.Review) error) error {
	for _, w := range []io.Writer{s.out, s.err} {
		if isFile(w, path) {
			return write(w, r)
		}
	}
	if err := reports.WriteFile(path, r, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// isFile says whether a stream is the file at path.
func isFile(w io.Writer, path string) bool {
	f, ok := w.(interface{ Stat() (os.FileInfo, error) })
	if !ok {
		return false
	}
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(open, named)
}

// csv writes the timeline as CSV to standard output: at a terminal so that it
// obeys nothing of it.
func (s stdio) csv() func(io.Writer, *review.Review) error {
	if text.IsTerminal(s.out) {
		return export.CSVShown(oneLine)
	}
	return export.CSV
}

// clock is what the examination log is dated with: the time, or the one that
// SOURCE_DATE_EPOCH fixes. The custody record is always dated with the time.
func (s stdio) clock() func() time.Time {
	seconds, err := strconv.ParseInt(s.env("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return s.now
	}
	return func() time.Time { return time.Unix(seconds, 0).UTC() }
}

// hint tells a person a way out.
func (s stdio) hint(text string) { fmt.Fprintln(s.err, "hint: "+oneLine(text)) }

// note tells a person something that is no result.
func (s stdio) note(format string, args ...any) {
	fmt.Fprintln(s.err, "hotwash: "+oneLine(fmt.Sprintf(format, args...)))
}
