package detect

import (
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
	"hotwash/analyze/source"
)

func TestAlias(t *testing.T) {
	const audit, signin, mail = "entra.audit", "entra.signin", "m365.ual"
	logsource := map[string]string{
		audit: "product: azure, service: auditlogs", signin: "product: azure, service: signinlogs", mail: "product: m365, service: threat_management",
	}
	for _, tc := range []struct {
		name, source, rule string
		fields             []string
		hit                bool
	}{
		{"own field", audit, "operationName: Add user", []string{"OperationName", "Add user"}, true},
		{"own field and no alias", audit, "operationName: Add user", []string{"OperationName", "x", "ActivityDisplayName", "Add user"}, false},
		{"alias", audit, "operationName: Add user", []string{"ActivityDisplayName", "Add user"}, true},
		{"own field is empty", audit, "operationName: Add user", []string{"OperationName", "", "ActivityDisplayName", "Add user"}, true},
		{"first alias only", audit, "operationName: b", []string{"ActivityDisplayName", "a", "properties.message", "b"}, false},
		{"first alias that has a value", audit, "operationName: b", []string{"ActivityDisplayName", "", "properties.message", "b"}, true},
		{"both ways", audit, "operationName: b\n  ActivityType: b", []string{"properties.message", "b"}, true},
		{"all of a group", audit, "Status: no right", []string{"Result", "failure", "ResultReason", "no right"}, true},
		{"unwrapped", signin, "properties.riskState: atRisk", []string{"RiskState", "atRisk"}, true},
		{"unwrapped, then an alias", signin, "properties.status.errorCode: 50053", []string{"ResultType", "50053"}, true},
		{"a field and a column", signin, "Status: Success", []string{"Status", `{"errorCode":0}`, ":outcome", "success"}, true},
		{"no such column", signin, "Status: Success", []string{"Status", `{"errorCode":1}`, ":outcome", "failure"}, false},
		{"negated", audit, "operationName|neq: Add user", []string{"ActivityDisplayName", "Add user"}, false},
		{"exists", audit, "operationName|exists: true", []string{"ActivityDisplayName", "Add user"}, true},
		{"null", audit, "operationName: null", []string{"ActivityDisplayName", "Add user"}, false},
		{"another source's", mail, "ActivityType: x", []string{"ActivityDisplayName", "x"}, false},
		{"alert", mail, "eventSource: SecurityComplianceCenter\n  eventName: Sent mail\n  status: success",
			[]string{"Workload", "SecurityComplianceCenter", "Operation", "AlertTriggered", "Name", "Sent mail", "Status", "Active", ":outcome", "success"}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rule := parse(t, logsource[tc.source], "s:\n  "+tc.rule+"\ncondition: s")
			m := &memory{batches: map[string][]*event.Columns{tc.source: {batch(tc.source, record{id: 1, at: 1, fields: tc.fields})}}}
			res := run(t, m, rule)
			if len(res.Findings) == 1 != tc.hit {
				t.Fatalf("%d findings", len(res.Findings))
			}
			plain([]*sigma.Rule{rule}, res.Statuses, tc.source, m.batches[tc.source][0], func(*sigma.Rule, int64) { tc.hit = !tc.hit })
			if tc.hit {
				t.Error("the plain matcher says something else")
			}
			for _, f := range res.Findings {
				if len(f.Why) == 0 {
					t.Error("no reason")
				}
			}
		})
	}
}

// An alias is no value of the record itself: keywords find a text once, where it
// stands.
func TestAliasKeyword(t *testing.T) {
	rule := parse(t, "product: azure, service: signinlogs", "k: [failure]\ns: {Status: failure}\ncondition: k and s")
	m := &memory{batches: map[string][]*event.Columns{"entra.signin": {batch("entra.signin", record{1, 1, []string{"ResultType", "1", ":outcome", "failure"}})}}}
	if res := run(t, m, rule); len(res.Findings) != 0 {
		t.Errorf("%v", res.Findings[0].Why)
	}
}

