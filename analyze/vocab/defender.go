package vocab

// DefenderTables are the tables of Microsoft Defender XDR's advanced hunting
// that hold events; those of inventories are left out.
var DefenderTables = map[string]bool{
	"DeviceEvents": true, "DeviceProcessEvents": true, "DeviceNetworkEvents": true, "DeviceFileEvents": true,
	"DeviceRegistryEvents": true, "DeviceImageLoadEvents": true, "DeviceLogonEvents": true,
	"DeviceFileCertificateInfo": true, "DeviceInfo": true, "DeviceNetworkInfo": true,
	"CloudAppEvents": true, "CloudAuditEvents": true,
	"EmailEvents": true, "EmailAttachmentInfo": true, "EmailUrlInfo": true, "EmailPostDeliveryEvents": true,
	"UrlClickEvents": true, "MessageEvents": true,
	"IdentityLogonEvents": true, "IdentityQueryEvents": true, "IdentityDirectoryEvents": true,
	"AlertInfo": true, "AlertEvidence": true, "BehaviorInfo": true, "BehaviorEntities": true,
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
