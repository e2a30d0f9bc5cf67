package evidence

import (
	"bytes"
	"io"
	"iter"
	"strings"
	"time"
)

// container is a way to pack files, recognised by its first bytes and never by
// a file's name.
type container struct {
	kind   string
	magic  func(head []byte) bool
	random bool // needs its bytes in any order
	stream bool // holds one file, compressed
	// open checks what can be checked before the first entry. nil: the kind is
	// recognised, and there is no reader for it.
	open func(c content, name string) (entries, error)
}

// containers in the order they are tried.
var containers = []*container{
	{kind: "gzip", magic: isGzip, stream: true, open: openGzip},
	{kind: "zip", magic: isZip, random: true, open: openZip},
	{kind: "tar", magic: isTar, open: openTar},
	{kind: "bzip2", magic: isBzip2, stream: true, open: openBzip2},
	{kind: "zstd", magic: starts("\x28\xb5\x2f\xfd"), stream: true, open: openZstd},
	{kind: "xz", magic: starts(xzMagic), stream: true, open: openXZ},
	{kind: "lz4", magic: starts("\x04\x22\x4d\x18"), stream: true, open: openLZ4},
	{kind: "7z", magic: starts(sevenMagic), random: true, open: openSeven},
	{kind: "rar", magic: starts("Rar!\x1a\x07")},
	{kind: "cab", magic: starts("MSCF\x00\x00\x00\x00")},
}

// Containers are the kinds that are unpacked, and those that are recognised and
// not read.
func Containers() (read, unread []string) {
	for _, c := range containers {
		if c.open == nil {
			unread = append(unread, c.kind)
		} else {
			read = append(read, c.kind)
		}
	}
	return read, unread
}

// headSize is how many bytes recognise a container: a tar header.
const headSize = 512

// content is the bytes of a file or member.
type content struct {
	r    io.Reader   // from the first byte
	at   io.ReaderAt // the same bytes in any order; nil if they only stream by
	size int64       // with at

	limits Limits // what of them is left to it
}

// entries yields what a container holds, in its own order. An error is the end
// of the container, and comes last.
type entries = iter.Seq2[*entry, error]

// entry is one file in a container. It is valid until the next one is asked
// for.
type entry struct {
	name   string // as it stands there; never a path to write to
	mod    time.Time
	folder bool
	listed error                         // set: why the entry is only listed
	kind   string                        // of a listed entry
	open   func() (io.ReadCloser, error) // called at most once
	in     func() int64                  // bytes of the container taken for it so far
}

func recognise(head []byte) *container {
	for _, c := range containers {
		if c.magic(head) {
			return c
		}
	}
	return nil
}

func starts(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// one is a compressed stream as a container of a single entry.
func one(e *entry) entries {
	return func(yield func(*entry, error) bool) { yield(e, nil) }
}

// unpackedName is what a compressed file is called without its suffix.
func unpackedName(name string, suffixes ...string) string {
	lower := strings.ToLower(name)
	for _, s := range suffixes {
		from, to, _ := strings.Cut(s, ">")
		if strings.HasSuffix(lower, from) && len(name) > len(from) {
			return name[:len(name)-len(from)] + to
		}
	}
	return name
}

// baseName is the last part of a name as Unix or Windows write paths.
func baseName(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}
