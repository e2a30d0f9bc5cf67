package source

import (
	"strings"

	"hotwash/analyze/event"
)

// dataverseTargets are the tables of Dataverse whose records are more than
// records.
var dataverseTargets = map[string]string{
	"systemuser": "user", "role": "role", "team": "group", "organization": "policy", "workflow": "flow",
	"sharepointsite": "site", "bot": "bot", "canvasapp": "app",
	// As the summary view shows them.
	"user": "user", "security role": "role",
}

func dataverseTarget(table string) string {
	if t := dataverseTargets[table]; t != "" {
		return t
	}
	return "record"
}

// dataverse reads a record of Dataverse and the model-driven apps: the message
// is what was done, the entity what it was done to.
func dataverse(r *Record, e *event.Event) {
	e.Operation = firstKnown(r.Value("Message"), e.Operation)
	if upn := pivot(r.Value("UserUpn")); upn != "" {
		e.Actor = upn
	}
	e.ActorID = firstKnown(r.Value("SystemUserId"), e.ActorID)
	if isApplicationUser(e.Actor) {
		e.ActorType = actorServicePrincipal
	}
	e.TargetName = known(r.Value("EntityName"))
	e.TargetType = dataverseTarget(e.TargetName)
	e.TargetID = firstKnown(strings.ToLower(r.Value("EntityId")), e.TargetID)
	e.Count = resultCount(r, e.Operation)
	e.PartOf = splitRecord(r, e)
	if strings.EqualFold(e.Operation, "Update") && r.Value("Fields.isauditenabled") == "False" {
		e.Action = event.AuditTamper
	}
}

// countedMessages are the messages that take out the records that QueryResults
// lists.
var countedMessages = map[string]bool{
	"ExportToExcel": true, "ExportPdfDocument": true, "ExportWordDocument": true, "ExecutePowerBISql": true,
	"RetrieveMultiple": true,
}

// resultCount is how many records a query gave: the ids in QueryResults,
// separated by commas. Microsoft often leaves it out; then it is zero.
func resultCount(r *Record, message string) int64 {
	if !countedMessages[message] {
		return 0
	}
	text, ok := r.JSON("QueryResults")
	if !ok {
		text = r.Value("QueryResults")
	}
	switch strings.TrimSpace(text) {
	case "", "[]", "{}", "null":
		return 0
	}
	return int64(strings.Count(text, ",")) + 1
}

// splitRecord is what the parts of a record share that was cut at 3 KB. Every
// part tells who did what to what; without a correlation id they can't be told
// from other records.
func splitRecord(r *Record, e *event.Event) string {
	correlation := known(r.Value("CorrelationId"))
	if correlation == "" {
		return ""
	}
	instance := r.First("InstanceUrl", "CrmOrganizationUniqueName")
	return strings.ToLower(strings.Join([]string{
		correlation, e.Operation, e.TargetName, e.TargetID, instance, firstKnown(e.ActorID, e.Actor),
	}, "|"))
}

// isApplicationUser: Dataverse gives an application user a name whose domain is
// a GUID.
func isApplicationUser(upn string) bool {
	_, domain, ok := strings.Cut(upn, "@")
	guid, _, dotted := strings.Cut(domain, ".")
	return ok && dotted && len(guid) == 36 && strings.Count(guid, "-") == 4
}
