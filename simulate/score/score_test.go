package score

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"hotwash/analyze/detect"
	"hotwash/simulate/scenario"
	"hotwash/simulate/truth"
)

// exercise has an attack step of three records, one of one record, a red
// herring and background over two days.
const exercise = `schema: drill/v1
id: small
title: Small
version: 1
attack_version: "18"
epoch: 2026-03-02T00:00:00Z
window: {start: +0s, duration: 2d}
environment:
  tenants: [{id: contoso, domain: contoso.example}]
  users: [{id: u-a, upn: a@contoso.example, role: staff, country: DE}]
sources: [{id: audit, source: m365.ual, shape: portal-csv}]
red_herrings: [{id: rh, at: +1h, actor: u-a, uses: [x], explanation: planned}]
actors: [{id: adv, kind: insider, user: u-a}]
steps:
  - {id: s1, actor: adv, technique: T1078, action: x}
  - {id: s2, actor: adv, technique: T1567, action: x}
  - {id: untold, actor: adv, technique: T1567, action: x}
detections:
`

// rows: the event at second n stands at offset n.
func rows() []truth.Row {
	row := func(second int64, step, role string) truth.Row {
		return truth.Row{File: "a.csv", Offset: second, Step: step, Role: role, EventUS: second * 1e6}
	}
	return []truth.Row{
		row(10, "s1", truth.Attack), row(20, "s1", truth.Attack), row(30, "s1", truth.Attack),
		row(31, "s1", truth.Consequence), row(40, "s2", truth.Attack), row(50, "rh", truth.RedHerring), row(60, "bg", truth.Background),
	}
}

func finding(rule, level, user string, seconds ...int64) detect.Finding {
	return detect.Finding{ID: "f-" + rule, Rule: rule, Title: strings.ToUpper(rule), Level: level, Entities: map[string][]string{"user": {user}}, EventIDs: seconds}
}

func compute(t *testing.T, detections string, findings ...detect.Finding) ([]Expectation, Score) {
	t.Helper()
	sc, err := scenario.Parse("small.yml", []byte(exercise+detections), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Compute(Input{
		Scenario: sc, Truth: rows(), Findings: findings,
		Rules:      []Rule{{ID: "r1", Title: "R1", State: "loaded"}, {ID: "r2", Title: "R2", State: "loaded"}, {ID: "r3", Title: "R3", State: "not_applicable", Reason: "watchlist empty"}},
		Place:      func(id int64) (string, int64, bool) { return "a.csv", id, id < 1000 },
		Held:       func(_ string, offset int64) bool { return offset != 40 },
		Watchlists: []string{"vips"},
	})
}

func TestExpectations(t *testing.T) {
	right := finding("r1", "high", "A@contoso.example", 10, 20)
	for _, tc := range []struct {
		name, detection string
		findings        []detect.Finding
		want            Status
		message         string
	}{
		{"hit", "step: s1, rules: {any: [r1]}", []detect.Finding{right}, Hit, `rule "R1": 2 events`},
		{"hit by title", "step: s1, rules: {any: [R1]}", []detect.Finding{right}, Hit, ""},
		{"hit by another of any", "step: s1, rules: {any: [r2, r1]}", []detect.Finding{right}, Hit, ""},
		{"all as wanted", "step: s1, rules: {all: [r1]}, count: {min: 2, max: 2}, within: 0s, entity: {user: u-a}, severity: {min: medium, max: high}", []detect.Finding{right}, Hit, ""},
		{"nothing found", "step: s1, rules: {any: [r1]}", nil, Miss, "no finding of r1 touches s1"},
		{"another rule", "step: s1, rules: {any: [r2]}", []detect.Finding{right}, Miss, ""},
		{"another step", "step: s2, rules: {any: [r1]}", []detect.Finding{right}, Miss, ""},
		{"only a consequence", "step: s1, rules: {any: [r1]}", []detect.Finding{finding("r1", "high", "a@contoso.example", 31)}, Miss, ""},
		{"an event of no known place", "step: s1, rules: {any: [r1]}", []detect.Finding{finding("r1", "high", "a@contoso.example", 2000)}, Miss, ""},
		{"one of all", "step: s1, rules: {all: [r1, r2]}", []detect.Finding{right}, Miss, "no finding of r2 touches s1"},
		{"wrong user", "step: s1, rules: {any: [r1]}, entity: {user: u-a}", []detect.Finding{finding("r1", "high", "b@contoso.example", 10)}, WrongEntity, "no finding names user a@contoso.example"},
		{"right and wrong user", "step: s1, rules: {any: [r1]}, entity: {user: u-a}", []detect.Finding{finding("r1", "high", "b@contoso.example", 10), right}, Hit, ""},
		{"too few", "step: s1, rules: {any: [r1]}, count: {min: 3}", []detect.Finding{right}, WrongCount, "2 events of the step, expected 3 or more"},
		{"too many", "step: s1, rules: {any: [r1]}, count: {min: 0, max: 1}", []detect.Finding{right}, WrongCount, "2 events of the step, expected 0 to 1"},
		{"count is of the step alone", "step: s1, rules: {any: [r1]}, count: {max: 1}", []detect.Finding{finding("r1", "high", "a@contoso.example", 10, 40, 60)}, Hit, ""},
		{"too low", "step: s1, rules: {any: [r1]}, severity: {min: critical}", []detect.Finding{right}, WrongSeverity, "level high, expected critical or above"},
		{"late", "step: s1, rules: {any: [r1]}, within: 5s", []detect.Finding{finding("r1", "high", "a@contoso.example", 20, 30)}, Late, "10s after the step began, expected within 5s"},
		{"in time", "step: s1, rules: {any: [r1]}, within: 10s", []detect.Finding{finding("r1", "high", "a@contoso.example", 20)}, Hit, ""},
		{"quiet", "step: rh, expect: no_alert", []detect.Finding{right}, Hit, "no alert"},
		{"not quiet", "step: rh, expect: no_alert", []detect.Finding{finding("r2", "low", "a@contoso.example", 50)}, FalsePositive, `rule "R2" fired on rh`},
		{"quiet of one rule", "step: rh, expect: no_alert, rules: {any: [r1]}", []detect.Finding{finding("r2", "low", "a@contoso.example", 50)}, Hit, ""},
		{"logged", "step: s1, expect: silent_log", nil, Hit, "3 of 3 records are events of the case"},
		{"lost by the reader", "step: s2, expect: silent_log", nil, Miss, "0 of 1 records are events of the case"},
		{"no watchlist", "step: s1, rules: {any: [r1]}, needs: {watchlists: [vips, leavers]}", []detect.Finding{right}, NotMeasurable, "watchlist leavers was not given"},
		{"watchlist", "step: s1, rules: {any: [r1]}, needs: {watchlists: [vips]}", []detect.Finding{right}, Hit, ""},
		{"rule can't fire", "step: s1, rules: {any: [r3]}", nil, NotMeasurable, "rule r3 is not_applicable: watchlist empty"},
		{"no such rule", "step: s1, rules: {any: [r9]}", nil, NotMeasurable, "rule r9 is not among the rules"},
		{"one of any can fire", "step: s1, rules: {any: [r3, r1]}", nil, Miss, ""},
		{"one of all can't", "step: s1, rules: {all: [r3, r1]}", nil, NotMeasurable, ""},
		{"no alert of a rule that can't fire", "step: rh, expect: no_alert, rules: {any: [r3]}", nil, NotMeasurable, ""},
		{"told by no log", "step: untold, rules: {any: [r1]}", nil, NotMeasurable, "no log of the scenario tells step untold"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _ := compute(t, "  - {id: d, "+tc.detection+"}", tc.findings...)
			if got[0].Status != tc.want || tc.message != "" && got[0].Message != tc.message {
				t.Errorf("%s (%s), want %s (%s)", got[0].Status, got[0].Message, tc.want, tc.message)
			}
		})
	}
}

