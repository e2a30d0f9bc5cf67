package source

import (
	"fmt"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/source/evtx"
)

// Around is the part of a member whose bytes are enough to read a record of it
// again: of a binary member the record's surroundings, else the record.
func (f *Framing) Around(p event.Place, size int64) event.Place {
	if !f.Binary {
		return p
	}
	from := max(0, p.Offset-evtx.ChunkSize)
	to := min(size, p.Offset+int64(p.Len)+evtx.ChunkSize)
	return event.Place{Evidence: p.Evidence, Offset: from, Len: int32(max(0, to-from))}
}

// Reread reads the record at p again from the bytes of Around, which begin at
// offset from of the member.
func (f *Framing) Reread(text string, from int64, p event.Place, h Hints) (*event.Event, []event.Field, error) {
	for _, at := range startsOf(text, from, p.Offset) {
		for c, err := range f.Cut(strings.NewReader(text[at:]), h) {
			if err != nil {
				break
			}
			for i := range c.Spans {
				if c.Spans[i].Kind == SpanRecord && from+int64(at)+c.Spans[i].Offset == p.Offset {
					var e event.Event
					_, fields, err := NewParser(h).Read(f, &c, i, &e)
					return &e, fields, err
				}
			}
		}
	}
	return nil, nil, fmt.Errorf("no record begins at %d", p.Offset)
}

// startsOf is where to begin to cut: where the chunk lies in a log that is
// whole, then where text begins. What looks like a chunk inside of a record
// before it leads nowhere that way.
func startsOf(text string, from, offset int64) []int {
	chunk := evtx.FileHeader + (offset-evtx.FileHeader)/evtx.ChunkSize*evtx.ChunkSize - from
	if chunk >= 0 && chunk < int64(len(text)) && strings.HasPrefix(text[chunk:], evtx.ChunkMagic) {
		return []int{int(chunk), 0}
	}
	return []int{0}
}
