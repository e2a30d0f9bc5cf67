package vocab

// Tables and categories of Entra's sign-in logs. Log Analytics names tables,
// diagnostic settings name categories.
const (
	InteractiveTable      = "SigninLogs"
	NonInteractiveTable   = "AADNonInteractiveUserSignInLogs"
	ServicePrincipalTable = "AADServicePrincipalSignInLogs"
	ManagedIdentityTable  = "AADManagedIdentitySignInLogs"
	FederatedTable        = "ADFSSignInLogs"

	InteractiveCategory      = "SignInLogs"
	NonInteractiveCategory   = "NonInteractiveUserSignInLogs"
	ServicePrincipalCategory = "ServicePrincipalSignInLogs"
	ManagedIdentityCategory  = "ManagedIdentitySignInLogs"
	FederatedCategory        = "ADFSSignInLogs"

	MicrosoftTable  = "MicrosoftServicePrincipalSignInLogs" // of Microsoft's own services; the category too
	FirstPartyTable = "AADFirstPartyToFirstPartySignInLogs"

	AuditTable         = "AuditLogs" // both the table and the category
	AttributeTable     = "AADCustomSecurityAttributeAuditLogs"
	AttributeCategory  = "CustomSecurityAttributeAuditLogs"
	SignInName         = "Sign-in activity"
	AuditCategory      = "AuditLogs"
	GraphActivity      = "MicrosoftGraphActivityLogs" // both the table and the category
	AzureGraphActivity = "AADGraphActivityLogs"       // of the older Azure AD Graph
)

// RiskCategories are what diagnostic settings call detections of risk.
var RiskCategories = map[string]bool{"UserRiskEvents": true, "ServicePrincipalRiskEvents": true, "AgentRiskEvents": true}

// RiskyCategories are what diagnostic settings call the state of who is at risk.
var RiskyCategories = map[string]bool{"RiskyUsers": true, "RiskyServicePrincipals": true, "RiskyAgents": true}

// GraphSignIn is what Microsoft Graph calls the columns of SigninLogs, where it
// is more than a matter of capitals: Graph field, table column.
var GraphSignIn = [][2]string{
	{"resourceId", "ResourceIdentity"},
	{"status.errorCode", "ResultType"},
	{"status.failureReason", "ResultDescription"},
	{"location.countryOrRegion", "Location"},
	{"location.countryOrRegion", "LocationDetails.countryOrRegion"},
	{"location.state", "LocationDetails.state"},
	{"location.city", "LocationDetails.city"},
}

// DiagnosticSignIn is the same for what diagnostic settings send.
var DiagnosticSignIn = [][2]string{
	{"properties.resourceId", "ResourceIdentity"},
	{"properties.status.errorCode", "ResultType"},
	{"resultType", "ResultType"},
	{"properties.status.failureReason", "ResultDescription"},
	{"resultDescription", "ResultDescription"},
	{"properties.location.countryOrRegion", "Location"},
	{"properties.location.countryOrRegion", "LocationDetails.countryOrRegion"},
	{"properties.location.state", "LocationDetails.state"},
	{"properties.location.city", "LocationDetails.city"},
}

