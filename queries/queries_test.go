package queries_test

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/marcboeker/go-duckdb" // the engine that the statements are for

	"hotwash/queries"
)

// TestPrepare prepares every statement on the tables of an empty case, and
// looks at its first line.
func TestPrepare(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.ExecContext(context.Background(), queries.Text("schema/tables")); err != nil {
		t.Fatalf("schema/tables.sql: %v", err)
	}
	for _, name := range statements(t) {
		text := queries.Text(name)
		if first, _, _ := strings.Cut(text, "\n"); !strings.HasPrefix(first, "-- ") {
			t.Errorf("%s.sql: the first line doesn't say what comes back: %s", name, first)
		}
		if name == "schema/tables" { // many statements, run above
			continue
		}
		if err := prepares(db, text); err != nil {
			t.Errorf("%s.sql: %v", name, err)
		}
	}
}

func prepares(db *sql.DB, text string) error {
	s, err := db.PrepareContext(context.Background(), text)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return nil
}

// TestUsed: no statement is left that no code names and no other includes.
func TestUsed(t *testing.T) {
	var code strings.Builder
	for _, dir := range []string{"analyze", "cmd", "simulate", "reports"} {
		err := filepath.WalkDir(filepath.Join("..", dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := os.ReadFile(name)
			code.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var included strings.Builder
	for _, name := range statements(t) {
		text, err := fs.ReadFile(queries.SQL(), name+".sql")
		if err != nil {
			t.Fatal(err)
		}
		included.Write(text)
	}
	for _, name := range statements(t) {
		if !strings.Contains(code.String(), `"`+name+`"`) && !strings.Contains(included.String(), "\n-- include "+name+"\n") {
			t.Errorf("%s.sql is named nowhere", name)
		}
	}
}

// statements are the names of all statements.
func statements(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(queries.SQL(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".sql") {
			names = append(names, strings.TrimSuffix(name, ".sql"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("no statements")
	}
	return names
}
