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

	AuditTable    = "AuditLogs" // both the table and the category
	SignInName    = "Sign-in activity"
	AuditCategory = "AuditLogs"
)

// GraphSignIn is what Microsoft Graph calls the columns of SigninLogs, where it
// is more than a matter of capitals: Graph field, table column.
var GraphSignIn = [][2]string{
	{"resourceId", "ResourceIdentity"},
	{"status.errorCode", "ResultType"},
	{"status.failureReason", "ResultDescription"},
	{"location.countryOrRegion", "Location"},
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
}

// PortalSignIn is what the headings of the portal's CSV call the columns of
// SigninLogs: heading, table column. Two headings end in a space.
var PortalSignIn = [][2]string{
	{"Date (UTC)", "CreatedDateTime"}, {"Request ID", "Id"}, {"Correlation ID", "CorrelationId"},
	{"User ID", "UserId"}, {"User", "UserDisplayName"}, {"Username", "UserPrincipalName"}, {"User type", "UserType"},
	{"User agent", "UserAgent"}, {"Application", "AppDisplayName"}, {"Application ID ", "AppId"}, {"Application ID", "AppId"},
	{"Resource", "ResourceDisplayName"}, {"Resource ID ", "ResourceIdentity"}, {"Resource ID", "ResourceIdentity"},
	{"IP address", "IPAddress"}, {"Sign-in error code", "ResultType"}, {"Failure reason", "ResultDescription"},
	{"Client app", "ClientAppUsed"}, {"Device ID", "DeviceDetail.deviceId"}, {"Session ID", "SessionId"},
	{"Unique token identifier", "UniqueTokenIdentifier"}, {"Conditional Access", "ConditionalAccessStatus"},
	{"Authentication requirement", "AuthenticationRequirement"},
}
