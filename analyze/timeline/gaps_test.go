package timeline

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCapped(t *testing.T) {
	facts := func(source string) Facts {
		if source == "m365.ual" {
			return Facts{Caps: []Cap{{50_000, "the portal"}}}
		}
		return Facts{}
	}
	for _, tc := range []struct {
		name    string
		records int64
		sources []SourceCount
		want    string
	}{
		{"a known limit", 50_000, []SourceCount{{"m365.ual", 50_000}}, "where the portal ends"},
		{"rejects were rows too", 50_000, []SourceCount{{"m365.ual", 49_998}}, "where the portal ends"},
		{"one of two sources in a file", 50_400, []SourceCount{{"m365.ual", 50_000}, {"b.two", 400}}, "where the portal ends"},
		{"no limit of this source", 5_000, []SourceCount{{"m365.ual", 5_000}}, "suspicious"},
		{"one fewer", 4_999, []SourceCount{{"m365.ual", 4_999}}, ""},
		{"one more", 5_001, []SourceCount{{"m365.ual", 5_001}}, ""},
		{"two pages", 10_002, []SourceCount{{"m365.ual", 5_000}, {"b.two", 5_002}}, "suspicious"},
		{"no events", 0, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			gaps := capped([]Account{{Ordinal: 3, Records: tc.records, Sources: tc.sources}}, Known{Facts: facts})
			switch {
			case tc.want == "" && len(gaps) > 0, tc.want != "" && len(gaps) != 1:
				t.Fatalf("%+v", gaps)
			case tc.want != "" && (!strings.Contains(gaps[0].Detail, tc.want) || gaps[0].Items[0] != 3 || gaps[0].Kind != RowCap):
				t.Errorf("%+v", gaps[0])
			}
		})
	}
}

func TestRetained(t *testing.T) {
	const last = 20_000
	at := func(source string, daysBefore, hours int64) sourceDay {
		us := (last-daysBefore)*day.Microseconds() + hours*hour
		return sourceDay{source: source, day: us - mod(us, day.Microseconds()), n: 100, first: us, last: us}
	}
	facts := func(string) Facts { return Facts{Retention: []int{30, 90}} }
	for _, tc := range []struct {
		name string
		days []sourceDay
		want string // the sources at their limit
	}{
		{"at the limit, seen from another source", []sourceDay{at("a", 90, 12), at("a", 60, 0), at("b", 0, 12), at("b", 10, 0)}, "a 90"},
		{"a short one", []sourceDay{at("a", 30, 20), at("a", 0, 12)}, "a 30"},
		{"two days short", []sourceDay{at("a", 28, 0), at("a", 0, 12)}, ""},
		{"older than it can be", []sourceDay{at("a", 120, 0), at("a", 0, 12)}, ""},
		{"a stray does not count", []sourceDay{{source: "a", day: 0, n: 1}, at("a", 90, 12), at("a", 50, 0), at("a", 0, 12)}, "a 90"},
		{"nothing", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, g := range retained(tc.days, Known{Facts: facts}) {
				got = append(got, fmt.Sprint(g.Source, " ", g.Count))
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

// TestSilences: an hour is silent only if that hour of the day usually isn't.
func TestSilences(t *testing.T) {
	monday := time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)
	steady := func(time.Time) int64 { return 30 }
	office := func(at time.Time) int64 {
		if h := at.Hour(); h < 8 || h >= 18 || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			return 0
		}
		return 25
	}
	hush := func(of func(time.Time) int64, from time.Time, hours int) func(time.Time) int64 {
		return func(at time.Time) int64 {
			if !at.Before(from) && at.Before(from.Add(time.Duration(hours)*time.Hour)) {
				return 0
			}
			return of(at)
		}
	}
	for _, tc := range []struct {
		name string
		days int
		of   func(time.Time) int64
		want string
	}{
		{"steady", 14, steady, ""},
		{"steady with a hole", 14, hush(steady, monday.Add(75*time.Hour), 5), "2024-05-09T03 5"},
		{"quiet nights and weekends", 21, office, ""},
		{"a silent working day", 21, hush(office, monday.Add(24*time.Hour), 24), "2024-05-07T08 10"},
		{"two holes", 14, hush(hush(steady, monday.Add(75*time.Hour), 2), monday.Add(99*time.Hour), 1), "2024-05-09T03 2, 2024-05-10T03 1"},
		{"now and then", 14, func(at time.Time) int64 { return int64(at.Hour()+at.Day()) % 3 }, ""},
		{"seldom but much", 14, func(at time.Time) int64 { return int64(at.Day()%2) * 50 }, ""},
		{"too short to have a rhythm", 3, hush(steady, monday.Add(30*time.Hour), 5), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := rhythm{source: "a", origin: monday.UnixMicro()}
			for i := range tc.days * 24 {
				r.counts = append(r.counts, tc.of(monday.Add(time.Duration(i)*time.Hour)))
			}
			var got []string
			for _, g := range r.silences() {
				got = append(got, fmt.Sprintf("%s %d", time.UnixMicro(g.From).UTC().Format("2006-01-02T15"), g.Count))
				if (g.To-g.From)/hour != g.Count {
					t.Errorf("%+v", g)
				}
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestLongest(t *testing.T) {
	var gaps []Gap
	for i := range int64(15) {
		gaps = append(gaps, Gap{Source: "a", From: i * 10 * hour, To: (i*10 + i + 1) * hour, Count: i + 1})
	}
	got := longest(gaps)
	if len(got) != maxSilences+1 || got[0].Count != 6 || got[9].Count != 15 || got[10].Count != 1+2+3+4+5 || got[10].From != 0 {
		t.Errorf("%+v", got)
	}
}
