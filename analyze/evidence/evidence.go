// Package evidence walks evidence files and containers, hashes what is read,
// says what state each file ended in, re-reads the bytes of a place, and keeps
// the custody record. It opens evidence read-only and never changes it. It
// doesn't know log formats and writes nothing but custody.jsonl.
package evidence

import (
	"path"
	"strings"

	"hotwash/analyze/event"
)

// State is how reading a file or container member ended.
type State string

// The states of evidence.
const (
	Parsed      State = "parsed"      // read whole, every byte accounted for
	PartialRead State = "partial"     // read to a point; what was complete is kept
	Unsupported State = "unsupported" // recognised, no reader: Reason says the kind
	NotALog     State = "not_a_log"
	Empty       State = "empty"
	Unreadable  State = "unreadable"
	Changed     State = "changed"   // differs from what was read before, or while reading
	Container   State = "container" // a zip, gzip, …: its members have their own state
)

// Item is one file or container member as the case lists it.
type Item struct {
	Ordinal  int32  // E01, E02, …; given once per case, never reused
	Argument string // base name of the argument it was found under
	Path     string // relative to the argument, slashes; empty if the argument is the file itself
	Member   string // path inside containers, "outer.zip" levels joined by "!"; empty for a plain file
	Kind     string // plain, gzip, zip, … : how its own bytes are packed
	Size     int64  // bytes of the decompressed member
	SHA256   string // of the decompressed member, hex; empty until read to the end
	Outer    string // SHA-256 of the outermost file, hex
	State    State
	Reason   string

	Framing   string // how it was cut into records, "json"; empty if it wasn't
	OffsetUS  int64  // clock offset given by the user, µs; orders, never changes times
	Simulated bool   // holds records with the mark of a simulation
	Told      string // what the user said of its times: "zone=Europe/Berlin year=2024 dates=dmy"
	Dates     string // how dates such as 9/10/2023 are read, "mdy"; empty if nothing settles it
}

// Name is the base name of the file or member, whatever it is packed in.
func (it Item) Name() string {
	if it.Member != "" {
		return it.Member[strings.LastIndexAny(it.Member, `!/\`)+1:]
	}
	if it.Path != "" {
		return path.Base(it.Path)
	}
	return it.Argument
}

// Reject is a record that could not be read.
type Reject struct {
	event.Place
	Code   string
	Detail string
	Raw    string // at most 4 KiB, valid UTF-8 or base64
	Base64 bool
}
