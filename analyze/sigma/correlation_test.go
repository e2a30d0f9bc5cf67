package sigma

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// correlationOf parses one correlation of the keys given.
func correlationOf(t testing.TB, keys string) *Rule {
	t.Helper()
	rules, err := Parse("c.yml", []byte("title: C\ncorrelation:\n  "+strings.ReplaceAll(strings.TrimSpace(keys), "\n", "\n  ")+"\n"))
	if err != nil || len(rules) != 1 {
		t.Fatal(len(rules), err)
	}
	return rules[0]
}

func TestParseCorrelation(t *testing.T) {
	const hour, minute = 3600 * 1_000_000, 60 * 1_000_000
	count := []Bound{{"gte", 5}}
	for _, tc := range []struct {
		name, keys string
		want       Correlation
	}{
		{"count", "type: event_count\nrules: [a, b]\ngroup-by: [User, Host]\ntimespan: 1h\ncondition: {gte: 5}",
			Correlation{Type: EventCount, Rules: []string{"a", "b"}, GroupBy: []string{"User", "Host"}, Timespan: hour, Bounds: count}},
		{"texts instead of lists, no group", "type: event_count\nrules: a\ntimespan: 60s\ncondition: {gte: 5}",
			Correlation{Type: EventCount, Rules: []string{"a"}, Timespan: minute, Bounds: count}},
		{"one field to group by", "type: event_count\nrules: a\ngroup-by: User\ntimespan: 1m\ncondition: {gte: 5}",
			Correlation{Type: EventCount, Rules: []string{"a"}, GroupBy: []string{"User"}, Timespan: minute, Bounds: count}},
		{"several comparisons", "type: event_count\nrules: a\ntimespan: 1m\ncondition: {gt: 100, lte: 200, neq: 150}",
			Correlation{Type: EventCount, Rules: []string{"a"}, Timespan: minute, Bounds: []Bound{{"gt", 100}, {"lte", 200}, {"neq", 150}}}},
		{"values of two fields", "type: value_count\nrules: a\ntimespan: 1m\ncondition: {field: [A, B], gte: 5}",
			Correlation{Type: ValueCount, Rules: []string{"a"}, Timespan: minute, Bounds: count, Fields: []string{"A", "B"}}},
		{"percentile", "type: value_percentile\nrules: a\ntimespan: 1m\ncondition: {field: A, percentile: 95, gte: 5}",
			Correlation{Type: ValuePercentile, Rules: []string{"a"}, Timespan: minute, Bounds: count, Fields: []string{"A"}, Percentile: 95}},
		{"mean over a broken number", "type: value_avg\nrules: a\ntimespan: 1m\ncondition: {field: A, lt: 1.5}",
			Correlation{Type: ValueAvg, Rules: []string{"a"}, Timespan: minute, Bounds: []Bound{{"lt", 1.5}}, Fields: []string{"A"}}},
		{"all rules by default", "type: temporal\nrules: [a, b]\ntimespan: 1m",
			Correlation{Type: Temporal, Rules: []string{"a", "b"}, Timespan: minute, Bounds: []Bound{{"gte", 2}}}},
		{"some of the rules", "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m\ncondition: {gte: 2}\ngenerate: true",
			Correlation{Type: TemporalOrdered, Rules: []string{"a", "b", "c"}, Timespan: minute, Bounds: []Bound{{"gte", 2}}, Generate: true}},
		{"a condition over rules", "type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: a and not b",
			Correlation{Type: Temporal, Rules: []string{"a", "b"}, Timespan: minute,
				Logic: &Logic{Is: And, Of: []*Logic{{Is: Line}, {Is: Not, Of: []*Logic{{Is: Line, Rule: 1}}}}}}},
		{"and the rules from it", "type: temporal\ntimespan: 1m\ncondition: x or (y and x)",
			Correlation{Type: Temporal, Rules: []string{"x", "y"}, Timespan: minute,
				Logic: &Logic{Is: Or, Of: []*Logic{{Is: Line}, {Is: And, Of: []*Logic{{Is: Line, Rule: 1}, {Is: Line}}}}}}},
		{"aliases", "type: temporal\nrules: [a, b]\ngroup-by: [who]\naliases: {who: {a: User, b: Account Name}}\ntimespan: 1m",
			Correlation{Type: Temporal, Rules: []string{"a", "b"}, GroupBy: []string{"who"}, Timespan: minute, Bounds: []Bound{{"gte", 2}},
				Aliases: []Alias{{"who", map[string]string{"a": "User", "b": "Account Name"}}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := correlationOf(t, tc.keys)
			if r.State != "" {
				t.Fatal(r.State, r.Reason)
			}
			got := *r.Correlation
			got.line = 0
			if d := cmp.Diff(tc.want, got, cmp.AllowUnexported(Correlation{})); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseCorrelationRefuses(t *testing.T) {
	for _, tc := range []struct{ name, keys, want string }{
		{"type", "rules: a\ntimespan: 1m\ncondition: {gte: 1}", "without a type"},
		{"unknown type", "type: burst\nrules: a\ntimespan: 1m", `line 3: correlation type "burst"`},
		{"rules", "type: event_count\ntimespan: 1m\ncondition: {gte: 1}", "without rules"},
		{"timespan", "type: event_count\nrules: a\ncondition: {gte: 1}", "without a timespan"},
		{"timespan of no unit", "type: event_count\nrules: a\ntimespan: 5\ncondition: {gte: 1}", `timespan "5"`},
		{"timespan of nothing", "type: event_count\nrules: a\ntimespan: 0s\ncondition: {gte: 1}", `timespan "0s"`},
		{"timespan beyond bounds", "type: event_count\nrules: a\ntimespan: 99999999999999y\ncondition: {gte: 1}", "timespan"},
		{"condition", "type: event_count\nrules: a\ntimespan: 1m", "without a condition"},
		{"empty condition", "type: event_count\nrules: a\ntimespan: 1m\ncondition: {}", "nothing is compared"},
		{"unknown comparison", "type: event_count\nrules: a\ntimespan: 1m\ncondition: {over: 1}", `"over"`},
		{"comparison with text", "type: event_count\nrules: a\ntimespan: 1m\ncondition: {gte: many}", "needs a number"},
		{"value without field", "type: value_sum\nrules: a\ntimespan: 1m\ncondition: {gte: 1}", "needs a field"},
		{"events with field", "type: event_count\nrules: a\ntimespan: 1m\ncondition: {gte: 1, field: x}", "has no field"},
		{"sum of two fields", "type: value_sum\nrules: a\ntimespan: 1m\ncondition: {gte: 1, field: [x, y]}", "has one field"},
		{"percentile without one", "type: value_percentile\nrules: a\ntimespan: 1m\ncondition: {lte: 1, field: x}", "needs percentile"},
		{"percentile over 100", "type: value_percentile\nrules: a\ntimespan: 1m\ncondition: {lte: 1, field: x, percentile: 101}", "from 0 to 100"},
		{"percentile elsewhere", "type: value_median\nrules: a\ntimespan: 1m\ncondition: {lte: 1, field: x, percentile: 5}", "belongs to value_percentile"},
		{"condition over rules of a count", "type: event_count\nrules: a\ntimespan: 1m\ncondition: a", "no map of comparisons"},
		{"rule not referenced", "type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: a", "rule b is not in it"},
		{"rule not defined", "type: temporal\nrules: [a]\ntimespan: 1m\ncondition: a and b", `"b" is not one of the rules`},
		{"quantity of rules", "type: temporal\nrules: [a]\ntimespan: 1m\ncondition: 1 of a", `"1" is not one of the rules`},
		{"broken condition", "type: temporal\nrules: [a]\ntimespan: 1m\ncondition: a and", "ends where"},
		{"twice the same rule", "type: temporal\nrules: [a, a]\ntimespan: 1m", "twice"},
		{"twice the same group", "type: temporal\nrules: [a, b]\ngroup-by: [x, x]\ntimespan: 1m", "twice"},
		{"generate", "type: temporal\nrules: [a, b]\ntimespan: 1m\ngenerate: maybe", "neither true nor false"},
		{"aliases", "type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: x", "no map"},
		{"alias", "type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: {x: y}", "alias x is no map"},
		{"alias of a stranger", "type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: {x: {c: y}}", "alias x is about c"},
		{"unknown key", "type: temporal\nrules: [a, b]\ntimespan: 1m\nwindow: tumbling", `key "window"`},
		{"no map", "- a", "correlation is no map"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := correlationOf(t, tc.keys)
			if r.Usable() || !strings.Contains(r.Reason, tc.want) {
				t.Errorf("state %q: %s", r.State, r.Reason)
			}
		})
	}
}

func TestTimespan(t *testing.T) {
	for text, seconds := range map[string]int64{"1s": 1, "2m": 120, "3h": 10800, "1d": 86400, "1w": 604800, "1M": 2629746, "1y": 31556952} {
		got, err := timespan(&node{text: text})
		if err != nil || got != seconds*1_000_000 {
			t.Errorf("%s is %d, %v", text, got, err)
		}
	}
}

func TestWays(t *testing.T) {
	for _, tc := range []struct{ condition, want string }{
		{"a and b", "[{3 0}]"},
		{"a or b", "[{1 0} {2 0}]"},
		{"a and not b", "[{1 2}]"},
		{"not (a and b)", "[{0 1} {0 2}]"},
		{"not (a or b)", "[{0 3}]"},
		{"a and (b or not c)", "[{1 4} {3 0}]"},
		{"a and not a", "[]"},
	} {
		c := Correlation{Type: Temporal}
		if err := c.extended(&node{kind: textNode, text: tc.condition}); err != nil {
			t.Fatal(err)
		}
		ways, ok := c.Logic.Ways()
		if got := fmt.Sprint(ways); got != tc.want || !ok {
			t.Errorf("%s: %s, want %s", tc.condition, got, tc.want)
		}
	}
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprintf("(a%d or b%d)", i, i))
	}
	r := correlationOf(t, "type: temporal_ordered\ntimespan: 1m\ncondition: "+strings.Join(many, " and "))
	if r.State != Unsupported || !strings.Contains(r.Reason, "ways") {
		t.Errorf("%s: %s", r.State, r.Reason)
	}
}

// linked parses and links documents.
func linked(t *testing.T, text string) []*Rule {
	t.Helper()
	rules, err := Parse("r.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Link(rules)
}

const base = "title: %s\nid: id-%s\nname: %s\nlogsource: {product: p}\ndetection: {s: {f: %s}, condition: s}\n"

// baseRule is a rule of that name which matches f: name.
func baseRule(name string) string { return fmt.Sprintf(base, name, name, name, name) }

func standing(name, rules string) string {
	return fmt.Sprintf("---\ntitle: %s\nname: %s\ncorrelation: {type: temporal, rules: [%s], timespan: 1m}\n", name, name, rules)
}

func TestLink(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"by id and by name", baseRule("a") + "---\n" + baseRule("b") + standing("c", "id-a, b"), ""},
		{"a correlation before its rules", strings.TrimPrefix(standing("c", "a"), "---\n") + "---\n" + baseRule("a"), ""},
		{"unknown rule", baseRule("a") + standing("c", "a, x"), "c: line 9: no rule has the id or name x"},
		{"two of a name", baseRule("a") + "---\n" + strings.Replace(baseRule("a"), "id-a", "id-x", 1) + standing("c", "a"), "c: line 15: 2 rules have the id or name a"},
		{"two of a name, of which one is broken", baseRule("a") + "---\nname: a\ntitle: broken\n" + standing("c", "a"), "broken: line 7: no logsource"},
		{"chain", baseRule("a") + standing("c", "a") + standing("d", "c"), ""},
		{"itself", standing("c", "c"), "c: line 4: the correlation stands on itself: c, c"},
		{"circle", baseRule("a") + standing("c", "a, d") + standing("d", "c"), "c: line 9: the correlation stands on itself: c, d, c"},
		{"group of a chain", baseRule("a") + "---\ntitle: c\nname: c\ncorrelation: {type: event_count, rules: a, group-by: [User, Host], timespan: 1m, condition: {gte: 2}}\n" +
			"---\ntitle: d\ncorrelation: {type: event_count, rules: c, group-by: [user], timespan: 1m, condition: {gte: 2}}\n", ""},
		{"group that a chain lacks", baseRule("a") + "---\ntitle: c\nname: c\ncorrelation: {type: event_count, rules: a, group-by: [User], timespan: 1m, condition: {gte: 2}}\n" +
			"---\ntitle: d\ncorrelation: {type: event_count, rules: c, group-by: [Host], timespan: 1m, condition: {gte: 2}}\n",
			"d: line 12: correlation c does not group by Host"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := linked(t, tc.text)
			var got []string
			for _, r := range rules {
				if !r.Usable() {
					got = append(got, r.Title+": "+r.Reason)
				}
			}
			if s := strings.Join(got, "; "); s != tc.want {
				t.Errorf("%q, want %q", s, tc.want)
			}
			again := Link(rules)
			for i, r := range again {
				if r.State != rules[i].State || r.Reason != rules[i].Reason {
					t.Errorf("linked again: %s %s", r.State, r.Reason)
				}
				if r.Correlation != nil && r.Usable() && len(r.Correlation.Of) != len(r.Correlation.Rules) {
					t.Errorf("%s stands on %d rules", r.Title, len(r.Correlation.Of))
				}
			}
		})
	}
}

