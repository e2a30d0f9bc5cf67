package source

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"hotwash/analyze/event"
)

// tableColumn is a column of a Log Analytics table.
type tableColumn struct{ name, kind string }

// tableSchemas are the columns of all Log Analytics tables, from real data.
func tableSchemas(t *testing.T) map[string][]tableColumn {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus(t, "microsoft/loganalytics-schemas"), "la_table_schemas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]tableColumn{}
	for _, row := range rows[1:] {
		tables[row[0]] = append(tables[row[0]], tableColumn{row[1], strings.ToLower(row[2])})
	}
	return tables
}

// sample is a value of the column's type that no other column has. JSON holds it
// as it stands; a row of a query and a CSV hold dynamic values as text.
func (c tableColumn) sample(i int, table string) string {
	switch {
	case c.name == "Type":
		return table
	case c.kind == "datetime":
		return fmt.Sprintf("2025-03-%02dT%02d:%02d:01.5Z", i%28+1, i/28%24, i/672)
	case c.kind == "dynamic":
		return fmt.Sprintf(`{"k%d":"dynamic %d"}`, i, 1000+i)
	case c.kind == "bool":
		return []string{"true", "false"}[i%2]
	case c.kind == "int", c.kind == "long":
		return fmt.Sprint(70000 + i)
	case c.kind == "real":
		return fmt.Sprintf("%d.25", 70000+i)
	}
	return fmt.Sprintf("text %d", 1000+i)
}

// told is what must be found of a sample.
func (c tableColumn) told(sample string, i int) string {
	if c.kind == "dynamic" {
		return fmt.Sprintf("dynamic %d", 1000+i)
	}
	return sample
}

// emptyCells is the shape of tableEmptyCSV.
const emptyCells = "portal csv of empty cells"

// tableShapes write one record of a table as exports do.
var tableShapes = []struct {
	name    string
	framing *Framing
	typed   bool
	write   func(table string, columns []tableColumn) string
}{
	{"json", jsonFraming, true, tableJSON},
	{"json without Type", jsonFraming, false, tableJSON},
	{"portal csv", csvFraming, true, tableCSV},
	{"portal csv without Type", csvFraming, false, tableCSV},
	{emptyCells, csvFraming, false, tableEmptyCSV},
	{"rows", jsonFraming, true, tableRows},
	{"rows without Type", jsonFraming, false, tableRows},
}

func tableJSON(table string, columns []tableColumn) string {
	var b strings.Builder
	for i, c := range columns {
		value := c.sample(i, table)
		switch c.kind {
		case "dynamic", "bool", "int", "long", "real":
		default:
			value = fmt.Sprintf("%q", value)
		}
		fmt.Fprintf(&b, ",%q:%s", c.name, value)
	}
	return "{" + b.String()[1:] + "}"
}

func tableCSV(table string, columns []tableColumn) string {
	var names, values []string
	for i, c := range columns {
		if c.kind == "datetime" {
			c.name += " [UTC]"
		}
		names = append(names, `"`+c.name+`"`)
		values = append(values, `"`+strings.ReplaceAll(c.sample(i, table), `"`, `""`)+`"`)
	}
	return strings.Join(names, ",") + "\r\n" + strings.Join(values, ",") + "\r\n"
}

// tableEmptyCSV has a time and one more value: as good as every column of a table
// may be empty.
func tableEmptyCSV(table string, columns []tableColumn) string {
	var names, values []string
	for i, c := range columns {
		names = append(names, c.name)
		value := ""
		if c.name == "TimeGenerated" || c.name == "TenantId" {
			value = c.sample(i, table)
		}
		values = append(values, value)
	}
	return strings.Join(names, ",") + "\n" + strings.Join(values, ",") + "\n"
}

func tableRows(table string, columns []tableColumn) string {
	var names, values []string
	for i, c := range columns {
		names = append(names, fmt.Sprintf(`{"name":%q,"type":%q}`, c.name, c.kind))
		values = append(values, fmt.Sprintf("%q", c.sample(i, table)))
	}
	return `{"tables":[{"name":"PrimaryResult","columns":[` + strings.Join(names, ",") + `],"rows":[[` + strings.Join(values, ",") + `]]}]}`
}

