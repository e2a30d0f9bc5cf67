package evidence

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// evidenceFolder holds one file of each way to pack.
func evidenceFolder(t testing.TB) string {
	t.Helper()
	return folder(t,
		packed{"plain.log", lines(5000)},
		packed{"sub/app.log.gz", gz(t, "", lines(6000))},
		packed{"all.zip", zipped(t, packed{"a!b.log", lines(3000)}, packed{"in.tar.gz", gz(t, "in.tar", tarred(t, packed{"x.log", lines(4000)}, packed{"y.log", lines(100)}))})},
		packed{"cut.gz", gz(t, "", lines(9000))[:100_000]},
		packed{"empty.log", nil},
		packed{"app.xz", xzipped(t, lines(2000))},
		packed{"solid.7z", sevenzipped(t, sevenTwo, packed{"x.log", lines(1500)}, packed{"y.txz", xzipped(t, tarred(t, packed{"z.log", lines(900)}))})},
	)
}

// readable are the items of a walk that have content, with it.
func (w walked) readable() (items []Item) {
	for _, it := range w.items {
		if len(w.data[name(it)]) > 0 {
			items = append(items, it)
		}
	}
	return items
}

func (w walked) item(t *testing.T, path, member string) Item {
	t.Helper()
	for _, it := range w.items {
		if it.Path == path && it.Member == member {
			return it
		}
	}
	t.Fatalf("no %s!%s in %v", path, member, w.items)
	return Item{}
}

func TestReadAgain(t *testing.T) {
	dir := evidenceFolder(t)
	w := walk(t, DefaultLimits(), dir)
	moved := filepath.Join(t.TempDir(), "moved", "and renamed")
	if err := os.CopyFS(moved, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(moved, "sub", "app.log.gz"), filepath.Join(moved, "other name")); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		roots []string
	}{
		{"below the argument", []string{dir}},
		{"below the folder that holds it", []string{filepath.Dir(dir)}},
		{"moved and renamed", []string{filepath.Dir(moved)}},
		{"one root gone", []string{dir + "-gone", moved}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := Locator{Roots: tc.roots}
			if len(w.readable()) != 9 {
				t.Fatalf("%d items", len(w.readable()))
			}
			for _, it := range w.readable() {
				data := w.data[name(it)]
				p := event.Place{Evidence: it.Ordinal, Offset: int64(len(data)) / 2, Len: 100}
				raw, match, err := l.Read(context.Background(), w.items, p)
				if err != nil || !match || !bytes.Equal(raw, data[p.Offset:p.Offset+100]) {
					t.Errorf("%s: match %v, error %v, %q", name(it), match, err, raw)
				}
			}
		})
	}
}

func TestReadMany(t *testing.T) {
	w := walk(t, DefaultLimits(), evidenceFolder(t))
	dir := evidenceFolder(t)
	r := Locator{Roots: []string{dir}}.Reader(w.items)
	items := w.readable()
	rnd := rand.New(rand.NewPCG(1, 2))
	places := make([]event.Place, 1000)
	for i := range places {
		it := items[rnd.IntN(len(items))]
		size := len(w.data[name(it)])
		from := rnd.IntN(size)
		places[i] = event.Place{Evidence: it.Ordinal, Offset: int64(from), Len: int32(min(rnd.IntN(3000), size-from))}
	}
	for range 2 { // the second time from what is remembered
		got, err := r.ReadMany(context.Background(), places)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range got {
			data := w.data[name(w.items[places[i].Evidence-1])]
			want := data[places[i].Offset:][:places[i].Len]
			if x.Place != places[i] || x.Err != nil || !x.Match || !bytes.Equal(x.Raw, want) {
				t.Fatalf("place %d %+v: match %v, error %v, %d bytes", i, x.Place, x.Match, x.Err, len(x.Raw))
			}
		}
	}
}

