package scenario

import (
	"strings"
	"testing"
	"time"
)

// small is a scenario that has one of everything.
const small = `schema: drill/v1
id: small
title: Small
version: 1
attack_version: "18"
epoch: 2026-03-02T00:00:00Z
window: {start: +1h, duration: 1d}
seed: 7
environment:
  timezone: Europe/Berlin
  tenants: [{id: contoso, domain: contoso.example}]
  users:
    - {id: u-a, upn: a@contoso.example, role: maker, country: DE, ips: [198.51.100.7]}
  assets: [{id: flow-a, kind: flow, name: A, owner: u-a}]
sources:
  - {id: audit, source: m365.ual, shape: portal-csv, latency: {median: 3m, p90: 12m}}
background:
  - {id: bg, source: audit, rate: 2/h, shape: business_hours, population: {users: all, zipf: 1.1}}
red_herrings:
  - {id: rh, at: +5h, actor: u-a, uses: [entra.sign_in], explanation: routine}
actors:
  - {id: adv, kind: external, ips: [203.0.113.66]}
steps:
  - id: s1
    actor: adv
    as: u-a
    technique: T1078
    action: entra.sign_in
  - id: s2
    after: [s1]
    delay: 10m
    actor: adv
    as: u-a
    technique: T1567
    action: powerautomate.edit_flow
    with: {flows: [flow-a], times: 2}
detections:
  - {id: d1, step: s2, rules: {any: [r]}, count: {min: 1}, within: 5m, entity: {user: u-a}, severity: {min: low}}
  - {id: d2, step: rh, expect: no_alert}
`

type parseCase struct {
	name          string
	old, new      string
	err           string // how it begins; empty parses
	schemaRefuses bool   // not everything can be said in JSON Schema
}

// parseCases are small with one thing changed, and the error that brings.
var parseCases = []parseCase{
	{name: "as it is"},
	{name: "unknown key", old: "seed: 7", new: "sede: 7", err: `small.yml:8: unknown field "sede"`, schemaRefuses: true},
	{name: "unknown key in an item", old: "    delay: 10m", new: "    dealy: 10m", err: `small.yml:31: unknown field "dealy"`, schemaRefuses: true},
	{name: "unknown key in a flow mapping", old: "rate: 2/h,", new: "rate: 2/h, rats: 1,", err: `small.yml:18: unknown field "rats"`, schemaRefuses: true},
	{name: "unknown key in a distribution", old: "{median: 3m, p90: 12m}", new: "{median: 3m, p99: 12m}", err: `small.yml:16: unknown field "p99"`, schemaRefuses: true},
	{name: "duplicate key", old: "seed: 7", new: "id: small", err: `small.yml:8: mapping key "id" already defined at [2:1]`},
	{name: "planned at the top", old: "seed: 7", new: "replications: 1000", err: "small.yml:8: replications is part of drill/v1 but is not built yet", schemaRefuses: true},
	{name: "planned in an item", old: "    delay: 10m", new: "    probability: 0.5", err: "small.yml:31: steps.probability is part of drill/v1 but is not built yet", schemaRefuses: true},
	{name: "planned distribution", old: "{median: 3m, p90: 12m}", new: "{dist: weibull}", err: "small.yml:16: dist weibull is part of drill/v1 but is not built yet", schemaRefuses: true},
	{name: "lognormal without p90", old: "{median: 3m, p90: 12m}", new: "{median: 3m}", err: "small.yml:16: dist lognormal: p90 is missing", schemaRefuses: true},
	{name: "wrong schema", old: "drill/v1", new: "drill/v2", err: `small.yml:1: schema "drill/v2"`, schemaRefuses: true},
	{name: "id form", old: "id: small", new: "id: Small One", err: `small.yml:2: scenario id "Small One"`, schemaRefuses: true},
	{name: "epoch is an offset", old: "epoch: 2026-03-02T00:00:00Z", new: "epoch: +1h", err: "small.yml:6: epoch must be"},
	{name: "duration without unit", old: "delay: 10m", new: "delay: 10", err: `small.yml:31: duration "10"`, schemaRefuses: true},
	{name: "public address", old: "203.0.113.66", new: "8.8.8.8", err: "small.yml:22: address 8.8.8.8"},
	{name: "real domain", old: "domain: contoso.example", new: "domain: contoso.com", err: `small.yml:11: domain "contoso.com"`},
	{name: "tenant id of one's own", old: "domain: contoso.example}", new: "domain: contoso.example, tenant_id: 0e5f}", err: `small.yml:11: tenant_id "0e5f"`, schemaRefuses: true},
	{name: "no such user", old: "as: u-a\n    technique: T1567", new: "as: u-b\n    technique: T1567", err: `small.yml:33: no user "u-b"`},
	{name: "no such step", old: "after: [s1]", new: "after: [s9]", err: `small.yml:30: no step "s9"`},
	{name: "circle", old: "  - id: s1", new: "  - id: s1\n    after: [s2]", err: "small.yml:25: step s1 never starts"},
	{name: "two steps of one id", old: "- id: s2", new: "- id: s1", err: "small.yml:29: step id s1 is there twice"},
	{name: "technique form", old: "T1078", new: "1078", err: `small.yml:27: technique "1078"`, schemaRefuses: true},
	{name: "unknown zone", old: "Europe/Berlin", new: "Europe/Berln", err: `small.yml:10: timezone "Europe/Berln"`},
	{name: "expectation of nothing", old: "rules: {any: [r]}, ", new: "", err: "small.yml:38: detection d1 expects an alert of no rule"},
	{name: "detection of no step", old: "step: rh", new: "step: r9", err: `small.yml:39: no step "r9"`},
	{name: "entity kind", old: "entity: {user: u-a}", new: "entity: {usr: u-a}", err: `small.yml:38: entity "usr"`, schemaRefuses: true},
	{name: "alias", old: "tenants: [{id: contoso, domain: contoso.example}]", new: "tenants: &t [{id: contoso, domain: contoso.example}]", err: "small.yml:11: anchors, aliases and tags"},
	{name: "rate", old: "2/h", new: "2", err: `small.yml:18: rate "2"`, schemaRefuses: true},
	{name: "no tenant", old: "[{id: contoso, domain: contoso.example}]", new: "[]", err: "small.yml:11: no tenant"},
}

