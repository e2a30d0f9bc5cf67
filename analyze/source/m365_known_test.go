package source

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// TestActivities checks that every activity of the Power Platform and every
// message of Dataverse that Microsoft documents means something, however it is
// spelled.
func TestActivities(t *testing.T) {
	for _, list := range []struct {
		want  event.Action
		names string
	}{
		{event.Create, "CreatePowerApp,CreateFlow,BotCreate,BotComponentCreate,BotComponentCollectionCreate,EnvironmentVariableCreate,AIPluginOperationCreate,SiteCreated,NewEnvironmentGroup,Provisioned environment,Create,Created app,Created flow,CreateCopilotPlugin,CreateCopilotWorkspace,CreateCopilotPromptBook,ListItemCreated"},
		{event.Update, "UpdatePowerApp,PatchPowerApp,EditFlow,BotUpdateOperation-BotIconUpdate,BotUpdateOperation-BotNameUpdate,BotComponentUpdate,UpdateEnvironmentGroup,Upgraded environment,Update,Edited app,UpdateCopilotPlugin"},
		{event.Delete, "DeletePowerApp,DeletePowerAppVersion,AdminDeleteApp,DeleteFlow,BotDelete,BotDeleteCleanup,BotComponentDelete,EnvironmentVariableDelete,SiteDeleted,DeleteEnvironmentGroup,Deleted environment,Hard-deleted environment,Reset environment,Delete,Deleted flow,DeleteCopilotPromptBook"},
		{event.BulkDelete, "BulkDelete,DeleteMultiple"},
		{event.Execute, "LaunchPowerApp,Launched app,CopilotInteraction,AIAppInteraction"},
		{event.Publish, "PublishPowerApp,PublishSolutionCanvasAppVersion,BotUpdateOperation-BotPublish,BotPublish,Published app"},
		{event.Restore, "PromotePowerAppVersion,AdminRestoreDeletePowerApp,Recovered environment,Restored environment"},
		{event.Import, "ImportNewCanvasApp,ImportExistingCanvasApp"},
		{event.Export, "ExportToExcel,ExportPdfDocument,ExportWordDocument,Copied environment,Backed up environment"},
		{event.Quarantine, "AdminQuarantineApp"},
		{event.Consent, "RecordScopesConsent,AdminSetAppBypassConsent,IsvContractConsent"},
		{event.Share, "BotShare,BotUpdateOperation-BotShare,GrantAccess,ModifyAccess"},
		{event.Unshare, "RevokeAccess"},
		{event.Upload, "UploadDocument"},
		{event.Read, "Retrieve,ExecutePowerBISql"},
		{event.List, "RetrieveMultiple"},
		{event.SignIn, "UserSignIn"},
		{event.PermissionChange, "PowerAppPermissionEdited,PowerAppPermissionDeleted,AdminModifyAppOwner,AdminModifyAppPermissions,PutPermissions,DeletePermissions,Edited flow permissions,Deleted flow permissions,PutConnectionPermission,SiteVisibilityUpdated,Assign,Associate,Disassociate"},
		{event.ConnectorChange, "PutConnection,DeleteConnection,PutConnectorApi,PatchConnectorApi,DeleteConnectorApi,PutGateway"},
		{event.RoleChange, "ApplyAdminRole"},
		{event.CredentialChange, "WebsiteAuthenticationKeyUpdated,BotUpdateOperation-BotAuthUpdate,CMK-Renewed environment,CMK-Reverted environment"},
		{event.PolicyChange, "CreateDlpPolicy,UpdateDlpPolicy,DeleteDlpPolicy,GovernanceApiPolicyOperation,Create Custom Connector Patterns,UpdateConnectorConfigurations,Delete Exempt Resources,Create connector blocking policy,Update connector blocking policy,Delete connector blocking policy,CreateDefaultConnectorSetting,TenantIsolationOperation,CreateRuleSetOperation,UpdateRuleSetOperation,DeleteRuleSetOperation,CreateRuleBasedPolicyOperation,CreateRuleBasedPolicyAssignmentOperation,UpdateRuleBasedPolicyOperation,DeleteRuleBasedPolicyAssignmentOperation,BillingPolicyCreate,BillingPolicyUpdate,BillingPolicyDelete,IPRestrictionsAdded,IPRestrictionsDeleted,AnonymousSettingExceptionListChanged,AdminSetAppConditionalAccess,AdminSetAllowedThirdPartyApps"},
		{event.ConfigChange, "EnvironmentPropertyChange,Changed property on environment,Moved environment,Converted environment type,EnvironmentAddedToEnvironmentGroup,EnvironmentRemovedFromEnvironmentGroup,SiteShutDown,SiteRestarted,WAFEnabled,WAFDisabled,CustomDomainConnected,BotAppInsightsUpdate,EnvironmentVariableUpdate,MarkPowerAppAsHero,MarkPowerAppAsFeatured,RemoveHeroApp,RemoveFeaturedApp,AdminSetAppAsFeatured,AdminSetAppDesiredLogicalName,AppDlpEvaluationResultChange,EnableCopilotPlugin,DisableCopilotWorkspace,UpdateCopilotSettings"},
		{event.AccessApproval, "LockboxRequestOperation"},
		{event.AuditTamper, "DiagnosticLogsDisabled,DeleteAuditData,DeleteRecordChangeHistory,Disable Organization Audit,User Access Audit is disabled on the organization"},
	} {
		for name := range strings.SplitSeq(list.names, ",") {
			for _, spelled := range []string{name, strings.ToUpper(name), strings.ToLower(name) + " "} {
				if got := auditAction(spelled, recordPowerPlatform); got != list.want {
					t.Errorf("%q is %s, want %s", spelled, got, list.want)
				}
			}
		}
	}
}

