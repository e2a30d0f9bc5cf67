package evtx

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the log of the fixtures")

// written is a FILETIME: 2024-03-04T10:00:00.1653247Z.
const written = 133540200001653247

func text16(s string) val { return val{kind: typeString, bytes: wide(s)} }

// system is the template of the events of the fixture. Its values: provider,
// GUID, event id, qualifiers, level, keywords, time, record, process, user,
// channel, computer, data.
var system = node{name: "Event", attrs: []attr{{"xmlns", []any{"http://schemas.microsoft.com/win/2004/08/events/event"}}}, content: []any{
	node{name: "System", content: []any{
		node{name: "Provider", attrs: []attr{{"Name", []any{sub{0, typeString, true}}}, {"Guid", []any{sub{1, typeGUID, true}}}}},
		node{name: "EventID", depends: 3, attrs: []attr{{"Qualifiers", []any{sub{3, typeUint16, true}}}}, content: []any{sub{2, typeUint16, true}}},
		node{name: "Version", depends: 5, content: []any{sub{4, typeUint8, true}}},
		node{name: "Level", depends: 5, content: []any{sub{4, typeUint8, true}}},
		node{name: "Keywords", depends: 6, content: []any{sub{5, typeHexInt64, true}}},
		node{name: "TimeCreated", attrs: []attr{{"SystemTime", []any{sub{6, typeFileTime, true}}}}},
		node{name: "EventRecordID", depends: 8, content: []any{sub{7, typeUint64, true}}},
		node{name: "Correlation"},
		node{name: "Execution", attrs: []attr{{"ProcessID", []any{sub{8, typeUint32, true}}}, {"ThreadID", []any{sub{8, typeUint32, true}}}}},
		node{name: "Channel", depends: 11, content: []any{sub{10, typeString, true}}},
		node{name: "Computer", content: []any{sub{11, typeString, true}}},
		node{name: "Security", attrs: []attr{{"UserID", []any{sub{9, typeSID, true}}}}},
	}},
	sub{12, typeBinXML, true},
}}

const (
	systemGUID  = "\xde\x3b\xee\xa8\x28\xe9\x9b\x52\x22\xe1\xd8\xd4\x80\xa9\x11\xa7"
	sysmonGUID  = "\x5f\x38\x70\x57\x2a\xc2\xe0\x43\xbf\x4c\x06\xf5\x69\x8f\xfb\xd9"
	localSystem = "\x01\x01\x00\x00\x00\x00\x00\x05\x12\x00\x00\x00"
)

// told is an event of the fixture's template.
func told(provider, channel string, id int, record uint64, data val) *instance {
	guid, qualifiers := val{kind: typeGUID, bytes: sysmonGUID}, val{}
	if provider == "Service Control Manager" {
		guid, qualifiers = val{}, val{kind: typeUint16, bytes: num(16384, 2)}
	}
	return &instance{systemGUID, system, []val{
		text16(provider), guid, {kind: typeUint16, bytes: num(uint64(id), 2)}, qualifiers, {kind: typeUint8, bytes: "\x04"},
		{kind: typeHexInt64, bytes: num(1<<63, 8)}, {kind: typeFileTime, bytes: num(written+10_000_000*record, 8)},
		{kind: typeUint64, bytes: num(record, 8)}, {kind: typeUint32, bytes: num(3208, 4)}, {kind: typeSID, bytes: localSystem},
		text16(channel), text16("WS01.corp.example.com"), data}}
}

