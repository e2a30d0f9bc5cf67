package evidence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// xzReader reads the streams of an xz file one after the other. The library
// unpacks the blocks. It would do the rest too, but takes whatever dictionary a
// block asks for, up to 4 GiB, and remembers every block.
type xzReader struct {
	src    *bufio.Reader
	in     *counter
	memory memory

	check   byte      // of the stream: how blocks are checked
	block   io.Reader // that is being read; nil between blocks
	took    counter   // packed bytes of the block
	head    int       // length of the block's header
	out     int64     // bytes of the block that came out
	claimed int64     // bytes that it says come out; -1 if it doesn't
	sum     hash.Hash // of the block; nil if it isn't checked
	blocks  int64     // of the stream
	sizes   hash.Hash // of what the index must say of them
	err     error
}

const (
	xzMagic       = "\xfd7zXZ\x00"
	xzHeaderSize  = 12
	xzFilterLZMA2 = 0x21
)

// errBehind is what is said of bytes after the end of a compressed stream.
var errBehind = errors.New("other data after the last stream")

func openXZ(c content, name string) (entries, error) {
	in := &counter{r: c.r}
	x := &xzReader{src: bufio.NewReaderSize(in, 64<<10), in: in, memory: memory{limits: c.limits}}
	if err := x.begin(); err != nil {
		return nil, err
	}
	if err := x.next(); err != nil && err != io.EOF { //nolint:errorlint // next's own
		return nil, err
	}
	return one(&entry{name: unpackedName(name, ".xz", ".txz>.tar"), in: in.count,
		open: func() (io.ReadCloser, error) { return io.NopCloser(x), nil }}), nil
}

func (x *xzReader) Read(p []byte) (int, error) {
	for x.err == nil {
		if x.block == nil {
			x.err = x.next()
			continue
		}
		n, err := x.block.Read(p)
		x.out += int64(n)
		if x.sum != nil {
			_, _ = x.sum.Write(p[:n]) // a hash never fails
		}
		switch {
		case x.claimed >= 0 && x.out > x.claimed:
			err = errors.New("xz: block longer than it says")
		case err == io.EOF: //nolint:errorlint // the library's end is io.EOF itself
			err = x.endBlock()
		}
		x.err = err
		if n > 0 {
			return n, nil
		}
	}
	return 0, x.err
}

// begin reads the header of a stream.
func (x *xzReader) begin() error {
	var b [xzHeaderSize]byte
	if err := x.full(b[:]); err != nil {
		return err
	}
	if string(b[:6]) != xzMagic {
		return fmt.Errorf("xz: %w", errBehind)
	}
	if crc32.ChecksumIEEE(b[6:8]) != binary.LittleEndian.Uint32(b[8:]) || b[6] != 0 || b[7] > 15 {
		return errors.New("xz: bad stream header")
	}
	x.check, x.blocks, x.sizes = b[7], 0, sha256.New()
	return nil
}

// next begins the next block, of the next stream if this one is over; io.EOF
// is a good end.
func (x *xzReader) next() error {
	for {
		size, err := x.src.ReadByte()
		if err != nil {
			return unexpected(err)
		}
		if size != 0 {
			return x.beginBlock(size)
		}
		if err := x.endStream(); err != nil {
			return err
		}
		if err := x.padding(); err != nil {
			return err
		}
		if err := x.begin(); err != nil {
			return err
		}
	}
}

// padding steps over the zeros between streams; io.EOF if nothing follows.
func (x *xzReader) padding() error {
	for {
		b, err := x.src.Peek(1)
		switch {
		case len(b) == 0:
			return err
		case b[0] != 0:
			return nil
		}
		_, _ = x.src.Discard(1) // it was peeked at
	}
}

// beginBlock reads the header whose first byte is size.
func (x *xzReader) beginBlock(size byte) error {
	b := make([]byte, (int(size)+1)*4)
	b[0] = size
	if err := x.full(b[1:]); err != nil {
		return err
	}
	end := len(b) - 4
	if crc32.ChecksumIEEE(b[:end]) != binary.LittleEndian.Uint32(b[end:]) {
		return errors.New("xz: bad block header")
	}
	dictionary, err := x.blockHeader(b[1:end])
	if err != nil {
		return err
	}
	if err := x.memory.take(dictionary, x.in.n); err != nil {
		return err
	}
	x.took = counter{r: x.src}
	x.block, err = lzma.Reader2Config{DictCap: int(max(dictionary, lzma.MinDictCap))}.NewReader2(&x.took)
	x.head, x.out, x.sum = len(b), 0, xzSum(x.check)
	return err
}

// blockHeader reads flags, sizes and filters and gives the size of the
// dictionary.
func (x *xzReader) blockHeader(b []byte) (dictionary int64, err error) {
	flags, b := b[0], b[1:]
	x.claimed = -1
	if flags&0x3c != 0 {
		return 0, errors.New("xz: bad block header")
	}
	if flags&0x40 != 0 { // the packed size, which unpacking tells
		_, b = cutVLI(b)
	}
	if flags&0x80 != 0 {
		x.claimed, b = cutVLI(b)
	}
	id, b := cutVLI(b)
	length, b := cutVLI(b)
	if flags&3 != 0 || id != xzFilterLZMA2 {
		return 0, unsupported("xz with another filter than LZMA2")
	}
	if length != 1 || len(b) == 0 || b[0] > 40 {
		return 0, errors.New("xz: bad block header")
	}
	return smaller(lzma2Dictionary(b[0]), x.claimed), nil
}

