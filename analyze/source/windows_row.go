package source

import (
	"encoding/xml"
	"strings"
)

// windowsRowData reads the event's own data in a row of Log Analytics: the
// table Event keeps it as XML, WindowsEvent as JSON, SecurityEvent in columns
// and, of events that have none, as XML or as a list of values.
func windowsRowData(r *Record) {
	text := r.Value("EventData")
	switch {
	case strings.HasPrefix(text, "<"):
		for _, d := range xmlData(text) {
			if !r.Has(d.name) {
				r.Add(d.name, d.value)
			}
		}
	case strings.HasPrefix(text, "{"):
		r.Expand("EventData")
	case strings.HasPrefix(text, "["):
		before := len(r.Fields)
		r.Expand("EventData")
		for i := before; i < len(r.Fields); i++ {
			if r.Fields[i].Name == "EventData" {
				r.Fields[i].Name = "Data" // as the XML of such an event has it
			}
		}
	}
}

type datum struct{ name, value string }

// maxData bounds how many values are taken from one event.
const maxData = 512

// xmlData is what the <Data> elements of an event hold. One without a name is
// called Data. What is no XML yields what came before the mistake.
func xmlData(text string) []datum {
	d, restore := xmlDecoder(text)
	var list []datum
	for len(list) < maxData {
		token, err := d.Token()
		if err != nil {
			return list
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "Data" && start.Name.Local != "Param" {
			continue
		}
		var value string
		if d.DecodeElement(&value, &start) != nil {
			return list
		}
		list = append(list, datum{dataName(start.Attr), restore(value)})
	}
	return list
}

func dataName(attributes []xml.Attr) string {
	for _, a := range attributes {
		if a.Name.Local == "Name" && a.Value != "" {
			return a.Value
		}
	}
	return "Data"
}