// PowerShellEntra is what the objects of PowerShell's modules call fields of
// sign-ins and directory audits: their field, the table's.
var PowerShellEntra = [][2]string{
	{"IpAddress", "IPAddress"}, {"ResourceId", "ResourceIdentity"},
	{"Status.ErrorCode", "Status.errorCode"}, {"Status.FailureReason", "Status.failureReason"},
	{"Status.AdditionalDetails", "Status.additionalDetails"},
	{"DeviceDetail.DeviceId", "DeviceDetail.deviceId"}, {"DeviceDetail.DisplayName", "DeviceDetail.displayName"},
	{"Location.City", "LocationDetails.city"}, {"Location.State", "LocationDetails.state"},
	{"Location.CountryOrRegion", "LocationDetails.countryOrRegion"},
	{"InitiatedBy.User.Id", "InitiatedBy.user.id"},
	{"InitiatedBy.User.UserPrincipalName", "InitiatedBy.user.userPrincipalName"},
	{"InitiatedBy.User.IPAddress", "InitiatedBy.user.ipAddress"}, {"InitiatedBy.User.IpAddress", "InitiatedBy.user.ipAddress"},
	{"InitiatedBy.App.AppId", "InitiatedBy.app.appId"}, {"InitiatedBy.App.DisplayName", "InitiatedBy.app.displayName"},
	{"InitiatedBy.App.ServicePrincipalId", "InitiatedBy.app.servicePrincipalId"},
	{"TargetResources.Id", "TargetResources.id"}, {"TargetResources.DisplayName", "TargetResources.displayName"},
	{"TargetResources.Type", "TargetResources.type"},
	{"TargetResources.UserPrincipalName", "TargetResources.userPrincipalName"},
}

// Pascal is a top-level Graph field as Log Analytics spells it, empty if the
// name isn't one that both have.
func Pascal(name string) string { return pascal[name] }

// pascal holds the fields that get a column of their own or meet an events
// column; the others keep their spelling.
var pascal = map[string]string{
	"id": "Id", "createdDateTime": "CreatedDateTime", "correlationId": "CorrelationId",
	"userPrincipalName": "UserPrincipalName", "userId": "UserId", "userDisplayName": "UserDisplayName",
	"userType": "UserType", "appId": "AppId", "appDisplayName": "AppDisplayName",
	"resourceDisplayName": "ResourceDisplayName", "clientAppUsed": "ClientAppUsed", "userAgent": "UserAgent",
	"sessionId": "SessionId", "uniqueTokenIdentifier": "UniqueTokenIdentifier", "isInteractive": "IsInteractive",
	"conditionalAccessStatus": "ConditionalAccessStatus", "authenticationRequirement": "AuthenticationRequirement",
	"ipAddress": "IPAddress", "riskLevelDuringSignIn": "RiskLevelDuringSignIn", "riskState": "RiskState",
	"servicePrincipalId": "ServicePrincipalId", "servicePrincipalName": "ServicePrincipalName",
	"activityDateTime": "ActivityDateTime", "activityDisplayName": "ActivityDisplayName",
	"loggedByService": "LoggedByService", "category": "Category", "result": "Result", "resultReason": "ResultReason",
	"resultType": "ResultType", "resultDescription": "ResultDescription", "operationName": "OperationName",
	"initiatedBy.user.id": "InitiatedBy.user.id", "initiatedBy.app.appId": "InitiatedBy.app.appId",
	"initiatedBy.user.userPrincipalName": "InitiatedBy.user.userPrincipalName",
	"initiatedBy.app.displayName":        "InitiatedBy.app.displayName",
	"deviceDetail.deviceId":              "DeviceDetail.deviceId",
	"riskEventType":                      "RiskEventType", "riskLevel": "RiskLevel", "riskDetail": "RiskDetail", "source": "Source",
	"detectionTimingType": "DetectionTimingType", "activity": "Activity", "tokenIssuerType": "TokenIssuerType",
	"requestId": "RequestId", "detectedDateTime": "DetectedDateTime", "lastUpdatedDateTime": "LastUpdatedDateTime",
	"riskLastUpdatedDateTime": "RiskLastUpdatedDateTime", "isDeleted": "IsDeleted", "isProcessing": "IsProcessing",
	"servicePrincipalDisplayName": "ServicePrincipalDisplayName",
	"requestMethod":               "RequestMethod", "requestUri": "RequestUri", "responseStatusCode": "ResponseStatusCode",
	"signInActivityId": "SignInActivityId", "uniqueTokenId": "UniqueTokenId", "deviceId": "DeviceId", "scopes": "Scopes",
	"roles": "Roles", "operationId": "OperationId", "clientRequestId": "ClientRequestId", "iPAddress": "IPAddress",
	"timeGenerated": "TimeGenerated",
}

