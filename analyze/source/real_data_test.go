package source

import (
	"archive/zip"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// TestRealSources counts the events of real logs by source. The sums are those
// of python's json and csv modules.
func TestRealSources(t *testing.T) {
	for _, tc := range []struct {
		path string
		want map[string]int
	}{
		{"otrf/golden_saml", map[string]int{
			"entra.audit": 4, "m365.ual": 1, "defender.DeviceEvents": 5, "defender.IdentityDirectoryEvents": 2,
			"defender.CloudAppEvents": 2, "windows.security": 36, "windows.eventlog": 2,
		}},
		{"microsoft/o365_dataset", map[string]int{"m365.ual": 3005 + 2297 + 2081}},
		{"microsoft/docs-samples/constructed-mes-concatenated-arrays.json", map[string]int{"m365.ual": 4}},
		{"aws/invictus_aws_dataset", map[string]int{"aws.cloudtrail": 2900}},
		{"aws/stratus-red-team", map[string]int{"aws.cloudtrail": 310}},
		{"aws/otrf/ec2_proxy_s3_exfiltration_2020-09-14011940.json", map[string]int{"aws.cloudtrail": 103}},
		{"plaso/jsonl/aws_cloudtrail.jsonl", map[string]int{"aws.cloudtrail": 6}},
		{"network/zed-sample-data/zeek-default/dns.log.gz", map[string]int{"zeek.dns": 53615}},
		{"network/zed-sample-data/zeek-json/dns.json.gz", map[string]int{"zeek.dns": 53615}},
		{"network/crowdsec-hub/tests/sshd-logs/sshd-logs.log", map[string]int{"linux.syslog": 24}},
		{"otrf/windows/lateral_movement/host/schtask_create", map[string]int{
			"windows.eventlog": 424, "windows.file": 10, "windows.image_load": 391, "windows.network": 6,
			"windows.process_creation": 20, "windows.registry": 67, "windows.security": 123,
		}},
		{"sigma/regression_data", map[string]int{ // the logs and their JSON; of one of them a second
			"windows.eventlog": 2 * 5, "windows.file": 2 * 18, "windows.image_load": 2 * 2, "windows.process_creation": 2*69 + 1, "windows.registry": 2 * 16,
		}},
		{"plaso/evtx", map[string]int{"windows.eventlog": 5009}},
	} {
		t.Run(tc.path, func(t *testing.T) {
			got := map[string]int{}
			eachReal(t, corpus(t, tc.path), func(e *event.Event) { got[e.Source]++ })
			delete(got, Unknown.Name)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRealGoldenSAML checks that every record of one attack told in four
// exports has a source, a time, and the operation that shows each technique.
func TestRealGoldenSAML(t *testing.T) {
	shown := map[string]int{
		"Application:33205": 1, "Microsoft-Windows-Sysmon/Operational:18": 1, "Security:4662": 5, "Security:5156": 1,
		"Security:412": 1, "Security:501": 1, "LdapSearch": 5, "Directory Services replication": 2,
		"Update application – Certificates and secrets management": 2, "Update application": 1,
		"Add delegated permission grant": 1, "Add delegated permission grant.": 1, "MailItemsAccessed": 2,
	}
	got := map[string]int{}
	records := 0
	eachReal(t, corpus(t, "otrf/golden_saml"), func(e *event.Event) {
		records++
		if e.Source == Unknown.Name || !e.Time.Dated() {
			t.Errorf("line %d: source %s, time %s", e.Line, e.Source, e.Time)
		}
		if _, ok := shown[e.Operation]; ok {
			got[e.Operation]++
		}
	})
	if records != 52 {
		t.Errorf("%d records, want 52", records)
	}
	if d := cmp.Diff(shown, got); d != "" {
		t.Error(d)
	}
}

// TestRealDuplicates checks that the records of the Management API's export
// are the same as in the two CSV files, field by field.
func TestRealDuplicates(t *testing.T) {
	dir := corpus(t, "microsoft/o365_dataset")
	inCSV := map[string]string{}
	for _, name := range []string{"search-unifiedauditlog.part01.csv", "search-unifiedauditlog.part02.csv"} {
		maps.Copy(inCSV, contents(t, filepath.Join(dir, name)))
	}
	in, out, differ := 0, 0, 0
	for id, content := range contents(t, filepath.Join(dir, "derived-managementapi.part01.jsonl")) {
		switch other, ok := inCSV[id]; {
		case !ok:
			out++
		case other != content:
			differ++
		default:
			in++
		}
	}
	t.Logf("%d the same, %d not in the CSV, %d differ", in, out, differ)
	if in == 0 || differ > 0 {
		t.Errorf("%d the same, %d differ", in, differ)
	}
}

// contents is each record's own fields, collector fields left out, by its id.
func contents(t *testing.T, path string) map[string]string {
	all := map[string]string{}
	readFile(t, path, func(_ *Source, e *event.Event, fields []event.Field, err error) {
		if err != nil {
			return
		}
		outer := map[string]bool{}
		for _, name := range e.Unkeyed {
			outer[name] = true
		}
		var b strings.Builder
		for _, f := range fields {
			if !outer[f.Name] {
				b.WriteString(f.Name + "=" + f.Value + "\n")
			}
		}
		all[e.RecordID] = b.String()
	})
	return all
}

// eachReal reads a file or the files below a folder, those in zip archives too.
func eachReal(t *testing.T, root string, each func(*event.Event)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(path, ".zip") {
			eachZipped(t, path, each)
			return nil
		}
		readReal(t, d.Name(), readCorpus(t, path), each)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func eachZipped(t *testing.T, path string, each func(*event.Event)) {
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		readReal(t, f.Name, data, each)
	}
}

func readReal(t *testing.T, name string, data []byte, each func(*event.Event)) {
	h := Hints{Name: filepath.Base(name), Year: 2021}
	v := Detect(data[:min(len(data), headSize)], len(data) <= headSize, h)
	if v.Framing == nil {
		return
	}
	readData(t, v.Framing, data, h, func(_ *Source, e *event.Event, _ []event.Field, err error) {
		if err == nil {
			each(e)
		}
	})
}
