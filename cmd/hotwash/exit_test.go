package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze"
	"hotwash/analyze/detect"
	"hotwash/analyze/store"
	"hotwash/reports/review"
)

func TestExitCode(t *testing.T) {
	end := func(c code) error { return fail(c, "", "ends with %d", c) }
	for _, tc := range []struct {
		name string
		err  error
		want code
	}{
		{"nothing", nil, done},
		{"an error of no kind is internal", errors.New("disk on fire"), internal},
		{"wrapped", fmt.Errorf("load: %w", end(unread)), unread},
		{"1 goes before 4", errors.Join(end(unmeasured), end(failed)), failed},
		{"3 goes before 1", errors.Join(end(failed), end(unread)), unread},
		{"2 goes before 3", errors.Join(end(unread), end(misused)), misused},
		{"5 goes before 2", errors.Join(end(misused), end(internal)), internal},
		{"130 goes before 5", errors.Join(end(internal), context.Canceled), interrupted},
		{"another version", fmt.Errorf("x: %w", store.ErrSchema), misused},
		{"in use", fmt.Errorf("x: %w", store.ErrLocked), misused},
		{"inside", fmt.Errorf("x: %w", analyze.ErrInside), misused},
		{"damaged", fmt.Errorf("x: %w", store.ErrDamaged), misused},
		{"a folder that isn't there", fmt.Errorf("write x: %w", &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}), misused},
		{"a full disk is nobody's mistake", fmt.Errorf("write x: %w", &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}), internal},
		{"a changed log", fmt.Errorf("%w: %w", store.ErrExamination, errors.New("line 3")), unread},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := exitCode(tc.err); got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
}

func TestPanicIsInternal(t *testing.T) {
	var stdout, stderr bytes.Buffer
	std := world(&stdout, &stderr)
	std.env = func(string) string { panic("no environment") }
	if got := run(t.Context(), []string{"test", "nowhere"}, std); got != int(internal) {
		t.Errorf("ended with %d, want %d", got, internal)
	}
	if !strings.Contains(stderr.String(), "hotwash: panic: no environment\nhint: ") {
		t.Errorf("said %s", stderr.String())
	}
}

// TestPanicOfARule: the report is there by then, and the end is an internal error.
func TestPanicOfARule(t *testing.T) {
	r := &review.Review{Rules: []review.Rule{{Title: "T", State: string(detect.Failed), Reason: "panic at event 7"}}}
	r.Totals.Balanced = true
	err := judging{maxRejects: -1}.judge(r)
	if exitCode(err) != internal || err.Error() != "rule T: panic at event 7" {
		t.Errorf("ends with %d: %v", exitCode(err), err)
	}
}

// TestInterrupt: an interrupted load ends with 130, and the same command goes on.
func TestInterrupt(t *testing.T) {
	t.Chdir(t.TempDir())
	hotwash(t, done, "simulate", "departing-employee-data-policy", "--out", "made")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if got := run(ctx, []string{"analyze", "made/evidence"}, world(&stdout, &stderr)); got != int(interrupted) {
		t.Fatalf("ended with %d, want %d: %s", got, interrupted, stderr.String())
	}
	if !strings.Contains(stderr.String(), "hint: run the same command again to go on where it stopped\n") {
		t.Errorf("said %s", stderr.String())
	}
	again := hotwash(t, done, "analyze", "made/evidence", "--json")
	if err := os.Rename(defaultCase, "first"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(hotwash(t, done, "analyze", "made/evidence", "--json"), again); d != "" {
		t.Errorf("an undisturbed analysis says something else:\n%s", d)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"analyze", "evidence show", "rules list", "rules lint", "timeline"}
	for _, tc := range []struct{ name, word, want string }{
		{"a letter is another", "analyse", "analyze"},
		{"letters have changed places", "timelnie", "timeline"},
		{"two words", "rules lits", "rules list"},
		{"nothing is near", "hunt", ""},
		{"no word", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := nearest(tc.word, names); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestParseTime(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"with a zone", "2026-03-04T10:00:00+01:00", "2026-03-04 09:00:00 +0000 UTC"},
		{"without, UTC", "2026-03-04T10:00:00.25", "2026-03-04 10:00:00.25 +0000 UTC"},
		{"as people write it", "2026-03-04 10:00", "2026-03-04 10:00:00 +0000 UTC"},
		{"a day", "2026-03-04", "2026-03-04 00:00:00 +0000 UTC"},
		{"a word", "yesterday", ""},
		{"a day that isn't", "2026-02-30", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at, err := parseTime(tc.text)
			if (err != nil) != (tc.want == "") || err == nil && at.UTC().String() != tc.want {
				t.Errorf("got %v, %v, want %s", at, err, tc.want)
			}
		})
	}
}

func TestParseZone(t *testing.T) {
	for _, tc := range []struct{ name, text, glob, zone string }{
		{"plain", "*.csv=Europe/Berlin", "*.csv", "Europe/Berlin"},
		{"a file with = in its name", "a=b.csv=UTC", "a=b.csv", "UTC"},
		{"no pattern", "=UTC", "", ""},
		{"no zone", "*=", "", ""},
		{"the zone of this machine", "*=Local", "", ""},
		{"a broken pattern", "[=UTC", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			z, err := parseZone(tc.text)
			if (err != nil) != (tc.zone == "") || err == nil && (z.Glob != tc.glob || z.Location != tc.zone) {
				t.Errorf("got %+v, %v", z, err)
			}
		})
	}
}

func TestCommandLine(t *testing.T) {
	got := commandLine([]string{"hotwash", "analyze", "a b", "--zone", "*.csv=Europe/Berlin", "it's", ""})
	if want := `hotwash analyze 'a b' --zone '*.csv=Europe/Berlin' 'it'\''s' ''`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzConfig: no configuration makes the program panic, and what is read is
// strict.
func FuzzConfig(f *testing.F) {
	f.Add("rules: [a]\nzones: ['*=UTC']\nplaceholders: {a: [b]}\n")
	f.Add("zone: []\n")
	f.Add("\t")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseConfig(filepath.Join("dir", configName), []byte(text))
		if (c == nil) == (err == nil) {
			t.Errorf("%v, %v", c, err)
		}
		if err != nil && exitCode(err) != misused {
			t.Errorf("%v ends with %d", err, exitCode(err))
		}
	})
}
