// Package event holds the one record shape that every source is normalized to,
// and the place in the evidence it came from. It imports nothing of the
// project: readers, store, rules and reports meet here. It doesn't parse logs
// and doesn't decide what an event means.
package event

// Place is where a record's bytes stand: the evidence item, and the byte range
// in that item's decompressed content, before any charset decoding.
type Place struct {
	Evidence int32 // ordinal of the file or container member in the case, from 1
	Offset   int64 // bytes from the start of the decompressed member
	Len      int32 // bytes; 0 of a derived event
	Line     int32 // line number of the first byte, from 1; 0 where lines mean nothing
	Derived  bool  // the event was made from several records; the first of them begins here
}

// derived is the bit of an event id that tells a derived event from the first
// of its records.
const derived = 1 << 39

// ID is the event id: the place itself, so it survives a better parser.
// It has room for 8,388,607 items of 512 GiB each.
func (p Place) ID() int64 {
	id := int64(p.Evidence)<<40 | p.Offset
	if p.Derived {
		id |= derived
	}
	return id
}

// PlaceOf is the place that an event id stands for, without length and line.
func PlaceOf(id int64) Place {
	return Place{Evidence: int32(id >> 40), Offset: id & (derived - 1), Derived: id&derived != 0}
}

// Field is one native leaf of a record. Names are dotted paths with the
// vendor's spelling; members of an array repeat the name. Null is a value that
// was present and null; a missing field is no Field at all.
type Field struct {
	Name  string
	Value string
	Null  bool
}

// Event is a record as the case stores it: the who, what, when, where, target
// and result that the source claims. An empty string means the source has none
// (SQL NULL). Every string is valid UTF-8 (see source.Valid).
type Event struct {
	Place
	Time   Time   // when it happened, zero if undated
	Seen   int64  // µs since 1970 UTC when the source's own pipeline had it, 0 if unknown
	Source string // public source name, "m365.ual"
	Shape  string // export shape within the source, "auditdata"; conflicts are judged within one shape

	Action      Action
	Operation   string // native; for a Windows event "Channel:EventID"
	Outcome     Outcome
	OutcomeCode string
	Message     string // the text of a line log

	Actor     string // pivot key: lower-case UPN, SID, ARN; host\user for local accounts
	ActorID   string // the immutable id
	ActorType string // user, admin, guest, service_principal, managed_identity, system, microsoft, anonymous, unknown
	SrcIP     string // canonical text, never ::ffff:-mapped
	Host      string // lower case

	TargetType string
	TargetID   string
	TargetName string

	RecordID string   // the source's own id of the record
	PartOf   string   // what the records share that tell one event together; empty for a record that tells it alone
	Count    int64    // how many occurrences the record stands for (sampled telemetry, aggregates); 0 means one
	Unkeyed  []string // native names left out of the duplicate hash (collector fields)

	Flow    *Flow
	DNS     *DNS
	Web     *Web
	Process *Process

	Warnings []string // codes of doubts about this record, "time_unparsed"
}

// Flow is a network connection or flow record.
type Flow struct {
	SrcPort, DstPort   int32 // -1 if unknown
	DstIP              string
	Proto              int16  // IANA number, -1 if unknown
	BytesOut, BytesIn  int64  // from and to the source, -1 if unknown
	Packets            int64  // both directions, -1 if unknown
	DurationUS         int64  // µs, -1 if unknown
	Direction, Verdict string // verdict: allow or deny, only where the format states it
	UID, CommunityID   string
}

// DNS is one lookup.
type DNS struct {
	Query, Type, RCode string
	Answers            []string
	ServerIP           string
}

// Web is one HTTP request.
type Web struct {
	Method, Host, Path, UserAgent string
	Status                        int32 // 0 if unknown
	BytesOut                      int64 // -1 if unknown
}

// Process is a process start or an event about a process.
type Process struct {
	Path, CommandLine             string
	PID                           int64 // -1 if unknown
	ParentPath, ParentCommandLine string
	SHA256                        string
}
