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
	Reads: []string{
		"Graph auditLogs/signIns, v1.0 and beta: answers, arrays, lines; the portal's JSON; Microsoft-Extractor-Suite, untitledgoosetool, DFIR-O365RC",
		"the portal's CSV of users, interactive or not, of service principals and of managed identities, with English headings",
		"Log Analytics SigninLogs, AADNonInteractiveUserSignInLogs, AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs, ADFSSignInLogs, MicrosoftServicePrincipalSignInLogs, AADFirstPartyToFirstPartySignInLogs",
		"diagnostic settings: the same categories in storage and event hubs",
		"objects of PowerShell's modules as JSON, and as CSV with @{...} in a cell",
	},
	Limits: []string{
		"Entra keeps sign-ins for 30 days, 7 in free tenants",
		"the portal downloads 100,000 sign-ins a file, and what its filter left",
		"Graph v1.0 answers with interactive sign-ins only; the other three kinds are in beta",
		"a refreshed token is a non-interactive sign-in: one person makes many in a day, and the portal shows alike ones as one row",
		"a non-interactive sign-in through an application with a secret shows the address that the token was first issued to",
		"the portal's files of authentication details alone are no sign-ins and not recognised",
		"codes that ask for more (a second factor, consent) are interrupts and not failures; an attempt may be told in several records with one correlation id",
		"the portal's CSV doesn't say of which kind a sign-in of a managed identity is, and names no device",
	},
	Columns: []string{
		"AppId", "AppDisplayName", "ClientAppUsed", "UserAgent", "CorrelationId", "SessionId", "UniqueTokenIdentifier",
		"ConditionalAccessStatus", "AuthenticationRequirement", "RiskLevelDuringSignIn", "DeviceDetail.deviceId", "Location",
	},
	Dynamic: signInJSON,
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

// signInJSON are the columns that hold JSON as text.
var signInJSON = []string{
	"Status", "DeviceDetail", "LocationDetails", "MfaDetail", "ConditionalAccessPolicies", "AuthenticationDetails",
	"AuthenticationProcessingDetails", "AuthenticationRequirementPolicies", "NetworkLocationDetails",
	"TokenProtectionStatusDetails", "AppliedConditionalAccessPolicies", "AppliedEventListeners", "Agent",
	"ManagedServiceIdentity", "RiskEventTypes_V2", "SessionLifetimePolicies", "AuthenticationContextClassReferences",
	"ConditionalAccessAudiences", "SignInEventTypes", "AuthenticationAppDeviceDetails",
	"AuthenticationAppPolicyEvaluationDetails",
}

// signInCells are the fields of Graph that PowerShell writes into one cell.
var signInCells = []string{"status", "deviceDetail", "location", "mfaDetail", "managedServiceIdentity"}

// signInTables are the tables, categories and Graph's types of sign-ins, and who
// signs in.
var signInTables = map[string]string{
	vocab.InteractiveTable: actorUser, vocab.InteractiveCategory: actorUser,
	vocab.NonInteractiveTable: actorUser, vocab.NonInteractiveCategory: actorUser,
	vocab.ServicePrincipalTable: actorServicePrincipal, vocab.ServicePrincipalCategory: actorServicePrincipal,
	vocab.ManagedIdentityTable: actorManagedIdentity, vocab.ManagedIdentityCategory: actorManagedIdentity,
	vocab.MicrosoftTable: actorServicePrincipal, vocab.FirstPartyTable: actorServicePrincipal,
	vocab.FederatedTable: actorUser,
	"interactiveUser":    actorUser, "nonInteractiveUser": actorUser,
	"servicePrincipal": actorServicePrincipal, "managedIdentity": actorManagedIdentity,
}

func isSignIn(r *Record) bool {
	switch {
	case r.HasColumns("ResultType", "AppId", "CorrelationId"):
		return r.HasColumns("UserPrincipalName") || r.HasColumns("ServicePrincipalName") || r.HasColumns("ServicePrincipalId")
	case r.HasColumns("createdDateTime", "appId"):
		return r.HasColumns("status.errorCode") || r.HasColumns("status") && (r.HasColumns("conditionalAccessStatus") || r.HasColumns("resourceDisplayName"))
	case r.HasColumns("CreatedDateTime", "AppId", "Status.ErrorCode"):
		return true
	case r.HasColumns("Date (UTC)", "Request ID", "Application"):
		return r.HasColumns("Sign-in error code") || r.HasColumns("Status")
	case r.HasColumns("AppId", "CorrelationId", "ServicePrincipalId", "ServicePrincipalCredentialKeyId"):
		return r.HasColumns("ResourceIdentity")
	case r.HasUnder("properties") || r.HasColumns("properties"):
		return signInTables[r.First("category", "Category")] != ""
	}
	return false
}

