package source

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// cell is a column of a row; a dynamic one is JSON.
type cell struct {
	name, value string
	dynamic     bool
}

// told is one record of the audit log and the row of the Log Analytics table
// that tells it.
type told struct {
	name  string
	audit string // AuditData
	table string
	row   []cell
	lacks []string // fields of AuditData that the table has no column for
}

var toldRecords = []told{
	{
		name:  "Power Platform",
		audit: `{"CreationTime":"2025-07-18T12:26:46","Id":"0b8c0001-0000-4000-8000-000000000001","Operation":"DeletePowerApp","OrganizationId":"7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911","RecordType":256,"UserKey":"e5568c4f-0000-4000-8000-000000000002","UserType":0,"Version":1,"Workload":"PowerPlatform","UserId":"Lee@example.com","ResultStatus":"Success","PropertyCollection":[{"Name":"powerplatform.analytics.resource.power_app.display_name","Value":"Leave requests"},{"Name":"powerplatform.analytics.resource.power_app.id","Value":"/providers/Microsoft.PowerApps/apps/A8139900-0000-4000-8000-00000000E004"},{"Name":"powerplatform.analytics.resource.environment.id","Value":"default-7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911"},{"Name":"powerplatform.analytics.operation.is_successful","Value":"True"},{"Name":"enduser.ip_address","Value":"::ffff:203.0.113.40"},{"Name":"user_agent.original","Value":"Mozilla/5.0"},{"Name":"powerplatform.analytics.resource.type","Value":"PowerApp"},{"Name":"powerplatform.analytics.activity.name","Value":"AdminDeleteApp"},{"Name":"enduser.id","Value":"888c1bf5-0000-4000-8000-00000000e003"},{"Name":"enduser.principal_name","Value":"lee@example.com"},{"Name":"enduser.role","Value":"Admin"}],"JsonPropertiesCollection":"{}"}`,
		table: vocab.PowerPlatformTable,
		row: []cell{
			{"TenantId", "f0f0f0f0-0000-4000-8000-0000000000f0", false},
			{"TimeGenerated", "2025-07-18T12:26:46Z", false},
			{"ActorName", "Lee@example.com", false},
			{"ActorUserId", "e5568c4f-0000-4000-8000-000000000002", false},
			{"ActorUserType", "Regular", false},
			{"EnvironmentId", "default-7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911", false},
			{"EventOriginalType", "DeletePowerApp", false},
			{"EventOriginalUid", "0b8c0001-0000-4000-8000-000000000001", false},
			{"EventResult", "Success", false},
			{"OrganizationId", "7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911", false},
			{"PropertyCollection", `[{"Name":"powerplatform.analytics.resource.power_app.display_name","Value":"Leave requests"},{"Name":"powerplatform.analytics.resource.power_app.id","Value":"/providers/Microsoft.PowerApps/apps/A8139900-0000-4000-8000-00000000E004"},{"Name":"powerplatform.analytics.resource.environment.id","Value":"default-7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911"},{"Name":"powerplatform.analytics.operation.is_successful","Value":"True"},{"Name":"enduser.ip_address","Value":"::ffff:203.0.113.40"},{"Name":"user_agent.original","Value":"Mozilla/5.0"},{"Name":"powerplatform.analytics.resource.type","Value":"PowerApp"},{"Name":"powerplatform.analytics.activity.name","Value":"AdminDeleteApp"},{"Name":"enduser.id","Value":"888c1bf5-0000-4000-8000-00000000e003"},{"Name":"enduser.principal_name","Value":"lee@example.com"},{"Name":"enduser.role","Value":"Admin"}]`, true},
			{"RecordType", "PowerPlatformAdministratorActivity", false},
			{"Workload", "PowerPlatform", false},
		},
		lacks: []string{"Version", "JsonPropertiesCollection"},
	},
	{
		name:  "Dataverse",
		audit: `{"CreationTime":"2025-07-18T12:26:46","Id":"0b8c0002-0000-4000-8000-000000000001","Operation":"CrmDefaultActivity","OrganizationId":"7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911","RecordType":21,"UserKey":"10032001A1B2C3D4","UserType":0,"Version":1,"Workload":"CRM","UserId":"Lee@example.com","ResultStatus":"Success","ClientIP":"203.0.113.41","ObjectId":"https://example.crm.dynamics.com/api","CrmOrganizationUniqueName":"org7d3b1c52","InstanceUrl":"https://example.crm.dynamics.com/","ItemUrl":"https://example.crm.dynamics.com/main.aspx?etn=account","ItemType":"account","UserAgent":"Mozilla/5.0","Fields":[{"Name":"accountid","Value":"0d000000-0000-4000-8000-00000000e006"},{"Name":"name","Value":"Contoso, Ltd."}],"EntityId":"0d000000-0000-4000-8000-00000000e006","EntityName":"account","Message":"ExportToExcel","Query":"<fetch><entity name='account'/></fetch>","QueryResults":"0d000000-0000-4000-8000-00000000e006,0d000000-0000-4000-8000-00000000e016,0d000000-0000-4000-8000-00000000e026","CorrelationId":"5e000000-0000-4000-8000-00000000e009","ServiceContextId":"5c000000-0000-4000-8000-00000000e00a","ServiceContextIdType":"Session","ServiceName":"Dynamics365","SystemUserId":"0d000000-0000-4000-8000-00000000e008","UserUpn":"Lee@example.com"}`,
		table: vocab.DataverseTable,
		row: []cell{
			{"TenantId", "f0f0f0f0-0000-4000-8000-0000000000f0", false},
			{"TimeGenerated", "2025-07-18T12:26:46Z", false},
			{"ClientIp", "203.0.113.41", false},
			{"CorrelationId", "5e000000-0000-4000-8000-00000000e009", false},
			{"CrmOrganizationUniqueName", "org7d3b1c52", false},
			{"EntityId", "0d000000-0000-4000-8000-00000000e006", false},
			{"EntityName", "account", false},
			{"Fields", `[{"Name":"accountid","Value":"0d000000-0000-4000-8000-00000000e006"},{"Name":"name","Value":"Contoso, Ltd."}]`, true},
			{"InstanceUrl", "https://example.crm.dynamics.com/", false},
			{"ItemType", "account", false},
			{"ItemUrl", "https://example.crm.dynamics.com/main.aspx?etn=account", false},
			{"Message", "ExportToExcel", false},
			{"Operation", "CrmDefaultActivity", false},
			{"OrganizationId", "7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911", false},
			{"OriginalObjectId", "https://example.crm.dynamics.com/api", false},
			{"Query", "<fetch><entity name='account'/></fetch>", false},
			{"QueryResults", "0d000000-0000-4000-8000-00000000e006,0d000000-0000-4000-8000-00000000e016,0d000000-0000-4000-8000-00000000e026", false},
			{"ResultStatus", "Success", false},
			{"ServiceContextId", "5c000000-0000-4000-8000-00000000e00a", false},
			{"ServiceContextIdType", "Session", false},
			{"ServiceName", "Dynamics365", false},
			{"SourceRecordId", "0b8c0002-0000-4000-8000-000000000001", false},
			{"SystemUserId", "0d000000-0000-4000-8000-00000000e008", false},
			{"UserAgent", "Mozilla/5.0", false},
			{"UserId", "Lee@example.com", false},
			{"UserKey", "10032001A1B2C3D4", false},
			{"UserType", "Regular", false},
			{"UserUpn", "Lee@example.com", false},
		},
		lacks: []string{"Version", "RecordType", "Workload"},
	},
	{
		name:  "mail read",
		audit: `{"CreationTime":"2025-07-18T12:26:46","Id":"0b8c0003-0000-4000-8000-000000000001","Operation":"MailItemsAccessed","OrganizationId":"7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911","RecordType":50,"UserKey":"10032001A1B2C3D4","UserType":2,"Version":1,"Workload":"Exchange","UserId":"Ada.Ruiz@example.com","ResultStatus":"Succeeded","ClientIPAddress":"203.0.113.24","ClientInfoString":"Client=REST;;","MailboxGuid":"0f2b2a50-8c11-4b0e-9a53-000000000001","MailboxOwnerUPN":"Ada.Ruiz@example.com","LogonType":2,"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}],"Folders":[{"Id":"LgAAAAB","Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<1@example.com>"},{"InternetMessageId":"<2@example.com>"}]}]}`,
		table: vocab.OfficeTable,
		row: []cell{
			{"TenantId", "f0f0f0f0-0000-4000-8000-0000000000f0", false},
			{"TimeGenerated", "2025-07-18T12:26:46Z", false},
			{"RecordType", "ExchangeItemAggregated", false},
			{"Operation", "MailItemsAccessed", false},
			{"OrganizationId", "7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911", false},
			{"UserType", "Admin", false},
			{"UserKey", "10032001A1B2C3D4", false},
			{"OfficeWorkload", "Exchange", false},
			{"ResultStatus", "Succeeded", false},
			{"UserId", "Ada.Ruiz@example.com", false},
			{"Client_IPAddress", "203.0.113.24", false},
			{"ClientInfoString", "Client=REST;;", false},
			{"MailboxGuid", "0f2b2a50-8c11-4b0e-9a53-000000000001", false},
			{"MailboxOwnerUPN", "Ada.Ruiz@example.com", false},
			{"Logon_Type", "2", false},
			{"OfficeId", "0b8c0003-0000-4000-8000-000000000001", false},
			{"OperationProperties", `[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}]`, true},
			{"Folders", `[{"Id":"LgAAAAB","Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<1@example.com>"},{"InternetMessageId":"<2@example.com>"}]}]`, true},
		},
		lacks: []string{"Version"},
	},
}

