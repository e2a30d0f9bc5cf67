// Package queries holds the SQL of the project, one statement a file, and the
// detection rules that ship with it. It runs nothing.
package queries

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed */*.sql
var sqlFiles embed.FS

//go:embed rules
var ruleFiles embed.FS

// Text is the statement in the file of that name, "timeline/rows" for
// timeline/rows.sql. A line "-- include timeline/keys" stands for the statement
// in that file, which several share. A name that no file has is a programmer's
// error and panics; a test names every file.
func Text(name string) string {
	data, err := sqlFiles.ReadFile(name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("queries: %v", err))
	}
	if !strings.Contains(string(data), included) {
		return string(data)
	}
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, included); ok {
			line = Text(strings.TrimSpace(name))
		}
		b.WriteString(line)
	}
	return b.String()
}

const included = "-- include "

// SQL is the tree of statements, for tests that prepare every one.
func SQL() fs.FS { return sqlFiles }

// Rules is the tree of the rules that ship, with their tests beside them:
// "m365/inbox_rule.yml".
func Rules() fs.FS {
	sub, err := fs.Sub(ruleFiles, "rules")
	if err != nil {
		panic(fmt.Sprintf("queries: %v", err))
	}
	return sub
}
