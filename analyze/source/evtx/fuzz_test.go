package evtx

import (
	"strings"
	"testing"
)

// FuzzRecord decodes records of chunks that are anything: it ends, it doesn't
// panic, and what comes out stays small.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(testChunk()), uint16(ChunkHeader))
	f.Add([]byte("**\x00\x00"), uint16(0))
	f.Fuzz(func(t *testing.T, data []byte, at uint16) {
		chunk := string(data[:min(len(data), ChunkSize)])
		if h, ok := ReadHeader(chunk); ok {
			h.RecordsIntact(chunk)
		}
		d := NewDecoder()
		d.Reset(chunk)
		size := RecordSize(chunk, int(at))
		if size == 0 {
			size = len(chunk) - int(at)
		}
		for range 2 { // from tokens, and from what is remembered of them
			root, err := d.Record(int(at), size)
			if n := weigh(root); err == nil && n > maxBytes+maxSteps*maxName {
				t.Errorf("%d bytes", n)
			}
		}
	})
}

func weigh(e *Element) int {
	n := len(e.Name) + len(strings.Join(e.Values, ""))
	for _, a := range e.Attributes {
		n += len(a.Name) + len(a.Value)
	}
	for _, c := range e.Children {
		n += weigh(c)
	}
	return n
}
