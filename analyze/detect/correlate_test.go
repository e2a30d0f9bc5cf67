package detect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// occurrence is an event for correlations: its time as 15:04 or 15:04:05, and
// its fields.
func occurrence(id int64, at string, fields ...string) record {
	layout := "15:04:05"
	if strings.Count(at, ":") == 1 {
		layout = "15:04"
	}
	t, err := time.Parse(layout, at)
	if err != nil {
		return record{id, -1, fields}
	}
	return record{id, float64(t.Hour()) + float64(t.Minute())/60 + float64(t.Second())/3600, fields}
}

// steps are rules A, B, C and D, which match op: A and so on.
var steps = func() (text string) {
	for _, name := range []string{"A", "B", "C", "D"} {
		text += fmt.Sprintf("title: %s\nname: %s\nid: id-%s\nlogsource: {product: m365}\ndetection: {s: {op: %s}, condition: s}\n---\n", name, name, name, name)
	}
	return text
}()

func parseAll(t testing.TB, text string) []*sigma.Rule {
	t.Helper()
	rules, err := sigma.Parse("r.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// runAll runs rules over events and says what was found: rule, group and
// events of each finding.
func runAll(t testing.TB, text string, records ...record) ([]string, *Result) {
	t.Helper()
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", records...)}}}
	res := run(t, m, parseAll(t, text)...)
	var all []string
	for _, f := range res.Findings {
		var group []string
		for _, w := range f.Why {
			if w.Selection == "group-by" {
				group = append(group, w.Value)
			}
		}
		all = append(all, fmt.Sprintf("%s %s %v", f.Title, strings.Join(group, ","), []int64(f.EventIDs)))
		if f.Count != len(f.EventIDs) {
			t.Errorf("count %d of %d events", f.Count, len(f.EventIDs))
		}
	}
	return all, res
}

func correlationOver(keys string) string {
	return steps + "title: found\ncorrelation: {" + keys + "}\n"
}

// TestCounterExample is the case that correlations in the SQL of other tools
// answer with y, whose order is wrong, and not with x, whose group is noisy.
func TestCounterExample(t *testing.T) {
	got, _ := runAll(t, correlationOver("type: temporal_ordered, rules: [A, B, C], group-by: [who], timespan: 10m"),
		occurrence(1, "00:00", "op", "A", "who", "x"), occurrence(2, "05:00", "op", "A", "who", "x"), occurrence(3, "05:03", "op", "B", "who", "x"),
		occurrence(4, "05:09", "op", "C", "who", "x"),
		occurrence(5, "01:00", "op", "A", "who", "y"), occurrence(6, "01:01", "op", "C", "who", "y"), occurrence(7, "01:02", "op", "B", "who", "y"))
	if d := cmp.Diff([]string{"found x [2 3 4]"}, got); d != "" {
		t.Error(d)
	}
}

// TestAnchorBugs are faults that other tools mended in 2026, as far as they are
// about rules and correlations.
func TestAnchorBugs(t *testing.T) {
	who := func(id int64, at, op, who string) record { return occurrence(id, at, "op", op, "who", who) }
	value := func(id int64, at, v string) record { return occurrence(id, at, "op", "A", "v", v) }
	for _, tc := range []struct {
		name    string
		keys    string
		records []record
		want    []string
	}{
		{"01 values counted over more than the timespan", "type: value_count, rules: A, timespan: 5m, condition: {field: v, gte: 3}",
			[]record{value(1, "01:00", "a"), value(2, "01:04", "b"), value(3, "01:08", "c")}, nil},
		{"01 values within it", "type: value_count, rules: A, timespan: 5m, condition: {field: v, gte: 3}",
			[]record{value(1, "01:00", "a"), value(2, "01:04", "b"), value(3, "01:05", "c")}, []string{"found  [1 2 3]"}},
		{"02 groups joined", "type: temporal, rules: [A, B], group-by: [who], timespan: 1h",
			[]record{who(1, "01:00", "A", "x"), who(2, "01:01", "B", "y")}, nil},
		{"03 only the first step checked", "type: temporal_ordered, rules: [A, B, C], timespan: 1h",
			[]record{who(1, "01:00", "A", "x"), who(2, "01:01", "C", "x"), who(3, "01:02", "B", "x")}, nil},
		{"16 hits of correlations counted as events", "type: event_count, rules: [A, B, id-C], timespan: 1h, condition: {gte: 2}",
			[]record{occurrence(1, "01:00", "op", "A", "op", "B", "op", "C")}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _ := runAll(t, correlationOver(tc.keys), tc.records...)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("04 wildcards inside are not unanchored", func(t *testing.T) {
		rule := "title: T\nlogsource: {product: m365}\ndetection: {s: {op: ['Sec?rity', 'net*user']}, condition: s}\n"
		got, _ := runAll(t, rule, occurrence(1, "01:00", "op", "Security"), occurrence(2, "01:00", "op", "XSecurityX"), occurrence(3, "01:00", "op", "xnet user"), occurrence(4, "01:00", "op", "net users"), occurrence(5, "01:00", "op", "net1 user"))
		if d := cmp.Diff([]string{"T  [1 5]"}, got); d != "" {
			t.Error(d)
		}
	})
	t.Run("05 what is equal has a stable order", func(t *testing.T) {
		var first []string
		for range 5 {
			var records []record
			for i := range int64(20) {
				records = append(records, who(i, "01:00", "A", fmt.Sprint("w", i/2)))
			}
			got, _ := runAll(t, correlationOver("type: event_count, rules: A, group-by: [who], timespan: 1h, condition: {gte: 2}"), records...)
			if first == nil {
				first = got
			}
			if d := cmp.Diff(first, got); d != "" || len(got) != 10 {
				t.Fatal(len(got), d)
			}
		}
	})
	t.Run("13 first and last are the finding's own", func(t *testing.T) {
		_, res := runAll(t, correlationOver("type: event_count, rules: A, group-by: [who], timespan: 1h, condition: {gte: 2}"),
			who(1, "01:00", "A", "x"), who(2, "01:30", "A", "x"), who(3, "05:00", "A", "y"), who(4, "05:10", "A", "y"), who(5, "09:00", "A", "x"))
		for i, want := range [][2]int64{{1 * hour, 1.5 * hour}, {5 * hour, 5*hour + hour/6}} {
			if f := res.Findings[i]; f.First != want[0] || f.Last != want[1] {
				t.Errorf("%d: from %d to %d", i, f.First, f.Last)
			}
		}
	})
	t.Run("14 long values of many bytes a character", func(t *testing.T) {
		long := strings.Repeat("é", 400)
		got, _ := runAll(t, correlationOver("type: event_count, rules: A, group-by: [who], timespan: 1h, condition: {gte: 2}"),
			who(1, "01:00", "A", long+"x"), who(2, "01:00", "A", long+"y"), who(3, "01:01", "A", strings.ToUpper(long)+"X"))
		if len(got) != 1 || !strings.HasSuffix(got[0], "[1 3]") {
			t.Error(got)
		}
	})
}

// TestTypes has a fulfilled case and near misses of each type.
func TestTypes(t *testing.T) {
	a := func(id int64, at string, fields ...string) record {
		return occurrence(id, at, append([]string{"op", "A"}, fields...)...)
	}
	op := func(id int64, at, op string) record { return occurrence(id, at, "op", op) }
	for _, tc := range []struct {
		name, keys string
		records    []record
		want       []string
	}{
		{"event_count", "type: event_count, rules: A, timespan: 10m, condition: {gte: 3}", []record{a(1, "01:00"), a(2, "01:05"), a(3, "01:10")}, []string{"found  [1 2 3]"}},
		{"event_count, a second too late", "type: event_count, rules: A, timespan: 10m, condition: {gte: 3}", []record{a(1, "01:00"), a(2, "01:05"), a(3, "01:10:01")}, nil},
		{"event_count, over a boundary that buckets have", "type: event_count, rules: A, timespan: 1h, condition: {gte: 3}", []record{a(1, "01:58"), a(2, "01:59"), a(3, "02:01")}, []string{"found  [1 2 3]"}},
		{"event_count of another rule", "type: event_count, rules: A, timespan: 10m, condition: {gte: 2}", []record{a(1, "01:00"), op(2, "01:05", "B")}, []string{"B  [2]"}},
		{"event_count of two rules", "type: event_count, rules: [A, B], timespan: 10m, condition: {gte: 2}", []record{a(1, "01:00"), op(2, "01:05", "B")}, []string{"found  [1 2]"}},
		{"event_count, overlapping windows", "type: event_count, rules: A, timespan: 10m, condition: {gte: 2}", []record{a(1, "01:00"), a(2, "01:10"), a(3, "01:20"), a(4, "01:31"), a(5, "01:40")}, []string{"found  [1 2 3]", "found  [4 5]"}},
		{"event_count, exactly", "type: event_count, rules: A, timespan: 10m, condition: {eq: 2}", []record{a(1, "01:00"), a(2, "01:01"), a(3, "02:00"), a(4, "02:01"), a(5, "02:02")}, []string{"found  [1 2]"}},
		{"event_count, fewer", "type: event_count, rules: A, timespan: 10m, condition: {lt: 3}", []record{a(1, "01:00"), a(2, "01:01"), a(3, "02:00"), a(4, "02:01"), a(5, "02:02")}, []string{"found  [1 2]"}},
		{"event_count, a range", "type: event_count, rules: A, timespan: 10m, condition: {gt: 1, lte: 2}", []record{a(1, "01:00"), a(2, "01:01"), a(3, "02:00"), a(4, "02:01"), a(5, "02:02")}, []string{"found  [1 2]"}},
		{"value_count", "type: value_count, rules: A, timespan: 10m, condition: {field: v, gte: 2}", []record{a(1, "01:00", "v", "x"), a(2, "01:00", "v", "y")}, []string{"found  [1 2]"}},
		{"value_count of one value in two spellings", "type: value_count, rules: A, timespan: 10m, condition: {field: v, gte: 2}", []record{a(1, "01:00", "v", "x"), a(2, "01:00", "v", "X")}, nil},
		{"value_count of missing values", "type: value_count, rules: A, timespan: 10m, condition: {field: v, gte: 2}", []record{a(1, "01:00", "v", "x"), a(2, "01:00"), a(3, "01:00", "v", "")}, nil},
		{"value_count of pairs", "type: value_count, rules: A, timespan: 10m, condition: {field: [v, w], gte: 3}",
			[]record{a(1, "01:00", "v", "x", "w", "1"), a(2, "01:00", "v", "x", "w", "2"), a(3, "01:00", "v", "y", "w", "1"), a(4, "01:00", "v", "y")}, []string{"found  [1 2 3]"}},
		{"value_sum", "type: value_sum, rules: A, timespan: 10m, condition: {field: v, gte: 10}", []record{a(1, "01:00", "v", "4.5"), a(2, "01:00", "v", "5.5"), a(3, "01:01", "v", "much")}, []string{"found  [1 2]"}},
		{"value_sum, just below", "type: value_sum, rules: A, timespan: 10m, condition: {field: v, gte: 10}", []record{a(1, "01:00", "v", "4.5"), a(2, "01:00", "v", "5.4"), a(3, "02:00", "v", "9")}, nil},
		{"value_avg", "type: value_avg, rules: A, timespan: 10m, condition: {field: v, gt: 4}", []record{a(1, "01:00", "v", "1"), a(2, "01:00", "v", "8")}, []string{"found  [1 2]"}},
		{"value_avg, one high value is not the mean", "type: value_avg, rules: A, timespan: 10m, condition: {field: v, gt: 4}", []record{a(1, "01:00", "v", "8"), a(2, "01:01", "v", "0")}, nil},
		{"value_median", "type: value_median, rules: A, timespan: 10m, condition: {field: v, gte: 3}", []record{a(1, "01:00", "v", "1"), a(2, "01:00", "v", "3"), a(3, "01:00", "v", "100")}, []string{"found  [1 2 3]"}},
		{"value_median, the mean would do", "type: value_median, rules: A, timespan: 10m, condition: {field: v, gte: 3}", []record{a(1, "01:00", "v", "1"), a(2, "01:00", "v", "2"), a(3, "01:00", "v", "100")}, nil},
		{"value_percentile", "type: value_percentile, rules: A, timespan: 10m, condition: {field: v, percentile: 75, gte: 4}", []record{a(1, "01:00", "v", "1"), a(2, "01:00", "v", "2"), a(3, "01:00", "v", "3"), a(4, "01:00", "v", "4"), a(5, "01:00", "v", "5")}, []string{"found  [1 2 3 4 5]"}},
		{"value_percentile, just below", "type: value_percentile, rules: A, timespan: 10m, condition: {field: v, percentile: 74, gte: 4}", []record{a(1, "01:00", "v", "1"), a(2, "01:00", "v", "2"), a(3, "01:00", "v", "3"), a(4, "01:00", "v", "4"), a(5, "01:00", "v", "5")}, nil},
		{"temporal in any order", "type: temporal, rules: [A, B, C], timespan: 10m", []record{op(1, "01:00", "C"), op(2, "01:05", "A"), op(3, "01:10", "B")}, []string{"found  [1 2 3]"}},
		{"temporal, one is missing", "type: temporal, rules: [A, B, C], timespan: 10m", []record{op(1, "01:00", "C"), op(2, "01:05", "A"), op(3, "01:10", "A")}, nil},
		{"temporal, one is too late", "type: temporal, rules: [A, B, C], timespan: 10m", []record{op(1, "01:00", "C"), op(2, "01:05", "A"), op(3, "01:11", "B")}, nil},
		{"temporal, two of three", "type: temporal, rules: [A, B, C], timespan: 10m, condition: {gte: 2}", []record{op(1, "01:00", "C"), op(2, "01:05", "A"), op(3, "02:00", "A")}, []string{"found  [1 2]"}},
		{"temporal without one", "type: temporal, rules: [A, B], timespan: 10m, condition: A and not B", []record{op(1, "01:00", "A"), op(2, "01:10", "B"), op(3, "03:00", "A"), op(4, "03:11", "B")}, []string{"found  [3]"}},
		{"temporal with a choice", "type: temporal, rules: [A, B, C], timespan: 10m, condition: A and (B or C)", []record{op(1, "01:00", "A"), op(2, "01:10", "C"), op(3, "03:00", "B"), op(4, "03:01", "C")}, []string{"found  [1 2]"}},
		{"temporal_ordered", "type: temporal_ordered, rules: [A, B], timespan: 10m", []record{op(1, "01:00", "A"), op(2, "01:10", "B")}, []string{"found  [1 2]"}},
		{"temporal_ordered at one time", "type: temporal_ordered, rules: [A, B], timespan: 10m", []record{op(1, "01:00", "B"), op(2, "01:00", "A")}, []string{"found  [1 2]"}},
		{"temporal_ordered, the other way", "type: temporal_ordered, rules: [A, B], timespan: 10m", []record{op(1, "01:00", "B"), op(2, "01:01", "A")}, nil},
		{"temporal_ordered with a choice", "type: temporal_ordered, rules: [A, B, C], timespan: 10m, condition: (A or B) and C", []record{op(1, "01:00", "C"), op(2, "01:01", "B"), op(3, "02:00", "B"), op(4, "02:01", "C")}, []string{"found  [3 4]"}},
		{"temporal_ordered, nothing between", "type: temporal_ordered, rules: [A, B, C], timespan: 10m, condition: A and C and not B", []record{op(1, "01:00", "A"), op(2, "01:01", "B"), op(3, "01:02", "C"), op(4, "02:00", "A"), op(5, "02:01", "C")}, []string{"found  [4 5]"}},
		{"a key in another case", "type: event_count, rules: A, group-by: [v], timespan: 10m, condition: {gte: 2}", []record{a(1, "01:01", "v", "Kim"), a(2, "01:00", "v", "KIM")}, []string{"found KIM [2 1]"}},
		{"an event of two groups", "type: event_count, rules: A, group-by: [v], timespan: 10m, condition: {gte: 2}", []record{a(1, "01:00", "v", "x", "v", "y"), a(2, "01:00", "v", "x"), a(3, "01:00", "v", "y")}, []string{"found x [1 2]", "found y [1 3]"}},
		{"no group is one group", "type: event_count, rules: A, timespan: 10m, condition: {gte: 2}", []record{a(1, "01:00", "v", "x"), a(2, "01:00", "v", "y")}, []string{"found  [1 2]"}},
		{"an alias", "type: temporal, rules: [A, B], group-by: [who], aliases: {who: {A: user, B: account}}, timespan: 10m",
			[]record{a(1, "01:00", "user", "x"), occurrence(2, "01:00", "op", "B", "account", "x"), occurrence(3, "01:00", "op", "B", "user", "x"), occurrence(4, "01:01", "op", "B", "account", "y")}, []string{"found x [1 2]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, res := runAll(t, correlationOver(tc.keys), tc.records...)
			slices.Sort(got)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
			for _, f := range res.Findings {
				if len(f.Why) == 0 || f.Undated || f.ID == "" {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

func TestCorrelationFinding(t *testing.T) {
	text := steps + "title: Many\nid: many\nlevel: high\nauthor: someone\ntags: [attack.t1110]\n" +
		"correlation: {type: value_count, rules: [A, B], group-by: [who], timespan: 5m, condition: {field: v, gte: 2}}\n"
	_, res := runAll(t, text,
		occurrence(1, "01:00", "op", "A", "who", "Kim", "v", "x", ":actor", "kim@example.com", ":src_ip", "203.0.113.7"),
		occurrence(2, "01:04", "op", "B", "who", "kim", "v", "y", ":actor", "kim@example.com", ":src_ip", "203.0.113.8"))
	if len(res.Findings) != 1 {
		t.Fatal(len(res.Findings))
	}
	f := res.Findings[0]
	if !strings.Contains(f.Query, "'"+f.ID+"'") {
		t.Errorf("id %q, query %q", f.ID, f.Query)
	}
	f.ID, f.Query = "", ""
	want := Finding{Rule: "many", Path: "r.yml", Title: "Many", Author: "someone", Level: "high", Techniques: []string{"T1110"},
		First: hour, Last: hour + hour/15, Count: 2, EventIDs: EventIDs{1, 2}, Sources: []string{"m365.ual"},
		Entities: map[string][]string{"user": {"kim@example.com"}, "ip": {"203.0.113.7", "203.0.113.8"}},
		Why: []sigma.Why{{Selection: "group-by", Field: "who", Pattern: "Kim", Value: "Kim"},
			{Selection: "correlation", Field: "value_count v", Pattern: "gte 2 within 5m", Value: "2"}}}
	if d := cmp.Diff(want, f); d != "" {
		t.Error(d)
	}
}

func TestGenerate(t *testing.T) {
	events := []record{occurrence(1, "01:00", "op", "A"), occurrence(2, "01:01", "op", "A"), occurrence(3, "01:02", "op", "B")}
	count := func(title, more string) string {
		return "---\ntitle: " + title + "\nname: " + title + "\ncorrelation: {type: event_count, timespan: 1h, " + more + "}\n"
	}
	two := strings.TrimSuffix(steps, "---\n")
	for _, tc := range []struct {
		name, text string
		want       string
		reason     string // of rule A
	}{
		{"hidden by default", two + count("c", "rules: A, condition: {gte: 2}"), "B, c", "its own findings are left to the correlation c"},
		{"though the correlation finds nothing", two + count("c", "rules: A, condition: {gte: 3}"), "B", "its own findings are left to the correlation c"},
		{"shown", two + count("c", "rules: A, condition: {gte: 2}, generate: true"), "A, B, c", ""},
		{"shown by one of two", two + count("c", "rules: A, condition: {gte: 2}, generate: true") + count("d", "rules: A, condition: {gte: 9}"), "A, B, c", ""},
		{"a broken correlation hides nothing", two + count("c", "rules: [A, nobody], condition: {gte: 2}"), "A, B", ""},
		{"a chain hides its links", two + count("c", "rules: A, condition: {gte: 2}") + count("d", "rules: c, condition: {gte: 1}"), "B, d", "its own findings are left to the correlation c"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, res := runAll(t, tc.text, events...)
			var titles []string
			for _, f := range res.Findings {
				titles = append(titles, f.Title)
			}
			slices.Sort(titles)
			if got := strings.Join(titles, ", "); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if got := res.Statuses[0].Reason; got != tc.reason {
				t.Errorf("reason %q", got)
			}
		})
	}
}

func TestChains(t *testing.T) {
	text := steps + `title: guessed
name: guessed
correlation: {type: event_count, rules: A, group-by: [who, host], timespan: 5m, condition: {gte: 3}}
---
title: found
correlation: `
	a := func(id int64, at, who string) record { return occurrence(id, at, "op", "A", "who", who, "host", "h") }
	b := func(id int64, at, who string) record { return occurrence(id, at, "op", "B", "who", who) }
	ordered := "{type: temporal_ordered, rules: [guessed, B], group-by: [who], timespan: 10m}"
	for _, tc := range []struct {
		name, outer string
		records     []record
		want        []string
	}{
		{"then", ordered, []record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), b(4, "01:12", "x")}, []string{"found x [1 2 3 4]"}},
		{"too late after the last", ordered, []record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), b(4, "01:12:01", "x")}, nil},
		{"before there were enough", ordered, []record{a(1, "01:00", "x"), a(2, "01:01", "x"), b(4, "01:01:30", "x"), a(3, "01:02", "x")}, nil},
		{"while it goes on", ordered, []record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), b(5, "01:02:30", "x"), a(4, "01:03", "x")}, []string{"found x [1 2 3 5 4]"}},
		{"of another", ordered, []record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), b(4, "01:03", "y")}, nil},
		{"episodes are counted, not their events", "{type: event_count, rules: guessed, group-by: [who], timespan: 1d, condition: {gte: 2}}",
			[]record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), a(4, "01:03", "x"), a(5, "01:04", "x")}, nil},
		{"two episodes", "{type: event_count, rules: guessed, group-by: [who], timespan: 1d, condition: {gte: 2}}",
			[]record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), a(4, "03:00", "x"), a(5, "03:01", "x"), a(6, "03:02", "x")}, []string{"found x [1 2 3 4 5 6]"}},
		{"values of groups", "{type: value_count, rules: guessed, timespan: 1d, condition: {field: who, gte: 2}}",
			[]record{a(1, "01:00", "x"), a(2, "01:01", "x"), a(3, "01:02", "x"), a(4, "03:00", "y"), a(5, "03:01", "y"), a(6, "03:02", "y")}, []string{"found  [1 2 3 4 5 6]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _ := runAll(t, text+tc.outer+"\n", tc.records...)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestLeftOut(t *testing.T) {
	many, numbers := []string{"op", "A", "v", "1"}, []string{"op", "A", "who", "x"}
	for i := range 70 {
		many, numbers = append(many, "who", fmt.Sprint(i)), append(numbers, "v", fmt.Sprint(i))
	}
	_, res := runAll(t, correlationOver("type: value_sum, rules: A, group-by: [who], timespan: 1h, condition: {field: v, gte: 1}"),
		occurrence(1, "none", "op", "A", "who", "x", "v", "1"), occurrence(2, "01:00", "op", "A", "v", "1"), occurrence(3, "01:00", "op", "A", "who", "", "v", "1"),
		occurrence(4, "01:00", "op", "A", "who", "x", "v", "much"), occurrence(5, "01:00", "op", "A", "who", "x", "v", "1"), record{6, 1, many}, record{7, 1, numbers})
	want := "of 7 hits these don't correlate: 1 without a time, 2 without a value in who, 2 with more than 64 combinations of values, 1 without a value to be counted in v"
	if got := res.Statuses[4]; got.State != Loaded || got.Reason != want {
		t.Errorf("%s: %s", got.State, got.Reason)
	}
	if len(res.Findings) != 1 || res.Findings[0].Count != 1 {
		t.Error(res.Findings)
	}
}

// A correlation says that one of its rules failed, and goes on with what that
// had found.
func TestCorrelationOfFailed(t *testing.T) {
	broken := batch("m365.ual", occurrence(1, "01:00", "op", "A"), occurrence(2, "01:00", "op", "A"), occurrence(3, "01:00", "op", "A"))
	at := slices.IndexFunc(broken.Events, func(c event.Column) bool { return c.Name == "actor" })
	broken.Events[at].Valid = broken.Events[at].Valid[:2]
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {broken}}}
	res := run(t, m, parseAll(t, correlationOver("type: event_count, rules: A, timespan: 1h, condition: {gte: 2}"))...)
	if s := res.Statuses[4]; s.State != Loaded || s.Reason != "without all that A would have matched: it failed" {
		t.Errorf("%s: %s", s.State, s.Reason)
	}
	if len(res.Findings) != 1 || res.Findings[0].Count != 2 {
		t.Error(res.Findings)
	}
}

