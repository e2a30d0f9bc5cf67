package source

import (
	"slices"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// defenderFamily begins the names of the family's sources.
const defenderFamily = "defender."

// defender is the family of Microsoft Defender XDR's advanced hunting tables:
// defender.<table>.
var defender = &Source{
	Name:     defenderFamily,
	Title:    "Microsoft Defender XDR hunting tables",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"all tables of advanced hunting: Device*, Email*, Identity*, Message*, Cloud*, Url*, Alert*, Behavior* and the rest, as defender.<table>",
		"the state of machines: DeviceTvmSoftwareVulnerabilities, DeviceTvmSoftwareInventory, DeviceTvmSecureConfigurationAssessment",
		"Log Analytics and data export; rows without the table's name by their columns",
		"hunting results: the portal's CSV, Graph's runHuntingQuery, the advanced hunting API",
		"the streaming API: category AdvancedHunting-<table>, fields under properties",
	},
	Limits: []string{
		"hunting reaches back 30 days",
		"a result is cut at 10,000 rows in the portal and at 100,000 in the API",
		"device tables sample: of the same process, file or connection within a time only the first is told",
		"tables of weaknesses and software tell a state, and in a hunting result no time",
		"a result of a query that gave columns other names is not recognised",
		"a row of a union of tables that lacks the table's name may be taken for DeviceEvents",
	},
	Columns: []string{
		"DeviceId", "FileName", "FolderPath", "SHA256", "ProcessCommandLine", "InitiatingProcessFileName",
		"InitiatingProcessCommandLine", "RemoteUrl", "Application", "AccountName", "ReportId", "AlertId",
	},
	Kept: map[string]string{"ActionType": "operation", "DeviceName": "host", "AccountUpn": "actor"},
	Entities: []Entity{
		{"DeviceId", "host", "device"},
		{"SHA256", "hash", "file"},
		{"FileName", "process", "file"},
		{"InitiatingProcessFileName", "process", "initiator"},
		{"AlertId", "correlation", "alert"},
	},
	Match:     isDefender,
	Normalize: normalizeDefender,
}

// isDefender says whether a record is of a hunting table. It asks for columns,
// not for values that differ from record to record.
func isDefender(r *Record) bool {
	if strings.HasPrefix(r.Value("category"), vocab.StreamingPrefix) {
		return true
	}
	if t := r.logTable(); t != "" && r.Has("Type") {
		return vocab.DefenderTables[t]
	} else if vocab.DefenderTables[t] {
		return true
	}
	table := huntingTable(r)
	switch {
	case strings.HasPrefix(table, tvmPrefix): // a hunting result of these has no time
		return true
	case !r.HasColumns("Timestamp") && !r.HasColumns("TimeGenerated") && !r.HasColumns("TimeGenerated [UTC]"):
		return false
	case table != "":
		return !r.HasColumns("CloudPlatform") || !r.HasColumns("BehaviorId") // Sentinel has behaviors too
	case r.HasColumns("ActionType"):
		return r.HasColumns("ReportId") || r.HasColumns("ReportId_long") || r.HasColumns("ReportId_string")
	}
	return r.HasColumns("AlertId", "ServiceSource", "DetectionSource") ||
		r.HasColumns("NetworkMessageId", "SenderFromAddress", "RecipientEmailAddress")
}

// tvmPrefix begins the names of the tables of weaknesses.
const tvmPrefix = "DeviceTvm"

// huntingTable is the first table whose columns a record has, empty if there is
// none.
func huntingTable(r *Record) string {
	for i := range vocab.DefenderColumns {
		if t := &vocab.DefenderColumns[i]; r.HasColumns(t.Columns...) {
			return t.Table
		}
	}
	return ""
}

// filledTable is huntingTable by columns that say something: the result of a
// query over several tables has the columns of all of them.
func filledTable(r *Record) string {
	for i := range vocab.DefenderColumns {
		t := &vocab.DefenderColumns[i]
		if !slices.ContainsFunc(t.Columns, func(name string) bool { return r.Value(name) == "" }) {
			return t.Table
		}
	}
	return ""
}

