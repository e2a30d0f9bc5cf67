// Package timeline puts the events of a case in one order for all sources and
// counts them: who did what, when and where, around which finding, in which
// source, on which day, what of the evidence became an event at all, and what
// the evidence can't show. It reads a case through *sql.DB with the statements
// of queries/timeline and queries/report; it writes nothing, changes no time and
// finds nothing.
package timeline

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"hotwash/analyze/event"
)

// Unknown is the source of text that holds times but is of no known format. It
// is kept and counted, and stands outside the timeline unless asked for.
const Unknown = "unknown"

// ErrUndated says that a window was asked for around an event without a time.
var ErrUndated = errors.New("event has no time")

// ErrNoEvent says that an event id stands for no event of the case.
var ErrNoEvent = errors.New("no such event in the case")

// Row is one event on the timeline. Time is what the source stated; Offset is
// how far the user said that the item's clock was ahead: it is taken off to
// order rows and never changes Time.
type Row struct {
	event.Place
	Time   event.Time
	Offset time.Duration
	Seen   int64 // µs since 1970 UTC when the source's own pipeline had it, 0 if unknown

	Source, Action, Operation, Outcome, OutcomeCode, Message string
	Actor, ActorID, ActorType, SrcIP, Host                   string
	TargetType, TargetID, TargetName, RecordID               string

	DuplicateOf int64 // the event that counts for this one, 0 if this one counts
	Conflict    bool  // a duplicate with different content
	Own         bool  // around a finding: one of the finding's own events
}

// Key is the time a row is ordered by, in µs since 1970 UTC.
func (r *Row) Key() int64 { return r.Time.Micros - r.Offset.Microseconds() }

// Ordered is the time a row is ordered by, with the digits that its time has.
func (r *Row) Ordered() event.Time { return event.Time{Micros: r.Key(), Quality: r.Time.Quality} }

// Filter says which events a timeline keeps. The zero Filter keeps every dated
// event that counts and whose source is known.
type Filter struct {
	From, To sql.Null[int64] // stated time in µs, from inclusive, to exclusive

	Around   int64           // event id to look around, 0 for none
	AroundAt sql.Null[int64] // or a time in µs
	Window   time.Duration   // each way; DefaultWindow if 0

	Actors  []string // actor or actor id, in any case
	Sources []string

	Duplicates bool // keep events that duplicate another
	Unknown    bool // keep events of unknown format
	Undated    bool // the undated events instead of the dated ones

	Limit, Offset int // Limit 0 means all
}

// DefaultWindow is how far around an event a filter looks if it doesn't say.
const DefaultWindow = 15 * time.Minute

// At is a bound of a Filter.
func At(micros int64) sql.Null[int64] { return sql.Null[int64]{V: micros, Valid: true} }

// separator parts the members of a list parameter: DuckDB's driver binds no lists.
const separator = "\x1f"

// list is values as one text. One that can't be bound is replaced by one that
// matches nothing: left out, it would make an empty list, which means all.
func list(values []string) string {
	out := slices.Clone(values)
	for i, v := range out {
		if !bindable(v) {
			out[i] = rowSeparator
		}
	}
	return strings.Join(out, separator)
}