// data is an event's own data, each under its name.
func data(guid byte, pairs ...any) val {
	x := &instance{guid: strings.Repeat(string(rune(guid)), 16), root: node{name: "EventData"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v := pairs[i+1].(val)
		x.root.content = append(x.root.content, node{name: "Data", attrs: []attr{{"Name", []any{pairs[i]}}}, content: []any{sub{i / 2, v.kind, false}}})
		x.values = append(x.values, v)
	}
	return val{kind: typeBinXML, nest: x}
}

const sysmon = "Microsoft-Windows-Sysmon"

// fixtureChunk is a chunk of events as they occur: sharing a template, with and
// without optional values, with named, unnamed and nested data.
func fixtureChunk() (*writer, string) {
	w := newWriter(41)
	add := func(provider, channel string, id int, d val) {
		w.record(written+10_000_000*w.id, told(provider, channel, id, w.id, d))
	}
	for _, image := range []string{`C:\Windows\System32\whoami.exe`, `C:\Users\ada\Ünïcode 😀.exe`} {
		add(sysmon, sysmon+"/Operational", 1, data(0x11, "RuleName", text16("-"), "UtcTime", text16("2024-03-04 10:00:41.123"),
			"ProcessGuid", val{kind: typeGUID, bytes: sysmonGUID}, "ProcessId", val{kind: typeUint32, bytes: num(4711, 4)},
			"Image", text16(image), "CommandLine", text16("whoami /all "), "User", text16(`CORP\Ada`),
			"LogonId", val{kind: typeHexInt64, bytes: num(0x3e7, 8)}, "Hashes", text16("SHA1=AA,SHA256=CC"),
			"ParentImage", text16(`C:\Windows\System32\cmd.exe`), "ParentUser", val{}))
	}
	add("Microsoft-Windows-Security-Auditing", "Security", 4625, data(0x12,
		"TargetUserSid", val{kind: typeSID, bytes: "\x01\x05\x00\x00\x00\x00\x00\x05\x15\x00\x00\x00" + num(1, 4) + num(2, 4) + num(3, 4) + num(1001, 4)},
		"TargetUserName", text16("ada"), "TargetDomainName", text16("CORP"), "Status", val{kind: typeHexInt32, bytes: num(0xc000006d, 4)},
		"LogonType", val{kind: typeUint32, bytes: num(3, 4)}, "IpAddress", text16("192.0.2.15")))
	unnamed := &instance{strings.Repeat("\x13", 16), node{name: "EventData", content: []any{
		node{name: "Data", content: []any{sub{0, typeString | typeArray, false}}}, node{name: "Binary", content: []any{sub{1, typeBinary, false}}},
	}}, []val{{kind: typeString | typeArray, bytes: wide("Update Service\x00running\x00")}, {kind: typeBinary, bytes: "\x01\x02\xff"}}}
	add("Service Control Manager", "System", 7036, val{kind: typeBinXML, nest: unnamed})
	cleared := &instance{strings.Repeat("\x14", 16), node{name: "UserData", content: []any{
		node{name: "LogFileCleared", attrs: []attr{{"xmlns", []any{"http://manifests.example.com/log"}}}, content: []any{
			node{name: "SubjectUserName", content: []any{sub{0, typeString, true}}},
			node{name: "SubjectDomainName", depends: 2, content: []any{sub{1, typeString, true}}}}},
	}}, []val{text16("ada"), {}}}
	add("Microsoft-Windows-Eventlog", "Security", 1102, val{kind: typeBinXML, nest: cleared})
	return w, w.chunk()
}

func testChunk() string {
	_, c := fixtureChunk()
	return c
}

// TestFixture: the log among the project's evidence is what the writer writes.
func TestFixture(t *testing.T) {
	path := filepath.Join("..", "..", "..", "testdata", "evidence", "windows", "log.evtx")
	w, chunk := fixtureChunk()
	want := fileHeader(1, w.id) + chunk
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s differs from what is written here (-update rewrites it), %v", path, err)
	}
}

// show writes an element as XML, without escapes.
func show(e *Element) string {
	var b strings.Builder
	if e.Name != "" {
		b.WriteString("<" + e.Name)
		for _, a := range e.Attributes {
			fmt.Fprintf(&b, " %s=%q", a.Name, a.Value)
		}
		b.WriteString(">")
	}
	b.WriteString(strings.Join(e.Values, "|"))
	for _, c := range e.Children {
		b.WriteString(show(c))
	}
	if e.Name != "" {
		b.WriteString("</>")
	}
	return b.String()
}

// one decodes a record of some content.
func one(content ...any) (string, error) {
	w := newWriter(1)
	w.record(written, content...)
	at := w.last
	d := NewDecoder()
	d.Reset(w.chunk())
	root, err := d.Record(at, RecordSize(d.chunk, at))
	return show(root), err
}

func in(content ...any) node { return node{name: "E", content: content} }

