package review

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/detect"
	"hotwash/analyze/evidence"
	"hotwash/analyze/timeline"
)

func TestNewOrdersFindingsAndKeepsContexts(t *testing.T) {
	row := func(n int64) timeline.Context {
		return timeline.Context{Rows: []timeline.Row{{Seen: n}}, Total: 1}
	}
	survey := &timeline.Survey{Coverage: &timeline.Coverage{}, Histogram: &timeline.Histogram{},
		Accounts: []timeline.Account{{Ordinal: 2, Records: 4, Simulated: true}}, Around: []timeline.Context{row(1), row(2)}}
	r := New("case", []evidence.Item{{Ordinal: 1}, {Ordinal: 2}}, []detect.Finding{
		{ID: "a", Level: "low", First: 1}, {ID: "b", Level: "critical", First: 9}, {ID: "c", Level: "low", First: 0}}, nil, survey)
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.ID)
	}
	if d := cmp.Diff([]string{"b", "c", "a"}, got); d != "" {
		t.Error(d)
	}
	if r.Findings[0].Around.Rows[0].Seen != 2 || r.Findings[1].Around.Total != -1 || r.Findings[2].Around.Rows[0].Seen != 1 {
		t.Errorf("contexts stand with the wrong findings: %+v", r.Findings)
	}
	if !r.Simulated || r.Evidence[1].Account.Records != 4 || r.Item(2) != &r.Evidence[1] || r.Item(3) != nil {
		t.Errorf("evidence: %+v", r.Evidence)
	}
}

func TestNumber(t *testing.T) {
	for _, tc := range []struct {
		in   int64
		want string
	}{{0, "0"}, {999, "999"}, {1000, "1,000"}, {-1234567, "-1,234,567"}} {
		if got := Number(tc.in); got != tc.want {
			t.Errorf("Number(%d) = %s", tc.in, got)
		}
	}
}

// What limits a review is said, and the gravest comes first.
func TestNotes(t *testing.T) {
	r := &Review{Coverage: &timeline.Coverage{}, Totals: timeline.Totals{Balanced: false, Undated: 2},
		Evidence: []Evidence{{Item: evidence.Item{State: evidence.PartialRead}}}}
	var got []string
	for _, n := range r.Notes() {
		got = append(got, n.Head)
	}
	if d := cmp.Diff([]string{"Counts do not add up.", "Evidence not read to its end.", "Events without a time.", "Covered."}, got); d != "" {
		t.Error(d)
	}
}
