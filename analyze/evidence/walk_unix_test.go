//go:build unix

package evidence

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
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

// TestHostileFolder states what becomes of everything that a folder may hold.
func TestHostileFolder(t *testing.T) {
	log := []byte("x\n")
	long := strings.Repeat("n", 251) + ".log"
	for _, tc := range []struct {
		name string
		make func(dir string) error
		want []string
	}{
		{"hard links", func(dir string) error { return os.Link(dir+"/a.log", dir+"/b.log") }, []string{"b.log! plain parsed 2"}},
		{"a link to nothing", func(dir string) error { return os.Symlink("nowhere", dir+"/b") }, []string{"b! symlink unreadable 0 not_regular"}},
		{"a link to itself", func(dir string) error { return os.Symlink("b", dir+"/b") }, []string{"b! symlink unreadable 0 not_regular"}},
		{"a link to the folder above", func(dir string) error { return os.Symlink("..", dir+"/b") }, []string{"b! symlink unreadable 0 not_regular"}},
		{"a link out of the folder", func(dir string) error { return os.Symlink("/etc/hostname", dir+"/b") }, []string{"b! symlink unreadable 0 not_regular"}},
		{"a device", func(dir string) error { return syscall.Mknod(dir+"/b", syscall.S_IFCHR|0o600, 1<<8|5) }, []string{"b! device unreadable 0 not_regular"}},
		{"no permission", func(dir string) error { return os.WriteFile(dir+"/b", log, 0) }, []string{"b! plain unreadable 0 io"}},
		{"a folder without permission", func(dir string) error { return os.Mkdir(dir+"/b", 0) }, []string{"b! folder unreadable 0 io"}},
		{"a newline in a name", fileNamed("b\nc", log), []string{`b\x0ac! plain parsed 2`}},
		{"an escape sequence in a name", fileNamed("b\x1b]0;x\a", log), []string{`b\x1b]0;x\x07! plain parsed 2`}},
		{"a name like a flag", fileNamed("b/-o", log), []string{"b/-o! plain parsed 2"}},
		{"invalid UTF-8 in a name", fileNamed("b\xff", log), []string{`b\xff! plain parsed 2`}},
		{"text turned round in a name", fileNamed("b\u202egol.exe", log), []string{`b\xe2\x80\xaegol.exe! plain parsed 2`}},
		{"the longest name", fileNamed(long, log), []string{long + "! plain parsed 2"}},
		{"names that differ by case", fileNamed("A.LOG", log), []string{"A.LOG! plain parsed 2"}},
		{"folders deeper than a path can be", deepFolder, []string{"deep unreadable io"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := folder(t, packed{"a.log", log})
			if err := tc.make(dir); err != nil {
				t.Skip(err)
			}
			if os.Getuid() == 0 && strings.Contains(tc.name, "permission") {
				t.Skip("root may read anything")
			}
			var got []string
			for _, it := range walk(t, DefaultLimits(), dir).items {
				switch line := brief(it); {
				case it.Path == "a.log" && it.State == Parsed:
				case len(it.Path) > 3000:
					got = append(got, "deep "+string(it.State)+" "+it.Reason[:2])
				default:
					got = append(got, line)
				}
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// fileNamed writes a file of a name below a folder.
func fileNamed(name string, data []byte) func(dir string) error {
	return func(dir string) error {
		path := filepath.Join(dir, name)
		return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o600))
	}
}

// deepFolder makes folders whose path is longer than the system takes.
func deepFolder(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for range 3 {
		if err := root.MkdirAll(strings.Repeat("dddddddddd/", 150)+"d", 0o755); err != nil {
			return err
		}
		next, err := root.OpenRoot(strings.Repeat("dddddddddd/", 150) + "d")
		if err != nil {
			return err
		}
		_ = root.Close()
		root = next
	}
	return root.WriteFile("x.log", []byte("x\n"), 0o600)
}

// TestGrowingFile reads a log that is written to all the time: it ends where the
// file ended when it was opened, and is said to have changed.
func TestGrowingFile(t *testing.T) {
	data := lines(20_000)
	dir := folder(t, packed{"a.log", data})
	f, err := os.OpenFile(filepath.Join(dir, "a.log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				_, _ = f.WriteString("one more line\n")
			}
		}
	}()
	for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		for at, err := os.Stat(f.Name()); err == nil; { // until it has grown since it was opened
			now, err := os.Stat(f.Name())
			if err != nil || now.Size() > at.Size() {
				break
			}
		}
		got, _ := io.ReadAll(m)
		if err := m.Close(); m.State != Changed || !strings.HasPrefix(m.Reason, CodeChanged) {
			t.Errorf("%v, %+v", err, m.Item)
		}
		if !bytes.HasPrefix(got, data) || int64(len(got)) != m.Size {
			t.Errorf("%d bytes of %d, size %d", len(got), len(data), m.Size)
		}
	}
	close(stop)
	<-stopped
	_ = f.Close()
}

// TestReplacedWhileRead renames another file over the one that is read: what
// was opened is what is read and hashed.
func TestReplacedWhileRead(t *testing.T) {
	data := lines(5000)
	dir := folder(t, packed{"a.log", data}, packed{"b.log", []byte("other\n")})
	for m, err := range Walk(context.Background(), []string{filepath.Join(dir, "a.log")}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, "b.log"), filepath.Join(dir, "a.log")); err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(m)
		if err := m.Close(); err != nil || !bytes.Equal(got, data) || m.SHA256 != hexSum(data) {
			t.Errorf("%v, %d bytes, %+v", err, len(got), m.Item)
		}
	}
}

// TestShowPipe says of a pipe that it is one, and not that it is gone.
func TestShowPipe(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "p"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := walk(t, DefaultLimits(), dir)
	_, _, err := Locator{Roots: []string{dir}}.Read(context.Background(), w.items, event.Place{Evidence: 1, Len: 1})
	if err == nil || err.Error() != "logs/p: not_regular: pipe, not opened" {
		t.Error(err)
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
