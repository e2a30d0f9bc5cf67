package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hotwash/queries"
)

// ErrStatement is SQL of a user that is no single statement that reads.
var ErrStatement = errors.New("want one statement that reads: SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW or SUMMARIZE")

// explained is what may stand before a statement that reads: EXPLAIN, and
// comments before it.
var explained = regexp.MustCompile(`(?is)^(?:\s|--[^\n]*\n|/\*.*?\*/)*explain\s+(?:analyze\s+)?`)

// Query runs one statement that a user wrote, and that only reads. The driver
// runs every statement of a text and gives the rows of the last, so the engine
// is asked first how it reads the text. ErrStatement is an error to branch on.
func (c *Case) Query(ctx context.Context, text string) (*sql.Rows, error) {
	if err := c.checkStatement(ctx, text); err != nil {
		return nil, err
	}
	return c.QueryContext(ctx, text)
}

func (c *Case) checkStatement(ctx context.Context, text string) error {
	if strings.ContainsRune(text, 0) {
		return fmt.Errorf("a NUL byte in it: %w", ErrStatement) // the engine would read up to it
	}
	var wrong string
	var reads bool
	var n int
	err := c.QueryRowContext(ctx, queries.Text("schema/statements"), explained.ReplaceAllString(text, "")).Scan(&wrong, &reads, &n)
	switch {
	case err != nil:
		return fmt.Errorf("schema/statements.sql: %w", err)
	case !reads:
		return ErrStatement
	case wrong != "":
		return errors.New(wrong)
	case n != 1:
		return fmt.Errorf("these are %d: %w", n, ErrStatement)
	}
	return nil
}
