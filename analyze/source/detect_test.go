package source

import (
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	const object = `{"time":"2024-03-01T00:00:00Z","a":1}`
	for _, tc := range []struct {
		name, head string
		framing    string
		reason     string
	}{
		{"lines of objects", object + "\n" + object + "\n", "json", ""},
		{"array", "[" + object + "," + object + "]", "json", ""},
		{"pretty", "{\n  \"time\": \"2024-03-01T00:00:00Z\"\n}\n", "json", ""},
		{"lines whose first is cut off", "00Z\",\"a\":1}\n" + object + "\n" + object + "\n", "json", ""},
		{"UTF-16", utf16Text(mark + object), "json", ""},
		{"a record longer than the head", `{"time":"2024-03-01T00:00:00Z","a":"` + strings.Repeat("x", headSize), "json", ""},
		{"an envelope longer than the head", `{"value":[{"time":"2024-03-01T00:00:00Z","a":"` + strings.Repeat("x", headSize), "json", ""},
		{"lines that begin with a bracket", "[2024-03-01 00:00:00] a\n[2024-03-01 00:00:01] b\n", "lines", ""},
		{"lines that begin with a brace", "{main} 2024-03-01 00:00:00 a\n{main} 2024-03-01 00:00:00 b\n", "lines", ""},
		{"syslog", "Mar  1 00:00:00 h p: a\nMar  1 00:00:00 h p: b\n", "lines", ""},
		{"syslog with commas", "Mar  1 00:00:00 h p: a, b, c\nMar  1 00:00:00 h p: b, c, d\n", "lines", ""},
		{"access log", "192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2326\n", "lines", ""},
		{"half of the lines have times", "2024-03-01 00:00:00 a\n  at b\n", "lines", ""},
		{"CSV", "Time,User\n2024-03-01 00:00:00,a\n2024-03-01 00:00:01,b\n", "csv", ""},
		{"CSV with quotes and tabs", "\"Time\"\t\"User\"\n\"2024-03-01 00:00:00\"\t\"a\nb\"\n", "csv", ""},
		{"CSV whose first row is ragged", "Time,User,Op\n2024-03-01 00:00:00\n2024-03-01 00:00:01,a,b\n2024-03-01 00:00:02,a,b\n", "csv", ""},
		{"CSV without rows", "CreationDate,UserIds,Operations,AuditData\n", "", "column names without records"},
		{"Zeek", zeekHead + "#fields\tts\ta\n#types\ttime\tstring\n1672843056.913119\tx\n", "zeek", ""},
		{"objects without times", `{"name":"x","version":"1.0.0"}`, "", "json without times: 0 in 1 records"},
		{"objects that all nest too deep", strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200) + "\n", "json", ""},
		{"lines of objects of which most nest too deep", strings.Repeat(strings.Repeat(`{"a":`, 200)+"1"+strings.Repeat("}", 200)+"\n", 3) + object + "\n", "json", ""},
		{"objects that all break after their time", strings.Repeat(`{"time":"2024-03-01T00:00:00Z","a":NaN}`+"\n", 3), "json", ""},
		{"objects that all break and hold no time", strings.Repeat(`{"a":NaN}`+"\n", 3), "", "damaged json: of its first 3 records 3 can't be read"},
		{"JSON without objects", `["2024-03-01T00:00:00Z",1]`, "", "json without objects"},
		{"a number", "1000000000000000", "", "json without objects"},
		{"prose", "# Title\n\nSome text about 2024-03-01.\nMore.\n", "", "no times in it"},
		{"a time in every third line", "2024-03-01 00:00:00 a\n  at b\n  at c\n", "", "times in 1 of 3 lines, fewer than half"},
		{"YAML", "title: x\ndate: 2024-03-01\nlist:\n  - a\n", "", "no times in it"},
		{"numbers", "1234567890 apples\n", "lines", ""},
		{"blank", "\n\n", "", "no text in it"},
		{"evtx", "ElfFile\x00\x00\x00", "evtx", ""},
		{"evt", "0\x00\x00\x00LfLe", "", "evt"},
		{"pcapng", "\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", "", "pcapng"},
		{"HTML", "<!DOCTYPE html><html>", "", "html"},
		{"XML", "<?xml version='1.0'?><Events>", "", "xml"},
		{"a text that begins with MZ", "MZ 2024-03-01 00:00:00 x\n", "lines", ""},
		{"a log whose end was never written", object + "\n" + strings.Repeat("\x00", 4096), "json", ""},
		{"a log whose beginning was never written", strings.Repeat("\x00", 4096) + strings.Repeat(object+"\n", 3), "json", ""},
		{"space that was never written", strings.Repeat("\x00", 4096), "", "binary"},
		{"an object with a time, then values without", object + "\n" + strings.Repeat("\"x\"\n", 5), "", "times in 1 of 6 lines, fewer than half"},
		{"binary", "\x01\x02\x03\x04\x00\x05abc\x00\x01", "", "binary"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := detect(nil, []byte(tc.head), len(tc.head) < headSize, Hints{})
			got := ""
			if v.Framing != nil {
				got = v.Framing.Name
			}
			if got != tc.framing || v.Reason != tc.reason || (got != "" && !v.Framing.Binary) != v.Unknown {
				t.Errorf("framing %q, unknown %v, state %q, reason %q", got, v.Unknown, v.State, v.Reason)
			}
		})
	}
}

// utf16Text is ASCII text and the mark in little-endian UTF-16.
func utf16Text(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}
