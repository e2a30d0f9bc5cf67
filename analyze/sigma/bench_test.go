package sigma

import (
	"fmt"
	"path/filepath"
	"testing"
)

// BenchmarkMatch asks 1,000 rules about one event: ns/op is the time an event
// takes with all of them.
func BenchmarkMatch(b *testing.B) {
	var rules []*Rule
	for i := range 1000 {
		rules = append(rules, one(b, Parser{}, fmt.Sprintf(`sel_img:
  - Image|endswith: ['\tool%[1]d.exe', '\run%[1]d.exe']
  - OriginalFileName: tool%[1]d.exe
sel_cli:
  CommandLine|contains|all: [' -enc%[1]d ', 'http%[1]d']
filter: {ParentImage|startswith: 'C:\Program Files\Vendor%[1]d\'}
condition: all of sel_* and not filter`, i)))
	}
	benchmark(b, rules)
}

// BenchmarkMatchSigmaHQ does the same with SigmaHQ's rules about Windows
// process starts.
func BenchmarkMatchSigmaHQ(b *testing.B) {
	benchmark(b, rulesUnder(b, filepath.Join(dataDir(b, "sigma"), "rules", "windows", "process_creation")))
}

func benchmark(b *testing.B, rules []*Rule) {
	start := ev(
		"Image", `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, "OriginalFileName", "PowerShell.EXE",
		"CommandLine", `"powershell.exe" -NoProfile -ExecutionPolicy Bypass -File C:\Scripts\inventory.ps1 -Server srv01.example.com -Verbose`,
		"ParentImage", `C:\Windows\System32\svchost.exe`, "ParentCommandLine", `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule`,
		"User", `EXAMPLE\svc-inventory`, "IntegrityLevel", "High", "EventID", "1", "Channel", "Microsoft-Windows-Sysmon/Operational")
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		for _, vs := range start { // every event is a new one
			for i := range vs {
				vs[i].folded = ""
			}
		}
		for _, r := range rules {
			r.Match(start)
		}
	}
	b.ReportMetric(float64(len(rules)), "rules")
}

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(whole)))
	for b.Loop() {
		if _, err := Parse("r.yml", []byte(whole)); err != nil {
			b.Fatal(err)
		}
	}
}
