package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// activity is what a record of type 256 says in its PropertyCollection, found
// in one pass over the fields.
type activity struct {
	name, policyOperation, policyResult, success string
	userID, userName, userRole, userAddress      string
	resourceType, resourceID, resourceName       string
	kind, kindID, kindName                       string
	environmentID, environmentName, tenantID     string
	lockboxRequest, lockboxState, lockboxTicket  string
	isolation, agent, telemetry                  string
}

// propertyLists are where the values may stand: the list of a record, that in
// JSON text beside it, and Log Analytics' column.
var propertyLists = []string{"PropertyCollection.", "JsonPropertiesCollection.", "Properties."}

func propertyKey(name string) string {
	for _, list := range propertyLists {
		if key, ok := strings.CutPrefix(name, list); ok {
			return key
		}
	}
	return ""
}

// read takes the first value of each name.
func (a *activity) read(fields []event.Field) {
	for i := range fields {
		key := propertyKey(fields[i].Name)
		if key == "" || fields[i].Value == "" {
			continue
		}
		if p := a.place(key); p != nil {
			if *p == "" {
				*p = fields[i].Value
			}
			continue
		}
		if rest, ok := strings.CutPrefix(key, vocab.ResourceProperty); ok {
			a.resource(rest, fields[i].Value)
		}
	}
}

func (a *activity) place(key string) *string {
	switch key {
	case vocab.ActivityName:
		return &a.name
	case vocab.PolicyOperation:
		return &a.policyOperation
	case vocab.PolicyResult:
		return &a.policyResult
	case vocab.IsSuccessful:
		return &a.success
	case vocab.EndUserID:
		return &a.userID
	case vocab.EndUserName:
		return &a.userName
	case vocab.EndUserRole:
		return &a.userRole
	case vocab.EndUserAddress:
		return &a.userAddress
	case vocab.ResourceType:
		return &a.resourceType
	case vocab.ResourceID:
		return &a.resourceID
	case vocab.ResourceDisplayName:
		return &a.resourceName
	case vocab.EnvironmentID:
		return &a.environmentID
	case vocab.EnvironmentName:
		return &a.environmentName
	case vocab.TenantID:
		return &a.tenantID
	case vocab.LockboxRequest:
		return &a.lockboxRequest
	case vocab.LockboxState:
		return &a.lockboxState
	case vocab.LockboxTicket:
		return &a.lockboxTicket
	case vocab.IsolationEnabled:
		return &a.isolation
	case vocab.EndUserAgent:
		return &a.agent
	case vocab.TelemetryID:
		return &a.telemetry
	}
	return nil
}

// resource takes the id and the name of a resource of one kind: power_app.id.
// That of the telemetry is none.
func (a *activity) resource(rest, value string) {
	kind, what, ok := strings.Cut(rest, ".")
	if !ok || kind == "telemetry_correlation" || kind == "environment" || kind == "tenant" {
		return
	}
	if a.kind == "" {
		a.kind = kind
	}
	if kind != a.kind {
		return
	}
	switch what {
	case "id":
		a.kindID = value
	case "display_name", "name", "schema_name":
		if a.kindName == "" || what == "display_name" {
			a.kindName = value
		}
	}
}

// powerPlatformTargets are what the types and kinds of resources mean, in lower
// case and without underscores.
var powerPlatformTargets = map[string]string{
	"powerapp": "app", "powerappsapp": "app", "canvasapp": "app", "modeldrivenapp": "app", "app": "app",
	"cloudflow": "flow", "flow": "flow", "agentflow": "flow",
	"apipolicy": "policy", "datapolicy": "policy", "rulebasedpolicy": "policy", "ruleset": "policy",
	"billingpolicy": "policy", "isolationpolicy": "policy",
	"environment": "environment", "environmentgroup": "group", "connection": "connection",
	"connector": "connector", "customconnector": "connector", "gateway": "connector",
	"site": "site", "website": "site", "portal": "site", "powerpagessite": "site",
	"bot": "bot", "copilot": "bot", "agent": "bot", "tenant": "resource",
}

func powerPlatformTarget(kind string) string {
	return powerPlatformTargets[strings.ToLower(strings.ReplaceAll(kind, "_", ""))]
}

// powerPlatform reads a record of type 256: who, what and the result stand in
// the PropertyCollection, and Operation may hide the operation on a data
// policy.
func powerPlatform(r *Record, e *event.Event) {
	if len(r.Value("JsonPropertiesCollection")) > len("{}") {
		r.Expand("JsonPropertiesCollection")
	}
	var a activity
	a.read(r.Fields)
	e.Operation = firstKnown(a.name, e.Operation)
	if strings.EqualFold(e.Operation, vocab.GovernanceOperation) {
		e.Operation = firstKnown(a.policyOperation, e.Operation)
	}
	if name := pivot(a.userName); name != "" {
		e.Actor = name
	}
	e.ActorID = firstKnown(a.userID, e.ActorID)
	if t := auditActorTypes[a.userRole]; t == actorAdmin || t != "" && e.ActorType == "" {
		e.ActorType = t
	}
	e.SrcIP = firstAddress(a.userAddress, e.SrcIP)
	e.Outcome = outcomeOf(firstKnown(a.policyResult, a.success, r.Value("ResultStatus")))
	a.target(r, e)
	r.environment(a.environmentID)
	r.fill("UserAgent", r.Value("UserAgent"), a.agent)
	r.fill("AppAccessContext.CorrelationId", r.Value("AppAccessContext.CorrelationId"), a.telemetry)
}

