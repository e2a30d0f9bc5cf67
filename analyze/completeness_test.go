package analyze

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotwash/analyze/source"
	"hotwash/analyze/timeline"
)

// fetched is one query's answer as the cmdlet exports it: some of its rows, by
// number, of count.
func fetched(query string, count int, rows ...int) string {
	var b strings.Builder
	for _, i := range rows {
		fmt.Fprintf(&b, `ExchangeAdmin,2023-05-%02dT10:00:00,ann@example.com,Set-Mailbox,"{""CreationTime"":""2023-05-%02dT10:00:00"",""Id"":""%s-%d"",""Operation"":""Set-Mailbox"",""RecordType"":1,""UserKey"":""k"",""Workload"":""Exchange""}",%d,%d`+"\n",
			1+i%28, 1+i%28, query, i, i, count)
	}
	return b.String()
}

func upTo(from, to int) (all []int) {
	for i := from; i <= to; i++ {
		all = append(all, i)
	}
	return all
}

func down(rows []int) []int {
	rows = slices.Clone(rows)
	slices.Reverse(rows)
	return rows
}

func ofKind(res *Result, kinds ...timeline.GapKind) (all []string) {
	for _, g := range res.Survey.Completeness {
		if slices.Contains(kinds, g.Kind) {
			all = append(all, fmt.Sprintf("%s %v %d: %s", g.Kind, g.Items, g.Count, g.Detail))
		}
	}
	return all
}

func TestRowsMissing(t *testing.T) {
	const header = "RecordType,CreationDate,UserIds,Operations,AuditData,ResultIndex,ResultCount\n"
	for _, tc := range []struct {
		name  string
		files []string
		want  []string // beginnings
	}{
		{"whole", []string{fetched("a", 9, upTo(1, 9)...) + fetched("b", 4, upTo(1, 4)...)}, nil},
		{"whole, the last row first", []string{fetched("a", 9, down(upTo(1, 9))...) + fetched("b", 4, down(upTo(1, 4))...)}, nil},
		{"two queries of one size", []string{fetched("a", 9, upTo(1, 9)...) + fetched("b", 9, upTo(1, 9)...)}, nil},
		{"a page that came twice", []string{fetched("a", 9, append(upTo(1, 5), upTo(1, 9)...)...)}, nil},
		{"one query in two files", []string{fetched("a", 9, upTo(1, 5)...), fetched("a", 9, upTo(6, 9)...)}, nil},
		{"a row beyond its count", []string{fetched("a", 9, upTo(1, 4)...) + fetched("a", 1, 5) + fetched("a", 9, upTo(6, 9)...)},
			[]string{"rows_bogus [1] 1: 1 row with"}},
		{"a hole", []string{fetched("a", 9, 1, 2, 3, 7, 8, 9) + fetched("b", 4, upTo(1, 4)...)},
			[]string{"rows_missing [1] 3: incomplete queries: 1 of 2; by ResultIndex and ResultCount 3 of 13 rows are missing"}},
		{"cut off", []string{fetched("a", 9, upTo(1, 9)...) + fetched("b", 9, upTo(1, 4)...)},
			[]string{"rows_missing [1] 5: incomplete queries: 1 of 2; by ResultIndex and ResultCount 5 of 18 rows"}},
		{"the service failed", []string{fetched("a", 0, -1, -1) + fetched("b", 4, upTo(1, 4)...)},
			[]string{"rows_bogus [1] 2: 2 rows with"}},
		{"sorted by something else", []string{shuffled(20)},
			[]string{"rows_missing [1] 1: at least 1 row missing"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, text := range tc.files {
				write(t, filepath.Join(dir, fmt.Sprintf("%d.csv", i)), header+text)
			}
			res := run(t, options(filepath.Join(t.TempDir(), "case"), filepath.Join(dir)))
			got := ofKind(res, timeline.RowsMissing, timeline.RowsBogus)
			if len(got) != len(tc.want) {
				t.Fatalf("%q", got)
			}
			for i, want := range tc.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("%q, want %q", got[i], want)
				}
			}
		})
	}
}