func TestTokens(t *testing.T) {
	abc := func(values ...val) *instance {
		return &instance{strings.Repeat("a", 16), node{name: "E", attrs: []attr{{"A", []any{sub{0, 0, true}}}, {"B", []any{sub{0, 0, false}}}},
			content: []any{node{name: "F", depends: 2, content: []any{sub{1, 0, true}}}, node{name: "G", content: []any{sub{1, 0, true}}}}}, values}
	}
	for _, tc := range []struct {
		name    string
		content []any
		want    string
	}{
		{"empty element", []any{node{name: "E"}}, `<E></>`},
		{"attributes", []any{node{name: "E", attrs: []attr{{"A", []any{"1"}}, {"B", []any{"2", entRef("amp"), charRef('x')}}}}}, `<E A="1" B="2&x"></>`},
		{"text in pieces", []any{in("a", cdata("<b>"), charRef(0xe4), entRef("lt"), entRef("own"), "c")}, `<E>a<b>ä<&own;c</>`},
		{"names again", []any{in(in(in("x")), in())}, `<E><E><E>x</></><E></></>`},
		{"instruction", []any{in(pi{"t", "d"}, "x")}, `<E>x<?t>d</></>`},
		{"values", []any{abc(text16("x"), text16("y"))}, `<E A="x" B="x"><F>y</><G>y</></>`},
		{"values that are null", []any{abc(val{}, val{})}, `<E B=""><G></></>`},
		{"values that are empty", []any{abc(text16(""), text16(""))}, `<E A="" B=""><F></><G></></>`},
		{"an array in an attribute", []any{abc(val{kind: typeUint8 | typeArray, bytes: "\x01\x02"}, val{})}, `<E A="1,2" B="1,2"><G></></>`},
		{"an array", []any{abc(val{}, val{kind: typeUint16 | typeArray, bytes: "\x01\x00\x02\x00"})}, `<E B=""><F>1|2</><G>1|2</></>`},
		{"templates again and again", []any{in(abc(val{}, val{}), abc(text16("x"), val{}))}, `<E><E B=""><G></></><E A="x" B="x"><G></></></>`},
		{"a template in a value", []any{abc(val{}, val{kind: typeBinXML, nest: abc(text16("z"), val{})})},
			`<E B=""><F><E A="z" B="z"><G></></></><G><E A="z" B="z"><G></></></></>`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := one(tc.content...)
			if got != tc.want || err != nil {
				t.Errorf("%v\ngot  %s\nwant %s", err, got, tc.want)
			}
		})
	}
}

// TestElementInValue: an element that is a value has two bytes less.
func TestElementInValue(t *testing.T) {
	for _, dependent := range []bool{true, false} {
		w := newWriter(1)
		w.last = len(w.b)
		w.b = append(w.b, make([]byte, recordHeader)...)
		w.element(node{name: "E", attrs: []attr{{"A", []any{"1"}}}, content: []any{node{name: "F"}, node{name: "E", content: []any{"x"}}}}, dependent)
		d := NewDecoder()
		d.Reset(string(w.b) + "\x00\x00\x00\x00")
		root, err := d.Record(ChunkHeader, len(d.chunk)-ChunkHeader)
		if got := show(root); got != `<E A="1"><F></><E>x</></>` || err != nil {
			t.Errorf("dependent %v: %s, %v", dependent, got, err)
		}
	}
}

