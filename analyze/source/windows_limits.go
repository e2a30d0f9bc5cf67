package source

// What Windows events are read from, whichever cut of the log they are of.
var windowsReads = []string{
	".evtx: whole, truncated, copied while it was written to, with damaged chunks or records; a chunk alone",
	"XML of wevtutil, Event Viewer and ToXml, rendered or not",
	"JSON of evtx_dump, attributes beside elements or in them, and of what turns XML into JSON with @ and #text",
	"EvtxECmd, JSON and CSV, with the column Payload",
	"Velociraptor: parse_evtx, and the rows of its event log artifacts",
	"Winlogbeat since 7, whose fields are winlog.*, and before",
	"NXLog, flat; lines of flat objects of other collectors, with Channel and EventID",
	"Log Analytics SecurityEvent, Event and WindowsEvent, in all that workspaces export",
	"Get-WinEvent through ConvertTo-Json, Windows PowerShell 5.1 and 7",
}

// windowsLimits hold for every cut of the log.
var windowsLimits = []string{
	"a log is a ring: when it is full, its oldest events are overwritten, by default after 20 MB, of some channels 1 MB",
	"a host logs what its policy and its providers are set to; that nothing was logged doesn't say that nothing happened",
	"texts of messages are kept by the provider and not in the log: an .evtx has the values only",
	"records that a log has given up, in the unused end of an intact chunk, are not read",
	"Get-WinEvent's JSON has values without names: they get those of events whose order is known, the rest stays Properties.Value",
	"evtx_dump's JSON has times to the microsecond and loses white space at the end of texts; the log has neither loss",
	"EvtxECmd writes the values of an event only into Payload; the six PayloadData are kept and not taken apart",
	"the collection rule of a workspace decides which events SecurityEvent and WindowsEvent have",
}

// windowsOwnLimits hold for one cut of the log.
var windowsOwnLimits = map[string][]string{
	"process_creation": {
		"4688 is off by default, and has command lines only if a policy of its own is on; Sysmon must have been installed",
	},
	"ps_script": {
		"without script block logging only blocks that look suspicious are logged; a long block is told in several records",
	},
	"network": {
		"Sysmon's connections are those its configuration includes, by default none; the bytes of a connection aren't told",
	},
	"security": {
		"the subject of a failed network sign-in is the host, and its address is missing where the client gave none",
		"a sign-in with a domain account is told by the host that was signed in to; its controller has 4768, 4769 and 4776",
	},
}
