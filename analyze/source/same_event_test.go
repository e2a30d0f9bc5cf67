package source

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotwash/analyze/event"
)

// shapesOf are the exports of the same records in all shapes: the first is
// compared with the others.
var shapesOf = []struct {
	name   string
	first  string
	others []string
}{
	{"sign-ins of four kinds", "entra.signin/kinds-graph.ndjson", []string{
		"entra.signin/kinds-loganalytics.ndjson", "entra.signin/kinds-rows.json", "entra.signin/kinds-union.csv",
		"entra.signin/kinds-adx.csv", "entra.signin/kinds-eventhub.json", "entra.signin/kinds-powershell.json",
		"entra.signin/kinds-cells.csv", "entra.signin/kinds-portal-users.csv", "entra.signin/kinds-portal-principals.csv",
	}},
	{"directory audits", "entra.audit/shapes-graph.ndjson", []string{
		"entra.audit/shapes-rows.json", "entra.audit/shapes-loganalytics.csv", "entra.audit/shapes-eventhub.json",
		"entra.audit/shapes-powershell.json", "entra.audit/shapes-portal.csv",
	}},
	{"risk detections", "entra.risk/graph.json", []string{
		"entra.risk/loganalytics.ndjson", "entra.risk/diagnostic.ndjson", "entra.risk/collector.csv",
	}},
	{"risky users", "entra.riskyuser/graph.json", []string{"entra.riskyuser/loganalytics.ndjson", "entra.riskyuser/diagnostic.ndjson"}},
	{"requests to Graph", "graph.activity/loganalytics.ndjson", []string{"graph.activity/diagnostic.ndjson", "graph.activity/rows.csv"}},
	{"operations of Azure", "azure.activity/rest.json", []string{
		"azure.activity/loganalytics.ndjson", "azure.activity/rows.csv", "azure.activity/powershell.json",
		"azure.activity/storage.ndjson", "azure.activity/portal.csv",
	}},
	{"requests to a vault", "azure.keyvault/diagnostic.ndjson", []string{
		"azure.keyvault/loganalytics.ndjson", "azure.keyvault/azurediagnostics.ndjson",
	}},
	{"audits of Azure DevOps", "azure.devops/rest.json", []string{
		"azure.devops/pages.json", "azure.devops/loganalytics.ndjson", "azure.devops/portal.csv",
	}},
}

// untold is what an export leaves out: it may be empty there, or known less
// well, and nothing else.
var untold = map[string][]string{
	"entra.signin/kinds-portal-users.csv":      {"host"},
	"entra.signin/kinds-portal-principals.csv": {"host", "actor type"},
	"entra.audit/shapes-portal.csv":            {"id"},
	"azure.activity/storage.ndjson":            {"id", "part of"},
	"azure.activity/portal.csv": {"id", "part of", "time", "operation", "address", "actor id", "actor type",
		"outcome", "code"},
}

// TestSameEvent checks that a record is the same event whatever export it comes
// in. Azure spells names of operations and resources in several capitals, and
// means the same.
func TestSameEvent(t *testing.T) {
	for _, shapes := range shapesOf {
		want := factsOf(t, shapes.first)
		for _, file := range shapes.others {
			t.Run(file, func(t *testing.T) {
				compareFacts(t, file, want, factsOf(t, file))
			})
		}
	}
}

type facts map[string]string

func compareFacts(t *testing.T, file string, want, got []facts) {
	t.Helper()
	if len(got) == 0 {
		t.Fatal("no event")
	}
	for _, g := range got {
		w := sameRecord(g, want)
		if w == nil {
			continue // a record that only this fixture has
		}
		for name, value := range w {
			if g[name] != value && !slices.Contains(untold[file], name) {
				t.Errorf("%s: %s = %q, want %q", g["time"], name, g[name], value)
			}
		}
	}
	for _, w := range want[:min(len(want), 2)] {
		if sameRecord(w, got) == nil && !strings.HasSuffix(file, "-principals.csv") {
			t.Errorf("%s %s is missing", w["time"], w["operation"])
		}
	}
}

