//go:build unix

package main

import (
	"bufio"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotwash/simulate/emit"
)

var benchRecords = flag.Int("records", 1_000_000, "records of the audit log that BenchmarkLoad reads")

// BenchmarkLoad measures loading a generated unified audit log against what it
// may be held against in the same minute: hashing alone, and the engine's own
// JSON reader. Seconds and ratios are of whole processes; peak memory is the
// largest resident size of one.
func BenchmarkLoad(b *testing.B) {
	log := filepath.Join(b.TempDir(), "audit.jsonl")
	size := writeAuditLog(b, log)
	b.Run("sha256sum", func(b *testing.B) {
		for b.Loop() {
			report(b, measure(b, exec.CommandContext(b.Context(), "sha256sum", log)), size)
		}
	})
	b.Run("hotwash", func(b *testing.B) {
		for b.Loop() {
			dir := filepath.Join(b.TempDir(), "case")
			report(b, measure(b, program(b, "analyze", log, "--case", dir, "--no-builtin", "--quiet")), size)
			b.ReportMetric(float64(stored(b, dir))/float64(*benchRecords), "values/record")
		}
	})
	// Last: a process starts with the peak of the one that starts it.
	b.Run("read_json", func(b *testing.B) {
		for b.Loop() {
			readJSON(b, log, size)
		}
	})
}

func writeAuditLog(b *testing.B, path string) int64 {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	if err := emit.AuditLog(out, 42, *benchRecords); err != nil {
		b.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// program is this test binary as the program itself: TestMain runs main under
// that name.
func program(b *testing.B, args ...string) *exec.Cmd {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	link := filepath.Join(b.TempDir(), "hotwash")
	if err := os.Symlink(self, link); err != nil {
		b.Fatal(err)
	}
	return exec.CommandContext(b.Context(), link, args...)
}

// cost is what a process took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

func measure(b *testing.B, cmd *exec.Cmd) cost {
	b.Helper()
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", cmd.Args[0], err, out)
	}
	c := cost{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.peak = int64(usage.Maxrss) << 10 // Linux counts KiB
	}
	return c
}

func report(b *testing.B, c cost, size int64) {
	b.ReportMetric(c.wall.Seconds(), "s")
	b.ReportMetric(c.cpu.Seconds(), "cpu-s")
	b.ReportMetric(float64(size)/1e6/c.wall.Seconds(), "MB/s")
	b.ReportMetric(float64(*benchRecords)/c.wall.Seconds(), "records/s")
	if c.peak > 0 {
		b.ReportMetric(float64(c.peak)/(1<<20), "peak-MiB")
	}
}

// named are the columns of the audit log that hotwash keeps as columns, as the
// JSON reader would be asked for them.
const named = `CreationTime VARCHAR, Id VARCHAR, Operation VARCHAR, OrganizationId VARCHAR, RecordType VARCHAR, ResultStatus VARCHAR,
	UserKey VARCHAR, UserType VARCHAR, Version VARCHAR, Workload VARCHAR, UserId VARCHAR, ClientIP VARCHAR, ObjectId VARCHAR,
	UserAgent VARCHAR, SessionId VARCHAR, ApplicationId VARCHAR, ClientAppId VARCHAR, AppId VARCHAR, InterSystemsId VARCHAR,
	ExternalAccess VARCHAR, OrganizationName VARCHAR, OriginatingServer VARCHAR, AppAccessContext JSON, Parameters JSON,
	ExtendedProperties JSON, DeviceProperties JSON, ModifiedProperties JSON, Actor JSON, Target JSON, PropertyCollection JSON`

// readJSON loads the log with the engine's own reader, into a file as hotwash
// does, without a hash and without places.
func readJSON(b *testing.B, log string, size int64) {
	b.Helper()
	db, err := sql.Open("duckdb", filepath.Join(b.TempDir(), "plain.duckdb"))
	if err != nil {
		b.Fatal(err)
	}
	columns := strings.NewReplacer(" VARCHAR", ": 'VARCHAR'", " JSON", ": 'JSON'").Replace(named)
	before, start := used(b), time.Now()
	_, err = db.ExecContext(b.Context(), fmt.Sprintf(
		"CREATE TABLE t AS SELECT * FROM read_json('%s', format = 'newline_delimited', columns = {%s}); CHECKPOINT", log, columns))
	if err != nil {
		b.Fatal(err)
	}
	report(b, cost{wall: time.Since(start), cpu: used(b) - before}, size)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

// used is the processor time of this process so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// stored counts the values in the tables that records are stored in, empty ones
// too: each has its price.
func stored(b *testing.B, dir string) (values int64) {
	b.Helper()
	db, err := sql.Open("duckdb", filepath.Join(dir, "case.duckdb")+"?access_mode=READ_ONLY")
	if err != nil {
		b.Fatal(err)
	}
	err = db.QueryRowContext(b.Context(), `SELECT sum(column_count * estimated_size)::BIGINT FROM duckdb_tables()
		WHERE table_name IN ('events', 'flows', 'dns', 'web', 'processes') OR table_name LIKE 'native\_%' ESCAPE '\' AND table_name <> 'native_fields'`).Scan(&values)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return values
}
