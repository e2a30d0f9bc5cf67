package vocab

// AzureCategories are the categories of Azure's activity log, as storage and
// event hubs name them; the older ones name the kind of operation.
var AzureCategories = map[string]bool{
	"Administrative": true, "ServiceHealth": true, "ResourceHealth": true, "Alert": true, "Autoscale": true,
	"Recommendation": true, "Security": true, "Policy": true, "Write": true, "Delete": true, "Action": true,
}

// KeyVaultCategory is the category of a vault's audit records.
const (
	KeyVaultCategory = "AuditEvent"
	KeyVaultTable    = "AZKVAuditLogs"
	DiagnosticsTable = "AzureDiagnostics"
)

// ActivityREST is what Azure's REST API calls the columns of AzureActivity:
// field, table column.
var ActivityREST = [][2]string{
	{"operationName.value", "OperationNameValue"}, {"status.value", "ActivityStatusValue"},
	{"subStatus.value", "ActivitySubstatusValue"}, {"category.value", "CategoryValue"},
	{"resourceProviderName.value", "ResourceProviderValue"}, {"resourceGroupName", "ResourceGroup"},
	{"httpRequest.clientIpAddress", "CallerIpAddress"}, {"authorization.action", "Authorization.action"},
	{"authorization.evidence.role", "Authorization.evidence.role"},
	{"claims.appid", "Claims.appid"}, {"claims.uti", "Claims.uti"},
}

// ActivityPython is what Azure's library for Python calls the fields of the REST
// API.
var ActivityPython = [][2]string{
	{"event_timestamp", "eventTimestamp"}, {"submission_timestamp", "submissionTimestamp"}, {"event_data_id", "eventDataId"},
	{"correlation_id", "correlationId"}, {"operation_id", "operationId"}, {"resource_id", "resourceId"},
	{"subscription_id", "subscriptionId"}, {"tenant_id", "tenantId"}, {"resource_group_name", "resourceGroupName"},
	{"operation_name.value", "operationName.value"}, {"operation_name.localized_value", "operationName.localizedValue"},
	{"event_name.value", "eventName.value"}, {"event_name.localized_value", "eventName.localizedValue"},
	{"category.localized_value", "category.localizedValue"}, {"status.localized_value", "status.localizedValue"},
	{"sub_status.value", "subStatus.value"}, {"sub_status.localized_value", "subStatus.localizedValue"},
	{"resource_provider_name.value", "resourceProviderName.value"},
	{"resource_provider_name.localized_value", "resourceProviderName.localizedValue"},
	{"resource_type.value", "resourceType.value"}, {"resource_type.localized_value", "resourceType.localizedValue"},
	{"http_request.client_ip_address", "httpRequest.clientIpAddress"}, {"http_request.method", "httpRequest.method"},
	{"http_request.client_request_id", "httpRequest.clientRequestId"},
}

// ActivityCapitals are fields of Azure's REST API and of what storage holds that
// the table only writes with a capital.
var ActivityCapitals = [][2]string{
	{"caller", "Caller"}, {"correlationId", "CorrelationId"}, {"operationId", "OperationId"}, {"level", "Level"},
	{"eventDataId", "EventDataId"}, {"resourceId", "ResourceId"}, {"subscriptionId", "SubscriptionId"},
	{"callerIpAddress", "CallerIpAddress"},
}

// ActivityDiagnostic is what storage and event hubs call the columns of
// AzureActivity.
var ActivityDiagnostic = [][2]string{
	{"operationName", "OperationNameValue"}, {"resultType", "ActivityStatusValue"},
	{"resultSignature", "ActivitySubstatusValue"}, {"properties.eventCategory", "CategoryValue"},
	{"category", "CategoryValue"}, {"properties.operationId", "OperationId"},
	{"identity.authorization.action", "Authorization.action"},
	{"identity.authorization.evidence.role", "Authorization.evidence.role"},
	{"identity.claims.appid", "Claims.appid"}, {"identity.claims.uti", "Claims.uti"},
}

// ActivityPowerShell is what the objects of Get-AzActivityLog call the columns of
// AzureActivity.
var ActivityPowerShell = [][2]string{
	{"OperationName", "OperationNameValue"}, {"OperationName.Value", "OperationNameValue"},
	{"Status", "ActivityStatusValue"}, {"Status.Value", "ActivityStatusValue"},
	{"SubStatus", "ActivitySubstatusValue"}, {"SubStatus.Value", "ActivitySubstatusValue"},
	{"Category", "CategoryValue"}, {"Category.Value", "CategoryValue"},
	{"ResourceProviderName", "ResourceProviderValue"}, {"ResourceProviderName.Value", "ResourceProviderValue"},
	{"ResourceGroupName", "ResourceGroup"}, {"HttpRequest.ClientIpAddress", "CallerIpAddress"},
	{"Authorization.Action", "Authorization.action"},
	{"Claims.Content.appid", "Claims.appid"}, {"Claims.Content.uti", "Claims.uti"},
}

