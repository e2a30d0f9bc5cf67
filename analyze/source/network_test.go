package source

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// FuzzNetwork gives the sources of networks, telemetry, state and hunting
// hostile values in the fields they look at.
func FuzzNetwork(f *testing.F) {
	for _, kind := range []string{
		`{"flow.0":"V","flow.1":"V","rule":"V","time":"V"}`,
		`{"flow.0":"V,V,V,V,V,V,V,V","category":"NetworkSecurityGroupFlowEvent"}`,
		`{"Type":"NTANetAnalytics","FlowDirection":"V","FlowStatus":"V","FlowType":"V","SrcIp":"V","DestPublicIps":"V","AllowedInFlows":"V","FlowStartTime":"V"}`,
		`{"FlowDirection_s":"V","FlowStatus_s":"V","L4Protocol_s":"V","InboundBytes_d":"V","DestPort_d":"V"}`,
		`{"Type":"AZFWNetworkRule","SourceIp":"V","DestinationIp":"V","Protocol":"V","Action":"V","TimeGenerated":"V","SourcePort":"V"}`,
		`{"category":"AzureFirewallNetworkRule","properties":{"msg":"V request from V:V to V:V. Action: V. Rule: V"},"time":"V"}`,
		`{"Category":"AzureFirewallDnsProxy","msg_s":"DNS Request: V - V V V V","TimeGenerated":"V"}`,
		`{"QueryName":"V","QueryType":"V","SourceIpAddress":"V","ResolutionPath":"V","ResponseCode":"V","Answer":"V","Transport":"V"}`,
		`{"Type":"AppRequests","AppRoleName":"V","OperationId":"V","Name":"V","Url":"V","ItemCount":"V","Success":"V","Properties":"V","ClientIP":"V"}`,
		`{"timestamp":"V","operation_Id":"V","itemType":"request","url":"V","customDimensions":"V","duration":"V","resultCode":"V"}`,
		`{"internal":{"data":{"id":"V"}},"context":{"data":{"eventTime":"V"},"custom":{"dimensions":[{"V":"V"}]}},"request":[{"durationMetric":{"value":"V"},"count":"V"}]}`,
		`{"CveId":"V","SoftwareName":"V","IsCompliant":"V","ConfigurationId":"V"}`,
		`{"Timestamp":"V","NetworkMessageId":"V","IsClickedThrough":"V","Url":"V","ActionType":"V"}`,
		`{"Type":"Update","Computer":"V","UpdateState":"V","TotalUpdatesMissing":"V","TimeGenerated":"V"}`,
		`{"ConfigChangeType":"V","ChangeCategory":"V","FileSystemPath":"V","TimeGenerated":"V"}`,
		`{"Type":"V","TimeGenerated":"V","OperationName":"V","Status":"V","StatusCode":"V","Computer":"V","CallerIpAddress":"V","Identity":"V"}`,
	} {
		for _, v := range []string{"", "0", "1", "-", `{}`, `[{`, "T", "9999999999999999999", "1e309", "2024-01-01T00:00:00Z", "::ffff:1.2.3.4", "a@b", "/", "https://x/y?z", ",,,,,,,"} {
			f.Add(kind, v)
		}
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		e, fields, ok := readHostile(t, strings.ReplaceAll(kind, "V", value))
		if !ok {
			return
		}
		if e.Count < 0 || e.Flow != nil && (e.Flow.SrcPort < -1 || e.Flow.BytesOut < -1) {
			t.Errorf("count %d, flow %+v", e.Count, e.Flow)
		}
		checkValid(t, fields, e)
	})
}

