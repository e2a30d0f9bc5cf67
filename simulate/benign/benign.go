// Package benign makes the background: what people do all day. It knows nothing
// of attacks, rules or log formats; each person's acts come out of streams of
// their own.
package benign

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

// Acts are all background acts of a world, in the order of time.
func Acts(w *world.World) []*world.Act {
	var acts []*world.Act
	for _, b := range w.Scenario.Background {
		acts = append(acts, background(w, b)...)
	}
	world.Sort(acts)
	return acts
}

func background(w *world.World, b scenario.Background) []*world.Act {
	people := population(w, b.Population)
	shares := zipf(len(people), float64(b.Population.Zipf))
	work := habits[sourceOf(w.Scenario, b.Source)]
	var acts []*world.Act
	if work == nil {
		return nil // Check has refused it
	}
	for i, p := range people {
		d := &day{w: w, b: b, p: p, work: work, r: w.Stream(world.Key{Actor: p.ID, Source: b.Source, Step: b.ID})}
		acts = append(acts, d.acts(float64(b.Rate)*shares[i])...)
	}
	return acts
}

// Check refuses a background for a source that nobody's habits show in.
func Check(sc *scenario.Scenario) error {
	for i, b := range sc.Background {
		if name := sourceOf(sc, b.Source); habits[name] == nil {
			return sc.Fault(fmt.Sprintf("background[%d].source", i), "background in %s is not built yet", name)
		}
	}
	return nil
}

func sourceOf(sc *scenario.Scenario, id string) string {
	for _, s := range sc.Sources {
		if s.ID == id {
			return s.Source
		}
	}
	return ""
}

func population(w *world.World, p scenario.Population) []*world.Person {
	if slices.Contains(p.Users, "all") {
		return w.People
	}
	var out []*world.Person
	for _, id := range p.Users {
		if person, ok := w.Person(id); ok {
			out = append(out, person)
		}
	}
	return out
}

// zipf is the share of each of n people, the first the largest; 0 is equal
// shares.
func zipf(n int, exponent float64) []float64 {
	shares := make([]float64, n)
	var sum float64
	for i := range shares {
		shares[i] = math.Pow(float64(i+1), -exponent)
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// day is one person's part of one background.
type day struct {
	w    *world.World
	b    scenario.Background
	p    *world.Person
	work func(*day, *world.Act)
	r    *rand.Rand
	n    int
}

// acts is a Poisson process whose rate changes with the hour.
func (d *day) acts(perHour float64) []*world.Act {
	var acts []*world.Act
	for hour := d.w.Start; hour.Before(d.w.End); hour = hour.Add(time.Hour) {
		length := min(d.w.End.Sub(hour), time.Hour)
		mean := perHour * shapes[d.b.Shape](hour.In(d.w.Zone)) * length.Hours()
		if mean <= 0 {
			continue
		}
		for range int(distuv.Poisson{Lambda: mean, Src: d.r}.Rand()) {
			at := hour.Add(time.Duration(d.r.Float64() * float64(length)))
			if a := d.act(at); d.p.Leaves.IsZero() || at.Before(d.p.Leaves) {
				acts = append(acts, a)
			}
		}
	}
	return acts
}

func (d *day) act(at time.Time) *world.Act {
	d.n++
	a := &world.Act{
		Key: fmt.Sprintf("%s/%s/%d", d.b.ID, d.p.ID, d.n),
		At:  at, By: d.p.ID, Who: d.p, From: d.p.From(d.r),
		Label: world.Label{Step: d.b.ID, Role: world.Background},
	}
	d.work(d, a)
	return a
}
