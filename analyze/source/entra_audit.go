package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// entraAudit is Microsoft Entra's directory audit log.
var entraAudit = &Source{
	Name:     "entra.audit",
	Title:    "Microsoft Entra audit log",
	Framings: []string{FramingJSON, FramingCSV},
	Columns: []string{
		"Category", "LoggedByService", "Result", "CorrelationId", "AADOperationType",
		"InitiatedBy.app.appId", "InitiatedBy.app.displayName", "AdditionalDetails.User-Agent",
	},
	Whole:   []string{"targetResources", "properties.targetResources"},
	Dynamic: []string{"InitiatedBy", "TargetResources", "AdditionalDetails"},
	Kept: map[string]string{
		"Id": "record_id", "OperationName": "operation", "ActivityDisplayName": "operation",
		"InitiatedBy.user.userPrincipalName": "actor", "InitiatedBy.user.id": "actor_id",
		"InitiatedBy.user.ipAddress": "src_ip", "ResultReason": "outcome_code",
		"TargetResources.id": "target_id", "TargetResources.displayName": "target_name",
	},
	Entities: []Entity{
		{"CorrelationId", "correlation", "request"},
		{"InitiatedBy.app.appId", "app", "actor"},
		{"AdditionalDetails.User-Agent", "agent", "client"},
	},
	Match:     isEntraAudit,
	Normalize: normalizeEntraAudit,
}

// isEntraAudit doesn't rely on Type: a query that joins tables overwrites it.
func isEntraAudit(r *Record) bool {
	switch {
	case r.HasAll("ActivityDisplayName", "LoggedByService", "Result"):
		return true
	case r.HasAll("activityDisplayName", "activityDateTime"):
		return r.Has("loggedByService") || r.HasUnder("initiatedBy")
	case r.Has("properties.activityDisplayName"):
		return r.Has("properties.loggedByService") || r.Value("category") == vocab.AuditCategory
	}
	return r.Value("Type") == vocab.AuditTable && r.Has("OperationName")
}

func normalizeEntraAudit(r *Record, e *event.Event) error {
	e.Shape = entraShape(r)
	e.RecordID = r.entra("Id", "id")
	e.Operation = strings.TrimSpace(r.entra("ActivityDisplayName", "activityDisplayName", "OperationName", "operationName"))
	e.Action = auditAction(e.Operation, recordEntra)
	entraAuditTime(r, e)
	e.Outcome = outcomeOf(r.entra("Result", "result"))
	e.OutcomeCode = r.entra("ResultReason", "resultReason")
	entraInitiator(r, e)
	e.TargetID = r.entra("TargetResources.id", "targetResources.id")
	e.TargetName = r.entra("TargetResources.userPrincipalName", "targetResources.userPrincipalName",
		"TargetResources.displayName", "targetResources.displayName")
	e.TargetType = entraTargetType(r.entra("TargetResources.type", "targetResources.type"))
	return nil
}

// entraAuditTime: TimeGenerated is when it happened too, or when the workspace
// made the row, if both are there and differ.
func entraAuditTime(r *Record, e *event.Event) {
	e.Time = r.UTC("ActivityDateTime", "activityDateTime", "properties.activityDateTime", "time")
	generated := r.generated()
	switch {
	case !e.Time.Dated():
		e.Time = generated
	case generated.Dated() && generated.Micros != e.Time.Micros:
		e.Seen = generated.Micros
	}
	r.received(e)
}

func entraInitiator(r *Record, e *event.Event) {
	user := r.entra("InitiatedBy.user.userPrincipalName", "initiatedBy.user.userPrincipalName")
	userID := r.entra("InitiatedBy.user.id", "initiatedBy.user.id")
	if user != "" || userID != "" {
		e.Actor, e.ActorID, e.ActorType = pivot(firstKnown(user, userID)), userID, actorUser
		if strings.Contains(user, "#EXT#") {
			e.ActorType = actorGuest
		}
		e.SrcIP = firstAddress(r.entra("InitiatedBy.user.ipAddress", "initiatedBy.user.ipAddress"), r.Value("callerIpAddress"))
		return
	}
	name := r.entra("InitiatedBy.app.displayName", "initiatedBy.app.displayName")
	e.ActorID = r.entra("InitiatedBy.app.servicePrincipalId", "initiatedBy.app.servicePrincipalId",
		"InitiatedBy.app.appId", "initiatedBy.app.appId")
	if name == "" && e.ActorID == "" {
		e.Actor = pivot(r.entra("Identity", "identity"))
		return
	}
	e.Actor, e.ActorType = pivot(firstKnown(name, e.ActorID)), actorServicePrincipal
}

// entraTargetTypes are what the types of target resources mean, in lower case.
var entraTargetTypes = map[string]string{
	"application": "app", "serviceprincipal": "service_principal", "user": "user", "group": "group",
	"role": "role", "policy": "policy", "device": "host", "directory": "resource", "other": "resource",
}

func entraTargetType(kind string) string {
	if kind == "" {
		return ""
	}
	if t := entraTargetTypes[strings.ToLower(kind)]; t != "" {
		return t
	}
	return "resource"
}
