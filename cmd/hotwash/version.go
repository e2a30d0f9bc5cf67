package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"hotwash/analyze/store"
)

// tool is the name and version of the program as cases and reports keep it.
func tool() string { return "hotwash " + version().Version }

// versions are what a result may depend on.
type versions struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	System  string `json:"system"`
	DuckDB  string `json:"go_duckdb"` // version of the driver
	Schema  string `json:"case_schema"`
}

// version is what the build says of itself.
func version() versions {
	v := versions{Version: "unknown", Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Schema: store.SchemaVersion}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version = info.Main.Version
	at := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/marcboeker/go-duckdb" })
	if at >= 0 {
		v.DuckDB = info.Deps[at].Version
	}
	return v
}

func newVersion() *command {
	var o printing
	fs := flagSet("version")
	o.flags(fs)
	return &command{
		name: "version", short: "print the version",
		long:    "Prints the version of the program and what its results may depend on.",
		example: "version",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runVersion(std, o, args) },
	}
}

func runVersion(std stdio, o printing, args []string) error {
	if err := none(args); err != nil {
		return err
	}
	v := version()
	if o.json {
		return std.object(v)
	}
	_, err := fmt.Fprintf(std.out, "hotwash %s\n%s %s, go-duckdb %s, case schema %s\n", v.Version, v.Go, v.System, v.DuckDB, v.Schema)
	return err
}