func TestLinkDeep(t *testing.T) {
	text := baseRule("c0")
	for i := range 12 {
		text += standing(fmt.Sprint("c", i+1), fmt.Sprint("c", i))
	}
	rules := linked(t, text)
	for i, r := range rules {
		if deep := i > maxChain; r.Usable() == deep {
			t.Errorf("%s: %q %s", r.Title, r.State, r.Reason)
		}
	}
}

func TestFilters(t *testing.T) {
	filter := func(logsource, keys string) string {
		return "---\ntitle: F\nlogsource: {" + logsource + "}\nfilter: {" + keys + "}\n"
	}
	rule := "title: R\nid: i\nname: n\nlogsource: {product: p, category: c}\ndetection: {s_a: {f: a}, s_b: {f: b}, condition: 1 of s_*}\n"
	for _, tc := range []struct {
		name, filters string
		yes, no       []mapEvent
	}{
		{"any", filter("product: p", "rules: any, s: {g: x}, condition: not s"), []mapEvent{f("a")}, []mapEvent{ev("f", "a", "g", "x"), ev()}},
		{"no rule is any", filter("product: p", "rules: [], s: {g: x}, condition: not s"), nil, []mapEvent{ev("f", "a", "g", "x")}},
		{"by id", filter("product: p", "rules: [i, other], s: {g: x}, condition: not s"), nil, []mapEvent{ev("f", "a", "g", "x")}},
		{"by name", filter("product: p", "rules: n, s: {g: x}, condition: not s"), nil, []mapEvent{ev("f", "a", "g", "x")}},
		{"other rule", filter("product: p", "rules: [other], s: {g: x}, condition: not s"), []mapEvent{ev("f", "a", "g", "x")}, nil},
		{"other product", filter("product: q", "rules: any, s: {g: x}, condition: not s"), []mapEvent{ev("f", "a", "g", "x")}, nil},
		{"more precise than the rule", filter("product: p, service: s", "rules: any, s: {g: x}, condition: not s"), []mapEvent{ev("f", "a", "g", "x")}, nil},
		{"without not it is what must hold", filter("product: p", "rules: any, s: {g: x}, condition: s"), []mapEvent{ev("f", "a", "g", "x")}, []mapEvent{f("a")}},
		{"its selections are its own", filter("product: p", "rules: any, s_c: {f: c}, s_b: {f: zz}, condition: not 1 of s_*"), []mapEvent{f("a"), f("b")}, []mapEvent{f("c")}},
		{"two", filter("product: p", "rules: any, s: {g: x}, condition: not s") + filter("category: c", "rules: any, s: {g: y}, condition: not 1 of them"),
			[]mapEvent{ev("f", "a", "g", "z")}, []mapEvent{ev("f", "a", "g", "x"), ev("f", "a", "g", "y")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := linked(t, rule+tc.filters)
			for _, r := range rules {
				if !r.Usable() {
					t.Fatal(r.Reason)
				}
			}
			for _, r := range []*Rule{rules[0], Link(rules)[0]} {
				for _, e := range tc.yes {
					if !r.Match(e) {
						t.Errorf("does not match %v", e)
					}
				}
				for _, e := range tc.no {
					if r.Match(e) {
						t.Errorf("matches %v", e)
					}
				}
			}
		})
	}
}

