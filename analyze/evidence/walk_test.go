package evidence

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestWalkStates(t *testing.T) {
	hello := []byte("hello\n")
	for _, tc := range []struct {
		name string
		data []byte
		want []string // of the file and its members: "!member kind state size reason"
	}{
		{"plain", hello, []string{"! plain parsed 6"}},
		{"empty", nil, []string{"! plain empty 0"}},
		{"gzip named by the file", gz(t, "", hello), []string{"! gzip container", "!in plain parsed 6"}},
		{"gzip named by its header", gz(t, "app.log", hello), []string{"! gzip container", "!app.log plain parsed 6"}},
		{"gzip of two streams", append(gz(t, "a", hello), gz(t, "b", hello)...), []string{"! gzip container", "!a plain parsed 12"}},
		{"gzip padded with zeros", append(gz(t, "a", hello), make([]byte, 700)...), []string{"! gzip container", "!a plain parsed 6"}},
		{"gzip with other data behind", append(gz(t, "a", hello), "garbage"...), []string{"! gzip container", "!a plain partial 6 corrupt"}},
		{"gzip, second header cut", append(gz(t, "a", hello), 0x1f, 0x8b, 8), []string{"! gzip container", "!a plain partial 6 truncated"}},
		{"gzip of nothing", gz(t, "a", nil), []string{"! gzip container", "!a plain empty 0"}},
		{"gzip header alone", []byte("\x1f\x8b\x08\x00\x00"), []string{"! gzip unreadable truncated"}},
		{"bzip2", bzip2Hello, []string{"! bzip2 container", "!in plain parsed 6"}},
		{"zstd", zst(t, hello), []string{"! zstd container", "!in plain parsed 6"}},
		{"zstd cut short", zst(t, hello)[:12], []string{"! zstd container", "!in plain unreadable 0 truncated"}},
		{"bzip2 cut short", bzip2Hello[:30], []string{"! bzip2 container", "!in plain unreadable 0 truncated"}},
		{"zip", zipped(t, packed{"b/x.log", hello}, packed{"b/", nil}, packed{"a.log", nil}),
			[]string{"! zip container", "!b/x.log plain parsed 6", "!a.log plain empty 0"}},
		{"zip of nothing", zipped(t), []string{"! zip container"}},
		{"zip with equal names", zipped(t, packed{"a", hello}, packed{"a", hello}, packed{"a~2", hello}),
			[]string{"! zip container", "!a plain parsed 6", "!a~2 plain parsed 6", "!a~2~2 plain parsed 6"}},
		{"PK in other data", []byte("PK\x03\x04\xff\xff\xff\xff\xff\xff and then whatever there may be"), []string{"! plain parsed 41"}},
		{"tar", tarred(t, packed{"x.log", hello}), []string{"! tar container", "!x.log plain parsed 6"}},
		{"tar cut in its second header", tarred(t, packed{"x.log", hello}, packed{"y.log", hello})[:1100],
			[]string{"! tar partial truncated", "!x.log plain parsed 6"}},
		{"tar cut in a file", tarred(t, packed{"x.log", lines(50)})[:1000],
			[]string{"! tar partial truncated", "!x.log plain partial 488 truncated"}},
		{"tgz", gz(t, "logs.tar", tarred(t, packed{"x.log.gz", gz(t, "x.log", hello)})),
			[]string{"! gzip container", "!logs.tar tar container", "!logs.tar!x.log.gz gzip container", "!logs.tar!x.log.gz!x.log plain parsed 6"}},
		{"zip in zip", zipped(t, packed{"i.zip", zipped(t, packed{"a", hello})}),
			[]string{"! zip container", "!i.zip zip container", "!i.zip!a plain parsed 6"}},
		{"deeper than the limit", gz(t, "3", gz(t, "2", gz(t, "1", gz(t, "0", hello)))),
			[]string{"! gzip container", "!3 gzip container", "!3!2 gzip container", "!3!2!1 gzip unreadable depth"}},
		{"xz", xzipped(t, hello), []string{"! xz container", "!in plain parsed 6"}},
		{"xz of nothing", xzipped(t, nil), []string{"! xz container", "!in plain empty 0"}},
		{"xz of two streams, padded", append(append(append(xzipped(t, hello), 0, 0, 0, 0), xzipped(t, hello)...), 0, 0, 0, 0), []string{"! xz container", "!in plain parsed 12"}},
		{"xz with other data behind", append(xzipped(t, hello), "garbage and more of it"...), []string{"! xz container", "!in plain partial 6 corrupt"}},
		{"xz, second header cut", append(xzipped(t, hello), xzMagic...), []string{"! xz container", "!in plain partial 6 truncated"}},
		{"xz header alone", xzipped(t, hello)[:12], []string{"! xz unreadable truncated"}},
		{"xz signature alone", []byte(xzMagic + "\x00\x04"), []string{"! xz unreadable truncated"}},
		{"xz without its index", xzipped(t, hello)[:48], []string{"! xz container", "!in plain partial 6 truncated"}},
		{"xz checksum", flipped(xzipped(t, hello), 30), []string{"! xz container", "!in plain partial 6 corrupt"}},
		{"xz index", flipped(xzipped(t, hello), -17), []string{"! xz container", "!in plain partial 6 corrupt"}},
		{"xz footer", flipped(xzipped(t, hello), -5), []string{"! xz container", "!in plain partial 6 corrupt"}},
		{"xz with a filter for programs", xzBlock(2, "\x04\x00\x21\x01\x16"), []string{"! xz unsupported xz with another filter than LZMA2"}},
		{"xz with a dictionary of 4 GiB", xzBlock(0, "\x21\x01\x28"), []string{"! xz unreadable memory"}},
		{"txz", xzipped(t, tarred(t, packed{"x.log", hello})), []string{"! xz container", "!in tar container", "!in!x.log plain parsed 6"}},
		{"lz4", lz4ed(t, hello), []string{"! lz4 container", "!in plain parsed 6"}},
		{"lz4 cut short", lz4ed(t, lines(3000))[:3000], []string{"! lz4 container", "!in plain unreadable 0 truncated"}},
		{"rar", []byte("Rar!\x1a\x07\x01\x00"), []string{"! rar unsupported 8 rar"}},
		{"cab", []byte("MSCF\x00\x00\x00\x00"), []string{"! cab unsupported 8 cab"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := walk(t, DefaultLimits(), folder(t, packed{"in", tc.data}))
			var got []string
			for _, it := range w.items {
				got = append(got, strings.TrimPrefix(brief(it), "in"))
				if it.SHA256 == "" && it.State != PartialRead && it.State != Unreadable || it.Outer != hexSum(tc.data) {
					t.Errorf("%s: SHA256 %q, Outer %q", name(it), it.SHA256, it.Outer)
				}
				if data, ok := w.data[name(it)]; ok && it.State == Parsed && it.SHA256 != hexSum(data) {
					t.Errorf("%s: hash is not that of what was read", name(it))
				}
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestNestedContainerHash(t *testing.T) {
	inner := gz(t, "x.log", lines(2000))
	w := walk(t, DefaultLimits(), folder(t, packed{"a.tar", tarred(t, packed{"x.gz", inner}, packed{"after", []byte("z")})}))
	for _, it := range w.items {
		if it.Member == "x.gz" && it.SHA256 == hexSum(inner) && it.Size == int64(len(inner)) {
			return
		}
	}
	t.Errorf("no x.gz with hash %s in %v", hexSum(inner), w.items)
}

func TestTruncatedGzip(t *testing.T) {
	data := lines(20_000)
	whole := gz(t, "", data)
	for i := 1; i < 16; i++ {
		cut := len(whole) * i / 16
		w := walk(t, DefaultLimits(), folder(t, packed{"a.gz", whole[:cut]}))
		got, err := w.data["logs/a.gz!a"], w.errs["logs/a.gz!a"]
		var p *Problem
		if !errors.As(err, &p) || p.Code != CodeTruncated || p.At != int64(len(got)) {
			t.Fatalf("cut at %d/16: error %v after %d bytes", i, err, len(got))
		}
		if !bytes.HasPrefix(data, got) || len(got) < len(data)*i/16-128<<10 {
			t.Errorf("cut at %d/16: %d of %d bytes", i, len(got), len(data))
		}
		if it := w.items[1]; it.State != PartialRead || it.SHA256 != "" || it.Size != int64(len(got)) {
			t.Errorf("cut at %d/16: item %+v", i, it)
		}
	}
}

func TestFlippedChecksum(t *testing.T) {
	data := lines(3000)
	bad := gz(t, "", data)
	bad[len(bad)-8] ^= 1
	w := walk(t, DefaultLimits(), folder(t, packed{"a.gz", bad}))
	var p *Problem
	if err := w.errs["logs/a.gz!a"]; !errors.As(err, &p) || p.Code != CodeCorrupt || p.At != int64(len(data)) {
		t.Errorf("error %v", err)
	}
	if !bytes.Equal(w.data["logs/a.gz!a"], data) {
		t.Error("the data before the checksum is lost")
	}
}

func TestBombs(t *testing.T) {
	small := Limits{Depth: 3, Entries: 20, Ratio: 100, RatioAfter: 1 << 20, Nested: 1 << 20}
	zeros := make([]byte, 16<<20)
	many := make([]packed, 30)
	for i := range many {
		many[i] = packed{fmt.Sprint(i), []byte("x")}
	}
	for _, tc := range []struct {
		name string
		data []byte
		code string
		most int // bytes that may be delivered
	}{
		{"gzip", gz(t, "", zeros), CodeRatio, 9 << 20}, // what is read ahead of the stream allows some more
		{"zstd", zst(t, zeros), CodeRatio, 2 << 20},
		{"xz", xzipped(t, zeros), CodeRatio, 9 << 20},
		{"lz4", lz4ed(t, zeros), CodeRatio, 9 << 20},
		{"gzip in gzip", gz(t, "", gz(t, "", zeros)), CodeRatio, 9 << 20},
		{"zip entry", zipped(t, packed{"a", zeros}), CodeRatio, 4 << 20},
		{"entries", zipped(t, many...), CodeEntries, 20},
		{"overlapping zip", overlapping(t), CodeCorrupt, 0},
		{"inner zip too large", gz(t, "", zipped(t, packed{"a", lines(80_000)})), CodeNested, 0},
		{"sparse tar", sparseTar(t), CodeRatio, 2 << 20},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := walk(t, small, folder(t, packed{"in", tc.data}))
			total, found := 0, false
			for _, data := range w.data {
				total += len(data)
			}
			for _, it := range w.items {
				found = found || strings.HasPrefix(it.Reason, tc.code)
			}
			if !found || total > tc.most {
				t.Errorf("%d bytes delivered, items %+v", total, w.items)
			}
		})
	}
}

// overlapping makes both directory entries of a zip name the first one's data.
func overlapping(t *testing.T) []byte {
	data := zipped(t, packed{"a", lines(5)}, packed{"a", lines(5)})
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[second+42:], 0)
	return data
}

// sparseTar is a file of 64 MiB of which no byte is stored.
func sparseTar(t *testing.T) []byte {
	block := make([]byte, 512)
	copy(block, "hole")
	copy(block[100:], "0000644\x00")
	copy(block[124:], "00000000000\x00")
	copy(block[136:], "00000000000\x00")
	block[156] = tar.TypeGNUSparse
	copy(block[257:], "ustar  \x00")
	copy(block[386:], "00400000000\x0000000000000\x00") // an empty piece at the end
	copy(block[483:], "00400000000\x00")
	copy(block[148:], "        ")
	sum := 0
	for _, c := range block {
		sum += int(c)
	}
	copy(block[148:], fmt.Sprintf("%06o\x00 ", sum))
	return append(block, make([]byte, 1024)...)
}

func TestHostileNames(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, tc := range []struct{ name, in, want string }{
		{"climbing", "../../etc/passwd", "../../etc/passwd"},
		{"absolute", "/etc/passwd", "/etc/passwd"},
		{"backslashes", `..\a.log`, `..\a.log`},
		{"backslash that looks escaped", `a\x00.log`, `a\x5cx00.log`},
		{"drive", `C:\Windows\a.log`, `C:\Windows\a.log`},
		{"newline", "a\nb.log", `a\x0ab.log`},
		{"300 characters", strings.Repeat("é", 300), strings.Repeat("é", 300)},
		{"NUL", "a\x00.log", `a\x00.log`},
		{"escape sequence", "\x1b]0;owned\x07", `\x1b]0;owned\x07`},
		{"text turned round", "a\u202egol.exe", `a\xe2\x80\xaegol.exe`},
		{"invalid UTF-8", "caf\xe9.log", `caf\xe9.log`},
		{"UTF-8", "café.log", "café.log"},
		{"level mark", "a!b", `a\x21b`},
		{"none", "", "unnamed"},
		{"long", long, long[:1024] + "~" + hexSum([]byte(long))[:16]},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := memberLabel(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if tc.in != "" && len(tc.in) < 1024 && unlabel(tc.want) != tc.in {
				t.Errorf("unlabel gives %q", unlabel(tc.want))
			}
			file := packed{tc.in, []byte("x")}
			kinds := map[string][]byte{"zip": zipped(t, file), "zip without a directory": beforeDirectory(zipped(t, file))}
			if tc.in != "" && utf8.ValidString(tc.in) && !strings.Contains(tc.in, "\x00") { // others can't hold such names
				kinds["tar"], kinds["7z"] = tarred(t, file), sevenzipped(t, sevenCopy, file)
			}
			for kind, data := range kinds {
				w := walk(t, DefaultLimits(), folder(t, packed{"in", data}))
				if it := w.items[1]; it.Member != tc.want || it.State != Parsed {
					t.Errorf("%s member %q %s, want %q", kind, it.Member, it.State, tc.want)
				}
			}
		})
	}
}

func TestWalkOrderAndArguments(t *testing.T) {
	base := t.TempDir()
	for _, p := range []string{"one/logs/b/z", "one/logs/a.log", "one/logs/b.log", "two/logs/a.log", "two/case/x", "two/single.log"} {
		put(t, filepath.Join(base, p), []byte(p))
	}
	at := func(p string) string { return filepath.Join(base, p) }
	args := []string{at("one/logs"), at("two/logs"), "-", at("two/single.log"), at("one/logs/"), at("two")}
	var got []string
	for m, err := range Walk(context.Background(), args, DefaultLimits(), func(abs string) bool { return filepath.Base(abs) == "case" }) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m.source().String())
	}
	want := []string{"logs/a.log", "logs/b/z", "logs/b.log", "logs~2/a.log", "single.log", "two/logs/a.log", "two/single.log"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWalkMissingArgument(t *testing.T) {
	dir := folder(t, packed{"a", []byte("x")})
	for m, err := range Walk(context.Background(), []string{dir, dir + "/nowhere"}, DefaultLimits(), nil) {
		if m != nil || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, %v", m, err)
		}
	}
}

