package chart

import (
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"hotwash/reports/review"
)

// Levels is the number of findings per level.
func Levels(r *review.Review) (*Chart, error) {
	counts := r.ByLevel()
	t := Table{Head: []string{"Level", "Findings"}}
	for _, c := range counts {
		t.Rows = append(t.Rows, []string{c.Name, strconv.Itoa(c.N)})
	}
	var names []string
	var data []opts.BarData
	for _, c := range slices.Backward(counts) { // the axis grows upwards
		names = append(names, c.Name)
		data = append(data, opts.BarData{Value: c.N, ItemStyle: &opts.ItemStyle{Color: levelColor(c.Name)}})
	}
	ink := label()
	ink.Color, ink.FontSize = "var(--ink)", 12
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(calm("levels"),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "36", Top: "4", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Show: opts.Bool(false), MinInterval: 1}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", AxisLine: line(), AxisLabel: ink}),
	)...)
	bar.SetXAxis(names).XYReversal()
	bar.AddSeries("findings", data,
		charts.WithBarChartOpts(opts.BarChart{BarCategoryGap: "35%"}),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Position: "right", Color: "var(--ink)"}))
	option, err := option(bar)
	return &Chart{ID: "levels", Title: "Findings by level", Option: option, Height: 30 * len(counts), Table: t}, err
}

func levelColor(level string) string {
	if review.Severity(level) == 0 {
		return "var(--muted)"
	}
	return "var(--" + level + ")"
}