func normalizeSignIn(r *Record, e *event.Event) error {
	e.Shape = signInShape(r)
	e.Operation, e.Action = firstKnown(r.entra("OperationName", "operationName"), vocab.SignInName), event.SignIn
	e.RecordID = r.entra("Id", "id")
	r.occurred(e, "CreatedDateTime", "createdDateTime", "properties.createdDateTime", "time")
	signInResult(r, e)
	signInActor(r, e)
	e.SrcIP = firstAddress(r.entra("IPAddress", "ipAddress"), r.First("callerIpAddress", "CallerIPAddress"))
	e.Host = strings.ToLower(r.entra("DeviceDetail.displayName", "deviceDetail.displayName"))
	e.TargetType = "app"
	e.TargetID = r.entra("ResourceIdentity", "resourceIdentity", "properties.resourceId")
	e.TargetName = r.entra("ResourceDisplayName", "resourceDisplayName")
	return nil
}

// signInShape gives the fields the table's names.
func signInShape(r *Record) string {
	if r.Has("Date (UTC)") {
		r.renamed(vocab.PortalSignIn)
		portalLocation(r)
		return shapePortal
	}
	for _, name := range signInCells {
		r.hashTable(name)
	}
	shape := entraShape(r)
	switch shape {
	case shapeGraph:
		r.beside(vocab.GraphSignIn)
	case shapeDiagnostic:
		r.beside(vocab.DiagnosticSignIn)
	case shapePowerShell:
		r.beside([][2]string{{"Status.errorCode", "ResultType"}, {"Status.failureReason", "ResultDescription"},
			{"LocationDetails.countryOrRegion", "Location"}})
	default:
		r.rejoined(signInJSON)
	}
	return shape
}

// portalLocation takes "city, state, country" apart; the table has the country
// alone as Location.
func portalLocation(r *Record) {
	text := r.Value("LocationDetails")
	last := strings.LastIndex(text, ", ")
	if last < 0 {
		return
	}
	country := text[last+2:]
	city, state, _ := strings.Cut(text[:last], ", ")
	for _, f := range [][2]string{
		{"Location", country}, {"LocationDetails.city", city}, {"LocationDetails.state", state},
		{"LocationDetails.countryOrRegion", country},
	} {
		if f[1] != "" {
			r.Add(f[0], f[1])
		}
	}
}

// signInResult: the code decides; where an export has a word instead, the word.
// The portal's word knows every interrupt.
func signInResult(r *Record, e *event.Event) {
	e.OutcomeCode = r.First("ResultType", "resultType", "Status.errorCode")
	word := r.First("Status", "ResultSignature", "resultSignature")
	switch {
	case strings.EqualFold(word, "Interrupted"):
		e.Outcome = event.Interrupt
	case e.OutcomeCode != "" && isDigit(e.OutcomeCode[0]):
		e.Outcome = signInOutcome(e.OutcomeCode)
	case e.OutcomeCode != "":
		e.Outcome = outcomeOf(e.OutcomeCode)
	case e.Shape == shapePortal && word == "Success": // it leaves the code out
		e.Outcome, e.OutcomeCode = event.Success, "0"
	case known(word) != "":
		e.Outcome = outcomeOf(word)
	default:
		e.Outcome = event.Unknown
	}
}

func signInActor(r *Record, e *event.Event) {
	e.ActorType = signInKind(r)
	upn := r.entra("UserPrincipalName", "userPrincipalName")
	if upn == "" && r.entra("ServicePrincipalId", "servicePrincipalId") != "" {
		e.ActorID = r.entra("ServicePrincipalId", "servicePrincipalId")
		e.Actor = pivot(firstKnown(r.entra("ServicePrincipalName", "servicePrincipalName"), e.ActorID))
		if e.ActorType != actorManagedIdentity {
			e.ActorType = actorServicePrincipal
		}
		return
	}
	e.ActorID = r.entra("UserId", "userId")
	e.Actor = pivot(firstKnown(upn, e.ActorID))
	if strings.EqualFold(r.entra("UserType", "userType"), "guest") {
		e.ActorType = actorGuest
	}
	if e.ActorType == "" {
		e.ActorType = actorUser
	}
}

// signInKind says who signs in, by the table or category, by Graph's types, or
// by what only the records of managed identities have.
func signInKind(r *Record) string {
	for _, name := range []string{"Type", "Category", "category", "SignInEventTypes", "signInEventTypes"} {
		if kind := signInTables[r.Value(name)]; kind != "" {
			return kind
		}
	}
	if kind := signInTables[r.logTable()]; kind != "" {
		return kind
	}
	switch r.First("ManagedServiceIdentity.msiType", "managedServiceIdentity.msiType", "Managed Identity type") {
	case "", "none", "None":
		return ""
	}
	return actorManagedIdentity
}
