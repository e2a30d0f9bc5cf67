package source

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// exported is what every export of one event must agree in: who did what, when,
// where, and the names and values of its data. GUIDs come with braces and
// without.
type exported struct {
	Source, Operation, Outcome, Code, Actor, ActorID, ActorType, IP, Host, Target string
	Action                                                                        event.Action
	Second                                                                        int64
	Process                                                                       event.Process
	Fields                                                                        map[string]string
}

// TestWindowsAlike: two events, in the log itself and in what every exporter
// makes of them, are the same events.
func TestWindowsAlike(t *testing.T) {
	want := map[string]exported{}
	readFile(t, filepath.Join(fixtures, "windows", "log.evtx"), func(_ *Source, e *event.Event, fields []event.Field, _ error) {
		if _, ok := want[e.Operation]; !ok {
			want[e.Operation] = exportedOf(e, fields, nil)
		}
	})
	for file, times := range map[string]int{
		"evtx-other.ndjson": 2, "winlogbeat.ndjson": 2, "parse_evtx.ndjson": 2, "get-winevent.json": 2, "evtxecmd.ndjson": 1,
		"wevtutil.xml": 1, "loganalytics-tables.ndjson": 2, "nxlog-security.ndjson": 1,
	} {
		t.Run(file, func(t *testing.T) {
			seen := map[string]int{}
			readFile(t, filepath.Join(fixtures, "windows", file), func(_ *Source, e *event.Event, fields []event.Field, err error) {
				if err != nil || e.Operation != "Security:4625" && e.Operation != "Microsoft-Windows-Sysmon/Operational:1" {
					return
				}
				seen[e.Operation]++
				want := want[e.Operation]
				if d := cmp.Diff(want, exportedOf(e, fields, want.Fields)); d != "" {
					t.Errorf("%s %s: %s", e.Operation, e.Shape, d)
				}
			})
			for operation, n := range seen {
				if n < times {
					t.Errorf("%s: %d times", operation, n)
				}
			}
			if len(seen) != 2 {
				t.Errorf("saw %v", seen)
			}
		})
	}
}

// exportedOf keeps of the fields those in names; if that is nil, what isn't the
// header's own and every export has.
func exportedOf(e *event.Event, fields []event.Field, names map[string]string) exported {
	a := exported{e.Source, e.Operation, string(e.Outcome), e.OutcomeCode, e.Actor, e.ActorID, e.ActorType, e.SrcIP, e.Host,
		e.TargetType + e.TargetID + e.TargetName, e.Action, e.Time.Micros / 1e6, event.Process{}, map[string]string{}}
	if e.Process != nil {
		a.Process = *e.Process
		a.Process.ParentCommandLine = "" // not in all of the fixtures
	}
	skip := []string{"TimeCreated", "Version", "Level", "Keywords", "Provider_Guid", "EventRecordID", "Execution_ProcessID",
		"Execution_ThreadID", "Security_UserID", "ParentUser"}
	for _, f := range fields {
		if _, named := names[f.Name]; names != nil && !named {
			continue
		}
		if names == nil && (slices.Contains(skip, f.Name) || strings.HasPrefix(f.Name, "Event.")) {
			continue
		}
		v := f.Value
		if strings.HasSuffix(f.Name, "Guid") {
			v = strings.ToUpper(strings.Trim(v, "{}"))
		}
		if _, ok := a.Fields[f.Name]; !ok {
			a.Fields[f.Name] = v
		}
	}
	return a
}

func TestAuditOutcome(t *testing.T) {
	for keywords, want := range map[string]event.Outcome{
		"0x8010000000000000": event.Failure, "0x8020000000000000": event.Success, "9227875636482146304": event.Failure,
		"-9214364837600034816": event.Success, "Audit Failure": event.Failure, "AUDIT_SUCCESS": event.Success,
		"0x8000000000000000": "", "-9223372036854775808": "", "SetValue": "", "": "",
	} {
		if got := auditOutcome(keywords); got != want {
			t.Errorf("%s: %q, want %q", keywords, got, want)
		}
	}
}

func TestWindowsOrder(t *testing.T) {
	for _, tc := range []struct {
		channel, id string
		n           int
		last        string
	}{
		{"Security", "4625", 21, "IpPort"},
		{"Security", "4624", 20, "IpPort"},
		{"Security", "4624", 27, "ElevatedToken"},
		{"Security", "4688", 15, "MandatoryLabel"},
		{"Security", "4720", 26, "LogonHours"},
		{"Security", "4768", 14, "CertThumbprint"},
		{vocab.SysmonChannel, "1", 23, "ParentUser"},
		{vocab.SysmonChannel, "3", 18, "DestinationPortName"},
		{"Security", "4625", 20, ""},
		{"Security", "1", 0, ""},
	} {
		last := ""
		if names := vocab.WindowsOrder(tc.channel, tc.id, tc.n); len(names) > 0 {
			last = names[len(names)-1]
		}
		if last != tc.last {
			t.Errorf("the last of %d values of %s:%s is %q, want %q", tc.n, tc.channel, tc.id, last, tc.last)
		}
	}
}
