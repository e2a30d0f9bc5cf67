package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotwash/analyze"
	"hotwash/analyze/ruletest"
	"hotwash/analyze/sigma"
	"hotwash/queries"
	"hotwash/reports/review"
	"hotwash/scenarios"
	"hotwash/simulate/scenario"
)

// suite is what is to be tested.
type suite struct {
	parser    sigma.Parser
	rules     []ruleTest
	scenarios []*scenario.Scenario
}

// ruleTest is a test file and the rules of the file beside it.
type ruleTest struct {
	file  *ruletest.File
	rules []*sigma.Rule
}

// gatherTests finds the tests that are meant. Without arguments, those that ship.
func gatherTests(args []string, p sigma.Parser) (*suite, error) {
	s := &suite{parser: p}
	if len(args) == 0 {
		if err := s.tree(queries.Rules(), builtin); err != nil {
			return nil, err
		}
		args = scenarios.Names()
	}
	for _, a := range args {
		before := s.size()
		if err := s.argument(a); err != nil {
			return nil, err
		}
		if s.size() == before {
			return nil, misuse("a rule x.yml has its tests beside it in x_test.yml; a scenario says schema: drill/v1", "no tests in %s", a)
		}
	}
	return s, nil
}

func (s *suite) size() int { return len(s.rules) + len(s.scenarios) }

func (s *suite) argument(name string) error {
	info, err := os.Stat(name)
	if slices.Contains(scenarios.Names(), name) || err != nil {
		return s.scenario(name)
	}
	if info.IsDir() {
		return s.tree(os.DirFS(name), name)
	}
	return s.file(os.DirFS(filepath.Dir(name)), filepath.Base(name), filepath.ToSlash(name), true)
}

// tree adds every test in a folder.
func (s *suite) tree(tree fs.FS, shown string) error {
	return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yml") {
			return err
		}
		return s.file(tree, name, filepath.ToSlash(filepath.Join(shown, name)), false)
	})
}

// file adds what a file holds. A rule that was named stands for its test.
func (s *suite) file(tree fs.FS, name, shown string, named bool) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return fmt.Errorf("test: %w", err)
	}
	switch {
	case ruletest.IsTest(name):
		return s.ruleTest(tree, name, shown, text)
	case isScenario(text):
		return s.scenario(shown)
	case !named:
		return nil
	}
	test := strings.TrimSuffix(name, ".yml") + "_test.yml"
	text, err = fs.ReadFile(tree, test)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("test: %w", err)
	}
	return s.ruleTest(tree, test, strings.TrimSuffix(shown, ".yml")+"_test.yml", text)
}

func (s *suite) ruleTest(tree fs.FS, name, shown string, text []byte) error {
	file, err := ruletest.Parse(shown, text)
	if err != nil {
		return misuse("", "%w", err)
	}
	t := ruleTest{file: file}
	rule, err := fs.ReadFile(tree, ruletest.RuleOf(name))
	if err == nil {
		t.rules, _ = s.parser.Parse(ruletest.RuleOf(shown), rule) // no rule at all is a verdict
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("test: %w", err)
	}
	s.rules = append(s.rules, t)
	return nil
}

func (s *suite) scenario(name string) error {
	sc, err := loadScenario(name)
	s.scenarios = append(s.scenarios, sc)
	return err
}

// run runs all tests in a folder that is gone afterwards.
func (s *suite) run(ctx context.Context, l *lab) (all []review.Verdict, err error) {
	dir, err := os.MkdirTemp("", "hotwash-test-")
	if err != nil {
		return nil, fmt.Errorf("test: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for i, t := range s.rules {
		verdicts, err := ruletest.Run(ctx, t.file, t.rules, l.records(filepath.Join(dir, fmt.Sprint(i))))
		if err != nil {
			return nil, err
		}
		all = append(all, ruleVerdicts(verdicts)...)
	}
	for i, sc := range s.scenarios {
		v, _, err := l.drill(ctx, sc, nil, filepath.Join(dir, fmt.Sprintf("%s-%d", sc.ID, i)))
		if err != nil {
			return nil, err
		}
		all = append(all, verdictsOf(v)...)
	}
	return all, nil
}

// records analyzes the records of rule tests, each in a case of its own.
func (l *lab) records(dir string) ruletest.Analysis {
	n := 0
	return func(ctx context.Context, in ruletest.Input) (*ruletest.Output, error) {
		n++
		dir := filepath.Join(dir, fmt.Sprint(n))
		evidence := filepath.Join(dir, "evidence")
		if err := os.MkdirAll(evidence, 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(evidence, in.Name), bytes.TrimLeft(in.Records, "\n"), 0o600); err != nil {
			return nil, err
		}
		c, res, err := l.analyze(ctx, filepath.Join(dir, "case"), evidence, in.Rules)
		if err != nil {
			return nil, err
		}
		return recordsOutput(res), errors.Join(c.Close(), os.RemoveAll(dir))
	}
}

func recordsOutput(res *analyze.Result) *ruletest.Output {
	out := &ruletest.Output{Sources: map[string]int64{}, Statuses: res.Statuses, Findings: res.Findings}
	for _, a := range res.Survey.Accounts {
		out.Rejects += a.Rejects
		for _, s := range a.Sources {
			out.Sources[s.Source] += s.Events
		}
	}
	return out
}

func ruleVerdicts(verdicts []ruletest.Verdict) []review.Verdict {
	var all []review.Verdict
	for _, v := range verdicts {
		suite, name, _ := strings.Cut(v.ID, "/")
		all = append(all, review.Verdict{Suite: suite, ID: name, Kind: kindRule, Status: review.Status(v.Status),
			Message: v.Message, File: v.File, Line: v.Line})
	}
	return all
}
