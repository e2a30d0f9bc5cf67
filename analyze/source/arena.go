package source

import (
	"strings"
)

// arenaBlock is how much an arena allocates at once.
const arenaBlock = 64 << 10

// arena makes the few strings that are not substrings of their chunk: decoded
// escapes and doubled quotes. What it gave out never changes.
type arena struct {
	b     strings.Builder
	start int
}

// begin starts a string of at most n bytes.
func (a *arena) begin(n int) {
	if a.b.Cap()-a.b.Len() < min(n, arenaBlock/2) {
		a.b = strings.Builder{}
		a.b.Grow(max(arenaBlock, n))
	}
	a.start = a.b.Len()
}

func (a *arena) write(s string)   { a.b.WriteString(s) }
func (a *arena) writeByte(c byte) { a.b.WriteByte(c) }
func (a *arena) writeRune(r rune) { a.b.WriteRune(r) }

// writeSurrogate writes the three bytes that UTF-8 would give a surrogate.
func (a *arena) writeSurrogate(r rune) {
	a.b.WriteByte(0xE0 | byte(r>>12))
	a.b.WriteByte(0x80 | byte(r>>6)&0x3F)
	a.b.WriteByte(0x80 | byte(r)&0x3F)
}

// end is the string since begin.
func (a *arena) end() string { return a.b.String()[a.start:] }
