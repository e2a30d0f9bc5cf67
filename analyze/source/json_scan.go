package source

import (
	"encoding/binary"
	"math/bits"
)

// scanState is what a scanner found.
type scanState uint8

const (
	scanMore     scanState = iota // the value goes on behind the text
	scanDone                      // the value ends here
	scanBroken                    // this can't be in a value
	scanEnvelope                  // an object that has records in an array that begins here
)

// scanner finds the end of an object or array without reading it: only quotes
// and brackets count. It goes on where the text ended. What it lets through the
// flattener judges.
type scanner struct {
	depth    int
	arrays   [maxDepth/64 + 1]uint64 // bit d: the value at depth d is an array
	inString bool
	last     byte // the byte before that isn't white, outside strings
	key      int  // where the last string at depth 1 began
	keyEnd   int  // where the last string ended
	reason   string
	// envelope judges an array or object at depth 1 that begins at i under a
	// key; nil where objects can only be records.
	envelope func(key, keyEnd, i int) bool
}

// scan reads on at i and says where it stopped.
func (s *scanner) scan(buf []byte, i int) (int, scanState) {
	for i < len(buf) {
		if s.inString {
			i = plainBytes(buf, i)
			if i == len(buf) {
				return i, scanMore
			}
			switch buf[i] {
			case '"':
				s.inString, s.last, s.keyEnd = false, '"', i
			case '\\':
				if i+1 == len(buf) {
					return i, scanMore
				}
				i++
			case '\n', '\r':
				return i, s.broken("line end in a string")
			}
			i++
			continue
		}
		c := buf[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			i++
			continue
		case '"':
			if s.depth == 1 {
				s.key = i + 1
			}
			end := plainBytes(buf, i+1)
			if end < len(buf) && buf[end] == '"' { // the common case at once
				s.last, s.keyEnd, i = '"', end, end+1
				continue
			}
			s.inString = true
		case '{', '[':
			if s.last != 0 && s.last != ':' && s.last != ',' && s.last != '[' {
				return i, s.broken("value after a value")
			}
			if s.depth == 1 && s.last == ':' && s.envelope != nil && s.envelope(s.key, s.keyEnd, i) {
				return i, scanEnvelope
			}
			if !s.open(c) {
				s.reason = "json_depth"
				return i, scanBroken
			}
		case '}', ']':
			if !s.close(c) {
				return i, s.broken("brackets don't match")
			}
			if s.depth == 0 {
				return i + 1, scanDone
			}
		}
		s.last = c
		i++
	}
	return i, scanMore
}

func (s *scanner) broken(string) scanState {
	s.reason = "json_syntax"
	return scanBroken
}

func (s *scanner) open(c byte) bool {
	if s.depth == maxDepth {
		return false
	}
	s.depth++
	if c == '[' {
		s.arrays[s.depth>>6] |= 1 << (s.depth & 63)
	} else {
		s.arrays[s.depth>>6] &^= 1 << (s.depth & 63)
	}
	return true
}

func (s *scanner) close(c byte) bool {
	array := s.arrays[s.depth>>6]>>(s.depth&63)&1 == 1
	if s.depth == 0 || array != (c == ']') {
		return false
	}
	s.depth--
	return true
}

// plainBytes is plainRun for bytes.
func plainBytes(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		hit := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
		if hit != 0 {
			return i + bits.TrailingZeros64(hit)>>3
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}
