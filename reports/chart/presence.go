package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"hotwash/reports/review"
)

// Shade is a class of the presence chart.
type Shade struct {
	Label    string
	Class    string // CSS class of its swatch
	variable string // CSS variable of its colour
	from, to float32
}

// Shades are the classes of events per source and day, silent first.
func Shades() []Shade {
	return []Shade{
		{"silent", "h0", "--heat-0", 0, 0}, {"1–9", "h1", "--heat-1", 1, 9}, {"10–99", "h2", "--heat-2", 10, 99},
		{"100–999", "h3", "--heat-3", 100, 999}, {"1,000–9,999", "h4", "--heat-4", 1000, 9999}, {"10,000 and more", "h5", "--heat-5", 10000, 1e30},
	}
}

// Presence is the sources against the days: how many events, and where silent.
func Presence(r *review.Review) (*Chart, error) {
	c := r.Coverage
	var columns, sources []string
	for _, start := range c.Starts {
		columns = append(columns, c.Unit.Label(start))
	}
	var data []opts.HeatMapData
	for y, s := range c.Sources {
		sources = append(sources, s.Source)
		for x, n := range s.Counts {
			data = append(data, opts.HeatMapData{Value: []any{x, y, n}})
		}
	}
	heat := charts.NewHeatMap()
	names := label()
	names.Color, names.Width, names.Overflow = "var(--ink)", 170, "truncate"
	heat.SetGlobalOptions(append(calm("presence"),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "12", Top: "4", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: columns, AxisLine: line(), AxisLabel: inside()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: sources, Inverse: opts.Bool(true), AxisLine: line(), AxisLabel: names}),
		charts.WithVisualMapOpts(opts.VisualMap{Type: "piecewise", Show: opts.Bool(false), Pieces: pieces()}),
	)...)
	heat.AddSeries("events", data, charts.WithItemStyleOpts(opts.ItemStyle{BorderColor: "var(--page)", BorderWidth: 1}))
	option, err := option(heat)
	return &Chart{ID: "presence", Title: "Sources by day", Option: option, Height: 40 + 26*len(sources), Table: presenceTable(r, columns)}, err
}

func pieces() []opts.Piece {
	var out []opts.Piece
	for i, s := range Shades() {
		p := opts.Piece{Gte: s.from, Lte: s.to, Color: "var(" + s.variable + ")"}
		if i == 0 {
			p = opts.Piece{Lt: 1, Color: p.Color} // a bound of 0 is left out of the JSON
		}
		out = append(out, p)
	}
	return out
}

func presenceTable(r *review.Review, columns []string) Table {
	t := Table{Head: append([]string{"Source"}, columns...)}
	for _, s := range r.Coverage.Sources {
		row := []string{s.Source}
		for _, n := range s.Counts {
			cell := "silent"
			if n > 0 {
				cell = strconv.FormatInt(n, 10)
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
