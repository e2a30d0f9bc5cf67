package benign

import (
	"math"
	"strings"
	"testing"
	"time"

	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

const small = `schema: drill/v1
id: small
title: Small
version: 1
attack_version: "18"
epoch: 2026-03-02T00:00:00Z
window: {start: +0s, duration: 14d}
environment:
  timezone: Europe/Berlin
  tenants: [{id: contoso, domain: contoso.example}]
  users:
    - {id: u-a, upn: a@contoso.example, role: maker, country: DE, leaves: 2026-03-09}
    - {id: u-b, upn: b@contoso.example, role: staff, country: DE}
  staff: {count: 18}
sources:
  - {id: audit, source: m365.ual, shape: portal-csv}
  - {id: signins, source: entra.signin, shape: graph-json}
background:
  - {id: bg, source: signins, rate: 40/h, shape: business_hours, failure_ratio: 0.1, population: {users: all, zipf: 1}}
`

func acts(t *testing.T, text string) []*world.Act {
	t.Helper()
	sc, err := scenario.Parse("small.yml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.New(sc, 42)
	if err != nil {
		t.Fatal(err)
	}
	return Acts(w)
}

func TestBackground(t *testing.T) {
	got := acts(t, small)
	var day, night, failed int
	by := map[string]int{}
	zone, _ := time.LoadLocation("Europe/Berlin")
	for i, a := range got {
		if i > 0 && a.At.Before(got[i-1].At) {
			t.Fatal("not in the order of time")
		}
		if h := a.At.In(zone).Hour(); h >= 8 && h < 17 {
			day++
		} else if h < 5 {
			night++
		}
		if a.Result != world.Succeeded {
			failed++
		}
		by[a.By]++
		if a.By == "u-a" && !a.At.Before(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("u-a acts at %v, after leaving", a.At)
		}
		if a.Label.Role != world.Background || a.Label.Step != "bg" {
			t.Fatalf("labelled %+v", a.Label)
		}
	}
	// Half of the first person's share falls away: they leave in the middle.
	want := 40 * 24 * 14 * (1 - zipf(20, 1)[0]/2)
	if n := float64(len(got)); math.Abs(n-want) > 5*math.Sqrt(want) {
		t.Errorf("%v acts, want about %.0f", n, want)
	}
	if day < 10*night {
		t.Errorf("%d acts by day, %d by night", day, night)
	}
	if r := float64(failed) / float64(len(got)); r < 0.08 || r > 0.12 {
		t.Errorf("%.3f failed, want about 0.1", r)
	}
	if by["u-b"] < by["staff-0010"] {
		t.Errorf("the second acts %d times, the twelfth %d", by["u-b"], by["staff-0010"])
	}
}

// TestBackgroundsAreApart: a further background moves no other.
func TestBackgroundsAreApart(t *testing.T) {
	more := strings.Replace(small, "background:\n", "background:\n  - {id: more, source: audit, rate: 5/h}\n", 1)
	alone, among := acts(t, small), acts(t, more)
	byKey := map[string]*world.Act{}
	for _, a := range among {
		byKey[a.Key] = a
	}
	for _, a := range alone {
		if b := byKey[a.Key]; b == nil || !b.At.Equal(a.At) || b.From != a.From || b.App != a.App {
			t.Fatalf("%s was moved", a.Key)
		}
	}
	if len(among) == len(alone) {
		t.Error("the further background made nothing")
	}
}

func TestShapesHaveMeanOne(t *testing.T) {
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for name, shape := range shapes {
		var sum float64
		for h := range 7 * 24 {
			sum += shape(monday.Add(time.Duration(h) * time.Hour))
		}
		if m := sum / (7 * 24); math.Abs(m-1) > 1e-9 {
			t.Errorf("%s has the mean %v", name, m)
		}
	}
}