func TestValues(t *testing.T) {
	for _, tc := range []struct {
		kind  byte
		bytes string
		want  string
	}{
		{typeNull, "", ""},
		{typeString, wide("a😀\x00"), "a😀"},
		{typeString, "\x00\xd8a\x00", "\xed\xa0\x80a"},
		{typeString, "a\x00b", "a\xff"},
		{typeAnsi, "caf\xe9\x00", "caf\xe9"},
		{typeInt8, "\xff", "-1"},
		{typeUint8, "\xff", "255"},
		{typeInt16, "\xfe\xff", "-2"},
		{typeUint16, "\xfe\xff", "65534"},
		{typeInt32, "\x00\x00\x00\x80", "-2147483648"},
		{typeUint32, "\x00\x00\x00\x80", "2147483648"},
		{typeUint32, "\x07", "7"},
		{typeUint32, "\x07\x08\x09", "070809"},
		{typeInt64, "\xff\xff\xff\xff\xff\xff\xff\xff", "-1"},
		{typeUint64, "\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"},
		{typeReal32, "\x00\x00\xc0\x3f", "1.5"},
		{typeReal64, "\x00\x00\x00\x00\x00\x00\xf8\x3f", "1.5"},
		{typeReal64, "\x00\x00", "0000"},
		{typeBool, "\x01\x00\x00\x00", "true"},
		{typeBool, "\x00\x00\x00\x00", "false"},
		{typeBool, "\x02\x00\x00\x00", "2"},
		{typeBinary, "\x00\xab", "00AB"},
		{typeGUID, sysmonGUID, "5770385F-C22A-43E0-BF4C-06F5698FFBD9"},
		{typeSize, "\x10\x00\x00\x00", "0x10"},
		{typeSize, "\x10\x00\x00", "100000"},
		{typeFileTime, num(written, 8), "2024-03-04T10:00:00.1653247Z"},
		{typeFileTime, num(0, 8), "1601-01-01T00:00:00.0000000Z"},
		{typeFileTime, num(lastFileTime, 8), "9999-12-31T23:59:59.9999999Z"},
		{typeFileTime, num(lastFileTime+1, 8), "0x24c85a5ed1c04000"},
		{typeSystemTime, "\xe8\x07\x03\x00\x01\x00\x04\x00\x0a\x00\x00\x00\x07\x00\x05\x00", "2024-03-04T10:00:07.005Z"},
		{typeSID, localSystem, "S-1-5-18"},
		{typeSID, localSystem + "x", "01010000000000051200000078"},
		{typeSID, "\x01\x00\x01\x00\x00\x00\x00\x00", "S-1-0x10000000000"},
		{typeHexInt32, "\x6d\x00\x00\xc0", "0xc000006d"},
		{typeHexInt64, num(0x3e7, 8), "0x3e7"},
		{typeHandle, "\x01\x02", "0102"},
		{typeXML, wide("<a/>"), "<a/>"},
		{0x7f, "\x01", "01"},
	} {
		if got := render(tc.kind, tc.bytes); got != tc.want {
			t.Errorf("type %#x %x: got %q, want %q", tc.kind, tc.bytes, got, tc.want)
		}
	}
}

func TestArrays(t *testing.T) {
	for _, tc := range []struct {
		kind  byte
		bytes string
		want  []string
	}{
		{typeString, wide("a\x00\x00b\x00"), []string{"a", "", "b"}},
		{typeString, wide("a\x00b"), []string{"a", "b"}},
		{typeAnsi, "a\x00b\x00", []string{"a", "b"}},
		{typeInt8, "\x01\xff", []string{"1", "-1"}},
		{typeGUID, sysmonGUID + sysmonGUID, []string{"5770385F-C22A-43E0-BF4C-06F5698FFBD9", "5770385F-C22A-43E0-BF4C-06F5698FFBD9"}},
		{typeSID, localSystem + localSystem + "\x01", []string{"S-1-5-18", "S-1-5-18", "01"}},
		{typeUint32, "\x01\x02\x03", []string{"010203"}},
		{typeBinary, "\x01\x02", []string{"0102"}},
		{typeUint16, "", []string{}},
	} {
		if d := cmp.Diff(tc.want, renderArray(tc.kind, tc.bytes)); d != "" {
			t.Errorf("type %#x %x: %s", tc.kind, tc.bytes, d)
		}
	}
}

// TestMistakes: with a mistake comes what was read before it.
func TestMistakes(t *testing.T) {
	deep := in()
	for range maxDepth {
		deep = in(deep)
	}
	many := &instance{strings.Repeat("m", 16), in(), []val{text16(strings.Repeat("x", 10000))}}
	for range 1000 {
		many.root.content = append(many.root.content, in(sub{0, typeString, false}))
	}
	for _, tc := range []struct {
		name    string
		content any
		want    string // of the mistake
		before  string
	}{
		{"unknown token", []byte{0x1f}, "unknown token 31", ""},
		{"closed twice", []byte{tokenCloseElement}, "closes what is not open", ""},
		{"a name outside", []byte{tokenOpen, 0xff, 0xff, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f}, "a name outside of the chunk", ""},
		{"open at the end", in("a", []byte{tokenEnd}), "ends inside an element", "<E>a</>"},
		{"a value that is not there", in("a", sub{0, 0, false}), "a value that is not there", "<E>a</>"},
		{"a literal that is none", in("a", []byte{tokenValue, typeBinary}), "a literal of type 14", "<E>a</>"},
		{"cut off", in("a", []byte{tokenValue, typeString, 0xff, 0xff}), "ends inside a token", "<E>a</>"},
		{"too deep", deep, "nested deeper than 64", strings.Repeat("<E>", 64) + strings.Repeat("</>", 64)},
		{"too large", many, "a record that becomes too large", ""},
		{"too many values", []byte{tokenTemplate, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, "ends inside a token", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := one(tc.content)
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
			if tc.name != "too large" && got != tc.before {
				t.Errorf("before it %s, want %s", got, tc.before)
			}
		})
	}
}

