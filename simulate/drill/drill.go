// Package drill is the loop: simulate a scenario, have its logs analyzed, hold
// the findings against the truth. The analysis is handed in, so that nothing
// here reads a log or a database, and the logs go the way of any evidence.
package drill

import (
	"context"
	"errors"
	"fmt"

	"hotwash/analyze/detect"
	"hotwash/simulate"
	"hotwash/simulate/scenario"
	"hotwash/simulate/score"
)

// Analyzed is what a drill needs to know of an analysis.
type Analyzed struct {
	Findings   []detect.Finding
	Statuses   []detect.Status
	Watchlists []string // given and not empty
	Place      func(event int64) (file string, offset int64, ok bool)
	Held       func(file string, offset int64) bool
	Outputs    map[string]string // what was written besides, by kind
}

// Analysis analyzes a folder of evidence.
type Analysis func(ctx context.Context, evidence string) (*Analyzed, error)

// Options are what a drill may choose.
type Options struct {
	Seed *uint64 // nil is the scenario's own
	Out  string  // holds evidence/ and facilitator/
}

// Verdict is how a drill ended.
type Verdict struct {
	Scenario     string              `json:"scenario"`
	Title        string              `json:"title"`
	File         string              `json:"file"`
	Seed         uint64              `json:"seed"`
	Run          string              `json:"run"`
	Expectations []score.Expectation `json:"expectations"`
	Score        score.Score         `json:"score"`
	Outputs      map[string]string   `json:"outputs"`
}

// Run drills a scenario once.
func Run(ctx context.Context, sc *scenario.Scenario, o Options, analyze Analysis) (*Verdict, error) {
	res, err := simulate.Run(ctx, sc, simulate.Options{Seed: o.Seed, Out: o.Out})
	if err != nil {
		return nil, err
	}
	got, err := analyze(ctx, res.Evidence)
	if err != nil {
		return nil, fmt.Errorf("drill %s: analyze %s: %w", sc.ID, res.Evidence, err)
	}
	if got.Place == nil || got.Held == nil {
		return nil, errors.New("drill: the analysis tells no places")
	}
	v := &Verdict{Scenario: sc.ID, Title: sc.Title, File: sc.File, Seed: res.Seed, Run: res.Run, Outputs: outputs(res, got)}
	v.Expectations, v.Score = score.Compute(score.Input{
		Scenario: sc, Truth: res.Truth, Findings: got.Findings, Rules: rules(got.Statuses),
		Watchlists: got.Watchlists, Place: got.Place, Held: got.Held,
	})
	return v, nil
}

func rules(statuses []detect.Status) []score.Rule {
	var out []score.Rule
	for _, s := range statuses {
		out = append(out, score.Rule{ID: s.Rule.ID, Title: s.Rule.Title, State: string(s.State), Reason: s.Reason})
	}
	return out
}

func outputs(res *simulate.Result, got *Analyzed) map[string]string {
	out := map[string]string{"evidence": res.Evidence, "facilitator": res.Facilitator}
	for kind, path := range got.Outputs {
		out[kind] = path
	}
	return out
}

// Failed are the expectations that ended otherwise than they should.
func (v *Verdict) Failed() []score.Expectation {
	return v.with(func(s score.Status) bool { return s != score.Hit && s != score.NotMeasurable })
}

// Unmeasured are the expectations that nothing can be said of.
func (v *Verdict) Unmeasured() []score.Expectation {
	return v.with(func(s score.Status) bool { return s == score.NotMeasurable })
}

func (v *Verdict) with(is func(score.Status) bool) []score.Expectation {
	var out []score.Expectation
	for _, e := range v.Expectations {
		if is(e.Status) {
			out = append(out, e)
		}
	}
	return out
}
