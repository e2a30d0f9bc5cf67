package vocab

// Channels of the Windows event log.
const (
	SecurityChannel   = "Security"
	SystemChannel     = "System"
	SysmonChannel     = "Microsoft-Windows-Sysmon/Operational"
	PowerShellChannel = "Microsoft-Windows-PowerShell/Operational"
	SecurityProvider  = "Microsoft-Windows-Security-Auditing"
)

// What exporters call the header of a Windows event, and what Sigma calls it:
// exporter's name, Sigma's name. The first that a record has wins.
var (
	// WindowsHeader are names that mean nothing else in any export.
	WindowsHeader = [][2]string{
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
	// WindowsEvtx are the names of the event's XML as JSON has them: attributes
	// in an object beside the text, beside the element, or marked.
	WindowsEvtx = [][2]string{
		{"Event.System.Channel", "Channel"},
		{"Event.System.Channel.#text", "Channel"},
		{"Event.System.EventID", "EventID"},
		{"Event.System.EventID.#text", "EventID"},
		{"Event.System.EventID.#attributes.Qualifiers", "Qualifiers"},
		{"Event.System.EventID_attributes.Qualifiers", "Qualifiers"},
		{"Event.System.EventID.@Qualifiers", "Qualifiers"},
		{"Event.System.Computer", "Computer"},
		{"Event.System.Provider.#attributes.Name", "Provider_Name"},
		{"Event.System.Provider.#attributes.Guid", "Provider_Guid"},
		{"Event.System.Provider_attributes.Name", "Provider_Name"},
		{"Event.System.Provider_attributes.Guid", "Provider_Guid"},
		{"Event.System.Provider.@Name", "Provider_Name"},
		{"Event.System.Provider.@Guid", "Provider_Guid"},
		{"Event.System.EventRecordID", "EventRecordID"},
		{"Event.System.Level", "Level"},
		{"Event.System.Task", "Task"},
		{"Event.System.Opcode", "Opcode"},
		{"Event.System.Keywords", "Keywords"},
		{"Event.System.Version", "Version"},
		{"Event.System.TimeCreated.#attributes.SystemTime", "TimeCreated"},
		{"Event.System.TimeCreated_attributes.SystemTime", "TimeCreated"},
		{"Event.System.TimeCreated.@SystemTime", "TimeCreated"},
		{"Event.System.Execution.#attributes.ProcessID", "Execution_ProcessID"},
		{"Event.System.Execution.#attributes.ThreadID", "Execution_ThreadID"},
		{"Event.System.Execution_attributes.ProcessID", "Execution_ProcessID"},
		{"Event.System.Execution_attributes.ThreadID", "Execution_ThreadID"},
		{"Event.System.Execution.@ProcessID", "Execution_ProcessID"},
		{"Event.System.Execution.@ThreadID", "Execution_ThreadID"},
		{"Event.System.Security.#attributes.UserID", "Security_UserID"},
		{"Event.System.Security_attributes.UserID", "Security_UserID"},
		{"Event.System.Security.@UserID", "Security_UserID"},
		{"Event.System.Correlation.#attributes.ActivityID", "Correlation_ActivityID"},
		{"Event.System.Correlation_attributes.ActivityID", "Correlation_ActivityID"},
		{"Event.System.Correlation.@ActivityID", "Correlation_ActivityID"},
		{"Event.RenderingInfo.Message", "Message"},
	}
	// WindowsWinlogbeat are the names of Winlogbeat since 7, and before.
	WindowsWinlogbeat = [][2]string{
		{"winlog.channel", "Channel"},
		{"winlog.event_id", "EventID"},
		{"winlog.computer_name", "Computer"},
		{"winlog.provider_name", "Provider_Name"},
		{"winlog.provider_guid", "Provider_Guid"},
		{"winlog.record_id", "EventRecordID"},
		{"winlog.keywords", "Keywords"},
		{"winlog.version", "Version"},
		{"winlog.process.pid", "Execution_ProcessID"},
		{"winlog.process.thread.id", "Execution_ThreadID"},
		{"winlog.user.identifier", "Security_UserID"},
		{"winlog.activity_id", "Correlation_ActivityID"},
		{"message", "Message"},
		{"log_name", "Channel"},
		{"event_id", "EventID"},
		{"computer_name", "Computer"},
		{"source_name", "Provider_Name"},
		{"provider_guid", "Provider_Guid"},
		{"record_number", "EventRecordID"},
		{"keywords", "Keywords"},
		{"version", "Version"},
		{"process_id", "Execution_ProcessID"},
		{"thread_id", "Execution_ThreadID"},
		{"user.identifier", "Security_UserID"},
		{"activity_id", "Correlation_ActivityID"},
	}
	// WindowsParseEvtx are the names of Velociraptor's parse_evtx.
	WindowsParseEvtx = [][2]string{
		{"System.Channel", "Channel"},
		{"System.EventID.Value", "EventID"},
		{"System.EventID", "EventID"},
		{"System.EventID.Qualifiers", "Qualifiers"},
		{"System.Computer", "Computer"},
		{"System.Provider.Name", "Provider_Name"},
		{"System.Provider.Guid", "Provider_Guid"},
		{"System.EventRecordID", "EventRecordID"},
		{"System.Level", "Level"},
		{"System.Task", "Task"},
		{"System.Opcode", "Opcode"},
		{"System.Keywords", "Keywords"},
		{"System.Version", "Version"},
		{"System.TimeCreated.SystemTime", "TimeCreated"},
		{"System.Execution.ProcessID", "Execution_ProcessID"},
		{"System.Execution.ThreadID", "Execution_ThreadID"},
		{"System.Security.UserID", "Security_UserID"},
		{"System.Correlation.ActivityID", "Correlation_ActivityID"},
	}
	// WindowsGetWinEvent are the properties of PowerShell's EventLogRecord.
	WindowsGetWinEvent = [][2]string{
		{"LogName", "Channel"},
		{"Id", "EventID"},
		{"MachineName", "Computer"},
		{"ProviderId", "Provider_Guid"},
		{"RecordId", "EventRecordID"},
		{"ProcessId", "Execution_ProcessID"},
		{"ThreadId", "Execution_ThreadID"},
		{"UserId", "Security_UserID"},
		{"UserId.Value", "Security_UserID"},
		{"ActivityId", "Correlation_ActivityID"},
		{"TimeCreated.value", "TimeCreated"},
	}
	// WindowsEvtxECmd are the columns of EvtxECmd.
	WindowsEvtxECmd = [][2]string{
		{"EventId", "EventID"},
		{"EventRecordId", "EventRecordID"},
		{"ProcessId", "Execution_ProcessID"},
		{"ThreadId", "Execution_ThreadID"},
		{"UserId", "Security_UserID"},
	}
	// WindowsNXLog are the fields of NXLog's im_msvistalog.
	WindowsNXLog = [][2]string{
		{"ExecutionProcessID", "Execution_ProcessID"},
		{"ThreadID", "Execution_ThreadID"},
		{"UserID", "Security_UserID"},
		{"ActivityID", "Correlation_ActivityID"},
	}
	// WindowsLogAnalytics are the columns of SecurityEvent, Event and
	// WindowsEvent.
	WindowsLogAnalytics = [][2]string{
		{"Source", "Provider_Name"},
		{"SystemUserId", "Security_UserID"},
		{"SystemProcessId", "Execution_ProcessID"},
		{"SystemThreadId", "Execution_ThreadID"},
	}
	// WindowsFlat are names of rows that are flat already, as collectors and
	// Velociraptor's artifacts write them.
	WindowsFlat = [][2]string{
		{"UserSID", "Security_UserID"},
	}
)
