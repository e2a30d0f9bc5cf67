package source

import (
	"slices"
	"strings"
	"time"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// auditTable is the Log Analytics table of audit records that a row is of,
// empty if it is of none. A row that doesn't name its table shows it by columns
// that no other table has.
func auditTable(r *Record) string {
	if r.Has("TimeGenerated") || r.Has("TimeGenerated [Local Time]") { // else Type is no table
		if table := r.logTable(); isAuditTable(table) {
			return table
		}
	}
	if table := tableOfColumns(r, r.HasAll); table != "" || r.Known == nil {
		return table
	}
	return tableOfColumns(r, r.HasColumns)
}

// tableOfColumns tells the table by what the row has: fields, or columns, of
// which any may be empty.
func tableOfColumns(r *Record, has func(...string) bool) string {
	switch {
	case has("CrmOrganizationUniqueName", "Message"):
		if has("OfficeWorkload") {
			return vocab.DynamicsTable
		}
		return vocab.DataverseTable
	case has("OfficeWorkload", "Operation", "RecordType"):
		return vocab.OfficeTable
	case !has("ActorName"):
		return ""
	case has("LLMEventData"), r.HasUnder("LLMEventData"):
		return vocab.CopilotTable
	case has("EventOriginalType"):
		return activityTable(r)
	}
	return ""
}

func isAuditTable(name string) bool {
	_, ok := vocab.AuditRecordTypes[name]
	return ok
}

// activityColumns tell the tables apart that have an EventOriginalType.
var activityColumns = []struct{ column, table string }{
	{"PbiWorkspaceName", vocab.PowerBITable}, {"DatasetName", vocab.PowerBITable},
	{"ProjectEntity", vocab.ProjectTable}, {"ProjectAction", vocab.ProjectTable},
	{"IsPolicyHit", vocab.CommunicationsTable}, {"SRPolicyId", vocab.CommunicationsTable},
	{"FlowDetailsUrl", vocab.PowerAutomateTable}, {"FlowConnectorNames", vocab.PowerAutomateTable},
	{"SharingPermission", vocab.PowerAutomateTable}, {"LicenseDisplayName", vocab.PowerAutomateTable},
	{"ConnectorId", vocab.ConnectorTable}, {"PolicyName", vocab.DataPolicyTable}, {"TargetAppName", vocab.PowerAppsTable},
}

// activityTable: a row may lack every column that tells, where its export leaves
// empty columns out. Then it is of the table of administration, unless its record
// type says what it is.
func activityTable(r *Record) string {
	for _, has := range []func(...string) bool{r.HasAll, r.HasColumns} {
		for _, c := range activityColumns {
			if has(c.column) {
				return c.table
			}
		}
	}
	return vocab.PowerPlatformTable
}

// rowCollected are the columns that Log Analytics adds to every table: they say
// how the row was collected, not what happened.
var rowCollected = map[string]bool{
	"TenantId": true, "Type": true, "$table": true, "SourceSystem": true, "MG": true,
	"ManagementGroupName": true, "_BilledSize": true, "_IsBillable": true, "_ItemId": true, "_ResourceId": true,
	"_SubscriptionId": true, "_TimeReceived": true, "_Internal_WorkspaceResourceId": true,
}

// unkeyCollected leaves those columns out of the record.
func unkeyCollected(r *Record, e *event.Event) {
	for i := range r.Fields {
		if n := r.Fields[i].Name; rowCollected[n] && !slices.Contains(e.Unkeyed, n) {
			e.Unkeyed = append(e.Unkeyed, n)
		}
	}
}

// auditRow gives a row the names of AuditData, so that a record is the same
// whether a workspace or an export of the audit log told it. It returns the
// record type that all rows of the table have, zero if they differ.
func auditRow(r *Record, e *event.Event) int {
	e.Shape = shapeLogAnalytics
	table := auditTable(r)
	r.received(e)
	unkeyCollected(r, e)
	if table == vocab.OfficeTable {
		expandAll(r, officeActivityJSON)
		r.beside(vocab.OfficeActivity)
		return 0
	}
	if table == vocab.PowerAutomateTable {
		r.renamed(vocab.FlowColumns)
	}
	expandAll(r, auditRowJSON)
	r.moved("Properties", "PropertyCollection")
	r.moved("LLMEventData", "CopilotEventData")
	r.renamed(vocab.AuditColumns)
	return vocab.AuditRecordTypes[table]
}

// rowTime is when a row says that it happened; the record's own field for it
// is CreationTime.
func rowTime(r *Record, e *event.Event) {
	if !e.Time.Dated() {
		e.Time = r.generated()
	}
	if e.Time.Dated() && !r.Has("CreationTime") {
		r.Add("CreationTime", time.UnixMicro(e.Time.Micros).UTC().Format(vocab.AuditTime))
	}
}

// officeActivityJSON are the columns of OfficeActivity that hold JSON as text,
// auditRowJSON those of the other tables. Properties and LLMEventData are read
// where they are moved.
var (
	officeActivityJSON = []string{
		"Parameters", "OperationProperties", "ModifiedProperties", "ExtendedProperties", "ExtraProperties", "Folders",
		"Folder", "DestFolder", "Item", "AffectedItems", "AppAccessContext", "Actor", "AADTarget", "Members",
		"ArtifactsShared", "Attendees", "SRRuleMatchDetails",
	}
	auditRowJSON = []string{
		"PropertyCollection", "AdditionalInfo", "Fields", "QueryResults", "MembershipInformation", "SharingInformation",
		"SRRuleMatchDetails", "FolderAccessRequests", "OrgAppPermission",
	}
)

func expandAll(r *Record, columns []string) {
	for _, name := range columns {
		r.Expand(name)
	}
}

// moved puts what stands below an object, or in the JSON text of a field, below
// another name. What the record has below that name already stays as it is.
func (r *Record) moved(from, to string) {
	if r.HasUnder(to) {
		r.Expand(from)
		return
	}
	if text, ok := r.Get(from); ok {
		r.flatten(from, to, text)
		return
	}
	for i := range r.Fields {
		if f := &r.Fields[i]; below(f.Name, from) {
			f.Name = to + f.Name[len(from):]
		}
	}
}

// unkeyAnnotations leaves what OData says about types out of the record.
func unkeyAnnotations(r *Record, e *event.Event) {
	for i := range r.Fields {
		if n := r.Fields[i].Name; strings.HasSuffix(n, "@odata.type") && len(e.Unkeyed) < maxOuter {
			e.Unkeyed = append(e.Unkeyed, n)
		}
	}
}
