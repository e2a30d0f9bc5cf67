package source

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A log holds what programs wrote, and its XML passes on characters that XML
// doesn't allow: escape sequences in a script, NUL, references to either, an &
// that begins nothing. A decoder refuses all of it, so such a character goes
// through it as one of private use, and is put back behind it.
const privateUse = 0x10fe00

// xmlDecoder reads XML, however it is written. restore gives a text of it the
// characters back that it has in the log.
func xmlDecoder(text string) (d *xml.Decoder, restore func(string) string) {
	restore = func(s string) string { return s }
	text = Valid(text)
	if strings.IndexFunc(text, isForbidden) < 0 && strings.IndexByte(text, '&') < 0 {
		return xml.NewDecoder(strings.NewReader(text)), restore
	}
	allowed := allowedXML(text)
	if strings.IndexFunc(allowed, isPrivate) >= 0 {
		restore = func(s string) string {
			return strings.Map(func(r rune) rune {
				if isPrivate(r) {
					return r - privateUse
				}
				return r
			}, s)
		}
	}
	return xml.NewDecoder(strings.NewReader(allowed)), restore
}

// isForbidden says that XML 1.0 has no such character (section 2.2).
func isForbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

func isPrivate(r rune) bool { return r >= privateUse && r < privateUse+' ' }

// allowedXML is the text without what XML forbids.
func allowedXML(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 64)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '&':
			n = writeReference(&b, text[i:])
		case isForbidden(r) || isPrivate(r):
			b.WriteRune(standIn(r))
		default:
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// standIn is what goes through the decoder for a character.
func standIn(r rune) rune {
	if r < ' ' {
		return privateUse + r
	}
	return utf8.RuneError
}

// longestReference is how far behind an & its ; is looked for.
const longestReference = 12

// writeReference writes the reference that text begins with, and says how long
// it is. An & that begins none is one itself.
func writeReference(b *strings.Builder, text string) int {
	end := strings.IndexByte(text[:min(len(text), longestReference)], ';')
	if end > 0 {
		name := text[1:end]
		switch name {
		case "amp", "lt", "gt", "quot", "apos":
			b.WriteString(text[:end+1])
			return end + 1
		}
		if r, ok := numbered(name); ok {
			switch {
			case isForbidden(r) || isPrivate(r):
				b.WriteRune(standIn(r))
			default:
				b.WriteString(text[:end+1])
			}
			return end + 1
		}
	}
	b.WriteString("&amp;")
	return 1
}

// numbered is the character that #65 or #x41 stands for.
func numbered(name string) (rune, bool) {
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), ok && err == nil && utf8.ValidRune(rune(n))
}
