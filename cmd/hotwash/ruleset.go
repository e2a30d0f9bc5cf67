package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"hotwash/analyze/ruletest"
	"hotwash/analyze/sigma"
	"hotwash/queries"
	"hotwash/reports/review"
)

// builtin is where the shipped rules stand, from the project's root.
const builtin = "queries/rules"

// ruleOptions say which rules are run.
type ruleOptions struct {
	dirs      []string
	noBuiltin bool
	config    string
	lint      bool // rules that can't be run are of interest too
}

func (o *ruleOptions) flags(fs *pflag.FlagSet) {
	fs.StringArrayVar(&o.dirs, "rules", nil, "add the Sigma rules in `DIR` to those that ship; may be repeated")
	fs.BoolVar(&o.noBuiltin, "no-builtin", false, "leave the rules out that ship")
	configFlag(fs, &o.config)
}

// load reads the rules that ship, those of the configuration and those of the
// flags, in this order, and links them: they may name each other. A folder that adds none that can be run is an error.
func (o ruleOptions) load(c *config) ([]*sigma.Rule, error) {
	s := ruleset{parser: sigma.Parser{Placeholders: c.Placeholders}, read: map[string]bool{}, ids: map[string]string{}}
	if !o.noBuiltin {
		if err := s.tree(queries.Rules(), ".", builtin); err != nil {
			return nil, err
		}
	}
	for _, dir := range slices.Concat(c.Rules, o.dirs) {
		before := len(s.rules)
		s.again = false
		if err := s.path(dir); err != nil {
			return nil, misuse("", "rules: %w", err)
		}
		if added := s.rules[before:]; !o.lint && !s.again && !slices.ContainsFunc(added, (*sigma.Rule).Usable) {
			return nil, noRule(dir, added)
		}
	}
	return sigma.Link(s.rules), nil
}

// meant are the rules that a person means by an id, a name, a title or a file,
// which may hold several. Filters are none; rules that can't be run are some.
func (o ruleOptions) meant(name string) ([]*sigma.Rule, error) {
	o.lint = true
	rules, err := o.configured()
	if err != nil {
		return nil, err
	}
	found := called(rules, name)
	if _, err := os.Stat(name); err == nil && len(found) == 0 {
		o.dirs = append(slices.Clone(o.dirs), name)
		if rules, err = o.configured(); err != nil {
			return nil, err
		}
		found = called(rules, filepath.ToSlash(name))
	}
	if len(found) > 0 {
		return found, nil
	}
	var titles []string
	for _, r := range rules {
		titles = append(titles, r.Title)
	}
	hint := "hotwash rules list names the rules; --rules DIR adds others"
	if near := nearest(name, titles); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return nil, misuse(hint, "no rule %q", name)
}

func called(rules []*sigma.Rule, name string) []*sigma.Rule {
	return slices.DeleteFunc(slices.Clone(rules), func(r *sigma.Rule) bool {
		return r.Filter != nil || r.ID != name && r.Name != name && r.Path != name && !strings.EqualFold(r.Title, name)
	})
}

// noRule is what to say of a folder or file that adds no rule that can be run:
// it was named by mistake, or is broken.
func noRule(name string, rules []*sigma.Rule) error {
	if len(rules) == 0 {
		return misuse("name a folder of Sigma rules, or a file", "rules: no .yml or .yaml file in %s", name)
	}
	return misuse("hotwash rules lint "+commandLine([]string{name})+" says of each rule why", "rules: no rule in %s can be run: %s", name, reasonOf(rules[0]))
}

// tellBroken remarks on rules that can't be run.
func (p printing) tellBroken(std stdio, rules []*sigma.Rule) {
	const most = 5
	broken := slices.DeleteFunc(slices.Clone(rules), (*sigma.Rule).Usable)
	for _, r := range broken[:min(len(broken), most)] {
		p.remark(std, "%s", reasonOf(r))
	}
	if len(broken) > 0 {
		p.remark(std, "%d of %s can't be run; hotwash rules lint says of each why", len(broken), review.Plural(len(rules), "rule"))
	}
}

// reasonOf is why a rule can't be run, behind its place.
func reasonOf(r *sigma.Rule) string {
	return fmt.Sprintf("%s: %s: %s", r.Place(), r.State, r.Reason)
}

// ruleset gathers rules.
type ruleset struct {
	parser sigma.Parser
	rules  []*sigma.Rule
	read   map[string]bool   // files, by absolute path
	again  bool              // a file was met that had been read before
	ids    map[string]string // where a rule's id was seen first
}

// path adds the rules in a folder or file.
func (s *ruleset) path(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return s.tree(os.DirFS(name), ".", name)
	}
	return s.file(os.DirFS(filepath.Dir(name)), filepath.Base(name), name)
}

// tree adds the rules of a folder in the order of their names. Tests that stand
// beside rules are no rules.
func (s *ruleset) tree(tree fs.FS, root, shown string) error {
	return fs.WalkDir(tree, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isRuleFile(name) {
			return err
		}
		return s.file(tree, name, filepath.ToSlash(filepath.Join(shown, name)))
	})
}

func isRuleFile(name string) bool {
	return (strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")) && !ruletest.IsTest(name)
}

// file adds the rules of one file. A file that holds none is an invalid rule:
// who put it there meant it to be one.
func (s *ruleset) file(tree fs.FS, name, shown string) error {
	if abs, err := filepath.Abs(shown); err == nil {
		if s.read[abs] {
			s.again = true
			return nil
		}
		s.read[abs] = true
	}
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	rules, err := s.parser.Parse(shown, text)
	if err != nil {
		rules = []*sigma.Rule{{Path: shown, Line: 1, State: sigma.Invalid, Reason: "no rule in the file"}}
	}
	for _, r := range rules {
		s.add(r)
	}
	return nil
}

// add adds a rule. A second rule of the same id can't be told from the first in
// findings, so that it isn't run.
func (s *ruleset) add(r *sigma.Rule) {
	if first, taken := s.ids[r.ID]; r.ID != "" && taken && r.Usable() {
		r.State, r.Reason = sigma.Invalid, "has the id of the rule in "+first
	}
	if r.ID != "" && s.ids[r.ID] == "" {
		s.ids[r.ID] = r.Path
	}
	s.rules = append(s.rules, r)
}
