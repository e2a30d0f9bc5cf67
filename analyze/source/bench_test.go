package source

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotwash/analyze/event"
)

// auditRecord is a record of about 1 KB with 32 leaves, as the unified audit
// log has them.
func auditRecord(i int) string {
	return fmt.Sprintf(`{"CreationTime":"2024-03-0%dT12:%02d:%02d","Id":"3f2a7c1e-0000-4000-8000-%012d","Operation":"New-InboxRule","OrganizationId":"11111111-2222-4333-8444-555555555555","RecordType":1,"ResultStatus":"True","UserKey":"1003200%08d","UserType":2,"Version":1,"Workload":"Exchange","ClientIP":"192.0.2.%d:49%03d","ObjectId":"MAILBOX\\user%d","UserId":"user%d@example.com","AppId":"00000002-0000-0ff1-ce00-000000000000","ClientAppId":"","ExternalAccess":false,"OrganizationName":"example.onmicrosoft.com","OriginatingServer":"AM0PR01MB0001 (15.20.4200.000)","Parameters":[{"Name":"AlwaysDeleteOutlookRulesBlob","Value":"False"},{"Name":"Force","Value":"False"},{"Name":"ForwardTo","Value":"drop%d@example.net"},{"Name":"Name","Value":".."}],"SessionId":"aaaaaaaa-bbbb-4ccc-8ddd-%012d","AppAccessContext":{"AADSessionId":"bbbbbbbb-cccc-4ddd-8eee-%012d","IssuedAtTime":"2024-03-01T00:00:00","UniqueTokenId":"tok%d"}}`,
		i%9+1, i%60, i%60, i, i, i%250, i%1000, i, i, i, i, i, i)
}

func auditLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		b.WriteString(auditRecord(i))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func auditArray(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"value":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(auditRecord(i))
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

func auditCSV(n int) []byte {
	var b bytes.Buffer
	b.WriteString("RecordId,CreationDate,Operation,AuditData\r\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,9/20/2023 4:05:03 AM,New-InboxRule,\"%s\"\r\n", i, strings.ReplaceAll(auditRecord(i), `"`, `""`))
	}
	return b.Bytes()
}

func zeekConn(n int) []byte {
	var b bytes.Buffer
	b.WriteString("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n")
	for i := range n {
		fmt.Fprintf(&b, "16728430%02d.913119\tCHXB1X22027MRWU6D\t192.0.2.%d\t55548\t198.51.100.16\t3128\ttcp\thttp,ssl\t0.084044\t1030\t20275\tSF\tT\tT\t0\tShADadFf\t18\t1974\t14\t21011\t-\n", i%60, i%250)
	}
	return b.Bytes()
}

func syslogLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "Mar %2d 12:00:%02d web01 sshd[%d]: Failed password for invalid user admin from 192.0.2.%d port 55548 ssh2\n", i/100000%28+1, i%60, i%30000, i%250)
	}
	return b.Bytes()
}

var benchInputs = []struct {
	name    string
	framing *Framing
	data    func(n int) []byte
}{
	{"ndjson", jsonFraming, auditLines},
	{"json_array", jsonFraming, auditArray},
	{"csv_auditdata", csvFraming, auditCSV},
	{"zeek", zeekFraming, zeekConn},
	{"syslog", linesFraming, syslogLines},
	{"flow_tuples", jsonFraming, func(n int) []byte { return flowLog(n, 40, false) }},
	{"evtx", evtxFraming, evtxLog},
	{"windows_xml", xmlFraming, func(n int) []byte { return []byte(strings.Repeat(oneXML("b &amp; c")+"\n", n)) }},
}

func BenchmarkCut(b *testing.B) {
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			data := in.data(20000)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for _, err := range in.framing.Cut(bytes.NewReader(data), Hints{Year: 2024}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkParse is parsing and flattening alone, without classifying.
func BenchmarkParse(b *testing.B) {
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			chunks := cutAll(in.framing, in.data(2000))
			benchRecords(b, chunks, func(p *Parser, c *Chunk, i int, e *event.Event) error {
				p.begin(c, i, e)
				return in.framing.Parse(p, c, i, &p.rec)
			})
		})
	}
}

// BenchmarkRead is all of it, with the sources of Table.
func BenchmarkRead(b *testing.B) {
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			chunks := cutAll(in.framing, in.data(2000))
			benchRecords(b, chunks, func(p *Parser, c *Chunk, i int, e *event.Event) error {
				_, _, err := p.Read(in.framing, c, i, e)
				return err
			})
		})
	}
}