// defenderTable is the hunting table that a record is of. A query's result
// often lacks the table's name; then it is the columns that tell, and of a query
// over several tables those with values.
func defenderTable(r *Record) string {
	if table, ok := strings.CutPrefix(r.Value("category"), vocab.StreamingPrefix); ok {
		return table
	}
	if t := r.logTable(); vocab.DefenderTables[t] {
		return t
	}
	if table := filledTable(r); table != "" {
		return table
	}
	table := huntingTable(r)
	if r.HasColumns("ActionType") && (table == "" || r.Value("ActionType") != "") {
		return tableByColumns(r)
	}
	if table != "" {
		return table
	}
	switch {
	case r.HasColumns("EntityType"):
		return "AlertEvidence"
	case r.HasColumns("AlertId"):
		return "AlertInfo"
	}
	return "EmailEvents"
}

func tableByColumns(r *Record) string {
	switch {
	case r.Value("DeviceId") != "":
		return deviceTable(r)
	case r.Value("ActivityType") != "", r.HasUnder("RawEventData"):
		return "CloudAppEvents"
	case r.First("QueryType", "QueryTarget") != "":
		return "IdentityQueryEvents"
	case r.Value("LogonType") != "" && r.Has("Application"):
		return "IdentityLogonEvents"
	case r.First("DestinationDeviceName", "TargetDeviceName", "TargetAccountUpn") != "":
		return "IdentityDirectoryEvents"
	case r.Has("Application"):
		return "CloudAppEvents"
	}
	return deviceTable(r)
}

// deviceTable is the device table by the kind of action. Of the columns of a
// module's loading every table of files and processes has all, and more.
func deviceTable(r *Record) string {
	action := r.Value("ActionType")
	for _, t := range vocab.DeviceTables {
		if strings.HasPrefix(action, t[0]) {
			return t[1]
		}
	}
	if r.HasColumns("FolderPath", "InitiatingProcessFileName") && !r.HasColumns("ProcessCommandLine") && !r.HasColumns("RemoteUrl") && !r.HasColumns("RegistryKey") {
		return "DeviceImageLoadEvents"
	}
	return "DeviceEvents"
}

func normalizeDefender(r *Record, e *event.Event) error {
	table := defenderTable(r)
	e.Source = defenderFamily + table
	e.Shape = "hunting"
	if r.HasUnder("properties") {
		e.Shape = "streaming"
		unwrapRecord(r, e, "properties")
	}
	r.withoutUnion()
	for _, name := range []string{"AdditionalFields", "ActivityObjects", "RawEventData"} {
		r.Expand(name)
	}
	e.Operation = firstKnown(r.Value("ActionType"), r.Value("DeliveryAction"))
	e.Action = defenderAction(table, e.Operation)
	defenderTime(r, e)
	defenderActor(r, e)
	e.Host = strings.ToLower(r.Value("DeviceName"))
	e.SrcIP = firstAddress(r.Value("IPAddress"), r.Value("RemoteIP"), r.Value("SenderIPv4"), r.Value("SenderIPv6"))
	e.RecordID = defenderID(r, table)
	defenderTarget(r, e, table)
	switch table {
	case "DeviceProcessEvents", "DeviceCustomProcessEvents", "CloudProcessEvents":
		defenderProcess(r, e)
	case "DeviceNetworkEvents", "DeviceCustomNetworkEvents":
		defenderFlow(r, e)
	}
	if strings.HasPrefix(table, tvmPrefix) {
		defenderWeakness(r, e)
	}
	e.Operation = firstKnown(e.Operation, table)
	return nil
}

// defenderTime: tables tell UTC and say so; the portal writes times as it shows
// them, which its settings decide.
func defenderTime(r *Record, e *event.Event) {
	e.Time = r.Local("Timestamp")
	generated := r.generated()
	switch {
	case !e.Time.Dated():
		e.Time = generated
	case generated.Dated() && generated.Micros != e.Time.Micros:
		e.Seen = generated.Micros
	}
	r.received(e)
}

