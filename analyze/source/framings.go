package source

// The names of the framings.
const (
	FramingEVTX  = "evtx"  // Windows event logs, binary
	FramingXML   = "xml"   // Windows events in XML
	FramingJSON  = "json"  // objects: arrays, lines, concatenated, enveloped
	FramingCSV   = "csv"   // RFC 4180 with a header; comma, semicolon, tab or bar
	FramingZeek  = "zeek"  // Zeek's ASCII writer
	FramingLines = "lines" // one record a line
)

// Framings are the ways to cut a member, in the order they are tried.
func Framings() []*Framing {
	return []*Framing{evtxFraming, xmlFraming, zeekFraming, jsonFraming, csvFraming, linesFraming}
}

// FramingOf is the framing called name, nil if there is none.
func FramingOf(name string) *Framing {
	for _, f := range Framings() {
		if f.Name == name {
			return f
		}
	}
	return nil
}
