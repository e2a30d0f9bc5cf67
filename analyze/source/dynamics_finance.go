package source

import (
	"strings"

	"hotwash/analyze/event"
)

// dynamicsFinance is the database log of Dynamics 365 Finance and Operations as
// Sentinel's connector brings it: one row for each record of a table that was
// inserted, changed or deleted.
var dynamicsFinance = &Source{
	Name:     "dynamics.finance",
	Title:    "Dynamics 365 Finance and Operations database log",
	Framings: []string{FramingJSON, FramingCSV},
	Reads:    []string{"Log Analytics table FinanceOperationsActivity_CL: query, portal CSV, data export"},
	Limits: []string{
		"only tables that database logging was set up for",
		"it says neither address nor client, and names users by their id in the application",
		"it holds changes that were made, not those that were refused, and nothing of what was read",
		"rows come up to 15 minutes late",
	},
	Columns: []string{
		"LogType", "TableName", "InstanceName", "LogCreatedTransactionId", "LogDataAreaId", "Description",
		"FormattedData.UserId.NewData", "FormattedData.networkAlias.NewData", "FormattedData.AccountNum.OldData",
		"FormattedData.AccountNum.NewData",
	},
	Dynamic: []string{"FormattedData", "Data"},
	Kept:    map[string]string{"LogCreatedBy": "actor_id", "TableRecId": "target_id"},
	Entities: []Entity{
		{"LogCreatedTransactionId", "correlation", "request"},
		{"FormattedData.UserId.NewData", "user", "target"},
	},
	Match:     func(r *Record) bool { return r.HasColumns("LogType", "TableName", "LogRecId", "TableRecId") },
	Normalize: normalizeFinance,
}

// financeTables are the tables that say who may do what.
var financeTables = map[string]struct {
	target string
	action event.Action
}{
	"userinfo":           {"user", ""},
	"securityuserrole":   {"role", event.RoleChange},
	"securityrole":       {"role", event.RoleChange},
	"sysaadclienttable":  {"app", event.CredentialChange},
	"databaselog":        {"policy", event.AuditTamper},
	"sysuserinfo":        {"user", ""},
	"securityusergroups": {"group", event.PermissionChange},
}

func normalizeFinance(r *Record, e *event.Event) error {
	e.Shape = shapeLogAnalytics
	e.Time = r.UTC("LogCreatedDateTime")
	switch generated := r.generated(); {
	case !e.Time.Dated():
		e.Time = generated
	case generated.Dated() && generated.Micros != e.Time.Micros:
		e.Seen = generated.Micros
	}
	r.received(e)
	unkeyCollected(r, e)
	kind, table := r.Value("LogType"), r.Value("TableName")
	e.Operation = strings.TrimSpace(kind + " " + table)
	e.Action, e.Outcome = auditAction(kind, 0), event.Success
	if strings.EqualFold(kind, "insert") {
		e.Action = event.Create
	}
	e.TargetType, e.TargetID, e.TargetName = "record", r.Value("TableRecId"), table
	if t, ok := financeTables[strings.ToLower(table)]; ok {
		e.TargetType = t.target
		if t.action != "" {
			e.Action = t.action
		}
	}
	e.ActorID = known(r.Value("LogCreatedBy"))
	e.Actor = firstKnown(pivot(r.Value("Username")), strings.ToLower(e.ActorID))
	if id := r.Value("LogRecId"); id != "" {
		e.RecordID = strings.Join([]string{r.Value("InstanceName"), id, r.Value("SequenceNumber")}, "/")
	}
	return nil
}
