package export

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"

	"hotwash/reports/review"
)

// line is one event as JSON. datetime, timestamp, timestamp_desc and message
// are what Timesketch asks of a line; ids are text, for they don't fit a float.
type line struct {
	Datetime    string  `json:"datetime"`
	Timestamp   int64   `json:"timestamp"` // µs since 1970 UTC
	Desc        string  `json:"timestamp_desc"`
	Message     string  `json:"message"`
	ClockOffset float64 `json:"clock_offset_s,omitempty"`
	OrderedAs   string  `json:"ordered_as,omitempty"` // the time less the clock offset
	Source      string  `json:"source"`
	Action      string  `json:"action,omitempty"`
	Operation   string  `json:"operation,omitempty"`
	Outcome     string  `json:"outcome,omitempty"`
	OutcomeCode string  `json:"outcome_code,omitempty"`
	Actor       string  `json:"actor,omitempty"`
	ActorID     string  `json:"actor_id,omitempty"`
	ActorType   string  `json:"actor_type,omitempty"`
	SrcIP       string  `json:"src_ip,omitempty"`
	Host        string  `json:"host,omitempty"`
	TargetType  string  `json:"target_type,omitempty"`
	TargetID    string  `json:"target_id,omitempty"`
	TargetName  string  `json:"target_name,omitempty"`
	RecordID    string  `json:"record_id,omitempty"`
	EventID     string  `json:"event_id"`
	DuplicateOf string  `json:"duplicate_of,omitempty"`
	Line        int32   `json:"line,omitempty"`
	Evidence    string  `json:"evidence"`
	Citation    string  `json:"citation"`
	Simulated   bool    `json:"simulated,omitempty"`
}

// JSONLines writes the timeline as JSON, one event a line, nothing altered.
func JSONLines(w io.Writer, r *review.Review) error {
	buffered := bufio.NewWriter(w)
	out := json.NewEncoder(buffered)
	out.SetEscapeHTML(false)
	for row, err := range r.Rows() {
		if err != nil {
			return err
		}
		if err := out.Encode(newLine(r, row)); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func newLine(r *review.Review, row *review.Row) line {
	l := line{Datetime: row.Time.String(), Timestamp: row.Time.Micros, Desc: describe(row), Message: row.Message,
		ClockOffset: row.Offset.Seconds(), OrderedAs: ordered(row), Source: row.Source, Action: row.Action, Operation: row.Operation,
		Outcome: row.Outcome, OutcomeCode: row.OutcomeCode, Actor: row.Actor, ActorID: row.ActorID, ActorType: row.ActorType,
		SrcIP: row.SrcIP, Host: row.Host, TargetType: row.TargetType, TargetID: row.TargetID, TargetName: row.TargetName,
		RecordID: row.RecordID, EventID: strconv.FormatInt(row.ID(), 10), DuplicateOf: number(row.DuplicateOf), Line: row.Line,
		Evidence: r.Path(row.Evidence), Citation: r.Cite(row.Place), Simulated: r.Simulated}
	if l.Message == "" {
		l.Message = row.Operation
	}
	return l
}

// describe says what kind of event a time is of.
func describe(row *review.Row) string {
	if row.Action == "" {
		return row.Source
	}
	return row.Source + " " + row.Action
}
