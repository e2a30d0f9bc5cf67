package conformance

import (
	"context"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"hotwash/analyze/evidence"
)

// dataDir is the folder of real logs; the test is skipped where it is absent.
func dataDir(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("real logs are not read in a short test")
	}
	dir := os.Getenv("HOTWASH_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real logs: %v (set HOTWASH_DATA)", err)
	}
	return dir
}

// member is a file of the data, or what is packed in one.
type member struct {
	name  string // from the data's folder, with slashes; packed ones behind "!"
	data  []byte
	state evidence.State // of one that the walk only lists
	why   string         // the reason, or the problem its bytes ended with
}

// base is the name that a reader may take hints from.
func (m *member) base() string {
	return path.Base(m.name[strings.LastIndexByte(m.name, '!')+1:])
}

// eachMember walks the data as the program does, containers too, and gives
// every member whole.
func eachMember(t *testing.T, dir string, each func(*member)) {
	t.Helper()
	for m, err := range evidence.Walk(context.Background(), []string{dir}, evidence.DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		one := &member{name: m.Path, state: m.State, why: m.Reason}
		if m.Member != "" {
			one.name += "!" + m.Member
		}
		if m.State == "" {
			one.data, err = io.ReadAll(m)
			if err != nil {
				one.why = err.Error()
			}
			_ = m.Close() // its problem was reading's
		}
		if m.State != evidence.Container {
			each(one)
		}
	}
}
