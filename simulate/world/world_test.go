package world

import (
	"regexp"
	"testing"

	"hotwash/simulate/scenario"
)

const small = `schema: drill/v1
id: small
title: Small
version: 1
attack_version: "18"
epoch: 2026-03-02T00:00:00Z
window: {start: +0s, duration: 1d}
environment:
  tenants: [{id: contoso, domain: contoso.example}]
  users: [{id: u-a, upn: anna.keller@contoso.example, role: maker, country: DE}]
  staff: {count: 300, makers: 0.5}
sources: [{id: audit, source: m365.ual, shape: portal-csv}]
`

func newWorld(t *testing.T, seed uint64) *World {
	t.Helper()
	sc, err := scenario.Parse("small.yml", []byte(small), nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(sc, seed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWorldIsDrawnFromTheSeed(t *testing.T) {
	a, b, other := newWorld(t, 1), newWorld(t, 1), newWorld(t, 2)
	for i := range a.People {
		if a.People[i].UPN != b.People[i].UPN || a.People[i].ObjectID != b.People[i].ObjectID {
			t.Fatalf("%s is %+v and %+v", a.People[i].ID, a.People[i], b.People[i])
		}
	}
	if a.Tenant == other.Tenant || a.People[0].ObjectID == other.People[0].ObjectID {
		t.Error("another seed gave the same tenant or person")
	}
}

func TestPeople(t *testing.T) {
	w := newWorld(t, 1)
	form := regexp.MustCompile(`^[a-z.]+[0-9]*@contoso\.example$`)
	upns, makers := map[string]bool{}, 0
	for _, p := range w.People {
		if upns[p.UPN] || !form.MatchString(p.UPN) {
			t.Errorf("account %s is there twice or malformed", p.UPN)
		}
		upns[p.UPN] = true
		for _, a := range p.Addrs {
			if !scenario.Documentation(a) {
				t.Errorf("%s works at %v", p.UPN, a)
			}
		}
		if p.Role == "maker" {
			makers++
			if len(w.Of("flow", p)) == 0 {
				t.Errorf("%s has no flow to work on", p.UPN)
			}
		}
	}
	if len(w.People) != 301 || makers < 120 || makers > 180 {
		t.Errorf("%d people, %d makers", len(w.People), makers)
	}
	if p, ok := w.Person("u-a"); !ok || p.Name != "Anna Keller" || p.Place.City != "Berlin" {
		t.Errorf("u-a is %+v", p)
	}
}

// TestStreams: the parts of a key don't run into each other.
func TestStreams(t *testing.T) {
	seen := map[uint64]Key{}
	for _, k := range []Key{{}, {"a", "", ""}, {"", "a", ""}, {"", "", "a"}, {"a", "b", ""}, {"ab", "", ""}, {"", "ab", ""}} {
		n := Stream(1, "s", k).Uint64()
		if other, ok := seen[n]; ok {
			t.Errorf("%+v and %+v share a stream", k, other)
		}
		seen[n] = k
	}
	if Stream(1, "s", Key{}).Uint64() == Stream(2, "s", Key{}).Uint64() {
		t.Error("two seeds share a stream")
	}
}

func TestGUID(t *testing.T) {
	got := GUID(Stream(1, "s", Key{}))
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(got) {
		t.Errorf("%s is no version 4 GUID", got)
	}
}
