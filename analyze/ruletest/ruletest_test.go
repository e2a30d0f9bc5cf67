package ruletest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
)

const one = `cases:
  - name: a
    source: m365.ual
    records: |
      {"x":1}
    expect: {count: 1, entities: {user: [kim@example.com]}}
`

func rules(t *testing.T, logsource, more string) []*sigma.Rule {
	t.Helper()
	all, err := sigma.Parse("x.yml", []byte("title: T\nid: r1\nlogsource: {"+logsource+"}\ndetection: {s: {a: b}, condition: s}\n"+more))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRun(t *testing.T) {
	found := []detect.Finding{{Rule: "r1", Count: 1, Entities: map[string][]string{"user": {"kim@example.com"}}}}
	right := &Output{Sources: map[string]int64{"m365.ual": 1}, Findings: found}
	ual := "product: m365"
	for _, tc := range []struct {
		name    string
		file    string
		rules   []*sigma.Rule
		out     *Output
		err     error
		status  Status
		message string
	}{
		{"passes", one, rules(t, ual, ""), right, nil, Passed, ""},
		{"findings of other rules don't count", one, rules(t, ual, ""),
			&Output{Sources: right.Sources, Findings: append(found[:1:1], detect.Finding{Rule: "r2", Count: 5})}, nil, Passed, ""},
		{"too few", one, rules(t, ual, ""), &Output{Sources: right.Sources}, nil, Failed, "0 events matched, expected 1; user is none, expected kim@example.com"},
		{"another entity", one, rules(t, ual, ""),
			&Output{Sources: right.Sources, Findings: []detect.Finding{{Rule: "r1", Count: 1, Entities: map[string][]string{"user": {"lee"}}}}}, nil,
			Failed, "user is lee, expected kim@example.com"},
		{"another source", one, rules(t, ual, ""), &Output{Sources: map[string]int64{"unknown": 2}, Findings: found}, nil,
			Failed, "2 records were read as unknown; no record was read as m365.ual"},
		{"rejects", one, rules(t, ual, ""), &Output{Sources: right.Sources, Rejects: 1, Findings: found}, nil, Failed, "1 records could not be read"},
		{"analysis fails", one, rules(t, ual, ""), nil, errors.New("disk full"), Failed, "the records could not be analyzed: disk full"},
		{"the rule panics", one, rules(t, ual, ""), &Output{Sources: right.Sources, Findings: found, Statuses: []detect.Status{{State: detect.Failed, Reason: "panic"}}}, nil,
			Failed, "the rule made the program fail: panic"},
		{"no rule", one, nil, nil, nil, Failed, "there is no rule beside the test"},
		{"invalid rule", one, rules(t, ual, "level: bad\n"), nil, nil, Failed, "the rule is invalid: line 5: level \"bad\" is not one of Sigma's"},
		{"no reader", one, rules(t, "product: okta", ""), nil, nil, Skipped, "no_reader: nothing reads product okta"},
		{"watchlists", strings.Replace(one, "    expect", "    watchlists: {vip: [a]}\n    expect", 1), rules(t, ual, ""), nil, nil, Skipped, "rules can't use watchlists yet"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, err := Parse("dir/x_test.yml", []byte(tc.file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Run(context.Background(), f, tc.rules, func(_ context.Context, in Input) (*Output, error) {
				if string(in.Records) != "{\"x\":1}\n" || in.Name != "m365-ual.log" {
					t.Errorf("input %q as %s", in.Records, in.Name)
				}
				return tc.out, tc.err
			})
			if err != nil || len(got) != 1 {
				t.Fatal(len(got), err)
			}
			if v := got[0]; v.Status != tc.status || v.Message != tc.message || v.ID != "x/a" || v.Line != 2 {
				t.Errorf("%+v", v)
			}
		})
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f, err := Parse("x_test.yml", []byte(one))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(ctx, f, nil, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestParseStrict(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"unknown key", strings.Replace(one, "name: a", "nam: a", 1), `x_test.yml:2: unknown field "nam"`},
		{"unknown expectation", strings.Replace(one, "count: 1", "counts: 1", 1), `x_test.yml:6: unknown field "counts"`},
		{"no YAML", "cases: [", "x_test.yml:1: "},
		{"no cases", "cases: []\n", "x_test.yml: no cases"},
		{"no name", strings.Replace(one, "name: a", "name: ''", 1), "x_test.yml:2: a case without a name"},
		{"same name", one + strings.TrimPrefix(one, "cases:\n"), `x_test.yml:7: a second case named "a"`},
		{"no source", strings.Replace(one, "source: m365.ual", "source: ''", 1), "needs source and records"},
		{"no count", strings.Replace(one, "count: 1, ", "", 1), "expects no count"},
		{"too large", one + "#" + strings.Repeat("x", maxFile), "over the limit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := Parse("x_test.yml", []byte(tc.text)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
}

// shipped is the folder of the rules that ship.
func shipped() fs.FS { return os.DirFS("../../queries/rules") }

// TestShipped reads every rule that ships: it is usable, tells what to do, and
// has a test with positives and near misses.
func TestShipped(t *testing.T) {
	ids := map[string]string{}
	err := fs.WalkDir(shipped(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".yml") || IsTest(name) {
			return err
		}
		data, err := fs.ReadFile(shipped(), name)
		if err != nil {
			return err
		}
		rules, err := sigma.Parse(name, data)
		for _, s := range detect.Check(rules, nil) {
			r := s.Rule
			if s.State != detect.Loaded || len(r.NextSteps) == 0 || len(r.FalsePositives) == 0 || len(r.Techniques()) == 0 || r.AttackVersion() == "" || r.Level == "" || r.ID == "" {
				t.Errorf("%s: %s %s, or it lacks next_steps, falsepositives, techniques, attack_version, level or id", name, s.State, s.Reason)
			}
			if other := ids[r.ID]; other != "" {
				t.Errorf("%s and %s have the same id", name, other)
			}
			ids[r.ID] = name
		}
		checkTest(t, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkTest(t *testing.T, rule string) {
	name := strings.TrimSuffix(rule, ".yml") + "_test.yml"
	data, err := fs.ReadFile(shipped(), name)
	if err != nil {
		t.Errorf("%s has no test: %v", rule, err)
		return
	}
	f, err := Parse(name, data)
	if err != nil {
		t.Error(err)
		return
	}
	if RuleOf(name) != rule {
		t.Errorf("%s stands beside %s", name, RuleOf(name))
	}
	positive, negative := 0, 0
	for _, c := range f.Cases {
		if *c.Expect.Count > 0 {
			positive++
		} else {
			negative++
		}
	}
	if positive == 0 || negative == 0 {
		t.Errorf("%s: %d positives and %d near misses", name, positive, negative)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte("cases: &a [*a]\n"))
	f.Add([]byte("cases: &H !000 ")) // panicked in the library
	f.Fuzz(func(t *testing.T, data []byte) {
		if file, err := Parse("x_test.yml", data); err == nil && len(file.Cases) == 0 {
			t.Error("a file without cases is read")
		}
	})
}
