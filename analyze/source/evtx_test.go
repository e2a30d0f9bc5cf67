package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/source/evtx"
)

// fixtureLog is a log of one chunk with five records.
func fixtureLog(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, "windows", "log.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// starts are where the records of the fixture begin, and where the last ends.
func starts(t testing.TB, log string) []int {
	t.Helper()
	at := []int{evtx.FileHeader + evtx.ChunkHeader}
	for n := -1; n != 0; {
		last := at[len(at)-1]
		if n = evtx.RecordSize(log, last); n > 0 {
			at = append(at, last+n)
		}
	}
	if len(at) != 6 {
		t.Fatalf("records at %v", at)
	}
	return at
}

// outline tells what a log was cut into and read as, one span a line.
func outline(t *testing.T, log string) string {
	t.Helper()
	var b strings.Builder
	p := NewParser(Hints{})
	var e event.Event
	at := int64(0)
	for c, err := range evtxFraming.Cut(strings.NewReader(log), Hints{}) {
		if err != nil {
			t.Fatal(err)
		}
		at = checkSpans(t, "log", &c, at)
		for i, s := range c.Spans {
			switch s.Kind {
			case SpanRecord:
				if _, _, err := p.Read(evtxFraming, &c, i, &e); err != nil {
					fmt.Fprintf(&b, "record %d: %v\n", s.Len, err)
					continue
				}
				fmt.Fprintln(&b, "record", e.Operation, strings.Join(e.Warnings, " "))
			case SpanReject:
				fmt.Fprintln(&b, "reject", s.Reason, s.Len)
			default:
				fmt.Fprintln(&b, map[SpanKind]string{SpanHeader: "header", SpanBlank: "blank"}[s.Kind], s.Len)
			}
		}
	}
	if at != int64(len(log)) {
		t.Errorf("spans cover %d of %d bytes", at, len(log))
	}
	return b.String()
}

func le32(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

// TestEvtxDamage: what of a damaged log can be read is read, and the rest is
// told with its reason.
func TestEvtxDamage(t *testing.T) {
	log := fixtureLog(t)
	at := starts(t, log)
	chunk := log[evtx.FileHeader:]
	records := func(warn string) string {
		return strings.ReplaceAll(`record Microsoft-Windows-Sysmon/Operational:1 @
record Microsoft-Windows-Sysmon/Operational:1 @
record Security:4625 @
record System:7036 @
record Security:1102 @
`, "@", warn)
	}
	lines := func(s string, from, to int) string {
		return strings.Join(strings.SplitAfter(s, "\n")[from:to], "")
	}
	change := func(at int, to string) string { return log[:at] + to + log[at+len(to):] }
	slack := evtx.FileHeader + evtx.ChunkSize - at[5]
	blank := fmt.Sprintln("blank", slack)
	head := "header 4096\nheader 512\n"
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	for _, tc := range []struct{ name, log, want string }{
		{"whole", log, head + records("") + blank},
		{"a chunk alone", chunk, "header 512\n" + records("") + blank},
		{"two logs in one", log + log, head + records("") + blank + head + records("") + blank},
		{"empty chunks after it", log + zeros(evtx.ChunkSize+5), head + records("") + blank + "blank 65536\nblank 5\n"},
		{"something else before it", "xyz" + chunk, "reject evtx_chunk 3\nheader 512\n" + records("") + blank},
		{"ends in a record", log[:at[4]-1], head + lines(records("evtx_checksum"), 0, 3) + fmt.Sprintln("reject evtx_truncated", at[4]-1-at[3])},
		{"ends after a record", log[:at[3]], head + lines(records("evtx_checksum"), 0, 3)},
		{"ends in the chunk's header", log[:evtx.FileHeader+9], "header 4096\nreject evtx_chunk 9\n"},
		{"ends in the file's header", log[:99], "header 99\n"},
		{"a byte of a text changed", change(at[5]-60, "\x01"), head + records("evtx_checksum") + blank},
		{"the magic of the chunk lost", change(evtx.FileHeader, zeros(8)),
			"header 4096\nreject evtx_chunk 512\n" + records("evtx_recovered") + blank},
		{"the end of the records is wrong", change(evtx.FileHeader+48, "\xff\xff\xff\xff"),
			"header 4096\nreject evtx_chunk 512\n" + records("evtx_recovered") + blank},
		{"a record overwritten", change(at[2], strings.Repeat("x", 8)),
			head + lines(records("evtx_checksum"), 0, 2) + fmt.Sprintln("reject evtx_record", at[3]-at[2]) + lines(records("evtx_checksum"), 3, 5) + blank},
		{"a record zeroed", change(at[2], zeros(at[3]-at[2])),
			head + lines(records("evtx_checksum"), 0, 2) + fmt.Sprintln("blank", at[3]-at[2]) + lines(records("evtx_checksum"), 3, 5) + blank},
		{"the header is behind the records", change(evtx.FileHeader+32, "\x2b"+log[evtx.FileHeader+33:evtx.FileHeader+48]+le32(at[3]-evtx.FileHeader)),
			head + lines(records("evtx_checksum"), 0, 3) + lines(records("evtx_checksum evtx_recovered"), 3, 5) + blank},
		{"bytes lost, and another chunk", log[:at[2]+40] + log[at[2]+140:] + chunk,
			head + lines(records("evtx_checksum"), 0, 2) + fmt.Sprintln("reject evtx_record", at[3]-at[2]-100) +
				lines(records("evtx_partial evtx_template evtx_checksum"), 3, 5) + blank + "header 512\n" + records("") + blank},
		{"bytes lost behind the records, and another chunk", log[:len(log)-100] + chunk,
			head + records("") + fmt.Sprintln("blank", slack-100) + "header 512\n" + records("") + blank},
		{"its XML broken", change(at[2]+24, "\x1f"),
			head + lines(records("evtx_checksum"), 0, 2) + fmt.Sprintf("record %d: evtx_binxml: unknown token 31 at %d\n", at[3]-at[2], at[2]+24-evtx.FileHeader) + lines(records("evtx_checksum"), 3, 5) + blank},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v := Detect([]byte(tc.log[:min(len(tc.log), headSize)]), len(tc.log) < headSize, Hints{}); v.Framing != evtxFraming && !strings.HasPrefix(tc.name, "the magic") {
				t.Errorf("not recognised: %+v", v)
			}
			if d := cmp.Diff(strings.ReplaceAll(tc.want, " \n", "\n"), strings.ReplaceAll(outline(t, tc.log), " \n", "\n")); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestEvtxFields: fields are named as evtx_dump's JSON of the same log is.
func TestEvtxFields(t *testing.T) {
	var names []string
	readFile(t, filepath.Join(fixtures, "windows", "log.evtx"), func(_ *Source, e *event.Event, fields []event.Field, err error) {
		if e.Operation != "System:7036" || err != nil {
			return
		}
		for _, f := range fields {
			names = append(names, f.Name+"="+f.Value)
		}
	})
	want := []string{"Event.#attributes.xmlns=http://schemas.microsoft.com/win/2004/08/events/event", "Provider_Name=Service Control Manager",
		"Qualifiers=16384", "EventID=7036", "Version=4", "Level=4", "Keywords=0x8000000000000000",
		"TimeCreated=2024-03-04T10:00:44.1653247Z", "EventRecordID=44", "Event.System.Correlation=", "Execution_ProcessID=3208",
		"Execution_ThreadID=3208", "Channel=System", "Computer=WS01.corp.example.com", "Security_UserID=S-1-5-18",
		"Data=Update Service", "Data=running", "Binary=0102FF"}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
}

// FuzzCutEvtx: any bytes are covered once, in blocks of any size alike.
func FuzzCutEvtx(f *testing.F) {
	log := fixtureLog(f)
	f.Add([]byte(log), uint16(0))
	f.Add([]byte(log[evtx.FileHeader:evtx.FileHeader+6000]), uint16(99))
	f.Add([]byte("x"+log[evtx.FileHeader+8:]), uint16(5000))
	f.Fuzz(func(t *testing.T, data []byte, block uint16) {
		whole := cutAndRead(t, evtxFraming, data, Hints{})
		again := cutAndRead(t, evtxFraming, data, Hints{block: 16 + int(block)})
		if d := cmp.Diff(whole, again); d != "" {
			t.Errorf("blocks of %d: %s", block, d)
		}
	})
}

// evtxLog is a log of at least n records in full chunks: the fixture's, and then
// its second again and again, which uses what the first has defined.
func evtxLog(n int) []byte {
	data, err := os.ReadFile(filepath.Join(fixtures, "windows", "log.evtx"))
	if err != nil {
		panic(err)
	}
	log, chunk := string(data), data[evtx.FileHeader:]
	second := evtx.FileHeader + evtx.ChunkHeader
	second += evtx.RecordSize(log, second)
	record := data[second : second+evtx.RecordSize(log, second)]
	h, _ := evtx.ReadHeader(log[evtx.FileHeader:])
	free, records := h.Free, 5
	for ; free+len(record) <= evtx.ChunkSize; records++ {
		free += copy(chunk[free:], record)
	}
	le := binary.LittleEndian
	le.PutUint32(chunk[48:], uint32(free))
	le.PutUint32(chunk[52:], crc32.ChecksumIEEE(chunk[evtx.ChunkHeader:free]))
	sum := crc32.ChecksumIEEE(chunk[:120])
	le.PutUint32(chunk[124:], crc32.Update(sum, crc32.IEEETable, chunk[128:evtx.ChunkHeader]))
	return append(data[:evtx.FileHeader:evtx.FileHeader], bytes.Repeat(chunk, (n+records-1)/records)...)
}

func TestEvtxLog(t *testing.T) {
	if got := cover(t, "log", evtxFraming, evtxLog(200)); strings.Contains(got, "warning") || !strings.Contains(got, "windows.process_creation=285") {
		t.Error(got)
	}
}