// PortalSignIn is what the headings of the portal's CSV call the columns of the
// tables of sign-ins: heading, table column.
var PortalSignIn = [][2]string{
	{"Date (UTC)", "CreatedDateTime"}, {"Request ID", "Id"}, {"Correlation ID", "CorrelationId"},
	{"User ID", "UserId"}, {"User", "UserDisplayName"}, {"Username", "UserPrincipalName"}, {"User type", "UserType"},
	{"User agent", "UserAgent"}, {"Application", "AppDisplayName"}, {"Application ID", "AppId"},
	{"App owner tenant ID", "AppOwnerTenantId"}, {"Resource", "ResourceDisplayName"}, {"Resource ID", "ResourceIdentity"},
	{"Resource tenant ID", "ResourceTenantId"}, {"Resource owner tenant ID", "ResourceOwnerTenantId"},
	{"Home tenant ID", "HomeTenantId"}, {"Home tenant name", "HomeTenantName"}, {"IP address", "IPAddress"},
	{"IP address (seen by resource)", "IPAddressFromResourceProvider"}, {"Location", "LocationDetails"},
	{"Sign-in error code", "ResultType"}, {"Failure reason", "ResultDescription"}, {"Client app", "ClientAppUsed"},
	{"Device ID", "DeviceDetail.deviceId"}, {"Browser", "DeviceDetail.browser"},
	{"Operating System", "DeviceDetail.operatingSystem"}, {"Compliant", "DeviceDetail.isCompliant"},
	{"Managed", "DeviceDetail.isManaged"}, {"Join Type", "DeviceDetail.trustType"}, {"Session ID", "SessionId"},
	{"Multifactor authentication auth method", "MfaDetail.authMethod"},
	{"Multifactor authentication auth detail", "MfaDetail.authDetail"},
	{"Unique token identifier", "UniqueTokenIdentifier"}, {"Conditional Access", "ConditionalAccessStatus"},
	{"Authentication requirement", "AuthenticationRequirement"}, {"Authentication Protocol", "AuthenticationProtocol"},
	{"Cross tenant access type", "CrossTenantAccessType"}, {"Incoming token type", "IncomingTokenType"},
	{"Original transfer method", "OriginalTransferMethod"}, {"Client credential type", "ClientCredentialType"},
	{"Sign-in identifier", "SignInIdentifier"}, {"Flagged for review", "FlaggedForReview"},
	{"Token issuer type", "TokenIssuerType"}, {"Token issuer name", "TokenIssuerName"},
	{"Latency", "ProcessingTimeInMilliseconds"}, {"Autonomous system  number", "AutonomousSystemNumber"},
	{"Autonomous system number", "AutonomousSystemNumber"},
	{"Through Global Secure Access", "IsThroughGlobalSecureAccess"},
	{"Global Secure Access IP address", "GlobalSecureAccessIpAddress"},
	{"Service principal ID", "ServicePrincipalId"}, {"Service principal name", "ServicePrincipalName"},
	{"Credential key ID", "ServicePrincipalCredentialKeyId"},
	{"Credential thumbprint", "ServicePrincipalCredentialThumbprint"},
}

// PortalAudit is the same for the directory audit log.
var PortalAudit = [][2]string{
	{"Date (UTC)", "ActivityDateTime"}, {"Service", "LoggedByService"}, {"Activity", "ActivityDisplayName"},
	{"User Agent", "UserAgent"},
}

// PortalTarget is what the headings about a target resource call the fields of
// one, after Target and its number.
var PortalTarget = map[string]string{
	"Type": "TargetResources.type", "DisplayName": "TargetResources.displayName", "ObjectId": "TargetResources.id",
	"UserPrincipalName": "TargetResources.userPrincipalName",
}