func TestOldCounts(t *testing.T) {
	text := "title: T\nid: t\nlogsource: {product: m365}\ndetection:\n  a: {op: A}\n  b: {op: B}\n  x: {op: C}\n  timeframe: 5m\n  condition: "
	for _, tc := range []struct{ condition, want string }{
		{"a | count() by who > 1", "[T k [1 2]]"},
		{"a or b | count(op) by who > 1", "[T k [1 2 3]]"},
		{"a | near b", "[T  [1 2 3]]"},
		{"a | near b and not x", "[]"},
	} {
		got, res := runAll(t, text+tc.condition+"\n", occurrence(1, "01:00", "op", "A", "who", "k"), occurrence(2, "01:04", "op", "A", "who", "k"),
			occurrence(3, "01:05", "op", "B", "who", "k"), occurrence(4, "01:05", "op", "C", "who", "k"))
		if fmt.Sprint(got) != tc.want || len(res.Statuses) != 1 || res.Statuses[0].State != Loaded {
			t.Errorf("%s: %v, %v", tc.condition, got, res.Statuses)
		}
	}
}

func TestFiltersInRun(t *testing.T) {
	text := steps + "title: F\nlogsource: {product: m365}\nfilter: {rules: [A], ours: {who: build}, condition: not ours}\n"
	text += "---\ntitle: G\nlogsource: {product: m365}\nfilter: {rules: [nobody], ours: {who: kim}, condition: not ours}\n"
	got, res := runAll(t, text, occurrence(1, "01:00", "op", "A", "who", "build"), occurrence(2, "01:00", "op", "A", "who", "kim"), occurrence(3, "01:00", "op", "B", "who", "build"))
	if d := cmp.Diff([]string{"A  [2]", "B  [3]"}, got); d != "" {
		t.Error(d)
	}
	if f, g := res.Statuses[4], res.Statuses[5]; f.Reason != "" || g.Reason != "none of the rules is one that it is added to" || g.State != Loaded {
		t.Errorf("%q, %q", f.Reason, g.Reason)
	}
}

