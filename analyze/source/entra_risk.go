package source

import (
	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// entraRisk is what Microsoft Entra ID Protection detected: when it happened,
// and when it was noticed.
var entraRisk = &Source{
	Name:     "entra.risk",
	Title:    "Microsoft Entra risk detections",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Graph identityProtection/riskDetections and servicePrincipalRiskDetections: answers, arrays, lines; collectors' JSON and CSV",
		"Log Analytics AADUserRiskEvents, AADServicePrincipalRiskEvents, AADAgentRiskEvents",
		"diagnostic settings: UserRiskEvents, ServicePrincipalRiskEvents, AgentRiskEvents",
	},
	Limits: []string{
		"the event's time is the activity's; when it was detected stands beside it, for offline detections hours or days later",
		"without a P2 licence detections are of the type generic and tell no detail",
		"a detection may change its state later; every state is a record of its own",
	},
	Columns: []string{
		"RiskEventType", "RiskState", "RiskLevel", "RiskDetail", "Source", "DetectionTimingType", "Activity",
		"TokenIssuerType", "RequestId", "CorrelationId", "Location.countryOrRegion", "AppId",
	},
	Dynamic: []string{"AdditionalInfo", "additionalInfo", "Location"},
	Kept: map[string]string{
		"Id": "record_id", "UserPrincipalName": "actor", "UserId": "actor_id", "IpAddress": "src_ip", "IPAddress": "src_ip",
	},
	Entities: []Entity{
		{"CorrelationId", "correlation", "request"},
		{"RequestId", "correlation", "sign_in"},
		{"AppId", "app", "actor"},
	},
	Match:     isEntraRisk,
	Normalize: normalizeEntraRisk,
}

func isEntraRisk(r *Record) bool {
	switch {
	case r.HasColumns("riskEventType", "detectedDateTime"), r.HasColumns("RiskEventType", "DetectedDateTime"):
		return true
	case r.HasColumns("properties.riskEventType"):
		return r.HasColumns("properties.detectedDateTime") || vocab.RiskCategories[r.Value("category")]
	}
	return false
}

func normalizeEntraRisk(r *Record, e *event.Event) error {
	e.Shape = identityShape(r, e)
	r.renamed([][2]string{{"location.countryOrRegion", "Location.countryOrRegion"}})
	e.RecordID = r.Value("Id")
	e.Operation, e.Action = r.Value("RiskEventType"), event.Risk
	e.OutcomeCode = r.Value("RiskState")
	r.occurred(e, "ActivityDateTime", "time")
	if detected := r.portalTime("DetectedDateTime"); detected.Dated() {
		e.Seen = detected.Micros
	}
	riskOf(r, e)
	e.SrcIP = firstAddress(r.First("IPAddress", "IpAddress"))
	return nil
}

// identityShape makes what diagnostic settings put below properties the record,
// and gives the fields the table's names.
func identityShape(r *Record, e *event.Event) string {
	shape := r.tableShape()
	if r.HasUnder("properties") {
		shape = shapeDiagnostic
		unwrapRecord(r, e, "properties")
		if !r.HasUnder("additionalInfo") {
			r.Expand("additionalInfo")
		}
	} else if r.Has("riskState") {
		shape = shapeGraph
	} else if !r.generated().Dated() {
		shape = shapePowerShell
	}
	graphNames(r)
	return shape
}

// riskOf fills who is at risk: a user, a service principal or an agent.
func riskOf(r *Record, e *event.Event) {
	user := r.Value("UserPrincipalName")
	switch {
	case user != "" || r.Value("UserId") != "":
		e.ActorID, e.ActorType = r.Value("UserId"), actorUser
		e.TargetType, e.TargetName = "user", user
	case r.First("AgentId", "agentId") != "":
		e.ActorID, e.ActorType = r.First("AgentId", "agentId"), actorServicePrincipal
		e.TargetType, e.TargetName = "service_principal", r.First("AgentDisplayName", "agentDisplayName")
	default:
		e.ActorID, e.ActorType = r.Value("ServicePrincipalId"), actorServicePrincipal
		e.TargetType, e.TargetName = "service_principal", r.First("ServicePrincipalDisplayName", "DisplayName", "displayName")
	}
	e.TargetID = e.ActorID
	e.Actor = pivot(firstKnown(e.TargetName, e.ActorID))
}

// entraRiskyUser is the state of the users, service principals and agents that
// are or were at risk.
var entraRiskyUser = &Source{
	Name:     "entra.riskyuser",
	Title:    "Microsoft Entra risky users and service principals",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Graph identityProtection/riskyUsers, riskyServicePrincipals and their history; collectors' JSON and CSV",
		"Log Analytics AADRiskyUsers, AADRiskyServicePrincipals, AADRiskyAgents",
		"diagnostic settings: RiskyUsers, RiskyServicePrincipals, RiskyAgents",
	},
	Limits: []string{
		"a state, not an event: the time is that of the last change, and earlier ones are only in the history or the tables",
		"the record id is the id of the user with that time, so that the states of one user are no copies of each other",
	},
	Columns: []string{"RiskState", "RiskLevel", "RiskDetail", "IsDeleted", "IsProcessing", "CorrelationId", "AppId", "UserDisplayName"},
	Kept:    map[string]string{"UserPrincipalName": "actor", "Id": "actor_id"},
	Entities: []Entity{
		{"CorrelationId", "correlation", "request"},
		{"AppId", "app", "actor"},
	},
	Match:     isRiskyUser,
	Normalize: normalizeRiskyUser,
}

func isRiskyUser(r *Record) bool {
	switch {
	case r.HasColumns("riskLastUpdatedDateTime", "riskState"), r.HasColumns("RiskLastUpdatedDateTime", "RiskState"):
		return true
	case r.HasColumns("RiskLastModifiedDateTime", "RiskState"), r.HasColumns("riskLastModifiedDateTime", "riskState"):
		return true
	}
	return r.HasColumns("properties.riskState") && vocab.RiskyCategories[r.Value("category")]
}

func normalizeRiskyUser(r *Record, e *event.Event) error {
	e.Shape = identityShape(r, e)
	e.Operation, e.Action = r.Value("RiskState"), event.Risk
	e.OutcomeCode = r.Value("RiskDetail")
	changed := r.First("RiskLastUpdatedDateTime", "RiskLastModifiedDateTime", "riskLastModifiedDateTime")
	r.occurred(e, "RiskLastUpdatedDateTime", "RiskLastModifiedDateTime", "riskLastModifiedDateTime", "time")
	riskyPrincipal(r, e)
	if e.RecordID = e.ActorID; e.RecordID != "" && changed != "" {
		e.RecordID += "/" + changed
	}
	return nil
}

// riskyPrincipal: Id is the principal's; a record of the history has one of its
// own and names the user beside it.
func riskyPrincipal(r *Record, e *event.Event) {
	e.ActorID = r.First("UserId", "Id", "id")
	e.ActorType, e.TargetType = actorUser, "user"
	e.TargetName = r.Value("UserPrincipalName")
	if !r.HasColumns("UserPrincipalName") {
		e.ActorType, e.TargetType = actorServicePrincipal, "service_principal"
		e.TargetName = r.First("DisplayName", "displayName", "AgentDisplayName", "agentDisplayName")
	}
	e.TargetID = e.ActorID
	e.Actor = pivot(firstKnown(e.TargetName, e.ActorID))
}