func TestAliasTable(t *testing.T) {
	columns := batch("x").Events
	for src, list := range aliases {
		if !slices.ContainsFunc(source.Table, func(s *source.Source) bool { return s.Name == src }) {
			t.Errorf("%s: no such source", src)
		}
		seen := map[string]bool{}
		for _, a := range list {
			if seen[a.field] {
				t.Errorf("%s: %s twice", src, a.field)
			}
			seen[a.field] = true
			if slices.ContainsFunc(columns, func(c event.Column) bool { return c.Name == a.field }) {
				t.Errorf("%s: %s is an events column", src, a.field)
			}
			for _, group := range a.means {
				if slices.Contains(group, a.field) {
					t.Errorf("%s: %s means itself", src, a.field)
				}
			}
		}
	}
}

// unmatched are public rules of clouds that records can't match, by what they
// ask for: a field, and a value of it; an empty value stands for a field that no
// record at hand has. A row goes when its rule is repaired.
var unmatched = []struct{ file, field, value, why string }{
	{"aws_cloudtrail_guardduty_detector_deleted_or_updated.yml", "requestParameters.enable", "", "no such request at hand; CloudTrail's own name"},
	{"aws_ecs_task_definition_cred_endpoint_query.yml", "requestParameters.containerDefinitions.command", "", "no such request at hand; CloudTrail's own name"},
	{"microsoft365_suspicious_email_delivered.yml", "Directionality", "", "no record of threat intelligence at hand; the record's own name"},
	{"microsoft365_suspicious_email_delivered.yml", "DeliveryAction", "", "no record of threat intelligence at hand; the record's own name"},
	{"azure_app_end_user_consent.yml", "ConsentContext.IsAdminConsent", "", "a name within modifiedProperties, and the record has its value in quotes"},

	{"aws_iam_s3browser_templated_s3_bucket_policy_creation.yml", "requestParameters", `"arn:aws:s3:::<YOUR-BUCKET-NAME>/`, "a text that is to be filled in; who uses the tool's template as it is matches"},
	{"azure_app_uri_modifications.yml", "properties.message", "Update Application Sucess- Property Name AppAddress", "a misspelt heading of a guide, not an operation"},
	{"azure_app_credential_added.yml", "properties.message", "Update application \u2013 Certificates and secrets management", "records end it with a space"},
	{"azure_app_end_user_consent_blocked.yml", "failure_status_reason", "Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions", "records say …Exception"},
	{"azure_guest_to_member.yml", "properties.message", `"displayName":"UserType","oldValue":"[\"Guest\"]","newValue":"[\"Member\"]"`, "JSON where the record has the operation, and not within it"},
	{"azure_privileged_account_creation.yml", "properties.message", "Add user", "asks for a second operation in the same record"},
	{"azure_user_password_change.yml", "Initiatedby", "UPN", "stands for a name that is to be filled in"},
	{"azure_user_password_change.yml", "Target", "UPN", "stands for a name that is to be filled in"},
	{"azure_legacy_authentication_protocols.yml", "Username", "UPN", "stands for a name that is to be filled in"},
	{"azure_legacy_authentication_protocols.yml", "ActivityDetails", "Sign-ins", "the heading of a page of the portal"},
	{"azure_app_device_code_authentication.yml", "properties.message", "Device Code", "only the portal's CSV says so; elsewhere the protocol is deviceCode"},
	{"azure_device_or_configuration_modified_or_deleted.yml", "properties.message", "Delete device", "an operation of the audit log, not of the activity log"},
}