// ActivityPortal is what the headings of the portal's CSV call the columns of
// AzureActivity. The portal shows names of operations for people.
var ActivityPortal = [][2]string{
	{"Operation name", "OperationName"}, {"Status", "ActivityStatusValue"}, {"Event category", "CategoryValue"},
	{"Subscription", "SubscriptionId"}, {"Event initiated by", "Caller"}, {"Resource group", "ResourceGroup"},
	{"Correlation ID", "CorrelationId"}, {"Correlation id", "CorrelationId"},
}

// KeyVaultNames is what AzureDiagnostics, and storage and event hubs, call the
// columns of AZKVAuditLogs.
var KeyVaultNames = [][2]string{
	{"requestUri_s", "RequestUri"}, {"properties.requestUri", "RequestUri"},
	{"httpStatusCode_d", "HttpStatusCode"}, {"properties.httpStatusCode", "HttpStatusCode"},
	{"clientInfo_s", "ClientInfo"}, {"properties.clientInfo", "ClientInfo"},
	{"operationName", "OperationName"}, {"resultType", "ResultType"}, {"resultSignature", "ResultSignature"},
	{"resultDescription", "ResultDescription"}, {"correlationId", "CorrelationId"},
	{"CallerIPAddress", "CallerIpAddress"}, {"callerIpAddress", "CallerIpAddress"},
	{"identity_claim_appid_g", "Identity.claim.appid"}, {"identity.claim.appid", "Identity.claim.appid"},
}

// DevOpsNames are fields of Azure DevOps' audit that the table AzureDevOpsAuditing
// spells with a capital or names otherwise.
var DevOpsNames = [][2]string{
	{"id", "Id"}, {"correlationId", "CorrelationId"}, {"activityId", "ActivityId"}, {"actorCUID", "ActorCUID"},
	{"actorUserId", "ActorUserId"}, {"actorUPN", "ActorUPN"}, {"actorUpn", "ActorUPN"}, {"ActorUpn", "ActorUPN"},
	{"actorClientId", "ActorClientId"}, {"authenticationMechanism", "AuthenticationMechanism"}, {"scopeType", "ScopeType"},
	{"scopeDisplayName", "ScopeDisplayName"}, {"scopeId", "ScopeId"}, {"projectId", "ProjectId"},
	{"projectName", "ProjectName"}, {"ipAddress", "IpAddress"}, {"userAgent", "UserAgent"}, {"actionId", "OperationName"},
	{"ActionId", "OperationName"}, {"area", "Area"}, {"category", "Category"}, {"details", "Details"},
	{"actorDisplayName", "ActorDisplayName"}, {"categoryDisplayName", "CategoryDisplayName"},
}

// SentinelREST is what the REST API of Sentinel and Graph's security incidents
// call the columns of SecurityIncident.
var SentinelREST = [][2]string{
	{"title", "Title"}, {"displayName", "Title"}, {"severity", "Severity"}, {"status", "Status"},
	{"classification", "Classification"}, {"determination", "ClassificationReason"},
	{"classificationReason", "ClassificationReason"}, {"incidentNumber", "IncidentNumber"}, {"id", "IncidentName"},
	{"owner.objectId", "Owner.objectId"}, {"owner.assignedTo", "Owner.assignedTo"}, {"owner.userPrincipalName", "Owner.userPrincipalName"},
	{"assignedTo", "Owner.assignedTo"}, {"createdTimeUtc", "CreatedTime"}, {"createdDateTime", "CreatedTime"},
	{"lastModifiedTimeUtc", "LastModifiedTime"}, {"lastUpdateDateTime", "LastModifiedTime"},
	{"firstActivityTimeUtc", "FirstActivityTime"}, {"lastActivityTimeUtc", "LastActivityTime"},
}

// SecurityAlertGraph is what Graph's security alerts call the columns of
// SecurityAlert.
var SecurityAlertGraph = [][2]string{
	{"id", "SystemAlertId"}, {"title", "AlertName"}, {"severity", "AlertSeverity"}, {"status", "Status"},
	{"category", "Tactics"}, {"mitreTechniques", "Techniques"}, {"serviceSource", "ProductName"},
	{"detectionSource", "ProviderName"}, {"firstActivityDateTime", "StartTime"}, {"lastActivityDateTime", "EndTime"},
	{"providerAlertId", "VendorOriginalId"},
}
