package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/marcboeker/go-duckdb"
)

// ErrDamaged is a case whose database or manifest is not what was written.
// What the database holds can be loaded from evidence again.
var ErrDamaged = errors.New("the case is damaged")

// Damaged says whether an error of a query comes from a damaged database: pages
// that nobody asked for before may be the broken ones.
func Damaged(err error) bool {
	var engine *duckdb.Error
	return errors.Is(err, ErrDamaged) || errors.As(err, &engine) && broken(engine.Msg)
}

func broken(message string) bool {
	for _, told := range []string{"Corrupt database file", "Could not read enough bytes", "not a valid DuckDB database"} {
		if strings.Contains(message, told) {
			return true
		}
	}
	return false
}

// reachable is an error if the database is there and this process may not use it
// as a file; the engine's own errors don't tell that from damage.
func reachable(dir string, flag int) error {
	f, err := os.OpenFile(databasePath(dir), flag, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("case: %w", err)
	}
	return f.Close()
}

// unopened says why a database that is there and may be used can't be opened.
func unopened(ctx context.Context, dir string, err error) error {
	switch {
	case ctx.Err() != nil:
		return err
	case strings.Contains(err.Error(), "Could not set lock on file"):
		return fmt.Errorf("%s: %w: %w", databasePath(dir), ErrLocked, err)
	}
	return fmt.Errorf("%s: %w: %w", databasePath(dir), ErrDamaged, err)
}

// private takes the database and its log from everyone but their owner: the
// engine makes them as the umask has it.
func private(dir string) error {
	for _, name := range []string{databasePath(dir), databasePath(dir) + ".wal"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("case: %w", err)
		}
	}
	return nil
}