// readTable reads the one record that a shape makes of a table, and names the
// columns whose values are lost.
func readTable(t *testing.T, table string, columns []tableColumn, shape int) (src string, dated bool, lost []string) {
	t.Helper()
	s := tableShapes[shape]
	if !s.typed {
		columns = slices.DeleteFunc(slices.Clone(columns), func(c tableColumn) bool { return c.name == "Type" })
	}
	n := 0
	readData(t, s.framing, []byte(s.write(table, columns)), Hints{}, func(_ *Source, e *event.Event, fields []event.Field, err error) {
		if n++; err != nil {
			t.Fatalf("%s, %s: %v", table, s.name, err)
		}
		src, dated = e.Source, e.Time.Dated()
		for i, c := range columns {
			want := c.told(c.sample(i, table), i)
			if s.name == emptyCells && c.name != "TimeGenerated" && c.name != "TenantId" {
				continue
			}
			if !slices.ContainsFunc(fields, func(f event.Field) bool { return strings.Contains(f.Value, want) }) {
				lost = append(lost, c.name)
			}
		}
	})
	if n != 1 {
		t.Fatalf("%s, %s: %d records", table, s.name, n)
	}
	return src, dated, lost
}

// TestIdentityTables checks that a record with all columns of a table is of its
// source, dated and whole in every export, whether it names its table or not.
func TestIdentityTables(t *testing.T) {
	tables := tableSchemas(t)
	for table, want := range identityTables {
		columns := tables[table]
		if len(columns) == 0 {
			t.Errorf("%s: no schema", table)
			continue
		}
		for i := range tableShapes {
			src, dated, lost := readTable(t, table, columns, i)
			if src != want || !dated || len(lost) > 0 {
				t.Errorf("%s, %s: %s (want %s), dated %v, lost %v", table, tableShapes[i].name, src, want, dated, lost)
			}
		}
	}
}

// identityTables are the tables of identities and of Azure's control plane, and
// their sources.
var identityTables = map[string]string{
	"SigninLogs": "entra.signin", "AADNonInteractiveUserSignInLogs": "entra.signin",
	"AADServicePrincipalSignInLogs": "entra.signin", "AADManagedIdentitySignInLogs": "entra.signin",
	"ADFSSignInLogs": "entra.signin", "MicrosoftServicePrincipalSignInLogs": "entra.signin",
	"AuditLogs": "entra.audit", "AADCustomSecurityAttributeAuditLogs": "entra.audit",
	"AADUserRiskEvents": "entra.risk", "AADServicePrincipalRiskEvents": "entra.risk", "AADAgentRiskEvents": "entra.risk",
	"AADRiskyUsers": "entra.riskyuser", "AADRiskyServicePrincipals": "entra.riskyuser", "AADRiskyAgents": "entra.riskyuser",
	"MicrosoftGraphActivityLogs": "graph.activity", "AADGraphActivityLogs": "graph.activity",
	"AzureActivity": "azure.activity", "AZKVAuditLogs": "azure.keyvault", "AzureDevOpsAuditing": "azure.devops",
	"SecurityAlert": "sentinel.alert", "AggregatedSecurityAlert": "sentinel.alert", "SecurityIncident": "sentinel.incident",
}

// TestNoOtherTable checks that the sources of identities and of Azure's control
// plane take no table but theirs, named or not.
func TestNoOtherTable(t *testing.T) {
	own := map[string]bool{}
	for _, src := range identityTables {
		own[src] = true
	}
	taken := map[string][]string{}
	for table, columns := range tableSchemas(t) {
		for i := range tableShapes {
			src, _, _ := readTable(t, table, columns, i)
			if own[src] && identityTables[table] == "" {
				t.Errorf("%s, %s: taken by %s", table, tableShapes[i].name, src)
			}
			if i < 2 && src != Unknown.Name {
				taken[src] = append(taken[src], table)
			}
		}
	}
	var names []string
	for src := range taken {
		names = append(names, src)
	}
	sort.Strings(names)
	for _, src := range names {
		sort.Strings(taken[src])
		t.Logf("%s: %s", src, strings.Join(slices.Compact(taken[src]), " "))
	}
}
