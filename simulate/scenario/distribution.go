package scenario

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"gonum.org/v1/gonum/stat/distuv"
)

// Distribution is a duration that may differ from run to run: "15m", or a
// mapping {dist: lognormal, median: 15m, p90: 40m}. The zero value is 0s.
type Distribution struct {
	quantile func(p float64) float64 // nanoseconds; nil is 0s
	Text     string                  // as a person would write it
}

// distribution is the mapping form.
type distribution struct {
	Dist      string              `yaml:"dist"`
	Value     *Duration           `yaml:"value"`
	Min       *Duration           `yaml:"min"`
	Mode      *Duration           `yaml:"mode"`
	Max       *Duration           `yaml:"max"`
	Mean      *Duration           `yaml:"mean"`
	Median    *Duration           `yaml:"median"`
	P90       *Duration           `yaml:"p90"`
	Quantiles map[string]Duration `yaml:"quantiles"`
}

// UnmarshalYAML reads a distribution.
func (d *Distribution) UnmarshalYAML(n ast.Node) error {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		var fixed Duration
		if err := fixed.UnmarshalYAML(n); err != nil {
			return err
		}
		*d = Fixed(time.Duration(fixed))
		return nil
	}
	var m distribution
	if err := yaml.NodeToValue(n, &m, yaml.Strict()); err != nil {
		return err
	}
	made, err := m.make()
	if err != nil {
		return faultAt(first(n), "%v", err)
	}
	*d = made
	return nil
}

// Fixed is always the same duration.
func Fixed(v time.Duration) Distribution {
	return Distribution{func(float64) float64 { return float64(v) }, v.String()}
}

// maxDraw keeps heavy tails representable: ten years.
const maxDraw = 10 * 365 * 24 * time.Hour

// Draw takes one duration out of a stream; always exactly one number of it, so
// that another kind of distribution doesn't shift what follows.
func (d Distribution) Draw(r *rand.Rand) time.Duration {
	p := r.Float64()
	if d.quantile == nil {
		return 0
	}
	p = min(max(p, 1e-9), 1-1e-9)
	return time.Duration(min(max(d.quantile(p), 0), float64(maxDraw)))
}

func (m *distribution) make() (Distribution, error) {
	if m.Dist == "" && m.Median != nil {
		m.Dist = "lognormal"
	}
	build, ok := distributions[m.Dist]
	switch {
	case slices.Contains([]string{"weibull", "empirical", "never", "mixture"}, m.Dist):
		return Distribution{}, fmt.Errorf("dist %s is part of %s but is not built yet", m.Dist, Schema)
	case !ok:
		return Distribution{}, fmt.Errorf("dist %q: want fixed, uniform, triangular, exponential, lognormal or quantiles", m.Dist)
	}
	if err := m.only(build.takes); err != nil {
		return Distribution{}, err
	}
	q, err := build.make(m)
	if err != nil {
		return Distribution{}, fmt.Errorf("dist %s: %w", build.name, err)
	}
	return Distribution{q, m.text(build)}, nil
}

// only checks that exactly the named parameters are given.
func (m *distribution) only(names []string) error {
	for _, p := range m.parameters() {
		switch wanted := slices.Contains(names, p.name); {
		case wanted && !p.given:
			return fmt.Errorf("dist %s: %s is missing", m.Dist, p.name)
		case !wanted && p.given:
			return fmt.Errorf("dist %s: %s has no meaning there", m.Dist, p.name)
		}
	}
	return nil
}

type parameter struct {
	name  string
	given bool
	value *Duration
}

func (m *distribution) parameters() []parameter {
	list := []parameter{
		{"value", m.Value != nil, m.Value}, {"min", m.Min != nil, m.Min}, {"mode", m.Mode != nil, m.Mode},
		{"max", m.Max != nil, m.Max}, {"mean", m.Mean != nil, m.Mean}, {"median", m.Median != nil, m.Median},
		{"p90", m.P90 != nil, m.P90},
	}
	return append(list, parameter{"quantiles", len(m.Quantiles) > 0, nil})
}

func (m *distribution) text(b *builder) string {
	parts := []string{b.name}
	for _, p := range m.parameters() {
		if p.value != nil {
			parts = append(parts, p.name+" "+time.Duration(*p.value).String())
		}
	}
	for _, name := range b.sorted(m) {
		parts = append(parts, name+" "+time.Duration(m.Quantiles[name]).String())
	}
	return strings.Join(parts, " ")
}

