package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

const (
	zipLocal      = "PK\x03\x04"
	zipDirectory  = "PK\x01\x02"
	zipEnd        = "PK\x05\x06"
	zipDescriptor = "PK\x07\x08"
)

// isZip knows a zip by its first local header, or an empty one by its end
// record. "PK" alone may be anything.
func isZip(head []byte) bool {
	if bytes.HasPrefix(head, []byte(zipEnd)) {
		return len(head) >= 22
	}
	if !bytes.HasPrefix(head, []byte(zipLocal)) || len(head) < 30 {
		return false
	}
	version := binary.LittleEndian.Uint16(head[4:])
	method := binary.LittleEndian.Uint16(head[8:])
	return version <= 63 && method <= 99
}

// openZip reads the directory and refuses one whose entries share bytes: that
// is how a small zip unpacks to any size without a nested one. Without a
// directory the entries are looked for where they stand.
func openZip(c content, _ string) (entries, error) {
	guard := &zipGuard{at: c.at, left: c.limits.Entries}
	z, err := zip.NewReader(guard, c.size)
	guard.done = true
	if errors.Is(err, zip.ErrFormat) {
		return salvageZip(c), nil
	}
	if err != nil {
		return nil, err
	}
	if err := apart(z.File, c.size); err != nil {
		return nil, err
	}
	m := &memory{limits: c.limits}
	return func(yield func(*entry, error) bool) {
		for _, f := range z.File {
			if !yield(newZipEntry(&f.FileHeader, int64(f.UncompressedSize64), m, f.OpenRaw), nil) {
				return
			}
		}
	}, nil
}

// zipGuard stops the reading of a directory of too many entries: the library
// would hold them all first.
type zipGuard struct {
	at   io.ReaderAt
	left int
	done bool

	next int64 // where the last read ended
	tail []byte
}

func (g *zipGuard) ReadAt(p []byte, at int64) (int, error) {
	n, err := g.at.ReadAt(p, at)
	if g.done {
		return n, err
	}
	if at != g.next {
		g.tail = g.tail[:0]
	}
	g.next = at + int64(n)
	seen := append(g.tail, p[:n]...)
	if g.left -= bytes.Count(seen, []byte(zipDirectory)); g.left < 0 {
		return 0, &Problem{Code: CodeEntries, Detail: "more entries than are read of one file"}
	}
	g.tail = append([]byte(nil), seen[max(0, len(seen)-len(zipDirectory)+1):]...)
	return n, err
}

// apart checks that the compressed bytes of entries stand one after the other.
func apart(files []*zip.File, size int64) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			continue // nothing of it is read
		}
		packed := int64(min(f.CompressedSize64, uint64(size)))
		spans = append(spans, span{from, from + packed})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return errors.New("zip: entries overlap")
		}
	}
	return nil
}

// newZipEntry is an entry of size bytes, -1 if that isn't known, in which the
// packed ones are to be had from raw.
func newZipEntry(h *zip.FileHeader, size int64, m *memory, raw func() (io.Reader, error)) *entry {
	packed := int64(h.CompressedSize64)
	e := &entry{name: h.Name, mod: h.Modified, in: func() int64 { return packed }}
	e.open = func() (io.ReadCloser, error) {
		r, err := raw()
		if err != nil {
			return nil, err
		}
		r, err = zipMethods[h.Method](bufio.NewReaderSize(r, 32<<10), size, m, packed)
		return io.NopCloser(&zipReader{r: r, size: size, want: h.CRC32}), err
	}
	e.judgeZip(h)
	return e
}

// zipReader checks what comes out of an entry.
type zipReader struct {
	r    io.Reader
	size int64 // -1 if it isn't known
	want uint32
	sum  uint32
	out  int64
}

func (z *zipReader) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	if z.size >= 0 && z.out+int64(n) > z.size {
		n, err = int(z.size-z.out), errors.New("zip: longer than the entry says")
	}
	z.sum = crc32.Update(z.sum, crc32.IEEETable, p[:n])
	z.out += int64(n)
	if err == io.EOF { //nolint:errorlint // io.Reader's end is io.EOF itself
		err = z.ending()
	}
	return n, err
}

// ending says whether all of the entry was there.
func (z *zipReader) ending() error {
	switch {
	case z.out != z.size:
		return io.ErrUnexpectedEOF
	case z.sum != z.want:
		return errors.New("zip: checksum error")
	}
	return io.EOF
}

// judgeZip says what kind of entry a header is of. What has bytes is no folder,
// whatever it is called.
func (e *entry) judgeZip(h *zip.FileHeader) {
	const encrypted = 1
	mode := h.Mode()
	e.folder = (mode.IsDir() || strings.HasSuffix(h.Name, "/")) && h.UncompressedSize64 == 0 && h.CompressedSize64 == 0
	switch kind := irregular(mode &^ (fs.ModeIrregular | fs.ModeDir)); {
	case e.folder:
	case h.Flags&encrypted != 0:
		e.kind, e.listed = "encrypted zip", errUnsupported
	case kind != "":
		e.refuse(kind)
	case zipMethods[h.Method] == nil:
		e.kind, e.listed = fmt.Sprintf("zip method %d", h.Method), errUnsupported
	}
}

// zipMethod makes the reader of an entry of a size; in is how many bytes it is
// packed in.
type zipMethod func(r *bufio.Reader, size int64, m *memory, in int64) (io.Reader, error)

var zipMethods = map[uint16]zipMethod{
	zip.Store:   func(r *bufio.Reader, _ int64, _ *memory, _ int64) (io.Reader, error) { return r, nil },
	zip.Deflate: func(r *bufio.Reader, _ int64, _ *memory, _ int64) (io.Reader, error) { return flate.NewReader(r), nil },
	9:           func(r *bufio.Reader, _ int64, _ *memory, _ int64) (io.Reader, error) { return &inflate64{r: r}, nil },
	12:          func(r *bufio.Reader, _ int64, _ *memory, _ int64) (io.Reader, error) { return bzip2.NewReader(r), nil },
	14:          zipLZMA,
	20:          zipZstd, // as it was before it got its own number
	93:          zipZstd,
	95:          zipXZ,
}

func zipZstd(r *bufio.Reader, _ int64, _ *memory, _ int64) (io.Reader, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
}

// zipLZMA reads the four bytes and the properties that stand before the stream.
func zipLZMA(r *bufio.Reader, size int64, m *memory, in int64) (io.Reader, error) {
	var b [9]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return nil, unexpected(err)
	}
	if binary.LittleEndian.Uint16(b[2:]) != 5 {
		return nil, errors.New("zip: bad LZMA header")
	}
	dictionary := smaller(int64(binary.LittleEndian.Uint32(b[5:])), size)
	if err := m.take(dictionary, in); err != nil {
		return nil, err
	}
	return newLZMA(r, b[4], dictionary, size)
}

func zipXZ(r *bufio.Reader, _ int64, m *memory, _ int64) (io.Reader, error) {
	inside, err := openXZ(content{r: r, limits: m.limits}, "")
	if err != nil {
		return nil, err
	}
	for e := range inside {
		return e.open()
	}
	return nil, io.ErrUnexpectedEOF
}
