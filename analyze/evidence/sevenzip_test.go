package evidence

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/ulikunitz/xz/lzma"

	"hotwash/analyze/event"
)

// sevenCoding is how a test packs a folder of a 7z.
type sevenCoding struct {
	id    string
	props []byte
	pack  func(t testing.TB, data []byte) []byte
}

var (
	sevenCopy  = sevenCoding{id: "\x00", pack: func(_ testing.TB, data []byte) []byte { return data }}
	sevenTwo   = sevenCoding{id: "\x21", props: []byte{16}, pack: packLZMA2} // 1 MiB
	sevenOne   = sevenCoding{id: "\x03\x01\x01", props: []byte{0x5d, 0, 0, 16, 0}, pack: packLZMA}
	sevenPPMd  = sevenCoding{id: "\x03\x04\x01", props: []byte{6, 0, 0, 0, 1}, pack: sevenCopy.pack}
	sevenAES   = sevenCoding{id: "\x06\xf1\x07\x01", props: []byte{0x13, 0}, pack: sevenCopy.pack}
	sevenGreat = sevenCoding{id: "\x21", props: []byte{40}, pack: packLZMA2} // 4 GiB
)

func packLZMA2(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w, err := lzma.Writer2Config{DictCap: 1 << 20}.NewWriter2(&b)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, data)
	return b.Bytes()
}

func packLZMA(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w, err := lzma.WriterConfig{DictCap: 1 << 20, Size: int64(len(data)), SizeInHeader: true}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, data)
	return b.Bytes()[lzma.HeaderLen:]
}

// sevenzipped is a 7z whose files are packed together, in one folder.
func sevenzipped(t testing.TB, c sevenCoding, files ...packed) []byte {
	t.Helper()
	var all []byte
	for _, f := range files {
		all = append(all, f.data...)
	}
	return sevenFrom(c.pack(t, all), sevenHeaderOf(t, c, int64(len(all)), files))
}

// sevenFrom puts the signature before packed streams and a header.
func sevenFrom(streams, header []byte) []byte {
	start := binary.LittleEndian.AppendUint64(nil, uint64(len(streams)))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(header))
	file := append([]byte(sevenMagic), 0, 4)
	file = binary.LittleEndian.AppendUint32(file, crc32.ChecksumIEEE(start))
	file = append(append(file, start...), streams...)
	return append(file, header...)
}

// num is a number as 7z writes it, always in nine bytes.
func num(n int64) []byte { return binary.LittleEndian.AppendUint64([]byte{0xff}, uint64(n)) }

// sevenHeaderOf claims that size bytes come out of the folder.
func sevenHeaderOf(t testing.TB, c sevenCoding, size int64, files []packed) []byte {
	t.Helper()
	var all []byte
	var full []packed
	for _, f := range files {
		if all = append(all, f.data...); len(f.data) > 0 {
			full = append(full, f)
		}
	}
	var h bytes.Buffer
	put := func(parts ...[]byte) {
		for _, p := range parts {
			h.Write(p)
		}
	}
	put([]byte{sevenHeader, sevenStreams, sevenPackInfo}, num(0), num(1), []byte{sevenSize}, num(int64(len(c.pack(t, all)))), []byte{sevenEnd})
	put([]byte{sevenUnpackInfo, sevenFolders}, num(1), []byte{0}, num(1))
	flags := byte(len(c.id))
	if len(c.props) > 0 {
		flags |= 0x20
	}
	put([]byte{flags}, []byte(c.id))
	if len(c.props) > 0 {
		put(num(int64(len(c.props))), c.props)
	}
	put([]byte{sevenUnpackSize}, num(size), []byte{sevenEnd})
	put([]byte{sevenSubStreams, sevenCounts}, num(int64(len(full))))
	if len(full) > 1 {
		put([]byte{sevenSize})
		for _, f := range full[:len(full)-1] {
			put(num(int64(len(f.data))))
		}
	}
	put([]byte{sevenCRC, 1})
	for _, f := range full {
		put(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(f.data)))
	}
	put([]byte{sevenEnd, sevenEnd})
	putSevenFiles(&h, files)
	put([]byte{sevenEnd})
	return h.Bytes()
}

func putSevenFiles(h *bytes.Buffer, files []packed) {
	names := []byte{0}
	empty := make([]byte, (len(files)+7)/8)
	nothing := 0
	for i, f := range files {
		for _, u := range append(utf16.Encode([]rune(f.name)), 0) {
			names = binary.LittleEndian.AppendUint16(names, u)
		}
		if len(f.data) == 0 {
			empty[i/8] |= 0x80 >> (i % 8)
			nothing++
		}
	}
	h.WriteByte(sevenFiles)
	h.Write(num(int64(len(files))))
	property := func(id byte, data []byte) {
		h.WriteByte(id)
		h.Write(num(int64(len(data))))
		h.Write(data)
	}
	if nothing > 0 {
		property(sevenEmpty, empty)
		property(sevenEmptyFile, bytes.Repeat([]byte{0xff}, (nothing+7)/8))
	}
	property(sevenNames, names)
	h.WriteByte(sevenEnd)
}