func (tc parseCase) text() string { return strings.Replace(small, tc.old, tc.new, 1) }

func TestParse(t *testing.T) {
	for _, tc := range parseCases {
		t.Run(tc.name, func(t *testing.T) {
			if !strings.Contains(small, tc.old) {
				t.Fatalf("the small scenario has no %q", tc.old)
			}
			_, err := Parse("small.yml", []byte(tc.text()), nil)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, tc.err) || tc.err == "" && got != "" {
				t.Errorf("got  %s\nwant %s", got, tc.err)
			}
		})
	}
}

func TestParseTellsEveryFault(t *testing.T) {
	text := strings.NewReplacer("T1078", "1078", "203.0.113.66", "8.8.8.8").Replace(small)
	_, err := Parse("small.yml", []byte(text), nil)
	if n := strings.Count(err.Error(), "\n") + 1; n != 2 {
		t.Errorf("%d faults, want 2:\n%v", n, err)
	}
}

func TestOrganizationIsOverlaid(t *testing.T) {
	const shared = `schema: organization/v1
environment:
  timezone: UTC
  tenants: [{id: contoso, domain: contoso.example}]
  users:
    - {id: u-a, upn: other@contoso.example, role: staff, country: AT}
    - {id: u-b, upn: b@contoso.example, role: staff, country: AT}
`
	org, err := ParseOrganization("organization.yml", []byte(shared))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := Parse("small.yml", []byte(small), org)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := sc.User("u-a")
	if _, ok := sc.User("u-b"); !ok || a.UPN != "a@contoso.example" || sc.Environment.Timezone != "Europe/Berlin" {
		t.Errorf("users %+v in %s", sc.Environment.Users, sc.Environment.Timezone)
	}
}

func TestWindowStart(t *testing.T) {
	sc, err := Parse("small.yml", []byte(small), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := sc.Window.Start.From(sc.Epoch).Format(time.RFC3339); got != "2026-03-02T01:00:00Z" {
		t.Errorf("window starts %s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("schema: drill/v1\nsteps: [{with: {a: [1, {b: c}]}}]")
	f.Add("a: &a [*a, *a]")
	f.Add("? {a: b}\n: !!set {c}\n<<: {d: e}")
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := Parse("fuzz.yml", []byte(text), nil)
		if (sc == nil) == (err == nil) {
			t.Fatalf("scenario %v, error %v", sc, err)
		}
		_, _ = ParseOrganization("fuzz.yml", []byte(text))
	})
}
