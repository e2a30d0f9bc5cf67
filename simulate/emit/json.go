package emit

import (
	"strconv"
	"unicode/utf8"
)

// jsonText builds one JSON value by appending. Commas come of themselves: one
// is due unless something was just opened.
type jsonText struct{ b []byte }

func (j *jsonText) comma() {
	if n := len(j.b); n > 0 && j.b[n-1] != '{' && j.b[n-1] != '[' && j.b[n-1] != ':' {
		j.b = append(j.b, ',')
	}
}

func (j *jsonText) key(name string) {
	j.comma()
	j.b = append(appendQuoted(j.b, name), ':')
}

func (j *jsonText) open(bracket byte)  { j.comma(); j.b = append(j.b, bracket) }
func (j *jsonText) close(bracket byte) { j.b = append(j.b, bracket) }

func (j *jsonText) object(name string) { j.key(name); j.b = append(j.b, '{') }
func (j *jsonText) array(name string)  { j.key(name); j.b = append(j.b, '[') }

func (j *jsonText) text(name, value string) {
	j.key(name)
	j.b = appendQuoted(j.b, value)
}

func (j *jsonText) number(name string, value int64) {
	j.key(name)
	j.b = strconv.AppendInt(j.b, value, 10)
}

// literal is true, false, null or an empty list.
func (j *jsonText) literal(name, value string) {
	j.key(name)
	j.b = append(j.b, value...)
}

// pair is one member of Microsoft's Name/Value lists.
func (j *jsonText) pair(name, value string) {
	j.open('{')
	j.text("Name", name)
	j.text("Value", value)
	j.close('}')
}

// appendQuoted appends a JSON string. Like the real exporters it leaves
// everything above ASCII alone; bytes that are no UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
