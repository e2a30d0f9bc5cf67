package main

import (
	"context"
	"errors"
	"io"
	iofs "io/fs"

	"hotwash/analyze"
	"hotwash/analyze/sigma"
)

type rulesSQLOptions struct{ rules ruleOptions }

func newRulesSQL() *command {
	var o rulesSQLOptions
	fs := flagSet("rules sql")
	o.rules.flags(fs)
	return &command{
		name: "rules sql", args: "RULE", short: "print a rule as SQL that finds its events",
		long: `Prints the rule as one statement of SQL over a case, which hotwash query runs as it is.
It finds the events that the rule matches in an analysis, one a line, in the order of
time. RULE is a rule's id, its title, or the file that it stands in.`,
		example: "rules sql \"Inbox rule forwards or hides mail\"",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runRulesSQL(std, o, args) },
	}
}

func runRulesSQL(std stdio, o rulesSQLOptions, args []string) error {
	if err := need(args, 1, 1, "RULE"); err != nil {
		return err
	}
	r, err := o.rules.one(args[0])
	if err != nil {
		return err
	}
	text, err := analyze.Statement(r)
	if err != nil {
		return fail(unmeasured, "", "%s: SQL can't say it: %w", r.Place(), err)
	}
	_, err = io.WriteString(std.out, text)
	return err
}

// one is the rule of an id, a title or a file.
func (o ruleOptions) one(name string) (*sigma.Rule, error) {
	c, err := readConfig(o.config)
	if err != nil {
		return nil, err
	}
	o.lint = true
	rules, err := o.load(c)
	if err != nil {
		return nil, err
	}
	var found []*sigma.Rule
	for _, r := range rules {
		if r.ID == name || r.Name == name || r.Title == name || r.Path == name {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		alone := ruleOptions{dirs: []string{name}, noBuiltin: true, lint: true}
		found, err = alone.load(&config{Placeholders: c.Placeholders})
		if errors.Is(err, iofs.ErrNotExist) {
			return nil, misuse("hotwash rules list names the rules", "no rule %q", name)
		}
		if err != nil {
			return nil, err
		}
	}
	switch len(found) {
	case 0:
		return nil, misuse("", "no rule in %s", name)
	case 1:
		return found[0], nil
	}
	return nil, misuse("name one by its id", "%q is %d rules", name, len(found))
}
