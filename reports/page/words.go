package page

import (
	"fmt"
	"strings"

	"hotwash/reports/review"
)

// tile is one figure of the overview.
type tile struct{ Name, Value, Note, Class string }

// say fills what the page says in words.
func (v *view) say() {
	v.Tiles = []tile{v.findingsTile(), v.timelineTile(), v.spanTile(), v.evidenceTile(), v.rulesTile(), v.balanceTile()}
	v.OverTimeCaption = v.overTimeCaption()
	v.PresenceCaption = fmt.Sprintf("Computed by queries/timeline/days.sql over %s; one column is %s (UTC); %s.%s",
		review.Plural(v.Timeline.Total, "event"), v.Coverage.Unit.Name, v.leftOut(), strays(v.Coverage.Stray))
	v.Filter = strings.ToUpper(v.leftOut()[:1]) + v.leftOut()[1:]
	v.EvidenceCaption = balance(v.Totals) + ". Computed by queries/report/items.sql from the ledger and the tables; duplicates are in these counts."
}

func balance(t review.Totals) string {
	return fmt.Sprintf("%s = %s + %s", review.Plural(t.Records, "record"), review.Plural(t.Events-t.Derived, "event"), review.Plural(t.Rejects, "reject"))
}

func (v *view) findingsTile() tile {
	if len(v.Findings) == 0 {
		return tile{"Findings", "none", "in what was covered", ""}
	}
	return tile{"Findings", review.Number(len(v.Findings)), v.Graded(), ""}
}

func (v *view) timelineTile() tile {
	t := v.Totals
	return tile{"Events on the timeline", review.Number(t.Timeline), fmt.Sprintf("of %s; %s duplicate, %s without time", review.Number(t.Events), review.Number(t.Duplicates), review.Number(t.Undated)), ""}
}

func (v *view) spanTile() tile {
	if v.Totals.Timeline == 0 {
		return tile{"Time covered", "none", "no event has a time", ""}
	}
	return tile{"Time covered", between(v.Totals.First, v.Totals.Last), review.Seconds(v.Totals.First) + " to " + review.Seconds(v.Totals.Last), ""}
}

func (v *view) evidenceTile() tile {
	well, badly, other := v.ReadWell()
	t := tile{"Evidence read", review.Plural(well, "item"), fmt.Sprintf("%s not to the end, %s not read as logs", review.Number(badly), review.Number(other)), ""}
	if badly > 0 {
		t.Class = "bad"
	}
	return t
}

func (v *view) rulesTile() tile {
	return tile{"Rules that ran", review.Number(v.Ran()), "of " + review.Number(len(v.Rules)), ""}
}

func (v *view) balanceTile() tile {
	if !v.Totals.Balanced {
		return tile{"Every byte accounted for", "NO", balance(v.Totals), "bad"}
	}
	return tile{"Every byte accounted for", "yes", balance(v.Totals), "ok"}
}

func (v *view) overTimeCaption() string {
	s := fmt.Sprintf("Computed by queries/timeline/histogram.sql over %s; one bar is %s (UTC); %s.",
		review.Plural(v.Histogram.Total, "event"), v.Histogram.Unit.Name, v.leftOut())
	if len(v.Findings) > 0 {
		s += " A diamond marks where findings begin; the higher, the more."
	}
	return s + strays(v.Histogram.Stray)
}

// strays says what a chart leaves out because it lies too far off.
func strays(s review.Stray) string {
	if s.Before+s.After == 0 {
		return ""
	}
	return fmt.Sprintf(" Not drawn, because they lie far from all others: %s before and %s after (the first at %s, the last at %s).",
		review.Plural(s.Before, "event"), review.Number(s.After), review.Seconds(s.First), review.Seconds(s.Last))
}

// leftOut is the filter of the charts and of the timeline.
func (v *view) leftOut() string {
	if v.Unknown {
		return "duplicates and events without a time are left out; text of unknown format is in"
	}
	return "duplicates, events without a time and text of unknown format are left out"
}
