package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// property begins the name of a value in a PropertyCollection.
const property = "PropertyCollection."

// powerPlatformTargets are what the resource types mean, in lower case.
var powerPlatformTargets = map[string]string{
	"powerapp": "app", "canvasapp": "app", "modeldrivenapp": "app", "cloudflow": "flow", "flow": "flow",
	"apipolicy": "policy", "datapolicy": "policy", "rulebasedpolicy": "policy", "billingpolicy": "policy",
	"environment": "environment", "connection": "connection", "connector": "connector", "customconnector": "connector",
	"site": "site", "powerpagessite": "site", "bot": "bot", "copilot": "bot", "tenant": "resource",
}

// powerPlatform reads a record of type 256: who, what and the result stand in
// the PropertyCollection, and Operation may hide the operation on a data
// policy.
func powerPlatform(r *Record, e *event.Event) {
	if name := r.Value(property + vocab.ActivityName); name != "" {
		e.Operation = name
	}
	if e.Operation == vocab.GovernanceOperation {
		e.Operation = firstKnown(r.Value(property+vocab.PolicyOperation), e.Operation)
	}
	if name := pivot(r.Value(property + vocab.EndUserName)); name != "" {
		e.Actor = name
	}
	e.ActorID = firstKnown(r.Value(property+vocab.EndUserID), e.ActorID)
	if strings.EqualFold(r.Value(property+vocab.EndUserRole), "admin") {
		e.ActorType = actorAdmin
	}
	e.SrcIP = firstAddress(r.Value(property+vocab.EndUserAddress), e.SrcIP)
	powerPlatformTarget(r, e)
	result := r.First(property+vocab.PolicyResult, property+vocab.IsSuccessful, "ResultStatus")
	e.Outcome = outcomeOf(result)
}

func powerPlatformTarget(r *Record, e *event.Event) {
	kind := r.Value(property + vocab.ResourceType)
	e.TargetType = powerPlatformTargets[strings.ToLower(kind)]
	if e.TargetType == "" {
		e.TargetType = "resource"
	}
	ids := []string{property + vocab.PowerAppID, property + vocab.ConnectionID, property + vocab.ResourceID}
	names := []string{property + vocab.PowerAppDisplayName, property + vocab.ResourceDisplayName}
	if e.TargetType == "environment" {
		ids = append(ids, property+vocab.EnvironmentID)
		names = append(names, property+vocab.EnvironmentName)
	}
	e.TargetID = firstKnown(resourceID(r.First(ids...)), e.TargetID)
	e.TargetName = r.First(names...)
}

// resourceID is an id without the provider's path before it; the same app is
// named with and without.
func resourceID(id string) string {
	if strings.HasPrefix(id, "/providers/") {
		id = id[strings.LastIndexByte(id, '/')+1:]
	}
	return strings.ToLower(id)
}

// powerPlatformLegacy reads the flat records of Power Apps, connectors and data
// policies before record type 256.
func powerPlatformLegacy(r *Record, e *event.Event, number int) {
	e.TargetType = map[int]string{
		recordPowerApp: "app", recordPowerAppPlan: "resource", recordConnector: "connector", recordDataPolicy: "policy",
	}[number]
	r.Expand("AdditionalInfo")
	e.TargetID = resourceID(firstKnown(r.Value("ResourceId"), e.TargetID, r.Value("AppName")))
	e.TargetName = r.First("AppName", "PolicyName", "DisplayName")
}

// flow reads a Power Automate record. The flow's id stands only in the address
// of its page, and not even there when it was deleted.
func flow(r *Record, e *event.Event) {
	e.TargetType = "flow"
	environment, id := flowOf(r.Value("FlowDetailsUrl"))
	e.TargetID = id
	if environment != "" {
		r.Add("EnvironmentId", environment)
	}
	if upn := pivot(r.Value("UserUPN")); upn != "" {
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

// dataverse reads a record of Dataverse and the model-driven apps: the message
// is what was done, the entity what it was done to.
func dataverse(r *Record, e *event.Event) {
	if m := r.Value("Message"); m != "" {
		e.Operation = m
	}
	if upn := pivot(r.Value("UserUpn")); upn != "" {
		e.Actor = upn
	}
	e.ActorID = firstKnown(r.Value("SystemUserId"), e.ActorID)
	if isApplicationUser(e.Actor) {
		e.ActorType = actorServicePrincipal
	}
	e.TargetType = "record"
	switch e.TargetName = r.Value("EntityName"); e.TargetName {
	case "systemuser":
		e.TargetType = "user"
	case "role":
		e.TargetType = "role"
	}
	e.TargetID = firstKnown(r.Value("EntityId"), e.TargetID)
	if e.Outcome == "" {
		e.Outcome = outcomeOf(r.Value("ResultStatus"))
	}
}

// isApplicationUser: Dataverse gives an application user a name whose domain is
// a GUID.
func isApplicationUser(upn string) bool {
	_, domain, ok := strings.Cut(upn, "@")
	guid, _, dotted := strings.Cut(domain, ".")
	return ok && dotted && len(guid) == 36 && strings.Count(guid, "-") == 4
}
