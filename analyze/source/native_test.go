package source

import (
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"hotwash/analyze/event"
)

// TestNativeNames checks that a rule finds a field under the name it is called
// by in Sigma, whatever export it comes from.
func TestNativeNames(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		record     int // which one in the file, from 0
		field      string
		want       []string
	}{
		{"parameter by name", "m365.ual/api.ndjson", 0, "Parameters.ForwardTo", []string{"drop@example.net"}},
		{"parameter as a pair", "m365.ual/portal.csv", 0, "Parameters.Value", []string{"False", "..", "payroll@example.com", "drop@example.net", "True"}},
		{"record type of AuditData", "m365.ual/search-unifiedauditlog.csv", 0, "RecordType", []string{"1"}},
		{"record type around it", "m365.ual/search-unifiedauditlog.csv", 0, "Outer.RecordType", []string{"ExchangeAdmin"}},
		{"collector field", "m365.ual/search-unifiedauditlog.csv", 1, "ResultIndex", []string{"2"}},
		{"table column by its own name", "m365.ual/officeactivity.ndjson", 0, "OfficeWorkload", []string{"Exchange"}},
		{"table column as in AuditData", "m365.ual/officeactivity.ndjson", 0, "Workload", []string{"Exchange"}},
		{"JSON in a table column", "m365.ual/officeactivity.ndjson", 0, "OperationProperties.MailAccessType", []string{"Bind"}},
		{"policy operation", "m365.ual/powerplatform.ndjson", 0, "PropertyCollection.powerplatform.analytics.resource.tenant.governance.api_policy.operation_name", []string{"DeleteDlpPolicy"}},
		{"environment of a flow", "m365.ual/powerplatform.ndjson", 2, "EnvironmentId", []string{"default-7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911"}},
		{"environment of an app of old", "m365.ual/powerplatform-admin.ndjson", 12, "EnvironmentId", []string{"default-7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911"}},
		{"environment with its provider", "m365.ual/powerplatform-admin.ndjson", 0, "EnvironmentId", []string{"default-7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911"}},
		{"properties of a row", "m365.ual/loganalytics.ndjson", 0, "PropertyCollection.powerplatform.analytics.resource.tenant.governance.api_policy.operation_name", []string{"DeleteDlpPolicy"}},
		{"operation of a row", "m365.ual/loganalytics.ndjson", 0, "Operation", []string{"GovernanceApiPolicyOperation"}},
		{"model of an assistant", "m365.ual/others.ndjson", 0, "CopilotEventData.ModelTransparencyDetails.ModelName", []string{"model-1"}},
		{"what an assistant read, of a row", "m365.ual/loganalytics.ndjson", 9, "CopilotEventData.AccessedResources.Name", []string{"Plan.docx"}},
		{"messages that were read", "m365.ual/mail.ndjson", 0, "Folders.FolderItems.InternetMessageId", []string{"<1@example.com>", "<2@example.com>"}},
		{"messages that were deleted", "m365.ual/mail.ndjson", 5, "AffectedItems.InternetMessageId", []string{"<4@example.com>"}},
		{"how mail was read", "m365.ual/mail.ndjson", 1, "OperationProperties.MailAccessType", []string{"Sync"}},
		{"where a rule of Outlook's sends mail", "m365.ual/mail.ndjson", 6, "OperationProperties.RuleActions.Recipients", []string{"drop@example.net"}},
		{"application that acts", "m365.ual/mail.ndjson", 0, "AppAccessContext.ClientAppId", []string{"51f81489-0000-4000-8000-000000000001"}},
		{"field of a Dataverse record", "m365.ual/dataverse.ndjson", 3, "Fields.fullname", []string{"Sync"}},
		{"who acts for another", "dataverse.audit/webapi.json", 1, "_callinguserid_value", []string{"20000000-0000-4000-8000-000000000002"}},
		{"user by the table's own name", "dataverse.audit/table.csv", 0, "_userid_value", []string{"20000000-0000-4000-8000-000000000001"}},
		{"account before", "dynamics.finance/export.ndjson", 0, "FormattedData.AccountNum.OldData", []string{"DE01"}},
		{"alias after, as text", "dynamics.finance/export.ndjson", 1, "FormattedData.networkAlias.NewData", []string{"drop@example.net"}},
		{"target resources as text", "entra.audit/loganalytics.ndjson", 0, "TargetResources.modifiedProperties.displayName", []string{"KeyDescription"}},
		{"modified property by name", "entra.audit/graph.json", 0, "targetResources.modifiedProperties.KeyDescription", []string{`["[KeyIdentifier=1,KeyType=Password,DisplayName=x]"]`}},
		{"agent of an audit record", "entra.audit/loganalytics.ndjson", 0, "AdditionalDetails.User-Agent", []string{"PowerShell/7"}},
		{"Graph's error code", "entra.signin/graph.json", 1, "ResultType", []string{"50126"}},
		{"event hub's spelling", "entra.signin/diagnostic.ndjson", 0, "properties.appDisplayName", []string{"OfficeHome"}},
		{"event hub's field in its column", "entra.signin/diagnostic.ndjson", 0, "AppDisplayName", []string{"OfficeHome"}},
		{"device as text", "entra.signin/loganalytics.ndjson", 0, "DeviceDetail.deviceId", []string{"d0d00000-0000-4000-8000-000000001005"}},
		{"request parameters as text", "aws.cloudtrail/records.json", 0, "requestParameters", []string{`{"name":"arn:aws:cloudtrail:eu-central-1:111122223333:trail/main"}`}},
		{"request parameter", "aws.cloudtrail/lookup.ndjson", 0, "requestParameters.name", []string{"arn:aws:cloudtrail:eu-central-1:111122223333:trail/main"}},
		{"suffix of a union", "defender/hunting.ndjson", 2, "AdditionalFields.SearchFilter", []string{"(objectClass=*)"}},
		{"4688 as Sysmon", "windows/flat.ndjson", 7, "Image", []string{`C:\Windows\System32\whoami.exe`}},
		{"4688 as itself", "windows/flat.ndjson", 7, "NewProcessName", []string{`C:\Windows\System32\whoami.exe`}},
		{"provider", "windows/flat.ndjson", 11, "Provider_Name", []string{"Service Control Manager"}},
		{"collector's event type moves", "windows/nxlog.ndjson", 0, "EventType", []string{"SetValue"}},
		{"XML data", "windows/loganalytics.ndjson", 3, "CommandLine", []string{`net user "x" /add`}},
		{"list data", "windows/loganalytics.ndjson", 2, "Data", []string{"a1", "http://schemas.example.com/claims/name"}},
		{"channel of a row without one", "windows/loganalytics.ndjson", 1, "Channel", []string{"Security"}},
		{"channel of the table Event", "windows/loganalytics.ndjson", 3, "Channel", []string{"Microsoft-Windows-Sysmon/Operational"}},
		{"evtx data", "windows/evtx.json", 0, "ImageLoaded", []string{`C:\Windows\System32\dbgcore.dll`}},
		{"evtx header", "windows/evtx.json", 0, "EventRecordID", []string{"571146"}},
		{"evtx user data", "windows/evtx.json", 1, "SubjectUserName", []string{"ada"}},
		{"underscored Zeek", "zeek.conn/conn.ndjson", 1, "id.orig_h", []string{"192.0.2.15"}},
		{"nested Zeek", "zeek.conn/conn.ndjson", 2, "id.resp_p", []string{"53"}},
		{"Zeek's T", "zeek.dns/dns.log", 1, "rejected", []string{"true"}},
		{"Zeek's vector", "zeek.dns/dns.log", 0, "answers", []string{"edge.example.net", "203.0.113.80"}},
		{"sudo's user", "linux.syslog/auth.log", 6, "USER", []string{"root"}},
		{"port of a peer", "linux.syslog/auth.log", 0, "src_port", []string{"50022"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := valuesIn(t, tc.file, tc.record, tc.field); !slices.Equal(got, tc.want) {
				t.Errorf("%s = %q, want %q", tc.field, got, tc.want)
			}
		})
	}
}

