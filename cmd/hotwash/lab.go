package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"hotwash/analyze"
	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/sigma"
	"hotwash/analyze/store"
	"hotwash/queries"
	"hotwash/reports"
	"hotwash/reports/review"
	"hotwash/simulate/drill"
	"hotwash/simulate/scenario"
	"hotwash/simulate/score"
)

// lab is where drills and tests analyze what they made.
type lab struct {
	told   analyze.Options
	std    stdio
	quiet  bool
	rules  []*sigma.Rule
	parser sigma.Parser // with the placeholders of the configuration
}

func newLab(std stdio, o ruleOptions, quiet bool) (*lab, error) {
	c, err := readConfig(o.config)
	if err != nil {
		return nil, err
	}
	rules, err := o.load(c)
	if err != nil {
		return nil, err
	}
	printing{quiet: quiet}.tellBroken(std, rules)
	told := analyze.Options{Limits: evidence.DefaultLimits(), Now: std.clock(), Tool: tool(), Command: std.command, Config: c.sha256}
	return &lab{told, std, quiet, rules, sigma.Parser{Placeholders: c.Placeholders}}, nil
}

// analyze loads a folder of evidence into a case and opens it.
func (l *lab) analyze(ctx context.Context, dir, evidence string, rules []*sigma.Rule) (*store.Case, *analyze.Result, error) {
	told := l.told
	told.Args, told.Case, told.Rules = []string{evidence}, dir, rules
	show, end := newProgress(l.std, l.quiet)
	told.Progress = show
	res, err := analyze.Run(ctx, told)
	end()
	if err != nil {
		return nil, nil, err
	}
	c, err := openCase(ctx, dir)
	return c, res, err
}

// verdictFile is where a case keeps the verdict of the drill it was made for.
const verdictFile = "drill.json"

// drill runs one scenario in a folder, which is the case besides, and writes its
// reports.
func (l *lab) drill(ctx context.Context, sc *scenario.Scenario, seed *uint64, dir string) (v *drill.Verdict, r *review.Review, err error) {
	var c *store.Case
	var res *analyze.Result
	defer func() {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	v, err = drill.Run(ctx, sc, drill.Options{Seed: seed, Out: dir}, func(ctx context.Context, evidence string) (*drill.Analyzed, error) {
		if err := clearCase(dir); err != nil {
			return nil, err
		}
		var err error
		if c, res, err = l.analyze(ctx, dir, evidence, l.rules); err != nil {
			return nil, err
		}
		return analyzed(ctx, c, res), nil
	})
	if err != nil {
		return nil, nil, foreign(err)
	}
	r = newReview(res)
	r.All, r.Verdicts = rowsOf(ctx, c, res), verdictsOf(v)
	outputs, err := reports.Write(ctx, dir, r)
	maps.Copy(v.Outputs, outputs)
	v.Outputs["case"] = dir
	return v, r, errors.Join(err, writeVerdict(dir, v))
}

func writeVerdict(dir string, v *drill.Verdict) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", verdictFile, err)
	}
	return os.WriteFile(filepath.Join(dir, verdictFile), append(text, '\n'), 0o600)
}

// readVerdict is the verdict that a case keeps; nil if it was made for no drill.
func readVerdict(dir string) (*drill.Verdict, error) {
	text, err := os.ReadFile(filepath.Join(dir, verdictFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	v := &drill.Verdict{}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return nil, misuse("run the drill again, or take the file away", "verdict of the drill: %s: %w", verdictFile, err)
	}
	return v, nil
}

// clearCase takes the database of an earlier drill away, whose evidence has just
// been written anew. What people wrote and what the tool did stays.
func clearCase(dir string) error {
	for _, name := range []string{"case.duckdb", "case.duckdb.wal"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("earlier drill: %w", err)
		}
	}
	return nil
}

// analyzed is what a drill needs to know of an analysis.
func analyzed(ctx context.Context, c *store.Case, res *analyze.Result) *drill.Analyzed {
	items, ordinals := map[int32]string{}, map[string]int32{}
	for _, it := range res.Items {
		items[it.Ordinal], ordinals[it.Path] = it.Path, it.Ordinal
	}
	return &drill.Analyzed{
		Findings: res.Findings,
		Statuses: res.Statuses,
		Place: func(id int64) (string, int64, bool) {
			p := event.PlaceOf(id)
			file, ok := items[p.Evidence]
			return file, p.Offset, ok
		},
		Held: func(file string, offset int64) bool {
			ordinal, ok := ordinals[file]
			if !ok {
				return false
			}
			_, err := lengthOf(ctx, c, event.Place{Evidence: ordinal, Offset: offset}.ID())
			return err == nil
		},
	}
}

// lengthOf is the length of an event's bytes; sql.ErrNoRows if there is none.
func lengthOf(ctx context.Context, c *store.Case, id int64) (n int32, err error) {
	var length sql.Null[int32]
	err = c.QueryRowContext(ctx, queries.Text("schema/event_len"), id).Scan(&length)
	return length.V, err
}

// verdictsOf are the expectations of a drill as reports tell them.
func verdictsOf(v *drill.Verdict) []review.Verdict {
	var all []review.Verdict
	for _, e := range v.Expectations {
		status := review.Failed
		switch e.Status {
		case score.Hit:
			status = review.Passed
		case score.NotMeasurable:
			status = review.Skipped
		}
		all = append(all, review.Verdict{Suite: v.Scenario, ID: e.ID, Kind: kindScenario, Status: status,
			Type: string(e.Status), Message: e.Message, File: v.File, Line: e.Line})
	}
	return all
}