// TestCloudFields counts the public rules of clouds whose fields are all known
// in records: by their own name or by an alias.
func TestCloudFields(t *testing.T) {
	data := dataDir(t)
	known := cloudFields(t, data)
	total, native, aliased := map[string]int{}, map[string]int{}, map[string]int{}
	excused := make([]bool, len(unmatched))
	for _, r := range rulesIn(t, filepath.Join(data, "sigma/rules/cloud")) {
		views := viewsOf(&r.Logsource)
		if len(views) == 0 {
			continue
		}
		src := views[0].sources[0]
		log := describe(&r.Logsource)
		total[log]++
		has := func(f string) bool { return f == "" || strings.HasPrefix(f, columnField) || known[src][f] }
		fields, _ := r.Needs()
		var missing []string
		for _, f := range fields {
			a, _ := aliasOf(src, f)
			if !has(f) && !slices.ContainsFunc(slices.Concat(a.means...), has) {
				missing = append(missing, f)
			}
		}
		switch {
		case len(missing) > 0:
		case slices.ContainsFunc(fields, func(f string) bool { return !has(f) }):
			aliased[log]++
		default:
			native[log]++
		}
		for i, u := range unmatched {
			if u.file != filepath.Base(r.Path) {
				continue
			}
			if at := slices.Index(missing, sigma.Fold(u.field)); at >= 0 && u.value == "" {
				missing = slices.Delete(missing, at, at+1)
				excused[i] = true
			}
			excused[i] = excused[i] || u.value != "" && asks(r.Tree(), sigma.Fold(u.field), u.value)
		}
		if len(missing) > 0 {
			t.Errorf("%s: no record of %s has %v", r.Path, src, missing)
		}
	}
	for i, u := range unmatched {
		if !excused[i] {
			t.Errorf("%s can match by now: %s %q (%s)", u.file, u.field, u.value, u.why)
		}
	}
	for _, log := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%s: %d rules, all fields in records of %d, of %d more by alias", log, total[log], native[log], aliased[log])
	}
}

// asks says whether a rule asks for a text in a field.
func asks(n *sigma.Node, field, text string) bool {
	if n.Is != sigma.Line {
		return slices.ContainsFunc(n.Of, func(n *sigma.Node) bool { return asks(n, field, text) })
	}
	return n.Leaf.Field == field && slices.ContainsFunc(slices.Concat(n.Leaf.Values...), func(t sigma.Test) bool {
		return slices.ContainsFunc(t.Glob, func(p sigma.Part) bool { return p.Op == sigma.Literal && p.Text == text })
	})
}

// cloudFields are the folded names of fields in records of each source: of the
// fixtures, of real logs, and of rows with every column of the tables of Log
// Analytics.
func cloudFields(t *testing.T, data string) map[string]map[string]bool {
	records := map[string][]record{}
	for _, dir := range []string{filepath.Join("..", "..", "testdata", "evidence"), filepath.Join(data, "panther"), filepath.Join(data, "microsoft", "o365_dataset"), filepath.Join(data, "aws")} {
		readRecords(t, dir, records)
	}
	known := map[string]map[string]bool{}
	for src, list := range records {
		known[src] = map[string]bool{}
		for _, r := range list {
			for i := 0; i < len(r.fields); i += 2 {
				known[src][sigma.Fold(r.fields[i])] = true
			}
		}
	}
	for table, src := range map[string]string{
		"AuditLogs": "entra.audit", "SigninLogs": "entra.signin", "AADNonInteractiveUserSignInLogs": "entra.signin", "AzureActivity": "azure.activity",
		"AADUserRiskEvents": "entra.risk", "OfficeActivity": "m365.ual",
	} {
		for _, name := range tableColumns(t, data, table) {
			known[src][sigma.Fold(name)] = true
		}
	}
	return known
}

// tableColumns are the columns of a table of Log Analytics.
func tableColumns(t *testing.T, data, table string) (names []string) {
	f, err := os.Open(filepath.Join(data, "microsoft", "loganalytics-schemas", "la_table_schemas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row[0] == table {
			names = append(names, row[1])
		}
	}
	return names
}
