package source

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// kind is a format that is known by its first bytes and not read.
type kind struct {
	magic, name string
	evidence    bool // holds what an investigation wants: unsupported, not not_a_log
}

var kinds = []kind{
	{"LfLe", "evt", true},
	{"0\x00\x00\x00LfLe", "evt", true},
	{"\xd4\xc3\xb2\xa1", "pcap", true},
	{"\xa1\xb2\xc3\xd4", "pcap", true},
	{"\x4d\x3c\xb2\xa1", "pcap", true},
	{"\xa1\xb2\x3c\x4d", "pcap", true},
	{"\x0a\x0d\x0d\x0a", "pcapng", true},
	{"btsnoop\x00", "btsnoop", true},
	{"SQLite format 3\x00", "sqlite", true},
	{"PAR1", "parquet", true},
	{"Obj\x01", "avro", true},
	{"ORC\x00", "orc", true},
	{"regf", "registry", true},
	{"LPKSHHRH", "journal", true},
	{"MAM\x04", "prefetch", true},
	{"SCCA", "prefetch", true},
	{"L\x00\x00\x00\x01\x14\x02\x00", "lnk", true},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", true},
	{"bplist0", "plist", true},
	{"7z\xbc\xaf\x27\x1c", "7z", true},
	{"Rar!\x1a\x07", "rar", true},
	{"%PDF-", "pdf", false},
	{"\x89PNG\r\n\x1a\n", "png", false},
	{"\xff\xd8\xff", "jpeg", false},
	{"GIF87a", "gif", false},
	{"GIF89a", "gif", false},
	{"\x7fELF", "elf", false},
	{"MZ", "pe", false},
	{"\xca\xfe\xba\xbe", "class", false},
	{"\xcf\xfa\xed\xfe", "macho", false},
}

// kindOf names a format that isn't read by its first bytes.
func kindOf(head []byte) (k kind, ok bool) {
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.magic)) && (len(k.magic) > 3 || isBinary(string(head))) {
			return k, true
		}
	}
	if isUtmp(head) {
		return utmp, true
	}
	return kind{}, false
}

// Kinds that are known by more than their first bytes.
var (
	utmp     = kind{name: "utmp", evidence: true}
	otherXML = kind{name: "xml", evidence: true}
)

// Unsupported are the formats that are recognised as evidence and not read.
func Unsupported() []string {
	var names []string
	for _, k := range append(kinds[:len(kinds):len(kinds)], utmp, otherXML) {
		if k.evidence && !slices.Contains(names, k.name) {
			names = append(names, k.name)
		}
	}
	return names
}

// utmpSize is a record of glibc's utmp on 64-bit machines.
const utmpSize = 384

// isUtmp knows utmp, wtmp and btmp by their first records: a type of at most 9,
// texts padded with zeros, and in one at least a time since 1990.
func isUtmp(head []byte) bool {
	if len(head) < utmpSize {
		return false
	}
	const since1990 = 631152000
	dated := false
	for at := 0; at+utmpSize <= min(len(head), 8*utmpSize); at += utmpSize {
		r := head[at : at+utmpSize]
		if r[0] > 9 || r[1]|r[2]|r[3] != 0 || !isPadded(r[8:40]) || !isPadded(r[44:76]) || !isPadded(r[76:332]) {
			return false
		}
		dated = dated || binary.LittleEndian.Uint32(r[340:]) > since1990 || binary.BigEndian.Uint32(r[340:]) > since1990
	}
	return dated
}

// isPadded is true for printable text filled up with zeros.
func isPadded(b []byte) bool {
	text := bytes.TrimRight(b, "\x00")
	for _, c := range text {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return len(text) < len(b)
}

// markupOf names markup by how its text begins.
func markupOf(text string) (k kind, ok bool) {
	start := strings.ToLower(strings.TrimLeft(text[:min(len(text), 512)], " \t\r\n"))
	switch {
	case strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html"):
		return kind{name: "html"}, true
	case strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<event"):
		return otherXML, true
	}
	return kind{}, false
}

// unfilled is how many NUL in a row are no text and no binary either: space that
// a file was given and that was never written to, as a crash leaves it.
const unfilled = 64

// isBinary is true for text with more control characters than any log has.
func isBinary(text string) bool {
	text = text[:min(len(text), 8<<10)]
	controls, characters := 0, 0
	for i := 0; i < len(text); i++ {
		if n := len(text) - i - len(strings.TrimLeft(text[i:], "\x00")); n >= unfilled {
			i += n - 1
			continue
		}
		characters++
		if c := text[i]; c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\x1b' {
			controls++
		}
	}
	return controls*20 > characters || characters == 0 && text != ""
}