func benchRecords(b *testing.B, chunks []Chunk, read func(*Parser, *Chunk, int, *event.Event) error) {
	p := NewParser(Hints{Year: 2024})
	var e event.Event
	size := 0
	for i := range chunks {
		size += len(chunks[i].Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for k := range chunks {
			for i := range chunks[k].Spans {
				if chunks[k].Spans[i].Kind != SpanRecord {
					continue
				}
				if err := read(p, &chunks[k], i, &e); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

func cutAll(f *Framing, data []byte) []Chunk {
	var list []Chunk
	for c, err := range f.Cut(bytes.NewReader(data), Hints{}) {
		if err == nil {
			list = append(list, c)
		}
	}
	return list
}

func BenchmarkTime(b *testing.B) {
	for _, text := range []string{"2021-08-02T13:11:39.7724491Z", "9/20/2023 4:05:03 AM", "1672843056.913119", "Jan  2 15:04:05"} {
		b.Run(strings.ReplaceAll(text, "/", "-"), func(b *testing.B) {
			c := Clock{UTC: true, Year: 2024}
			b.ReportAllocs()
			for b.Loop() {
				if t, _ := c.Parse(text); !t.Dated() {
					b.Fatal(text)
				}
			}
		})
	}
}

// BenchmarkRaw is what reading the bytes alone costs.
func BenchmarkRaw(b *testing.B) {
	data := auditLines(20000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		buf := make([]byte, blockSize)
		for r := bytes.NewReader(data); ; {
			n, err := io.ReadFull(r, buf)
			_ = string(buf[:n])
			if err != nil {
				break
			}
		}
	}
}

// BenchmarkHostile cuts what would take a cutter that looks far ahead forever.
func BenchmarkHostile(b *testing.B) {
	for _, in := range []struct {
		name    string
		framing *Framing
		unit    string
	}{
		{"objects in a line", jsonFraming, `{}`},
		{"garbage and objects in a line", jsonFraming, `x{"a":1}`},
		{"opening objects", jsonFraming, `{"a":{`},
		{"opening objects in lines", jsonFraming, "{\"a\":{\n"},
		{"opening arrays in lines", jsonFraming, "{\"a\":[\n"},
		{"opening arrays", jsonFraming, `[`},
		{"alike objects that don't end", jsonFraming, `{"a":1,"b":2,`},
		{"envelopes that don't end", jsonFraming, `{"value":[`},
		{"broken objects", jsonFraming, `{]`},
		{"strings that don't end", jsonFraming, "{\"a\":\"\n"},
		{"objects that may hold flows", jsonFraming, `{"properties":{"a":1}}`},
		{"flows that don't end", jsonFraming, `{"properties":{"flows":[{"flowTuples":["a`},
		{"broken flow tuples", jsonFraming, "{\"flowTuples\":[\"a\",\"\x01\",\"\x01\n"},
		{"broken flow tuples in one list", jsonFraming, `{"flowTuples":["a"` + strings.Repeat(",\"\x01\"", 100_000)},
		{"quotes", csvFraming, "\"abc\n"},
		{"quotes in the second field", csvFraming, "x,\"abc\n"},
		{"doubled quotes", csvFraming, "\"\"\"\n"},
		{"December and January", linesFraming, "Dec 31 23:59:59 a\nJan  1 00:00:00 b\n"},
	} {
		b.Run(in.name, func(b *testing.B) {
			data := []byte("a,b\n" + strings.Repeat(in.unit, 2<<20/len(in.unit)))
			if in.framing == jsonFraming {
				data = data[4:]
			}
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for _, err := range in.framing.Cut(bytes.NewReader(data), Hints{Year: 2024}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkMicrosoft365 reads what the sources of Microsoft 365 are shown by,
// many times over.
func BenchmarkMicrosoft365(b *testing.B) {
	for _, file := range []string{
		"m365.ual/powerplatform-admin.ndjson", "m365.ual/dataverse.ndjson", "m365.ual/mail.ndjson",
		"m365.ual/loganalytics.ndjson", "dynamics.finance/export.ndjson",
	} {
		b.Run(file, func(b *testing.B) {
			one, err := os.ReadFile(filepath.Join(fixtures, filepath.FromSlash(file)))
			if err != nil {
				b.Fatal(err)
			}
			chunks := cutAll(jsonFraming, bytes.Repeat(one, 100))
			benchRecords(b, chunks, func(p *Parser, c *Chunk, i int, e *event.Event) error {
				_, _, err := p.Read(jsonFraming, c, i, e)
				return err
			})
		})
	}
}

// benchFixture reads a fixture many times over.
func benchFixture(b *testing.B, file string) {
	data, err := os.ReadFile(filepath.Join(fixtures, filepath.FromSlash(file)))
	if err != nil {
		b.Fatal(err)
	}
	framing := jsonFraming
	if strings.HasSuffix(file, ".csv") {
		framing = csvFraming
	}
	chunks := cutAll(framing, bytes.Repeat(data, 200))
	benchRecords(b, chunks, func(p *Parser, c *Chunk, i int, e *event.Event) error {
		_, _, err := p.Read(framing, c, i, e)
		return err
	})
}
