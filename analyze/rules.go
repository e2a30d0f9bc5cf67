package analyze

import (
	"context"
	"encoding/json"
	"fmt"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
	"hotwash/analyze/store"
)

// runRules runs all rules over the case's events. Duplicates are left out by
// the store.
func runRules(ctx context.Context, c *store.Case, rules []*sigma.Rule) (*detect.Result, error) {
	present, err := c.Sources(ctx)
	if err != nil {
		return nil, err
	}
	return detect.Run(ctx, rules, present, c)
}

// storedFindings are the findings as the case keeps them: what is asked for
// often in columns, all of it as JSON.
func storedFindings(findings []detect.Finding) ([]store.Finding, error) {
	all := make([]store.Finding, len(findings))
	for i := range findings {
		f := &findings[i]
		text, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("finding %s: %w", f.ID, err)
		}
		all[i] = store.Finding{ID: f.ID, Rule: f.Rule, Title: f.Title, Author: f.Author, Level: f.Level,
			First: f.First, Last: f.Last, Count: f.Count, JSON: string(text), EventIDs: f.EventIDs}
	}
	return all, nil
}
