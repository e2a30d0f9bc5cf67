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
	Reads: []string{
		"Graph auditLogs/directoryAudits: answers, arrays, lines; the portal's JSON; Microsoft-Extractor-Suite, untitledgoosetool, DFIR-O365RC",
		"the portal's CSV with English headings",
		"Log Analytics AuditLogs and AADCustomSecurityAttributeAuditLogs, with privileged identity management",
		"diagnostic settings: AuditLogs and CustomSecurityAttributeAuditLogs in storage and event hubs",
		"objects of PowerShell's modules as JSON",
	},
	Limits: []string{
		"Entra keeps audit records for 30 days, 7 in free tenants",
		"the portal downloads 250,000 audit records a file, and what its filter left",
		"the portal's CSV has no record id, and not more than three targets and five changed properties of each",
		"reading the directory leaves no record here: see graph.activity",
		"an application that acts for itself has no address",
	},
	Columns: []string{
		"Category", "LoggedByService", "Result", "CorrelationId", "AADOperationType",
		"InitiatedBy.app.appId", "InitiatedBy.app.displayName", "AdditionalDetails.User-Agent",
		"TargetResources.modifiedProperties.Role.TemplateId", "TargetResources.modifiedProperties.Role.DisplayName",
	},
	Whole:   []string{"targetResources", "properties.targetResources"},
	Dynamic: []string{"InitiatedBy", "TargetResources", "AdditionalDetails"},
	Kept: map[string]string{
		"Id": "record_id", "OperationName": "operation", "ActivityDisplayName": "operation", "properties.message": "operation",
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
	case r.HasColumns("ActivityDisplayName", "LoggedByService", "Result"):
		return true
	case r.HasColumns("activityDisplayName", "activityDateTime"):
		return r.HasColumns("loggedByService") || r.HasUnder("initiatedBy")
	case r.HasColumns("Date (UTC)", "Activity", "ActorType", "Service"):
		return true
	case r.HasColumns("properties.activityDisplayName"):
		category := r.Value("category")
		return r.HasColumns("properties.loggedByService") || category == vocab.AuditCategory || category == vocab.AttributeCategory
	case r.HasColumns("properties", "operationName"):
		return r.Value("category") == vocab.AuditCategory
	case r.HasColumns("properties.loggedByService", "operationName"):
		return r.HasUnder("properties.initiatedBy")
	}
	return r.HasColumns("OperationName") && (r.logTable() == vocab.AuditTable || r.logTable() == vocab.AttributeTable)
}

func normalizeEntraAudit(r *Record, e *event.Event) error {
	e.Shape = entraAuditShape(r)
	e.RecordID = r.entra("Id", "id")
	e.Operation = strings.TrimSpace(r.entra("ActivityDisplayName", "activityDisplayName", "OperationName", "operationName"))
	e.Action = directoryAction(e.Operation)
	if !r.Has("properties.message") {
		r.Add("properties.message", e.Operation) // what Sigma's rules call it
	}
	r.occurred(e, "ActivityDateTime", "activityDateTime", "properties.activityDateTime", "time")
	e.Outcome = outcomeOf(r.entra("Result", "result"))
	e.OutcomeCode = r.entra("ResultReason", "resultReason")
	entraInitiator(r, e)
	e.TargetID = r.entra("TargetResources.id", "targetResources.id")
	e.TargetName = r.entra("TargetResources.userPrincipalName", "targetResources.userPrincipalName",
		"TargetResources.displayName", "targetResources.displayName")
	e.TargetType = entraTargetType(r.entra("TargetResources.type", "targetResources.type"))
	return nil
}

// entraAuditShape gives the fields the table's names. Those below
// targetResources keep Graph's spelling and get the hot ones beside it.
func entraAuditShape(r *Record) string {
	if r.Has("Date (UTC)") {
		portalAudit(r)
		return shapePortal
	}
	shape := entraShape(r)
	switch shape {
	case shapeGraph, shapeDiagnostic:
		r.beside(auditBeside)
	case shapePowerShell:
	default:
		r.rejoined(auditJSON)
	}
	return shape
}

var auditJSON = []string{"InitiatedBy", "TargetResources", "AdditionalDetails"}

// auditBeside are hot fields that only differ by capitals from Graph's.
var auditBeside = [][2]string{
	{"targetResources.modifiedProperties.Role.TemplateId", "TargetResources.modifiedProperties.Role.TemplateId"},
	{"targetResources.modifiedProperties.Role.DisplayName", "TargetResources.modifiedProperties.Role.DisplayName"},
	{"additionalDetails.User-Agent", "AdditionalDetails.User-Agent"},
	{"operationType", "AADOperationType"},
}

// portalAudit takes the numbered columns for lists, those that are empty for
// none.
func portalAudit(r *Record) {
	r.renamed(vocab.PortalAudit)
	initiator := "InitiatedBy.user."
	if strings.HasPrefix(r.Value("ActorType"), "App") {
		initiator = "InitiatedBy.app."
	}
	property, detail := "", ""
	for i := range len(r.Fields) {
		f := r.Fields[i]
		if f.Value == "" {
			continue
		}
		switch kind, rest := numberedColumn(f.Name); {
		case kind == "Target" && vocab.PortalTarget[rest] != "":
			r.Fields[i].Name = vocab.PortalTarget[rest]
		case kind == "Target":
			property = portalProperty(r, i, rest, property)
		case kind == "AdditionalDetail" && rest == "Key":
			r.Fields[i].Name, detail = "AdditionalDetails.key", f.Value
		case kind == "AdditionalDetail" && rest == "Value":
			r.Fields[i].Name = "AdditionalDetails.value"
			r.Add("AdditionalDetails."+detail, f.Value)
		default:
			portalActor(r, i, initiator)
		}
	}
}