func TestFilterNeeds(t *testing.T) {
	rules := linked(t, baseRule("a")+"---\ntitle: F\nlogsource: {product: p}\nfilter: {rules: any, s: {Other Field: x}, condition: not s}\n")
	fields, _ := rules[0].Needs()
	if d := cmp.Diff([]string{"f", "otherfield"}, fields); d != "" {
		t.Error(d)
	}
	if len(Link(Link(rules))[0].filters) != 1 {
		t.Error("linked again, the filter stands there twice")
	}
}

func TestFilterRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"no map", "title: x\nlogsource: {product: p}\nfilter: x\n", "no map"},
		{"no title", "logsource: {product: p}\nfilter: {rules: any, s: {a: b}, condition: s}\n", "no title"},
		{"no logsource", "title: x\nfilter: {rules: any, s: {a: b}, condition: s}\n", "no logsource"},
		{"no rules", "title: x\nlogsource: {product: p}\nfilter: {s: {a: b}, condition: s}\n", "without rules"},
		{"no condition", "title: x\nlogsource: {product: p}\nfilter: {rules: any, s: {a: b}}\n", "no condition"},
		{"placeholder", "title: x\nlogsource: {product: p}\nfilter: {rules: any, s: {a|expand: '%b%'}, condition: s}\n", "no values for %b%"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if r := linked(t, tc.text)[0]; r.Usable() || !strings.Contains(r.Reason, tc.want) {
				t.Errorf("state %q: %s", r.State, r.Reason)
			}
		})
	}
}
