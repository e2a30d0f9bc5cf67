package vocab

// Names in the PropertyCollection of a Power Platform record (type 256). Those
// of a resource of one kind stand below ResourceProperty and the kind:
// powerplatform.analytics.resource.power_app.id.
const (
	ActivityName        = "powerplatform.analytics.activity.name"
	ActivityID          = "powerplatform.analytics.activity.id"
	ResourceProperty    = "powerplatform.analytics.resource."
	ResourceType        = "powerplatform.analytics.resource.type"
	ResourceID          = "powerplatform.analytics.resource.id"
	ResourceDisplayName = "powerplatform.analytics.resource.display_name"
	PowerAppID          = "powerplatform.analytics.resource.power_app.id"
	PowerAppDisplayName = "powerplatform.analytics.resource.power_app.display_name"
	ConnectionID        = "powerplatform.analytics.resource.connection.id"
	EnvironmentID       = "powerplatform.analytics.resource.environment.id"
	EnvironmentName     = "powerplatform.analytics.resource.environment.name"
	TenantID            = "powerplatform.analytics.resource.tenant.id"
	PolicyOperation     = "powerplatform.analytics.resource.tenant.governance.api_policy.operation_name"
	PolicyResult        = "powerplatform.analytics.resource.tenant.governance.api_policy.operation_result"
	PolicyResources     = "powerplatform.analytics.resource.tenant.governance.api_policy.additional_resources"
	IsolationEnabled    = "powerplatform.analytics.resource.tenant.isolation_policy.enabled"
	LockboxRequest      = "powerplatform.analytics.resource.tenant.lockbox.request.id"
	LockboxState        = "powerplatform.analytics.resource.tenant.lockbox.request.state"
	LockboxTicket       = "powerplatform.analytics.resource.tenant.lockbox.support_ticket.id"
	IsSuccessful        = "powerplatform.analytics.operation.is_successful"
	EndUserID           = "enduser.id"
	EndUserName         = "enduser.principal_name"
	EndUserRole         = "enduser.role"
	EndUserAddress      = "enduser.ip_address"
	EndUserAgent        = "user_agent.original"
	TelemetryID         = "powerplatform.analytics.resource.telemetry_correlation.id"
	TargetUserID        = "targetuser.id"
)

// GovernanceOperation is the activity that hides the operation on a data policy
// in PolicyOperation.
const GovernanceOperation = "GovernanceApiPolicyOperation"
