package evidence

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errSeven      = errors.New("7z: bad header")
	errSevenShort = &Problem{Code: CodeTruncated, Detail: "7z: its directory, which stands at the end, is missing"}
)

// maxSevenHeader is the longest header that is held: 200,000 long names take
// less.
const maxSevenHeader = 64 << 20

// sevenDirectory is what a 7z says of its files.
type sevenDirectory struct {
	folders []sevenFolder
	files   []sevenFile
}

const sevenStart = 32 // bytes of the signature header; packed streams follow it

// readDirectory reads the header at the end of the file, which may be packed
// itself.
func (a *sevenArchive) readDirectory() error {
	var b [sevenStart]byte
	if _, err := a.c.at.ReadAt(b[:], 0); err != nil {
		return unexpected(err)
	}
	if crc32.ChecksumIEEE(b[12:]) != binary.LittleEndian.Uint32(b[8:]) {
		return errSeven
	}
	from, size := binary.LittleEndian.Uint64(b[12:]), binary.LittleEndian.Uint64(b[20:])
	switch room := uint64(a.c.size - sevenStart); {
	case size == 0:
		return nil
	case from > room || size > room-from:
		return errSevenShort
	case size > maxSevenHeader:
		return errSeven
	}
	header := make([]byte, size)
	if _, err := a.c.at.ReadAt(header, sevenStart+int64(from)); err != nil {
		return unexpected(err)
	}
	if crc32.ChecksumIEEE(header) != binary.LittleEndian.Uint32(b[28:]) {
		return errors.New("7z: checksum error in the header")
	}
	return a.readHeader(header)
}

// readHeader reads a header, or unpacks it and reads that. A packed one in a
// packed one is no use to anyone.
func (a *sevenArchive) readHeader(b []byte) error {
	for packings := 0; ; packings++ {
		p := &sevenParser{b: b, limits: a.c.limits, size: a.c.size}
		switch id := p.byte(); {
		case id == sevenHeader:
			a.d = p.header()
			return p.err
		case id != sevenEncoded || packings > 0:
			return errSeven
		}
		folders := p.streams()
		if p.err != nil {
			return p.err
		}
		if len(folders) != 1 || folders[0].size() > maxSevenHeader {
			return errSeven
		}
		f := &folders[0]
		r, err := f.reader(io.NewSectionReader(a.c.at, f.packedAt, f.packedSize), &a.memory, 0)
		if err != nil {
			return err
		}
		if b, err = io.ReadAll(io.LimitReader(r, f.size())); err != nil {
			return unexpected(err)
		}
		if int64(len(b)) != f.size() || f.checked && crc32.ChecksumIEEE(b) != f.crc {
			return errors.New("7z: checksum error in the header")
		}
	}
}

// The kinds of things in a header.
const (
	sevenEnd        = 0x00
	sevenHeader     = 0x01
	sevenProperties = 0x02
	sevenAdditional = 0x03
	sevenStreams    = 0x04
	sevenFiles      = 0x05
	sevenPackInfo   = 0x06
	sevenUnpackInfo = 0x07
	sevenSubStreams = 0x08
	sevenSize       = 0x09
	sevenCRC        = 0x0a
	sevenFolders    = 0x0b
	sevenUnpackSize = 0x0c
	sevenCounts     = 0x0d
	sevenEmpty      = 0x0e
	sevenEmptyFile  = 0x0f
	sevenNames      = 0x11
	sevenModified   = 0x14
	sevenAttributes = 0x15
	sevenEncoded    = 0x17
)

// sevenMaxCoders is more than any packer chains, and more streams than a coder
// has.
const sevenMaxCoders = 32

// sevenParser reads a header. Its first error stays, and everything after it
// is zero; no count is believed that the bytes left can't hold.
type sevenParser struct {
	b      []byte
	limits Limits
	size   int64 // of the archive
	err    error
}

func (p *sevenParser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.b = nil
}

func (p *sevenParser) take(n int) []byte {
	if n < 0 || n > len(p.b) {
		p.fail(errSeven)
		return nil
	}
	b := p.b[:n]
	p.b = p.b[n:]
	return b
}

