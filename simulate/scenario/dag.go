package scenario

import (
	"fmt"
	"slices"
)

func (c *checker) steps() {
	for _, s := range c.s.Steps {
		c.id("step", s.Path, s.ID)
	}
	for _, h := range c.s.RedHerrings {
		c.id("step", h.Path, h.ID)
	}
	for _, s := range c.s.Steps {
		c.step(s)
	}
	if _, err := c.s.Order(); err != nil {
		c.faults = append(c.faults, err)
	}
}

func (c *checker) step(s Step) {
	for i, id := range s.After {
		if !slices.ContainsFunc(c.s.Steps, func(o Step) bool { return o.ID == id }) {
			c.fault(fmt.Sprintf("%s.after[%d]", s.Path, i), "no step %q", id)
		}
	}
	c.refers("actor", s.Path+".actor", s.Actor)
	c.assetOf(s.Path, s.Asset)
	if s.As != "" {
		c.refers("user", s.Path+".as", s.As)
	} else if a, ok := c.s.Actor(s.Actor); ok && a.User == "" {
		c.fault(s.Path+".as", "step %s: as is missing; actor %s has no account of their own", s.ID, a.ID)
	}
	if !techniqueForm.MatchString(s.Technique) {
		c.fault(s.Path+".technique", "technique %q: want an ATT&CK id such as T1567.002", s.Technique)
	}
	if s.Action == "" {
		c.fault(s.Path+".action", "action of step %s is missing", s.ID)
	}
}

// Order is the steps so that each comes after those it waits for; among those
// that are free to go, the order of the file.
func (s *Scenario) Order() ([]*Step, error) {
	done := map[string]bool{}
	var order []*Step
	for len(order) < len(s.Steps) {
		n := len(order)
		for i := range s.Steps {
			step := &s.Steps[i]
			waits := slices.ContainsFunc(step.After, func(id string) bool { return !done[id] })
			if !done[step.ID] && !waits {
				done[step.ID] = true
				order = append(order, step)
			}
		}
		if len(order) == n {
			return nil, s.stuck(done)
		}
	}
	return order, nil
}

func (s *Scenario) stuck(done map[string]bool) error {
	for _, step := range s.Steps {
		if !done[step.ID] {
			return s.Fault(step.Path+".after", "step %s never starts: it waits in a circle, or for a step that isn't there", step.ID)
		}
	}
	return s.Fault("steps", "two steps have one id")
}
