package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// errNoDirectory ends a zip whose directory, which stands at its end, is
// missing or broken.
var errNoDirectory = &Problem{Code: CodeTruncated, Detail: "zip: no whole directory at its end; what entries stand before it is read"}

// salvageZip goes from one entry's header to the next, and ends with
// errNoDirectory.
func salvageZip(c content) entries {
	return func(yield func(*entry, error) bool) {
		m := &memory{limits: c.limits}
		for at := int64(0); ; {
			l, ok := readZipLocal(c, at)
			if !ok {
				yield(nil, errNoDirectory)
				return
			}
			at = l.next
			if !yield(l.entry(c, m), nil) {
				return
			}
		}
	}
}

// zipLocalEntry is an entry as its own header and what stands behind it tell.
type zipLocalEntry struct {
	header zip.FileHeader
	from   int64
	packed int64 // bytes from there, to the end of the file at most
	next   int64 // where the next header begins
	size   int64 // -1 if it isn't known
}

const zipLocalSize = 30

// readZipLocal reads the header at an offset.
func readZipLocal(c content, at int64) (l zipLocalEntry, ok bool) {
	var b [zipLocalSize]byte
	if _, err := c.at.ReadAt(b[:], at); err != nil || string(b[:4]) != zipLocal {
		return l, false
	}
	nameLen, extraLen := int(binary.LittleEndian.Uint16(b[26:])), int(binary.LittleEndian.Uint16(b[28:]))
	names := make([]byte, nameLen+extraLen)
	if n, _ := c.at.ReadAt(names, at+zipLocalSize); n < len(names) {
		return l, false
	}
	l.header = zip.FileHeader{Name: string(names[:nameLen]), Flags: binary.LittleEndian.Uint16(b[6:]), Method: binary.LittleEndian.Uint16(b[8:]),
		CRC32: binary.LittleEndian.Uint32(b[14:])}
	packed, size := int64(binary.LittleEndian.Uint32(b[18:])), int64(binary.LittleEndian.Uint32(b[22:]))
	if packed == math.MaxUint32 || size == math.MaxUint32 {
		packed, size = zip64Sizes(names[nameLen:], packed, size)
	}
	l.from = at + zipLocalSize + int64(len(names))
	l.packed, l.size, l.next = packed, size, l.from+packed
	if l.header.Flags&8 != 0 && packed == 0 { // sizes and checksum stand behind
		l.describe(c)
	}
	if room := max(0, c.size-l.from); l.packed > room || l.packed < 0 {
		l.packed, l.next = room, c.size
	}
	l.header.UncompressedSize64, l.header.CompressedSize64 = uint64(max(l.size, 0)), uint64(l.packed)
	return l, true
}

// zip64Sizes reads the sizes that are too long for the header.
func zip64Sizes(extra []byte, packed, size int64) (int64, int64) {
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			break
		}
		if id == 1 && n >= 16 {
			return int64(binary.LittleEndian.Uint64(extra[8:])), int64(binary.LittleEndian.Uint64(extra))
		}
		extra = extra[n:]
	}
	return packed, size
}

// describe looks for the descriptor behind the packed bytes: the one that says
// how many they are. Without one the bytes go on to the end of the file.
func (l *zipLocalEntry) describe(c content) {
	l.packed, l.size, l.next = c.size-l.from, -1, c.size
	const around = 24 // a descriptor, with sizes of eight bytes
	buf := make([]byte, 64<<10)
	for at := l.from; at < c.size; at += int64(len(buf) - 2*around) {
		n, _ := c.at.ReadAt(buf, at) // less at the end
		for i := 0; i < n; i++ {
			next := bytes.Index(buf[i:n], []byte("PK"))
			if next < 0 {
				break
			}
			i += next
			if l.describedAt(buf[:n], i, at+int64(i)-l.from) {
				return
			}
		}
	}
}

// describedAt takes the descriptor at b[i:], or, as its mark may be left out,
// the one before another header there. packed bytes stand before it.
func (l *zipLocalEntry) describedAt(b []byte, i int, packed int64) bool {
	const markSize, sums = 4, 12
	switch mark := b[i:]; {
	case bytes.HasPrefix(mark, []byte(zipDescriptor)):
		return l.described(mark[markSize:], packed, markSize)
	case bytes.HasPrefix(mark, []byte(zipLocal)), bytes.HasPrefix(mark, []byte(zipDirectory)):
		return i >= sums && l.described(b[i-sums:i], packed-sums, 0)
	}
	return false
}

// described reads checksum and sizes, of four or eight bytes, behind a mark.
func (l *zipLocalEntry) described(b []byte, packed, mark int64) bool {
	size, length := int64(-1), int64(0)
	switch {
	case len(b) >= 12 && int64(binary.LittleEndian.Uint32(b[4:])) == packed:
		size, length = int64(binary.LittleEndian.Uint32(b[8:])), 12
	case len(b) >= 20 && int64(binary.LittleEndian.Uint64(b[4:])) == packed:
		size, length = int64(binary.LittleEndian.Uint64(b[12:])), 20
	}
	if size < 0 || packed < 0 {
		return false
	}
	l.header.CRC32, l.packed, l.size = binary.LittleEndian.Uint32(b), packed, size
	l.next = l.from + packed + mark + length
	return true
}

func (l *zipLocalEntry) entry(c content, m *memory) *entry {
	return newZipEntry(&l.header, l.size, m, func() (io.Reader, error) { return io.NewSectionReader(c.at, l.from, l.packed), nil })
}