func TestWalkInterrupted(t *testing.T) {
	dir := folder(t, packed{"a", lines(10)}, packed{"b", lines(10)})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	members := 0
	for m, err := range Walk(ctx, []string{dir}, DefaultLimits(), nil) {
		if last = err; err != nil {
			break
		}
		members++
		cancel()
		if _, err := io.ReadAll(m); !errors.Is(err, context.Canceled) {
			t.Errorf("read: %v", err)
		}
		if err := m.Close(); !errors.Is(err, context.Canceled) || m.State != "" || m.SHA256 != "" {
			t.Errorf("close: %v, state %q", err, m.State)
		}
	}
	if members != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d members, %v", members, last)
	}
}

// TestChangedWhileRead appends, cuts and replaces while a walk reads.
func TestChangedWhileRead(t *testing.T) {
	for _, tc := range []struct {
		name   string
		data   []byte
		change func(path string) error
		size   int64
	}{
		{"appended", lines(1000), func(p string) error {
			f, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteString("more\n")
				err = errors.Join(err, f.Close())
			}
			return err
		}, int64(len(lines(1000)))},
		{"cut", lines(1000), func(p string) error { return os.Truncate(p, 100) }, 100},
		{"gzip cut", gz(t, "", lines(60_000)), func(p string) error { return os.Truncate(p, 1<<20) }, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := folder(t, packed{"a", tc.data})
			var last *Member
			for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
				if err != nil {
					t.Fatal(err)
				}
				if last = m; m.State != "" {
					continue
				}
				if err := tc.change(filepath.Join(dir, "a")); err != nil {
					t.Fatal(err)
				}
				_, _ = io.ReadAll(m)
				var p *Problem
				if err := m.Close(); !errors.As(err, &p) || p.Code != CodeChanged {
					t.Errorf("close: %v", err)
				}
			}
			if last.State != Changed || tc.size >= 0 && last.Size != tc.size {
				t.Errorf("state %s, size %d", last.State, last.Size)
			}
		})
	}
}

