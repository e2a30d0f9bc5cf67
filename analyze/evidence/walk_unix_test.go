//go:build unix

package evidence

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIrregularFiles lists what is no file without opening it: opening the pipe
// would wait for ever, opening the device would read for ever.
func TestIrregularFiles(t *testing.T) {
	dir := folder(t, packed{"a.log", []byte("x")})
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		syscall.Mkfifo(at("b.pipe"), 0o600),
		os.Symlink("/dev/zero", at("c.zero")),
		os.Symlink(dir, at("d.loop")),
		os.Symlink(at("a.log"), at("e.link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if l, err := net.Listen("unix", at("f.sock")); err == nil {
		defer func() { _ = l.Close() }()
	} else {
		t.Fatal(err)
	}
	var got []string
	for _, it := range walk(t, DefaultLimits(), dir).items {
		got = append(got, brief(it))
	}
	want := []string{
		"a.log! plain parsed 1",
		"b.pipe! pipe unreadable 0 not_regular",
		"c.zero! symlink unreadable 0 not_regular",
		"d.loop! symlink unreadable 0 not_regular",
		"e.link! symlink unreadable 0 not_regular",
		"f.sock! socket unreadable 0 not_regular",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestSwappedFile puts a link in the place of a file that was just listed.
func TestSwappedFile(t *testing.T) {
	dir := folder(t, packed{"a.log", []byte("x")}, packed{"other", []byte("y")})
	path := filepath.Join(dir, "a.log")
	seen, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "other"), path); err != nil {
		t.Fatal(err)
	}
	if _, err := openFile(path, seen); err == nil {
		t.Error("a link was followed")
	}
	if err := os.Rename(filepath.Join(dir, "other"), path); err != nil {
		t.Fatal(err)
	}
	if _, err := openFile(path, seen); err == nil {
		t.Error("another file was taken for the one listed")
	}
}

// TestArgumentMayBeLink follows the link that the user names.
func TestArgumentMayBeLink(t *testing.T) {
	dir := folder(t, packed{"a.log", []byte("x")})
	link := filepath.Join(t.TempDir(), "current")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	w := walk(t, DefaultLimits(), link)
	if len(w.items) != 1 || w.items[0].source().String() != "current/a.log" || w.items[0].State != Parsed {
		t.Errorf("%+v", w.items)
	}
}