func (p *sevenParser) byte() byte {
	if b := p.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (p *sevenParser) uint32() uint32 {
	if b := p.take(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (p *sevenParser) uint64() uint64 {
	if b := p.take(8); len(b) == 8 {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// number is a number of one to nine bytes: ones at the top of the first say how
// many follow.
func (p *sevenParser) number() int64 {
	first := p.byte()
	v, mask := uint64(0), byte(0x80)
	for i := 0; i < 8; i++ {
		if first&mask == 0 {
			v |= uint64(first&(mask-1)) << (8 * i)
			break
		}
		v |= uint64(p.byte()) << (8 * i)
		mask >>= 1
	}
	if v > math.MaxInt64 {
		p.fail(errSeven)
		return 0
	}
	return int64(v)
}

// want steps over one byte that must be there.
func (p *sevenParser) want(id byte) {
	if p.byte() != id {
		p.fail(errSeven)
	}
}

// is steps over one byte if it is there.
func (p *sevenParser) is(id byte) bool {
	if len(p.b) == 0 || p.b[0] != id {
		return false
	}
	p.b = p.b[1:]
	return true
}

func (p *sevenParser) bits(n int) []bool {
	b := p.take((n + 7) / 8)
	set := make([]bool, len(b)*8)
	for i := range set {
		set[i] = b[i/8]&(0x80>>(i%8)) != 0
	}
	return set[:min(n, len(set))]
}

// defined says of which of n things something follows.
func (p *sevenParser) defined(n int) []bool {
	if p.byte() == 0 {
		return p.bits(n)
	}
	if n > len(p.b) {
		p.fail(errSeven) // four bytes of each follow
		return nil
	}
	set := make([]bool, n)
	for i := range set {
		set[i] = true
	}
	return set
}

// header reads streams and files.
func (p *sevenParser) header() (d sevenDirectory) {
	if p.is(sevenProperties) {
		for p.err == nil && !p.is(sevenEnd) {
			p.byte()
			p.take(int(p.number()))
		}
	}
	if p.is(sevenAdditional) {
		p.streams()
	}
	if p.is(sevenStreams) {
		d.folders = p.streams()
	}
	if p.is(sevenFiles) {
		d.files = p.files(d.folders)
	}
	p.want(sevenEnd)
	return d
}

// streams reads where packed streams are and how they unpack.
func (p *sevenParser) streams() []sevenFolder {
	at, sizes := int64(0), []int64(nil)
	if p.is(sevenPackInfo) {
		at = p.number()
		n := p.number()
		if p.is(sevenSize) {
			sizes = p.numbers(n)
		}
		if p.is(sevenCRC) {
			p.digests(len(sizes))
		}
		p.want(sevenEnd)
	}
	var folders []sevenFolder
	if p.is(sevenUnpackInfo) {
		folders = p.folders()
	}
	p.place(folders, at, sizes)
	if p.is(sevenSubStreams) {
		p.subStreams(folders)
	} else {
		for i := range folders {
			folders[i].whole()
		}
	}
	p.want(sevenEnd)
	return folders
}

func (p *sevenParser) numbers(n int64) (list []int64) {
	for i := int64(0); i < n && p.err == nil; i++ {
		list = append(list, p.number())
	}
	return list
}

// place gives each folder its packed bytes. Streams stand one behind the other.
func (p *sevenParser) place(folders []sevenFolder, at int64, sizes []int64) {
	room := p.size - sevenStart
	for i := range folders {
		f := &folders[i]
		if len(f.packed) > len(sizes) {
			p.fail(errSeven)
			return
		}
		f.packedAt = sevenStart + at
		for _, size := range sizes[:len(f.packed)] {
			if at > room || size > room-at {
				p.fail(errSevenShort)
				return
			}
			at += size
		}
		f.packedSize = sevenStart + at - f.packedAt
		sizes = sizes[len(f.packed):]
	}
}

func (p *sevenParser) folders() (folders []sevenFolder) {
	p.want(sevenFolders)
	n := p.entries()
	p.inHere()
	for i := 0; i < n && p.err == nil; i++ {
		folders = append(folders, p.folder())
	}
	p.want(sevenUnpackSize)
	for i := range folders {
		outs := 0
		for _, c := range folders[i].coders {
			outs += c.out
		}
		folders[i].sizes = p.numbers(int64(outs))
	}
	if p.is(sevenCRC) {
		for i, d := range p.digests(len(folders)) {
			folders[i].crc, folders[i].checked = d.crc, d.checked
		}
	}
	p.want(sevenEnd)
	return folders
}

// entries is a number of files or folders.
func (p *sevenParser) entries() int {
	n := p.number()
	if n > int64(max(p.limits.Entries, 0)) {
		p.fail(&Problem{Code: CodeEntries, Detail: "more entries than are read of one file"})
		return 0
	}
	return int(n)
}

// inHere wants what follows to stand in the header itself and not in a stream.
func (p *sevenParser) inHere() { p.want(0) }

func (p *sevenParser) folder() (f sevenFolder) {
	n, ins, outs := p.number(), 0, 0
	if n < 1 || n > sevenMaxCoders {
		p.fail(errSeven)
		return f
	}
	for range n {
		c := p.coder()
		ins, outs = ins+c.in, outs+c.out
		f.coders = append(f.coders, c)
	}
	bound := map[int]bool{}
	for i := 1; i < outs; i++ {
		b := sevenBind{int(p.number()), int(p.number())}
		bound[b.in] = true
		f.binds = append(f.binds, b)
	}
	packed := ins - (outs - 1)
	if packed == 1 {
		for i := range ins {
			if !bound[i] {
				f.packed = append(f.packed, i)
			}
		}
		if len(f.packed) != 1 {
			p.fail(errSeven)
		}
		return f
	}
	for range packed {
		f.packed = append(f.packed, int(p.number()))
	}
	if packed < 1 {
		p.fail(errSeven)
	}
	return f
}

func (p *sevenParser) coder() sevenCoder {
	const idSize, isComplex, hasProps = 0x0f, 0x10, 0x20
	flags := p.byte()
	c := sevenCoder{id: string(p.take(int(flags & idSize))), in: 1, out: 1}
	if flags&isComplex != 0 {
		in, out := p.number(), p.number()
		if in > sevenMaxCoders || out > sevenMaxCoders {
			p.fail(errSeven)
			return c
		}
		c.in, c.out = int(in), int(out)
	}
	if flags&hasProps != 0 {
		c.props = p.take(int(p.number()))
	}
	return c
}

// sevenDigest is a checksum, if it is known.
type sevenDigest struct {
	crc     uint32
	checked bool
}

func (p *sevenParser) digests(n int) []sevenDigest {
	var list []sevenDigest
	for _, set := range p.defined(n) {
		d := sevenDigest{checked: set}
		if set {
			d.crc = p.uint32()
		}
		list = append(list, d)
	}
	return list
}

// sevenPart is the bytes of one file in a folder.
type sevenPart struct {
	folder int
	offset int64
	size   int64
	sevenDigest
}

// whole makes the folder hold one file.
func (f *sevenFolder) whole() {
	f.parts = []sevenPart{{size: f.size(), sevenDigest: sevenDigest{f.crc, f.checked}}}
}

// subStreams reads how folders are divided into files.
func (p *sevenParser) subStreams(folders []sevenFolder) {
	counts := make([]int, len(folders))
	for i := range counts {
		counts[i] = 1
	}
	if p.is(sevenCounts) {
		left := p.limits.Entries
		for i := range counts {
			counts[i] = p.entries()
			if left -= counts[i]; left < 0 {
				p.fail(&Problem{Code: CodeEntries, Detail: "more entries than are read of one file"})
				return
			}
		}
	}
	sized := p.is(sevenSize)
	unknown := 0
	for i := range folders {
		f := &folders[i]
		switch {
		case counts[i] == 1:
			f.whole()
		case counts[i] > 1 && sized:
			p.divide(f, counts[i])
		case counts[i] > 1:
			p.fail(errSeven)
		}
		for _, part := range f.parts {
			if !part.checked {
				unknown++
			}
		}
	}
	if p.is(sevenCRC) {
		p.fillDigests(folders, p.digests(unknown))
	}
	p.want(sevenEnd)
}

// divide reads the sizes of all files in a folder but the last, which has what
// is left.
func (p *sevenParser) divide(f *sevenFolder, n int) {
	at, left := int64(0), f.size()
	for i := 0; i < n && p.err == nil; i++ {
		size := left
		if i < n-1 {
			size = p.number()
		}
		if size > left {
			p.fail(errSeven)
			return
		}
		f.parts = append(f.parts, sevenPart{offset: at, size: size})
		at, left = at+size, left-size
	}
}

func (p *sevenParser) fillDigests(folders []sevenFolder, list []sevenDigest) {
	for i := range folders {
		for k := range folders[i].parts {
			part := &folders[i].parts[k]
			if !part.checked && len(list) > 0 {
				part.sevenDigest, list = list[0], list[1:]
			}
		}
	}
}

// files reads names and the like, and gives the files that have bytes theirs.
func (p *sevenParser) files(folders []sevenFolder) []sevenFile {
	files := make([]sevenFile, p.entries())
	for p.err == nil && !p.is(sevenEnd) {
		id := p.byte()
		part := &sevenParser{b: p.take(int(p.number())), limits: p.limits, size: p.size}
		part.property(id, files)
		if part.err != nil {
			p.fail(part.err)
		}
	}
	var parts []sevenPart
	for i := range folders {
		for _, part := range folders[i].parts {
			part.folder = i
			parts = append(parts, part)
		}
	}
	for i := range files {
		f := &files[i]
		if f.folder = -1; f.empty {
			continue
		}
		if len(parts) == 0 {
			p.fail(errSeven)
			return nil
		}
		f.sevenPart, parts = parts[0], parts[1:]
	}
	return files
}

// property reads one property of all files. Those that aren't needed are
// passed over: times of creation and access, padding.
func (p *sevenParser) property(id byte, files []sevenFile) {
	switch id {
	case sevenEmpty:
		for i, set := range p.bits(len(files)) {
			files[i].empty = set
		}
	case sevenEmptyFile:
		p.emptyFiles(files)
	case sevenNames:
		p.inHere()
		for i := range files {
			files[i].name = p.name()
		}
	case sevenModified:
		set := p.defined(len(files))
		p.inHere()
		for i := range set {
			if set[i] {
				files[i].mod = fileTime(p.uint64())
			}
		}
	case sevenAttributes:
		set := p.defined(len(files))
		p.inHere()
		for i := range set {
			if set[i] {
				files[i].attributes = p.uint32()
			}
		}
	}
}

func (p *sevenParser) emptyFiles(files []sevenFile) {
	var empty []int
	for i := range files {
		if files[i].empty {
			empty = append(empty, i)
		}
	}
	for k, set := range p.bits(len(empty)) {
		files[empty[k]].emptyFile = set
	}
}

// name reads a name in UTF-16 with a zero behind it. Half a surrogate pair
// becomes the three bytes it would have: names that differ stay different.
func (p *sevenParser) name() string {
	end := 0
	for end+2 <= len(p.b) && (p.b[end] != 0 || p.b[end+1] != 0) {
		end += 2
	}
	var name []byte
	units := p.take(end)
	p.take(2)
	for len(units) > 0 {
		r := rune(binary.LittleEndian.Uint16(units))
		units = units[2:]
		if utf16.IsSurrogate(r) {
			if len(units) > 0 {
				if both := utf16.DecodeRune(r, rune(binary.LittleEndian.Uint16(units))); both != utf8.RuneError {
					name, units = utf8.AppendRune(name, both), units[2:]
					continue
				}
			}
			name = append(name, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
			continue
		}
		name = utf8.AppendRune(name, r)
	}
	return string(name)
}

// fileTime is a time as Windows counts it: 100 ns since 1601.
func fileTime(v uint64) time.Time {
	const second, since1601 = 1e7, 11644473600
	return time.Unix(int64(v/second)-since1601, int64(v%second)*100).UTC()
}