// exportShapes are the ways in which one record reaches an analyst.
var exportShapes = []struct {
	name  string
	row   bool // of a Log Analytics table
	write func(told) []byte
}{
	{"1 portal CSV", false, func(r told) []byte {
		return csvFile(vocab.PortalColumns, []string{r.get("Id"), "7/18/2025 12:26:46 PM", r.get("RecordType"), r.get("Operation"), r.get("UserId"), r.audit, "", ""})
	}},
	{"1 portal CSV before 2023", false, func(r told) []byte {
		return csvFile(vocab.OldPortalColumns, []string{"7/18/2025 12:26:46 PM", r.get("UserId"), r.get("Operation"), r.audit})
	}},
	{"2 cmdlet CSV", false, func(r told) []byte {
		return append([]byte("#TYPE Deserialized.Microsoft.Exchange.Data.ApplicationLogic.UnifiedAuditLogEvent\r\n"), r.cmdletCSV("18/07/2025 12:26:46")...)
	}},
	{"2 cmdlet CSV in UTF-16", false, func(r told) []byte { return utf16LE(r.cmdletCSV("7/18/2025 12:26:46 PM")) }},
	{"2 cmdlet JSON", false, func(r told) []byte {
		return mustJSON([]any{map[string]any{
			"RecordType": vocab.RecordType(r.number()), "CreationDate": "/Date(1752841606000)/", "UserIds": r.get("UserId"),
			"Operations": r.get("Operation"), "AuditData": r.audit, "ResultIndex": 1, "ResultCount": 1, "Identity": r.get("Id"),
			"IsValid": true, "ObjectState": 0,
		}})
	}},
	{"3 Management API lines", false, func(r told) []byte { return []byte(r.audit + "\n") }},
	{"3 Management API array", false, func(r told) []byte { return []byte("[" + r.audit + "]") }},
	{"4 Graph", false, func(r told) []byte {
		typed := `{"@odata.type":"#microsoft.graph.security.defaultAuditRecord",` + r.audit[1:]
		return mustJSON(map[string]any{"@odata.context": "x", "value": []any{r.graph(json.RawMessage(typed))}})
	}},
	{"4 Graph, PowerShell's module", false, func(r told) []byte {
		return mustJSON([]any{map[string]any{
			"Id": r.get("Id"), "CreatedDateTime": "2025-07-18T12:26:46Z", "AuditLogRecordType": "x", "Operation": r.get("Operation"),
			"ClientIP": "", "UserId": "10032001FFFFFFFF",
			"AuditData": map[string]any{"AdditionalProperties": json.RawMessage(r.audit)},
		}})
	}},
	{"5 query API", true, func(r told) []byte {
		var columns, row []any
		for _, c := range r.row {
			columns, row = append(columns, map[string]any{"name": c.name, "type": "string"}), append(row, c.value)
		}
		return mustJSON(map[string]any{"tables": []any{map[string]any{"name": "PrimaryResult", "columns": columns, "rows": []any{row}}}})
	}},
	{"6 data export", true, func(r told) []byte { return append(mustJSON(r.object(true)), '\n') }},
	{"7 portal CSV of a workspace", true, func(r told) []byte { return r.rowCSV("TimeGenerated [UTC]", "7/18/2025, 12:26:46.000 PM") }},
	{"7 portal CSV in local time", true, func(r told) []byte {
		return r.rowCSV("TimeGenerated [Local Time]", "7/18/2025, 2:26:46.000 PM")
	}},
	{"8 ADX CSV", true, func(r told) []byte { return r.rowCSV("TimeGenerated", "2025-07-18 12:26:46.0000000") }},
	{"9 event hub", true, func(r told) []byte { return mustJSON(map[string]any{"records": []any{r.object(true)}}) }},
	{"9 event hub, AuditData in properties", false, func(r told) []byte {
		return mustJSON(map[string]any{"records": []any{map[string]any{
			"time": "2025-07-18T12:27:00.0000000Z", "category": "Audit.General", "operationName": "x", "properties": json.RawMessage(r.audit),
		}}})
	}},
	{"10 lines with JSON as text", true, func(r told) []byte { return append(mustJSON(r.object(false)), '\n') }},
}

