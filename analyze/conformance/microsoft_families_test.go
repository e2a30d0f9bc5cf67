package conformance

// unifiedAudit: Office 365 Management Activity API schema; the exports around
// a record name it AuditData.
var unifiedAudit = family{
	name: "m365.ual",
	files: []string{
		"microsoft/o365_dataset/search", "microsoft/o365_dataset/derived", "panther/microsoft365.jsonl",
		"plaso/jsonl/microsoft_audit_log.jsonl", "microsoft/docs-samples/constructed-ual", "microsoft/docs-samples/constructed-mes",
		"microsoft/docs-samples/powerplatform-", "microsoft/docs-samples/constructed-lockbox",
	},
	root:  "AuditData",
	class: "RecordType",
	rules: []rule{
		{"CreationTime & Operation", map[string]string{
			"time": "utc CreationTime", "operation": "trim Operation", "record_id": "Id", "actor": "trim lower UserId",
			"actor_id": "known UserKey", "src_ip": "ip ClientIP | ip ActorIpAddress | ip ClientIPAddress",
			"outcome": "vendor ResultStatus", "target_id": "ObjectId | Target.ID", "target_name": "SourceFileName",
			"agent":       "UserAgent | ExtendedProperties[UserAgent] | ClientInfoString",
			"correlation": "AppAccessContext.CorrelationId | InterSystemsId | CorrelationId | AppAccessContext.AADSessionId | SessionId | DeviceProperties[SessionId]",
		}},
		{"UserType=0,1", map[string]string{"actor_type": "'user'"}},
		{"UserType=2", map[string]string{"actor_type": "'admin'"}},
		{"UserType=3,9", map[string]string{"actor_type": "'microsoft'"}},
		{"UserType=4,7,8", map[string]string{"actor_type": "'system'"}},
		{"UserType=5,6", map[string]string{"actor_type": "'service_principal'"}},
		{"UserType=10", map[string]string{"actor_type": "'guest'"}},
		{"UserId^ServicePrincipal_", map[string]string{"actor_type": "'service_principal'"}},
		{"UserId~#EXT#", map[string]string{"actor_type": "'guest'"}},
		{"RecordType=15", map[string]string{"outcome_code": "ErrorNumber | LogonError", "action": "'sign_in'"}},
		{"Operation=UserLoggedIn", map[string]string{"outcome": "'success'"}},
		{"Operation=UserLoginFailed", map[string]string{"outcome": "'failure'"}},
		{"Operation=UserLoginFailed & ErrorNumber=50058,50072,50074,50076,50079,50140,65001,16000", map[string]string{"outcome": "'interrupt'"}},
		{"RecordType=6", map[string]string{"target_type": "'file'"}},
		{"RecordType=2,3,50", map[string]string{"target_type": "'mailbox'"}},
		{"Operation=MailItemsAccessed,FileAccessed,FilePreviewed,PageViewed", map[string]string{"action": "'read'"}},
		{"Operation=FileDownloaded", map[string]string{"action": "'download'"}},
		{"Operation=FileUploaded", map[string]string{"action": "'upload'"}},
		{"Operation^Consent to application", map[string]string{"action": "'consent'"}},
		{"Operation^Add member to role", map[string]string{"action": "'role_change'"}},
		{"Operation^Update application – Certificates,Change user password,Reset user password", map[string]string{"action": "'credential_change'"}},
		{"Operation^Add-MailboxPermission,ModifyFolderPermissions,SharingInheritanceBroken", map[string]string{"action": "'permission_change'"}},
		{"Operation^Add application,Add service principal,Add user,Add group,New-Mailbox", map[string]string{"action": "'create'"}},
		{"Operation^Delete,Hard Delete,Remove service principal,MoveToDeletedItems,SoftDelete,HardDelete", map[string]string{"action": "'delete'"}},
		{"Operation^Search,ListViewed", map[string]string{"action": "'list||read'"}},
		{"RecordType=40", map[string]string{"action": "'alert'"}},
		{"RecordType=1 & Operation^Set-", map[string]string{"action": "'config_change||policy_change||audit_tamper'"}},
		{"RecordType=1 & Operation^New-,Install-", map[string]string{"action": "'create||policy_change||config_change'"}},
		{"RecordType=18 & Operation^Get-", map[string]string{"action": "'read||list'"}},
		{"RecordType=256", map[string]string{
			"operation":   "PropertyCollection[powerplatform.analytics.activity.name]",
			"actor":       "lower PropertyCollection[enduser.principal_name]",
			"actor_id":    "PropertyCollection[enduser.id]",
			"src_ip":      "ip PropertyCollection[enduser.ip_address]",
			"agent":       "PropertyCollection[user_agent.original]",
			"target_id":   "last lower PropertyCollection[powerplatform.analytics.resource.power_app.id] | lower PropertyCollection[powerplatform.analytics.resource.id]",
			"target_name": "PropertyCollection[powerplatform.analytics.resource.power_app.display_name] | PropertyCollection[powerplatform.analytics.resource.display_name]",
			"outcome":     "vendor PropertyCollection[powerplatform.analytics.operation.is_successful] | vendor PropertyCollection[powerplatform.analytics.resource.tenant.governance.api_policy.operation_result] | vendor ResultStatus",
			"correlation": "PropertyCollection[powerplatform.analytics.resource.telemetry_correlation.id]",
		}},
		{"RecordType=256 & PropertyCollection[enduser.role]=Admin", map[string]string{"actor_type": "'admin'"}},
		{"RecordType=256 & PropertyCollection[powerplatform.analytics.resource.type]=PowerApp", map[string]string{"target_type": "'app'"}},
		{"PropertyCollection[powerplatform.analytics.resource.tenant.governance.api_policy.operation_name]", map[string]string{
			"operation": "PropertyCollection[powerplatform.analytics.resource.tenant.governance.api_policy.operation_name]",
		}},
	},
}

