package source

import (
	"slices"
	"strconv"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// The Windows event log, cut as Sigma's rules ask for it. All exporters' events
// come under one set of names, Sigma's: the header is Channel, EventID,
// Provider_Name, Computer, …, the data have no prefix.
var (
	windowsProcess = windowsSource("process_creation", "process creation", windowsKinds{
		vocab.SysmonChannel: {"1"}, vocab.SecurityChannel: {"4688"},
	}, "Image", "CommandLine", "User", "LogonId")
	windowsRegistry = windowsSource("registry", "registry", windowsKinds{
		vocab.SysmonChannel: {"12", "13", "14"},
	}, "Image", "TargetObject", "Details", "EventType", "User", "ProcessGuid")
	windowsFile = windowsSource("file", "file", windowsKinds{
		vocab.SysmonChannel: {"11", "23", "26"},
	}, "Image", "TargetFilename", "User", "ProcessGuid", "Hashes")
	windowsImage = windowsSource("image_load", "image load", windowsKinds{
		vocab.SysmonChannel: {"7"},
	}, "Image", "ImageLoaded", "OriginalFileName", "Signed", "Signature", "ProcessGuid")
	windowsNetwork = windowsSource("network", "network connection", windowsKinds{
		vocab.SysmonChannel: {"3"},
	}, "Image", "DestinationHostname", "Initiated", "User")
	windowsScript = windowsSource("ps_script", "PowerShell script block", windowsKinds{
		vocab.PowerShellChannel: {"4104"},
	}, "ScriptBlockText", "ScriptBlockId", "Path")
	windowsSecurity = windowsSource("security", "security audit", windowsKinds{
		vocab.SecurityChannel: nil,
	}, "SubjectUserName", "TargetUserName", "LogonType", "IpAddress", "ObjectName", "AccessMask", "ServiceName",
		"ProcessName", "SubjectLogonId", "TargetLogonId")
	windowsEventLog = windowsSource("eventlog", "event log", nil,
		"Image", "TargetImage", "SourceImage", "GrantedAccess", "PipeName", "QueryName", "ServiceName", "ImagePath", "User")
)

// windowsKinds says which events of which channels a source holds; nil for all
// of a channel, or of all channels.
type windowsKinds map[string][]string

func windowsSource(name, title string, kinds windowsKinds, columns ...string) *Source {
	return &Source{
		Name:      "windows." + name,
		Title:     "Windows " + title,
		Reads:     windowsReads,
		Limits:    slices.Concat(windowsOwnLimits[name], windowsLimits),
		Framings:  []string{FramingEVTX, FramingXML, FramingJSON, FramingCSV},
		Columns:   append([]string{"Channel", "EventID"}, columns...),
		Kept:      map[string]string{"Message": "message", "Computer": "host"},
		Entities:  windowsEntities(columns),
		Match:     kinds.hold,
		Normalize: normalizeWindows,
	}
}

// windowsPivots are the hot columns that hold a pivot value.
var windowsPivots = []Entity{
	{"LogonId", "session", "logon"}, {"SubjectLogonId", "session", "logon"}, {"TargetLogonId", "session", "logon"},
	{"ProcessGuid", "process", "guid"}, {"DestinationHostname", "domain", "destination"}, {"QueryName", "domain", "query"},
	{"TargetUserName", "user", "target"}, {"Image", "process", "image"}, {"ImageLoaded", "process", "loaded"},
}

func windowsEntities(columns []string) []Entity {
	var list []Entity
	for _, p := range windowsPivots {
		for _, c := range columns {
			if c == p.Column {
				list = append(list, p)
			}
		}
	}
	return list
}

func (k windowsKinds) hold(r *Record) bool {
	form, channel, id := windowsEvent(r)
	if form == nil || k == nil {
		return form != nil
	}
	ids, ok := k[channel]
	if !ok || ids == nil {
		return ok
	}
	for _, want := range ids {
		if id == want {
			return true
		}
	}
	return false
}

func normalizeWindows(r *Record, e *event.Event) error {
	form, channel, id := windowsEvent(r)
	e.Shape = form.shape
	windowsNames(r, form)
	windowsOrder(r, channel, id)
	if !r.Has("Channel") {
		r.Add("Channel", channel)
	}
	e.Operation = channel + ":" + id
	windowsTime(r, e)
	e.Host = strings.ToLower(r.Value("Computer"))
	e.Message = firstKnown(r.Value("Message"), r.Value("RenderedDescription"))
	e.RecordID = windowsID(r, e, channel)
	windowsActor(r, e, channel, id)
	k := windowsMeanings[e.Operation]
	e.Action, e.Outcome = k.action, k.outcome
	if e.Action == "" {
		e.Action = event.Other
	}
	if fill := windowsFills[e.Operation]; fill != nil {
		fill(r, e)
	}
	windowsAudit(r, e)
	return nil
}

// windowsID tells one event in the log and in every export of it. A log that
// was cleared numbers its records anew, so the second belongs to it: exports
// have fewer digits of the time than the log.
func windowsID(r *Record, e *event.Event, channel string) string {
	number := r.Value("EventRecordID")
	if number == "" || e.Host == "" || !e.Time.Dated() {
		return known(r.Value("EventOriginId"))
	}
	return e.Host + "/" + channel + "/" + number + "@" + strconv.FormatInt(e.Time.Micros/1_000_000, 10)
}

// windowsNames gives the fields Sigma's names, first those of the header: data
// called alike follow it.
func windowsNames(r *Record, form *windowsForm) {
	switch form.shape {
	case shapeLogAnalytics:
		r.withoutUnion()
		windowsRowData(r)
	case shapeNXLog:
		if r.Has("EventTypeOrignal") {
			r.Rename("EventType", "EventLogType") // the collector's own, not Sysmon's
			r.Rename("EventTypeOrignal", "EventType")
		}
	case shapeEvtxECmd:
		r.Expand("Payload")
	}
	r.renamed(form.header)
	r.renamed(vocab.WindowsHeader)
	windowsData(r, form)
	if id := r.First("EventID"); id == "4688" {
		r.beside([][2]string{
			{"NewProcessName", "Image"}, {"ParentProcessName", "ParentImage"}, {"NewProcessId", "ProcessId"},
		})
	}
}

// windowsData takes the prefix off the names of the event's own data. Of user
// data the first level is the name of its template. What has attributes besides
// its text is called as if it had none.
func windowsData(r *Record, form *windowsForm) {
	for i := range r.Fields {
		f := &r.Fields[i]
		for _, prefix := range form.data {
			name, ok := strings.CutPrefix(f.Name, prefix)
			if !ok {
				continue
			}
			if strings.HasSuffix(prefix, "UserData.") {
				name = name[strings.IndexByte(name, '.')+1:]
			}
			if name = strings.TrimSuffix(name, ".#text"); name != "" && !strings.Contains(name, "#attributes") {
				f.Name = name
			}
			break
		}
	}
}