// TestExportShapes checks that a record is one event, and has the same native
// fields, in whatever shape it comes.
func TestExportShapes(t *testing.T) {
	for _, r := range toldRecords {
		want, wantFields := readOne(t, []byte(r.audit+"\n"))
		if want.Source != m365UAL.Name {
			t.Fatalf("%s: read as %s", r.name, want.Source)
		}
		for _, shape := range exportShapes {
			t.Run(r.name+"/"+shape.name, func(t *testing.T) {
				got, fields := readOne(t, shape.write(r))
				if d := cmp.Diff(sameEvent(want), sameEvent(got)); d != "" {
					t.Errorf("event (-bare AuditData +this):\n%s", d)
				}
				lacks := []string(nil)
				if shape.row {
					lacks = r.lacks
				}
				for _, f := range wantFields {
					top, _, _ := strings.Cut(f.Name, ".")
					if !slices.Contains(lacks, top) && !slices.Contains(valuesOf(fields, f.Name), plain(f.Name, f.Value)) {
						t.Errorf("%s = %q, want %q", f.Name, valuesOf(fields, f.Name), plain(f.Name, f.Value))
					}
				}
			})
		}
	}
}

// sameEvent is what an event says, without how it was told.
func sameEvent(e event.Event) event.Event {
	e.Place, e.Shape, e.Unkeyed, e.Seen, e.Warnings, e.Time.Quality = event.Place{}, "", nil, 0, nil, 0
	return e
}