// officeActivity: the same records as Log Analytics columns of OfficeActivity.
var officeActivity = family{
	name:  "m365.ual as OfficeActivity",
	files: []string{"otrf/golden_saml/OfficeActivityEvents/"},
	class: "RecordType",
	rules: []rule{
		{"", map[string]string{
			"time": "utc TimeGenerated", "operation": "Operation", "record_id": "SourceRecordId | OfficeId",
			"actor": "lower UserId", "actor_id": "UserKey", "src_ip": "ip ClientIP | ip Client_IPAddress",
			"outcome": "vendor ResultStatus", "target_id": "OfficeObjectId", "agent": "UserAgent | ClientInfoString",
			"target_type": "'mailbox'", "action": "'read'",
		}},
		{"UserType=Regular", map[string]string{"actor_type": "'user'"}},
	},
}

// entraLogs: the Azure Monitor tables AuditLogs and SigninLogs, and the same as
// diagnostic settings send them, with the record below properties.
var entraLogs = family{
	name:  "entra",
	files: []string{"otrf/golden_saml/AADAuditEvents/", "panther/azure_audit.jsonl"},
	class: "Type | category",
	rules: []rule{
		{"", map[string]string{
			"operation": "trim ActivityDisplayName | trim properties.activityDisplayName | trim OperationName | trim operationName",
			"record_id": "Id | properties.id", "correlation": "CorrelationId | properties.correlationId | correlationId",
		}},
		{"Type=AuditLogs", map[string]string{
			"time": "utc ActivityDateTime", "actor": "lower InitiatedBy.user.userPrincipalName",
			"actor_id": "InitiatedBy.user.id", "src_ip": "ip InitiatedBy.user.ipAddress",
			"target_id": "TargetResources.id", "target_name": "TargetResources.displayName",
			"outcome": "vendor Result", "agent": "AdditionalDetails[User-Agent]",
		}},
		{"properties.initiatedBy.user.id", map[string]string{"actor_type": "'user'"}},
		{"InitiatedBy.user.id", map[string]string{"actor_type": "'user'"}},
		{"category=AuditLogs,Policy,DirectoryManagement,ApplicationManagement", map[string]string{
			"time": "utc properties.activityDateTime | utc time", "actor": "lower properties.initiatedBy.user.userPrincipalName",
			"actor_id":  "properties.initiatedBy.user.id | properties.initiatedBy.app.servicePrincipalId",
			"src_ip":    "ip properties.initiatedBy.user.ipAddress | ip callerIpAddress",
			"target_id": "properties.targetResources.id", "target_name": "properties.targetResources.displayName",
			"outcome": "vendor properties.result",
		}},
		{"category=SignInLogs,NonInteractiveUserSignInLogs,ServicePrincipalSignInLogs", map[string]string{
			"time": "utc properties.createdDateTime | utc time", "action": "'sign_in'", "operation": "operationName | 'Sign-in activity'",
			"actor":    "lower properties.userPrincipalName | lower properties.servicePrincipalName",
			"actor_id": "properties.userId | properties.servicePrincipalId", "src_ip": "ip properties.ipAddress | ip callerIpAddress",
			"target_name": "properties.resourceDisplayName", "outcome_code": "properties.status.errorCode | resultType",
			"agent": "properties.userAgent",
		}},
		{"category=SignInLogs,NonInteractiveUserSignInLogs", map[string]string{"actor_type": "'user'"}},
		{"category=ServicePrincipalSignInLogs", map[string]string{"actor_type": "'service_principal'"}},
		{"resultType=0", map[string]string{"outcome": "'success'"}},
		{"resultType=50126", map[string]string{"outcome": "'failure'"}},
	},
}

