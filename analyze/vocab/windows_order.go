package vocab

import "strings"

// WindowsOrder are the names of the n values of a kind of event, in the order
// its template has them; nil if the order isn't known for that many. Later
// versions of an event have their new values at the end.
func WindowsOrder(channel, id string, n int) []string {
	order, ok := windowsOrders[channel+":"+id]
	if !ok || n == 0 {
		return nil
	}
	names := strings.Fields(order.names)
	for _, size := range order.sizes {
		if n == size {
			return names[:n]
		}
	}
	return nil
}

// windowsOrder is the order of an event's values, and how many of them there
// are in its versions.
type windowsOrder struct {
	names string
	sizes []int
}

const (
	subject      = "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId "
	target       = "TargetUserName TargetDomainName TargetSid "
	targetLogon  = "TargetUserSid TargetUserName TargetDomainName TargetLogonId "
	groupMember  = "MemberName MemberSid " + target + subject + "PrivilegeList"
	sysmonSource = "RuleName UtcTime ProcessGuid ProcessId Image "
	sysmonKey    = "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject "
)

var windowsOrders = map[string]windowsOrder{
	"Security:4624": {subject + targetLogon + "LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid " +
		"TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel " +
		"RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId ElevatedToken", []int{20, 21, 27}},
	"Security:4625": {subject + "TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType " +
		"LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId " +
		"ProcessName IpAddress IpPort", []int{21}},
	"Security:4634": {targetLogon + "LogonType", []int{5}},
	"Security:4647": {targetLogon, []int{4}},
	"Security:4648": {subject + "LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo " +
		"ProcessId ProcessName IpAddress IpPort", []int{14}},
	"Security:4672": {subject + "PrivilegeList", []int{5}},
	"Security:4688": {subject + "NewProcessId NewProcessName TokenElevationType ProcessId CommandLine " + targetLogon +
		"ParentProcessName MandatoryLabel", []int{8, 9, 15}},
	"Security:4697": {subject + "ServiceName ServiceFileName ServiceType ServiceStartType ServiceAccount", []int{9}},
	"Security:4698": {subject + "TaskName TaskContent", []int{6}},
	"Security:4720": {target + subject + "PrivilegeList SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath " +
		"ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue " +
		"NewUacValue UserAccountControl UserParameters SidHistory LogonHours", []int{26}},
	"Security:4724": {target + subject, []int{7}},
	"Security:4726": {target + subject + "PrivilegeList", []int{8}},
	"Security:4728": {groupMember, []int{10}},
	"Security:4732": {groupMember, []int{10}},
	"Security:4756": {groupMember, []int{10}},
	"Security:4740": {target + subject, []int{7}},
	"Security:4768": {target + "ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort " +
		"CertIssuerName CertSerialNumber CertThumbprint", []int{14}},
	"Security:4769": {"TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress " +
		"IpPort Status LogonGuid TransmittedServices", []int{11}},
	"Security:4776": {"PackageName TargetUserName Workstation Status", []int{4}},
	"System:7045":   {"ServiceName ImagePath ServiceType StartType AccountName", []int{5}},

	PowerShellChannel + ":4103": {"ContextInfo UserData Payload", []int{3}},
	PowerShellChannel + ":4104": {"MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path", []int{5}},

	SysmonChannel + ":1": {sysmonSource + "FileVersion Description Product Company OriginalFileName CommandLine " +
		"CurrentDirectory User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId " +
		"ParentImage ParentCommandLine ParentUser", []int{22, 23}},
	SysmonChannel + ":3": {sysmonSource + "User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName " +
		"DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName", []int{18}},
	SysmonChannel + ":7": {sysmonSource + "ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed " +
		"Signature SignatureStatus User", []int{15, 16}},
	SysmonChannel + ":10": {"RuleName UtcTime SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID " +
		"TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser", []int{11, 13}},
	SysmonChannel + ":11": {sysmonSource + "TargetFilename CreationUtcTime User", []int{7, 8}},
	SysmonChannel + ":12": {sysmonKey + "User", []int{7, 8}},
	SysmonChannel + ":13": {sysmonKey + "Details User", []int{8, 9}},
	SysmonChannel + ":22": {"RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User", []int{8, 9}},
}
