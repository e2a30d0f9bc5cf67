// Package attack plays a scenario's steps and red herrings: who did what when,
// as acts. Its actions are what the emitters can tell; it knows no log format
// and no rule.
package attack

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

// Acts are all acts of the steps and red herrings, in the order of time.
func Acts(w *world.World) ([]*world.Act, error) {
	acts, err := steps(w)
	if err != nil {
		return nil, err
	}
	for _, h := range w.Scenario.RedHerrings {
		more, err := herring(w, h)
		if err != nil {
			return nil, err
		}
		acts = append(acts, more...)
	}
	world.Sort(acts)
	return acts, nil
}

// play is one action while it is being played.
type play struct {
	w        *world.World
	action   *Action
	key      string
	by       string
	who      *world.Person
	from     netip.Addr
	asset    *world.Asset
	with     map[string]scenario.Values
	start    time.Time
	duration time.Duration
	label    world.Label
	r        *rand.Rand
	acts     []*world.Act
}

func steps(w *world.World) ([]*world.Act, error) {
	order, err := w.Scenario.Order()
	if err != nil {
		return nil, err
	}
	var acts []*world.Act
	finish := map[string]time.Time{}
	for _, s := range order {
		p, err := playStep(w, s, begin(w, s, finish))
		if err != nil {
			return nil, err
		}
		finish[s.ID] = p.start.Add(p.duration)
		acts = append(acts, p.acts...)
	}
	return acts, nil
}

// begin is when the last of the steps that s waits for has finished.
func begin(w *world.World, s *scenario.Step, finish map[string]time.Time) time.Time {
	at := w.Start
	for _, id := range s.After {
		if finish[id].After(at) {
			at = finish[id]
		}
	}
	return at
}

func playStep(w *world.World, s *scenario.Step, free time.Time) (*play, error) {
	actor, _ := w.Scenario.Actor(s.Actor)
	p := &play{w: w, key: s.ID, by: s.Actor, with: s.With, r: w.Stream(world.Key{Actor: s.Actor, Step: s.ID})}
	p.start = free.Add(s.Delay.Draw(p.r))
	p.duration = s.Duration.Draw(p.r)
	p.who, _ = w.Person(as(s, actor))
	p.from = address(actor, p.who)
	p.label = world.Label{Step: s.ID, Role: world.Attack, Technique: s.Technique}
	if len(s.After) > 0 {
		p.label.Parent = s.After[0]
	}
	return p, p.run(s.Path, s.Action, s.Asset)
}

func as(s *scenario.Step, actor scenario.Actor) string {
	if s.As != "" {
		return s.As
	}
	return actor.User
}

// address is the actor's own, else that of the account's usual place.
func address(actor scenario.Actor, who *world.Person) netip.Addr {
	if len(actor.IPs) > 0 {
		return actor.IPs[0]
	}
	return who.Addrs[0]
}

// pause lies between the actions of a red herring.
const pause = 5 * time.Minute

func herring(w *world.World, h scenario.RedHerring) ([]*world.Act, error) {
	var acts []*world.Act
	who, _ := w.Person(h.Actor)
	for i, action := range h.Uses {
		p := &play{w: w, key: fmt.Sprintf("%s/%d", h.ID, i), by: h.Actor, who: who, from: who.Addrs[0], with: h.With}
		p.r = w.Stream(world.Key{Actor: h.Actor, Step: p.key})
		p.start = h.At.From(w.Scenario.Epoch).Add(time.Duration(i) * pause)
		p.label = world.Label{Step: h.ID, Role: world.RedHerring}
		if err := p.run(h.Path, action, h.Asset); err != nil {
			return nil, err
		}
		acts = append(acts, p.acts...)
	}
	return acts, nil
}

// run plays the action; what lies outside the window would never be logged, so
// it is a mistake in the scenario.
func (p *play) run(path, action, asset string) error {
	p.action = actions[action]
	p.asset, _ = p.w.Asset(asset)
	p.action.do(p)
	end := p.start.Add(p.duration)
	for _, a := range p.acts {
		if a.At.After(end) {
			end = a.At
		}
	}
	if p.start.Before(p.w.Start) || !end.Before(p.w.End) {
		return p.w.Scenario.Fault(path, "%s lasts from %s to %s, the window from %s to %s", p.label.Step,
			p.start.Format(time.RFC3339), end.Format(time.RFC3339), p.w.Start.Format(time.RFC3339), p.w.End.Format(time.RFC3339))
	}
	return nil
}

// act adds one act of n that lie evenly in the step's duration.
func (p *play) act(i, n int) *world.Act {
	at := p.start
	if n > 1 {
		at = at.Add(p.duration * time.Duration(i) / time.Duration(n-1))
	}
	a := &world.Act{
		Key: fmt.Sprintf("%s/%d", p.key, len(p.acts)), Kind: p.action.kind, At: at,
		By: p.by, Who: p.who, From: p.from, Asset: p.asset, Label: p.label,
	}
	p.acts = append(p.acts, a)
	return a
}