func TestMemberSum(t *testing.T) {
	data := lines(1000)
	dir := folder(t, packed{"a", data})
	for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 1000)
		for range 5 {
			if _, err := io.ReadFull(m, buf); err != nil {
				t.Fatal(err)
			}
			if m.Sum() != sha256.Sum256(data[:m.Offset()]) {
				t.Errorf("sum at %d is wrong", m.Offset())
			}
		}
		if err := m.Close(); err != nil || m.SHA256 != hexSum(data) || m.Outer != m.SHA256 || m.Size != int64(len(data)) {
			t.Errorf("close reads the rest: %v, %+v", err, m.Item)
		}
	}
}

// TestCloseAfterJudging closes a member whose state the caller has set.
func TestCloseAfterJudging(t *testing.T) {
	dir := folder(t, packed{"a", lines(100)})
	for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		m.State, m.Reason = NotALog, "no format"
		if err := m.Close(); err != nil || m.State != NotALog || m.SHA256 != hexSum(lines(100)) {
			t.Errorf("%v, %+v", err, m.Item)
		}
	}
}

func TestItemName(t *testing.T) {
	for _, tc := range []struct {
		name string
		item Item
		want string
	}{
		{"argument", Item{Argument: "a.log"}, "a.log"},
		{"path", Item{Argument: "logs", Path: "x/a!b.log"}, "a!b.log"},
		{"member", Item{Argument: "logs", Path: "x.zip", Member: "i.tar!var/log/syslog"}, "syslog"},
	} {
		if got := tc.item.Name(); got != tc.want {
			t.Errorf("%s: got %s", tc.name, got)
		}
	}
}