// partTables have several rows for one report.
var partTables = map[string]bool{
	"EmailUrlInfo": true, "EmailAttachmentInfo": true, "MessageUrlInfo": true, "AlertEvidence": true, "BehaviorEntities": true,
	"DeviceFileCertificateInfo": true, "CampaignInfo": true, "CloudStorageAggregatedEvents": true,
}

// defenderID: a report id of a device is unique only with the device and the
// time, as its documentation says.
func defenderID(r *Record, table string) string {
	if partTables[table] {
		return ""
	}
	report := r.Value("ReportId")
	if report == "" || !strings.HasPrefix(table, "Device") {
		return report
	}
	return r.Value("DeviceId") + "/" + r.Value("DeviceName") + "/" + report + "/" + r.First("Timestamp", "TimeGenerated")
}

func defenderActor(r *Record, e *event.Event) {
	e.Actor = pivot(r.First("AccountUpn", "InitiatingProcessAccountUpn", "SenderFromAddress", "SenderEmailAddress", "AccountUPN"))
	if e.Actor == "" {
		e.Actor = account(r.Value("AccountDomain"), r.Value("AccountName"))
	}
	if e.Actor == "" {
		e.Actor = account(r.Value("InitiatingProcessAccountDomain"), r.Value("InitiatingProcessAccountName"))
	}
	e.ActorID = firstKnown(r.Value("AccountObjectId"), r.Value("AccountSid"), r.Value("InitiatingProcessAccountObjectId"),
		r.Value("InitiatingProcessAccountSid"))
	if e.Actor == "" {
		e.Actor = pivot(r.First("RawEventData.UserId", "UserId", "AccountDisplayName", "AccountId"))
	}
	if e.ActorID != "" && e.ActorID == r.Value("RawEventData.ClientAppId") {
		e.ActorID = r.Value("RawEventData.UserKey") // the account is the app that acts for the user
	}
	if e.Actor != "" {
		e.ActorType = actorUser
	}
}

// defenderActions are what the device and identity tables are about, by what
// an action type begins with.
var defenderActions = []struct {
	prefix string
	action event.Action
}{
	{"ProcessCreated", event.ProcessStart}, {"Connection", event.NetworkConnect}, {"InboundConnection", event.NetworkConnect},
	{"ListeningConnection", event.NetworkConnect}, {"DnsQuery", event.DNSQuery}, {"DnsConnection", event.DNSQuery},
	{"File", event.FileChange}, {"Registry", event.RegistryChange}, {"ServiceInstalled", event.ServiceInstall},
	{"SecurityLogCleared", event.LogClear}, {"Logon", event.SignIn}, {"UserAccountCreated", event.Create},
	{"LdapSearch", event.List}, {"LDAP query", event.List}, {"SAMR query", event.List},
	{"Directory Services replication", event.Read}, {"Antivirus", event.Alert}, {"Asr", event.Alert},
	{"PowerShellCommand", event.Execute}, {"ScheduledTask", event.ConfigChange},
}

func defenderAction(table, action string) event.Action {
	switch table {
	case "AlertInfo", "AlertEvidence", "BehaviorInfo", "BehaviorEntities", "DeviceBehaviorInfo", "DeviceBehaviorEntities",
		"CampaignInfo", "FileMaliciousContentInfo":
		return event.Alert
	case "DeviceImageLoadEvents", "DeviceCustomImageLoadEvents", "DeviceCustomScriptEvents":
		return event.Execute
	case "CloudDnsEvents":
		return event.DNSQuery
	case "CloudProcessEvents":
		return event.ProcessStart
	case "UrlClickEvents":
		return event.HTTPRequest
	case "CloudAppEvents", "CloudAuditEvents", "IdentityEvents":
		return auditAction(action, 0)
	}
	if strings.HasPrefix(table, tvmPrefix) {
		return event.VulnFinding
	}
	for _, a := range defenderActions {
		if strings.HasPrefix(action, a.prefix) {
			return a.action
		}
	}
	return event.Other
}

