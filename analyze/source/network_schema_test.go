package source

import (
	"sort"
	"strings"
	"testing"

	"hotwash/analyze/vocab"
)

// networkTables are the tables of networks, telemetry, state and hunting, and
// their sources. Those of a family that an unnamed row can't be told from have
// the other's source too.
func networkTables() map[string]string {
	tables := map[string]string{
		"NTANetAnalytics": "azure.flow",
		"AZFWDnsQuery":    "azure.dns", "AZFWDnsFlowTrace": "azure.dns", "DNSQueryLogs": "azure.dns",
		"AZFWNetworkRule": "azure.firewall", "AZFWApplicationRule": "azure.firewall", "AZFWNatRule": "azure.firewall",
		"AZFWNetworkRuleAggregation": "azure.firewall", "AZFWApplicationRuleAggregation": "azure.firewall",
		"AZFWNatRuleAggregation": "azure.firewall", "AZFWThreatIntel": "azure.firewall", "AZFWIdpsSignature": "azure.firewall",
		"AZFWFlowTrace": "azure.firewall", "AZFWFatFlow": "azure.firewall", "AZFWInternalFqdnResolutionFailure": "azure.firewall",
		"AppRequests": "insights.request", "AppDependencies": "insights.dependency", "AppTraces": "insights.trace",
		"AppEvents": "insights.event", "AppExceptions": "insights.exception", "AppPageViews": "insights.pageview",
		"AppAvailabilityResults": "insights.availability",
		"Update":                 "azure.update", "UpdateSummary": "azure.update",
		"ConfigurationChange": "azure.change", "ConfigurationData": "azure.change",
	}
	for table := range vocab.DefenderTables {
		tables[table] = "defender." + table
	}
	return tables
}

// alike are tables with the columns of another one: only their name tells them
// from it.
var alike = map[string]string{
	"DeviceBehaviorInfo": "defender.BehaviorInfo", "DeviceBehaviorEntities": "defender.BehaviorEntities",
	"SentinelBehaviorInfo": "defender.BehaviorInfo",
}

// TestNetworkTables checks that a record with all columns of a table is of its
// source, dated and whole in every export, whether it names its table or not.
func TestNetworkTables(t *testing.T) {
	schemas := tableSchemas(t)
	seen := 0
	for table, want := range networkTables() {
		columns := schemas[table]
		if len(columns) == 0 {
			continue // of hunting only
		}
		seen++
		for i, s := range tableShapes {
			want := want
			if other := alike[table]; other != "" && !s.typed {
				want = other
			}
			src, dated, lost := readTable(t, table, columns, i)
			if src != want || !dated || len(lost) > 0 {
				t.Errorf("%s, %s: %s (want %s), dated %v, lost %v", table, s.name, src, want, dated, lost)
			}
		}
	}
	if seen < 70 {
		t.Errorf("%d tables", seen)
	}
}

// TestEveryTable builds a record of each documented table: one that names its
// table has a source, is dated and whole; one that doesn't is taken by no source
// of another table.
func TestEveryTable(t *testing.T) {
	own := networkTables()
	families := []string{"azure.flow", "azure.dns", "azure.firewall", "azure.update", "azure.change", "insights.", "defender.", "loganalytics."}
	taken := map[string][]string{}
	for table, columns := range tableSchemas(t) {
		if table == "AzureDiagnostics" || table == "Perf" { // the schema leaves TimeGenerated or Type out
			columns = append(columns, tableColumn{"TimeGenerated", "datetime"}, tableColumn{"Type", "string"})
		}
		for i, s := range tableShapes {
			src, dated, lost := readTable(t, table, columns, i)
			switch {
			case s.typed && (src == Unknown.Name || !dated || len(lost) > 0):
				t.Errorf("%s, %s: %s, dated %v, lost %v", table, s.name, src, dated, lost)
			case !s.typed && len(lost) > 0:
				t.Errorf("%s, %s: %s, lost %v", table, s.name, src, lost)
			case !s.typed && own[table] == "" && alike[table] != src && ofFamily(src, families):
				t.Errorf("%s, %s: taken by %s", table, s.name, src)
			}
			if i < 2 {
				name := src
				if family, _, ok := strings.Cut(src, "."); ok && (family == "loganalytics" || family == "defender") {
					name = family + "."
				}
				taken[s.name+" "+name] = append(taken[s.name+" "+name], table)
			}
		}
	}
	var names []string
	for name := range taken {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		sort.Strings(taken[name])
		t.Logf("%s (%d): %s", name, len(taken[name]), strings.Join(taken[name], " "))
	}
}

func ofFamily(src string, families []string) bool {
	for _, f := range families {
		if strings.HasPrefix(src, f) {
			return true
		}
	}
	return false
}