func TestScore(t *testing.T) {
	const expectations = `
  - {id: d1, step: s1, rules: {any: [r1]}}
  - {id: d2, step: s2, rules: {any: [r1]}}
  - {id: d3, step: s2, rules: {any: [r3]}}
`
	null := math.NaN()
	for _, tc := range []struct {
		name          string
		findings      []detect.Finding
		recall, prec  float64
		f1, falseADay float64
	}{
		{"no rule fires", nil, 0, null, null, 0},
		{"one of two, nothing false", []detect.Finding{finding("r1", "low", "u", 10)}, .5, 1, 2. / 3, 0},
		{"both, and two false", []detect.Finding{finding("r1", "low", "u", 10, 40), finding("r2", "low", "u", 50), finding("r2", "low", "v", 60)}, 1, .5, 2. / 3, 1},
		{"a consequence is neither", []detect.Finding{finding("r1", "low", "u", 10), finding("r2", "low", "u", 31)}, .5, 1, 2. / 3, 0},
		{"another rule on the attack is not false", []detect.Finding{finding("r2", "low", "u", 10)}, 0, null, null, 0},
		{"a rule that always fires", []detect.Finding{finding("r1", "low", "u", 10, 20, 30, 31, 40, 50, 60)}, 1, 1, 1, 0},
		{"only false", []detect.Finding{finding("r2", "low", "u", 60)}, 0, 0, null, .5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, s := compute(t, expectations, tc.findings...)
			same(t, "recall", s.Recall, tc.recall)
			same(t, "precision", s.Precision, tc.prec)
			same(t, "f1", s.F1, tc.f1)
			same(t, "false positives a day", &s.FalsePositivesPerDay, tc.falseADay)
			if s.Unit == "" || s.Unmeasured != 1 {
				t.Errorf("unit %q, %d unmeasured", s.Unit, s.Unmeasured)
			}
		})
	}
}

func same(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	if math.IsNaN(want) {
		if got != nil {
			t.Errorf("%s is %v, want null", what, *got)
		}
		return
	}
	if got == nil || math.Abs(*got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestNothingExpected(t *testing.T) {
	_, s := compute(t, "  []")
	if s.Recall != nil || s.Precision != nil || s.F1 != nil {
		t.Errorf("%+v, want nulls", s)
	}
}

func TestJSONIsTheContract(t *testing.T) {
	got, s := compute(t, "  - {id: d, step: s1, rules: {any: [r1]}}")
	b, err := json.Marshal(map[string]any{"expectations": got, "score": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"id":"d"`, `"status":"miss"`, `"rule":"r1"`, `"ttd_s":null`, `"recall":0`, `"precision":null`, `"f1":null`, `"false_positives_per_day":0`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s lacks %s", b, want)
		}
	}
}

// TestManyFindings: a large noisy result is judged in no time.
func TestManyFindings(t *testing.T) {
	var noise []detect.Finding
	for range 20_000 {
		noise = append(noise, finding("r2", "low", "u", 60))
	}
	start := time.Now()
	_, s := compute(t, "  - {id: d, step: s1, rules: {any: [r1]}}", noise...)
	if s.FalsePositives != len(noise) {
		t.Errorf("%d false positives", s.FalsePositives)
	}
	t.Logf("%d findings in %v", len(noise), time.Since(start))
}