// numberedColumn takes a name like Target1ObjectId apart.
func numberedColumn(name string) (kind, rest string) {
	for _, kind := range []string{"Target", "AdditionalDetail", "ModifiedProperty"} {
		rest, ok := strings.CutPrefix(name, kind)
		if end := strings.TrimLeft(rest, "0123456789"); ok && len(end) < len(rest) {
			return kind, end
		}
	}
	return "", name
}

// portalProperty renames the parts of a changed property; the new value stands
// under the property's own name too, as it does in the other shapes.
func portalProperty(r *Record, i int, name, property string) string {
	const prefix = "TargetResources.modifiedProperties."
	f := &r.Fields[i]
	switch kind, part := numberedColumn(name); {
	case kind != "ModifiedProperty":
	case part == "Name":
		f.Name, property = prefix+"displayName", f.Value
	case part == "OldValue":
		f.Name = prefix + "oldValue"
	case part == "NewValue":
		f.Name = prefix + "newValue"
		r.Add(prefix+property, f.Value)
	}
	return property
}

func portalActor(r *Record, i int, initiator string) {
	f := &r.Fields[i]
	switch f.Name {
	case "ActorObjectId":
		f.Name = initiator + "id"
	case "ActorDisplayName":
		f.Name = initiator + "displayName"
	case "ActorUserPrincipalName":
		f.Name = initiator + "userPrincipalName"
	case "IPAddress":
		f.Name = initiator + "ipAddress"
	case "ActorServicePrincipalId":
		f.Name = "InitiatedBy.app.servicePrincipalId"
	case "ActorServicePrincipalName":
		f.Name = "InitiatedBy.app.displayName"
	case "UserAgent":
		f.Name = "AdditionalDetails.User-Agent"
	}
}

// directoryActions say what operations do that only the directory's own log
// has, by their folded name.
var directoryActions = map[string]event.Action{
	"update role setting in pim": event.PolicyChange, "disable pim alert": event.AuditTamper,
	"read bitlocker key": event.Read, "recover device local administrator password": event.Read,
	"add registered owner to device": event.PermissionChange, "add registered users to device": event.PermissionChange,
	"user registered all required security info": event.CredentialChange,
	"user changed default security info":         event.CredentialChange,
	"admin deleted security info":                event.CredentialChange, "admin updated security info": event.CredentialChange,
	"add passkey (device-bound)": event.CredentialChange, "delete passkey (device-bound)": event.CredentialChange,
	"add windows hello for business credential":                                             event.CredentialChange,
	"delete windows hello for business credential":                                          event.CredentialChange,
	"user has elevated their access to user access administrator for their azure resources": event.RoleChange,
	"add partner to company":                                                                event.ConfigChange,
	"redeem external user invite":                                                           event.Update,
	"triggered pim alert":                                                                   event.Alert,
	"refresh pim alert":                                                                     event.Alert,
	"user started security info registration":                                               event.Other,
}

// directoryAction is what an operation of the directory does. The operations of
// privileged identity management name their stage and kind at the end, so it is
// the words in the middle that tell.
func directoryAction(operation string) event.Action {
	var buf [128]byte
	folded := string(foldOperation(buf[:0], operation))
	if a, ok := directoryActions[folded]; ok {
		return a
	}
	switch {
	case strings.Contains(folded, "request approved"), strings.Contains(folded, "request denied"):
		return event.AccessApproval
	case strings.Contains(folded, "member to role"), strings.Contains(folded, "member from role"),
		strings.HasSuffix(folded, " role assignment"):
		return event.RoleChange
	case strings.Contains(folded, "certificates and secrets management"):
		return event.CredentialChange
	}
	return auditAction(operation, recordEntra)
}

func entraInitiator(r *Record, e *event.Event) {
	user := r.entra("InitiatedBy.user.userPrincipalName", "initiatedBy.user.userPrincipalName")
	userID := r.entra("InitiatedBy.user.id", "initiatedBy.user.id")
	address := firstAddress(r.entra("InitiatedBy.user.ipAddress", "initiatedBy.user.ipAddress"),
		r.entra("InitiatedBy.app.ipAddress"), r.First("callerIpAddress", "CallerIpAddress"))
	if user != "" || userID != "" {
		e.Actor, e.ActorID, e.ActorType = pivot(firstKnown(user, userID)), userID, actorUser
		if strings.Contains(user, "#EXT#") {
			e.ActorType = actorGuest
		}
		e.SrcIP = address
		return
	}
	name := r.entra("InitiatedBy.app.displayName", "initiatedBy.app.displayName")
	e.ActorID = r.entra("InitiatedBy.app.servicePrincipalId", "initiatedBy.app.servicePrincipalId",
		"InitiatedBy.app.id", "InitiatedBy.app.appId", "initiatedBy.app.appId")
	e.SrcIP = address
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
