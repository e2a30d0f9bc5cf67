// Package store is the case on disk: DuckDB fed with Arrow batches, the ledger
// that makes loading resumable, and the log of what the tool did. It is the
// only package that knows go-duckdb and Arrow. It doesn't know log formats,
// and what a column means is decided by who fills it.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/gofrs/flock"
	"github.com/marcboeker/go-duckdb"

	"hotwash/analyze/evidence"
	"hotwash/queries"
)

// SchemaVersion is the version of the tables. A case of another version is
// refused, never misread: what is in it can be loaded from evidence again.
const SchemaVersion = "3"

// ErrSchema is a case that another version of the tables was written with.
var ErrSchema = errors.New("the case has another schema version")

// ErrLocked is a case that another process is using.
var ErrLocked = errors.New("the case is in use")

// ErrNoCase is a folder that holds something else than a case.
var ErrNoCase = errors.New("the folder is not empty and no case")

// Native is what the store has to know of a source: the native fields that get
// a column of their own, those that an events column keeps verbatim, and the
// columns that hold pivots.
type Native struct {
	Source   string // "m365.ual"; a family of sources ends in a dot
	Columns  []string
	Kept     map[string]string // native name -> events column
	Entities []Entity
}

// Entity is a pivot in a native column.
type Entity struct{ Column, Kind, Role string }

// Writer is the one handle that writes to a case. It is not safe for
// concurrent use, except that batches may be filled in parallel.
type Writer struct {
	dir     string
	lock    *flock.Flock
	db      *sql.DB
	conn    *sql.Conn
	natives []*native
	feeds   map[string]*feed
	names   map[fieldName]bool // native field names that the case has seen
	free    []func()           // the C structs of the registered views
	open    bool               // a transaction is open
	counts  counts             // of the open transaction
}

// Create opens the case in dir for writing, making it if it isn't there. The
// folder gets mode 0700, what is in it 0600. ErrSchema, ErrLocked, ErrNoCase and
// ErrDamaged are the errors to branch on.
func Create(ctx context.Context, dir string, sources []Native) (*Writer, error) {
	if holdsOther(dir) {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoCase)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("case folder: %w", err)
	}
	lock, err := lockCase(dir)
	if err != nil {
		return nil, err
	}
	w := &Writer{dir: dir, lock: lock, feeds: map[string]*feed{}}
	if err := w.connect(ctx, sources); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// holdsOther says that dir holds files, none of them a case's. Folders don't
// count: a drill has its case beside its evidence.
func holdsOther(dir string) bool {
	entries, _ := os.ReadDir(dir) // what can't be read shows when it is written
	other := false
	for _, e := range entries {
		switch e.Name() {
		case "lock", "case.duckdb", "examination.jsonl", evidence.CustodyFile:
			return false
		}
		other = other || !e.IsDir()
	}
	return other
}

func lockCase(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, "lock"))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	return lock, nil
}

func (w *Writer) connect(ctx context.Context, sources []Native) error {
	if err := reachable(w.dir, os.O_RDWR); err != nil {
		return err
	}
	connector, err := duckdb.NewConnector(dsn(w.dir, "READ_WRITE", loadThreads(), loadMemory), nil)
	if err != nil {
		return unopened(ctx, w.dir, err)
	}
	w.db = sql.OpenDB(connector)
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return unopened(ctx, w.dir, err)
	}
	if err := w.ensureSchema(ctx, sources); err != nil {
		return err
	}
	if err := private(w.dir); err != nil {
		return err
	}
	if err := w.loadNames(ctx); err != nil {
		return err
	}
	return w.registerFeeds(ctx)
}

func databasePath(dir string) string { return filepath.Join(dir, "case.duckdb") }

// What the engine may take while events are stored. It spins on the cores it is
// given while its one inserting thread works, so one core is left to parsing:
// on two cores that took a third less time than a thread for each. More memory
// isn't used for anything but blocks that are on disk already.
const loadMemory = "300MB"

func loadThreads() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// What the engine may take to join and to sort; beyond it goes to disk.
const queryMemory = "350MB"

// dsn locks the engine down: no network, no other files, no extensions.
// Temporary files go into the case. Rows are told apart by their id, so their
// order needn't be kept; keeping it takes the engine's batch insert, which in
// 1.1.2 crashed now and then on large loads (PhysicalBatchInsert's
// Finalize, appending strings that were gone). The checkpoint threshold and its
// measured effect: ARCHITECTURE.md.
func dsn(dir, mode string, threads int, memory string) string {
	return databasePath(dir) + "?access_mode=" + mode +
		"&threads=" + strconv.Itoa(threads) + "&memory_limit=" + memory + "&temp_directory=" + filepath.Join(dir, "tmp") +
		"&checkpoint_threshold=256MB&preserve_insertion_order=false" +
		"&autoinstall_known_extensions=false&autoload_known_extensions=false&enable_external_access=false"
}

// settle gives the engine what queries need, once storing is over.
func (w *Writer) settle(ctx context.Context) error {
	_, err := w.conn.ExecContext(ctx, fmt.Sprintf("SET threads = %d; SET memory_limit = '%s'", runtime.GOMAXPROCS(0), queryMemory))
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}

// Exec runs one statement of the project's own on the writing connection.
func (w *Writer) Exec(ctx context.Context, name string, args ...any) error {
	if _, err := w.conn.ExecContext(ctx, queries.Text(name), args...); err != nil {
		return fmt.Errorf("%s.sql: %w", name, err)
	}
	return nil
}

// Checkpoint moves what was committed from the write-ahead log into the
// database file.
func (w *Writer) Checkpoint(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// Close releases the case. What was committed is safe without it.
func (w *Writer) Close() error {
	var errs []error
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	if w.db != nil {
		errs = append(errs, w.db.Close())
	}
	for _, release := range w.free {
		release()
	}
	errs = append(errs, w.lock.Unlock())
	return errors.Join(errs...)
}

// raw runs f with the driver's own connection.
func (w *Writer) raw(f func(driver.Conn) error) error {
	return w.conn.Raw(func(c any) error { return f(c.(driver.Conn)) })
}

// Open opens a case for reading only, locked down for queries that a user
// wrote: no other files, no settings, no writing.
func Open(ctx context.Context, dir string, sources []Native) (*Case, error) {
	if _, err := os.Stat(databasePath(dir)); err != nil {
		return nil, fmt.Errorf("no case in %s: %w", dir, err)
	}
	if err := reachable(dir, os.O_RDONLY); err != nil {
		return nil, err
	}
	lock, err := lockCase(dir)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("duckdb", dsn(dir, "READ_ONLY", runtime.GOMAXPROCS(0), queryMemory)+"&lock_configuration=true")
	if err != nil {
		return nil, errors.Join(unopened(ctx, dir, err), lock.Unlock())
	}
	c := &Case{DB: db, dir: dir, lock: lock, natives: nativesOf(sources)}
	if err := c.check(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Case is a case opened for reading.
type Case struct {
	*sql.DB
	dir     string
	lock    *flock.Flock
	natives []*native
	items   []evidence.Item // nil until something is cited
}

// Close releases the case.
func (c *Case) Close() error { return errors.Join(c.DB.Close(), c.lock.Unlock()) }

func (c *Case) check(ctx context.Context) error {
	version, err := meta(ctx, c.DB, "schema_version")
	if err != nil {
		return unopened(ctx, c.dir, err)
	}
	if version != SchemaVersion {
		return fmt.Errorf("%s has version %q, this program writes %s: %w", databasePath(c.dir), version, SchemaVersion, ErrSchema)
	}
	return nil
}