// azureActivity: the Activity log as diagnostic settings send it. Azure writes
// operations and ids of resources in capitals or not, as the service pleases.
var azureActivity = family{
	name:  "azure.activity",
	files: []string{"panther/azure_monitor_activity.jsonl"},
	class: "category",
	rules: []rule{
		{"category=Administrative,Policy", map[string]string{
			"time": "utc time", "operation": "lower operationName", "outcome": "vendor resultType", "src_ip": "ip callerIpAddress",
			"target_id": "lower resourceId", "correlation": "correlationId",
			"actor_id": "identity.claims[http://schemas.microsoft.com/identity/claims/objectidentifier]",
		}},
		{"resultSignature=403 & resultType=Failed", map[string]string{"outcome": "'denied'"}}, // HTTP's word for it
	},
}

// azureActivityREST: the same from the management API, with the names that
// Microsoft's Python library gives them.
var azureActivityREST = family{
	name:  "azure.activity (REST)",
	files: []string{"plaso/jsonl/azure_activity_log.jsonl"},
	class: "category.value",
	rules: []rule{
		{"", map[string]string{
			"time": "utc event_timestamp", "operation": "lower operation_name.value", "record_id": "event_data_id",
			"actor_id": "claims[http://schemas.microsoft.com/identity/claims/objectidentifier] | caller",
			"src_ip":   "ip http_request.client_ip_address", "target_id": "lower resource_id",
			"correlation": "correlation_id",
		}},
		{"caller~@", map[string]string{"actor": "lower caller", "actor_type": "'user'"}},
		{"claims.idtyp=app", map[string]string{"actor_type": "'service_principal'"}},
	},
}

// adminActivity: PowerPlatformAdminActivity in Log Analytics.
var adminActivity = family{
	name:  "m365.ual as PowerPlatformAdminActivity",
	files: []string{"microsoft/docs-samples/constructed-portal", "microsoft/docs-samples/constructed-loganalytics"},
	class: "EventOriginalType",
	rules: []rule{
		{"", map[string]string{
			"time": "utc TimeGenerated | utc TimeGenerated [UTC]", "operation": "EventOriginalType", "actor": "lower ActorName",
			"actor_id": "ActorUserId", "outcome": "vendor EventResult", "src_ip": "ip Properties[enduser.ip_address]",
			"target_id": "last lower Properties[powerplatform.analytics.resource.power_app.id]", "record_id": "EventOriginalUid",
		}},
		{"EventOriginalType=DeletePowerApp", map[string]string{"action": "'delete'"}},
	},
}

// dataverseAudits: the audit table of Dataverse, as its Web API answers.
var dataverseAudits = family{
	name:  "dataverse.audit",
	files: []string{"microsoft/docs-samples/constructed-dataverse"},
	class: "objecttypecode",
	rules: []rule{
		{"", map[string]string{
			"time": "utc createdon", "record_id": "auditid", "operation": "action@OData.Community.Display.V1.FormattedValue",
			"actor_id": "_userid_value", "target_id": "_objectid_value", "target_name": "objecttypecode", "outcome": "'success'",
			"correlation": "transactionid",
		}},
		{"action=3", map[string]string{"action": "'delete'"}},
	},
}

// azureFlows: tuples of NSG and VNet flow logs, with the columns that the
// harness names them by.
var azureFlows = family{
	name:  "azure.flow",
	files: []string{"microsoft/docs-samples/nsg", "microsoft/docs-samples/vnet"},
	class: "category",
	rules: []rule{
		{"src", map[string]string{
			"time": "epoch time", "operation": "rule", "src_ip": "ip src", "target_type": "'host'", "target_id": "ip dst",
			"action": "'flow_allow'", "outcome": "'success'",
		}},
		{"category=FlowLogFlowEvent & src", map[string]string{"time": "milli time"}},
		{"decision=D", map[string]string{"action": "'flow_deny'", "outcome": "'denied'"}},
		{"!decision & state=D", map[string]string{"action": "'flow_deny'", "outcome": "'denied'"}},
	},
}

// defenderEvents: the advanced hunting schema.
var defenderEvents = family{
	name:  "defender",
	files: []string{"otrf/golden_saml/Microsoft365DefenderEvents/"},
	class: "ActionType",
	rules: []rule{
		{"", map[string]string{
			"time": "utc Timestamp", "operation": "ActionType", "host": "lower DeviceName", "src_ip": "ip IPAddress | ip LocalIP",
			"actor":    "lower InitiatingProcessAccountUpn | lower AccountUpn | lower {InitiatingProcessAccountDomain}\\{InitiatingProcessAccountName} | lower {AccountDomain}\\{AccountName}",
			"actor_id": "AccountObjectId | InitiatingProcessAccountSid | AccountSid", "agent": "UserAgent",
			"record_id": "ReportId_long | ReportId_string | ReportId",
		}},
	},
}
