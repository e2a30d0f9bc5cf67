package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestShowBinary: of a record of a binary log it is told what it says.
func TestShowBinary(t *testing.T) {
	log, err := filepath.Abs(filepath.Join("..", "..", "testdata", "evidence", "windows", "log.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	summary := hotwash(t, done, "analyze", log, "--json")
	for _, want := range []string{`"records": 5,`, `"rejects": 0,`, `"balanced": true`} {
		if !strings.Contains(summary, want) {
			t.Errorf("no %s in %s", want, summary)
		}
	}
	rows := hotwash(t, done, "timeline")
	if !strings.Contains(rows, "Security:1102") {
		t.Fatal(rows)
	}
	text := hotwash(t, done, "evidence", "show", "E01@4608")
	for _, want := range []string{" bytes of a binary log, 2a2a0000", "\nEventID: 1\n", "\nImage: C:\\Windows\\System32\\whoami.exe\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	var s shown
	if err := json.Unmarshal([]byte(hotwash(t, done, "evidence", "show", "--json", "E01@4608")), &s); err != nil {
		t.Fatal(err)
	}
	if s.Encoding != "base64" || !s.Match || len(s.Fields) < 20 || s.Fields[1].Name != "Provider_Name" || *s.Fields[1].Value != "Microsoft-Windows-Sysmon" {
		t.Errorf("%+v", s)
	}
	// What is no record has bytes only.
	if text := hotwash(t, done, "evidence", "show", "E01@0+7"); text != "ElfFile\n" {
		t.Errorf("%q", text)
	}
}
