package source

import (
	"strconv"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// m365UAL is Microsoft 365's unified audit log. The record is AuditData; what
// an export puts around it are collector fields, kept and left out of the
// duplicate hash.
var m365UAL = &Source{
	Name:     "m365.ual",
	Title:    "Microsoft 365 unified audit log",
	Framings: []string{FramingJSON, FramingCSV},
	Reads:    m365Reads,
	Limits:   m365Limits,
	Columns: []string{
		"RecordType", "Workload", "ResultStatus", "OrganizationId", "UserAgent", "ApplicationId", "ClientAppId",
		"SessionId", "AppAccessContext.AADSessionId", "AppAccessContext.UniqueTokenId",
		"AppAccessContext.CorrelationId", "InterSystemsId",
	},
	Kept: map[string]string{
		"Id": "record_id", "Operation": "operation", "UserId": "actor", "UserKey": "actor_id",
		"ClientIP": "src_ip", "ObjectId": "target_id", "ErrorNumber": "outcome_code",
	},
	Entities: []Entity{
		{"SessionId", "session", "actor"},
		{"AppAccessContext.AADSessionId", "session", "actor"},
		{"AppAccessContext.UniqueTokenId", "token", "actor"},
		{"AppAccessContext.CorrelationId", "correlation", "request"},
		{"InterSystemsId", "correlation", "request"},
		{"ApplicationId", "app", "client"},
		{"ClientAppId", "app", "client"},
		{"UserAgent", "agent", "client"},
	},
	Match:     isAudit,
	Normalize: normalizeAudit,
}

// m365Reads and m365Limits are what the log comes in and what it leaves out.
var (
	m365Reads = []string{
		"Purview portal CSV, of now and before 2023",
		"Search-UnifiedAuditLog as CSV or ConvertTo-Json",
		"Management Activity API: AuditData in arrays or lines",
		"Microsoft Graph auditLogQuery records",
		"Log Analytics query, portal CSV, data export, event hub: OfficeActivity, PowerPlatformAdminActivity, " +
			"PowerAppsActivity, PowerAutomateActivity, PowerPlatformConnectorActivity, PowerPlatformDlpActivity, " +
			"DataverseActivity, Dynamics365Activity, CopilotActivity, LLMActivity, PowerBIActivity, ProjectActivity, " +
			"CommunicationComplianceActivity",
		"all record types; known by name: those of Microsoft's schema, 463 the highest",
		"Power Platform: 45, 46, 79, 30, 186, 187 and, of the newer kind, 256; Dataverse: 21",
	}
	m365Limits = []string{
		"kept 180 days, a year with E5; 7 days in the Management API",
		"the cmdlet gives 5,000 rows a call and 50,000 a session, the portal 50,000 rows: 50,001 lines are a file that was cut",
		"records come 60 to 90 minutes late, some after a day",
		"runs of flows are not in it",
		"DeleteFlow often lacks the flow's id",
		"Dataverse: production environments only; no values from before a change; records over 3 KB are split",
		"MailItemsAccessed stops for 24 hours after 1,000 of a mailbox (IsThrottled)",
		"ResultStatus of a sign-in is not its outcome: that is told by operation and ErrorNumber",
	}
)

// The export shapes of the unified audit log. Whatever carries AuditData is one
// shape: the record in it is the same byte for byte. The others are
// shapeLogAnalytics and shapeDiagnostic.
const (
	shapeAuditData = "auditdata"
	shapeGraph     = "graph"
)

func isAudit(r *Record) bool {
	switch {
	case r.HasAll("CreationTime", "Operation", "RecordType"):
		return r.Has("Workload") || r.Has("OrganizationId") || r.Has("UserKey")
	case r.HasColumns("AuditData"), r.HasUnder("AuditData"):
		return r.Has("CreationDate") || r.Has("RecordType") || r.Has("Operations") || r.Has("ResultIndex") || r.Has("AuditLogRecordType")
	case r.Has("auditData"), r.HasUnder("auditData"):
		return r.HasAll("auditLogRecordType", "createdDateTime")
	case r.HasUnder("properties"):
		return r.HasAll("properties.CreationTime", "properties.Operation", "properties.RecordType")
	}
	return auditTable(r) != ""
}

// auditEntry is what the normal form needs, found in one pass over the fields:
// this is the source that most evidence is of.
type auditEntry struct {
	id, operation, operations, recordType, creationTime, creationDate, workload string
	userID, userIDs, userKey, userType, clientIP, actorIP, clientIPAddress      string
	resultStatus, errorNumber, logonError, objectID, targetID, sourceFile       string
	mailboxGUID, mailboxOwner, identity, itemType                               string
	userAgent, statedAgent, clientInfo                                          string
	request, correlation, session, statedSession, deviceSession                 string
	number                                                                      int
}

func (a *auditEntry) place(name string) *string {
	switch name {
	case "Id", "RecordId":
		return &a.id
	case "Operation":
		return &a.operation
	case "Operations":
		return &a.operations
	case "RecordType":
		return &a.recordType
	case "CreationTime":
		return &a.creationTime
	case "CreationDate", "createdDateTime", "TimeGenerated", "TimeGenerated [UTC]":
		return &a.creationDate
	case "Workload":
		return &a.workload
	case "UserId":
		return &a.userID
	case "UserIds":
		return &a.userIDs
	case "UserKey":
		return &a.userKey
	case "UserType":
		return &a.userType
	case "ClientIP":
		return &a.clientIP
	case "ActorIpAddress":
		return &a.actorIP
	case "ClientIPAddress":
		return &a.clientIPAddress
	case "ResultStatus":
		return &a.resultStatus
	case "ErrorNumber":
		return &a.errorNumber
	case "LogonError":
		return &a.logonError
	case "ObjectId":
		return &a.objectID
	case "Target.ID":
		return &a.targetID
	case "SourceFileName":
		return &a.sourceFile
	case "MailboxGuid":
		return &a.mailboxGUID
	case "MailboxOwnerUPN":
		return &a.mailboxOwner
	case "Parameters.Identity":
		return &a.identity
	case "ItemType":
		return &a.itemType
	case "UserAgent":
		return &a.userAgent
	case "ExtendedProperties.UserAgent":
		return &a.statedAgent
	case "ClientInfoString":
		return &a.clientInfo
	case "AppAccessContext.CorrelationId":
		return &a.request
	case "CorrelationId":
		return &a.correlation
	case "SessionId":
		return &a.session
	case "ExtendedProperties.SessionId":
		return &a.statedSession
	case "DeviceProperties.SessionId":
		return &a.deviceSession
	}
	return nil
}

// read takes the first value of each name: the record's own fields come before
// those around it.
func (a *auditEntry) read(fields []event.Field) {
	for i := range fields {
		f := &fields[i]
		if f.Value == "" {
			continue
		}
		if p := a.place(f.Name); p != nil && *p == "" {
			*p = f.Value
		}
	}
	a.number = recordType(a.recordType)
}

func recordType(text string) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	n, _ := vocab.RecordTypeNumber(text)
	return n
}