// BenchmarkNetwork reads the fixtures of each of these sources, many times over.
func BenchmarkNetwork(b *testing.B) {
	for _, file := range []string{
		"azure.flow/analytics.ndjson", "azure.flow/vnet.json", "azure.firewall/loganalytics.ndjson", "azure.firewall/diagnostic.json",
		"azure.dns/loganalytics.ndjson", "insights/loganalytics.ndjson", "insights/continuous.ndjson", "insights/classic.csv",
		"azure.update/loganalytics.ndjson", "azure.change/loganalytics.ndjson", "defender/graph-hunting.json", "loganalytics/rows.ndjson",
	} {
		b.Run(file, func(b *testing.B) { benchFixture(b, file) })
	}
}

// TestNetworkNames checks that a rule finds a field under one name, whatever
// export it comes from.
func TestNetworkNames(t *testing.T) {
	for _, tc := range []struct {
		file   string
		record int
		field  string
		want   []string
	}{
		{"azure.flow/nsg1.json", 0, "FlowStatus", []string{"D"}},
		{"azure.flow/vnet.json", 1, "FlowEncryption", []string{"X"}},
		{"azure.flow/vnet.json", 3, "rule", []string{"Internet"}},
		{"azure.flow/vnet.json", 3, "aclID", []string{"acac0000-0000-4000-8000-000000000001"}},
		{"azure.flow/forwarded.ndjson", 0, "DestPort", []string{"22"}},
		{"azure.firewall/loganalytics.ndjson", 0, "RuleCollection", []string{"net"}},
		{"azure.firewall/diagnostic.json", 0, "RuleCollection", []string{"net"}},
		{"azure.firewall/diagnostic.json", 1, "RuleCollection", []string{"net"}},
		{"azure.firewall/diagnostic.json", 4, "ThreatDescription", []string{"Bot Networks"}},
		{"azure.firewall/text.csv", 1, "ActionReason", []string{"No rule matched. Proceeding with default action"}},
		{"azure.firewall/text.csv", 3, "WebCategory", []string{"Games"}},
		{"azure.dns/diagnostic.ndjson", 0, "ResponseFlags", []string{"qr,rd,ra"}},
		{"insights/loganalytics.ndjson", 0, "Properties.k", []string{"v"}},
		{"insights/classic.csv", 0, "Properties.k", []string{"v"}},
		{"insights/continuous.ndjson", 0, "Properties.k", []string{"v"}},
		{"insights/classic.csv", 0, "OperationId", []string{"op1"}},
		{"insights/continuous.ndjson", 0, "OperationId", []string{"op1"}},
		{"insights/continuous.ndjson", 0, "DurationMs", []string{"123.4"}},
		{"insights/loganalytics.ndjson", 7, "Properties.signalCategory", []string{"Cloud flow runs"}},
	} {
		t.Run(tc.file+" "+tc.field, func(t *testing.T) {
			if got := valuesIn(t, tc.file, tc.record, tc.field); !slices.Equal(got, tc.want) {
				t.Errorf("%s = %q, want %q", tc.field, got, tc.want)
			}
		})
	}
}

// TestNetworkSnippets reads what others published of Azure's logs.
func TestNetworkSnippets(t *testing.T) {
	dir := corpus(t, "network/snippets")
	for _, tc := range []struct {
		file string
		want map[string]int
	}{
		{"azure-firewall-legacy.jsonl", map[string]int{
			"azure.firewall/text flow_allow allow": 2, "azure.firewall/text flow_deny deny": 1, "azure.firewall/text network_connect ": 1,
			"azure.firewall/text alert deny": 2, "azure.firewall/text alert ": 1, "azure.firewall/diagnostic flow_allow allow": 1,
		}},
		{"azure-vnet-flow.json", map[string]int{"azure.flow/vnet flow_allow allow": 4, "azure.flow/vnet flow_deny deny": 2}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			got := map[string]int{}
			readFile(t, filepath.Join(dir, tc.file), func(_ *Source, e *event.Event, _ []event.Field, err error) {
				if err != nil || !e.Time.Dated() {
					t.Fatalf("%+v: %v", e, err)
				}
				got[e.Source+"/"+e.Shape+" "+string(e.Action)+" "+e.Flow.Verdict]++
			})
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
