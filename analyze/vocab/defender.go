package vocab

// DefenderTables are the tables of Microsoft Defender XDR's advanced hunting:
// events, what is known of machines, accounts and applications, and what was
// found weak in them.
var DefenderTables = set(
	"AlertEvidence", "AlertInfo", "BehaviorEntities", "BehaviorInfo", "CampaignInfo",
	"CloudAppEvents", "CloudAuditEvents", "CloudDnsEvents", "CloudProcessEvents", "CloudStorageAggregatedEvents",
	"DataSecurityBehaviors", "DataSecurityEvents",
	"DeviceBaselineComplianceAssessment", "DeviceBehaviorEntities", "DeviceBehaviorInfo",
	"DeviceCustomFileEvents", "DeviceCustomImageLoadEvents", "DeviceCustomNetworkEvents", "DeviceCustomProcessEvents",
	"DeviceCustomRegistryEvents", "DeviceCustomScriptEvents",
	"DeviceEvents", "DeviceFileCertificateInfo", "DeviceFileEvents", "DeviceImageLoadEvents", "DeviceInfo",
	"DeviceLogonEvents", "DeviceNetworkEvents", "DeviceNetworkInfo", "DeviceProcessEvents", "DeviceRegistryEvents",
	"DeviceTvmBrowserExtensions", "DeviceTvmCertificateInfo", "DeviceTvmHardwareFirmware", "DeviceTvmInfoGathering",
	"DeviceTvmSecureConfigurationAssessment", "DeviceTvmSecureConfigurationAssessmentKB",
	"DeviceTvmSoftwareEvidenceBeta", "DeviceTvmSoftwareInventory",
	"DeviceTvmSoftwareVulnerabilities", "DeviceTvmSoftwareVulnerabilitiesKB", "DisruptionAndResponseEvents",
	"EmailAttachmentInfo", "EmailEvents", "EmailPostDeliveryEvents", "EmailUrlInfo", "FileMaliciousContentInfo",
	"IdentityAccountInfo", "IdentityDirectoryEvents", "IdentityEvents", "IdentityInfo", "IdentityLogonEvents",
	"IdentityQueryEvents", "MessageEvents", "MessagePostDeliveryEvents", "MessageUrlInfo", "OAuthAppInfo", "UrlClickEvents",
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}

// TableColumns are columns that only one table has all of.
type TableColumns struct {
	Table   string
	Columns []string
}

