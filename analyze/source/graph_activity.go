package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// graphActivity is the log of the requests that Microsoft Graph, and Azure AD
// Graph before it, answered for a tenant.
var graphActivity = &Source{
	Name:     "graph.activity",
	Title:    "Microsoft Graph activity logs",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics MicrosoftGraphActivityLogs and AADGraphActivityLogs",
		"diagnostic settings: the same categories in storage and event hubs",
	},
	Limits: []string{
		"neither the body of a request nor that of its answer is logged",
		"only what diagnostic settings sent was kept: without one there is no log",
		"who acts is an id of the directory, not a name: entra.signin has both, and the same token ids",
		"the operation is the method and the path with ids left out; the whole address is the target",
	},
	Columns: []string{
		"AppId", "RequestMethod", "ResponseStatusCode", "UserAgent", "SessionId", "SignInActivityId", "UniqueTokenId",
		"OperationId", "ClientRequestId", "DeviceId", "Scopes", "Roles",
	},
	Kept: map[string]string{
		"RequestId": "record_id", "IPAddress": "src_ip", "CallerIpAddress": "src_ip", "UserId": "actor_id", "RequestUri": "target_id",
	},
	Entities: []Entity{
		{"AppId", "app", "client"},
		{"SessionId", "session", "actor"},
		{"SignInActivityId", "token", "actor"},
		{"UniqueTokenId", "token", "actor"},
		{"OperationId", "correlation", "batch"},
		{"ClientRequestId", "correlation", "request"},
		{"DeviceId", "host", "client"},
		{"UserAgent", "agent", "client"},
	},
	Match:     isGraphActivity,
	Normalize: normalizeGraphActivity,
}

func isGraphActivity(r *Record) bool {
	switch {
	case r.HasColumns("RequestMethod", "RequestUri", "ResponseStatusCode"):
		return r.HasColumns("SignInActivityId") || r.HasColumns("Wids")
	case r.HasColumns("properties.requestMethod", "properties.requestUri"):
		category := r.Value("category")
		return category == vocab.GraphActivity || category == vocab.AzureGraphActivity || r.HasColumns("properties.signInActivityId")
	}
	return false
}

func normalizeGraphActivity(r *Record, e *event.Event) error {
	e.Shape = r.tableShape()
	if r.HasUnder("properties") {
		e.Shape = shapeDiagnostic
		unwrapRecord(r, e, "properties")
		graphNames(r)
	}
	method, address := r.Value("RequestMethod"), r.Value("RequestUri")
	host, path := hostAndPath(address)
	e.Operation, e.Action = method+" "+withoutIDs(path), event.HTTPRequest
	e.RecordID = r.Value("RequestId")
	r.occurred(e, "TimeRequested", "TimeGenerated", "timeRequested", "time")
	e.OutcomeCode = r.Value("ResponseStatusCode")
	e.Outcome = statusOutcome(e.OutcomeCode)
	graphCaller(r, e)
	e.SrcIP = firstAddress(r.First("IPAddress", "ipAddress"), r.First("CallerIpAddress", "callerIpAddress"))
	e.TargetType, e.TargetID, e.TargetName = "url", address, path
	w := r.NewWeb(e)
	w.Method, w.Host, w.Path, w.UserAgent = method, host, path, r.Value("UserAgent")
	w.Status = max(0, port(e.OutcomeCode))
	w.BytesOut = number(r.First("ResponseSizeBytes", "responseSizeBytes"))
	return nil
}

// graphCaller: with a user's token there is a user, with an application's own
// only its service principal; the older Graph may tell neither.
func graphCaller(r *Record, e *event.Event) {
	e.ActorID, e.ActorType = known(r.Value("UserId")), actorUser
	if e.ActorID == "" {
		e.ActorID, e.ActorType = known(r.Value("ServicePrincipalId")), actorServicePrincipal
	}
	if e.ActorID == "" {
		e.ActorID, e.ActorType = known(r.Value("AppId")), actorUnknown
	}
	e.Actor = pivot(e.ActorID)
}

// statusOutcome is the outcome of a request by the status of its answer.
func statusOutcome(status string) event.Outcome {
	if len(status) != 3 {
		if status == "" {
			return ""
		}
		return event.Unknown
	}
	switch {
	case status == "401", status == "403":
		return event.Denied
	case status[0] >= '1' && status[0] <= '3':
		return event.Success
	case status[0] == '4', status[0] == '5':
		return event.Failure
	}
	return event.Unknown
}

// hostAndPath takes an address apart; the query belongs to neither.
func hostAndPath(address string) (host, path string) {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	end := strings.IndexAny(address, "/?")
	if end < 0 {
		return strings.ToLower(address), ""
	}
	host, path = strings.ToLower(address[:end]), address[end:]
	path, _, _ = strings.Cut(path, "?")
	return host, path
}

// withoutIDs is a path with {id} for what differs from request to request, so
// that requests of one kind can be counted: GUIDs, names with a domain, keys in
// brackets, long numbers and what is not a word.
func withoutIDs(path string) string {
	var b strings.Builder
	for segment, rest, more := "", path, true; more; {
		segment, rest, more = strings.Cut(rest, "/")
		if open := strings.IndexByte(segment, '('); open > 0 && strings.HasSuffix(segment, ")") {
			b.WriteString(segment[:open])
			b.WriteString("({id})")
		} else if isID(segment) {
			b.WriteString("{id}")
		} else {
			b.WriteString(segment)
		}
		if more {
			b.WriteByte('/')
		}
	}
	return b.String()
}

// isID says whether a segment of a path is an id: it holds an @, or is long and
// holds digits.
func isID(segment string) bool {
	if strings.Contains(segment, "@") || strings.Contains(segment, "%40") {
		return true
	}
	digits := 0
	for i := range len(segment) {
		if isDigit(segment[i]) {
			digits++
		}
	}
	return digits == len(segment) && digits > 0 || len(segment) >= 16 && digits >= 4
}