// plain is a value as all shapes have it: tables write kinds by name.
func plain(name, value string) string {
	switch name {
	case "RecordType":
		return vocab.RecordType(recordType(value))
	case "UserType":
		return vocab.UserType(value)
	}
	return value
}

func valuesOf(fields []event.Field, name string) []string {
	var list []string
	for _, f := range fields {
		if f.Name == name {
			list = append(list, plain(name, f.Value))
		}
	}
	return list
}

// readOne reads the one record of a file; the user's zone is two hours east of
// UTC in July.
func readOne(t *testing.T, data []byte) (event.Event, []event.Field) {
	t.Helper()
	all, fields := readRecords(t, data)
	if len(all) != 1 {
		t.Fatalf("%d records, want 1", len(all))
	}
	return all[0], fields[0]
}

func readRecords(t *testing.T, data []byte) (all []event.Event, native [][]event.Field) {
	t.Helper()
	h := Hints{Zone: "Europe/Berlin"}
	v := Detect(data[:min(len(data), headSize)], len(data) <= headSize, h)
	if v.Framing == nil {
		t.Fatalf("%s, %s", v.State, v.Reason)
	}
	readData(t, v.Framing, data, h, func(_ *Source, e *event.Event, fields []event.Field, err error) {
		if err != nil {
			t.Fatal(err)
		}
		one := *e
		one.Unkeyed, one.Warnings = slices.Clone(e.Unkeyed), slices.Clone(e.Warnings)
		all, native = append(all, one), append(native, slices.Clone(fields))
	})
	return all, native
}

// get is a field of AuditData as text.
func (r told) get(name string) string {
	var all map[string]any
	if err := json.Unmarshal([]byte(r.audit), &all); err != nil {
		panic(err)
	}
	switch v := all[name].(type) {
	case string:
		return v
	case nil:
		return ""
	default:
		return string(mustJSON(v))
	}
}

func (r told) number() int { return recordType(r.get("RecordType")) }

func (r told) cmdletCSV(created string) []byte {
	return csvFile(vocab.CmdletColumns, []string{
		"outlook.office365.com", "2850e838-0000-4000-8000-000000000001", "False", vocab.RecordType(r.number()), created,
		r.get("UserId"), r.get("Operation"), r.audit, "1", "1", r.get("Id"), "True", "Unchanged",
	})
}

func (r told) graph(audit json.RawMessage) map[string]any {
	return map[string]any{
		"id": r.get("Id"), "createdDateTime": "2025-07-18T12:26:46Z", "auditLogRecordType": "x", "operation": r.get("Operation"),
		"organizationId": r.get("OrganizationId"), "userType": "regular", "userId": "10032001FFFFFFFF", "service": r.get("Workload"),
		"objectId": "", "userPrincipalName": r.get("UserId"), "clientIp": "", "administrativeUnits": []string{""}, "auditData": audit,
	}
}

// object is the row as an object; dynamic columns are objects or text.
func (r told) object(objects bool) map[string]any {
	row := map[string]any{"Type": r.table}
	for _, c := range r.row {
		row[c.name] = c.value
		if c.dynamic && objects {
			row[c.name] = json.RawMessage(c.value)
		}
	}
	return row
}

func (r told) rowCSV(timeColumn, when string) []byte {
	var columns, row []string
	for _, c := range r.row {
		if c.name == "TimeGenerated" {
			c = cell{timeColumn, when, false}
		}
		columns, row = append(columns, c.name), append(row, c.value)
	}
	return csvFile(columns, row)
}

func csvFile(rows ...[]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll(rows); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func utf16LE(text []byte) []byte {
	data := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(text))) {
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	return data
}
