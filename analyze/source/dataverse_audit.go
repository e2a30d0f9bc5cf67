package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// dataverseAudit is the audit table of a Dataverse environment itself, which is
// another log than the unified audit log's records of type 21.
var dataverseAudit = &Source{
	Name:     "dataverse.audit",
	Title:    "Dataverse audit table",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Web API audits with or without formatted values",
		"the table as CSV by its own names (auditid, createdon, ...)",
		"the audit summary view as CSV (Changed Date, Event, Changed By, ...)",
	},
	Limits: []string{
		"the Web API doesn't give what a value was before (changedata)",
		"access is written once in 4 hours for a user, not for each sign-in",
		"tables and columns that are not audited are not in it; administrators delete it by table or by age",
		"it names users by their id in the environment, not by their user principal name",
		"times of the summary view are those of whoever exported it",
	},
	Columns: []string{
		"action", "operation", "objecttypecode", "_userid_value", "_callinguserid_value", "transactionid", "attributemask",
		"useradditionalinfo",
	},
	Kept: map[string]string{"auditid": "record_id", "_objectid_value": "target_id"},
	Entities: []Entity{
		{"_userid_value", "user", "actor"},
		{"_callinguserid_value", "user", "caller"},
		{"transactionid", "correlation", "request"},
	},
	Match:     isDataverseAudit,
	Normalize: normalizeDataverseAudit,
}

func isDataverseAudit(r *Record) bool {
	switch {
	case r.Has("auditid"):
		return r.HasAll("createdon", "action")
	case r.Has("Changed Date"):
		return r.HasAll("Event", "Changed By")
	}
	return false
}

// auditNames are what a query in XML, and the tools built on it, call the
// columns that the Web API calls by its own names.
var auditNames = [][2]string{
	{"userid", "_userid_value"}, {"useridname", "_userid_value" + vocab.FormattedValue},
	{"callinguserid", "_callinguserid_value"}, {"callinguseridname", "_callinguserid_value" + vocab.FormattedValue},
	{"objectid", "_objectid_value"}, {"objectidname", "_objectid_value" + vocab.FormattedValue},
	{"actionname", "action" + vocab.FormattedValue}, {"operationname", "operation" + vocab.FormattedValue},
}

func normalizeDataverseAudit(r *Record, e *event.Event) error {
	if r.Has("Changed Date") {
		return normalizeAuditSummary(r, e)
	}
	e.Shape = "webapi"
	r.renamed(auditNames)
	unkeyAnnotations(r, e)
	e.RecordID = r.Value("auditid")
	e.Time = r.UTC("createdon")
	code := r.Value("action")
	label := firstKnown(vocab.DataverseAction(code), r.Value("action"+vocab.FormattedValue))
	e.Operation = label
	if label == "" {
		e.Operation = firstKnown(vocab.DataverseOperation(r.Value("operation")), code)
	}
	e.Action, e.Outcome = dataverseAction(e.Operation), event.Success
	e.ActorID = known(r.Value("_userid_value"))
	e.Actor = firstKnown(pivot(r.Value("_userid_value"+vocab.FormattedValue)), strings.ToLower(e.ActorID))
	table := r.Value("objecttypecode")
	e.TargetType = dataverseTarget(table)
	e.TargetID = known(r.Value("_objectid_value"))
	e.TargetName = firstKnown(r.Value("_objectid_value"+vocab.FormattedValue), table)
	return nil
}

// normalizeAuditSummary reads a row of the view that people export; it has
// names where the table has ids and codes.
func normalizeAuditSummary(r *Record, e *event.Event) error {
	e.Shape = "summary"
	e.Time = r.Local("Changed Date")
	e.Operation = firstKnown(r.Value("Event"), r.Value("Operation"))
	e.Action, e.Outcome = dataverseAction(e.Operation), event.Success
	e.Actor = pivot(r.Value("Changed By"))
	table := r.First("Entity", "Table")
	e.TargetType = dataverseTarget(strings.ToLower(table))
	e.TargetName = firstKnown(r.Value("Record"), table)
	return nil
}

// dataverseAuditActions are what the actions of the audit table mean that the
// verb doesn't tell, by their label in lower case.
var dataverseAuditActions = map[string]event.Action{
	"cascade": event.Update, "activate": event.Update, "deactivate": event.Update, "set state": event.Update,
	"share": event.Share, "modify share": event.Share, "unshare": event.Unshare, "assign": event.PermissionChange,
	"add member": event.PermissionChange, "remove member": event.PermissionChange,
	"add members": event.PermissionChange, "remove members": event.PermissionChange,
	"associate entities": event.PermissionChange, "disassociate entities": event.PermissionChange,
	"assign role to team": event.RoleChange, "remove role from team": event.RoleChange,
	"assign role to user": event.RoleChange, "remove role from user": event.RoleChange,
	"add privileges to role": event.RoleChange, "remove privileges from role": event.RoleChange,
	"replace privileges in role": event.RoleChange, "clone": event.Create, "send direct email": event.Create,
	"user access via web": event.SignIn, "user access via web services": event.SignIn,
	"audit change at entity level": event.AuditTamper, "audit change at attribute level": event.AuditTamper,
	"audit change at org level": event.AuditTamper, "entity audit stopped": event.AuditTamper,
	"attribute audit stopped": event.AuditTamper, "audit disabled": event.AuditTamper, "audit log deletion": event.AuditTamper,
	"user access audit stopped": event.AuditTamper, "user access audit started": event.ConfigChange,
	"access": event.Read, "entity audit started": event.ConfigChange, "attribute audit started": event.ConfigChange, "audit enabled": event.ConfigChange,
}

func dataverseAction(label string) event.Action {
	if a, ok := dataverseAuditActions[strings.ToLower(label)]; ok {
		return a
	}
	return auditAction(label, 0)
}
