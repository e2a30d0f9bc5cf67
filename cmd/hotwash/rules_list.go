package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
	"hotwash/reports/text"
)

type rulesListOptions struct {
	printing
	rules ruleOptions
}

func newRulesList() *command {
	var o rulesListOptions
	fs := flagSet("rules list")
	o.rules.flags(fs)
	o.printing.flags(fs)
	return &command{
		name: "rules list", short: "list the rules and the sources they look at",
		long: `Lists the rules that an analysis runs, those that ship and those added: rules about one
event, correlations of what other rules match, and filters that are added to other rules.`,
		example: "rules list",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runRulesList(std, o, args) },
	}
}

// listedRule is a rule as rules list prints it.
type listedRule struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"` // rule, correlation or filter
	Title      string   `json:"title"`
	Author     string   `json:"author"`
	Level      string   `json:"level"`
	Status     string   `json:"status"`
	Techniques []string `json:"techniques"`
	Sources    []string `json:"sources"`
	Path       string   `json:"path"`
}

func runRulesList(std stdio, o rulesListOptions, args []string) error {
	if err := none(args); err != nil {
		return err
	}
	rules, err := o.rules.configured()
	if err != nil {
		return err
	}
	o.tellBroken(std, rules)
	listed := make([]listedRule, len(rules))
	for i, r := range rules {
		listed[i] = listRule(r)
	}
	if o.json {
		return std.object(listed)
	}
	t := text.Table(std.out, "kind", "level", "title", "techniques", "sources")
	for _, r := range listed {
		t.AppendRow(table.Row{r.Kind, oneLine(r.Level), oneLine(cmp.Or(r.Title, r.Path)), oneLine(strings.Join(r.Techniques, " ")), oneLine(strings.Join(r.Sources, " "))})
	}
	t.Render()
	return nil
}

func listRule(r *sigma.Rule) listedRule {
	return listedRule{ID: r.Key(), Kind: string(r.Kind()), Title: r.Title, Author: r.Author, Level: r.Level, Status: r.Status,
		Techniques: append([]string{}, r.Techniques()...), Sources: append([]string{}, detect.Sources(r)...), Path: r.Path}
}

// configured are the rules with those of the configuration.
func (o ruleOptions) configured() ([]*sigma.Rule, error) {
	c, err := readConfig(o.config)
	if err != nil {
		return nil, err
	}
	return o.load(c)
}
