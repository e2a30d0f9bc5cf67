package source

import (
	"strings"

	"hotwash/analyze/event"
)

// logAnalyticsFamily begins the names of the family's sources.
const logAnalyticsFamily = "loganalytics."

// logAnalytics is the family of all the other tables of Log Analytics:
// loganalytics.<table>. It reads what columns of the usual names say, and leaves
// the rest to those who know the table.
var logAnalytics = &Source{
	Name:     logAnalyticsFamily,
	Title:    "Log Analytics tables",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"any row that says of which table it is, as loganalytics.<table>: data export, portal CSV with Type, the query API's named tables, AzureDiagnostics",
	},
	Limits: []string{
		"who, where and what come from columns with the usual names; what a table calls otherwise stays in its native fields",
		"a row without its table's name is of no source: keep the column Type in an export",
		"the portal's CSV ends at 30,000 rows, the query API at 500,000",
		"a column of a custom log that is empty in all rows isn't exported",
	},
	Columns: []string{
		"OperationName", "Category", "ResultType", "ResultDescription", "CorrelationId", "ResourceId", "_ResourceId",
		"Computer", "UserAgent", "Level", "Resource", "ResourceProvider",
	},
	Entities: []Entity{
		{"CorrelationId", "correlation", "operation"},
		{"_ResourceId", "resource", "logger"},
		{"ResourceId", "resource", "logger"},
		{"UserAgent", "agent", "client"},
	},
	Match:     isLogAnalytics,
	Normalize: normalizeLogAnalytics,
}

// isLogAnalytics wants a table's name and the time that every row has.
func isLogAnalytics(r *Record) bool {
	return (r.HasColumns("TimeGenerated") || r.HasColumns("TimeGenerated [Local Time]")) && isTableName(r.logTable())
}

// maxTableName is how long a table's name may be.
const maxTableName = 63

func isTableName(s string) bool {
	if s == "" || len(s) > maxTableName {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; !letter && (i == 0 || c != '_' && !isDigit(c)) {
			return false
		}
	}
	return true
}

// The usual names of columns, best first.
var (
	usualHosts = []string{"Computer", "HostName", "Hostname", "DvcHostname", "DeviceName", "Host", "host_s"}
	usualIPs   = []string{
		"CallerIpAddress", "CallerIPAddress", "SrcIpAddr", "ClientIP", "ClientIp", "ClientIPAddress", "ClientIpAddress",
		"SourceIP", "SourceIp", "SourceIPAddress", "SourceIpAddress", "IPAddress", "IpAddress", "RemoteIPAddress", "CIp",
		"clientIp_s", "clientIP_s", "client_ip_s", "clientIpAddress_s", "c_ip_s",
	}
	usualActors = []string{
		"UserPrincipalName", "ActorUPN", "AccountUpn", "Caller", "ActorUsername", "RequesterUpn", "UserName", "Username",
		"User", "SourceUserName", "Account", "AccountName", "ActorName", "UserId", "CsUsername", "Caller_s", "userName_s",
	}
	usualActorIDs   = []string{"UserObjectId", "AccountObjectId", "ActorUserId", "RequesterObjectId", "AadObjectId", "UserSid", "AccountSid"}
	usualOperations = []string{"OperationName", "Operation", "Activity", "ActionType", "ActionName", "EventOriginalType", "EventName", "EventType"}
	usualTargets    = []string{"_ResourceId", "ResourceId", "ObjectId"}
	usualNames      = []string{"ObjectName", "Resource", "ResourceName", "Uri", "RequestUri", "Url"}
	usualTexts      = []string{"SyslogMessage", "RenderedDescription", "EventMessage", "Message", "RawData", "msg_s"}
	usualResults    = []string{"ResultType", "EventResult", "Result", "ResultStatus", "OperationResult"}
	usualStatuses   = []string{"StatusCode", "HttpStatusCode", "HttpStatus", "ScStatus", "ResponseCode", "httpStatusCode_d", "httpStatus_d"}
)

func normalizeLogAnalytics(r *Record, e *event.Event) error {
	table := r.logTable()
	e.Source, e.Shape = logAnalyticsFamily+table, shapeLogAnalytics
	r.occurred(e)
	e.RecordID = r.Value("_ItemId")
	operation := r.usual(usualOperations)
	e.Operation = firstKnown(operation, r.Value("Category"), table)
	e.Action = event.Other
	if operation != "" {
		e.Action = auditAction(operation, 0)
	}
	e.Host = strings.ToLower(r.usual(usualHosts))
	e.SrcIP = r.usualIP()
	e.Actor, e.ActorID = pivot(r.usual(usualActors)), r.usual(usualActorIDs)
	if e.Actor == "" {
		e.Actor = pivot(e.ActorID)
	}
	e.TargetID, e.TargetName = r.usual(usualTargets), r.usual(usualNames)
	if e.TargetID != "" || e.TargetName != "" {
		e.TargetType = "resource"
	}
	e.Message = r.usual(usualTexts)
	usualOutcome(r, e)
	return nil
}

// usual is the first of the named columns that says something in plain words:
// what is JSON says it to those who know the table.
func (r *Record) usual(names []string) string {
	for _, name := range names {
		if v := known(r.Value(name)); v != "" && v[0] != '{' && v[0] != '[' {
			return v
		}
	}
	return ""
}

func (r *Record) usualIP() string {
	for _, name := range usualIPs {
		if a := Address(r.Value(name)); a != "" {
			return a
		}
	}
	return ""
}

// usualOutcome takes a column for a result only if its value is one: a column
// Status may hold anything.
func usualOutcome(r *Record, e *event.Event) {
	if word := r.usual(usualResults); word != "" {
		e.OutcomeCode, e.Outcome = word, outcomeOf(word)
		return
	}
	if status := whole(r.usual(usualStatuses)); len(status) == 3 && number(status) >= 100 {
		e.OutcomeCode, e.Outcome = status, statusOutcome(status)
		return
	}
	if word := r.Value("Status"); word != "" {
		if o := outcomeOf(word); o != event.Unknown {
			e.OutcomeCode, e.Outcome = word, o
		}
	}
}
