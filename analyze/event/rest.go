package event

import (
	"iter"
	"strings"
)

// The rare native fields of a record stand in one text, the rest:
// RS name US value for a value, RS name GS for a null, RS name FS for a field
// that the record lacks although the events column it is kept in is filled.
const (
	restStart  = '\x1e'
	restValue  = '\x1f'
	restNull   = '\x1d'
	restAbsent = '\x1c'
	restEscape = '\x1a'
)

// RestHead begins every rest. It is not ASCII, and that is its purpose: the
// engine validates each value of a column until it has met one that isn't,
// which took 15 % of the time to store a record. What goes into a rest is
// valid UTF-8 already.
const RestHead = "\u241e"

// RestKind is the kind of an entry of a rest.
type RestKind uint8

// The kinds of entries of a rest.
const (
	RestValue RestKind = iota
	RestNull
	RestAbsent
)

// AppendRest appends one entry to a rest.
func AppendRest(rest []byte, name, value string, kind RestKind) []byte {
	rest = append(rest, restStart)
	rest = appendEscaped(rest, name)
	switch kind {
	case RestNull:
		return append(rest, restNull)
	case RestAbsent:
		return append(rest, restAbsent)
	}
	return appendEscaped(append(rest, restValue), value)
}

// EachRest yields the entries of a rest in the order they were appended.
func EachRest(rest string) iter.Seq2[Field, RestKind] {
	return func(yield func(Field, RestKind) bool) {
		rest := strings.TrimPrefix(rest, RestHead)
		for len(rest) > 0 {
			entry := rest[1:]
			if end := strings.IndexByte(entry, restStart); end >= 0 {
				entry, rest = entry[:end], entry[end:]
			} else {
				rest = ""
			}
			f, kind := splitRest(entry)
			if !yield(f, kind) {
				return
			}
		}
	}
}

func splitRest(entry string) (Field, RestKind) {
	at := strings.IndexAny(entry, "\x1f\x1d\x1c")
	if at < 0 {
		return Field{Name: unescape(entry), Null: true}, RestNull
	}
	name := unescape(entry[:at])
	switch entry[at] {
	case restNull:
		return Field{Name: name, Null: true}, RestNull
	case restAbsent:
		return Field{Name: name}, RestAbsent
	}
	return Field{Name: name, Value: unescape(entry[at+1:])}, RestValue
}

func appendEscaped(dst []byte, s string) []byte {
	if mayBeControl(s) {
		return appendEscapedSlow(dst, s)
	}
	return append(dst, s...)
}

// mayBeControl says whether a text may hold a byte below 0x20, eight bytes at
// a time.
func mayBeControl(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if (x-0x20*ones)&^x&high != 0 {
			return true
		}
	}
	for ; i < len(s); i++ {
		if s[i] < 0x20 {
			return true
		}
	}
	return false
}

func appendEscapedSlow(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= restEscape && c <= restValue && c != '\x1b' {
			dst = append(dst, restEscape, c+'0')
			continue
		}
		dst = append(dst, s[i])
	}
	return dst
}

func unescape(s string) string {
	if strings.IndexByte(s, restEscape) < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == restEscape && i+1 < len(s) {
			i++
			b = append(b, s[i]-'0')
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}