// TestCountsAndParts checks how many occurrences a record stands for, and which
// records tell one event together.
func TestCountsAndParts(t *testing.T) {
	read := func(file string) (all []event.Event) {
		readFile(t, filepath.Join(fixtures, filepath.FromSlash(file)), func(_ *Source, e *event.Event, _ []event.Field, err error) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, *e)
		})
		return all
	}
	var counts []int64
	for _, e := range append(read("m365.ual/mail.ndjson")[:4], read("m365.ual/dataverse.ndjson")[:4]...) {
		counts = append(counts, e.Count)
	}
	if d := cmp.Diff([]int64{2, 0, 0, 0, 4, 0, 2, 0}, counts); d != "" {
		t.Error(d)
	}
	parts := map[string]int{}
	for _, e := range read("m365.ual/dataverse.ndjson") {
		parts[e.PartOf]++
	}
	want := map[string]int{"": 13, "5e000000-0000-4000-8000-00000000e009|create|systemuser|0d000000-0000-4000-8000-00000000e00b|https://example.crm.dynamics.com/|0d000000-0000-4000-8000-00000000e008": 2}
	if d := cmp.Diff(want, parts); d != "" {
		t.Error(d)
	}
}

// enveloped is a PropertyCollection of the documentation in a record.
func enveloped(t *testing.T, file string) []byte {
	t.Helper()
	list, err := os.ReadFile(filepath.Join(corpus(t, "microsoft/docs-samples"), file))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(`{"Id":"1","CreationTime":"2025-07-18T12:26:46","Operation":"x","RecordType":256,"Workload":"PowerPlatform","UserId":"x@example.com","PropertyCollection":` + string(list) + "}\n")
}

