package evidence

import (
	"bufio"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"
)

// sevenFolder is one packed stream and the coders it goes through.
type sevenFolder struct {
	coders     []sevenCoder
	binds      []sevenBind
	packed     []int   // which inputs are packed streams
	sizes      []int64 // of each coder's output
	crc        uint32
	checked    bool // crc is known
	packedAt   int64
	packedSize int64
	parts      []sevenPart
}

// sevenCoder is one way of packing, with its settings.
type sevenCoder struct {
	id      string
	in, out int
	props   []byte
}

// sevenBind says that the output of one coder is the input of another.
type sevenBind struct{ in, out int }

// The names of coders as people know them. Most filters for programs aren't
// read: logs don't go through them.
var sevenCoders = map[string]string{
	"\x00": "copy", "\x21": "LZMA2", "\x03\x01\x01": "LZMA", "\x04\x01\x08": "Deflate", "\x04\x02\x02": "BZip2",
	"\x04\xf7\x11\x01": "Zstandard", "\x03\x03\x01\x03": "BCJ",
	"\x04\x01\x09": "Deflate64", "\x03\x04\x01": "PPMd", "\x03": "Delta",
	"\x03\x03\x01\x1b": "BCJ2", "\x0a": "ARM64", "\x06\xf1\x07\x01": "AES",
}

// unreadable names what the folder is packed with and isn't read; empty if it
// is.
func (f *sevenFolder) unreadable() string {
	for _, c := range f.coders {
		switch name := sevenCoders[c.id]; {
		case name == "AES":
			return "encrypted 7z"
		case name == "":
			return fmt.Sprintf("7z with coder %x", c.id)
		case c.make() == nil || c.in != 1 || c.out != 1:
			return "7z with " + name
		}
	}
	return ""
}

// size is how many bytes come out: the output that no coder takes.
func (f *sevenFolder) size() int64 {
	for i := range f.sizes {
		taken := false
		for _, b := range f.binds {
			taken = taken || b.out == i
		}
		if !taken {
			return f.sizes[i]
		}
	}
	return 0
}

// reader chains the coders, each of one input and one output.
func (f *sevenFolder) reader(packed io.Reader, m *memory, in int64) (io.Reader, error) {
	if kind := f.unreadable(); kind != "" {
		return nil, unsupported(kind)
	}
	if len(f.packed) != 1 {
		return nil, errSeven
	}
	r := packed
	next := f.packed[0]
	for range f.coders {
		if next < 0 || next >= len(f.coders) {
			return nil, errSeven
		}
		c := &f.coders[next]
		var err error
		r, err = c.make()(bufio.NewReaderSize(r, 64<<10), c.props, f.sizes[next], func(size int64) error { return m.take(size, in) })
		if err != nil {
			return nil, err
		}
		next = f.boundTo(next)
	}
	return r, nil
}

// boundTo is the input that takes an output, -1 for none.
func (f *sevenFolder) boundTo(out int) int {
	for _, b := range f.binds {
		if b.out == out {
			return b.in
		}
	}
	return -1
}

// sevenMaker makes the reader of a coder; take asks for its memory.
type sevenMaker func(r *bufio.Reader, props []byte, size int64, take func(int64) error) (io.Reader, error)

func (c *sevenCoder) make() sevenMaker {
	switch sevenCoders[c.id] {
	case "copy":
		return func(r *bufio.Reader, _ []byte, _ int64, _ func(int64) error) (io.Reader, error) { return r, nil }
	case "LZMA":
		return sevenLZMA
	case "LZMA2":
		return sevenLZMA2
	case "Deflate":
		return func(r *bufio.Reader, _ []byte, _ int64, _ func(int64) error) (io.Reader, error) {
			return flate.NewReader(r), nil
		}
	case "Deflate64":
		return func(r *bufio.Reader, _ []byte, _ int64, _ func(int64) error) (io.Reader, error) {
			return &inflate64{r: r}, nil
		}
	case "BZip2":
		return func(r *bufio.Reader, _ []byte, _ int64, _ func(int64) error) (io.Reader, error) {
			return bzip2.NewReader(r), nil
		}
	case "Zstandard":
		return sevenZstd
	case "BCJ":
		return sevenBCJ
	}
	return nil
}

// sevenLZMA gives the library the header that a file of its own has.
func sevenLZMA(r *bufio.Reader, props []byte, size int64, take func(int64) error) (io.Reader, error) {
	if len(props) != 5 {
		return nil, errSeven
	}
	dictionary := smaller(int64(binary.LittleEndian.Uint32(props[1:])), size)
	if err := take(dictionary); err != nil {
		return nil, err
	}
	return newLZMA(r, props[0], dictionary, size)
}

// newLZMA unpacks a bare LZMA stream; size is -1 if its end is marked. What
// came out before the packed bytes end stays good.
func newLZMA(r io.Reader, props byte, dictionary, size int64) (io.Reader, error) {
	head := binary.LittleEndian.AppendUint32([]byte{props}, uint32(dictionary))
	head = binary.LittleEndian.AppendUint64(head, uint64(size))
	l, err := lzma.ReaderConfig{DictCap: maxDictionary}.NewReader(&headed{head: head, r: bufio.NewReader(r)})
	if err != nil {
		return nil, unexpected(err)
	}
	return &lzmaReader{l: l}, nil
}

// headed puts a few bytes before a reader.
type headed struct {
	head []byte
	r    *bufio.Reader
}

func (h *headed) Read(p []byte) (int, error) {
	if len(h.head) > 0 {
		n := copy(p, h.head)
		h.head = h.head[n:]
		return n, nil
	}
	return h.r.Read(p)
}

func (h *headed) ReadByte() (byte, error) {
	if len(h.head) > 0 {
		c := h.head[0]
		h.head = h.head[1:]
		return c, nil
	}
	return h.r.ReadByte()
}

// lzmaReader gives what the library has unpacked when the packed bytes end too
// early: it reports the end first.
type lzmaReader struct {
	l   *lzma.Reader
	end error
}

func (r *lzmaReader) Read(p []byte) (int, error) {
	n, err := r.l.Read(p)
	if r.end == nil && errors.Is(err, io.ErrUnexpectedEOF) {
		r.end, err = err, nil
		if n == 0 {
			n, err = r.l.Read(p)
		}
	}
	if err == io.EOF && r.end != nil { //nolint:errorlint // io.Reader's end is io.EOF itself
		err = r.end
	}
	return n, err
}

func sevenLZMA2(r *bufio.Reader, props []byte, size int64, take func(int64) error) (io.Reader, error) {
	if len(props) != 1 || props[0] > 40 {
		return nil, errSeven
	}
	dictionary := smaller(lzma2Dictionary(props[0]), size)
	if err := take(dictionary); err != nil {
		return nil, err
	}
	return lzma.Reader2Config{DictCap: int(max(dictionary, lzma.MinDictCap))}.NewReader2(r)
}

func sevenZstd(r *bufio.Reader, _ []byte, _ int64, _ func(int64) error) (io.Reader, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
}
