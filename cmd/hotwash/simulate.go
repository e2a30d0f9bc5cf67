package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"hotwash/simulate"
)

type simulateOptions struct {
	printing
	out  string
	seed seedFlag
}

func newSimulate() *command {
	var o simulateOptions
	fs := flagSet("simulate")
	fs.StringVar(&o.out, "out", "", "write evidence/ and facilitator/ into the folder `DIR`")
	o.seed.flags(fs)
	o.printing.flags(fs)
	return &command{
		name: "simulate", args: "SCENARIO", short: "write a scenario's logs and their truth, nothing more",
		long: `Writes the log files of a scenario to DIR/evidence, each in the format its source
exports, and what was planted in them to DIR/facilitator. The same scenario and seed
give the same bytes. SCENARIO is the id of one that ships, or a file.`,
		example: "simulate departing-employee-data-policy --out drill",
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runSimulate(ctx, std, o, args) },
	}
}

func runSimulate(ctx context.Context, std stdio, o simulateOptions, args []string) error {
	if err := need(args, 1, 1, "scenario"); err != nil {
		return err
	}
	if o.out == "" {
		return misuse("name a folder with --out DIR", "where to write is not said")
	}
	sc, err := loadScenario(args[0])
	if err != nil {
		return err
	}
	res, err := simulate.Run(ctx, sc, simulate.Options{Seed: o.seed.value(), Out: o.out})
	if err != nil {
		return foreign(err)
	}
	if o.json {
		return std.object(res.Manifest)
	}
	fmt.Fprintf(std.out, "SIMULATED: %s, seed %d\n", oneLine(sc.Title), res.Seed)
	for _, f := range res.Manifest.Files {
		fmt.Fprintf(std.out, "%7d records  %-14s %s\n", f.Records, f.Source, oneLine(f.Name))
	}
	return tellOutputs(std, map[string]string{"evidence": res.Evidence, "facilitator": res.Facilitator})
}

// foreign tells the way out of a folder that isn't a simulation's.
func foreign(err error) error {
	if errors.Is(err, simulate.ErrForeign) {
		return misuse("name another folder with --out DIR; nothing in this one was touched", "%w", err)
	}
	return err
}

// seedFlag is a seed that may be left to the scenario.
type seedFlag struct {
	seed uint64
	flag *pflag.Flag
}

func (s *seedFlag) flags(fs *pflag.FlagSet) {
	fs.Uint64Var(&s.seed, "seed", 0, "draw with the seed `N`, not the scenario's own")
	s.flag = fs.Lookup("seed")
}

// value is nil if no seed was given.
func (s seedFlag) value() *uint64 {
	if !s.flag.Changed {
		return nil
	}
	return &s.seed
}
