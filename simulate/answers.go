package simulate

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hotwash/simulate/scenario"
	"hotwash/simulate/truth"
	"hotwash/simulate/world"
)

// answers is the facilitator's sheet: what was planted, where it stands, what
// was to be noticed.
func answers(w *world.World, r *Result) []byte {
	var b bytes.Buffer
	sc := w.Scenario
	fmt.Fprintf(&b, "# %s: the answers\n\nSIMULATED. For the facilitator only.\n\n", sc.Title)
	if sc.Summary != "" {
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(sc.Summary))
	}
	fmt.Fprintf(&b, "Scenario %s version %d, seed %d. Logs from %s to %s (UTC). ATT&CK %s.\n", sc.ID, sc.Version, w.Seed, stamp(w.Start), stamp(w.End), sc.AttackVersion)
	b.WriteString("\n## Steps\n")
	for _, s := range sc.Steps {
		fmt.Fprintf(&b, "\n### %s\n\n%s, %s%s.\n\n", s.ID, s.Action, s.Technique, waits(s))
		records(&b, r.Truth, s.ID)
	}
	if len(sc.RedHerrings) > 0 {
		b.WriteString("\n## Red herrings\n")
	}
	for _, h := range sc.RedHerrings {
		fmt.Fprintf(&b, "\n### %s\n\n%s. %s\n\n", h.ID, strings.Join(h.Uses, ", "), strings.TrimSpace(h.Explanation))
		records(&b, r.Truth, h.ID)
	}
	b.WriteString("\n## Expectations\n\n")
	for _, d := range sc.Detections {
		fmt.Fprintf(&b, "- %s\n", expectation(d))
	}
	b.WriteString("\n## Evidence\n\n| file | source | records | sha256 |\n|---|---|---|---|\n")
	for _, f := range r.Manifest.Files {
		fmt.Fprintf(&b, "| %s | %s (%s) | %d | %s |\n", f.Name, f.Source, f.Shape, f.Records, f.SHA256)
	}
	return b.Bytes()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// waits is when a step begins, as the scenario has it.
func waits(s scenario.Step) string {
	after := "the window's start"
	if len(s.After) > 0 {
		after = strings.Join(s.After, " and ")
	}
	if s.Delay.Text == "" {
		return ", after " + after
	}
	return ", after " + after + " (" + s.Delay.Text + ")"
}

// records is the table of the records that tell a step.
func records(b *bytes.Buffer, rows []truth.Row, step string) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r truth.Row) bool { return r.Step != step })
	if len(rows) == 0 {
		b.WriteString("No log of this scenario tells it.\n")
		return
	}
	slices.SortStableFunc(rows, func(a, b truth.Row) int { return cmp.Compare(a.EventUS, b.EventUS) })
	b.WriteString("| time (UTC) | role | actor | account | place |\n|---|---|---|---|---|\n")
	for _, row := range rows {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s@%d+%d |\n", stamp(time.UnixMicro(row.EventUS)), row.Role, row.Actor, row.Entity, row.File, row.Offset, row.Len)
	}
}

func expectation(d scenario.Detection) string {
	text := fmt.Sprintf("%s: %s: %s", d.ID, d.Step, strings.ReplaceAll(d.Expect, "_", " "))
	if len(d.Rules.Any) > 0 {
		text += " of any of " + strings.Join(d.Rules.Any, ", ")
	}
	if len(d.Rules.All) > 0 {
		text += " of all of " + strings.Join(d.Rules.All, ", ")
	}
	if d.Within > 0 {
		text += fmt.Sprintf(" within %v", time.Duration(d.Within))
	}
	if len(d.Needs.Watchlists) > 0 {
		text += "; needs the watchlist " + strings.Join(d.Needs.Watchlists, ", ")
	}
	return text
}
