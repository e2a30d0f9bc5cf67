// Package evtx reads the event logs of Windows Vista and later: a file header
// and chunks of 64 KiB, each with a header, a table of the strings and templates
// that its records share, and records of binary XML. It decodes one record of
// one chunk at a time to a tree of elements. It cuts no files, knows no meaning
// of an event, and trusts nothing it reads: offsets, sizes, depth and the size
// of what comes out are checked, and nothing panics.
//
// The layout is that of [MS-EVEN6] 2.2.12 and of libyal's working document on
// the format. Offsets are within the chunk; numbers are little-endian.
package evtx

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// The sizes of the parts of a file.
const (
	FileHeader  = 4096
	ChunkSize   = 64 << 10
	ChunkHeader = 512
	// MinRecord is a record of nothing: header, the smallest fragment, size.
	MinRecord = recordHeader + 1 + 4

	recordHeader = 24
)

// What the parts begin with.
const (
	FileMagic   = "ElfFile\x00"
	ChunkMagic  = "ElfChnk\x00"
	RecordMagic = "**\x00\x00"
)

// Header is what the header of a chunk says of it.
type Header struct {
	FirstID, LastID uint64 // of its records, EventRecordID
	Free            int    // where the records end, within ChunkHeader and ChunkSize
	Sum             uint32 // CRC-32 of the records
	Intact          bool   // the header has the checksum it states
}

// ReadHeader reads the header of a chunk. ok is false if there is none: no
// magic, or too short, or the end of the records is outside of the chunk.
func ReadHeader(chunk string) (h Header, ok bool) {
	if len(chunk) < ChunkHeader || !strings.HasPrefix(chunk, ChunkMagic) {
		return h, false
	}
	h.FirstID, h.LastID = u64(chunk, 24), u64(chunk, 32)
	h.Free, h.Sum = int(u32(chunk, 48)), u32(chunk, 52)
	sum := crc32.ChecksumIEEE([]byte(chunk[:120]))
	sum = crc32.Update(sum, crc32.IEEETable, []byte(chunk[128:ChunkHeader]))
	h.Intact = sum == u32(chunk, 124)
	return h, h.Free >= ChunkHeader && h.Free <= ChunkSize
}

// RecordsIntact says whether the records have the checksum that the header
// states.
func (h Header) RecordsIntact(chunk string) bool {
	return h.Free <= len(chunk) && crc32.ChecksumIEEE([]byte(chunk[ChunkHeader:h.Free])) == h.Sum
}

// RecordSize is the size of the record that stands at at, both its copies. It
// is 0 if there is none, or not all of it.
func RecordSize(chunk string, at int) int {
	if at < 0 || at+MinRecord > len(chunk) || chunk[at:at+4] != RecordMagic {
		return 0
	}
	n := int(u32(chunk, at+4))
	if n < MinRecord || n > len(chunk)-at || int(u32(chunk, at+n-4)) != n {
		return 0
	}
	return n
}

// RecordID and RecordTime are the number of a record and when it was written, as
// its header has them.
func RecordID(record string) uint64   { return u64(record, 8) }
func RecordTime(record string) string { return fileTime(u64(record, 16)) }

func u16(s string, at int) uint16 {
	_ = s[at+1]
	return uint16(s[at]) | uint16(s[at+1])<<8
}

func u32(s string, at int) uint32 {
	_ = s[at+3]
	return uint32(s[at]) | uint32(s[at+1])<<8 | uint32(s[at+2])<<16 | uint32(s[at+3])<<24
}

func u64(s string, at int) uint64 { return uint64(u32(s, at)) | uint64(u32(s, at+4))<<32 }

// be48 is the authority of a SID, the one big-endian number there is.
func be48(s string) uint64 {
	var b [8]byte
	copy(b[2:], s[:6])
	return binary.BigEndian.Uint64(b[:])
}
