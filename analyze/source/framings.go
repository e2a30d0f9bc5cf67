package source

// The names of the framings.
const (
	FramingJSON  = "json"  // objects: arrays, lines, concatenated, enveloped
	FramingCSV   = "csv"   // RFC 4180 with a header; comma, semicolon or tab
	FramingZeek  = "zeek"  // Zeek's ASCII writer
	FramingLines = "lines" // one record a line
)
