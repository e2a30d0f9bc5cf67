package analyze

import (
	"context"

	"hotwash/analyze/detect"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
	"hotwash/analyze/timeline"
)

// survey tells a case, and what its evidence cannot show.
func survey(ctx context.Context, c *store.Case, unknown bool, findings []detect.Finding) (*timeline.Survey, error) {
	s, err := timeline.NewSurvey(ctx, c.DB, timeline.Filter{Unknown: unknown}, findings, timeline.DefaultCut())
	if err != nil {
		return nil, err
	}
	sequences, err := c.Sequences(ctx)
	if err != nil {
		return nil, err
	}
	fetches, err := c.Fetches(ctx)
	if err != nil {
		return nil, err
	}
	k := timeline.Known{Facts: factsOf}
	for _, q := range sequences {
		k.Sequences = append(k.Sequences, timeline.Sequence(q))
	}
	for _, f := range fetches {
		k.Fetches = append(k.Fetches, timeline.Fetch(f))
	}
	s.Completeness, err = timeline.Completeness(ctx, c.DB, s, k)
	return s, err
}

// factsOf is what is known of a source apart from the evidence.
func factsOf(name string) timeline.Facts {
	b := source.BoundsOf(name)
	f := timeline.Facts{Retention: b.Retention}
	if s := source.Named(name); s != nil {
		f.Limits = s.Limits
	}
	for _, c := range b.Caps {
		f.Caps = append(f.Caps, timeline.Cap(c))
	}
	for _, e := range b.Expected {
		f.Expected = append(f.Expected, timeline.Expected(e))
	}
	return f
}
