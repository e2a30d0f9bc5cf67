package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// azureActivity is the log of what was done to the resources of a subscription.
// One operation is told by two to four records: it starts, is accepted, and ends
// in success or failure. Those with an operation id say in PartOf that they
// belong together. Names of operations and ids of resources mean the same in
// any capitals, and exports differ in them: the event has small ones.
var azureActivity = &Source{
	Name:     "azure.activity",
	Title:    "Azure activity log",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"the REST API, az monitor activity-log and the portal's JSON; Microsoft-Extractor-Suite, untitledgoosetool, DFIR-O365RC",
		"the portal's CSV with English headings",
		"Log Analytics AzureActivity",
		"storage and event hubs: all categories of the log",
		"objects of Get-AzActivityLog as JSON",
		"Customer Lockbox for Azure: its requests and approvals are operations of this log",
	},
	Limits: []string{
		"Azure keeps the activity log for 90 days",
		"reads of resources are not logged, nor what happens inside them: secrets read and data downloaded are in their resource logs",
		"one operation has several records; they are one event where an operation id tells so, which storage and event hubs may leave out and the portal's CSV does",
		"a write creates or changes: the log doesn't say which, and both are updates here",
		"the portal's CSV has names for people instead of operations, no ids and no addresses; where its time says how long ago, there is none",
		"who acts in the name of a resource provider is a name or an id without an address",
	},
	Columns: []string{
		"ActivityStatusValue", "CategoryValue", "CorrelationId", "OperationId", "Level", "ResourceGroup", "SubscriptionId",
		"ResourceProviderValue", "Claims.appid", "Claims.uti", "Authorization.action", "Authorization.evidence.role",
	},
	Dynamic: []string{"Claims", "Authorization", "Properties", "HTTPRequest"},
	Kept: map[string]string{
		"EventDataId": "record_id", "OperationNameValue": "operation", "operationName": "operation", "Caller": "actor",
		"CallerIpAddress": "src_ip", "ResourceId": "target_id", "ActivitySubstatusValue": "outcome_code",
	},
	Entities: []Entity{
		{"CorrelationId", "correlation", "request"},
		{"OperationId", "correlation", "operation"},
		{"Claims.appid", "app", "actor"},
		{"Claims.uti", "token", "actor"},
	},
	Match:     isAzureActivity,
	Normalize: normalizeAzureActivity,
}

// shapeREST is what Azure's and Azure DevOps' own interfaces answer.
const shapeREST = "rest"

func isAzureActivity(r *Record) bool {
	switch {
	case r.HasColumns("OperationNameValue", "ActivityStatusValue"), r.HasColumns("OperationName", "ActivityStatus", "Caller"):
		return true
	case r.HasColumns("eventTimestamp", "operationName.value"), r.HasColumns("eventTimestamp", "operationName", "resourceId"):
		return true
	case r.HasColumns("EventTimestamp", "SubmissionTimestamp", "ResourceId"), r.HasColumns("event_timestamp", "operation_name.value"):
		return true
	case r.HasColumns("Operation name", "Event category", "Event initiated by"):
		return true
	case r.HasColumns("time", "resourceId", "operationName", "resultType", "correlationId"):
		return vocab.AzureCategories[r.Value("category")]
	}
	return false
}

func normalizeAzureActivity(r *Record, e *event.Event) error {
	e.Shape = azureActivityShape(r)
	e.Operation = r.First("OperationNameValue", "OperationName")
	if !strings.Contains(e.Operation, " ") { // else it is a name for people
		e.Operation = strings.ToLower(e.Operation)
	}
	if !r.Has("operationName") {
		r.Add("operationName", e.Operation)
	}
	e.RecordID = r.First("EventDataId", "properties.eventDataId")
	azureActivityTime(r, e)
	azureCaller(r, e)
	e.SrcIP = firstAddress(r.Value("CallerIpAddress"), r.Value("HTTPRequest.clientIpAddress"), r.First(claimAddress...))
	e.TargetID = strings.ToLower(r.First("ResourceId", "_ResourceId", "Resource"))
	e.TargetName = e.TargetID[strings.LastIndexByte(e.TargetID, '/')+1:]
	e.TargetType = azureTargetType(e.TargetID)
	e.OutcomeCode = r.First("ActivitySubstatusValue", "ActivitySubstatus")
	status := r.First("ActivityStatusValue", "ActivityStatus")
	e.Outcome = azureOutcome(r, status, e.OutcomeCode)
	e.Action = azureAction(e.Operation, r.First("OperationName", "operationName.localizedValue", "Operation name"),
		r.First("CategoryValue", "Category"))
	azureOperation(r, e)
	return nil
}

// azureActivityShape gives the fields the table's names.
func azureActivityShape(r *Record) string {
	switch {
	case r.HasColumns("Event category", "Event initiated by"):
		r.renamed(vocab.ActivityPortal)
		return shapePortal
	case r.Has("eventTimestamp"), r.Has("event_timestamp"):
		r.renamed(vocab.ActivityPython)
		r.renamed(vocab.ActivityCapitals)
		r.beside(vocab.ActivityREST)
		return shapeREST
	case r.Has("EventTimestamp"):
		r.beside(vocab.ActivityPowerShell)
		return shapePowerShell
	case r.HasAll("time", "resultType"):
		r.renamed(vocab.ActivityCapitals)
		r.beside(vocab.ActivityDiagnostic)
		if provider, _, ok := strings.Cut(r.Value("operationName"), "/"); ok {
			r.Add("ResourceProviderValue", provider)
		}
		return shapeDiagnostic
	}
	r.beside([][2]string{{"_ResourceId", "ResourceId"}})
	for _, name := range []string{"Claims", "Authorization"} {
		if !r.HasUnder(name) {
			r.second(name, name+"_d")
		}
	}
	return r.tableShape()
}

