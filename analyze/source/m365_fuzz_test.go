package source

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hotwash/analyze/event"
)

// FuzzAudit gives the sources of Microsoft 365 hostile values in the fields
// that they look at. A record is an event or a reject, counts and parts make
// sense, and no value is lost.
func FuzzAudit(f *testing.F) {
	for _, kind := range []string{
		`{"CreationTime":"V","Operation":"V","RecordType":21,"Workload":"CRM","Message":"ExportToExcel","QueryResults":"V","CorrelationId":"V","Fields":"V"}`,
		`{"CreationTime":"V","Operation":"V","RecordType":"V","UserKey":"V","Id":"V","ClientIP":"V","ResultStatus":"V","ObjectId":"V"}`,
		`{"CreationTime":"V","Operation":"MailItemsAccessed","RecordType":50,"UserKey":"V","OperationCount":"V","OperationProperties":[{"Name":"IsThrottled","Value":"V"}]}`,
		`{"CreationTime":"V","Operation":"UpdateInboxRules","RecordType":2,"UserKey":"V","OperationProperties":[{"Name":"RuleActions","Value":"V"},{"Name":"RuleId","Value":"V"}]}`,
		`{"CreationTime":"V","Operation":"x","RecordType":256,"UserKey":"V","JsonPropertiesCollection":"V","PropertyCollection":[{"Name":"powerplatform.analytics.resource.V.id","Value":"V"},{"Name":"enduser.role","Value":"V"}]}`,
		`{"CreationTime":"V","Operation":"x","RecordType":30,"UserKey":"V","FlowDetailsUrl":"V/environments/V/flows/V","AdditionalInfo":"V"}`,
		`{"CreationTime":"V","Operation":"x","RecordType":261,"UserKey":"V","CopilotEventData":{"AccessedResources":["V",{"Id":"V"}]}}`,
		`{"AuditData":{"AdditionalProperties":"V"},"AuditLogRecordType":"V","RecordType":"V"}`,
		`{"auditData":"V","auditLogRecordType":"V","createdDateTime":"V","id":"V"}`,
		`{"properties":{"CreationTime":"V","Operation":"V","RecordType":"V"},"time":"V"}`,
		`{"ActorName":"V","EventOriginalType":"V","EventOriginalUid":"V","Properties":"V","PropertyCollection":"V","TimeGenerated":"V"}`,
		`{"CrmOrganizationUniqueName":"V","Message":"V","SourceRecordId":"V","QueryResults":["V"],"Fields":"V","TimeGenerated [Local Time]":"V"}`,
		`{"ActorName":"V","LLMEventData":"V","RecordId":"V","RecordType":"V","AppHost":"V"}`,
		`{"OfficeWorkload":"V","Operation":"V","RecordType":"V","Folders":"V","OfficeId":"V"}`,
		`{"auditid":"V","createdon":"V","action":"V","operation":"V","_callinguserid_value":"V"}`,
		`{"LogType":"V","TableName":"V","LogRecId":"V","TableRecId":"V","FormattedData":"V","LogCreatedDateTime":"V"}`,
	} {
		for _, v := range []string{"", "-", "-1", `{}`, `[{}]`, `{\"a\":1}`, "a,b,,", "9999999999999999999", "/providers/", "2024-01-01T00:00:00Z", "::ffff:1.2.3.4", "00000000-0000-0000-0000-000000000000"} {
			f.Add(kind, v)
		}
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		text := strings.ReplaceAll(kind, "V", value)
		if !strings.HasPrefix(text, "{") { // what the cutter gives is no shorter
			return
		}
		var e event.Event
		p := NewParser(Hints{})
		c := Chunk{Text: text, Spans: []Span{{Kind: SpanRecord, End: int32(len(text))}}, Known: &Known{}}
		s, fields, err := p.Read(jsonFraming, &c, 0, &e)
		if err != nil {
			if _, ok := err.(*SyntaxError); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if s != m365UAL && s != dataverseAudit && s != dynamicsFinance {
			return
		}
		if e.Count < 0 {
			t.Errorf("count %d", e.Count)
		}
		for _, part := range []string{e.Operation, e.Actor, e.TargetID, e.TargetName, e.PartOf, e.RecordID} {
			if !utf8.ValidString(part) {
				t.Errorf("%q is no text", part)
			}
		}
		var before []event.Field
		r := Record{parser: NewParser(Hints{})}
		if r.parser.flatten(&r, text) == nil {
			before = slices.Clone(r.Fields)
		}
		for _, b := range before {
			if utf8.ValidString(b.Value) && !slices.ContainsFunc(fields, func(f event.Field) bool { return f.Value == b.Value && f.Null == b.Null }) {
				// JSON text that was unwrapped stands as its leaves.
				if b.Name == "AuditData" || b.Name == "auditData" || b.Name == "AuditData.AdditionalProperties" || b.Name == "properties" {
					continue
				}
				t.Errorf("%s = %q is lost", b.Name, b.Value)
			}
		}
	})
}
