package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

type sourcesListOptions struct {
	printing
	long bool
}

func newSourcesList() *command {
	var o sourcesListOptions
	fs := flagSet("sources list")
	fs.BoolVar(&o.long, "long", false, "print what each of them reads and what it can't tell")
	o.printing.flags(fs)
	return &command{
		name: "sources list", args: "[NAME...]", short: "list the log formats that are read",
		long: `Lists the log formats that are read, by the name that --source, rules and reports use,
the framings and containers they come in, and what is recognised and not read. Text
may be in UTF-8 or UTF-16. A name that ends in .* is a family with a name for each
kind of log. Text of no known format that holds times is kept as unknown.

With NAME, only these are listed: a name, a family such as 'defender.*', or how names
begin, such as azure; each with the tables, record types and export shapes that it
reads, and its limits: what it can't tell, however complete the export is.`,
		example: "sources list\nsources list entra aws.cloudtrail",
		flags:   fs,
		run:     func(_ context.Context, std stdio, args []string) error { return runSourcesList(std, o, args) },
	}
}

// listedSource is a source as sources list prints it.
type listedSource struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Framings []string `json:"framings"`
	Reads    []string `json:"reads"`
	Limits   []string `json:"limits"`
	Columns  []string `json:"columns"` // native fields with a column of their own
}

func runSourcesList(std stdio, o sourcesListOptions, args []string) error {
	listed, err := pickSources(args)
	if err != nil {
		return err
	}
	switch {
	case o.json:
		return std.object(listed)
	case o.long || len(args) > 0:
		return tellSources(std.out, listed)
	}
	t := text.Table(std.out, "source", "what", "framings")
	for _, s := range listed {
		t.AppendRow(table.Row{s.Name, s.Title, strings.Join(s.Framings, ", ")})
	}
	t.Render()
	fmt.Fprintf(std.out, "%s\n\n", review.Plural(len(listed), "source"))
	return tellForms(std.out)
}

// pickSources are the sources that are named, in the table's order; all if none
// is.
func pickSources(names []string) ([]listedSource, error) {
	for _, name := range names {
		if !picksAny(name) {
			return nil, misuse(sourceHint(name), "no source %q", name)
		}
	}
	listed := []listedSource{}
	for _, s := range source.Table {
		if len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { return picks(name, s.Name) }) {
			listed = append(listed, listedSource{shownName(s.Name), s.Title, s.Framings,
				append([]string{}, s.Reads...), append([]string{}, s.Limits...), append([]string{}, s.Columns...)})
		}
	}
	return listed, nil
}

// tellSources prints all there is to say of sources.
func tellSources(w io.Writer, listed []listedSource) error {
	out := bufio.NewWriter(w)
	for i, s := range listed {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s\n", s.Name, s.Title)
		tellPart(out, "framings", s.Framings...)
		tellPart(out, "reads", s.Reads...)
		tellPart(out, "limits", s.Limits...)
		tellPart(out, "columns", s.Columns...)
	}
	return out.Flush()
}

// tellForms prints which containers and framings are read, and which formats are
// only recognised.
func tellForms(w io.Writer) error {
	out := bufio.NewWriter(w)
	packed, unread := evidence.Containers()
	for _, kind := range source.Unsupported() {
		switch {
		case source.FramingOf(kind) != nil:
			unread = append(unread, "other "+kind)
		case !slices.Contains(packed, kind) && !slices.Contains(unread, kind):
			unread = append(unread, kind)
		}
	}
	var framings []string
	for _, f := range source.Framings() {
		framings = append(framings, f.Name+": "+f.Title)
	}
	tellPart(out, "framings", framings...)
	tellPart(out, "containers", packed...)
	tellPart(out, "not read", unread...)
	return out.Flush()
}

// Widths of the parts that tellPart prints.
const (
	partIndent = 14
	partWidth  = 96
)

// tellPart prints what stands under a name: sentences in rows of their own,
// single words in one list; nothing if there is nothing.
func tellPart(w io.Writer, name string, lines ...string) {
	for _, line := range listWords(lines) {
		for i, row := range wrap(line, partWidth-partIndent-2) {
			if i > 0 {
				row = "  " + row
			}
			fmt.Fprintf(w, "  %-*s%s\n", partIndent-2, name, row)
			name = ""
		}
	}
}

// listWords makes one line of lines of one word each that follow each other.
func listWords(lines []string) []string {
	var out []string
	list := false
	for _, line := range lines {
		word := !strings.Contains(line, " ")
		if word && list {
			out[len(out)-1] += ", " + line
		} else {
			out = append(out, line)
		}
		list = word
	}
	return out
}

// wrap breaks a text between words into rows of at most width bytes, where its
// words allow.
func wrap(s string, width int) []string {
	var rows []string
	row := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case row == "":
			row = word
		case len(row)+1+len(word) > width:
			rows, row = append(rows, row), word
		default:
			row += " " + word
		}
	}
	if row != "" {
		rows = append(rows, row)
	}
	return rows
}
