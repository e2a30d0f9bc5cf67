package sigma

import (
	"fmt"
	"strings"
	"testing"
)

func TestJoin(t *testing.T) {
	const global = "action: global\ntitle: G\nid: i\nlevel: high\nlogsource: {product: p}\ndetection: {s: {f: a}}\n---\n"
	for _, tc := range []struct {
		name, text string
		want       string // id, title and the letters that f may be, of each rule
	}{
		{"global", global + "detection: {condition: s}\n---\ndetection: {t: {f: b}, condition: s or t}\n", "i G a; i#2 G ab"},
		{"what a document says counts", global + "title: T\nid: j\ndetection: {s: {f: b}, condition: s}\n", "j T b"},
		{"two globals", global + "action: global\ndetection: {t: {f: b}}\n---\ndetection: {condition: s or t}\n", "i G ab"},
		{"reset", global + "detection: {condition: s}\n---\naction: reset\n---\ntitle: T\nlogsource: {product: p}\ndetection: {x: {f: c}, condition: x}\n", "i G a;  T c"},
		{"repeat", "title: T\nid: i\nlogsource: {product: p}\ndetection: {s: {f: a}, condition: s}\n---\naction: repeat\ntitle: U\ndetection: {s: {f: b}}\n---\naction: repeat\nid: k\n", "i T a; i#2 U b; k U b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, err := Parse("r.yml", []byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rules {
				if !r.Usable() {
					t.Fatal(r.Reason)
				}
				letters := ""
				for _, l := range []string{"a", "b", "c"} {
					if r.Match(f(l)) {
						letters += l
					}
				}
				got = append(got, r.ID+" "+r.Title+" "+letters)
			}
			if s := strings.Join(got, "; "); s != tc.want {
				t.Errorf("%q, want %q", s, tc.want)
			}
		})
	}
}

func TestJoinRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing to repeat", "action: repeat\ntitle: T\n", "no rule stands before it"},
		{"unknown action", "action: delete\ntitle: T\n", `action "delete"`},
		{"too many", bomb2(), "too many to be joined"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, err := Parse("r.yml", []byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			if last := rules[len(rules)-1]; !strings.Contains(last.Reason, tc.want) {
				t.Errorf("%s: %s", last.State, last.Reason)
			}
		})
	}
	if _, err := Parse("r.yml", []byte("action: global\ntitle: T\n")); err == nil {
		t.Error("a file that holds only what is global has a rule")
	}
}

// bomb2 adds many keys to many documents.
func bomb2() string {
	var b strings.Builder
	b.WriteString("action: global\n")
	for i := range 900 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	for range 100 {
		b.WriteString("---\na: b\n")
	}
	return b.String()
}

func TestAggregate(t *testing.T) {
	for _, tc := range []struct{ name, timeframe, condition, want string }{
		{"count", "1h", "a | count() by User > 5", "event_count of 1 by [User] gt 5 within 1h"},
		{"count of all", "1h", "a | count() >= 5", "event_count of 1 by [] gte 5 within 1h"},
		{"count of values", "10s", "a and not b | count(Host) by User, Site < 5", "value_count Host of 1 by [User Site] lt 5 within 10s"},
		{"equal", "1d", "a | count() by User = 5", "event_count of 1 by [User] eq 5 within 1d"},
		{"no blanks", "1d", "a|count(Host)by User<=5", "unsupported"},
		{"sum", "1m", "a | sum(Bytes) by User > 1.5", "value_sum Bytes of 1 by [User] gt 1.5 within 1m"},
		{"mean", "1m", "a | avg(Bytes) by User > 5", "value_avg Bytes of 1 by [User] gt 5 within 1m"},
		{"least", "1m", "a | min(Bytes) by User > 5", "value_percentile Bytes of 1 by [User] gt 5 within 1m"},
		{"most", "1m", "a | max(Bytes) by User > 5", "value_percentile Bytes of 1 by [User] gt 5 within 1m"},
		{"no timeframe", "", "a | count() by User > 5", "event_count of 1 by [User] gt 5"},
		{"near", "5m", "a | near b and c and not d", "temporal of 4 by [] (T/1 and T/2 and T/3 and not T/4) within 5m"},
		{"sum of nothing", "5m", "a | sum() > 3", "invalid"},
		{"other function", "5m", "a | stddev(x) > 3", "unsupported"},
		{"near in parentheses", "5m", "a | near (b or c)", "unsupported"},
		{"near a stranger", "5m", "a | near x", "invalid"},
		{"two bars", "5m", "a | count() | count() > 3", "unsupported"},
		{"timeframe of no unit", "5", "a | count() > 3", "invalid"},
		{"a timeframe alone", "5m", "a", "unsupported"},
		{"broken", "5m", "a and | count() > 3", "invalid"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := "a: {f: a}\nb: {f: b}\nc: {f: c}\nd: {f: d}\ncondition: " + tc.condition
			if tc.timeframe != "" {
				text += "\ntimeframe: " + tc.timeframe
			}
			r := one(t, Parser{}, text)
			got := string(r.State)
			if c := r.Correlation; r.Usable() {
				got = strings.Join(append([]string{string(c.Type)}, c.Fields...), " ") + fmt.Sprintf(" of %d by %v %s", len(c.Of), c.GroupBy, c.Asked())
				if !c.Of[0].Match(f("a")) || c.Of[0].Match(f("b")) || r.Match(f("a")) {
					t.Error("its part is not what stands before the bar")
				}
			}
			if got != tc.want {
				t.Errorf("%q, want %q: %s", got, tc.want, r.Reason)
			}
		})
	}
}

// TestAggregateFiltered adds a filter to a rule that counts.
func TestAggregateFiltered(t *testing.T) {
	text := string(rule("a: {f: a}\ncondition: a | count() > 3")) + "---\ntitle: F\nlogsource: {product: p}\nfilter: {rules: any, s: {g: x}, condition: not s}\n"
	r := linked(t, text)[0]
	part := r.Correlation.Of[0]
	if !part.Match(f("a")) || part.Match(ev("f", "a", "g", "x")) {
		t.Error("the filter is not applied to the part")
	}
}
