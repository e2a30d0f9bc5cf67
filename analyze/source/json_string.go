package source

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads the string that begins here. Without escapes it is a substring.
func (f *flattener) str() (string, bool) {
	start := f.at + 1
	i := plainRun(f.text, start)
	if i < len(f.text) && f.text[i] == '"' {
		f.at = i + 1
		return f.text[start:i], true
	}
	return f.escaped(start, i)
}

// escaped reads on from the first byte of a string that is not plain.
func (f *flattener) escaped(start, i int) (string, bool) {
	f.arena.begin(len(f.text) - start)
	f.arena.write(f.text[start:i])
	for i < len(f.text) {
		switch c := f.text[i]; {
		case c == '"':
			f.at = i + 1
			return f.arena.end(), true
		case c < ' ':
			f.at = i
			return "", f.fail("json_syntax", "control character in a string")
		}
		n, ok := f.escape(f.text[i:])
		if !ok {
			f.at = i
			return "", f.fail("json_syntax", "bad escape in a string")
		}
		i += n
		end := plainRun(f.text, i)
		f.arena.write(f.text[i:end])
		i = end
	}
	f.at = i
	return "", f.unexpected()
}

// escape decodes the escape that s begins with and says how long it is.
func (f *flattener) escape(s string) (int, bool) {
	if len(s) < 2 {
		return 0, false
	}
	if s[1] == 'u' {
		return f.unicode(s)
	}
	at := strings.IndexByte(`"\/bfnrt`, s[1])
	if at < 0 {
		return 0, false
	}
	f.arena.writeByte("\"\\/\b\f\n\r\t"[at])
	return 2, true
}

func (f *flattener) unicode(s string) (int, bool) {
	r, ok := hex4(s)
	if !ok {
		return 0, false
	}
	if !utf16.IsSurrogate(r) {
		f.arena.writeRune(r)
		return 6, true
	}
	if low, ok := hex4(s[6:]); ok {
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			f.arena.writeRune(both)
			return 12, true
		}
	}
	// A lone surrogate is kept as the three bytes it would have; Valid escapes
	// them.
	f.surrogates = true
	f.arena.writeSurrogate(r)
	return 6, true
}

// hex4 reads \uHHHH.
func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		d, ok := hexDigit(s[i])
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plainRun is the index of the first quote, backslash or control character of s
// at or after i; len(s) if there is none. It looks at eight bytes at a time.
func plainRun(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		hit := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
		if hit != 0 {
			return i + bits.TrailingZeros64(hit)>>3
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}

// unescapeKey decodes a key that is known to be a valid string body.
func unescapeKey(key string) string {
	f := flattener{text: key + `"`, at: -1}
	s, ok := f.str()
	if !ok {
		return key
	}
	return s
}
