package analyze

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotwash/analyze/evidence"
	"hotwash/analyze/store"
)

// auditLog is n records of a unified audit log, one a line.
func auditLog(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"CreationTime":"2026-03-02T00:%02d:%02d","Id":"8ab775d8-77d0-474f-beb7-%012d","Operation":"Set-Mailbox",`+
			`"OrganizationId":"0873ee4d-d342-44f2-8961-74c442a2fad2","RecordType":1,"ResultStatus":"True","UserKey":"k%d","UserType":0,"Version":1,`+
			`"Workload":"Exchange","UserId":"ann@example.com","ClientIP":"192.0.2.1","ObjectId":"mailbox %d","Parameters":[{"Name":"Identity","Value":"x"}]}`+"\n",
			i/60%60, i%60, i, i%7, i)
	}
	return b.String()
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(dir string, args ...string) Options {
	return Options{Args: args, Case: dir, Limits: evidence.DefaultLimits(), Now: func() time.Time { return time.Unix(0, 0) }, Tool: "test"}
}

func run(t *testing.T, o Options) *Result {
	t.Helper()
	res, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// fingerprint is a digest of everything in a case that evidence decides.
func fingerprint(t *testing.T, dir string) string {
	t.Helper()
	c, err := store.Open(t.Context(), dir, natives())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	var all string
	for _, q := range []string{
		"SELECT count(*) || ' events ' || sum(hash(events)) FROM events",
		"SELECT count(*) || ' native ' || sum(hash(n)) FROM native_m365_ual n",
		"SELECT count(*) || ' rejects ' || coalesce(sum(hash(rejects)), 0) FROM rejects",
		"SELECT count(*) || ' entities ' || sum(hash(entities)) FROM entities",
		"SELECT count(*) || ' items ' || sum(hash(evidence)) FROM evidence",
		"SELECT 'records ' || sum(records) || ' to ' || sum(end_off - start_off) FROM ledger",
		"SELECT 'by source ' || sum(events) FROM ledger_sources",
	} {
		var s string
		if err := c.QueryRowContext(t.Context(), q).Scan(&s); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		all += s + "\n"
	}
	return all
}

// TestResume interrupts loading at several moments and goes on: the case is the
// one that an undisturbed run makes, and a third run changes nothing.
func TestResume(t *testing.T) {
	evidenceDir := t.TempDir()
	write(t, filepath.Join(evidenceDir, "a.jsonl"), auditLog(20_000)+"{broken\n")
	write(t, filepath.Join(evidenceDir, "b.jsonl"), auditLog(9_000))
	undisturbed := filepath.Join(t.TempDir(), "case")
	run(t, options(undisturbed, evidenceDir))
	want := fingerprint(t, undisturbed)
	const last = 12
	for _, stop := range []int{1, 3, 6, 9, last} {
		t.Run(fmt.Sprintf("after %d steps", stop), func(t *testing.T) {
			o := options(filepath.Join(t.TempDir(), "case"), evidenceDir)
			o.commitEvents = 2_000
			interrupt(t, o, stop)
			run(t, o)
			if got := fingerprint(t, o.Case); got != want {
				t.Errorf("resumed:\n%s\nundisturbed:\n%s", got, want)
			}
			if stop < last {
				return
			}
			run(t, o)
			if got := fingerprint(t, o.Case); got != want {
				t.Errorf("loaded again:\n%s\nundisturbed:\n%s", got, want)
			}
		})
	}
}

func interrupt(t *testing.T, o Options, steps int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Progress = func(Progress) {
		if steps--; steps == 0 {
			cancel()
		}
	}
	if _, err := Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
}

func TestChangedEvidence(t *testing.T) {
	log := auditLog(20_000)
	flipped := log[:100] + "x" + log[101:]
	for _, tc := range []struct {
		name   string
		steps  int // 0: loaded to the end
		second string
	}{
		{"after it was loaded", 0, flipped},
		{"after loading was interrupted", 5, flipped},
		{"shortened", 0, log[:len(log)/2]},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := write(t, filepath.Join(t.TempDir(), "a.jsonl"), log)
			o := options(filepath.Join(t.TempDir(), "case"), file)
			o.commitEvents = 2_000
			if tc.steps > 0 {
				interrupt(t, o, tc.steps)
			} else {
				run(t, o)
			}
			write(t, file, tc.second)
			res := run(t, o)
			if got := res.Items[0].State; got != evidence.Changed {
				t.Errorf("state %s: %s", got, res.Items[0].Reason)
			}
			write(t, file, log)
			want := evidence.Parsed
			if tc.steps > 0 {
				want = evidence.Changed // what was loaded of it can't be told any more
			}
			if got := run(t, o).Items[0].State; got != want {
				t.Errorf("as it was again: state %s, want %s", got, want)
			}
		})
	}
}

func TestMixed(t *testing.T) {
	dir := t.TempDir()
	real := write(t, filepath.Join(dir, "real.jsonl"), auditLog(3))
	drill := write(t, filepath.Join(dir, "drill.jsonl"),
		strings.ReplaceAll(auditLog(3), "0873ee4d-d342-44f2-8961-74c442a2fad2", "d8111111-0000-0000-8000-d023b8a4ae93"))
	talk := write(t, filepath.Join(dir, "talk.jsonl"),
		strings.ReplaceAll(auditLog(3), "mailbox 1", "about d8111111-0000-0000-8000-d023b8a4ae93"))
	for _, tc := range []struct {
		name      string
		args      []string
		mixed     bool
		simulated bool
		err       error
	}{
		{"real", []string{real}, false, false, nil},
		{"simulated", []string{drill}, false, true, nil},
		{"text that speaks of a mark is no mark", []string{talk}, false, false, nil},
		{"both", []string{real, drill}, false, true, ErrMixed},
		{"both, allowed", []string{real, drill}, true, true, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := options(filepath.Join(t.TempDir(), "case"), tc.args...)
			o.Mixed = tc.mixed
			res, err := Run(t.Context(), o)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if err == nil && res.Simulated != tc.simulated {
				t.Errorf("simulated %v", res.Simulated)
			}
		})
	}
}

func TestCaseInsideEvidence(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.jsonl"), auditLog(1))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, inside := range []string{filepath.Join(dir, "case"), filepath.Join(link, "new", "case"), dir} {
		if _, err := Run(t.Context(), options(inside, dir)); !errors.Is(err, ErrInside) {
			t.Errorf("%s: %v", inside, err)
		}
	}
}