// shuffled is two queries' rows in turn, without one of them.
func shuffled(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if i != 7 {
			b.WriteString(fetched("a", n, i))
		}
		b.WriteString(fetched("b", n+1, n+2-i))
	}
	b.WriteString(fetched("b", n+1, 1))
	return b.String()
}

func TestNumbersMissing(t *testing.T) {
	record := func(host string, id, minute int) string {
		return fmt.Sprintf(`{"EventID":4624,"Channel":"Security","Computer":"%s","EventRecordID":%d,"TimeCreated":"2024-05-%02dT%02d:%02d:00Z","Provider":"Microsoft-Windows-Security-Auditing"}`+"\n",
			host, id, 1+minute/1440, minute/60%24, minute%60)
	}
	span := func(host string, from, to int) (text string) {
		for id := from; id <= to; id++ {
			text += record(host, id, id)
		}
		return text
	}
	for _, tc := range []struct {
		name  string
		files []string
		want  []string
	}{
		{"without a hole", []string{span("a", 100, 140)}, nil},
		{"two hosts number on their own", []string{span("a", 100, 140) + span("b", 500, 540)}, nil},
		{"one log in two files", []string{span("a", 121, 140), span("a", 100, 120)}, nil},
		{"the same twice", []string{span("a", 100, 140), span("a", 100, 140)}, nil},
		{"a hole", []string{span("a", 100, 120) + span("a", 125, 140)},
			[]string{"numbers_missing [1] 4: Security of host a: 4 records missing in 1 hole between 100 and 140; the largest is 4, from 120 to 125"}},
		{"a hole between files", []string{span("a", 100, 120), span("a", 125, 140)},
			[]string{"numbers_missing [1 2] 4: Security of host a: 4 records missing in 1 hole between 100 and 140; the largest is 4, from 120 to 125; between two files: 1 hole"}},
		{"begun anew after it was cleared", []string{span("a", 5000, 5040) + record("a", 1, 7000) + record("a", 2, 7001)}, nil},
		{"selected events", []string{record("a", 1, 1) + record("a", 11, 2) + record("a", 12, 3)},
			[]string{"numbers_missing [1] 9: Security of host a: 9 records missing in 1 hole between 1 and 12; the largest is 9, from 1 to 11; more are missing than there: selected events, or several exports of one log"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, text := range tc.files {
				write(t, filepath.Join(dir, fmt.Sprintf("%d.json", i)), text)
			}
			got := ofKind(run(t, options(filepath.Join(t.TempDir(), "case"), dir)), timeline.NumbersMissing)
			if !slices.Equal(got, tc.want) {
				t.Errorf("%q\nwant %q", got, tc.want)
			}
		})
	}
}

// TestReopenedCompleteness: a case that is told again tells the same gaps.
func TestReopenedCompleteness(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "a.jsonl"), auditLog(5_000)+"{broken\n")
	near := write(t, filepath.Join(t.TempDir(), "b.jsonl"), strings.ReplaceAll(auditLog(4_999), "beb7-", "beb8-"))
	o := options(filepath.Join(t.TempDir(), "case"), file, near)
	res := run(t, o)
	want := []string{"rejects_at_end [1] 1: 1 record after the last one that could be read: the file may be cut off"}
	if got := ofKind(res, timeline.RejectsAtEnd, timeline.RowCap); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	c, err := Open(t.Context(), o.Case)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	again, err := Reopen(t.Context(), c, o.Case)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(again.Survey.Completeness) != fmt.Sprint(res.Survey.Completeness) {
		t.Errorf("%v\nwas %v", again.Survey.Completeness, res.Survey.Completeness)
	}
	limits := 0
	for _, g := range res.Survey.Completeness {
		if g.Kind == timeline.BlindSpot {
			limits++
		}
	}
	if want := len(source.Named("m365.ual").Limits); limits != want || want == 0 {
		t.Errorf("%d limits, the source has %d", limits, want)
	}
}
