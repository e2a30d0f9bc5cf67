package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"hotwash/analyze"
	"hotwash/analyze/store"
	"hotwash/reports/text"
)

// code is an exit code, a part of the interface.
type code int

// The exit codes.
const (
	done        code = 0
	failed      code = 1
	misused     code = 2
	unread      code = 3
	unmeasured  code = 4
	internal    code = 5
	interrupted code = 130
)

// codes are the exit codes as help tells them.
var codes = []struct {
	code code
	text string
}{
	{done, "done"},
	{failed, "findings at or above --fail-on, or an expectation failed"},
	{misused, "usage, configuration or schema error"},
	{unread, "evidence that could not be read to its end, changed or does not add up"},
	{unmeasured, "something not measurable, unsupported or rejected, under --strict"},
	{internal, "internal error"},
	{interrupted, "interrupted; the case can be resumed"},
}

// exit is an error that knows how the program ends, and a way out if there is one.
type exit struct {
	code code
	msg  string
	hint string
	err  error // the cause; its text is in msg
}

func (e *exit) Error() string { return e.msg }
func (e *exit) Unwrap() error { return e.err }

// misuse is a mistake on the command line or in a file of ours.
func misuse(hint, format string, args ...any) error { return fail(misused, hint, format, args...) }

// fail ends the program with a code.
func fail(c code, hint, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &exit{c, err.Error(), hint, err}
}

// exitCode is the one place where an error becomes a number. Where several
// hold, the first case counts.
func exitCode(err error) code {
	switch {
	case err == nil:
		return done
	case holds(err, interrupted), errors.Is(err, context.Canceled):
		return interrupted
	case holds(err, internal):
		return internal
	case holds(err, misused), errors.Is(err, store.ErrSchema), errors.Is(err, store.ErrLocked),
		errors.Is(err, store.ErrNoCase), store.Damaged(err), errors.Is(err, analyze.ErrInside), errors.Is(err, analyze.ErrMixed):
		return misused
	case holds(err, unread), errors.Is(err, store.ErrExamination):
		return unread
	case holds(err, failed):
		return failed
	case holds(err, unmeasured):
		return unmeasured
	case unplaced(err):
		return misused
	}
	return internal
}

// unplaced says that a file or folder can't be made, opened or written where it
// was asked for: there is none, it is no folder, or it is someone else's.
func unplaced(err error) bool {
	var reason syscall.Errno
	return errors.As(err, &reason) && slices.Contains([]syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR, syscall.EEXIST,
		syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.EBUSY, syscall.ELOOP, syscall.ENAMETOOLONG, syscall.EINVAL}, reason)
}

// holds says whether an error, or one that it wraps or joins, has a code.
func holds(err error, c code) bool {
	for e := range exits(err) {
		if e.code == c {
			return true
		}
	}
	return false
}

// exits yields every exit in a tree of errors.
func exits(err error) func(yield func(*exit) bool) {
	return func(yield func(*exit) bool) { walkExits(err, yield) }
}

func walkExits(err error, yield func(*exit) bool) bool {
	switch e := err.(type) { //nolint:errorlint // this is the walk that errors.As does
	case *exit:
		return yield(e) && walkExits(e.err, yield)
	case interface{ Unwrap() error }:
		return walkExits(e.Unwrap(), yield)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if !walkExits(inner, yield) {
				return false
			}
		}
	}
	return true
}

// explain tells an error to a person: a line each, and the way out.
func explain(std stdio, err error) {
	for _, line := range strings.Split(err.Error(), "\n") {
		std.note("%s", line)
	}
	for _, hint := range hints(err) {
		std.hint(hint)
	}
}

// hints are the ways out of an error.
func hints(err error) []string {
	var all []string
	for e := range exits(err) {
		if e.hint != "" {
			all = append(all, e.hint)
		}
	}
	switch {
	case errors.Is(err, store.ErrSchema):
		all = append(all, "another version of hotwash made this case; load the evidence into a new one with --case DIR")
	case errors.Is(err, store.ErrLocked):
		all = append(all, "another hotwash is using it; wait for it, or name another case with --case DIR")
	case errors.Is(err, store.ErrNoCase):
		all = append(all, "name a new or empty folder with --case DIR; what stands in this one is not overwritten")
	case store.Damaged(err):
		all = append(all, "load the evidence into a new case with --case DIR, or take the damaged file away and analyze again; what people wrote in the folder can't be made again")
	case errors.Is(err, analyze.ErrInside):
		all = append(all, "name a folder outside of the evidence with --case DIR")
	case errors.Is(err, analyze.ErrMixed):
		all = append(all, "use a new case with --case DIR, or allow it with --mixed")
	case errors.Is(err, context.Canceled):
		all = append(all, "run the same command again to go on where it stopped")
	case len(all) == 0 && exitCode(err) == misused && unplaced(err):
		all = append(all, "name a folder that is there and may be written to")
	}
	return all
}

// oneLine makes text from evidence safe to print.
func oneLine(s string) string { return text.Line(s) }
