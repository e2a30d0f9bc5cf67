package sigma

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const whole = `title: Trail stopped
id: 11111111-2222-4333-8444-555555555555
name: trail_stopped
status: test
description: |
  Somebody stopped the trail.
references: [https://example.com/a]
author: hotwash
date: 2026-01-02
modified: 2026-02-03
tags:
  - attack.defense-impairment
  - attack.t1685.002
  - attack.T1098
  - attack.team
  - cve.2021-1
logsource: {product: AWS, service: CloudTrail, definition: trails on}
detection:
  selection: {eventName: StopLogging}
  condition: selection
falsepositives: Maintenance
level: high
next_steps: [Ask the actor]
attack_version: "19"
simulation: {type: atomic}
`

func TestParseDescribes(t *testing.T) {
	rules, err := Parse("aws/trail.yml", []byte(whole))
	if err != nil || len(rules) != 1 {
		t.Fatal(len(rules), err)
	}
	got := *rules[0]
	if d := cmp.Diff([]string{"T1685.002", "T1098"}, got.Techniques()); d != "" {
		t.Error(d)
	}
	if got.AttackVersion() != "19" {
		t.Errorf("attack version %q", got.AttackVersion())
	}
	got.selections, got.condition = nil, nil
	want := Rule{
		Path: "aws/trail.yml", Line: 1,
		ID: "11111111-2222-4333-8444-555555555555", Name: "trail_stopped", Title: "Trail stopped", Status: "test", Level: "high",
		Author: "hotwash", Description: "Somebody stopped the trail.\n", Date: "2026-01-02", Modified: "2026-02-03",
		References: []string{"https://example.com/a"}, FalsePositives: []string{"Maintenance"}, NextSteps: []string{"Ask the actor"},
		Tags:      []string{"attack.defense-impairment", "attack.t1685.002", "attack.T1098", "attack.team", "cve.2021-1"},
		Logsource: Logsource{Product: "aws", Service: "cloudtrail", Definition: "trails on"},
		Extra:     map[string]any{"attack_version": "19", "simulation": map[string]any{"type": "atomic"}},
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(Rule{})); d != "" {
		t.Error(d)
	}
}

func TestParseFiles(t *testing.T) {
	second := strings.ReplaceAll(whole, "Trail stopped", "Second")
	for _, tc := range []struct {
		name, text string
		states     []State
		reason     string // of the last
	}{
		{"two documents", whole + "---\n" + second, []State{"", ""}, ""},
		{"empty documents don't count", "---\n" + whole + "---\n---\n# end\n", []State{""}, ""},
		{"one bad of two", whole + "---\ntitle: x\n", []State{"", Invalid}, "no logsource"},
		{"a rule and its correlation", whole + "---\ntitle: x\ncorrelation: {type: event_count, rules: trail_stopped, timespan: 1h, condition: {gte: 2}}\n", []State{"", ""}, ""},
		{"a rule and its filter", whole + "---\ntitle: x\nlogsource: {product: aws}\nfilter: {rules: any, s: {a: b}, condition: not s}\n", []State{"", ""}, ""},
		{"joined documents", "action: global\ntitle: x\n---\nlogsource: {product: p}\n", []State{Invalid}, "line 4: no detection"},
		{"broken YAML", "title: [x\n", []State{Invalid}, "YAML"},
		{"broken YAML has its line", "title: x\nlogsource: {\n", []State{Invalid}, "line 2: YAML"},
		{"a list", "- a\n", []State{Invalid}, "no map"},
		{"text", "hello", []State{Invalid}, "no map"},
		{"bad level", strings.Replace(whole, "level: high", "level: severe", 1), []State{Invalid}, `line 22: level "severe"`},
		{"bad status", strings.Replace(whole, "status: test", "status: good", 1), []State{Invalid}, `status "good"`},
		{"logsource is text", strings.Replace(whole, "logsource: {product: AWS, service: CloudTrail, definition: trails on}", "logsource: aws", 1), []State{Invalid}, "logsource is no map"},
		{"an alias", "title: &t x\nlogsource: {product: *t}\ndetection: {s: {a: *t}, condition: s}\n", []State{""}, ""},
		{"a merged map", "title: x\nlogsource: &l {product: p}\ndetection:\n  s:\n    <<: *l\n    a: b\n  condition: s\n", []State{""}, ""},
		{"an unknown alias", "title: *t\n", []State{Invalid}, "alias"},
		{"an alias of itself", "title: &t [*t]\n", []State{Invalid}, "grows over"},
		{"nested too deep", "title: " + strings.Repeat("[", 5000) + "\n", []State{Invalid}, "deep"},
		{"nested in lines", "title: x\nextra: " + strings.Repeat("[\n", 5000), []State{Invalid}, "deep"},
		{"dashes", strings.Repeat("- ", 50_000), []State{Invalid}, "deep"},
		{"too large", "title: " + strings.Repeat("x", maxFile), []State{Invalid}, "over the limit"},
		{"aliases of aliases", bomb(), []State{Invalid}, "grows over"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, err := Parse("r.yml", []byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			var states []State
			for _, r := range rules {
				states = append(states, r.State)
			}
			if d := cmp.Diff(tc.states, states); d != "" {
				t.Error(d, rules[len(rules)-1].Reason)
			}
			if last := rules[len(rules)-1].Reason; !strings.Contains(last, tc.reason) {
				t.Errorf("reason %q, want %q", last, tc.reason)
			}
		})
	}
	if _, err := Parse("r.yml", []byte("# nothing\n")); err == nil || err.Error() != "r.yml: no rule in the file" {
		t.Errorf("an empty file: %v", err)
	}
}

// bomb doubles an alias ten times ten.
func bomb() string {
	text := "title: x\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for _, d := range []string{"0 1", "1 2", "2 3", "3 4", "4 5", "5 6", "6 7", "7 8"} {
		from, to, _ := strings.Cut(d, " ")
		text += "a" + to + ": &a" + to + " [" + strings.TrimSuffix(strings.Repeat("*a"+from+", ", 10), ", ") + "]\n"
	}
	return text
}

func TestNeeds(t *testing.T) {
	r := one(t, Parser{}, "a: {Event ID: 1, f|fieldref: Other Name}\nb: {event id: 2}\nk: word\ncondition: a or b or k")
	fields, every := r.Needs()
	if d := cmp.Diff([]string{"eventid", "f", "othername"}, fields); d != "" || !every {
		t.Error(d, every)
	}
}

func TestExplain(t *testing.T) {
	r := one(t, Parser{}, "sel_a:\n  Image|endswith: [\\cmd.exe, \\powershell.exe]\n  User: null\nsel_b:\n  CommandLine|contains: zz\nkw: [needle]\nnot_me: {User: SYSTEM}\ncondition: (1 of sel_* or kw) and not not_me")
	e := ev("Image", `C:\CMD.exe`, "Note", "a Needle here")
	want := []Why{
		{"sel_a", "Image", []string{"endswith"}, `\cmd.exe`, `C:\CMD.exe`},
		{"sel_a", "User", nil, "", ""},
		{"kw", "note", nil, "needle", "a Needle here"},
	}
	got := r.Explain(e)
	for i := range got {
		if len(got[i].Modifiers) == 0 {
			got[i].Modifiers = nil
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestShorten(t *testing.T) {
	long := strings.Repeat("é", maxValue)
	if got := shorten(long); len(got) > maxValue+3 || !strings.HasSuffix(got, "é…") {
		t.Errorf("%d bytes, end %q", len(got), got[len(got)-5:])
	}
}
