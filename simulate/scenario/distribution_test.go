package scenario

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

func TestDistributions(t *testing.T) {
	const draws = 20_000
	for _, tc := range []struct {
		name, text string
		want       map[float64]time.Duration // quantiles
	}{
		{"plain", `15m`, map[float64]time.Duration{.01: 15 * time.Minute, .99: 15 * time.Minute}},
		{"fixed", `{dist: fixed, value: 1d}`, map[float64]time.Duration{.5: 24 * time.Hour}},
		{"uniform", `{dist: uniform, min: 10s, max: 110s}`, map[float64]time.Duration{.1: 20 * time.Second, .5: 60 * time.Second, .9: 100 * time.Second}},
		{"triangular", `{dist: triangular, min: 0s, mode: 50s, max: 100s}`, map[float64]time.Duration{.125: 25 * time.Second, .5: 50 * time.Second, .875: 75 * time.Second}},
		{"exponential", `{dist: exponential, mean: 10m}`, map[float64]time.Duration{.5: 415888 * time.Millisecond, .9: 1381551 * time.Millisecond}},
		{"lognormal", `{dist: lognormal, median: 15m, p90: 40m}`, map[float64]time.Duration{.1: 337500 * time.Millisecond, .5: 15 * time.Minute, .9: 40 * time.Minute}},
		{"lognormal unnamed", `{median: 2h39m, p90: 45h}`, map[float64]time.Duration{.5: 159 * time.Minute, .9: 45 * time.Hour}},
		{"quantiles", `{dist: quantiles, quantiles: {p5: 27s, p50: 18m, p95: 90m}}`, map[float64]time.Duration{.05: 27 * time.Second, .5: 18 * time.Minute, .95: 90 * time.Minute}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var d Distribution
			if err := yaml.Unmarshal([]byte(tc.text), &d); err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			got := make([]time.Duration, draws)
			for i := range got {
				got[i] = d.Draw(r)
			}
			slices.Sort(got)
			for p, want := range tc.want {
				// The share of draws below the wanted value, within four standard errors.
				at, _ := slices.BinarySearch(got, want-1)
				above, _ := slices.BinarySearch(got, want+1)
				tolerance := 4 * math.Sqrt(p*(1-p)/draws)
				if low, high := float64(at)/draws, float64(above)/draws; low-tolerance > p || high+tolerance < p {
					t.Errorf("p%v: %v has %.4f to %.4f of the draws below it", 100*p, want, low, high)
				}
			}
		})
	}
}

// A draw takes one number whatever the distribution: what follows isn't moved.
func TestDrawTakesOneNumber(t *testing.T) {
	for _, text := range []string{"1s", "{median: 1s, p90: 2s}", "{dist: exponential, mean: 1s}"} {
		var d Distribution
		if err := yaml.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		a, b := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
		d.Draw(a)
		Distribution{}.Draw(b)
		if a.Uint64() != b.Uint64() {
			t.Errorf("%s takes other than one number", text)
		}
	}
}

func TestDistributionFaults(t *testing.T) {
	for _, tc := range []struct{ name, text string }{
		{"unknown", `{dist: gamma, mean: 1s}`},
		{"p90 below the median", `{median: 40m, p90: 15m}`},
		{"min above max", `{dist: uniform, min: 2s, max: 1s}`},
		{"parameter of another", `{dist: exponential, mean: 1s, p90: 2s}`},
		{"falling quantiles", `{dist: quantiles, quantiles: {p5: 2s, p50: 1s}}`},
		{"one quantile", `{dist: quantiles, quantiles: {p5: 2s}}`},
		{"the same quantile twice", `{dist: quantiles, quantiles: {p5: 2s, p05: 3s}}`},
		{"no percentile", `{dist: quantiles, quantiles: {p0: 2s, p50: 3s}}`},
		{"negative", `-5m`},
		{"a list", `[5m]`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var d Distribution
			if err := yaml.Unmarshal([]byte(tc.text), &d); err == nil {
				t.Errorf("accepted as %s", d.Text)
			}
		})
	}
}

func TestParseDuration(t *testing.T) {
	for _, tc := range []struct {
		text string
		want time.Duration
	}{
		{"90s", 90 * time.Second}, {"1w2d", 9 * 24 * time.Hour}, {"1.5h", 90 * time.Minute}, {"1h10m", 70 * time.Minute}, {"0s", 0}, {"250ms", 250 * time.Millisecond},
	} {
		if got, err := ParseDuration(tc.text); err != nil || time.Duration(got) != tc.want {
			t.Errorf("%s: %v, %v", tc.text, time.Duration(got), err)
		}
	}
	for _, bad := range []string{"", "5", "h", "5 m", "5y", "-1h", "1e9h", "99999999999d"} {
		if got, err := ParseDuration(bad); err == nil {
			t.Errorf("%q accepted as %v", bad, time.Duration(got))
		}
	}
}