// realSeven was packed by another program: its header is packed too, and it has
// times, attributes, a folder and a link.
const realSeven = "377abcaf271c00048cd358fba30000000000000016000000000000004406345c01001068656c6c6f0a646565700ac3a92e6c6f6700e000a200865d0000813307" +
	"ae0fcf4b6f8c07b0c3da2ad75864acb378ce54dda44a6f82ca93fe10c678b9ba62fae90856905d95577b8b0a5fe91857ff668ad5a61a8beefce46dd090829a8a" +
	"3eafc2a3e43bfb67272dc939662fa308d66906e096d8bcb259a8282557225ebe07ea9ffa2407c3a9a8cc134971603bcead5e640f5749d826020ba09773e5ad00" +
	"0000001706150109808e00070b010001212101180c80a30000"

func TestSevenZip(t *testing.T) {
	hello, log := []byte("hello\n"), lines(3000)
	files := []packed{{"a/one.log", log}, {"empty.log", nil}, {"two.log", hello}, {"three.log", log[:1000]}}
	whole := []string{"! 7z container", "!a/one.log plain parsed " + size(log), "!empty.log plain empty 0", "!two.log plain parsed 6", "!three.log plain parsed 1000"}
	broken := sevenzipped(t, sevenCopy, files...)
	broken[sevenStart+len(log)] ^= 1
	short := sevenzipped(t, sevenTwo, files...)
	for _, tc := range []struct {
		name string
		data []byte
		want []string
	}{
		{"copied", sevenzipped(t, sevenCopy, files...), whole},
		{"LZMA", sevenzipped(t, sevenOne, files...), whole},
		{"LZMA2", sevenzipped(t, sevenTwo, files...), whole},
		{"PPMd", sevenzipped(t, sevenPPMd, packed{"a", hello}), []string{"! 7z container", "!a 7z with PPMd unsupported 0 7z with PPMd"}},
		{"encrypted", sevenzipped(t, sevenAES, packed{"a", hello}), []string{"! 7z container", "!a encrypted 7z unsupported 0 encrypted 7z"}},
		{"a dictionary of 4 GiB that a small file doesn't need", sevenzipped(t, sevenGreat, packed{"a", hello}), []string{"! 7z container", "!a plain parsed 6"}},
		{"a dictionary of 4 GiB", sevenFrom(packLZMA2(t, hello), sevenHeaderOf(t, sevenGreat, 1<<33, []packed{{"a", hello}})),
			[]string{"! 7z container", "!a plain unreadable 0 memory"}},
		{"checksum of one file", broken, []string{"! 7z container", whole[1], whole[2], "!two.log plain partial 6 corrupt", whole[4]}},
		{"cut short", short[:len(short)-50], []string{"! 7z unreadable truncated"}},
		{"signature alone", []byte(sevenMagic + "\x00\x04"), []string{"! 7z unreadable truncated"}},
		{"header of nothing", sevenFrom(nil, []byte{sevenHeader}), []string{"! 7z unreadable corrupt"}},
		{"no files", sevenFrom(nil, []byte{sevenHeader, sevenEnd}), []string{"! 7z container"}},
		{"more files than there are bytes", sevenFrom(nil, append(append([]byte{sevenHeader, sevenFiles}, num(1<<40)...), sevenEnd, sevenEnd)),
			[]string{"! 7z unreadable entries"}},
		{"in zip in tgz", gz(t, "t.tar", tarred(t, packed{"i.zip", zipped(t, packed{"s.7z", sevenzipped(t, sevenTwo, packed{"a", hello})})})),
			[]string{"! gzip container", "!t.tar tar container", "!t.tar!i.zip zip container", "!t.tar!i.zip!s.7z 7z container", "!t.tar!i.zip!s.7z!a plain parsed 6"}},
		{"four deep", zipped(t, packed{"i.zip", zipped(t, packed{"i.zip", zipped(t, packed{"s.7z", sevenzipped(t, sevenTwo, packed{"a", hello})})})}),
			[]string{"! zip container", "!i.zip zip container", "!i.zip!i.zip zip container", "!i.zip!i.zip!s.7z 7z unreadable depth"}},
		{"in zip", zipped(t, packed{"s.7z", sevenzipped(t, sevenTwo, packed{"x.gz", gz(t, "x", hello)})}),
			[]string{"! zip container", "!s.7z 7z container", "!s.7z!x.gz gzip container", "!s.7z!x.gz!x plain parsed 6"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := walk(t, DefaultLimits(), folder(t, packed{"in", tc.data}))
			if d := cmp.Diff(tc.want, briefs(w)); d != "" {
				t.Error(d)
			}
			if len(w.items) == len(whole) && w.items[1].Member == "a/one.log" && !bytes.Equal(w.data["logs/in!a/one.log"], log) {
				t.Error("the content is another")
			}
		})
	}
}

// briefs are the items of a walk of one file called in.
func briefs(w walked) (list []string) {
	for _, it := range w.items {
		list = append(list, strings.TrimPrefix(brief(it), "in"))
	}
	return list
}

func size(data []byte) string { return strconv.Itoa(len(data)) }

