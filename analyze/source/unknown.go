package source

import (
	"strings"

	"hotwash/analyze/event"
)

// Unknown is the source of records that no other one knows: kept and counted,
// with a time if one parses. It isn't in Table and matches nothing.
var Unknown = &Source{
	Name:      "unknown",
	Title:     "Unknown",
	Framings:  []string{FramingEVTX, FramingXML, FramingJSON, FramingCSV, FramingZeek, FramingLines},
	Match:     func(*Record) bool { return false },
	Normalize: normalizeUnknown,
}

func normalizeUnknown(r *Record, e *event.Event) error {
	if len(r.Fields) == 0 {
		e.Message = r.Raw
		e.Time = findTime(r, r.Clock(), r.Raw)
		return nil
	}
	e.Time = fieldTime(r)
	return nil
}

// timeNames are what records of any kind call their time, best first, in lower
// case.
var timeNames = []string{
	"time", "timestamp", "@timestamp", "ts", "_time", "eventtime", "event_time", "timegenerated", "creationtime",
	"createddatetime", "creationdate", "timecreated", "datetime", "date_time", "date", "created_at", "createdat",
	"published", "activitydatetime", "starttime", "start_time", "start", "when", "t", "asctime", "time_local", "@t",
}

// fieldTime is the time in the field that is most likely the record's.
func fieldTime(r *Record) event.Time {
	c := r.Clock()
	for _, name := range timeNames {
		for i := range r.Fields {
			f := &r.Fields[i]
			if len(f.Name) != len(name) || !strings.EqualFold(f.Name, name) {
				continue
			}
			t, doubt := c.Parse(f.Value)
			if !t.Dated() && doubt != dateOrderUnknown {
				continue
			}
			if doubt != "" {
				r.Warn(doubt)
			}
			return t
		}
	}
	return looseTime(r, c)
}

// looseTime is the first field whose name speaks of time and whose value is one.
func looseTime(r *Record, c Clock) event.Time {
	for i := range r.Fields {
		name := strings.ToLower(r.Fields[i].Name)
		if !strings.Contains(name, "time") && !strings.Contains(name, "date") {
			continue
		}
		t, doubt := c.Parse(r.Fields[i].Value)
		if doubt == dateOrderUnknown {
			r.Warn(doubt)
			return t
		}
		if t.Dated() {
			return t
		}
	}
	return event.Time{}
}

// lineTimeReach is how far into a line its time is looked for.
const lineTimeReach = 128

// findTime is the first time in a line of text: at its beginning, or where a
// word begins.
func findTime(r *Record, c Clock, line string) event.Time {
	for i := 0; i < len(line) && i < lineTimeReach; i++ {
		if i > 0 && isWordByte(line[i-1]) {
			continue
		}
		if !isDigit(line[i]) && monthAt(line, i) == 0 && nameAt(line, i, "montuewedthufrisatsun") == 0 {
			continue
		}
		t, n, doubt := c.ParsePrefix(line[i:])
		if doubt == yearUnknown || doubt == dateOrderUnknown {
			r.Warn(doubt)
			return t
		}
		if n == 0 || !t.Dated() || t.Quality.Precision() == event.Day {
			continue
		}
		// A long number is a time only where one is expected.
		if t.Quality.Basis() != event.BasisEpoch || i == 0 || strings.IndexByte(`(=":[`, line[i-1]) >= 0 {
			if doubt != "" {
				r.Warn(doubt)
			}
			return t
		}
	}
	return event.Time{}
}
