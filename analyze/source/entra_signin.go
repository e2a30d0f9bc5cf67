package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// entraSignIn is Microsoft Entra's sign-in logs: of users, interactive or not,
// of service principals and of managed identities.
var entraSignIn = &Source{
	Name:     "entra.signin",
	Title:    "Microsoft Entra sign-in logs",
	Framings: []string{FramingJSON, FramingCSV},
	Columns: []string{
		"AppId", "AppDisplayName", "ClientAppUsed", "UserAgent", "CorrelationId", "SessionId", "UniqueTokenIdentifier",
		"ConditionalAccessStatus", "AuthenticationRequirement", "RiskLevelDuringSignIn", "DeviceDetail.deviceId", "Location",
	},
	Dynamic: []string{
		"Status", "DeviceDetail", "LocationDetails", "MfaDetail", "ConditionalAccessPolicies", "AuthenticationDetails",
		"AuthenticationProcessingDetails", "AuthenticationRequirementPolicies", "NetworkLocationDetails",
		"TokenProtectionStatusDetails",
	},
	Kept: map[string]string{
		"Id": "record_id", "OperationName": "operation", "UserPrincipalName": "actor", "UserId": "actor_id",
		"IPAddress": "src_ip", "ResultType": "outcome_code", "ResourceIdentity": "target_id", "ResourceDisplayName": "target_name",
	},
	Entities: []Entity{
		{"AppId", "app", "client"},
		{"CorrelationId", "correlation", "request"},
		{"SessionId", "session", "actor"},
		{"UniqueTokenIdentifier", "token", "actor"},
		{"UserAgent", "agent", "client"},
		{"DeviceDetail.deviceId", "host", "client"},
	},
	Match:     isSignIn,
	Normalize: normalizeSignIn,
}

// signInTables are the tables and categories of sign-ins and who signs in.
var signInTables = map[string]string{
	vocab.InteractiveTable: actorUser, vocab.InteractiveCategory: actorUser,
	vocab.NonInteractiveTable: actorUser, vocab.NonInteractiveCategory: actorUser,
	vocab.ServicePrincipalTable: actorServicePrincipal, vocab.ServicePrincipalCategory: actorServicePrincipal,
	vocab.ManagedIdentityTable: actorManagedIdentity, vocab.ManagedIdentityCategory: actorManagedIdentity,
	vocab.FederatedTable: actorUser,
}

func isSignIn(r *Record) bool {
	switch {
	case r.HasAll("ResultType", "AppId", "CorrelationId"):
		return r.Has("UserPrincipalName") || r.Has("ServicePrincipalName") || r.Has("ServicePrincipalId")
	case r.HasAll("createdDateTime", "status.errorCode", "appId"):
		return true
	case r.HasAll("Date (UTC)", "Request ID", "Sign-in error code"):
		return true
	case r.HasUnder("properties"):
		return signInTables[r.First("category", "Category")] != ""
	}
	return false
}

func normalizeSignIn(r *Record, e *event.Event) error {
	if r.Has("Date (UTC)") {
		r.renamed(vocab.PortalSignIn)
	}
	e.Shape = entraShape(r)
	switch {
	case r.Has("Sign-in identifier"):
		e.Shape = shapePortal
	case e.Shape == shapeGraph:
		r.beside(vocab.GraphSignIn)
	}
	e.Operation, e.Action = firstKnown(r.entra("OperationName", "operationName"), vocab.SignInName), event.SignIn
	e.RecordID = r.entra("Id", "id")
	signInTime(r, e)
	e.OutcomeCode = r.First("ResultType", "resultType", "properties.status.errorCode", "Status.errorCode")
	e.Outcome = signInOutcome(e.OutcomeCode)
	signInActor(r, e)
	e.SrcIP = firstAddress(r.entra("IPAddress", "ipAddress"), r.First("callerIpAddress", "CallerIPAddress"))
	e.Host = strings.ToLower(r.entra("DeviceDetail.displayName", "deviceDetail.displayName"))
	e.TargetType = "app"
	e.TargetID = r.entra("ResourceIdentity", "resourceIdentity", "properties.resourceId")
	e.TargetName = r.entra("ResourceDisplayName", "resourceDisplayName")
	return nil
}

// signInTime: the row is made, and TimeGenerated set, when the sign-in ends.
func signInTime(r *Record, e *event.Event) {
	e.Time = r.UTC("CreatedDateTime", "CreatedDateTime [UTC]", "createdDateTime", "properties.createdDateTime", "time")
	generated := r.generated()
	switch {
	case !e.Time.Dated():
		e.Time = generated
	case generated.Dated() && generated.Micros != e.Time.Micros:
		e.Seen = generated.Micros
	}
	r.received(e)
}

func signInActor(r *Record, e *event.Event) {
	e.ActorType = signInTables[r.First("Type", "Category", "category")]
	upn := r.entra("UserPrincipalName", "userPrincipalName")
	if upn == "" && r.entra("ServicePrincipalId", "servicePrincipalId") != "" {
		e.Actor = pivot(r.entra("ServicePrincipalName", "servicePrincipalName"))
		e.ActorID = r.entra("ServicePrincipalId", "servicePrincipalId")
		if e.ActorType != actorManagedIdentity {
			e.ActorType = actorServicePrincipal
		}
		if e.Actor == "" {
			e.Actor = pivot(e.ActorID)
		}
		return
	}
	e.Actor, e.ActorID = pivot(upn), r.entra("UserId", "userId")
	if e.Actor == "" {
		e.Actor = pivot(e.ActorID)
	}
	if strings.EqualFold(r.entra("UserType", "userType"), "guest") {
		e.ActorType = actorGuest
	}
	if e.ActorType == "" {
		e.ActorType = actorUser
	}
}
