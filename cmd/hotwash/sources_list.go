package main

import (
	"context"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/source"
	"hotwash/reports/text"
)

func newSourcesList() *command {
	var o printing
	fs := flagSet("sources list")
	o.flags(fs)
	return &command{
		name: "sources list", short: "list the log formats that are read",
		long: `Lists the log formats that are read, by the name that --source, rules and reports use,
and the framings they come in. Each may be plain, or in gzip, zip and other containers,
in UTF-8 or UTF-16. A name that ends in .* is a family with a name for each kind of log.`,
		example: "sources list",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runSourcesList(std, o, args) },
	}
}

// listedSource is a source as sources list prints it.
type listedSource struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Framings []string `json:"framings"`
	Columns  []string `json:"columns"` // native fields with a column of their own
}

func runSourcesList(std stdio, o printing, args []string) error {
	if err := none(args); err != nil {
		return err
	}
	var listed []listedSource
	for _, s := range source.Table {
		name := s.Name
		if strings.HasSuffix(name, ".") {
			name += "*"
		}
		listed = append(listed, listedSource{name, s.Title, s.Framings, append([]string{}, s.Columns...)})
	}
	if o.json {
		return std.object(listed)
	}
	t := text.Table(std.out, "source", "what", "framings")
	for _, s := range listed {
		t.AppendRow(table.Row{s.Name, s.Title, strings.Join(s.Framings, ", ")})
	}
	t.Render()
	return nil
}