// sameRecord is the event that tells of the same record: of that time, or of that
// target where an export tells the time less well.
func sameRecord(f facts, list []facts) facts {
	for _, g := range list {
		if g["time"] == f["time"] {
			return g
		}
	}
	for _, g := range list {
		if g["time"][:min(19, len(g["time"]))] == f["time"][:min(19, len(f["time"]))] {
			return g
		}
	}
	return nil
}

func factsOf(t *testing.T, file string) []facts {
	t.Helper()
	var list []facts
	readFile(t, filepath.Join(fixtures, filepath.FromSlash(file)), func(_ *Source, e *event.Event, _ []event.Field, err error) {
		if err != nil {
			t.Fatal(err)
		}
		at := event.Time{Micros: e.Time.Micros, Quality: event.NewQuality(event.BasisExplicit, event.Micro, 0)}
		list = append(list, facts{
			"source": e.Source, "time": at.String(), "action": string(e.Action), "operation": strings.ToLower(e.Operation),
			"outcome": string(e.Outcome), "code": e.OutcomeCode, "actor": e.Actor, "actor id": e.ActorID,
			"actor type": e.ActorType, "address": e.SrcIP, "host": e.Host, "target type": e.TargetType,
			"target id": strings.ToLower(e.TargetID), "target name": strings.ToLower(e.TargetName), "id": e.RecordID,
			"part of": e.PartOf,
		})
	})
	return list
}

// TestOneOperation checks that the records of one operation of Azure say that
// they belong together, and those of others that they don't.
func TestOneOperation(t *testing.T) {
	for _, file := range []string{"rest.json", "loganalytics.ndjson", "powershell.json", "storage.ndjson"} {
		list := factsOf(t, "azure.activity/"+file)
		if p := list[0]["part of"]; p == "" || list[1]["part of"] != p || list[2]["part of"] != p {
			t.Errorf("%s: one operation is %q, %q and %q", file, p, list[1]["part of"], list[2]["part of"])
		}
		for _, other := range list[3:] {
			if other["part of"] == list[0]["part of"] {
				t.Errorf("%s: %s is part of another operation", file, other["operation"])
			}
			if file == "storage.ndjson" && other["part of"] != "" {
				t.Errorf("without an operation id, %s is part of %s", other["operation"], other["part of"])
			}
		}
	}
}

