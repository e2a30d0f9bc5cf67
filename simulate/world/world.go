// Package world is the organization of one run and what happens in it: people
// with their ids, devices and addresses, the things they work on, and acts
// before any log tells them. Everything in it is drawn from the seed. It knows
// no log format.
package world

import (
	"fmt"
	"math/rand/v2"
	"time"

	"hotwash/simulate/scenario"
)

// World is the organization at one seed.
type World struct {
	Scenario *scenario.Scenario
	Seed     uint64
	Start    time.Time // of the window, UTC
	End      time.Time
	Zone     *time.Location
	Tenant   Tenant
	People   []*Person // the scenario's users first, then the staff
	Assets   []*Asset

	people map[string]*Person
	assets map[string]*Asset
}

// Tenant is the directory. Serial is the part of its id that differs from run
// to run; what comes before it is the reserved mark.
type Tenant struct {
	Name, Domain, Serial string
}

// Asset is something with its vendor's ids.
type Asset struct {
	scenario.Asset
	GUID  string
	Owner *Person
	In    *Asset // the environment it is in; nil is the default environment
}

// New draws the world of a scenario at a seed.
func New(sc *scenario.Scenario, seed uint64) (*World, error) {
	zone, err := time.LoadLocation(sc.Environment.Timezone)
	if err != nil {
		return nil, fmt.Errorf("%s: timezone: %w", sc.File, err)
	}
	w := &World{Scenario: sc, Seed: seed, Zone: zone, people: map[string]*Person{}, assets: map[string]*Asset{}}
	w.Start = sc.Window.Start.From(sc.Epoch)
	w.End = w.Start.Add(time.Duration(sc.Window.Duration))
	w.Tenant = w.tenant(sc.Environment.Tenants[0])
	for _, u := range sc.Environment.Users {
		w.add(w.person(u))
	}
	w.hire()
	for _, a := range sc.Environment.Assets {
		w.own(a)
	}
	w.settle()
	return w, nil
}

// Stream is the random numbers of a key in this run.
func (w *World) Stream(k Key) *rand.Rand { return Stream(w.Seed, w.Scenario.ID, k) }

// Run names this run: the same scenario at the same seed is the same run.
func (w *World) Run() string { return fmt.Sprintf("%s@%d", w.Scenario.ID, w.Seed) }

// Person finds a person by user id.
func (w *World) Person(id string) (*Person, bool) {
	p, ok := w.people[id]
	return p, ok
}

// Asset finds an asset by id.
func (w *World) Asset(id string) (*Asset, bool) {
	a, ok := w.assets[id]
	return a, ok
}

// Of are the assets of a kind that a person owns.
func (w *World) Of(kind string, owner *Person) []*Asset {
	var out []*Asset
	for _, a := range w.Assets {
		if a.Kind == kind && a.Owner == owner {
			out = append(out, a)
		}
	}
	return out
}

// Kind are the assets of a kind.
func (w *World) Kind(kind string) []*Asset {
	var out []*Asset
	for _, a := range w.Assets {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

func (w *World) tenant(t scenario.Tenant) Tenant {
	r := w.Stream(Key{Step: "tenant/" + t.ID})
	name := t.Name
	if name == "" {
		name = t.ID
	}
	return Tenant{Name: name, Domain: t.Domain, Serial: fmt.Sprintf("%012x", r.Uint64()>>16)}
}

func (w *World) own(a scenario.Asset) {
	made := &Asset{Asset: a, GUID: GUID(w.Stream(Key{Step: "asset/" + a.ID}))}
	made.Owner = w.people[a.Owner]
	w.Assets = append(w.Assets, made)
	w.assets[a.ID] = made
}

// settle links assets to their environments, whatever their order in the file,
// and gives each maker without a flow one to work on.
func (w *World) settle() {
	for _, a := range w.Assets {
		a.In = w.assets[a.Environment]
	}
	for _, p := range w.People {
		if p.Role == "maker" && len(w.Of("flow", p)) == 0 {
			w.Assets = append(w.Assets, w.habit(p))
		}
	}
}

func (w *World) habit(p *Person) *Asset {
	r := w.Stream(Key{Actor: p.ID, Step: "flow"})
	flow := scenario.Asset{ID: "flow-of-" + p.ID, Kind: "flow", Name: Pick(r, flowNames), Connectors: Pick(r, flowConnectors)}
	return &Asset{Asset: flow, GUID: GUID(r), Owner: p}
}

var flowNames = []string{
	"Approve leave request", "Archive invoices", "Daily stock report", "File incoming mail",
	"Notify team on new order", "Onboard supplier", "Remind of open tasks", "Sync contact list",
}

var flowConnectors = [][]string{
	{"SharePoint", "Office 365 Outlook"}, {"Office 365 Outlook"}, {"Microsoft Teams", "SharePoint"},
	{"Excel Online (Business)", "Office 365 Outlook"}, {"Approvals", "Office 365 Users"},
}