func defenderTarget(r *Record, e *event.Event, table string) {
	switch table {
	case "DeviceFileEvents", "DeviceImageLoadEvents", "DeviceProcessEvents":
		e.TargetType, e.TargetID, e.TargetName = "file", r.Value("FolderPath"), r.Value("FileName")
	case "DeviceNetworkEvents":
		e.TargetType, e.TargetID, e.TargetName = "host", r.Value("RemoteIP"), r.Value("RemoteUrl")
	case "DeviceRegistryEvents":
		e.TargetType, e.TargetID, e.TargetName = "resource", r.Value("RegistryKey"), r.Value("RegistryValueName")
	case "DeviceLogonEvents":
		e.TargetType, e.TargetName = "host", r.Value("DeviceName")
		e.Outcome = logonOutcome(e.Operation)
	case "IdentityLogonEvents", "IdentityQueryEvents", "IdentityDirectoryEvents":
		e.TargetType = "host"
		e.TargetName = r.First("DestinationDeviceName", "TargetDeviceName", "TargetAccountUpn")
		e.TargetID = r.First("DestinationIPAddress")
		e.Outcome = logonOutcome(e.Operation)
	case "CloudAppEvents":
		e.TargetType, e.TargetID, e.TargetName = "resource", r.Value("ObjectId"), r.First("ObjectName", "PermissionsAddedTo", "Application")
		e.Outcome = outcomeOf(r.Value("RawEventData.ResultStatus"))
	case "EmailEvents", "EmailAttachmentInfo", "EmailPostDeliveryEvents", "CampaignInfo":
		e.TargetType, e.TargetID, e.TargetName = "mailbox", r.Value("RecipientObjectId"), r.Value("RecipientEmailAddress")
		e.Outcome = deliveryOutcome(r.Value("DeliveryAction"))
	case "UrlClickEvents":
		defenderClick(r, e)
	case "EmailUrlInfo", "MessageUrlInfo":
		e.TargetType, e.TargetID, e.TargetName = "url", r.Value("Url"), r.Value("UrlDomain")
	case "AlertInfo", "AlertEvidence":
		e.Operation = firstKnown(e.Operation, r.Value("Title"))
		e.TargetType, e.TargetID, e.TargetName = "rule", r.Value("AlertId"), r.Value("Title")
	default:
		e.TargetName = r.First("AdditionalFields.DistinguishedName", "FileName")
	}
}

func logonOutcome(action string) event.Outcome {
	switch action {
	case "LogonSuccess":
		return event.Success
	case "LogonFailed":
		return event.Failure
	}
	return ""
}

func defenderProcess(r *Record, e *event.Event) {
	p := r.NewProcess(e)
	p.Path, p.CommandLine = joinPath(r.Value("FolderPath"), r.Value("FileName")), r.Value("ProcessCommandLine")
	p.PID = number(r.Value("ProcessId"))
	p.ParentPath = joinPath(r.Value("InitiatingProcessFolderPath"), r.Value("InitiatingProcessFileName"))
	p.ParentCommandLine, p.SHA256 = r.Value("InitiatingProcessCommandLine"), r.Value("SHA256")
}

// joinPath: FolderPath holds the file's name too, in most records.
func joinPath(folder, file string) string {
	if folder == "" {
		return file
	}
	if file == "" || strings.HasSuffix(strings.ToLower(folder), strings.ToLower(file)) {
		return folder
	}
	return strings.TrimRight(folder, `\`) + `\` + file
}

func defenderFlow(r *Record, e *event.Event) {
	f := r.NewFlow(e)
	e.SrcIP = Address(r.Value("LocalIP"))
	f.DstIP = Address(r.Value("RemoteIP"))
	f.SrcPort, f.DstPort = port(r.Value("LocalPort")), port(r.Value("RemotePort"))
	f.Proto = vocab.Protocol(strings.ToLower(r.Value("Protocol")))
	f.Direction = "outbound"
	if strings.HasPrefix(e.Operation, "Inbound") {
		f.Direction = "inbound"
		e.SrcIP, f.DstIP, f.SrcPort, f.DstPort = f.DstIP, e.SrcIP, f.DstPort, f.SrcPort
	}
	f.CommunityID = communityID(e.SrcIP, f.DstIP, f.SrcPort, f.DstPort, f.Proto)
}