func TestWalkIsLazy(t *testing.T) {
	dir := folder(t, packed{"a.tgz", gz(t, "", tarred(t, packed{"x", lines(10)}, packed{"y", lines(10)}))}, packed{"b", nil})
	n := 0
	for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; m.State == "" {
			break
		}
	}
	if n != 3 {
		t.Errorf("stopped after %d items", n)
	}
}

func FuzzWalk(f *testing.F) {
	hello := []byte("hello\n")
	f.Add(gz(f, "a", hello))
	f.Add(zipped(f, packed{"a", hello}, packed{"b.gz", gz(f, "b", hello)}))
	f.Add(tarred(f, packed{"a", hello}))
	f.Add(gz(f, "t.tar", tarred(f, packed{"i.zip", zipped(f, packed{"a", hello})})))
	f.Add(zst(f, hello))
	f.Add(bzip2Hello)
	f.Add([]byte("Rar!\x1a\x07\x00"))
	f.Add(xzipped(f, hello))
	f.Add(lz4ed(f, hello))
	f.Add(sevenzipped(f, sevenTwo, packed{"a", hello}, packed{"b", nil}, packed{"c", hello}))
	f.Add(sevenzipped(f, sevenOne, packed{"a", hello}))
	l := Limits{Depth: 3, Entries: 50, Ratio: 100, RatioAfter: 1 << 20, Nested: 1 << 20}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "in")
		put(t, path, data)
		w := walk(t, l, path)
		again := walk(t, l, path)
		if d := cmp.Diff(w.items, again.items); d != "" {
			t.Fatal(d)
		}
		for _, it := range w.items {
			if it.State == "" || it.Outer != hexSum(data) || it.Size < 0 {
				t.Errorf("%+v", it)
			}
		}
	})
}

func FuzzLabel(f *testing.F) {
	f.Add("a\x00\\x00\u202e\xff", "b")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := unlabel(label(a)); got != a {
			t.Errorf("%q becomes %q", a, got)
		}
		if a != b && memberLabel(a) == memberLabel(b) && a != "" && b != "" {
			t.Errorf("%q and %q are one", a, b)
		}
	})
}