// DefenderColumns tell the hunting tables apart where a result doesn't say which
// it is of. Of tables with the same columns the first in the list has more.
var DefenderColumns = []TableColumns{
	{"DeviceTvmSoftwareVulnerabilities", []string{"CveId", "SoftwareName"}},
	{"DeviceTvmSoftwareVulnerabilitiesKB", []string{"CveId", "CvssScore"}},
	{"DeviceTvmSoftwareInventory", []string{"SoftwareVendor", "EndOfSupportStatus"}},
	{"DeviceTvmSecureConfigurationAssessment", []string{"ConfigurationId", "IsCompliant"}},
	{"DeviceTvmSecureConfigurationAssessmentKB", []string{"ConfigurationId", "RiskDescription"}},
	{"AlertEvidence", []string{"AlertId", "EvidenceRole"}},
	{"AlertInfo", []string{"AlertId", "ServiceSource", "DetectionSource", "Category"}},
	{"BehaviorEntities", []string{"BehaviorId", "EntityType"}},
	{"BehaviorInfo", []string{"BehaviorId", "Categories"}},
	{"CampaignInfo", []string{"CampaignId", "NetworkMessageId"}},
	{"CloudAppEvents", []string{"ActivityObjects", "IsAdminOperation"}},
	{"CloudAuditEvents", []string{"CloudResourceId", "Isp"}},
	{"CloudDnsEvents", []string{"DnsQuery", "DnsEventType"}},
	{"CloudProcessEvents", []string{"ProcessCurrentWorkingDirectory", "ContainerId"}},
	{"CloudStorageAggregatedEvents", []string{"DataAggregationStartTime", "AnonymousSuccessfulOperations"}},
	{"DeviceCustomScriptEvents", []string{"ScriptContent", "ScriptContentSHA256"}},
	{"DeviceCustomFileEvents", []string{"FileOriginIP", "RuleLastModificationTime"}},
	{"DeviceCustomNetworkEvents", []string{"LocalIP", "RuleLastModificationTime"}},
	{"DeviceCustomRegistryEvents", []string{"PreviousRegistryKey", "RuleLastModificationTime"}},
	{"DeviceCustomProcessEvents", []string{"AccountSid", "RuleLastModificationTime"}},
	{"DeviceCustomImageLoadEvents", []string{"FolderPath", "RuleLastModificationTime"}},
	{"DeviceFileCertificateInfo", []string{"IsRootSignerMicrosoft", "SignerHash"}},
	{"DeviceInfo", []string{"DeviceId", "OnboardingStatus"}},
	{"DeviceNetworkInfo", []string{"NetworkAdapterType", "TunnelType"}},
	{"DeviceLogonEvents", []string{"IsLocalAdmin", "LogonType"}},
	{"DeviceEvents", []string{"FileOriginUrl", "LocalPort"}},
	{"DeviceFileEvents", []string{"FileOriginUrl", "PreviousFileName"}},
	{"DeviceProcessEvents", []string{"ProcessIntegrityLevel", "LogonId"}},
	{"DeviceNetworkEvents", []string{"LocalIPType", "RemoteIPType"}},
	{"DeviceRegistryEvents", []string{"PreviousRegistryKey", "RegistryKey"}},
	{"DisruptionAndResponseEvents", []string{"PolicyHash", "IsPolicyOn"}},
	{"EmailEvents", []string{"NetworkMessageId", "AttachmentCount"}},
	{"EmailAttachmentInfo", []string{"NetworkMessageId", "FileType"}},
	{"EmailPostDeliveryEvents", []string{"NetworkMessageId", "ActionTrigger"}},
	{"EmailUrlInfo", []string{"NetworkMessageId", "UrlLocation"}},
	{"UrlClickEvents", []string{"NetworkMessageId", "IsClickedThrough"}},
	{"FileMaliciousContentInfo", []string{"DocumentID", "FileOwnerUpn"}},
	{"IdentityDirectoryEvents", []string{"TargetAccountUpn", "ISP"}},
	{"IdentityLogonEvents", []string{"AccountDisplayName", "FailureReason"}},
	{"IdentityQueryEvents", []string{"QueryTarget", "QueryType"}},
	{"IdentityEvents", []string{"ActionFailureReason", "ApplicationSessionId"}},
	{"IdentityInfo", []string{"AccountUPN", "IsAccountEnabled"}},
	{"IdentityAccountInfo", []string{"IdentityId", "AccountStatus"}},
	{"MessageEvents", []string{"TeamsMessageId", "SenderType"}},
	{"MessagePostDeliveryEvents", []string{"TeamsMessageId", "ActionTrigger"}},
	{"MessageUrlInfo", []string{"TeamsMessageId", "UrlDomain"}},
	{"OAuthAppInfo", []string{"OAuthAppId", "PrivilegeLevel"}},
}

// StreamingPrefix begins the category of a record that the streaming API sends.
const StreamingPrefix = "AdvancedHunting-"

// DeviceTables says which device table an action type belongs to, by the word
// it begins with; what begins with none of them is of DeviceEvents.
var DeviceTables = [][2]string{
	{"ProcessCreated", "DeviceProcessEvents"},
	{"Connection", "DeviceNetworkEvents"},
	{"InboundConnection", "DeviceNetworkEvents"},
	{"ListeningConnection", "DeviceNetworkEvents"},
	{"FileCreated", "DeviceFileEvents"},
	{"FileModified", "DeviceFileEvents"},
	{"FileRenamed", "DeviceFileEvents"},
	{"FileDeleted", "DeviceFileEvents"},
	{"RegistryKey", "DeviceRegistryEvents"},
	{"RegistryValue", "DeviceRegistryEvents"},
	{"ImageLoaded", "DeviceImageLoadEvents"},
	{"Logon", "DeviceLogonEvents"},
}
