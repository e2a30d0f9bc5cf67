package evtx

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text is UTF-16 as a Go string, without the zeros at its end. A lone surrogate
// becomes the three bytes that UTF-8 would give it, so that it can be told
// apart and turned back.
func text(s string) string {
	for len(s) >= 2 && s[len(s)-1] == 0 && s[len(s)-2] == 0 {
		s = s[:len(s)-2]
	}
	n := len(s) / 2
	var b strings.Builder
	b.Grow(n)
	for i := 0; i < n; i++ {
		r := rune(u16(s, 2*i))
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
			continue
		case !utf16.IsSurrogate(r):
			b.WriteRune(r)
			continue
		}
		if i+1 < n {
			if both := utf16.DecodeRune(r, rune(u16(s, 2*i+2))); both != utf8.RuneError {
				b.WriteRune(both)
				i++
				continue
			}
		}
		b.WriteByte(0xE0 | byte(r>>12))
		b.WriteByte(0x80 | byte(r>>6)&0x3F)
		b.WriteByte(0x80 | byte(r)&0x3F)
	}
	if len(s)%2 == 1 {
		b.WriteByte(0xFF) // half a character: no UTF-8 has this byte
	}
	return b.String()
}

// texts are the strings of an array: each but perhaps the last ends in a zero.
func texts(s string) []string {
	var list []string
	for len(s) >= 2 {
		end := 0
		for end+2 <= len(s) && (s[end] != 0 || s[end+1] != 0) {
			end += 2
		}
		list = append(list, text(s[:end]))
		s = s[min(end+2, len(s)):]
	}
	return list
}
