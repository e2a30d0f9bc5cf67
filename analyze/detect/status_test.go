package detect

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotwash/analyze/sigma"
)

func TestCheck(t *testing.T) {
	rule := func(logsource string) *sigma.Rule { return parse(t, logsource, "s: {a: b}\ncondition: s") }
	broken, err := sigma.Parse("r.yml", []byte("title: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name    string
		rule    *sigma.Rule
		present map[string]int64
		state   State
		reason  string
	}{
		{"without a case", rule(ual), nil, Loaded, ""},
		{"source there", rule(ual), map[string]int64{"m365.ual": 1}, Loaded, ""},
		{"source absent", rule(ual), map[string]int64{"entra.audit": 1}, NotApplicable, "no events of m365.ual"},
		{"source empty", rule(ual), map[string]int64{"m365.ual": 0}, NotApplicable, "no events of m365.ual"},
		{"family", rule("product: m365, service: defender"), map[string]int64{"defender.DeviceEvents": 1}, Loaded, ""},
		{"family absent", rule("product: m365, service: defender"), map[string]int64{}, NotApplicable, "no events of defender.*"},
		{"no reader", rule("product: okta, service: okta"), nil, NoReader, "nothing reads product okta, service okta"},
		{"alerts of privileged identities", rule("product: azure, service: pim"), map[string]int64{"entra.risk": 1}, Loaded, ""},
		{"windows service unknown", rule("product: windows, service: nope"), nil, NoReader, "nothing reads product windows, service nope"},
		{"category without product", rule("category: dns"), map[string]int64{"zeek.dns": 1}, Loaded, ""},
		{"process starts elsewhere", rule("product: macos, category: process_creation"), nil, NoReader, "nothing reads product macos, category process_creation"},
		{"a case-changed logsource", rule("product: AWS, service: CloudTrail"), map[string]int64{"aws.cloudtrail": 1}, Loaded, ""},
		{"broken", broken[0], nil, Invalid, "line 1: no logsource"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Check([]*sigma.Rule{tc.rule}, tc.present)[0]
			if got.State != tc.state || got.Reason != tc.reason {
				t.Errorf("%s, %q", got.State, got.Reason)
			}
		})
	}
}

// dataDir is the folder of real data, outside the project; the test is skipped
// where it is absent.
func dataDir(t *testing.T) string {
	t.Helper()
	root := os.Getenv("HOTWASH_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(root, "sigma")); err != nil {
		t.Skipf("skipped: no real data: %v (set HOTWASH_DATA)", err)
	}
	return root
}

// TestCorpusStates says what becomes of SigmaHQ's core.
func TestCorpusStates(t *testing.T) {
	dir := filepath.Join(dataDir(t), "sigma")
	states, without := map[State]int{}, map[string]int{}
	for _, sub := range []string{"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-placeholder", "rules-compliance"} {
		err := filepath.WalkDir(filepath.Join(dir, sub), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".yml" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rules, err := sigma.Parse(path, data)
			for _, s := range Check(rules, nil) {
				states[s.State]++
				if s.State != Loaded && s.Reason == "" {
					t.Errorf("%s: %s without a reason", path, s.State)
				}
				if s.State == NoReader {
					without[strings.TrimPrefix(s.Reason, "nothing reads ")]++
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	total := 0
	for _, n := range states {
		total += n
	}
	if total != 3780 {
		t.Errorf("%d rules ended in a state", total)
	}
	want := map[State]int{Loaded: 3105, NoReader: 650, PlaceholderMissing: 25}
	if !maps.Equal(states, want) {
		t.Errorf("states %v, not %v", states, want)
	}
	for log, n := range without {
		if strings.HasPrefix(log, "product azure") || strings.HasPrefix(log, "product m365") || strings.HasPrefix(log, "product aws") {
			t.Errorf("%d rules: nothing reads %s", n, log)
		}
	}
	t.Logf("no reader for %v", without)
}
