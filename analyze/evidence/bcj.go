package evidence

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/bits"
)

// bcjReader undoes the filter for x86 programs, which some packers put before
// every file, logs too: behind what looks like a CALL or a JMP they write where
// it leads to, and not how far that is.
type bcjReader struct {
	r    *bufio.Reader
	buf  []byte
	done int // bytes of buf that are as they were before packing
	at   uint32
	// near has a bit for each of the last three bytes that looked like one of
	// these instructions and was left alone.
	near uint8
	end  error
}

// bcjSize is the length of an instruction with its operand.
const bcjSize = 5

func (b *bcjReader) Read(p []byte) (int, error) {
	for b.done == 0 && b.end == nil {
		b.fill()
	}
	n := copy(p, b.buf[:b.done])
	b.buf = b.buf[:copy(b.buf, b.buf[n:])]
	if b.done -= n; n > 0 {
		return n, nil
	}
	return 0, b.end
}

func (b *bcjReader) fill() {
	at := len(b.buf)
	if b.buf == nil {
		b.buf = make([]byte, 0, 32<<10)
	}
	n, err := b.r.Read(b.buf[at:cap(b.buf)])
	b.buf, b.end = b.buf[:at+n], err
	if b.done = b.convert(b.buf); err != nil {
		b.done = len(b.buf) // too little is left for an instruction
	}
	b.at += uint32(b.done)
}

// convert goes over whole instructions and says how many bytes are finished.
func (b *bcjReader) convert(buf []byte) int {
	i := 0
	for i+bcjSize <= len(buf) {
		op := buf[i : i+bcjSize]
		switch {
		case op[0]&0xfe != 0xe8:
			b.near = b.near << 1 & 7
			i++
		case !isFar(op[4]) || b.crowded(op):
			b.near = b.near<<1&7 | 1
			i++
		default:
			b.relative(op, b.at+uint32(i)+bcjSize)
			b.near = 0
			i += bcjSize
		}
	}
	return i
}

// isFar is true for the highest byte of an operand that was converted.
func isFar(c byte) bool { return c == 0 || c == 0xff }

// crowded says that what stands before makes an instruction doubtful.
func (b *bcjReader) crowded(op []byte) bool {
	return b.near&(b.near-1) != 0 || b.near != 0 && isFar(op[4-bits.Len8(b.near)])
}

// relative makes the operand a distance from next, where the next instruction
// begins. It has 25 bits and a sign.
func (b *bcjReader) relative(op []byte, next uint32) {
	to := binary.LittleEndian.Uint32(op[1:])
	distance := to - next
	for shift := 8 * bits.Len8(b.near); shift > 0 && isFar(byte(distance>>(24-shift))); distance = to - next {
		to = distance ^ (1<<(32-shift) - 1)
	}
	binary.LittleEndian.PutUint32(op[1:], uint32(int32(distance<<7)>>7))
}

func sevenBCJ(r *bufio.Reader, _ []byte, _ int64, _ func(int64) error) (io.Reader, error) {
	return &bcjReader{r: r}, nil
}
