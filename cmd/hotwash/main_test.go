package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write doc.go and the expected output of scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hotwash": main})
}

// TestScripts runs testdata/script/*.txtar: the behaviour of the program as its
// users see it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else every command waits a second under -race
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    scriptExits,
			"replace":  scriptReplace,
			"count":    scriptCount,
			"gzip":     scriptGzip,
			"truncate": scriptTruncate,
			"droplast": scriptDropLast,
		},
	})
}

// world is a stdio whose output a test looks at.
func world(stdout, stderr *bytes.Buffer) stdio {
	at := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
	return stdio{in: &bytes.Buffer{}, out: stdout, err: stderr, now: func() time.Time { return at },
		env: func(string) string { return "" }}
}

// hotwash runs the program in this process and returns what it printed.
func hotwash(t *testing.T, want code, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(context.Background(), args, world(&stdout, &stderr)); got != int(want) {
		t.Fatalf("hotwash %q ended with %d, want %d\n%s", args, got, want, stderr.String())
	}
	return stdout.String()
}

// data is a folder of the real logs; the test is skipped where they are absent.
func data(t *testing.T, path string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("real logs are left out: -short")
	}
	root := os.Getenv("HOTWASH_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	dir, err := filepath.Abs(filepath.Join(root, path))
	if err == nil {
		_, err = os.Stat(dir)
	}
	if err != nil {
		t.Skipf("no real logs: %v; HOTWASH_DATA names their folder", err)
	}
	return dir
}
