package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"hotwash/reports/review"
)

// maxSeries is how many sources are told apart by colour; the others are one.
const maxSeries = 7

// OverTime is events over time, stacked per source, with the findings that
// begin in each bucket as marks above them.
func OverTime(r *review.Review) (*Chart, error) {
	h := r.Histogram
	labels := make([]string, len(h.Starts))
	for i, start := range h.Starts {
		labels[i] = h.Unit.Label(start)
	}
	series, begun := largest(h.Series), beginnings(r, h)
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(calm("over-time"),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Type: "scroll", Top: "0", Left: "0", ItemWidth: 12, ItemHeight: 10, TextStyle: &opts.TextStyle{Color: "var(--ink)", FontSize: 12, FontFamily: "var(--sans)"}}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "12", Top: "40", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLine: line(), AxisLabel: inside()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", MinInterval: 1, SplitLine: split(), AxisLabel: label()}),
	)...)
	bar.ExtendYAxis(opts.YAxis{Type: "value", Show: opts.Bool(false), Min: 0, Max: cmp.Or(slices.Max(append(begun, 0)), 1)})
	bar.SetXAxis(labels)
	for _, s := range series {
		bar.AddSeries(s.Source, bars(s.Counts), charts.WithBarChartOpts(opts.BarChart{Stack: "events", BarCategoryGap: "12%"}))
	}
	if slices.Max(append(begun, 0)) > 0 {
		bar.Overlap(marks(begun))
	}
	option, err := option(bar)
	return &Chart{ID: "over-time", Title: "Events over time", Option: option, Height: 300, Table: overTimeTable(labels, series, begun)}, err
}

// largest are the series with the most events, in order of size, and the rest
// as one.
func largest(all []review.Series) []review.Series {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b review.Series) int { return cmp.Compare(b.Total, a.Total) })
	if len(all) <= maxSeries+1 {
		return all
	}
	rest := review.Series{Source: fmt.Sprintf("%d other sources", len(all)-maxSeries), Counts: make([]int64, len(all[0].Counts))}
	for _, s := range all[maxSeries:] {
		for i, n := range s.Counts {
			rest.Counts[i] += n
		}
		rest.Total += s.Total
	}
	return append(all[:maxSeries:maxSeries], rest)
}

// beginnings is how many findings begin in each bucket.
func beginnings(r *review.Review, h *review.Histogram) []int {
	begun := make([]int, len(h.Starts))
	for i := range r.Findings {
		if at := h.Bucket(r.Findings[i].First); at >= 0 {
			begun[at]++
		}
	}
	return begun
}

func bars(counts []int64) []opts.BarData {
	data := make([]opts.BarData, len(counts))
	for i, n := range counts {
		data[i].Value = n
	}
	return data
}

func marks(begun []int) *charts.Scatter {
	var data []opts.ScatterData
	for i, n := range begun {
		if n > 0 {
			data = append(data, opts.ScatterData{Value: []int{i, n}})
		}
	}
	s := charts.NewScatter()
	s.AddSeries("findings that begin", data,
		charts.WithScatterChartOpts(opts.ScatterChart{YAxisIndex: 1, Symbol: "diamond", SymbolSize: 11}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--critical)", BorderColor: "var(--page)", BorderWidth: 1}))
	return s
}

// overTimeTable leaves out buckets in which nothing happened.
func overTimeTable(labels []string, series []review.Series, begun []int) (t Table) {
	t.Head = []string{"From (UTC)", "All"}
	for _, s := range series {
		t.Head = append(t.Head, s.Source)
	}
	t.Head = append(t.Head, "Findings that begin")
	for i, from := range labels {
		var all int64
		var cells []string
		for _, s := range series {
			all += s.Counts[i]
			cells = append(cells, strconv.FormatInt(s.Counts[i], 10))
		}
		if all == 0 && begun[i] == 0 {
			continue
		}
		row := append([]string{from, strconv.FormatInt(all, 10)}, cells...)
		t.Rows = append(t.Rows, append(row, strconv.Itoa(begun[i])))
	}
	return t
}
