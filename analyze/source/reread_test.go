package source

import (
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/source/evtx"
)

// TestReread: a record is read again from the bytes around it as it was read
// with its whole log.
func TestReread(t *testing.T) {
	log := fixtureLog(t)
	two := log + log[evtx.FileHeader:]
	start := starts(t, log)[2]
	second := start + evtx.ChunkSize
	fake := two[:start+200] + evtx.ChunkMagic + two[start+200+len(evtx.ChunkMagic):]
	for _, tc := range []struct {
		name, log string
		at        int
	}{
		{"in the first chunk", two, start},
		{"in the second", two, second},
		{"in a chunk alone", two[evtx.FileHeader:], start - evtx.FileHeader},
		{"in a log that begins anywhere", "xyz" + two, second + 3},
		{"behind what looks like a chunk", fake, second},
		{"in a chunk without a header", two[:evtx.FileHeader] + strings.Repeat("x", 512) + two[evtx.FileHeader+512:], start},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := event.Place{Offset: int64(tc.at), Len: int32(evtx.RecordSize(tc.log, tc.at))}
			around := evtxFraming.Around(p, int64(len(tc.log)))
			text := tc.log[around.Offset : around.Offset+int64(around.Len)]
			e, fields, err := evtxFraming.Reread(text, around.Offset, p, Hints{})
			if err != nil || e.Operation != "Security:4625" || len(fields) < 20 {
				t.Errorf("%+v, %d fields, %v", e, len(fields), err)
			}
		})
	}
	if _, _, err := evtxFraming.Reread(log, 0, event.Place{Offset: 5000}, Hints{}); err == nil {
		t.Error("a record where none begins")
	}
	p := event.Place{Offset: 7, Len: 9}
	if got := jsonFraming.Around(p, 100); got != p {
		t.Errorf("a record that stands alone is read from %+v", got)
	}
}
