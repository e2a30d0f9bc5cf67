package source

import (
	"strings"
	"testing"
)

// FuzzIdentity gives the sources of identities and of Azure's control plane
// hostile values in the fields they look at.
func FuzzIdentity(f *testing.F) {
	for _, kind := range []string{
		`{"createdDateTime":"V","appId":"V","status":"V","conditionalAccessStatus":"V","location":"V","deviceDetail":"V"}`,
		`{"ResultType":"V","AppId":"V","CorrelationId":"V","UserPrincipalName":"V","Status_string":"V","DeviceDetail":"V","Category":"V"}`,
		`{"CreatedDateTime":"V","AppId":"V","Status":{"ErrorCode":"V"},"Location":{"City":"V"}}`,
		`{"category":"SignInLogs","time":"V","properties":{"status":{"errorCode":"V"},"createdDateTime":"V","id":"V"}}`,
		`{"Date (UTC)":"V","Request ID":"V","Application":"V","Status":"V","Location":"V, V, V"}`,
		`{"Date (UTC)":"V","Activity":"V","ActorType":"App","Service":"V","Target1Type":"V","Target1ModifiedProperty1Name":"V","Target1ModifiedProperty1NewValue":"V","AdditionalDetail9Value":"V"}`,
		`{"ActivityDisplayName":"V","LoggedByService":"V","Result":"V","InitiatedBy":{"User":{"Id":"V"}},"TargetResources":"V"}`,
		`{"riskEventType":"V","detectedDateTime":"V","activityDateTime":"V","additionalInfo":"V"}`,
		`{"category":"RiskyUsers","properties":{"riskState":"V","riskLastUpdatedDateTime":"V","id":"V"}}`,
		`{"RequestMethod":"V","RequestUri":"V","ResponseStatusCode":"V","Wids":"","ResponseSizeBytes":"V"}`,
		`{"RequestMethod":"GET","RequestUri":"https://V/V(V)/V?V","ResponseStatusCode":"V","SignInActivityId":"V"}`,
		`{"eventTimestamp":"V","operationName":{"value":"V"},"caller":"V","claims":{"idtyp":"V"},"operationId":"V","resourceId":"V","status":{"value":"V"}}`,
		`{"OperationNameValue":"V","ActivityStatusValue":"V","Claims":"V","Claims_d":"V","OperationId":"V"}`,
		`{"Operation name":"V","Event category":"V","Event initiated by":"V","Time":"V","Time stamp":"V"}`,
		`{"category":"AuditEvent","operationName":"V","properties":{"requestUri":"V","httpStatusCode":"V"},"time":"V"}`,
		`{"Category":"AuditEvent","ResourceType":"VAULTS","requestUri_s":"https://V/secrets/V/V","identity_claim_http_upn_s":"V"}`,
		`{"actionId":"V","scopeType":"V","actorUserId":"V","timestamp":"V","data":"V","category":"V"}`,
		`{"buildNumber":"V","queueTime":"V","status":"V","definition":{"id":"V"},"result":"V","requestedFor":{"uniqueName":"V"}}`,
		`{"SystemAlertId":"V","AlertName":"V","ProviderName":"V","StartTime":"V","Entities":[{"$id":"V","Type":"V","Name":"V"},{"Type":"ip","Address":"V"}]}`,
		`{"SystemAlertId":"V","AlertName":"V","ProviderName":"V","Entities":"V"}`,
		`{"IncidentNumber":"V","IncidentName":"V","FirstActivityTime":"V","CreatedTime":"V","Owner":"V"}`,
		`{"id":"V","properties":{"incidentNumber":"V","title":"V","id":"V"}}`,
	} {
		for _, v := range []string{"", "0", "1", `{}`, `[{`, "@{a=b; c=", "@{", "9999999999999999999", "2024-01-01T00:00:00Z", "::ffff:1.2.3.4", "a@b", "/", "((", "00000000-0000-0000-0000-000000000000"} {
			f.Add(kind, v)
		}
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		e, _, ok := readHostile(t, strings.ReplaceAll(kind, "V", value))
		if !ok {
			return
		}
		if e.PartOf != "" && e.Operation == "" {
			t.Error("part of an operation without a name")
		}
	})
}

// BenchmarkIdentity reads the fixtures of each source of identities and of
// Azure's control plane, many times over.
func BenchmarkIdentity(b *testing.B) {
	for _, file := range []string{
		"entra.signin/kinds-graph.ndjson", "entra.signin/kinds-loganalytics.ndjson", "entra.signin/kinds-portal-users.csv",
		"entra.signin/diagnostic.ndjson", "entra.audit/shapes-graph.ndjson", "entra.audit/loganalytics.ndjson",
		"entra.audit/diagnostic.ndjson", "entra.risk/loganalytics.ndjson", "graph.activity/loganalytics.ndjson",
		"azure.activity/loganalytics.ndjson", "azure.activity/storage.ndjson", "azure.keyvault/diagnostic.ndjson",
		"azure.devops/loganalytics.ndjson", "sentinel.alert/loganalytics.ndjson", "sentinel.incident/loganalytics.ndjson",
	} {
		b.Run(file, func(b *testing.B) { benchFixture(b, file) })
	}
}