// TestSameRecord checks that exports of one record agree on what the case
// compares, so that a copy is a duplicate and no conflict.
func TestSameRecord(t *testing.T) {
	for _, pair := range [][2]string{
		{"m365.ual/api.ndjson", "m365.ual/portal.csv"},
		{"m365.ual/api.ndjson", "m365.ual/search-unifiedauditlog.csv"},
		{"m365.ual/api.ndjson", "m365.ual/officeactivity.ndjson"},
		{"m365.ual/api.ndjson", "m365.ual/graph.json"},
		{"dataverse.audit/webapi.json", "dataverse.audit/table.csv"},
		{"dynamics.finance/export.ndjson", "dynamics.finance/portal.csv"},
		{"entra.audit/graph.json", "entra.audit/loganalytics.ndjson"},
		{"entra.audit/graph.json", "entra.audit/diagnostic.ndjson"},
		{"entra.signin/graph.json", "entra.signin/loganalytics.ndjson"},
		{"entra.signin/graph.json", "entra.signin/portal.csv"},
		{"aws.cloudtrail/records.json", "aws.cloudtrail/lookup.ndjson"},
		{"zeek.conn/conn.log", "zeek.conn/conn.ndjson"},
		{"zeek.dns/dns.log", "zeek.dns/dns.ndjson"},
	} {
		t.Run(pair[1], func(t *testing.T) {
			first, second := compared(t, pair[0]), compared(t, pair[1])
			same := 0
			for id, other := range second {
				if one, ok := first[id]; ok {
					same++
					if one != other {
						t.Errorf("%s:\n%s: %v\n%s: %v", id, pair[0], one, pair[1], other)
					}
				}
			}
			if same == 0 {
				t.Error("no record in common")
			}
		})
	}
}

func compared(t *testing.T, file string) map[string][6]string {
	all := map[string][6]string{}
	readFile(t, filepath.Join(fixtures, filepath.FromSlash(file)), func(_ *Source, e *event.Event, _ []event.Field, err error) {
		if err == nil && e.RecordID != "" {
			all[e.RecordID] = [6]string{strconv.FormatInt(e.Time.Micros, 10), e.Operation, e.Actor, string(e.Outcome), e.SrcIP, e.TargetID}
		}
	})
	return all
}

// TestTableIsConsistent checks what the store relies on.
func TestTableIsConsistent(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Table {
		if seen[s.Name] {
			t.Errorf("%s stands twice in the table", s.Name)
		}
		seen[s.Name] = true
		if len(s.Columns) > 12 {
			t.Errorf("%s has %d hot columns, 12 are allowed", s.Name, len(s.Columns))
		}
		for _, e := range s.Entities {
			if !slices.Contains(s.Columns, e.Column) {
				t.Errorf("%s: entity %s is no hot column", s.Name, e.Column)
			}
		}
		for _, c := range s.Columns {
			if s.Kept[c] != "" {
				t.Errorf("%s: %s is hot and kept", s.Name, c)
			}
		}
	}
}
