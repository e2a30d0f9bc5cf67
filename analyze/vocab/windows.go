package vocab

// Channels of the Windows event log.
const (
	SecurityChannel   = "Security"
	SystemChannel     = "System"
	SysmonChannel     = "Microsoft-Windows-Sysmon/Operational"
	PowerShellChannel = "Microsoft-Windows-PowerShell/Operational"
	SecurityProvider  = "Microsoft-Windows-Security-Auditing"
)

// WindowsHeader is what exporters call the header of a Windows event, and what
// Sigma calls it: exporter's name, Sigma's name. The first that a record has
// wins.
var WindowsHeader = [][2]string{
	{"Event.System.Channel", "Channel"},
	{"Event.System.EventID", "EventID"},
	{"Event.System.EventID.#text", "EventID"},
	{"Event.System.Computer", "Computer"},
	{"Event.System.Provider.#attributes.Name", "Provider_Name"},
	{"Event.System.Provider.#attributes.Guid", "Provider_Guid"},
	{"Event.System.EventRecordID", "EventRecordID"},
	{"Event.System.Level", "Level"},
	{"Event.System.Task", "Task"},
	{"Event.System.Opcode", "Opcode"},
	{"Event.System.Keywords", "Keywords"},
	{"Event.System.Version", "Version"},
	{"Event.System.TimeCreated.#attributes.SystemTime", "TimeCreated"},
	{"Event.System.Execution.#attributes.ProcessID", "Execution_ProcessID"},
	{"Event.System.Execution.#attributes.ThreadID", "Execution_ThreadID"},
	{"Event.System.Security.#attributes.UserID", "Security_UserID"},
	{"Event.System.Correlation.#attributes.ActivityID", "Correlation_ActivityID"},
	{"winlog.channel", "Channel"},
	{"winlog.event_id", "EventID"},
	{"winlog.computer_name", "Computer"},
	{"winlog.provider_name", "Provider_Name"},
	{"winlog.record_id", "EventRecordID"},
	{"EventLog", "Channel"},
	{"Hostname", "Computer"},
	{"EventSourceName", "Provider_Name"},
	{"SourceName", "Provider_Name"},
	{"ProviderName", "Provider_Name"},
	{"Provider", "Provider_Name"},
	{"ProviderGuid", "Provider_Guid"},
	{"RecordNumber", "EventRecordID"},
	{"EventRecordId", "EventRecordID"},
}

// WindowsData are the objects in which exporters keep the event's own data.
var WindowsData = []string{
	"Event.EventData.", "Event.UserData.", "winlog.event_data.", "winlog.user_data.", "EventData.", "ExtraEventData.",
}