func (*builder) sorted(m *distribution) []string {
	var names []string
	for name := range m.Quantiles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// builder is one kind of distribution, as an inverse of its distribution
// function: one uniform number in, one duration out.
type builder struct {
	name  string
	takes []string
	make  func(*distribution) (func(p float64) float64, error)
}

var distributions = map[string]*builder{
	"fixed": {"fixed", []string{"value"}, func(m *distribution) (func(float64) float64, error) {
		return func(float64) float64 { return float64(*m.Value) }, nil
	}},
	"uniform":     {"uniform", []string{"min", "max"}, uniform},
	"triangular":  {"triangular", []string{"min", "mode", "max"}, triangular},
	"exponential": {"exponential", []string{"mean"}, exponential},
	"lognormal":   {"lognormal", []string{"median", "p90"}, lognormal},
	"quantiles":   {"quantiles", []string{"quantiles"}, quantiles},
}

func uniform(m *distribution) (func(float64) float64, error) {
	low, high := float64(*m.Min), float64(*m.Max)
	if low > high {
		return nil, fmt.Errorf("min is above max")
	}
	return func(p float64) float64 { return low + p*(high-low) }, nil
}

func triangular(m *distribution) (func(float64) float64, error) {
	low, mode, high := float64(*m.Min), float64(*m.Mode), float64(*m.Max)
	if low > mode || mode > high || low == high {
		return nil, fmt.Errorf("want min <= mode <= max and min < max")
	}
	return distuv.NewTriangle(low, high, mode, nil).Quantile, nil
}

func exponential(m *distribution) (func(float64) float64, error) {
	if *m.Mean == 0 {
		return nil, fmt.Errorf("mean is 0")
	}
	return func(p float64) float64 { return -float64(*m.Mean) * math.Log1p(-p) }, nil
}

// z90 is the standard normal's 90th percentile.
const z90 = 1.2815515655446004

func lognormal(m *distribution) (func(float64) float64, error) {
	median, p90 := float64(*m.Median), float64(*m.P90)
	if median <= 0 || p90 < median {
		return nil, fmt.Errorf("want 0 < median <= p90")
	}
	sigma := math.Log(p90/median) / z90
	return func(p float64) float64 { return median * math.Exp(sigma*distuv.UnitNormal.Quantile(p)) }, nil
}

// quantiles runs through the given points: a lognormal between each two, and
// the outer ones go on to both ends. Real attackers' times fit no single one.
func quantiles(m *distribution) (func(float64) float64, error) {
	var z, logs []float64
	for name := range m.Quantiles {
		p, err := percentile(name)
		if err != nil {
			return nil, err
		}
		z = append(z, distuv.UnitNormal.Quantile(p))
	}
	slices.Sort(z)
	byZ := map[float64]float64{}
	for name, v := range m.Quantiles {
		p, _ := percentile(name)
		byZ[distuv.UnitNormal.Quantile(p)] = float64(v)
	}
	for i, x := range z {
		v := byZ[x]
		if v <= 0 || i > 0 && math.Log(v) < logs[i-1] {
			return nil, fmt.Errorf("quantiles must be above 0 and rise")
		}
		logs = append(logs, math.Log(v))
	}
	if len(z) < 2 || len(byZ) != len(m.Quantiles) {
		return nil, fmt.Errorf("want two or more different quantiles")
	}
	return func(p float64) float64 { return math.Exp(along(z, logs, distuv.UnitNormal.Quantile(p))) }, nil
}

// along is the straight line through the two points around x.
func along(xs, ys []float64, x float64) float64 {
	i := 1
	for i < len(xs)-1 && x > xs[i] {
		i++
	}
	slope := (ys[i] - ys[i-1]) / (xs[i] - xs[i-1])
	return ys[i-1] + slope*(x-xs[i-1])
}

// percentile reads "p50".
func percentile(name string) (float64, error) {
	digits, ok := strings.CutPrefix(name, "p")
	v, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(v > 0 && v < 100) {
		return 0, fmt.Errorf("quantile %q: want p1 to p99.9", name)
	}
	return v / 100, nil
}
