package main

import (
	"context"
	"io"

	"hotwash/analyze"
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
	rules, err := o.rules.meant(args[0])
	if err != nil {
		return err
	}
	if len(rules) > 1 {
		return misuse("name one by its id", "%q is %d rules", args[0], len(rules))
	}
	r := rules[0]
	text, err := analyze.Statement(r)
	if err != nil {
		return fail(unmeasured, "", "%s: SQL can't say it: %w", r.Place(), err)
	}
	_, err = io.WriteString(std.out, text)
	return err
}