func TestReadProblems(t *testing.T) {
	dir := evidenceFolder(t)
	w := walk(t, DefaultLimits(), dir)
	plain := w.item(t, "plain.log", "")
	size := plain.Size
	r := Locator{Roots: []string{dir}}.Reader(w.items)
	var p *Problem
	if x, err := r.Read(context.Background(), event.Place{Evidence: plain.Ordinal, Offset: size - 10, Len: 20}); !errors.As(err, &p) || len(x.Raw) != 10 {
		t.Errorf("beyond the end: %v, %d bytes", err, len(x.Raw))
	}
	if _, err := r.Read(context.Background(), event.Place{Evidence: 99, Len: 1}); err == nil {
		t.Error("an item of no case was read")
	}
	if _, err := r.Read(context.Background(), event.Place{Evidence: plain.Ordinal, Offset: -1, Len: 1}); err == nil {
		t.Error("a negative offset was read")
	}
	if _, _, err := (Locator{Roots: []string{t.TempDir()}}).Read(context.Background(), w.items, event.Place{Evidence: plain.Ordinal, Len: 1}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gone: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.ReadMany(ctx, []event.Place{{Evidence: plain.Ordinal, Len: 1}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestReadChanged gives the bytes of today, and says that they are others.
func TestReadChanged(t *testing.T) {
	dir := evidenceFolder(t)
	w := walk(t, DefaultLimits(), dir)
	r := Locator{Roots: []string{dir}}.Reader(w.items)
	path := filepath.Join(dir, "plain.log")
	p := event.Place{Evidence: w.item(t, "plain.log", "").Ordinal, Offset: 100, Len: 5}
	if x, err := r.Read(context.Background(), p); err != nil || !x.Match {
		t.Fatal(err, x.Match)
	}
	data := lines(5000)
	data[102] ^= 1
	put(t, path, data)
	if err := os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	if x, err := r.Read(context.Background(), p); err != nil || x.Match || !bytes.Equal(x.Raw, data[100:105]) {
		t.Errorf("match %v, error %v, %q", x.Match, err, x.Raw)
	}
}

// TestReadRepacked knows a member by its own hash when only its packing is new.
func TestReadRepacked(t *testing.T) {
	dir := evidenceFolder(t)
	w := walk(t, DefaultLimits(), dir)
	put(t, filepath.Join(dir, "sub/app.log.gz"), append(gz(t, "app.log", lines(6000)), make([]byte, 10)...))
	it := w.item(t, "sub/app.log.gz", "app.log")
	raw, match, err := Locator{Roots: []string{dir}}.Read(context.Background(), w.items, event.Place{Evidence: it.Ordinal, Offset: 7, Len: 7})
	if err != nil || !match || !bytes.Equal(raw, lines(6000)[7:14]) {
		t.Errorf("match %v, error %v, %q", match, err, raw)
	}
}

func TestVerify(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(t *testing.T, dir string)
		want   map[string]Verdict // of items that are not intact
	}{
		{"nothing", func(*testing.T, string) {}, map[string]Verdict{}},
		{"a byte of a plain file", flip("plain.log", 77), map[string]Verdict{"logs/plain.log!": Differs}},
		{"a byte of a gzip's data", flip("sub/app.log.gz", 50_000), map[string]Verdict{
			"logs/sub/app.log.gz!": Differs, "logs/sub/app.log.gz!app.log": Differs}},
		{"a byte of a gzip's header", flip("sub/app.log.gz", 4), map[string]Verdict{"logs/sub/app.log.gz!": Differs}},
		{"a byte of one zip member", flip("all.zip", 30_000), map[string]Verdict{
			"logs/all.zip!": Differs, `logs/all.zip!a\x21b.log`: Differs}},
		{"a byte of a cut gzip", flip("cut.gz", 50_000), map[string]Verdict{"logs/cut.gz!": Differs, "logs/cut.gz!cut": Differs}},
		{"a byte of an xz's data", flip("app.xz", 30_000), map[string]Verdict{"logs/app.xz!": Differs, "logs/app.xz!app": Differs}},
		{"a byte of a 7z's only stream", flip("solid.7z", 5_000), map[string]Verdict{"logs/solid.7z!": Differs, "logs/solid.7z!x.log": Differs,
			"logs/solid.7z!y.txz": Differs, "logs/solid.7z!y.txz!y.tar": Differs, "logs/solid.7z!y.txz!y.tar!z.log": Differs}},
		{"a file gone", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "all.zip")); err != nil {
				t.Fatal(err)
			}
		}, map[string]Verdict{"logs/all.zip!": Missing, `logs/all.zip!a\x21b.log`: Missing, "logs/all.zip!in.tar.gz": Missing,
			"logs/all.zip!in.tar.gz!in.tar": Missing, "logs/all.zip!in.tar.gz!in.tar!x.log": Missing, "logs/all.zip!in.tar.gz!in.tar!y.log": Missing}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := evidenceFolder(t)
			w := walk(t, DefaultLimits(), dir)
			tc.change(t, dir)
			got, n := map[string]Verdict{}, 0
			for c, err := range (Locator{Roots: []string{dir}}).Verify(context.Background(), w.items) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; c.Verdict != Intact {
					got[name(c.Item)] = c.Verdict
				}
			}
			if n != len(w.items) {
				t.Errorf("%d checks of %d items", n, len(w.items))
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// flip changes one bit of a file, and keeps its size and time.
func flip(name string, at int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[at] ^= 1
		put(t, path, data)
		if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestVerifyFindsAlteredCase notices that the case, not the file, has changed.
func TestVerifyFindsAlteredCase(t *testing.T) {
	dir := evidenceFolder(t)
	w := walk(t, DefaultLimits(), dir)
	for i := range w.items {
		if w.items[i].Member == `a\x21b.log` {
			w.items[i].SHA256 = hexSum(nil)
		}
	}
	var bad []string
	for c, err := range (Locator{Roots: []string{dir}}).Verify(context.Background(), w.items) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Verdict != Intact {
			bad = append(bad, name(c.Item))
		}
	}
	if d := cmp.Diff([]string{`logs/all.zip!a\x21b.log`}, bad); d != "" {
		t.Error(d)
	}
}
