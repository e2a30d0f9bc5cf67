package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// zipRaw is a zip of one entry, its bytes packed already.
func zipRaw(t testing.TB, h zip.FileHeader, raw, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE(data), uint64(len(raw)), uint64(len(data))
	w, err := z.CreateRaw(&h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipStored is a zip of entries that are only stored.
func zipStored(t testing.TB, files ...packed) []byte { return zipWith(t, zip.Store, files) }

// beforeDirectory is a zip without its directory.
func beforeDirectory(data []byte) []byte { return data[:bytes.Index(data, []byte(zipDirectory))] }

// unmarked takes the mark of the descriptors away, which may be left out.
func unmarked(data []byte) []byte { return bytes.ReplaceAll(data, []byte(zipDescriptor), nil) }

func zipLZMAOf(t testing.TB, data []byte) []byte {
	return append([]byte{9, 20, 5, 0, 0x5d, 0, 0, 16, 0}, packLZMA(t, data)...)
}

func TestZip(t *testing.T) {
	hello, log := []byte("hello\n"), lines(300)
	two := []packed{{"a.log", log}, {"b.log", hello}}
	whole := []string{"! zip container", "!a.log plain parsed " + size(log), "!b.log plain parsed 6"}
	partial := append([]string{"! zip partial truncated"}, whole[1:]...)
	raw64, data64 := deflated64(t)
	link := zip.FileHeader{Name: "l"}
	link.SetMode(fs.ModeSymlink)
	huge := zipRaw(t, zip.FileHeader{Name: "a", Method: 14}, zipLZMAOf(t, hello), hello)
	binary.LittleEndian.PutUint32(huge[bytes.Index(huge, []byte{9, 20, 5, 0})+5:], 0xffffffff)
	far := zipStored(t, packed{"a", hello})
	binary.LittleEndian.PutUint32(far[bytes.Index(far, []byte(zipDirectory))+20:], 1<<30)
	lost := zipStored(t, two...)
	copy(lost[bytes.LastIndex(lost, []byte(zipLocal)):], "XXXX")
	for _, tc := range []struct {
		name string
		data []byte
		want []string
	}{
		{"LZMA", zipRaw(t, zip.FileHeader{Name: "a", Method: 14}, zipLZMAOf(t, log), log), []string{"! zip container", "!a plain parsed " + size(log)}},
		{"LZMA with a dictionary of 4 GiB that a small entry doesn't need", huge, []string{"! zip container", "!a plain parsed 6"}},
		{"xz", zipRaw(t, zip.FileHeader{Name: "a", Method: 95}, xzipped(t, log), log), []string{"! zip container", "!a plain parsed " + size(log)}},
		{"Zstandard", zipRaw(t, zip.FileHeader{Name: "a", Method: 93}, zst(t, log), log), []string{"! zip container", "!a plain parsed " + size(log)}},
		{"bzip2", zipRaw(t, zip.FileHeader{Name: "a", Method: 12}, bzip2Hello, hello), []string{"! zip container", "!a plain parsed 6"}},
		{"Deflate64", zipRaw(t, zip.FileHeader{Name: "a", Method: 9}, raw64, data64), []string{"! zip container", "!a plain parsed " + size(data64)}},
		{"a method for sound", zipRaw(t, zip.FileHeader{Name: "a", Method: 97}, hello, hello), []string{"! zip container", "!a zip method 97 unsupported 0 zip method 97"}},
		{"encrypted", zipRaw(t, zip.FileHeader{Name: "a", Method: 8, Flags: 1}, hello, hello), []string{"! zip container", "!a encrypted zip unsupported 0 encrypted zip"}},
		{"checksum", zipRaw(t, zip.FileHeader{Name: "a"}, hello, []byte("hallo\n")), []string{"! zip container", "!a plain partial 6 corrupt"}},
		{"symlink", zipRaw(t, link, hello, hello), []string{"! zip container", "!l symlink unreadable 0 not_regular"}},
		{"a folder with bytes in it", bytes.ReplaceAll(zipRaw(t, zip.FileHeader{Name: "dx"}, hello, hello), []byte("dx"), []byte("d/")), []string{"! zip container", "!d/ plain parsed 6"}},
		{"an entry that reaches beyond the file", far, []string{"! zip container", "!a plain partial 6 corrupt"}},
		{"an entry whose header is lost", lost, []string{"! zip container", whole[1], "!b.log plain unreadable 0 corrupt"}},
		{"no directory", beforeDirectory(zipped(t, two...)), partial},
		{"no directory, stored", beforeDirectory(zipStored(t, two...)), partial},
		{"no directory, sizes in the headers", beforeDirectory(zipRaw(t, zip.FileHeader{Name: "b.log"}, hello, hello)), []string{partial[0], partial[2]}},
		{"no directory, descriptors without a mark", append(beforeDirectory(unmarked(zipStored(t, two...))), zipDirectory...), partial},
		{"directory cut", zipped(t, two...)[:len(beforeDirectory(zipped(t, two...)))+20], partial},
		{"cut in the first entry", zipStored(t, two...)[:200], []string{"! zip partial truncated", "!a.log plain partial 165 truncated"}},
		{"cut in the second entry", zipStored(t, two...)[:len(beforeDirectory(zipStored(t, two...)))-18], []string{"! zip partial truncated", whole[1], "!b.log plain partial 4 truncated"}},
		{"cut in a name", beforeDirectory(zipStored(t, two...))[:33], []string{"! zip partial truncated"}},
		{"nested and cut", zipStored(t, packed{"i.zip", beforeDirectory(zipStored(t, two...))}),
			[]string{"! zip container", "!i.zip zip partial truncated", "!i.zip!a.log plain parsed " + size(log), "!i.zip!b.log plain parsed 6"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := walk(t, DefaultLimits(), folder(t, packed{"in", tc.data}))
			if d := cmp.Diff(tc.want, briefs(w)); d != "" {
				t.Error(d)
			}
			if data, ok := w.data["logs/in!a.log"]; ok && !bytes.HasPrefix(log, data) {
				t.Error("the content is another")
			}
		})
	}
}

// TestZip64 reads a directory of more entries than a zip of old counts, and
// stops at the limit before it holds them.
func TestZip64(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const n = 70_000
	for i := range n {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	dir := folder(t, packed{"in", b.Bytes()})
	if w := walk(t, DefaultLimits(), dir); len(w.items) != n+1 || w.items[n].State != Empty {
		t.Errorf("%d items", len(w.items))
	}
	l := DefaultLimits()
	l.Entries = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w := walk(t, l, dir)
	runtime.ReadMemStats(&after)
	if d := cmp.Diff([]string{"! zip unreadable entries"}, briefs(w)); d != "" {
		t.Error(d)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
		t.Errorf("%d bytes were taken to refuse it", took)
	}
}

// TestZip64Sizes salvages an entry whose sizes are longer than its header has
// room for.
func TestZip64Sizes(t *testing.T) {
	hello := "hello\n"
	var b bytes.Buffer
	b.WriteString(zipLocal + "\x2d\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	_ = binary.Write(&b, binary.LittleEndian, []uint32{crc32.ChecksumIEEE([]byte(hello)), 0xffffffff, 0xffffffff})
	_ = binary.Write(&b, binary.LittleEndian, []uint16{1, 20, 1, 16})
	_ = binary.Write(&b, binary.LittleEndian, []uint64{6, 6})
	data := b.Bytes()
	name := append(data[:30:30], 'a')
	data = append(append(name, data[30:]...), hello...)
	w := walk(t, DefaultLimits(), folder(t, packed{"in", data}))
	if d := cmp.Diff("! zip partial truncated|!a plain parsed 6", strings.Join(briefs(w), "|")); d != "" {
		t.Error(d)
	}
}
