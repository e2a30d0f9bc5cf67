package evidence

import (
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"time"
)

const sevenMagic = "7z\xbc\xaf\x27\x1c"

// sevenArchive is an opened 7z. Its files are packed into folders, each one
// stream: folders are unpacked once and in order, so that a file in the middle
// of one costs what is before it, and all files cost no more than the last.
//
// Header and folders are read here, because the library there is trusts the
// counts and dictionary sizes of a header. The coders are libraries.
type sevenArchive struct {
	c      content
	d      sevenDirectory
	memory memory
	spent  spent // of the folders: a file that is passed over is unpacked too

	folder int // that is being unpacked, -1 before the first
	stream io.Reader
	at     int64 // bytes that came out of the folder
	in     counter
	failed error // why the folder can't be read on
}

func openSeven(c content, _ string) (entries, error) {
	a := &sevenArchive{c: c, memory: memory{limits: c.limits}, spent: spent{limits: c.limits, size: c.size}, folder: -1}
	if err := a.readDirectory(); err != nil {
		return nil, err
	}
	return func(yield func(*entry, error) bool) {
		for i := range a.d.files {
			if !yield(a.entry(&a.d.files[i]), nil) {
				return
			}
		}
	}, nil
}

func (a *sevenArchive) entry(f *sevenFile) *entry {
	e := &entry{name: f.name, mod: f.mod, folder: f.isFolder(), in: a.in.count}
	e.open = func() (io.ReadCloser, error) { return a.open(f) }
	if kind := irregular(f.mode() &^ fs.ModeDir); kind != "" && !e.folder {
		e.refuse(kind)
		return e
	}
	if f.folder < 0 {
		return e
	}
	if kind := a.d.folders[f.folder].unreadable(); kind != "" {
		e.kind, e.listed = kind, errUnsupported
	}
	return e
}

// open unpacks a folder on to where a file begins.
func (a *sevenArchive) open(f *sevenFile) (io.ReadCloser, error) {
	if f.folder < 0 {
		return io.NopCloser(strings.NewReader("")), nil
	}
	if f.folder != a.folder {
		a.folder, a.at, a.failed = f.folder, 0, nil
		a.stream, a.failed = a.unpack(&a.d.folders[f.folder])
	}
	if skip := f.offset - a.at; a.failed == nil && skip > 0 {
		_, err := io.CopyN(io.Discard, (*sevenStream)(a), skip)
		a.failed = unexpected(err)
	}
	if a.failed == nil && f.offset < a.at {
		a.failed = errors.New("7z: files are not in the order of their streams")
	}
	if a.failed != nil {
		return nil, a.failed
	}
	return io.NopCloser(&sevenReader{a: a, left: f.size, want: f.crc, checked: f.checked}), nil
}

// unpack starts a folder.
func (a *sevenArchive) unpack(f *sevenFolder) (io.Reader, error) {
	a.in.r = io.NewSectionReader(a.c.at, f.packedAt, f.packedSize)
	r, err := f.reader(&a.in, &a.memory, a.in.n)
	if err != nil {
		return nil, err
	}
	start := a.in.n
	return &meter{r: io.LimitReader(r, f.size()), in: func() int64 { return a.in.n - start }, spent: &a.spent}, nil
}

// sevenStream reads the folder that is being unpacked.
type sevenStream sevenArchive

func (s *sevenStream) Read(p []byte) (int, error) {
	n, err := s.stream.Read(p)
	s.at += int64(n)
	return n, err
}

// sevenReader is one file of a folder.
type sevenReader struct {
	a       *sevenArchive
	left    int64
	sum     uint32
	want    uint32
	checked bool
}

func (r *sevenReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		if r.checked && r.sum != r.want {
			return 0, errors.New("7z: checksum error")
		}
		return 0, io.EOF
	}
	n, err := (*sevenStream)(r.a).Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	r.sum = crc32.Update(r.sum, crc32.IEEETable, p[:n])
	if err == io.EOF && r.left == 0 { //nolint:errorlint // io.Reader's end is io.EOF itself
		return n, nil
	}
	if err != nil {
		r.a.failed = unexpected(err)
	}
	return n, unexpected(err)
}

// sevenFile is a file of a 7z.
type sevenFile struct {
	name       string
	mod        time.Time
	attributes uint32
	empty      bool // has no bytes anywhere
	emptyFile  bool // an empty file; else a folder
	sevenPart       // where its bytes are; folder -1 for none
}

// isFolder is true for an entry that has no bytes and is said to be a folder.
func (f *sevenFile) isFolder() bool { return f.empty && (!f.emptyFile || f.mode().IsDir()) }

// mode is what the attributes say: those of Windows, or of Unix in the upper
// half where its tools packed.
func (f *sevenFile) mode() fs.FileMode {
	const folder, unix, kind = 0x10, 0x8000, 0xf
	if f.attributes&unix == 0 {
		if f.attributes&folder != 0 {
			return fs.ModeDir
		}
		return 0
	}
	switch f.attributes >> 28 & kind {
	case 1:
		return fs.ModeNamedPipe
	case 2, 6:
		return fs.ModeDevice
	case 4:
		return fs.ModeDir
	case 10:
		return fs.ModeSymlink
	case 12:
		return fs.ModeSocket
	}
	return 0
}