func normalizeAudit(r *Record, e *event.Event) error {
	table := auditShape(r, e)
	var a auditEntry
	a.read(r.Fields)
	if a.number == 0 {
		a.number = table
	}
	a.common(r, e)
	if e.Shape == shapeLogAnalytics {
		rowTime(r, e)
	}
	a.keys(r)
	a.particular(r, e)
	if e.Action == "" {
		e.Action = auditAction(e.Operation, a.number)
	}
	return nil
}

// sdkAudit is where PowerShell's module for Graph puts the record.
const sdkAudit = "AuditData.AdditionalProperties"

// auditShape says in which shape the record comes and makes its fields those of
// AuditData. It returns the record type where the shape alone tells it.
func auditShape(r *Record, e *event.Event) int {
	e.Shape = shapeAuditData
	switch {
	case r.HasColumns("AuditData") || r.HasUnder("AuditData"): // the cell may be empty
		field := "AuditData"
		if r.HasUnder(sdkAudit) {
			e.Shape, field = shapeGraph, sdkAudit
		}
		unwrapRecord(r, e, field)
	case r.Has("auditLogRecordType"):
		e.Shape = shapeGraph
		unwrapRecord(r, e, "auditData")
		unkeyAnnotations(r, e)
		graphAudit(r)
	case r.Has("CreationTime"):
	case r.Has("properties.CreationTime"):
		e.Shape = shapeDiagnostic
		unwrapRecord(r, e, "properties")
	default:
		return auditRow(r, e)
	}
	return 0
}

// maxOuter is how many columns around a record are told from its own; no
// exporter writes a tenth of it.
const maxOuter = 256

// unwrapRecord makes the object or JSON text in a field the record; the columns
// around it become collector fields. One whose name the record has too gets a
// name of its own.
func unwrapRecord(r *Record, e *event.Event, field string) {
	outer := 0
	for i := range r.Fields {
		if n := r.Fields[i].Name; n != field && !below(n, field) {
			outer++
		}
	}
	if !r.Unwrap(field) {
		return
	}
	if outer > maxOuter {
		r.Warn("many_columns")
		return
	}
	inner := len(r.Fields) - outer
	for i := inner; i < len(r.Fields); i++ {
		f := &r.Fields[i]
		for k := range inner {
			if r.Fields[k].Name == f.Name {
				f.Name = "Outer." + f.Name
				break
			}
		}
		e.Unkeyed = append(e.Unkeyed, f.Name)
	}
}

