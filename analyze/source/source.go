// Package source turns bytes into events. A framing cuts a file into records,
// in order, and knows only what order teaches (a CSV header, a running year);
// a source maps one record to an event, knows nothing else, and runs in
// parallel. The package opens no files and knows no database.
package source

import (
	"io"
	"iter"

	"hotwash/analyze/event"
)

// SpanKind says what a run of bytes in a member is.
type SpanKind uint8

// The kinds of spans. Together they cover every byte of a member once.
const (
	SpanRecord    SpanKind = iota // yields one event
	SpanReject                    // a broken record, kept with its reason
	SpanHeader                    // column names, envelope openings and tails, byte-order mark
	SpanSeparator                 // line ends, commas between members
	SpanComment
	SpanBlank
)

// Span is one run of bytes of a chunk.
type Span struct {
	Kind       SpanKind
	Start, End int32  // in Chunk.Text
	Around     int32  // of a record: which of Chunk.Around it stands in, from 1; 0 for none
	Offset     int64  // in the member, before charset decoding
	Len        int32  // in the member, before charset decoding
	Line       int32  // of the first byte, from 1; 0 in a member that is no text
	Reason     string // of a reject: a reason code, "json_syntax", "line_too_long", …; of a record: a doubt about it
	Detail     string // of a reject: what exactly was wrong
}

// Chunk is about 1 MiB of whole records. Text is copied once; every string that
// is cut from it keeps it alive, and the collector frees it. Spans cover the
// chunk's bytes once, in order; of a reject longer than a record may be only the
// beginning stands in Text, while its Len tells all. The same bytes give the
// same chunks.
type Chunk struct {
	Seq   int
	Text  string // UTF-8, or as near to it as the member's charset allows; see Valid
	Spans []Span
	Parts []int32 // where in Text the parts begin whose records are read with the part around them
	Known *Known
	// Around is what stands around records of the chunk; like Known it never
	// changes once the chunk is handed out.
	Around []*Around
}

// Around is what an object says of all the records in it: of Azure's flow logs a
// record is one text in a list, and the rule, the interface and the resource it
// is about stand around that list.
type Around struct {
	Outer  *Around // what stands around this one, nil for nothing
	Fields []event.Field
	shape  uint64 // hash of their names, in order
}

// Known is what cutting a member in order teaches about the records after it.
// A chunk's Known never changes once the chunk is handed out.
type Known struct {
	Header    []string // column names
	Types     []string // Zeek #types
	Path      string   // Zeek #path, Log Analytics table name
	Separator string
	SetSep    string // between the members of a Zeek set or vector
	Unset     string
	Empty     string
	Year      int  // year for year-less times; 0 if unknown
	American  bool // dates before AM or PM are month first: the heading is of a portal that writes them so
}

// Hints are what the user or the surroundings say of a member.
type Hints struct {
	Name      string    // base name of the member
	Zone      string    // IANA zone for zone-less local times, empty if not given
	Year      int       // --year; 0 if not given
	Dates     DateOrder // of dates such as 9/10/2023, told or found in the content; 0 if unknown
	MaxRecord int       // bytes a record may have; 0 means DefaultMaxRecord

	binary bool
	block  int // bytes to read at once; 0 means blockSize
}

// DefaultMaxRecord is the longest record that is read whole: 16 MiB.
const DefaultMaxRecord = 16 << 20

// Framing is a way to cut a member into records.
type Framing struct {
	Name   string
	Title  string                 // what a person sees of it
	Binary bool                   // it is no text: bytes are neither decoded nor counted as lines
	Sniff  func(head string) bool // head: the first 64 KiB, charset decoded but of what is binary
	// Cut yields chunks in order. It reads to the end of r; an error of r comes
	// last, after all complete records before it.
	Cut func(r io.Reader, h Hints) iter.Seq2[Chunk, error]
	// Parse fills rec.Fields from one record span; an error is *SyntaxError and
	// makes the record a reject.
	Parse func(p *Parser, c *Chunk, span int, rec *Record) error
}

// Record is one record on its way to becoming an event. Fields and the strings
// in it are valid until the next record.
type Record struct {
	event.Place
	Raw    string // the record's text in the chunk
	Fields []event.Field
	Known  *Known
	Hints  *Hints
	Notes  []string // what parsing met: "duplicate_keys", "invalid_utf8"

	parser  *Parser
	around  *Around
	objects []object // the objects and arrays in it, by name
	shape   uint64   // hash of the names of Fields, in order
	trace   *trace   // not nil while a Match runs
}

// Source is one log format as vendors name it.
type Source struct {
	Name     string // public: "m365.ual"; a family ends in a dot, "defender."
	Title    string
	Framings []string // names of the framings it comes in
	Reads    []string // what comes under this name: tables, record types, export shapes
	Limits   []string // what it is known not to tell: blind spots, retention, rows an export is cut at
	Columns  []string // hot native fields that get a column of their own, at most 12
	Whole    []string // objects that are kept as their JSON besides their leaves
	Dynamic  []string // text fields whose JSON is flattened besides being kept
	// Kept maps a native field to the events column that Normalize fills with
	// that field verbatim ("Operation": "operation").
	Kept     map[string]string
	Entities []Entity // pivots from native columns; those from events columns are general
	// Match looks at the record through its methods only, never at Fields: the
	// answer is remembered for records with the same names and, of the fields
	// that were asked for, the same values. Line records have no Fields and may
	// be judged by Raw.
	Match     func(*Record) bool
	Normalize func(*Record, *event.Event) error
}

// Entity says which hot native column holds a pivot value of which kind.
// Kinds: user, host, ip, domain, hash, process, session, token, correlation,
// app, resource, tenant, agent.
type Entity struct{ Column, Kind, Role string }

// SyntaxError is a record that can't be read: a reject with its reason code.
type SyntaxError struct {
	Code   string // "json_syntax", "csv_columns", …
	Offset int    // in Record.Raw
	Detail string
}

func (e *SyntaxError) Error() string { return e.Code + ": " + e.Detail }
