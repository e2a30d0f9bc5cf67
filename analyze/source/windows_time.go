package source

import (
	"time"

	"hotwash/analyze/event"
)

// Doubts about the time of a Windows event.
const (
	zoneFromReceipt = "zone_from_receipt" // local time; the zone follows from the collector's two clocks
	utcDisagrees    = "utc_time_differs"  // the header's time and Sysmon's UtcTime are minutes apart
)

const (
	quarterHour = int64(15 * time.Minute / time.Microsecond)
	utcSlack    = int64(10 * time.Minute / time.Microsecond)
)

// windowsTime is the header's time: all exporters of one host agree on it.
// Sysmon's UtcTime is compared with it, because an exporter that writes local
// time with a Z is otherwise not noticed.
func windowsTime(r *Record, e *event.Event) {
	switch e.Shape {
	case shapeGetWinEvent: // as the shell writes times: Export-Csv without a zone
		e.Time = r.Local("TimeCreated")
	default:
		e.Time = r.UTC("TimeCreated", "TimeGenerated", "TimeGenerated [UTC]", "@timestamp")
	}
	if r.Has("EventReceivedTime") {
		nxlogTime(r, e)
	} else if !e.Time.Dated() {
		e.Time = r.Local("EventTime", "TimeGenerated [Local Time]")
	}
	r.received(e)
	if created := r.UTC("event.created"); e.Shape == shapeWinlog && created.Dated() {
		e.Seen = created.Micros
	}
	utc := r.Value("UtcTime")
	if utc == "" {
		return
	}
	t, _ := ParseTime(utc)
	switch {
	case !t.Dated():
	case !e.Time.Dated():
		e.Time = t
	case abs(t.Micros-e.Time.Micros) > utcSlack:
		r.Warn(utcDisagrees)
	}
}

// nxlogTime: EventTime is the host's local time without its zone, and so is
// EventReceivedTime; @timestamp is that same receipt in UTC. The difference,
// rounded to a quarter of an hour, is the zone.
func nxlogTime(r *Record, e *event.Event) {
	shipped, received := r.UTC("@timestamp"), r.UTC("EventReceivedTime")
	local := r.UTC("EventTime")
	if !local.Dated() {
		return
	}
	if r.Clock().Zone != nil || !shipped.Dated() || !received.Dated() {
		e.Time = r.Local("EventTime")
		return
	}
	e.Seen = shipped.Micros
	offset := shipped.Micros - received.Micros
	offset = (offset + quarterHour/2) / quarterHour * quarterHour
	e.Time = event.Time{
		Micros:  local.Micros + offset,
		Quality: event.NewQuality(event.BasisExplicit, local.Quality.Precision(), 0),
	}
	r.Warn(zoneFromReceipt)
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