// smaller is the dictionary that a stream needs of the one it asks for: never
// more than comes out. size is -1 if that isn't known.
func smaller(dictionary, size int64) int64 {
	if size >= 0 {
		return min(dictionary, size)
	}
	return dictionary
}

// lzma2Dictionary is the size that a property byte stands for.
func lzma2Dictionary(p byte) int64 {
	if p == 40 {
		return 1<<32 - 1
	}
	return int64(2|p&1) << (p/2 + 11)
}

// endBlock checks what stands behind a block.
func (x *xzReader) endBlock() error {
	check := xzCheckSize(x.check)
	pad := int(-x.took.n & 3)
	b := make([]byte, pad+check)
	if err := x.full(b); err != nil {
		return err
	}
	if len(bytes.Trim(b[:pad], "\x00")) > 0 || x.claimed >= 0 && x.out != x.claimed {
		return errors.New("xz: block is not as long as it says")
	}
	if x.sum != nil && !bytes.Equal(xzSumBytes(x.sum), b[pad:]) {
		return errors.New("xz: checksum error")
	}
	x.blocks++
	x.note(int64(x.head)+x.took.n+int64(check), x.out)
	x.block = nil
	return nil
}

func (x *xzReader) note(packed, unpacked int64) {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(packed))
	binary.LittleEndian.PutUint64(b[8:], uint64(unpacked))
	_, _ = x.sizes.Write(b[:]) // a hash never fails
}

// endStream checks the index and the footer. The zero byte that the index
// begins with has been read.
func (x *xzReader) endStream() error {
	crc := crc32.NewIEEE()
	_, _ = crc.Write([]byte{0}) // a hash never fails
	index := &byteCounter{r: x.src, hash: crc, n: 1}
	want, blocks := x.sizes.Sum(nil), x.blocks
	n, err := index.vli()
	if err == nil && n != blocks {
		err = errors.New("xz: index is of other blocks")
	}
	x.sizes.Reset()
	for i := int64(0); i < blocks && err == nil; i++ {
		var packed, unpacked int64
		if packed, err = index.vli(); err == nil {
			unpacked, err = index.vli()
		}
		x.note(packed, unpacked)
	}
	for err == nil && index.n&3 != 0 {
		_, err = index.ReadByte()
	}
	if err != nil {
		return unexpected(err)
	}
	sum := crc.Sum32()
	var b [4 + xzHeaderSize]byte
	if err := x.full(b[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(b[:]) != sum || !bytes.Equal(x.sizes.Sum(nil), want) {
		return errors.New("xz: index is of other blocks")
	}
	footer := b[4:]
	if string(footer[10:]) != "YZ" || crc32.ChecksumIEEE(footer[4:10]) != binary.LittleEndian.Uint32(footer) || footer[9] != x.check {
		return errors.New("xz: bad stream footer")
	}
	return nil
}

// full fills b. In the middle of a stream the end is unexpected.
func (x *xzReader) full(b []byte) error {
	_, err := io.ReadFull(x.src, b)
	return unexpected(err)
}

func unexpected(err error) error {
	if err == io.EOF { //nolint:errorlint // a wrapped end is said by someone else
		return io.ErrUnexpectedEOF
	}
	return err
}

// xzCheckSize is how long the check of a block is, by its kind.
func xzCheckSize(kind byte) int {
	if kind == 0 {
		return 0
	}
	return 4 << ((kind - 1) / 3)
}

// xzSum makes the checks that are used: CRC32, CRC64, SHA-256. Others are not
// checked.
func xzSum(kind byte) hash.Hash {
	switch kind {
	case 1:
		return crc32.NewIEEE()
	case 4:
		return crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		return sha256.New()
	}
	return nil
}

// xzSumBytes is a sum as xz writes it: numbers little end first.
func xzSumBytes(h hash.Hash) []byte {
	switch h := h.(type) {
	case hash.Hash32:
		return binary.LittleEndian.AppendUint32(nil, h.Sum32())
	case hash.Hash64:
		return binary.LittleEndian.AppendUint64(nil, h.Sum64())
	}
	return h.Sum(nil)
}

// cutVLI takes a number of seven bits a byte; -1 if b doesn't begin with one.
func cutVLI(b []byte) (n int64, rest []byte) {
	v, size := binary.Uvarint(b)
	if size <= 0 || size > 9 {
		return -1, nil
	}
	return int64(v), b[size:]
}

// byteCounter counts and hashes what is read byte by byte.
type byteCounter struct {
	r    io.ByteReader
	hash hash.Hash
	n    int64
}

func (b *byteCounter) ReadByte() (byte, error) {
	c, err := b.r.ReadByte()
	if err == nil {
		b.n++
		_, _ = b.hash.Write([]byte{c}) // a hash never fails
	}
	return c, err
}

func (b *byteCounter) vli() (int64, error) {
	v, err := binary.ReadUvarint(b)
	return int64(v), err
}
