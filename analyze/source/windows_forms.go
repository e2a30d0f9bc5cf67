package source

import (
	"strings"

	"hotwash/analyze/vocab"
)

// Export shapes of Windows events.
const (
	shapeFlat        = "flat"
	shapeEvtx        = "evtx" // the log itself, its XML, and what evtx_dump and others make of that as JSON
	shapeWinlog      = "winlogbeat"
	shapeNXLog       = "nxlog"
	shapeGetWinEvent = "get-winevent"
	shapeEvtxECmd    = "evtxecmd"
	shapeParseEvtx   = "parse_evtx"
)

// windowsForm is a way to export Windows events: by which fields it is known,
// where it keeps channel and id, what it calls the rest of the header, and where
// it puts the event's own data.
type windowsForm struct {
	shape   string
	under   string   // an object that it has
	all     []string // fields that it has
	channel []string
	id      []string
	header  [][2]string
	data    []string
}

// windowsForms are the exports, most specific first. The last one is flat.
var windowsForms = []*windowsForm{
	{shape: shapeEvtx, under: "Event.System", channel: []string{"Event.System.Channel", "Event.System.Channel.#text"},
		id: []string{"Event.System.EventID", "Event.System.EventID.#text"}, header: vocab.WindowsEvtx,
		data: []string{"Event.EventData.Data.", "Event.EventData.", "Event.UserData."}},
	{shape: shapeWinlog, under: "winlog", channel: []string{"winlog.channel"}, id: []string{"winlog.event_id"},
		header: vocab.WindowsWinlogbeat, data: []string{"winlog.event_data.", "winlog.user_data."}},
	{shape: shapeWinlog, all: []string{"log_name", "event_id"}, channel: []string{"log_name"}, id: []string{"event_id"},
		header: vocab.WindowsWinlogbeat, data: []string{"event_data.", "user_data."}},
	{shape: shapeParseEvtx, under: "System", all: []string{"System.Channel"}, channel: []string{"System.Channel"},
		id: []string{"System.EventID.Value", "System.EventID"}, header: vocab.WindowsParseEvtx, data: []string{"EventData.", "UserData."}},
	{shape: shapeGetWinEvent, all: []string{"LogName", "Id", "ProviderName"}, channel: []string{"LogName"}, id: []string{"Id"},
		header: vocab.WindowsGetWinEvent},
	{shape: shapeEvtxECmd, all: []string{"EventId", "Channel", "Payload"}, channel: []string{"Channel"}, id: []string{"EventId"},
		header: vocab.WindowsEvtxECmd, data: []string{"Payload.EventData.Data.", "Payload.EventData.", "Payload.UserData."}},
	{shape: shapeLogAnalytics, all: []string{"TimeGenerated", "EventID"}, channel: []string{"Channel", "EventLog"}, id: []string{"EventID"},
		header: vocab.WindowsLogAnalytics, data: flatData},
	{shape: shapeLogAnalytics, all: []string{"TimeGenerated [UTC]", "EventID"}, channel: []string{"Channel", "EventLog"}, id: []string{"EventID"},
		header: vocab.WindowsLogAnalytics, data: flatData},
	{shape: shapeNXLog, all: []string{"EventReceivedTime", "EventID"}, channel: []string{"Channel"}, id: []string{"EventID"},
		header: vocab.WindowsNXLog, data: flatData},
	{shape: shapeFlat, channel: []string{"Channel", "EventLog"}, id: []string{"EventID"}, header: vocab.WindowsFlat, data: flatData},
}

var flatData = []string{"EventData.Data.", "EventData.", "UserData.", "ExtraEventData."}

func (f *windowsForm) fits(r *Record) bool {
	return (f.under == "" || r.HasUnder(f.under)) && r.HasAll(f.all...)
}

// windowsEvent is how a Windows event was exported, its channel and its id. The
// form is nil for anything else: both must be there, or what only a Windows
// event has besides.
func windowsEvent(r *Record) (form *windowsForm, channel, id string) {
	for _, f := range windowsForms {
		if !f.fits(r) {
			continue
		}
		channel, id = r.First(f.channel...), r.First(f.id...)
		if channel == "" {
			channel = impliedChannel(r, id)
		}
		if channel == "" || id == "" || len(id) > 5 || strings.Trim(id, "0123456789") != "" {
			return nil, "", ""
		}
		if strings.EqualFold(channel, vocab.SecurityChannel) {
			channel = vocab.SecurityChannel
		}
		return f, channel, id
	}
	return nil, "", ""
}

// impliedChannel is the channel of a row of SecurityEvent whose query dropped
// the column: the filtering platform's events are in no other one.
func impliedChannel(r *Record, id string) string {
	switch {
	case r.Value("Type") == "SecurityEvent", r.First("EventSourceName", "Provider", "SourceName") == vocab.SecurityProvider:
		return vocab.SecurityChannel
	case r.HasAll("EventSourceName", "SubcategoryGuid", "SubjectLogonId", "TargetLogonId"):
		return vocab.SecurityChannel
	case r.HasAll("Computer", "FilterRTID", "LayerRTID") && strings.HasPrefix(id, "515"):
		return vocab.SecurityChannel
	}
	return ""
}

// windowsOrder gives values that were exported in their order only, without
// names, the names that this kind of event has for that many.
func windowsOrder(r *Record, channel, id string) {
	const unnamed = "Properties.Value"
	n := 0
	for i := range r.Fields {
		if r.Fields[i].Name == unnamed {
			n++
		}
	}
	names := vocab.WindowsOrder(channel, id, n)
	for i := range r.Fields {
		if len(names) > 0 && r.Fields[i].Name == unnamed {
			r.Fields[i].Name, names = names[0], names[1:]
		}
	}
}
