package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// TestFlowAround checks that a tuple has what stands around it, before and
// behind, and nothing of what stands around others.
func TestFlowAround(t *testing.T) {
	var got []string
	readFile(t, filepath.Join(fixtures, "azure.flow", "nsg2-truncated.json"), func(_ *Source, _ *event.Event, fields []event.Field, err error) {
		if err != nil {
			return
		}
		var b strings.Builder
		for _, name := range []string{"FlowTime", "mac", "rule", "macAddress", "time", "Version"} {
			for _, f := range fields {
				if f.Name == name {
					b.WriteString(f.Value + " ")
				}
			}
		}
		got = append(got, b.String())
	})
	want := []string{
		"1709546421 000D3A000001 UserRule_allow-https 000D3A000001 2024-03-04T10:01:00Z 2 ",
		"1709546423 000D3A000001 UserRule_allow-https 000D3A000001 2024-03-04T10:01:00Z 2 ",
		"1709546424 000D3A000001 UserRule_allow-https 000D3A000001 2024-03-04T10:01:00Z 2 ",
		"1709546425 000D3A000002 DefaultRule_DenyAllInBound 000D3A000001 2024-03-04T10:01:00Z 2 ",
		"1709546480 000D3A000001 UserRule_out 2024-03-04T10:02:00Z 2 ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestFlowPlaces checks that each tuple has its own bytes, that those cut off
// are rejected, and that no byte is lost.
func TestFlowPlaces(t *testing.T) {
	data := readCorpus(t, filepath.Join(fixtures, "azure.flow", "nsg2-truncated.json"))
	var records, rejects []string
	at := int64(0)
	for c, err := range jsonFraming.Cut(bytes.NewReader(data), Hints{}) {
		if err != nil {
			t.Fatal(err)
		}
		at = checkSpans(t, "flow", &c, at)
		for _, s := range c.Spans {
			switch text := string(data[s.Offset : s.Offset+int64(s.Len)]); s.Kind {
			case SpanRecord:
				records = append(records, text)
			case SpanReject:
				rejects = append(rejects, s.Reason+" "+text)
			}
		}
	}
	if at != int64(len(data)) {
		t.Errorf("spans cover %d of %d bytes", at, len(data))
	}
	if len(records) != 6 || records[0] != `"1709546421,203.0.113.105,10.0.0.5,35370,443,T,I,A,B,,,,"` {
		t.Errorf("records %q", records)
	}
	if want := []string{`json_truncated "1709546481,10.0.`}; !cmp.Equal(want, rejects) {
		t.Errorf("rejects %q, want %q", rejects, want)
	}
}

// flowLog is a flow log of n tuples, some tuples a rule; sorted writes the rule
// and the time behind the tuples.
func flowLog(n, each int, sorted bool) []byte {
	var b bytes.Buffer
	b.WriteString(`{"records":[`)
	for i := 0; i < n; i += each {
		if i > 0 {
			b.WriteByte(',')
		}
		context := fmt.Sprintf(`"time":"2024-03-04T10:%02d:00.5625085Z","flowLogVersion":4,"macAddress":"002248%06X","category":"FlowLogFlowEvent","targetResourceID":"/subscriptions/0a0a0a0a-0000-4000-8000-000000000001/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1"`, i/each%60, i/each)
		rule := fmt.Sprintf(`"rule":"UserRule_%d"`, i/each)
		b.WriteByte('{')
		if !sorted {
			b.WriteString(context + ",")
		}
		b.WriteString(`"flowRecords":{"flows":[{"aclID":"acac0000-0000-4000-8000-000000000001","flowGroups":[{`)
		if !sorted {
			b.WriteString(rule + ",")
		}
		b.WriteString(`"flowTuples":[`)
		for k := i; k < min(n, i+each); k++ {
			if k > i {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"%d,10.0.%d.%d,192.0.2.%d,%d,443,6,O,E,NX,3,767,2,1580"`, 1709546403599+int64(k), k>>8&255, k&255, k%250, 1024+k%60000)
		}
		b.WriteByte(']')
		if sorted {
			b.WriteString("," + rule)
		}
		b.WriteString(`}]}]}`)
		if sorted {
			b.WriteString("," + context)
		}
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// TestFlowChunks checks that chunks stay small, however many tuples an object
// holds, and that what stands around them is right across chunks.
func TestFlowChunks(t *testing.T) {
	for _, tc := range []struct {
		name    string
		n, each int
		sorted  bool
		longest int
	}{
		{"few in a rule", 50000, 7, false, 2 << 20},
		{"few in a rule, keys sorted", 50000, 7, true, 2 << 20},
		{"all in one rule", 100000, 100000, false, maxHeld + 2<<20},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data := flowLog(tc.n, tc.each, tc.sorted)
			p := NewParser(Hints{})
			var e event.Event
			records, chunks := 0, 0
			for c, err := range jsonFraming.Cut(bytes.NewReader(data), Hints{}) {
				if err != nil {
					t.Fatal(err)
				}
				chunks++
				if len(c.Text) > tc.longest {
					t.Errorf("a chunk of %d bytes", len(c.Text))
				}
				for i, s := range c.Spans {
					if s.Kind != SpanRecord {
						continue
					}
					if _, _, err := p.Read(jsonFraming, &c, i, &e); err != nil {
						t.Fatal(err)
					}
					if want := fmt.Sprintf("UserRule_%d", records/tc.each); e.Operation != want || e.Seen == 0 || e.Source != "azure.flow" {
						t.Fatalf("tuple %d: %s of rule %q, seen %d, want rule %q", records, e.Source, e.Operation, e.Seen, want)
					}
					records++
				}
			}
			if records != tc.n {
				t.Errorf("%d records, want %d", records, tc.n)
			}
			if most := len(data)/(1<<20) + 1; chunks > most {
				t.Errorf("%d chunks of %d bytes", chunks, len(data))
			}
		})
	}
}

// TestFlowHostile checks that what stands around tuples can't make much of
// little, and that what there is no room for is rejected.
func TestFlowHostile(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"properties":{"flows":[{"flows":[{"flowTuples":["1,2,3,4,5,6,7,8"]}]}]}`)
	for i := range 1000 {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	b.WriteString(`}`)
	rejects := map[string]int{}
	longest := 0
	p := NewParser(Hints{})
	var e event.Event
	for c, err := range jsonFraming.Cut(strings.NewReader(b.String()), Hints{}) {
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range c.Spans {
			if s.Kind == SpanReject {
				rejects[s.Reason]++
			}
			if s.Kind != SpanRecord {
				continue
			}
			if _, fields, err := p.Read(jsonFraming, &c, i, &e); err == nil {
				longest = max(longest, len(fields))
			}
		}
	}
	if longest != 8+maxAround || rejects["flow_around"] != 1000-maxAround {
		t.Errorf("%d fields, rejects %v", longest, rejects)
	}
}

