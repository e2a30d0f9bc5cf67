package main

import (
	"context"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/reports/text"
	"hotwash/scenarios"
	"hotwash/simulate/scenario"
)

func newScenariosList() *command {
	var o printing
	fs := flagSet("scenarios list")
	o.flags(fs)
	return &command{
		name: "scenarios list", short: "list the scenarios that ship",
		long:    "Lists the scenarios that ship, by the id that simulate, drill and test take.",
		example: "scenarios list",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runScenariosList(std, o, args) },
	}
}

// listedScenario is a scenario as scenarios list prints it.
type listedScenario struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Tags    []string `json:"tags"`
	Steps   int      `json:"steps"`
	Sources []string `json:"sources"`
	Path    string   `json:"path"`
}

func runScenariosList(std stdio, o printing, args []string) error {
	if err := none(args); err != nil {
		return err
	}
	var listed []listedScenario
	for _, name := range scenarios.Names() {
		sc, err := loadScenario(name)
		if err != nil {
			return err
		}
		listed = append(listed, listScenario(sc))
	}
	if o.json {
		return std.object(listed)
	}
	t := text.Table(std.out, "scenario", "title", "steps")
	for _, s := range listed {
		t.AppendRow(table.Row{s.ID, s.Title, s.Steps})
	}
	t.Render()
	return nil
}

func listScenario(sc *scenario.Scenario) listedScenario {
	s := listedScenario{ID: sc.ID, Title: sc.Title, Tags: append([]string{}, sc.Tags...), Steps: len(sc.Steps), Path: sc.File}
	for _, x := range sc.Sources {
		s.Sources = append(s.Sources, x.Source)
	}
	return s
}
