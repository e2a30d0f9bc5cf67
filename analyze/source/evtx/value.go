package evtx

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The types of values.
const (
	typeNull       = 0x00
	typeString     = 0x01
	typeAnsi       = 0x02
	typeInt8       = 0x03
	typeUint8      = 0x04
	typeInt16      = 0x05
	typeUint16     = 0x06
	typeInt32      = 0x07
	typeUint32     = 0x08
	typeInt64      = 0x09
	typeUint64     = 0x0a
	typeReal32     = 0x0b
	typeReal64     = 0x0c
	typeBool       = 0x0d
	typeBinary     = 0x0e
	typeGUID       = 0x0f
	typeSize       = 0x10
	typeFileTime   = 0x11
	typeSystemTime = 0x12
	typeSID        = 0x13
	typeHexInt32   = 0x14
	typeHexInt64   = 0x15
	typeHandle     = 0x20
	typeBinXML     = 0x21
	typeXML        = 0x23

	typeArray = 0x80
)

// sizes are the bytes that a member of an array has.
var sizes = [...]int{
	typeInt8: 1, typeUint8: 1, typeInt16: 2, typeUint16: 2, typeInt32: 4, typeUint32: 4, typeInt64: 8, typeUint64: 8,
	typeReal32: 4, typeReal64: 8, typeBool: 4, typeGUID: 16, typeFileTime: 8, typeSystemTime: 16, typeHexInt32: 4, typeHexInt64: 8,
}

// render is a value as text: numbers in decimal but for those that are meant in
// hexadecimal, times in ISO 8601, bytes and what has not the size its type wants
// in hexadecimal.
func render(kind byte, s string) string {
	if n := fixedSize(kind); n != 0 && n != len(s) && !(isInteger(kind) && isIntegerSize(len(s))) {
		return hex(s)
	}
	switch kind {
	case typeNull:
		return ""
	case typeString, typeXML:
		return text(s)
	case typeAnsi:
		return strings.TrimRight(s, "\x00")
	case typeInt8, typeInt16, typeInt32, typeInt64:
		return strconv.FormatInt(signed(s), 10)
	case typeUint8, typeUint16, typeUint32, typeUint64:
		return strconv.FormatUint(unsigned(s), 10)
	case typeReal32:
		return strconv.FormatFloat(float64(math.Float32frombits(u32(s, 0))), 'g', -1, 32)
	case typeReal64:
		return strconv.FormatFloat(math.Float64frombits(u64(s, 0)), 'g', -1, 64)
	case typeBool:
		return boolean(unsigned(s))
	case typeGUID:
		return guid(s)
	case typeSize, typeHexInt32, typeHexInt64:
		if isIntegerSize(len(s)) {
			return "0x" + strconv.FormatUint(unsigned(s), 16)
		}
	case typeFileTime:
		return fileTime(u64(s, 0))
	case typeSystemTime:
		return systemTime(s)
	case typeSID:
		if id, n := sid(s); n == len(s) {
			return id
		}
	}
	return hex(s)
}

// renderArray are the members of an array. What can't be divided is one value.
func renderArray(kind byte, s string) []string {
	n := fixedSize(kind)
	switch {
	case kind == typeString:
		return texts(s)
	case kind == typeAnsi:
		return strings.Split(strings.TrimSuffix(s, "\x00"), "\x00")
	case kind == typeSID:
		return sids(s)
	case n == 0 || len(s)%n != 0:
		return []string{hex(s)}
	}
	list := make([]string, 0, len(s)/n)
	for ; len(s) > 0; s = s[n:] {
		list = append(list, render(kind, s[:n]))
	}
	return list
}

func fixedSize(kind byte) int {
	if int(kind) < len(sizes) {
		return sizes[kind]
	}
	return 0
}

func isInteger(kind byte) bool {
	return kind >= typeInt8 && kind <= typeUint64 || kind == typeBool || kind == typeHexInt32 || kind == typeHexInt64
}

func isIntegerSize(n int) bool { return n == 1 || n == 2 || n == 4 || n == 8 }

func unsigned(s string) uint64 {
	var n uint64
	for i := len(s) - 1; i >= 0; i-- {
		n = n<<8 | uint64(s[i])
	}
	return n
}

func signed(s string) int64 {
	shift := 64 - 8*len(s)
	return int64(unsigned(s)<<shift) >> shift
}

func boolean(n uint64) string {
	switch n {
	case 0:
		return "false"
	case 1:
		return "true"
	}
	return strconv.FormatUint(n, 10)
}

const digits = "0123456789ABCDEF"

func hex(s string) string {
	var b strings.Builder
	b.Grow(2 * len(s))
	for i := 0; i < len(s); i++ {
		b.WriteByte(digits[s[i]>>4])
		b.WriteByte(digits[s[i]&15])
	}
	return b.String()
}

// guidOrder are the bytes of a GUID in the order they are written, -1 for a
// hyphen.
var guidOrder = [...]int8{3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15}

// guid is written in upper case, without the braces that some tools add.
func guid(s string) string {
	var b [36]byte
	n := 0
	for _, i := range guidOrder {
		if i < 0 {
			b[n] = '-'
			n++
			continue
		}
		b[n], b[n+1] = digits[s[i]>>4], digits[s[i]&15]
		n += 2
	}
	return string(b[:])
}

// epoch1601 is 1970 in units of 100 ns since 1601.
const epoch1601 = 116444736000000000

// lastFileTime is the end of the year 9999.
const lastFileTime = 2650467743999999999

func fileTime(n uint64) string {
	if n > lastFileTime {
		return "0x" + strconv.FormatUint(n, 16)
	}
	ticks := int64(n) - epoch1601
	at := time.Unix(ticks/1e7, ticks%1e7*100).UTC()
	return at.Format("2006-01-02T15:04:05.0000000Z")
}

// systemTime is written as it is, even if there is no such day.
func systemTime(s string) string {
	var b strings.Builder
	part := func(at, width int, after string) {
		n := strconv.Itoa(int(u16(s, at)))
		for i := len(n); i < width; i++ {
			b.WriteByte('0')
		}
		b.WriteString(n)
		b.WriteString(after)
	}
	part(0, 4, "-")
	part(2, 2, "-")
	part(6, 2, "T")
	part(8, 2, ":")
	part(10, 2, ":")
	part(12, 2, ".")
	part(14, 3, "Z")
	return b.String()
}

// sid is the security identifier that s begins with, and its length; 0 if there
// is none.
func sid(s string) (id string, n int) {
	if len(s) < 8 || len(s) < 8+4*int(s[1]) {
		return "", 0
	}
	b := append(make([]byte, 0, 64), "S-"...)
	b = strconv.AppendUint(b, uint64(s[0]), 10)
	b = append(b, '-')
	if authority := be48(s[2:]); authority < 1<<32 {
		b = strconv.AppendUint(b, authority, 10)
	} else {
		b = append(append(b, "0x"...), strconv.FormatUint(authority, 16)...)
	}
	n = 8 + 4*int(s[1])
	for at := 8; at < n; at += 4 {
		b = strconv.AppendUint(append(b, '-'), uint64(u32(s, at)), 10)
	}
	return string(b), n
}

func sids(s string) []string {
	var list []string
	for len(s) > 0 {
		id, n := sid(s)
		if n == 0 {
			return append(list, hex(s))
		}
		list, s = append(list, id), s[n:]
	}
	return list
}