func TestTimeOfEvent(t *testing.T) {
	rule := "title: Night\nlogsource: {product: m365}\ndetection: {s: {ts|hour: [1, 2]}, condition: s}\n"
	got, _ := runAll(t, rule, occurrence(1, "01:59"), occurrence(2, "03:00"), occurrence(3, "none"), occurrence(4, "00:30", "ts", "2026-01-02T02:00:00Z"))
	if d := cmp.Diff([]string{"Night  [4 1]"}, got); d != "" {
		t.Error(d)
	}
}

// TestArrays reads a record with arrays in arrays: a dotted name means the
// values of any member.
func TestArrays(t *testing.T) {
	dir := t.TempDir()
	text := `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"kim"},"eventTime":"2026-01-12T09:14:05Z","eventSource":"ec2.amazonaws.com","eventName":"X","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"x","requestParameters":{"sets":[{"items":[{"id":"i-1"},{"id":"i-2"}]},{"items":[{"id":"i-3","tags":["a","b"]}]}]},"eventID":"e1","eventType":"AwsApiCall"}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "trail.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	records := map[string][]record{}
	readRecords(t, dir, records)
	m := &memory{batches: map[string][]*event.Columns{}}
	for source, list := range records {
		m.batches[source] = []*event.Columns{batch(source, list...)}
	}
	for line, want := range map[string]int{
		"requestParameters.sets.items.id: i-1": 1, "requestParameters.sets.items.id: i-3": 1, "requestParameters.sets.items.id: i-4": 0,
		"requestparameters.sets.items.tags: b": 1, "requestParameters.sets.items.id|contains|all: [i-1, i-3]": 1, "requestParameters.sets.items.id|neq: i-1": 0,
	} {
		if got := run(t, m, parse(t, "product: aws, service: cloudtrail", "s: {"+line+"}\ncondition: s")).Findings; len(got) != want {
			t.Errorf("%s: %d findings", line, len(got))
		}
	}
}

// TestMetamorphic changes the events in ways that must change the answer in a
// known way, or not at all.
func TestMetamorphic(t *testing.T) {
	var records []record
	for i, s := range []string{"00:00 A x", "05:00 A x", "05:03 B x", "05:09 C x", "01:00 A y", "01:01 B y", "01:02 C y", "07:00 B z", "07:05 A z"} {
		f := strings.Fields(s)
		records = append(records, occurrence(int64(i+1), f[0], "op", f[1], "who", f[2]))
	}
	for _, kind := range []string{"type: temporal_ordered, rules: [A, B, C]", "type: temporal, rules: [A, B]", "type: event_count, rules: [A, B, C], condition: {gte: 3}"} {
		text := correlationOver(kind + ", group-by: [who], timespan: 10m")
		want, _ := runAll(t, text, records...)
		if len(want) == 0 {
			t.Fatalf("%s finds nothing", kind)
		}
		for name, changed := range map[string][]record{
			"shifted":                        shift(records, 14.25),
			"in reverse":                     reversed(records),
			"with another group":             append(slices.Clone(records), occurrence(90, "05:01", "op", "B", "who", "q"), occurrence(91, "05:00", "op", "C", "who", "r")),
			"with events that match nothing": append(slices.Clone(records), occurrence(92, "05:01", "op", "Z", "who", "x")),
			"with events without a time":     append(slices.Clone(records), occurrence(93, "none", "op", "A", "who", "x")),
		} {
			got, _ := runAll(t, text, changed...)
			if d := cmp.Diff(onlyFound(want), onlyFound(got)); d != "" {
				t.Errorf("%s, %s: %s", kind, name, d)
			}
		}
	}
}

// onlyFound leaves the findings of other rules out.
func onlyFound(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !strings.HasPrefix(s, "found ") })
}

func shift(records []record, hours float64) []record {
	out := slices.Clone(records)
	for i := range out {
		out[i].at += hours
	}
	return out
}

func reversed(records []record) []record {
	out := slices.Clone(records)
	slices.Reverse(out)
	return out
}

// TestHayabusa reads the correlations of a public set of rules.
func TestHayabusa(t *testing.T) {
	var rules []*sigma.Rule
	err := filepath.WalkDir(filepath.Join(dataDir(t), "hayabusa-rules"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), "\ncorrelation:") {
			rules = append(rules, parseAll(t, string(text))...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range Check(rules, nil) {
		if s.State != Loaded {
			t.Errorf("%s: %s: %s", s.Rule.Title, s.State, s.Reason)
		}
		if c := s.Rule.Correlation; c != nil {
			got = append(got, s.Rule.Title+": "+string(c.Type)+" "+c.Asked()+" by "+strconv.Itoa(len(c.GroupBy)))
		}
	}
	slices.Sort(got)
	want := []string{"PW Guessing: event_count gte 5 within 5m by 6", "PW Spray: value_count gte 5 within 5m by 2", "User Guessing: value_count gt 3 within 5m by 6"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
