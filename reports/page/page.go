// Package page writes a review as one HTML page that needs nothing else: no
// network, no other file. What comes from logs is text, whatever it looks like;
// the only scripts are the two whose hashes stand in the page's
// Content-Security-Policy. The same review gives the same bytes.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"hotwash/reports/chart"
	"hotwash/reports/review"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed boot.js
	bootJS string
	//go:embed echarts.min.js
	echartsJS string
)

// What one page holds at most; beyond, it says how much is not shown.
const (
	maxGlance  = 200
	maxDetails = 50
	maxRead    = 300
	maxOther   = 200
	maxReasons = 100
	maxGaps    = 200
)

// view is what the template sees: the review, and what is said about it.
type view struct {
	*review.Review
	Policy        string
	Style         template.CSS
	ECharts, Boot template.JS

	OverTime, Presence, Levels *drawing
	Tiles                      []tile

	Glance, Details                                           []review.Finding
	Detailed                                                  int
	OverTimeCaption, PresenceCaption, EvidenceCaption, Filter string
	Read, Other                                               []*review.Evidence
	ReadTotal, OtherTotal                                     int
	UndatedInAll                                              int64
	Offsets                                                   bool
	NotRun                                                    []reason
	NotRunTotal                                               int
	Shown                                                     []review.Gap
	GapTotal                                                  int
	Blind                                                     []review.Blind
	Same                                                      []review.Gap
	SameTotal                                                 int
}

// drawing is a chart whose option stands in the page as data.
type drawing struct {
	*chart.Chart
	Option template.JS
}

// Write writes the page.
func Write(w io.Writer, r *review.Review) error {
	v, err := newView(r)
	if err != nil {
		return err
	}
	t, err := template.New("report").Funcs(functions(r)).Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("page.html: %w", err)
	}
	return t.ExecuteTemplate(w, "page", v)
}

func newView(r *review.Review) (*view, error) {
	v := &view{Review: r, Policy: policy(echartsJS, bootJS),
		Style: template.CSS(pageCSS), ECharts: template.JS(echartsJS), Boot: template.JS(bootJS)}
	if err := v.draw(); err != nil {
		return nil, err
	}
	v.say()
	v.cut()
	return v, nil
}

// draw builds the charts that have something to show.
func (v *view) draw() (err error) {
	if len(v.Histogram.Series) > 0 {
		if v.OverTime, err = newDrawing(chart.OverTime(v.Review)); err != nil {
			return err
		}
	}
	if len(v.Coverage.Sources) > 0 {
		if v.Presence, err = newDrawing(chart.Presence(v.Review)); err != nil {
			return err
		}
	}
	if len(v.Findings) > 0 {
		v.Levels, err = newDrawing(chart.Levels(v.Review))
	}
	return err
}

func newDrawing(c *chart.Chart, err error) (*drawing, error) {
	if err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return &drawing{c, template.JS(c.Option)}, nil
}

// policy allows exactly the given scripts, and styles of the page itself.
func policy(scripts ...string) string {
	p := "default-src 'none'; script-src"
	for _, s := range scripts {
		sum := sha256.Sum256([]byte(s))
		p += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return p + "; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
}

// cut fills the lists, each to what a page can hold.
func (v *view) cut() {
	v.Glance = v.Findings[:min(len(v.Findings), maxGlance)]
	for i := range v.Findings {
		if len(v.Details) < maxDetails && v.Findings[i].Around.Total >= 0 {
			v.Details = append(v.Details, v.Findings[i])
		}
	}
	v.Detailed = len(v.Details)
	for i := range v.Evidence {
		e := &v.Evidence[i]
		v.UndatedInAll += e.Account.Undated
		v.Offsets = v.Offsets || e.Account.Offset != 0
		if e.Read() {
			v.ReadTotal++
			v.Read = append(v.Read, e)
		} else {
			v.OtherTotal++
			v.Other = append(v.Other, e)
		}
	}
	v.Read = troubledFirst(v.Read)[:min(len(v.Read), maxRead)]
	v.Other = v.Other[:min(len(v.Other), maxOther)]
	v.Shown, v.Blind = v.Gaps(), v.BlindSpots()
	v.GapTotal = len(v.Shown)
	v.Shown = v.Shown[:min(len(v.Shown), maxGaps)]
	v.Same = v.Copies()
	v.SameTotal = len(v.Same)
	v.Same = v.Same[:min(len(v.Same), maxGaps)]
	v.NotRun = reasons(v.Rules)
	v.NotRunTotal = len(v.NotRun)
	v.NotRun = v.NotRun[:min(len(v.NotRun), maxReasons)]
}

// troubledFirst keeps the order of the evidence unless the list will be cut:
// then what was not read to the end must not be what is left out.
func troubledFirst(items []*review.Evidence) []*review.Evidence {
	if len(items) <= maxRead {
		return items
	}
	var bad, good []*review.Evidence
	for _, e := range items {
		if e.Troubled() {
			bad = append(bad, e)
		} else {
			good = append(good, e)
		}
	}
	return append(bad, good...)
}

// reason is a reason for which rules did not run, or not all of what they are for.
type reason struct {
	State, Reason, Example string
	N                      int
}

func reasons(rules []review.Rule) []reason {
	var out []reason
	at := map[[2]string]int{}
	for _, r := range rules {
		if r.State == review.Loaded && r.Reason == "" {
			continue
		}
		k := [2]string{r.State, r.Reason}
		if i, seen := at[k]; seen {
			out[i].N++
			continue
		}
		at[k] = len(out)
		out = append(out, reason{State: r.State, Reason: r.Reason, Example: r.Title, N: 1})
	}
	return out
}