// graphAudit fills from Graph's own columns what its auditData leaves out.
func graphAudit(r *Record) {
	r.beside([][2]string{
		{"id", "Id"}, {"operation", "Operation"}, {"auditLogRecordType", "RecordType"}, {"service", "Workload"},
		{"userPrincipalName", "UserId"}, {"userId", "UserKey"}, {"userType", "UserType"}, {"clientIp", "ClientIP"},
		{"objectId", "ObjectId"}, {"organizationId", "OrganizationId"},
	})
}

// common fills what every record type tells the same way.
func (a *auditEntry) common(r *Record, e *event.Event) {
	e.RecordID = a.id
	if a.id == "" {
		e.RecordID = known(r.Value("Identity")) // the cmdlet's name for it
	}
	e.Operation = strings.TrimSpace(firstKnown(a.operation, a.operations))
	if e.Operation == "" {
		e.Operation = vocab.RecordType(a.number)
	}
	e.Time = a.time(r)
	user := firstKnown(a.userID, a.userIDs)
	e.Actor = pivot(user)
	e.ActorID = known(a.userKey)
	e.ActorType = auditActorType(a.userType, user)
	e.SrcIP = firstAddress(a.clientIP, a.actorIP, a.clientIPAddress)
	e.Outcome = outcomeOf(a.resultStatus)
	if a.number == recordSignIn || strings.HasPrefix(e.Operation, "UserLog") {
		a.signIn(e)
	}
}

// keys gives the keys to other records the one name that has a column, where a
// workload calls them otherwise.
func (a *auditEntry) keys(r *Record) {
	r.fill("UserAgent", a.userAgent, a.statedAgent, a.clientInfo)
	r.fill("AppAccessContext.CorrelationId", a.request, a.correlation)
	r.fill("SessionId", a.session, a.statedSession, a.deviceSession)
}

// fill adds the first of the others that says something as name, if its own
// value is empty.
func (r *Record) fill(name, own string, others ...string) {
	if own != "" {
		return
	}
	if v := firstKnown(others...); v != "" {
		r.Add(name, v)
	}
}

// time prefers the record's own; that of the columns around it depends on the
// locale of whoever exported it.
func (a *auditEntry) time(r *Record) event.Time {
	if a.creationTime != "" {
		return r.Time(Clock{UTC: true}, a.creationTime)
	}
	if a.creationDate != "" {
		return r.Time(Clock{UTC: true}, a.creationDate)
	}
	return event.Time{}
}

// signIn: ResultStatus says Success for most wrong passwords, so the outcome
// comes from the operation and the error.
func (a *auditEntry) signIn(e *event.Event) {
	e.OutcomeCode = firstKnown(a.errorNumber, a.logonError)
	switch e.Operation {
	case "UserLoggedIn":
		e.Outcome = event.Success
	case "UserLoginFailed":
		e.Outcome = event.Failure
		if signInInterrupts[a.errorNumber] {
			e.Outcome = event.Interrupt
		}
	default:
		if a.errorNumber != "" {
			e.Outcome = signInOutcome(a.errorNumber)
		}
	}
}

// firstAddress is the first of the texts that holds an address.
func firstAddress(texts ...string) string {
	for _, t := range texts {
		if a := Address(t); a != "" {
			return a
		}
	}
	return ""
}

// auditActorTypes are what the user types mean.
var auditActorTypes = map[string]string{
	"Regular": actorUser, "Reserved": actorUser, "Admin": actorAdmin, "DcAdmin": actorMicrosoft,
	"System": actorSystem, "Application": actorServicePrincipal, "ServicePrincipal": actorServicePrincipal,
	"CustomPolicy": actorSystem, "SystemPolicy": actorSystem, "PartnerTechnician": actorMicrosoft, "Guest": actorGuest,
	// Graph writes them so.
	"regular": actorUser, "reserved": actorUser, "admin": actorAdmin, "dcAdmin": actorMicrosoft,
	"system": actorSystem, "application": actorServicePrincipal, "servicePrincipal": actorServicePrincipal,
	"customPolicy": actorSystem, "systemPolicy": actorSystem, "partnerTechnician": actorMicrosoft, "guest": actorGuest,
}

// auditActorType: Entra calls everybody regular, so the name decides where it
// tells more.
func auditActorType(userType, user string) string {
	switch {
	case strings.Contains(user, "#EXT#"), strings.Contains(user, "#ext#"):
		return actorGuest
	case strings.HasPrefix(user, "ServicePrincipal_"):
		return actorServicePrincipal
	case userType == "":
		return ""
	}
	if t := auditActorTypes[vocab.UserType(userType)]; t != "" {
		return t
	}
	return actorUnknown
}
