package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/term"
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
	f, ok := s.err.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
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