// TestFlowDocumentation reads the samples of Microsoft's documentation: the
// packets and bytes of one flow are those the page itself adds up.
func TestFlowDocumentation(t *testing.T) {
	dir := corpus(t, "microsoft/docs-samples")
	var want struct {
		Packets int64 `json:"packets_total"`
		Bytes   int64 `json:"bytes_total"`
	}
	if err := json.Unmarshal(readCorpus(t, filepath.Join(dir, "nsg-flow-v2.expected.json")), &want); err != nil {
		t.Fatal(err)
	}
	var packets, octets int64
	counts := map[string]int{}
	for _, name := range []string{"nsg-flow-v1.PT1H.json", "nsg-flow-v2.PT1H.json", "vnet-flow-v4.PT1H.json"} {
		path := filepath.Join(dir, name)
		tuples := bytes.Count(readCorpus(t, path), []byte(",I,")) + bytes.Count(readCorpus(t, path), []byte(",O,"))
		readFile(t, path, func(_ *Source, e *event.Event, _ []event.Field, err error) {
			if err != nil || e.Flow == nil || !e.Time.Dated() || e.Flow.Verdict == "" || e.Operation == "" {
				t.Fatalf("%s: %+v %v", name, e, err)
			}
			counts[e.Shape]++
			tuples--
			if e.Shape == shapeNSG2 && e.SrcIP == "203.0.113.105" && e.Flow.SrcPort == 35370 {
				packets += max(0, e.Flow.Packets)
				octets += max(0, e.Flow.BytesIn) + max(0, e.Flow.BytesOut)
			}
		})
		if tuples != 0 {
			t.Errorf("%s: %d tuples are no events", name, tuples)
		}
	}
	if packets != want.Packets || octets != want.Bytes {
		t.Errorf("%d packets, %d bytes, want %+v", packets, octets, want)
	}
	t.Log(counts)
}