// TestDocumentedRecords reads the examples of Microsoft's documentation.
func TestDocumentedRecords(t *testing.T) {
	for _, tc := range []struct {
		file string
		want event.Event
	}{
		{"powerplatform-propertycollection-AdminDeleteApp.json", event.Event{
			Operation: "AdminDeleteApp", Action: event.Delete, Outcome: event.Success, SrcIP: "172.172.34.12",
			TargetType: "app", TargetID: "a81399c4-8e32-4460-b0d6-69d7d6c404e5", TargetName: "Test canvas app", ActorType: actorAdmin,
		}},
		{"powerplatform-propertycollection-DeleteDlpPolicy.fixed.json", event.Event{
			Operation: "DeleteDlpPolicy", Action: event.PolicyChange, Outcome: event.Success,
			TargetType: "policy", TargetID: "connectorblockingpolicy", TargetName: "ConnectorBlockingPolicy", ActorType: actorAdmin,
		}},
		{"constructed-lockbox-propertycollection.json", event.Event{
			Operation: "LockboxRequestOperation", Action: event.AccessApproval, Outcome: event.Success, OutcomeCode: "Approved",
			TargetType: "request", TargetID: "11111111-2222-3333-4444-555555555555", TargetName: "MSFT initiated", ActorType: actorAdmin,
		}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			e, _ := readOne(t, enveloped(t, tc.file))
			got := event.Event{
				Operation: e.Operation, Action: e.Action, Outcome: e.Outcome, OutcomeCode: e.OutcomeCode, SrcIP: e.SrcIP,
				TargetType: e.TargetType, TargetID: e.TargetID, TargetName: e.TargetName, ActorType: e.ActorType,
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestInvalidDocumentedRecord: one example is no JSON, as published.
func TestInvalidDocumentedRecord(t *testing.T) {
	data := enveloped(t, "powerplatform-propertycollection-DeleteDlpPolicy.INVALID-JSON-as-published.txt")
	rejects := 0
	p := NewParser(Hints{})
	for c, err := range jsonFraming.Cut(strings.NewReader(string(data)), Hints{}) {
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range c.Spans {
			switch s.Kind {
			case SpanReject:
				rejects++
			case SpanRecord:
				var e event.Event
				if _, _, err := p.Read(jsonFraming, &c, i, &e); err != nil {
					rejects++
					if at := data[s.Offset+int64(err.(*SyntaxError).Offset):]; !strings.HasPrefix(string(at), "admin@") {
						t.Errorf("rejected at %.20q", at)
					}
				} else {
					t.Errorf("read as %s at offset %d", e.Source, e.Offset)
				}
			}
		}
	}
	if rejects != 1 {
		t.Errorf("%d rejects, want 1", rejects)
	}
}

// TestConstructedExports reads exports of documented shape.
func TestConstructedExports(t *testing.T) {
	type line struct{ Source, Shape, Operation, Action, Actor, Target string }
	for _, tc := range []struct {
		file string
		want []line
	}{
		{"constructed-portal-powerplatformadmin.csv", []line{
			{"m365.ual", "loganalytics", "DeletePowerApp", "delete", "admin@contoso.onmicrosoft.com", "a81399c4-8e32-4460-b0d6-69d7d6c404e5"},
		}},
		{"constructed-loganalytics-api-tables.json", []line{
			{"m365.ual", "loganalytics", "DeletePowerApp", "delete", "admin@contoso.onmicrosoft.com", ""},
			{"m365.ual", "loganalytics", "LaunchPowerApp", "execute", "", ""},
		}},
		{"constructed-dataverse-audits-webapi.json", []line{
			{"dataverse.audit", "webapi", "Delete", "delete", "grady archie", "10000000-0000-0000-0000-000000000001"},
		}},
		{"constructed-ual-recordtype256.jsonl", []line{
			{"m365.ual", "auditdata", "AdminDeleteApp", "delete", "admin@m365ds679477.onmicrosoft.com", "a81399c4-8e32-4460-b0d6-69d7d6c404e5"},
		}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(corpus(t, "microsoft/docs-samples"), tc.file))
			if err != nil {
				t.Fatal(err)
			}
			var got []line
			all, _ := readRecords(t, data)
			for _, e := range all {
				got = append(got, line{e.Source, e.Shape, e.Operation, string(e.Action), e.Actor, e.TargetID})
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRealOutcomes holds the outcomes of real records against a count with
// nothing but encoding/csv and encoding/json: the words of ResultStatus, and
// for sign-ins operation and error.
func TestRealOutcomes(t *testing.T) {
	type key struct{ operation, outcome string }
	want, got := map[key]int{}, map[key]int{}
	dir := corpus(t, "microsoft/o365_dataset")
	for _, name := range []string{"search-unifiedauditlog.part01.csv", "search-unifiedauditlog.part02.csv"} {
		readFile(t, filepath.Join(dir, name), func(s *Source, e *event.Event, _ []event.Field, err error) {
			if err != nil || s != m365UAL {
				return
			}
			if e.Operation != "" {
				got[key{e.Operation, string(e.Outcome)}]++
			}
		})
		for _, audit := range auditDataOf(t, filepath.Join(dir, name)) {
			want[key{strings.TrimSpace(audit["Operation"].(string)), plainOutcome(audit)}]++
		}
	}
	sum := 0
	for _, n := range want {
		sum += n
	}
	if sum != 2297+2081 {
		t.Errorf("counted %d records", sum)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func auditDataOf(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.TrimPrefix(string(text), "\ufeff")
	if strings.HasPrefix(plain, "#TYPE") {
		_, plain, _ = strings.Cut(plain, "\n")
	}
	rows, err := csv.NewReader(strings.NewReader(plain)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		var audit map[string]any
		if json.Unmarshal([]byte(row[7]), &audit) == nil {
			all = append(all, audit)
		}
	}
	return all
}

// plainOutcome is the table of what results mean, written once more.
func plainOutcome(audit map[string]any) string {
	text := func(name string) string { s, _ := audit[name].(string); return s }
	switch text("Operation") {
	case "UserLoggedIn":
		return "success"
	case "UserLoginFailed":
		switch text("ErrorNumber") {
		case "16000", "50058", "50072", "50074", "50076", "50079", "50140", "65001":
			return "interrupt"
		}
		return "failure"
	}
	switch text("ResultStatus") {
	case "True", "Success", "Succeeded":
		return "success"
	case "False", "Failure", "Failed":
		return "failure"
	case "PartiallySucceeded":
		return "partial"
	case "":
		return ""
	}
	return "unknown"
}
