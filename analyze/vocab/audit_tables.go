package vocab

// The Log Analytics tables that hold records of the unified audit log, one
// record a row, with columns of their own for its common fields.
const (
	OfficeTable         = "OfficeActivity"
	PowerPlatformTable  = "PowerPlatformAdminActivity"
	PowerAppsTable      = "PowerAppsActivity"
	PowerAutomateTable  = "PowerAutomateActivity"
	ConnectorTable      = "PowerPlatformConnectorActivity"
	DataPolicyTable     = "PowerPlatformDlpActivity"
	DataverseTable      = "DataverseActivity"
	DynamicsTable       = "Dynamics365Activity"
	CopilotTable        = "CopilotActivity"
	LanguageModelTable  = "LLMActivity"
	PowerBITable        = "PowerBIActivity"
	ProjectTable        = "ProjectActivity"
	CommunicationsTable = "CommunicationComplianceActivity"
	FinanceTable        = "FinanceOperationsActivity_CL"
)

// AuditRecordTypes are the record types of the tables that hold one only; it is
// zero for a table that holds several.
var AuditRecordTypes = map[string]int{
	OfficeTable: 0, PowerPlatformTable: 256, PowerAppsTable: 45, PowerAutomateTable: 30, ConnectorTable: 79,
	DataPolicyTable: 187, DataverseTable: 21, DynamicsTable: 21, CopilotTable: 261, LanguageModelTable: 261,
	PowerBITable: 20, ProjectTable: 35, CommunicationsTable: 68,
}

// AuditColumns is what the tables call the fields of AuditData: table column,
// AuditData field. TimeGenerated, which is CreationTime, stays as it is.
var AuditColumns = [][2]string{
	{"EventOriginalUid", "Id"},
	{"SourceRecordId", "Id"},
	{"RecordId", "Id"},
	{"EventOriginalType", "Operation"},
	{"EventResult", "ResultStatus"},
	{"ActorName", "UserId"},
	{"ActorUserId", "UserKey"},
	{"ActorUserType", "UserType"},
	{"SrcIpAddr", "ClientIP"},
	{"ClientIp", "ClientIP"},
	{"OriginalObjectId", "ObjectId"},
	{"OfficeWorkload", "Workload"},
	{"TargetAppName", "AppName"},
	{"ConnectorId", "ResourceId"},
	{"RecipientUpn", "RecipientUPN"},
	{"LogVersion", "CopilotLogVersion"},
	{"AppHost", "CopilotEventData.AppHost"},
}

// FlowColumns are those that only the table of flows renames: Dataverse calls
// its field UserUpn in AuditData too.
var FlowColumns = [][2]string{{"UserUpn", "UserUPN"}}

// OfficeActivity is what the Log Analytics table OfficeActivity calls the
// fields of AuditData that it renames: table column, AuditData field.
var OfficeActivity = [][2]string{
	{"OfficeId", "Id"},
	{"SourceRecordId", "Id"},
	{"OfficeWorkload", "Workload"},
	{"OfficeObjectId", "ObjectId"},
	{"Client_IPAddress", "ClientIPAddress"},
	{"Logon_Type", "LogonType"},
	{"Event_Data", "EventData"},
	{"Site_", "Site"},
	{"Site_Url", "SiteUrl"},
	{"Source_Name", "Name"},
	{"AzureActiveDirectory_EventType", "AzureActiveDirectoryEventType"},
	{"Start_Time", "StartTime"},
	{"CrossMailboxOperations", "CrossMailboxOperation"},
}