// TestRealSevenZip reads what another program packed.
func TestRealSevenZip(t *testing.T) {
	data, err := hex.DecodeString(realSeven)
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, packed{"in", data})
	want := []string{"! 7z container", "!é.log plain parsed 6", "!dir/x plain parsed 5", "!link symlink unreadable 0 not_regular"}
	if d := cmp.Diff(want, briefs(walk(t, DefaultLimits(), dir))); d != "" {
		t.Error(d)
	}
	for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if m.Member == "dir/x" && m.ModTime.Unix() != 1e9 {
			t.Errorf("%s is of %s", m.Member, m.ModTime)
		}
	}
}

// realBCJ holds x, 300 bytes of which most look like instructions.
const realBCJ = "377abcaf271c00049a7aaf1f3b0100000000000015000000000000004948a7c9e0012b00e05d0000a0da855becaf56a52f1283ae8ec53e00d6f72096b86e69d2" +
	"ee5c79a8ae489360587310280a4b9d9253cdc55703d97cfabccb552d91ba06bbfdb33c9484908ba65eab0b8e91431b0ab0ae347ef6c233d66f58b37c70eb3d56" +
	"1a996a38e3c495ac0c58a0aa2f2c4d27c532e206ee84f3bf65748da92219b694a0cf0dd85a37e8aba64820b259620b292992bac6f13d37c117b81c8eb9dc0ab9" +
	"10d93e3460a3cfc148acfb15ce26eb06fe1917766e64d9842a297922c49eda3c7776b981dd2d485397613300d15288663ea6dd4118f3c0959bc53d4c6a2176c7" +
	"e6bf31605796b800e0004c004b5d0000813307ae0fd531f56b97254528293e022c3556203b809a53d9bb90a6203b251200af3612e32c12e663642a91cf7f3067" +
	"4b40547bb9d7f300ed623b85f909f0596b83cf119a1344e0000000170680e801095300070b010001212101180c4d0000"

// TestBCJ: the checksum in the archive is that of the bytes before the filter.
func TestBCJ(t *testing.T) {
	data, err := hex.DecodeString(realBCJ)
	if err != nil {
		t.Fatal(err)
	}
	w := walk(t, DefaultLimits(), folder(t, packed{"in", data}))
	if d := cmp.Diff([]string{"! 7z container", "!x plain parsed 300"}, briefs(w)); d != "" {
		t.Error(d)
	}
	whole := w.data["logs/in!x"]
	for _, step := range []int{1, 3, 7} { // the filter works across reads of any size
		b := &bcjReader{r: bufio.NewReader(iotest.OneByteReader(bytes.NewReader(whole)))}
		filtered, err := io.ReadAll(b)
		if err != nil || len(filtered) != len(whole) {
			t.Fatal(len(filtered), err)
		}
		again, part := []byte(nil), make([]byte, step)
		b = &bcjReader{r: bufio.NewReader(bytes.NewReader(whole))}
		for {
			n, err := b.Read(part)
			again = append(again, part[:n]...)
			if err != nil {
				break
			}
		}
		if !bytes.Equal(again, filtered) {
			t.Errorf("reads of %d bytes give others", step)
		}
	}
}

// TestSolidBomb: a file that is passed over is unpacked all the same, and what
// comes out of the folder counts.
func TestSolidBomb(t *testing.T) {
	l := Limits{Depth: 3, Entries: 20, Ratio: 100, RatioAfter: 1 << 20, Nested: 1 << 20}
	data := sevenzipped(t, sevenTwo, packed{"bomb", make([]byte, 16<<20)}, packed{"b", []byte("x")}, packed{"c", []byte("y")})
	dir := folder(t, packed{"in", data})
	w := walk(t, l, dir)
	bomb := w.data["logs/in!bomb"]
	want := []string{"! 7z container", "!bomb plain partial " + size(bomb) + " ratio", "!b plain unreadable 0 ratio", "!c plain unreadable 0 ratio"}
	if d := cmp.Diff(want, briefs(w)); d != "" {
		t.Error(d)
	}
	if len(bomb) > 4<<20 {
		t.Errorf("%d bytes came out", len(bomb))
	}
	items := []Item{w.items[0], w.items[2]}
	if _, _, err := (Locator{Roots: []string{dir}, Limits: l}).Read(context.Background(), items, event.Place{Evidence: 3, Len: 1}); err == nil {
		t.Error("the file behind the bomb is read again")
	}
}

// TestSolidOnce: all files of a folder cost one unpacking of it.
func TestSolidOnce(t *testing.T) {
	var files []packed
	for i := range 200 {
		files = append(files, packed{strconv.Itoa(i), lines(100)})
	}
	data := sevenzipped(t, sevenTwo, files...)
	inside, err := openSeven(content{at: bytes.NewReader(data), size: int64(len(data)), limits: DefaultLimits()}, "")
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range inside {
		if err != nil {
			t.Fatal(err)
		}
		r, err := e.open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Read(make([]byte, 10)); err != nil { // the rest is passed over
			t.Fatal(err)
		}
		if e.in() > int64(len(data)) {
			t.Fatalf("%d bytes were taken from an archive of %d", e.in(), len(data))
		}
	}
}
