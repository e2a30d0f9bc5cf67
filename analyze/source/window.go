package source

import (
	"bytes"
	"io"
	"slices"
)

// blockSize is how much is read at once, and how long a chunk is at least.
const blockSize = 1 << 20

// window is the part of a member that is being cut, as text. It is filled in
// blocks of one size, whatever the reader returns at a time.
type window struct {
	r       io.Reader
	block   int
	buf     []byte
	binary  bool // the member is no text
	charset charset
	raw     []byte // of UTF-16 and UTF-32: bytes not decoded yet
	began   bool
	eof     bool
	err     error // why it ended, if not by io.EOF
	eol     byte  // '\n', or '\r' for a file that has no other
}

// more reads another block; false means that there is no more.
func (w *window) more() bool {
	if w.eof {
		return false
	}
	before := len(w.buf)
	if !w.began {
		w.begin()
	} else if w.charset == utf8Text {
		w.buf = w.read(w.buf)
	} else {
		w.decode()
	}
	return len(w.buf) > before
}

func (w *window) begin() {
	w.began = true
	w.buf = w.read(w.buf)
	if w.binary {
		return
	}
	w.charset = charsetOf(w.buf)
	if w.charset != utf8Text {
		w.raw, w.buf = w.buf, nil
		w.decodeRaw()
	}
	w.eol = eolOf(w.buf)
}

// smallSize is the room that a member gets before it shows that it needs more:
// most are small, and there are many.
const smallSize = 16 << 10

// read appends a block, less only at the end.
func (w *window) read(to []byte) []byte {
	end := len(to) + w.block
	if len(to) == 0 && w.block > smallSize {
		to = w.fill(to, smallSize)
	}
	if !w.eof {
		to = w.fill(to, end-len(to))
	}
	return to
}

func (w *window) fill(to []byte, size int) []byte {
	to = slices.Grow(to, size)
	n, err := io.ReadFull(w.r, to[len(to):len(to)+size])
	if err != nil {
		w.eof = true
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			w.err = err
		}
	}
	return to[:len(to)+n]
}

func (w *window) decode() {
	w.raw = w.read(w.raw)
	w.decodeRaw()
}

func (w *window) decodeRaw() {
	var used int
	w.buf, used = w.charset.decode(w.buf, w.raw, w.eof)
	w.raw = append(w.raw[:0], w.raw[used:]...)
}

// eolOf is how lines end: by CR alone only where the beginning has no LF.
func eolOf(head []byte) byte {
	head = head[:min(len(head), headSize)]
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// sourceLen is how many bytes of the member became text.
func (w *window) sourceLen(text []byte) int64 { return w.charset.sourceLen(text) }
