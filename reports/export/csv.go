// Package export writes the timeline for other tools: CSV for spreadsheets and
// JSON lines for everything else. It reads rows one by one, however many there
// are, and never the case itself.
package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"hotwash/reports/review"
)

// Columns are the columns of the timeline in CSV, in order.
func Columns() []string {
	return []string{"time", "clock_offset_s", "source", "action", "operation", "outcome", "outcome_code",
		"actor", "actor_id", "actor_type", "src_ip", "host", "target_type", "target_id", "target_name", "message",
		"record_id", "event_id", "duplicate_of", "line", "evidence", "citation", "ordered_as"}
}

// CSV writes the timeline as CSV, one event a row, times as stated. A cell that
// a spreadsheet would run as a formula is written with an apostrophe before it:
// one that starts with = + - @, a tab or a carriage return. That alters what is
// in the file; JSON lines don't.
func CSV(w io.Writer, r *review.Review) error {
	return writeCSV(w, r, func(cell string) string { return cell })
}

// CSVShown writes what CSV does, each cell as show makes it: for a terminal,
// which obeys what it is sent.
func CSVShown(show func(cell string) string) func(io.Writer, *review.Review) error {
	return func(w io.Writer, r *review.Review) error { return writeCSV(w, r, show) }
}

func writeCSV(w io.Writer, r *review.Review, show func(string) string) error {
	out := csv.NewWriter(w)
	if err := out.Write(Columns()); err != nil {
		return err
	}
	for row, err := range r.Rows() {
		if err != nil {
			return err
		}
		if err := out.Write(record(r, row, show)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func record(r *review.Review, row *review.Row, show func(string) string) []string {
	cells := []string{row.Time.String(), seconds(row), row.Source, row.Action, row.Operation, row.Outcome, row.OutcomeCode,
		row.Actor, row.ActorID, row.ActorType, row.SrcIP, row.Host, row.TargetType, row.TargetID, row.TargetName, row.Message,
		row.RecordID, strconv.FormatInt(row.ID(), 10), number(row.DuplicateOf), number(int64(row.Line)), r.Path(row.Evidence), r.Cite(row.Place), ordered(row)}
	for i, c := range cells {
		cells[i] = harmless(show(c))
	}
	return cells
}

// seconds is a row's clock offset; empty if there is none.
func seconds(row *review.Row) string {
	if row.Offset == 0 {
		return ""
	}
	return strconv.FormatFloat(row.Offset.Seconds(), 'f', -1, 64)
}

// ordered is the time a row is ordered by, where that is not its own.
func ordered(row *review.Row) string {
	if row.Offset == 0 || !row.Time.Dated() {
		return ""
	}
	return row.Ordered().String()
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// harmless is a cell that no spreadsheet takes for a formula.
func harmless(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}
