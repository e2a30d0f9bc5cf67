package conformance

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// compareAnswers holds the published samples against the answers that their
// own documentation gives.
func compareAnswers(t *testing.T, dir string, rep *report) {
	const sample = "microsoft/docs-samples/nsg-flow-v2."
	text, err := os.ReadFile(filepath.Join(dir, sample+"expected.json"))
	if err != nil {
		rep.note("answers: %v", err)
		return
	}
	var want struct {
		Flow    string
		Packets int64 `json:"packets_total"`
		Bytes   int64 `json:"bytes_total"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	m := member{name: sample + "PT1H.json"}
	if m.data, err = os.ReadFile(filepath.Join(dir, m.name)); err != nil {
		t.Fatal(err)
	}
	tuples, packets, bytes := 0, int64(0), int64(0)
	o := read(&m, func(_ int, r reading) {
		f := r.event.Flow
		if f == nil || end(r.event.SrcIP, f.SrcPort)+" -> "+end(f.DstIP, f.DstPort) != want.Flow {
			return
		}
		tuples++
		packets += max(f.Packets, 0) // -1 where a tuple counts none
		bytes += max(f.BytesOut, 0) + max(f.BytesIn, 0)
	})
	l := line{part: "answers", file: m.name, state: o.String(), wantRecords: o.records, records: o.records, wantFields: 2}
	for name, n := range map[string][2]int64{"packets": {want.Packets, packets}, "bytes": {want.Bytes, bytes}} {
		if n[0] == n[1] {
			l.right++
			continue
		}
		l.wrong++
		rep.differ(difference{part: "answers", family: m.name, field: name, kind: "wrong"}, fmt.Sprintf("documented %d, got %d in %d tuples", n[0], n[1], tuples))
	}
	rep.lines = append(rep.lines, l)
}

func end(address string, port int32) string {
	return net.JoinHostPort(address, strconv.Itoa(int(port)))
}
