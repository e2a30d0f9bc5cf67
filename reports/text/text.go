package text

import (
	"bytes"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/reports/review"
)

// maxFindings is how many findings a terminal shows.
const maxFindings = 40

// Write writes the summary that a person reads first.
func Write(w io.Writer, r *review.Review) error {
	var b bytes.Buffer
	if r.Simulated {
		fmt.Fprintln(&b, "SIMULATED: these logs carry the mark of a drill. What this tells did not happen.")
	}
	fmt.Fprintf(&b, "%s: %s\n", Line(r.Case), r.Lede())
	findings(&b, r)
	facts(&b, r)
	verdicts(&b, r)
	_, err := w.Write(b.Bytes())
	return err
}

func findings(b *bytes.Buffer, r *review.Review) {
	if len(r.Findings) == 0 {
		return
	}
	t := Table(b, "level", "first seen (UTC)", "what", "who", "events")
	for i := range r.Findings[:min(len(r.Findings), maxFindings)] {
		f := &r.Findings[i]
		t.AppendRow(table.Row{Line(f.Level), review.When(f.First), Line(f.Title), Line(f.Who()), review.Number(f.Count)})
	}
	fmt.Fprintln(b)
	t.Render()
	if len(r.Findings) > maxFindings {
		fmt.Fprintf(b, "showing %d of %d findings\n", maxFindings, len(r.Findings))
	}
	fmt.Fprintln(b)
}

// facts are the counts and what limits them.
func facts(b *bytes.Buffer, r *review.Review) {
	well, badly, other := r.ReadWell()
	c, t := r.Totals, Table(b)
	t.AppendRow(table.Row{"evidence", fmt.Sprintf("%s read, %d not to the end, %d not read as logs", review.Plural(well, "item"), badly, other)})
	t.AppendRow(table.Row{"events", fmt.Sprintf("%s on the timeline of %s; %s duplicate, %s undated, %s of unknown format",
		review.Number(c.Timeline), review.Number(c.Events), review.Number(c.Duplicates), review.Number(c.Undated), review.Number(c.Unknown))})
	if c.Derived > 0 || c.Occurrences > c.Timeline {
		t.AppendRow(table.Row{"", fmt.Sprintf("%s put together from %s; %s on the timeline",
			review.Plural(c.Derived, "event"), review.Plural(c.Parts, "record"), review.Plural(c.Occurrences, "occurrence"))})
	}
	t.AppendRow(table.Row{"balance", fmt.Sprintf("%s records = %s events + %s rejects; every byte accounted for: %s",
		review.Number(c.Records), review.Number(c.Events-c.Derived), review.Number(c.Rejects), yes(c.Balanced))})
	t.Render()
	for _, n := range r.Notes() {
		mark := " "
		if n.Weight > review.Told {
			mark = "!"
		}
		fmt.Fprintf(b, "%s %s %s\n", mark, n.Head, n.Text)
	}
}

func verdicts(b *bytes.Buffer, r *review.Review) {
	if len(r.Verdicts) == 0 {
		return
	}
	t := Table(b, "verdict", "suite", "expectation", "why")
	for _, v := range r.Verdicts {
		t.AppendRow(table.Row{Line(string(v.Status)), Line(v.Suite), Line(v.ID), Line(v.Message)})
	}
	fmt.Fprintln(b)
	t.Render()
}

func yes(ok bool) string {
	if ok {
		return "yes"
	}
	return "NO"
}
