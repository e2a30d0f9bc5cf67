package timeline_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	. "hotwash/analyze/timeline"
)

// TestCompleteness: what a case tells of itself, the gravest first.
func TestCompleteness(t *testing.T) {
	db := small(t) // one duplicate, with different content
	run(t, db, `INSERT INTO evidence (ordinal, argument, path, member, size, state, reason) VALUES (3, 'logs', 'c.gz', '', 70, 'partial', 'gzip ends too early')`)
	for _, offset := range []int{15, 60, 70} { // one of them between events
		run(t, db, `INSERT INTO rejects VALUES (1, ?, 5, 1, 'json_syntax', '', '', false)`, int64(offset))
	}
	run(t, db, `INSERT INTO warnings VALUES (1, 'date_order_unknown', 2, 0), (2, 'date_order_unknown', 3, 0), (2, 'zone_assumed', 1, 0), (1, 'duplicate_keys', 9, 0)`)
	run(t, db, `UPDATE events SET operation = 'Send' WHERE actor = 'cat@example.com'`)
	got := completeness(t, db, func(source string) Facts {
		if source != "b.two" {
			return Facts{}
		}
		return Facts{Limits: []string{"it tells no reads"}, Expected: []Expected{
			{"MailItemsAccessed", []string{"Send", "SendAs"}, "what was read"},
			{"Send", []string{"op"}, "what was sent"}, // it is there
			{"FileSearched", []string{"FileAccessed"}, "what was searched"},
		}}
	})
	want := []string{
		"truncated  [3] 70 partial: gzip ends too early",
		"rejects_at_end  [1] 2 2 records after the last one that could be read: the file may be cut off",
		"date_order  [1 2] 5 5 dates: day or month may be first; no time is taken until --date-order says which",
		"clock  [2] 1 1 time: local, of nobody knows where, read as UTC: maybe hours off until --zone says where",
		"operation_absent b.two [] 1 no MailItemsAccessed among 1 event of the same kind: not licensed, not logged, or left out of the export; only it tells what was read",
		"duplicate_records  [1 2] 1 1 record twice; each counts once; 1 copy with different content: one of the two was changed, or exported at another time",
		"blind_spot b.two [] 0 it tells no reads",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestCompletenessOfNothingAmiss: none of the kinds sees what isn't there.
func TestCompletenessOfNothingAmiss(t *testing.T) {
	db := open(t)
	item(t, db, 1, 20, 0)
	fill(t, db, []stored{
		{evidence: 1, offset: 0, at: "2024-05-01T10:00:00Z", source: "a.one", byteLen: 10},
		{evidence: 1, offset: 10, at: "2024-05-01T10:05:00Z", source: "a.one", byteLen: 10},
	})
	run(t, db, `INSERT INTO rejects VALUES (1, 5, 5, 1, 'json_syntax', '', '', false)`)
	derived := event.Place{Evidence: 1, Derived: true}
	run(t, db, `INSERT INTO duplicates VALUES (?, ?, false, true)`, event.Place{Evidence: 1, Offset: 10}.ID(), derived.ID())
	if got := completeness(t, db, func(string) Facts { return Facts{} }); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

func completeness(t *testing.T, db *sql.DB, facts func(string) Facts) (out []string) {
	t.Helper()
	s, err := NewSurvey(t.Context(), db, Filter{}, nil, DefaultCut())
	if err != nil {
		t.Fatal(err)
	}
	gaps, err := Completeness(t.Context(), db, s, Known{Facts: facts})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gaps {
		out = append(out, fmt.Sprintf("%s %s %v %d %s", g.Kind, g.Source, g.Items, g.Count, strings.TrimSpace(g.Detail)))
	}
	return out
}
