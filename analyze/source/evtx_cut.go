package source

import (
	"io"
	"iter"
	"math"
	"strings"

	"hotwash/analyze/source/evtx"
)

// evtxFraming cuts the event logs of Windows as they lie on its disk, whole,
// truncated or damaged. A part is a chunk of 64 KiB: what its records are made
// of, names and templates, stands in any of them.
var evtxFraming = &Framing{
	Name:   FramingEVTX,
	Title:  "the chunks of a binary event log of Windows, whole, truncated or damaged",
	Binary: true,
	Sniff:  sniffEvtx,
	Cut:    cutEvtx,
	Parse:  parseEvtx,
}

// Why bytes of an event log are rejects.
const (
	evtxBadChunk  = "evtx_chunk"     // no chunk begins here, though one should
	evtxBadRecord = "evtx_record"    // no record begins here, though one should
	evtxTruncated = "evtx_truncated" // the member ends inside of a record
	evtxBadXML    = "evtx_binxml"    // a record that says nothing that can be read
)

// sniffEvtx knows a log by its first bytes, and the rest of one by a chunk's
// header that is intact.
func sniffEvtx(head string) bool {
	if strings.HasPrefix(head, evtx.FileMagic) || strings.HasPrefix(head, evtx.ChunkMagic) {
		return true
	}
	for {
		i := strings.Index(head, evtx.ChunkMagic)
		if i < 0 {
			return false
		}
		head = head[i:]
		if h, ok := evtx.ReadHeader(head); ok && h.Intact {
			return true
		}
		head = head[1:]
	}
}

func cutEvtx(r io.Reader, h Hints) iter.Seq2[Chunk, error] {
	h.binary = true
	return func(yield func(Chunk, error) bool) {
		cut(r, h, yield, func(c *cutter) {
			e := &evtxCutter{cutter: c}
			for c.next() {
				e.part()
			}
		})
	}
}

type evtxCutter struct {
	*cutter
	// next is the part and the header of a chunk that may follow, to find that
	// in; empty where the next chunk is where it should be.
	next string
}

// part cuts what begins here: the file's header, a chunk, or what is left of
// one.
func (e *evtxCutter) part() {
	for len(e.buf)-e.at < evtx.ChunkSize+evtx.ChunkHeader && e.more() {
	}
	all := string(e.buf[e.at:min(e.at+evtx.ChunkSize+evtx.ChunkHeader, len(e.buf))])
	text := all[:min(len(all), evtx.ChunkSize)]
	e.next = ""
	if behind := all[len(text):]; !strings.HasPrefix(behind, evtx.ChunkMagic) && !isZero(behind) {
		e.next = all
	}
	switch {
	case strings.HasPrefix(text, evtx.FileMagic):
		e.emit(SpanHeader, e.at+fileHeaderSize(text))
	case strings.HasPrefix(text, evtx.ChunkMagic):
		e.chunk(text)
	case isZero(text[:nextMagic(text)]):
		e.emit(SpanBlank, e.at+nextMagic(text))
	default:
		text = text[:nextMagic(text)]
		e.parts = append(e.parts, int32(e.at-e.base))
		e.records(text, 0, len(text), evtxBadChunk)
	}
}

// fileHeaderSize is the size of a file's header, less if a chunk begins in it.
func fileHeaderSize(text string) int {
	text = text[:min(len(text), evtx.FileHeader)]
	if i := strings.Index(text, evtx.ChunkMagic); i >= 0 {
		return i
	}
	return len(text)
}

// nextMagic is where the next file or chunk begins within text, or its end.
func nextMagic(text string) int {
	end := len(text)
	for _, magic := range []string{evtx.FileMagic, evtx.ChunkMagic} {
		if i := strings.Index(text[min(1, len(text)):], magic); i >= 0 {
			end = min(end, i+1)
		}
	}
	return end
}

func isZero(s string) bool { return strings.Trim(s, "\x00") == "" }

// chunk cuts a chunk. Where the records end is said by its header; if that is
// damaged, they are looked for all over.
func (e *evtxCutter) chunk(text string) {
	e.parts = append(e.parts, int32(e.at-e.base))
	h, ok := evtx.ReadHeader(text)
	if !ok {
		e.records(text, 0, len(text), evtxBadChunk)
		return
	}
	e.emit(SpanHeader, e.at+evtx.ChunkHeader)
	e.records(text, evtx.ChunkHeader, endOfRecords(text, h), evtxBadRecord)
}

// endOfRecords is where a chunk's records end. A chunk that was copied while it
// was written to may have more than its header knows: they count on from the
// last.
func endOfRecords(text string, h evtx.Header) int {
	at, id := min(h.Free, len(text)), h.LastID
	for {
		n := evtx.RecordSize(text, at)
		if n == 0 || evtx.RecordID(text[at:]) != id+1 {
			return at
		}
		at, id = at+n, id+1
	}
}

// records cuts text from at to end, where every byte should be of a record, and
// leaves the rest blank: what a log has given up is not read. If bytes of the
// chunk were lost, the next one begins before its end.
func (e *evtxCutter) records(text string, at, end int, reason string) {
	start, chunk := e.at-at, 0
	for at < end {
		if n := evtx.RecordSize(text, at); n > 0 {
			at += n
			e.emit(SpanRecord, start+at)
			reason = evtxBadRecord
			continue
		}
		next := nextRecord(text, at+1)
		if chunk <= at {
			chunk = nextChunk(e.next, at)
		}
		if chunk < next {
			e.gap(text, start, at, chunk, reason)
			return
		}
		next = min(next, end)
		e.gap(text, start, at, next, reason)
		at = next
	}
	e.emit(SpanBlank, start+min(nextChunk(e.next, at), len(text)))
}

// nextChunk is where a chunk begins whose header is intact, behind at; far away
// if none does.
func nextChunk(text string, at int) int {
	for at++; at < len(text); at++ {
		i := strings.Index(text[at:], evtx.ChunkMagic)
		if i < 0 {
			break
		}
		at += i
		if h, ok := evtx.ReadHeader(text[at:]); ok && h.Intact {
			return at
		}
	}
	return math.MaxInt
}

// gap is what stands where a record should.
func (e *evtxCutter) gap(text string, start, at, to int, reason string) {
	gap := text[at:to]
	if isZero(gap) {
		e.emit(SpanBlank, start+to)
		return
	}
	detail := "no record begins here"
	switch {
	case reason == evtxBadChunk:
		detail = "no chunk begins here"
	case strings.HasPrefix(gap, evtx.RecordMagic) && to == len(text) && len(text) < evtx.ChunkSize:
		reason, detail = evtxTruncated, "ends inside of a record"
	}
	e.reject(start+to, reason, detail)
}

// nextRecord is where the next whole record begins, or the end of text.
func nextRecord(text string, at int) int {
	for at < len(text) {
		i := strings.Index(text[at:], evtx.RecordMagic)
		if i < 0 {
			break
		}
		at += i
		if evtx.RecordSize(text, at) > 0 {
			return at
		}
		at++
	}
	return len(text)
}