// TestIdentityNames checks that a rule finds a field of the identity and
// control plane logs under one name, whatever export it comes from.
func TestIdentityNames(t *testing.T) {
	for _, tc := range []struct {
		field, want string
		files       []string // and which record of the first in them tells it
		record      int
	}{
		{"TargetResources.modifiedProperties.Role.TemplateId", `"62e90394-69f5-4237-9190-012177145e10"`, []string{
			"entra.audit/shapes-graph.ndjson", "entra.audit/shapes-rows.json", "entra.audit/shapes-loganalytics.csv",
			"entra.audit/shapes-eventhub.json", "entra.audit/shapes-powershell.json", "entra.audit/shapes-portal.csv"}, 0},
		{"TargetResources.type", "Role", []string{
			"entra.audit/shapes-graph.ndjson", "entra.audit/shapes-rows.json", "entra.audit/shapes-loganalytics.csv",
			"entra.audit/shapes-eventhub.json", "entra.audit/shapes-powershell.json", "entra.audit/shapes-portal.csv"}, 0},
		{"InitiatedBy.user.userPrincipalName", "lea.frei@example.com", []string{
			"entra.audit/shapes-graph.ndjson", "entra.audit/shapes-rows.json", "entra.audit/shapes-loganalytics.csv",
			"entra.audit/shapes-eventhub.json", "entra.audit/shapes-powershell.json", "entra.audit/shapes-portal.csv"}, 0},
		{"properties.targetResources.modifiedProperties.displayName", "Role.TemplateId", []string{"entra.audit/shapes-eventhub.json"}, 0},
		{"LoggedByService", "PIM", []string{
			"entra.audit/shapes-graph.ndjson", "entra.audit/shapes-rows.json", "entra.audit/shapes-eventhub.json", "entra.audit/shapes-portal.csv"}, 0},
		{"ResultType", "50076", signInShapes, 1},
		{"DeviceDetail.deviceId", "5a5a0000-0000-4000-8000-000000000dec", signInShapes, 0},
		{"SessionId", "5a5a0000-0000-4000-8000-0000000005e5", signInShapes, 0},
		{"UniqueTokenIdentifier", "tok-1", signInShapes, 0},
		{"LocationDetails.city", "Zug", signInShapes, 0},
		{"Location", "CH", signInShapes, 0},
		{"MfaDetail.authMethod", "Mobile app notification", signInShapes, 0},
		{"RiskEventType", "anomalousToken", []string{"entra.risk/graph.json", "entra.risk/loganalytics.ndjson", "entra.risk/diagnostic.ndjson", "entra.risk/collector.csv"}, 0},
		{"AdditionalInfo.mitreTechniques", "T1539", []string{"entra.risk/graph.json", "entra.risk/loganalytics.ndjson", "entra.risk/diagnostic.ndjson", "entra.risk/collector.csv"}, 0},
		{"UniqueTokenId", "tok-1", []string{"graph.activity/loganalytics.ndjson", "graph.activity/diagnostic.ndjson", "graph.activity/rows.csv"}, 0},
		{"Claims.uti", "tok-1", azureShapes, 0},
		{"Claims.appid", "04b07795-8ddb-461a-bbee-02f9e1bf7b46", azureShapes, 0},
		{"Authorization.evidence.role", "Contributor", azureShapes, 0},
		{"ResourceProviderValue", "Microsoft.Compute", []string{"azure.activity/rest.json", "azure.activity/powershell.json"}, 0},
		{"OperationName", "Pipelines.PipelineModified", []string{"azure.devops/rest.json", "azure.devops/loganalytics.ndjson", "azure.devops/portal.csv"}, 1},
		{"Data.PipelineName", "Ledger-CI", []string{"azure.devops/rest.json", "azure.devops/loganalytics.ndjson", "azure.devops/portal.csv"}, 1},
		{"sourceVersion", "1f2e3d4c5b6a79880918273645546372819a0b1c", []string{"azure.pipelines/builds.json"}, 0},
		{"Entities.HostName", "KIM-PC", []string{"sentinel.alert/loganalytics.ndjson"}, 0},
		{"ClosedTime", "2024-03-05T15:00:00Z", []string{"sentinel.incident/loganalytics.ndjson"}, 2},
		{"CreatedTime", "2024-03-05T12:20:05Z", []string{"sentinel.incident/loganalytics.ndjson", "sentinel.incident/graph.json", "sentinel.incident/rest.json"}, 0},
	} {
		for _, file := range tc.files {
			if !tells(t, file, tc.record, tc.field, tc.want) {
				t.Errorf("%s, record %d: no %s = %q", file, tc.record, tc.field, tc.want)
			}
		}
	}
}

var (
	signInShapes = []string{
		"entra.signin/kinds-graph.ndjson", "entra.signin/kinds-loganalytics.ndjson", "entra.signin/kinds-rows.json",
		"entra.signin/kinds-union.csv", "entra.signin/kinds-adx.csv", "entra.signin/kinds-eventhub.json",
		"entra.signin/kinds-powershell.json", "entra.signin/kinds-cells.csv", "entra.signin/kinds-portal-users.csv",
	}
	azureShapes = []string{
		"azure.activity/rest.json", "azure.activity/loganalytics.ndjson", "azure.activity/rows.csv",
		"azure.activity/powershell.json", "azure.activity/storage.ndjson",
	}
)

// tells says whether a record of a file has a value; the names of fields are
// compared as rules do, without regard to capitals.
func tells(t *testing.T, file string, record int, field, want string) bool {
	t.Helper()
	found, n := false, 0
	readFile(t, filepath.Join(fixtures, filepath.FromSlash(file)), func(_ *Source, _ *event.Event, fields []event.Field, _ error) {
		found = found || n == record && slices.ContainsFunc(fields, func(f event.Field) bool {
			return strings.EqualFold(f.Name, field) && f.Value == want
		})
		n++
	})
	return found
}
