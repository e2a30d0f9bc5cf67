package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"time"
)

// Member is one item of a walk. If its State is empty it is to be read, up to
// its end, before the walk goes on: Read gives the decompressed bytes and
// hashes them on the way. A Member with a State is only listed.
//
// A read error is a *Problem, and comes after all bytes that were good. Only an
// interrupted context is another error.
type Member struct {
	Item
	ModTime time.Time // as the file system or the container claims; zero if unknown

	src    io.Reader
	hash   hash.Hash
	read   int64
	end    error // io.EOF or why reading ended; nil while it goes on
	alive  func() error
	spare  *spare
	file   *file // the outermost file, to see it change
	listed bool  // not read by the caller
	closed bool
	err    error // what Close reports
}

// Read reads decompressed bytes.
func (m *Member) Read(p []byte) (int, error) {
	if m.end != nil {
		return 0, m.end
	}
	if err := m.alive(); err != nil {
		m.end = err
		return 0, err
	}
	n, err := m.src.Read(p)
	_, _ = m.hash.Write(p[:n]) // a hash never fails
	m.read += int64(n)
	if err == nil {
		return n, nil
	}
	if m.end = err; err != io.EOF { // io.Reader's end is io.EOF itself; a wrapped one is a problem
		m.end = problemAt(err, m.read)
	}
	if n > 0 {
		return n, nil
	}
	return 0, m.end
}

// Sum is the SHA-256 of what has been read so far. Reading goes on after it.
func (m *Member) Sum() (sum [sha256.Size]byte) {
	m.hash.Sum(sum[:0]) // finishes a copy of the state
	return sum
}

// Offset is how many bytes have been read.
func (m *Member) Offset() int64 { return m.read }

// Close reads what is left, so that an item nobody parsed is hashed too, and
// sets Size and SHA256. It reports the *Problem that ended reading, or that the
// file changed meanwhile; then it sets State and Reason too.
//
// A container is not read by the caller. Its Close reports, once the walk has
// passed its last member, how reading the container itself ended; only then are
// Size and SHA256 known of a container that stands inside another.
func (m *Member) Close() error {
	if m.closed || m.listed {
		return m.err
	}
	m.finish()
	m.fail(m.ending())
	return m.err
}

// finish reads to the end and keeps size and hash.
func (m *Member) finish() {
	m.closed = true
	if m.src == nil {
		return
	}
	for buf := m.spare.buffer(); m.end == nil; {
		_, _ = m.Read(buf) // keeps its error in m.end
	}
	m.Size = m.read
	if m.end == io.EOF { //nolint:errorlint // set by Read
		sum := m.Sum()
		m.SHA256 = hex.EncodeToString(sum[:])
		if m.Member == "" {
			m.Outer = m.SHA256
		}
	}
	m.src = nil
}

// ending is the error that reading ended with.
func (m *Member) ending() error {
	switch {
	case m.file != nil && m.file.changed():
		return errChanged(m.read)
	case m.end == io.EOF: //nolint:errorlint // set by Read
		return nil
	}
	return m.end
}

// fail keeps an error for Close, and says in the item how its reading ended.
func (m *Member) fail(err error) {
	m.err = err
	var p *Problem
	if !errors.As(err, &p) {
		return
	}
	m.State, m.Reason = PartialRead, p.Error()
	if p.Code == CodeChanged {
		m.State = Changed
	}
}

// spare is the buffer that a walk reads into when nobody else does.
type spare struct{ buf []byte }

// buffer is 128 KiB: less costs system calls, more costs the small files.
func (s *spare) buffer() []byte {
	if s.buf == nil {
		s.buf = make([]byte, 128<<10)
	}
	return s.buf
}
