package source

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// charset is how a member's text is encoded. A byte-order mark stays in the
// text, as the character it is, so that offsets stay simple.
type charset uint8

const (
	utf8Text charset = iota
	utf16Little
	utf16Big
	utf32Little
	utf32Big
)

// headSize is how much of a member is looked at to recognise it.
const headSize = 64 << 10

// sniffSize is how much is looked at for the charset.
const sniffSize = 4 << 10

// No character has these bytes in decoded UTF-16 and UTF-32: oddByte stands for
// a last byte that is no whole unit, badUnit for four bytes that are no
// character.
const (
	oddByte = 0xFF
	badUnit = 0xFE
)

const mark = "\ufeff"

func charsetOf(head []byte) charset {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE, 0, 0}): // a mark and a zero in UTF-16: nobody writes that
		return utf32Little
	case bytes.HasPrefix(head, []byte{0, 0, 0xFE, 0xFF}):
		return utf32Big
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return utf16Little
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return utf16Big
	}
	return unmarkedCharset(head[:min(len(head), sniffSize)])
}

// unmarkedCharset tells UTF-16 without a mark by its zero bytes: most
// characters of a log are ASCII.
func unmarkedCharset(head []byte) charset {
	units := len(head) / 2
	var zeros [2]int
	for i := 0; i < units*2; i++ {
		if head[i] == 0 {
			zeros[i&1]++
		}
	}
	few, most := units/20, units*6/10
	switch {
	case units < 4:
		return utf8Text
	case zeros[1] >= most && zeros[0] <= few:
		return utf16Little
	case zeros[0] >= most && zeros[1] <= few:
		return utf16Big
	}
	return utf8Text
}

// decode appends the text of whole characters of src and says how many bytes it
// used.
func (c charset) decode(dst, src []byte, eof bool) ([]byte, int) {
	switch c {
	case utf16Little, utf16Big:
		return appendUTF16(dst, src, c == utf16Big, eof)
	case utf32Little, utf32Big:
		return appendUTF32(dst, src, c == utf32Big, eof)
	}
	return append(dst, src...), len(src)
}

// sourceLen is how many bytes of the member became text.
func (c charset) sourceLen(text []byte) int64 {
	switch c {
	case utf16Little, utf16Big:
		return utf16Len(text)
	case utf32Little, utf32Big:
		return utf32Len(text)
	}
	return int64(len(text))
}

// appendUTF32 decodes whole characters of src and says how many bytes it used.
func appendUTF32(dst, src []byte, big, eof bool) ([]byte, int) {
	i := 0
	for ; i+4 <= len(src); i += 4 {
		r := binary.LittleEndian.Uint32(src[i:])
		if big {
			r = binary.BigEndian.Uint32(src[i:])
		}
		switch {
		case r > utf8.MaxRune:
			dst = append(dst, badUnit)
		case utf16.IsSurrogate(rune(r)):
			dst = appendSurrogate(dst, rune(r))
		default:
			dst = utf8.AppendRune(dst, rune(r))
		}
	}
	for ; eof && i < len(src); i++ {
		dst = append(dst, oddByte)
	}
	return dst, i
}

// appendSurrogate writes half a pair as the three bytes it would have.
func appendSurrogate(dst []byte, r rune) []byte {
	return append(dst, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
}

// utf32Len is how many bytes of UTF-32 became text.
func utf32Len(text []byte) int64 {
	n := int64(0)
	for _, b := range text {
		switch {
		case b == oddByte:
			n++
		case b < 0x80 || b >= 0xC0:
			n += 4
		}
	}
	return n
}

// appendUTF16 decodes whole characters of src and says how many bytes it used.
// A lone surrogate becomes the three bytes UTF-8 would give it: the text can
// be turned back, and Valid escapes it.
func appendUTF16(dst, src []byte, big, eof bool) ([]byte, int) {
	unit := func(i int) rune {
		if big {
			return rune(src[i])<<8 | rune(src[i+1])
		}
		return rune(src[i+1])<<8 | rune(src[i])
	}
	i := 0
	for ; i+2 <= len(src); i += 2 {
		r := unit(i)
		if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
			continue
		}
		if !utf16.IsSurrogate(r) {
			dst = utf8.AppendRune(dst, r)
			continue
		}
		if i+4 > len(src) && !eof {
			return dst, i
		}
		if i+4 <= len(src) {
			if both := utf16.DecodeRune(r, unit(i+2)); both != utf8.RuneError {
				dst = utf8.AppendRune(dst, both)
				i += 2
				continue
			}
		}
		dst = appendSurrogate(dst, r)
	}
	if eof && i < len(src) {
		dst, i = append(dst, oddByte), i+1
	}
	return dst, i
}

// utf16Len is how many bytes of UTF-16 became text.
func utf16Len(text []byte) int64 {
	n := int64(0)
	for _, b := range text {
		switch {
		case b < 0x80:
			n += 2
		case b < 0xC0: // the rest of a character
		case b < 0xF0:
			n += 2
		case b < oddByte:
			n += 4
		default:
			n++
		}
	}
	return n
}

// decodeHead is the text of the beginning of a member, without its mark.
func decodeHead(head []byte, eof bool) string {
	if c := charsetOf(head); c != utf8Text {
		head, _ = c.decode(nil, head, eof)
	}
	return string(bytes.TrimPrefix(head, []byte(mark)))
}