// second flattens the copy of a column that holds the same as JSON of a dynamic
// column, under the name of the first.
func (r *Record) second(name, copied string) {
	r.Expand(copied)
	own := len(r.Fields)
	for i := range own {
		if f := r.Fields[i]; below(f.Name, copied) && !f.Null {
			r.Add(name+f.Name[len(copied):], f.Value)
		}
	}
}

// azureActivityTime: the portal shows the time of whoever looks. Time may say how
// long ago that was; Time stamp, where it is there, is a browser's date.
func azureActivityTime(r *Record, e *event.Event) {
	if e.Shape == shapePortal {
		text, _, _ := strings.Cut(r.First("Time stamp", "Time"), " (")
		e.Time = r.Time(r.Clock(), strings.Replace(text, " GMT", " ", 1))
		return
	}
	e.Time = r.UTC("eventTimestamp", "EventTimestamp", "time")
	if !e.Time.Dated() {
		e.Time = r.generated()
	}
	e.Seen = r.portalTime("submissionTimestamp", "SubmissionTimestamp", "EventSubmissionTimestamp").Micros
	r.received(e)
}

// The claims of the caller's token that tell who it is.
var (
	claimObject   = inClaims("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")
	claimName     = inClaims("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "upn", "unique_name", "name")
	claimAddress  = inClaims("ipaddr")
	claimKind     = append(inClaims("idtyp"), "identity_claim_idtyp_s")
	claimAuth     = inClaims("appidacr")
	claimResource = append(inClaims("xms_mirid"), "identity_claim_xms_mirid_s")
)

// inClaims are the places of claims in all export shapes.
func inClaims(names ...string) []string {
	var list []string
	for _, name := range names {
		for _, place := range []string{
			"claims.", "Claims.", "identity.claims.", "Claims.Content.", // activity log
			"identity.claim.", "Identity.claim.", // key vault
		} {
			list = append(list, place+name)
		}
	}
	return list
}

// azureCaller: Caller is a user's name, or the id of a service principal, or the
// name of a service; the claims tell more.
func azureCaller(r *Record, e *event.Event) {
	caller := known(r.Value("Caller"))
	e.ActorID = r.First(claimObject...)
	if e.ActorID == "" && isGUID(caller) {
		e.ActorID = caller
	}
	if caller == "" {
		caller = r.First(claimName...)
	}
	e.Actor = pivot(firstKnown(caller, e.ActorID))
	e.ActorType = callerType(r, e.Actor)
}

// callerType is who acts, by the claims of the token and the name.
func callerType(r *Record, actor string) string {
	switch {
	case actor == "":
		return ""
	case r.First(claimResource...) != "":
		return actorManagedIdentity
	case r.First(claimKind...) == "app":
		return actorServicePrincipal
	case strings.Contains(actor, "#ext#"):
		return actorGuest
	case strings.Contains(actor, "@"), r.First(claimKind...) == "user":
		return actorUser
	case isGUID(actor), r.First(claimAuth...) != "":
		return actorServicePrincipal
	}
	return actorSystem
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if _, ok := hexDigit(s[i]); !ok {
			return false
		}
	}
	return true
}

// azureStages are the statuses of an operation that hasn't ended, and those of
// states that have no result, in lower case.
var azureStages = map[string]bool{
	"start": true, "started": true, "begin": true, "accept": true, "accepted": true, "inprogress": true,
	"in progress": true, "running": true, "active": true, "updated": true, "update": true, "resolved": true,
	"activated": true,
}

// azureOutcome: an operation that only started or was accepted has no result
// yet; one that was forbidden is denied.
func azureOutcome(r *Record, status, sub string) event.Outcome {
	folded := strings.ToLower(strings.TrimSpace(status))
	if azureStages[folded] {
		return ""
	}
	if folded == "canceled" || folded == "cancelled" {
		return event.Interrupt
	}
	o := outcomeOf(folded)
	if o == event.Failure && forbidden(sub, r.First("properties.statusCode", "Properties.statusCode")) {
		return event.Denied
	}
	return o
}

func forbidden(texts ...string) bool {
	for _, t := range texts {
		if strings.HasPrefix(t, "Forbidden") || strings.HasPrefix(t, "Unauthorized") || t == "403" || t == "401" {
			return true
		}
	}
	return false
}

// azureOperation says which operation a record tells a part of. The resource
// and the name belong to the key: one operation id may cover several.
func azureOperation(r *Record, e *event.Event) {
	if id := known(r.Value("OperationId")); id != "" && e.Operation != "" {
		e.PartOf = strings.ToLower(id) + " " + e.Operation + " " + e.TargetID
	}
}

// azureTargets say what a resource is, by a part of its id in lower case.
var azureTargets = []struct{ part, target string }{
	{"/roleassignments/", "role"}, {"/roledefinitions/", "role"}, {"/policyassignments/", "policy"},
	{"/policydefinitions/", "policy"}, {"/policysetdefinitions/", "policy"}, {"/policyexemptions/", "policy"},
	{"/virtualmachines/", "host"}, {"/alertrules/", "rule"}, {"/metricalerts/", "rule"}, {"/securityrules/", "rule"},
}

func azureTargetType(id string) string {
	id = strings.ToLower(id)
	for _, t := range azureTargets {
		if strings.Contains(id, t.part) {
			return t.target
		}
	}
	return "resource"
}
