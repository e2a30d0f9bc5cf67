package detect

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// scaleEvents is how many events a round of BenchmarkScale asks about.
const scaleEvents = 200_000

// BenchmarkScale asks the public rules for Windows about generated events of the
// kinds that fleets log most, in batches in memory: with a quarter, a half and
// all of the rules, and with every value distinct.
func BenchmarkScale(b *testing.B) {
	root := os.Getenv("HOTWASH_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	rules := windowsRules(b, filepath.Join(root, "sigma", "rules"))
	for _, tc := range []struct {
		name   string
		share  int // of so many rules one is taken
		unique bool
	}{{"rules=quarter", 4, false}, {"rules=half", 2, false}, {"rules=all", 1, false}, {"rules=all,unique", 1, true}} {
		b.Run(tc.name, func(b *testing.B) {
			var some []*sigma.Rule
			for i := 0; i < len(rules); i += tc.share {
				some = append(some, rules[i])
			}
			m := pieces{fleet(tc.unique)}
			b.ReportAllocs()
			hits := 0
			for b.Loop() {
				res, err := Run(context.Background(), some, m.present(), m)
				if err != nil {
					b.Fatal(err)
				}
				hits = 0
				for i := range res.Findings {
					hits += res.Findings[i].Count
				}
			}
			b.ReportMetric(float64(b.N)*scaleEvents/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(len(some)), "rules")
			b.ReportMetric(float64(hits), "hits")
		})
	}
}

// pieces is a case whose batches can be scanned at the same time.
type pieces struct{ *memory }

func (p pieces) Pieces(_ context.Context, source string) (all [][2]int64, err error) {
	for _, c := range p.batches[source] {
		all = append(all, [2]int64{c.IDs[0], c.IDs[c.Len()-1] + 1})
	}
	return all, nil
}

func (p pieces) Scan(_ context.Context, source string, from, to int64) iter.Seq2[*event.Columns, error] {
	return func(yield func(*event.Columns, error) bool) {
		for _, c := range p.batches[source] {
			if c.IDs[0] >= from && c.IDs[0] < to && !yield(c, nil) {
				return
			}
		}
	}
}

func windowsRules(b *testing.B, dir string) (rules []*sigma.Rule) {
	b.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "windows"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		more, err := sigma.Parse(path, data)
		rules = append(rules, more...)
		return err
	})
	if err != nil {
		b.Skipf("skipped: no public rules: %v (set HOTWASH_DATA)", err)
	}
	return rules
}

// What the events of a fleet are made of.
var (
	images = []string{`C:\Windows\System32\svchost.exe`, `C:\Windows\System32\cmd.exe`, `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`,
		`C:\Program Files\Common Files\agent\agent.exe`, `C:\Windows\explorer.exe`, `C:\Windows\System32\rundll32.exe`, `C:\Windows\System32\reg.exe`,
		`C:\Windows\System32\net.exe`, `C:\Program Files\Editor\editor.exe`, `C:\Windows\System32\conhost.exe`, `C:\Windows\System32\wbem\WmiPrvSE.exe`,
		`C:\Windows\System32\schtasks.exe`, `C:\Users\kim\AppData\Local\Programs\browser\browser.exe`}
	arguments = []string{"-k", "netsvcs", "/c", "-NoProfile", "-File", `C:\Scripts\inventory.ps1`, "query", `HKLM\Software`, "/v", "user", "/domain",
		"--type=renderer", "--field-trial-handle", "/create", "/sc", "daily", "-Embedding", "Get-Service", "|", "Out-File", `\\files.example.com\share\list.txt`}
	keys = []string{`HKLM\System\CurrentControlSet\Services\agent\Parameters`, `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run`,
		`HKU\S-1-5-21-1\Software\Microsoft\Office\16.0\Common`, `HKLM\SOFTWARE\Policies\Microsoft\Windows\System`}
)

// kind is a kind of event: its source, of 100 events how many are of it, and
// its fields.
type kind struct {
	source string
	share  int
	fields func(f *fleetRandom) []string
}

var kinds = []kind{
	{"windows.process_creation", 35, func(f *fleetRandom) []string {
		image := f.pick(images)
		return []string{"EventID", "1", "Channel", "Microsoft-Windows-Sysmon/Operational", "Image", image, "CommandLine", image + " " + f.words(6),
			"ParentImage", f.pick(images), "ParentCommandLine", f.pick(images), "OriginalFileName", filepath.Base(strings.ReplaceAll(image, `\`, "/")),
			"User", `EXAMPLE\kim`, "IntegrityLevel", "Medium", "CurrentDirectory", `C:\Windows\system32\`, "ProcessId", fmt.Sprint(f.IntN(60000))}
	}},
	{"windows.registry", 25, func(f *fleetRandom) []string {
		return []string{"EventID", "13", "Channel", "Microsoft-Windows-Sysmon/Operational", "EventType", "SetValue", "Image", f.pick(images),
			"TargetObject", f.pick(keys) + `\` + f.pick(arguments), "Details", fmt.Sprintf("DWORD (0x%08x)", f.IntN(1<<16))}
	}},
	{"windows.image_load", 20, func(f *fleetRandom) []string {
		return []string{"EventID", "7", "Channel", "Microsoft-Windows-Sysmon/Operational", "Image", f.pick(images),
			"ImageLoaded", `C:\Windows\System32\` + f.pick([]string{"ntdll.dll", "kernel32.dll", "user32.dll", "amsi.dll"}), "Signed", "true"}
	}},
	{"windows.file", 12, func(f *fleetRandom) []string {
		return []string{"EventID", "11", "Channel", "Microsoft-Windows-Sysmon/Operational", "Image", f.pick(images),
			"TargetFilename", fmt.Sprintf(`C:\Users\kim\AppData\Local\Temp\%x.tmp`, f.IntN(1<<20))}
	}},
	{"windows.network", 8, func(f *fleetRandom) []string {
		return []string{"EventID", "3", "Channel", "Microsoft-Windows-Sysmon/Operational", "Image", f.pick(images), "Initiated", "true",
			"DestinationIp", fmt.Sprintf("198.51.100.%d", f.IntN(256)), "DestinationPort", f.pick([]string{"443", "80", "53", "445"})}
	}},
}

type fleetRandom struct {
	*rand.Rand
	unique bool
	n      int
}

func (f *fleetRandom) pick(of []string) string {
	text := of[f.IntN(len(of))]
	if f.unique {
		f.n++
		text += fmt.Sprintf("#%d", f.n)
	}
	return text
}

// words are a few arguments; of two lines about one is like no other.
func (f *fleetRandom) words(n int) string {
	var all []string
	for range f.IntN(n) {
		all = append(all, arguments[f.IntN(len(arguments))])
	}
	if f.IntN(2) == 0 {
		all = append(all, fmt.Sprintf("--id=%x", f.Uint64()))
	}
	return strings.Join(all, " ")
}

// fleet is the events, in batches of 8,192.
func fleet(unique bool) *memory {
	f := &fleetRandom{Rand: rand.New(rand.NewPCG(1, 2)), unique: unique}
	m := &memory{batches: map[string][]*event.Columns{}}
	id := int64(0)
	for _, k := range kinds {
		var records []record
		n := scaleEvents * k.share / 100
		for i := range n {
			id++
			records = append(records, record{id: id, at: float64(i) / 3600, fields: append(k.fields(f), ":host", "pc1", ":actor", `pc1\kim`)})
			if len(records) == 8192 || i == n-1 {
				m.batches[k.source] = append(m.batches[k.source], batch(k.source, records...))
				records = nil
			}
		}
	}
	return m
}