// TestOverlap: templates that overlap, which no log has, would cost far more to
// read than they are long.
func TestOverlap(t *testing.T) {
	w := newWriter(1)
	for range 8 {
		w.u32(0)
		w.b = append(w.b, "self"+strings.Repeat("o", 12)...)
		w.u32(50000)
	}
	d := NewDecoder()
	d.Reset(w.chunk())
	for i := range 8 {
		at := ChunkHeader + i*templateHeader
		_, err := d.program(int(u32(d.chunk, at+4)), at)
		if overlaps := (i+1)*50000 > maxDefined; (err != nil) != overlaps {
			t.Errorf("template %d: %v", i, err)
		}
	}
}

// TestWork: a chunk whose records become too large ends to be read.
func TestWork(t *testing.T) {
	x := &instance{strings.Repeat("m", 16), in(), []val{text16(strings.Repeat("x", 10000))}}
	for range 700 {
		x.root.content = append(x.root.content, in(sub{0, typeString, false}))
	}
	w := newWriter(1)
	w.record(written, x)
	at := w.last
	d := NewDecoder()
	d.Reset(w.chunk())
	for i := range 6 {
		_, err := d.Record(at, RecordSize(d.chunk, at))
		if over := i > chunkWork; (err != nil) != over {
			t.Errorf("%d times: %v", i+1, err)
		}
	}
}

// TestTemplateGone: a record whose template was overwritten tells its values; one
// whose template stands elsewhere in the chunk is read with that.
func TestTemplateGone(t *testing.T) {
	x := &instance{"gone" + strings.Repeat("g", 12), in(sub{0, typeString, false}), []val{text16("x"), {}, {kind: typeUint8, bytes: "\x07"}}}
	w := newWriter(1)
	w.record(written, x)
	x.values[0] = text16("y")
	w.record(written, x)
	at := w.last
	d := NewDecoder()
	chunk := w.chunk()
	decode := func(chunk string, want string, lost bool) {
		t.Helper()
		d.Reset(chunk)
		root, err := d.Record(at, RecordSize(chunk, at))
		if got := show(root); got != want || err != nil || d.Lost != lost {
			t.Errorf("got %s, lost %v, %v, want %s", got, d.Lost, err, want)
		}
	}
	decode(chunk, "<E>y</>", false)
	moved := []byte(chunk)
	moved[at+recordHeader+10]++ // where it says the template is
	decode(string(moved), "<E>y</>", false)
	other := strings.Replace(chunk, x.guid, strings.Repeat("o", 16), 1)
	decode(other, "<Template><Value>y</><Value>7</></>", true)
}

func TestHeader(t *testing.T) {
	w, chunk := fixtureChunk()
	h, ok := ReadHeader(chunk)
	if !ok || !h.Intact || !h.RecordsIntact(chunk) || h.FirstID != 41 || h.LastID != w.id-1 {
		t.Fatalf("%+v %v", h, ok)
	}
	damaged := []byte(chunk)
	damaged[h.Free-9]++
	if h, ok := ReadHeader(string(damaged)); !ok || !h.Intact || h.RecordsIntact(string(damaged)) {
		t.Errorf("a damaged record: %+v %v", h, ok)
	}
	damaged[20]++
	if h, ok := ReadHeader(string(damaged)); !ok || h.Intact {
		t.Errorf("a damaged header: %+v %v", h, ok)
	}
	beyond := chunk[:48] + "\x01\x00\x01\x00" + chunk[52:]
	for _, s := range []string{"", chunk[:511], "x" + chunk[1:], beyond} {
		if h, ok := ReadHeader(s); ok {
			t.Errorf("%q…: %+v", s[:min(len(s), 8)], h)
		}
	}
	if h.RecordsIntact(chunk[:h.Free-1]) {
		t.Error("records that aren't there are intact")
	}
}
