package analyze

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
)

// openDates is a unified audit log of n records without AuditData: what day
// they are of is for the user to say.
func openDates(n int) string {
	var b strings.Builder
	b.WriteString("RecordType,CreationDate,UserIds,Operations,AuditData,ResultIndex,ResultCount\n")
	for i := range n {
		fmt.Fprintf(&b, "ExchangeAdmin,%d/%d/2023 10:%02d,ann@example.com,Set-Mailbox,\"\",%d,%d\n", 1+i%2, 3+i%3, i%60, i+1, n)
	}
	return b.String()
}

// TestToldAnew: what the user says of times on a second run counts as if it had
// been said on the first, whether that one was finished or interrupted.
func TestToldAnew(t *testing.T) {
	dir := t.TempDir()
	open := write(t, filepath.Join(dir, "open.csv"), openDates(9_000))
	other := write(t, filepath.Join(dir, "other.jsonl"), auditLog(9_000))
	told := func(o Options) Options {
		o.Dates = []Dates{{Glob: "*.csv", Order: source.DayFirst}}
		return o
	}
	want := filepath.Join(t.TempDir(), "case")
	run(t, told(options(want, open, other)))
	for _, steps := range []int{0, 2, 4} {
		t.Run(fmt.Sprintf("after %d steps", steps), func(t *testing.T) {
			o := options(filepath.Join(t.TempDir(), "case"), open, other)
			o.commitEvents = 2_000
			if steps > 0 {
				interrupt(t, o, steps)
			} else if res := run(t, o); res.Survey.Totals.Undated != 9_000 {
				t.Errorf("nobody said, %d undated", res.Survey.Totals.Undated)
			}
			res := run(t, told(o))
			if res.Survey.Totals.Undated != 0 || res.Items[0].Told != "dates=dmy" || res.Items[0].Dates != "dmy" {
				t.Errorf("%d undated, %+v", res.Survey.Totals.Undated, res.Items[0])
			}
			if got, want := fingerprint(t, o.Case), fingerprint(t, want); got != want {
				t.Errorf("said later:\n%s\nsaid at once:\n%s", got, want)
			}
		})
	}
}

// TestToldAnewInterrupted stops a load that begins anew: what it has not come
// to is still what the first one stored, and a third run ends it.
func TestToldAnewInterrupted(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "open.csv"), openDates(20_000))
	o := options(filepath.Join(t.TempDir(), "case"), file)
	o.commitEvents = 2_000
	run(t, o)
	o.Dates = []Dates{{Glob: "*", Order: source.MonthFirst}}
	interrupt(t, o, 1)
	res := run(t, o)
	if res.Survey.Totals.Events != 20_000 || res.Survey.Totals.Undated != 0 || !res.Survey.Totals.Balanced {
		t.Errorf("%+v", res.Survey.Totals)
	}
}

// TestToldAnewChanged: evidence that was changed meanwhile is told to be, even
// if it is loaded anew for another reason.
func TestToldAnewChanged(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "open.csv"), openDates(10))
	o := options(filepath.Join(t.TempDir(), "case"), file)
	run(t, o)
	write(t, file, openDates(11))
	o.Dates = []Dates{{Glob: "*", Order: source.MonthFirst}}
	for _, when := range []string{"anew", "once more"} {
		if got := run(t, o).Items[0]; got.State != evidence.Changed {
			t.Errorf("%s: state %s: %s", when, got.State, got.Reason)
		}
	}
}
