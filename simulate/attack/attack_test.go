package attack

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

const small = `schema: drill/v1
id: small
title: Small
version: 1
attack_version: "18"
epoch: 2026-03-02T00:00:00Z
window: {start: +1h, duration: 1d}
environment:
  tenants: [{id: contoso, domain: contoso.example}]
  users:
    - {id: u-a, upn: a@contoso.example, role: admin, country: DE, ips: [198.51.100.7]}
    - {id: u-b, upn: b@contoso.example, role: maker, country: DE, ips: [198.51.100.8]}
  assets:
    - {id: policy, kind: data_policy, name: P}
    - {id: flow-x, kind: flow, name: X, owner: u-b}
    - {id: flow-y, kind: flow, name: Y, owner: u-b}
    - {id: app, kind: power_app, name: A, owner: u-b}
sources: [{id: audit, source: m365.ual, shape: portal-csv}]
red_herrings:
  - {id: rh, at: +6h, actor: u-b, uses: [entra.sign_in, powerplatform.update_data_policy], asset: policy, explanation: planned}
actors:
  - {id: outsider, kind: external, ips: [203.0.113.66]}
  - {id: insider, kind: insider, user: u-a}
steps:
  - {id: late, after: [in, delete], delay: 10m, duration: 30m, actor: insider, technique: T1567, action: powerautomate.edit_flow, with: {flows: [flow-x, flow-y], times: 2}}
  - {id: in, delay: 1h, actor: outsider, as: u-a, technique: T1078, action: entra.sign_in, with: {app: teams, result: wrong_password}}
  - {id: delete, after: [in], delay: 5m, actor: insider, technique: T1562, action: powerplatform.delete_data_policy, asset: policy}
`

func parse(t *testing.T, text string) *scenario.Scenario {
	t.Helper()
	sc, err := scenario.Parse("small.yml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestActs(t *testing.T) {
	sc := parse(t, small)
	if err := errors.Join(Check(sc)...); err != nil {
		t.Fatal(err)
	}
	w, err := world.New(sc, 42)
	if err != nil {
		t.Fatal(err)
	}
	acts, err := Acts(w)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range acts {
		if a.Label.Role == world.Consequence {
			if d := a.At.Sub(w.Start); d < 65*time.Minute || d > 69*time.Minute || a.By != "u-b" || a.Label.Parent != "delete" {
				t.Errorf("consequence %+v at +%v", a, d)
			}
			continue
		}
		asset := ""
		if a.Asset != nil {
			asset = a.Asset.ID
		}
		got = append(got, fmt.Sprint(a.At.Format("15:04"), " ", a.Label.Step, " ", a.Label.Role, " ", a.By, " as ", a.Who.ID, " from ", a.From, " ", a.Kind, a.Result, " ", asset, " after ", a.Label.Parent))
	}
	want := []string{
		"02:00 in attack outsider as u-a from 203.0.113.66 entra.sign_inwrong_password  after ",
		"02:05 delete attack insider as u-a from 198.51.100.7 powerplatform.delete_data_policy policy after in",
		"02:15 late attack insider as u-a from 198.51.100.7 powerautomate.edit_flow flow-x after in",
		"02:25 late attack insider as u-a from 198.51.100.7 powerautomate.edit_flow flow-y after in",
		"02:35 late attack insider as u-a from 198.51.100.7 powerautomate.edit_flow flow-x after in",
		"02:45 late attack insider as u-a from 198.51.100.7 powerautomate.edit_flow flow-y after in",
		"06:00 rh red_herring u-b as u-b from 198.51.100.8 entra.sign_in policy after ",
		"06:05 rh red_herring u-b as u-b from 198.51.100.8 powerplatform.update_data_policy policy after ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCheck(t *testing.T) {
	for _, tc := range []struct{ name, old, new, want string }{
		{"no such action", "action: entra.sign_in", "action: entra.signin", `small.yml:26: no action "entra.signin"; there are entra.sign_in, `},
		{"no such parameter", "app: teams", "ap: teams", `small.yml:26: entra.sign_in knows no parameter "ap"`},
		{"no such application", "app: teams", "app: temas", `small.yml:26: app "temas": no such value`},
		{"wrong kind of asset", "asset: policy}", "asset: app}", `small.yml:27: powerplatform.delete_data_policy: asset "app": want one of kind data_policy`},
		{"asset missing", ", asset: policy}", "}", `small.yml:27: powerplatform.delete_data_policy: asset "": want one of kind data_policy`},
		{"asset for nothing", "action: entra.sign_in", "asset: app, action: entra.sign_in", `small.yml:26: entra.sign_in takes no asset`},
		{"no flow", "[flow-x, flow-y]", "[flow-x, app]", `small.yml:25: flows "app": no such value`},
		{"too often", "times: 2", "times: 1000000", `small.yml:25: times "1000000": no such value`},
		{"in a red herring", "uses: [entra.sign_in,", "uses: [bulk,", `small.yml:20: no action "bulk"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := errors.Join(Check(parse(t, strings.Replace(small, tc.old, tc.new, 1)))...)
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestOutsideTheWindow(t *testing.T) {
	sc := parse(t, strings.Replace(small, "delay: 1h", "delay: 2d", 1))
	w, err := world.New(sc, 42)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Acts(w); err == nil || !strings.HasPrefix(err.Error(), "small.yml:26: in lasts from 2026-03-04T01:00:00Z") {
		t.Errorf("got %v", err)
	}
}