// target is what the activity was done to.
func (a *activity) target(r *Record, e *event.Event) {
	if a.lockboxRequest != "" || a.lockboxState != "" {
		a.lockbox(e)
		return
	}
	e.TargetType = powerPlatformTarget(firstKnown(a.resourceType, a.kind))
	if e.TargetType == "" {
		e.TargetType = powerPlatformTarget(a.kind)
	}
	if e.TargetType == "" {
		e.TargetType = activityTarget(e.Operation)
	}
	if a.isolation != "" {
		e.TargetType, a.resourceID = "policy", firstKnown(a.resourceID, a.tenantID)
	}
	id, name := firstKnown(a.kindID, a.resourceID), firstKnown(a.kindName, a.resourceName)
	switch e.TargetType {
	case "environment":
		id, name = firstKnown(a.environmentID, id), firstKnown(a.environmentName, name)
	case "bot":
		id, name = firstKnown(id, r.Value("BotId")), firstKnown(name, r.Value("BotSchemaName"))
	}
	e.TargetID, e.TargetName = firstKnown(resourceID(id), e.TargetID), name
}

// activityWords are what an activity is about that says nothing of its
// resource, by a word in its name; the first that fits is taken.
var activityWords = []struct{ word, target string }{
	{"powerapp", "app"}, {"canvasapp", "app"}, {"heroapp", "app"}, {"environmentvariable", "resource"}, {"bot", "bot"},
	{"flow", "flow"}, {"policy", "policy"}, {"ruleset", "policy"}, {"connector", "connector"}, {"connection", "connection"},
	{"gateway", "connector"}, {"environment", "environment"}, {"adminset", "app"}, {"adminmodify", "app"}, {"site", "site"},
}

func activityTarget(operation string) string {
	operation = strings.ToLower(operation)
	for _, w := range activityWords {
		if strings.Contains(operation, w.word) {
			return w.target
		}
	}
	return "resource"
}

// lockboxOutcomes are the states of a request that are a decision; the others
// say that it was made, ran out or ended.
var lockboxOutcomes = map[string]event.Outcome{
	"approve": event.Success, "approved": event.Success,
	"deny": event.Denied, "denied": event.Denied, "reject": event.Denied, "rejected": event.Denied,
}

// lockbox reads a request of Microsoft's for access to the customer's data.
func (a *activity) lockbox(e *event.Event) {
	e.TargetType, e.TargetID, e.TargetName = "request", strings.ToLower(a.lockboxRequest), a.lockboxTicket
	e.OutcomeCode = a.lockboxState
	if o, ok := lockboxOutcomes[strings.ToLower(a.lockboxState)]; ok {
		e.Outcome = o
	}
}

// environment notes the environment under one name, whatever record told it. A
// row of Log Analytics has it in a column already.
func (r *Record) environment(id string) {
	if id = resourceID(known(id)); id != "" && !r.Has("EnvironmentId") {
		r.Add("EnvironmentId", id)
	}
}

// resourceID is an id without the provider's path before it; the same app is
// named with and without, and the default environment with a capital and
// without.
func resourceID(id string) string {
	if len(id) > 11 && strings.EqualFold(id[:11], "/providers/") {
		id = strings.TrimRight(id, "/")
		id = id[strings.LastIndexByte(id, '/')+1:]
	}
	return strings.ToLower(id)
}

// legacyTargets are what the flat records from before type 256 are about.
var legacyTargets = map[int]string{
	recordPowerApp: "app", recordPowerAppPlan: "resource", recordConnector: "connector", recordDataPolicy: "policy",
	recordPowerPages: "site",
}

// powerPlatformLegacy reads the flat records of Power Apps, connectors, sites
// and data policies before record type 256. What more there is stands as JSON
// text in AdditionalInfo.
func powerPlatformLegacy(r *Record, e *event.Event, number int) {
	e.TargetType = legacyTargets[number]
	if number == recordConnector && strings.Contains(e.Operation, "Connection") {
		e.TargetType = "connection"
	}
	r.Expand("AdditionalInfo")
	e.TargetID = resourceID(firstKnown(r.Value("ResourceId"), e.TargetID, r.Value("AppName")))
	e.TargetName = r.First("AppName", "PolicyName", "SiteName", "WebsiteName", "DisplayName", "AdditionalInfo.displayName")
	r.environment(r.First("AdditionalInfo.environmentName", "AdditionalInfo.EnvironmentName", "AdditionalInfo.environmentId",
		"AdditionalInfo.EnvironmentId", "EnvironmentName"))
}

// flow reads a Power Automate record. The flow's id stands only in the address
// of its page, and not even there when it was deleted: ObjectId is the user's
// then.
func flow(r *Record, e *event.Event) {
	e.TargetType = "flow"
	environment, id := flowOf(r.Value("FlowDetailsUrl"))
	e.TargetID = id
	r.Expand("AdditionalInfo")
	r.environment(firstKnown(environment, r.Value("AdditionalInfo.environmentName")))
	if upn := pivot(r.Value("UserUPN")); strings.Contains(upn, "@") {
		e.Actor = upn
	}
	if r.Value("UserTypeInitiated") == "2" {
		e.ActorType = actorAdmin
	}
}

// flowOf finds environment and flow in an address like
// …/environments/{environment}/flows/{flow}/details.
func flowOf(url string) (environment, flow string) {
	return segmentAfter(url, "/environments/"), segmentAfter(url, "/flows/")
}

func segmentAfter(url, mark string) string {
	_, rest, ok := strings.Cut(url, mark)
	if !ok {
		return ""
	}
	segment, _, _ := strings.Cut(rest, "/")
	segment, _, _ = strings.Cut(segment, "?")
	return strings.ToLower(segment)
}
