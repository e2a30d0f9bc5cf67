package main

import (
	"context"
)

func newScenariosShow() *command {
	var quiet bool
	fs := flagSet("scenarios show")
	fs.BoolVar(&quiet, "quiet", false, "print no remarks")
	return &command{
		name: "scenarios show", args: "SCENARIO", short: "print a scenario's YAML",
		long: `Prints the YAML of a scenario, to be read or to be written anew: it can be run from
any file. It tells what will happen; keep it from those who are to find out.`,
		example: "scenarios show departing-employee-data-policy",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runScenariosShow(std, args) },
	}
}

func runScenariosShow(std stdio, args []string) error {
	if err := need(args, 1, 1, "scenario"); err != nil {
		return err
	}
	sc, err := loadScenario(args[0])
	if err != nil {
		return err
	}
	_, err = std.out.Write(sc.Text)
	return err
}
