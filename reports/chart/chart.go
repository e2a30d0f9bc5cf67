// Package chart draws the charts of a review: it builds them with go-echarts'
// types and turns them into plain JSON, with the same numbers as a table. It
// never renders: go-echarts' own HTML lets log values out as script. Colours
// are names of CSS variables, which the page resolves, so that one chart serves
// light, dark and print.
package chart

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Chart is one chart, ready to be embedded as data.
type Chart struct {
	ID     string // of the element it is drawn in
	Title  string
	Option []byte // ECharts option as JSON; < > & are escaped, so it can stand in a script element
	Height int    // CSS pixels
	Table  Table  // the same numbers
}

// Table is a chart's numbers.
type Table struct {
	Head []string
	Rows [][]string
}

// drawn is what all go-echarts charts can do.
type drawn interface {
	Validate()
	JSON() map[string]any
}

// option is a chart as JSON. It refuses a chart that holds JavaScript: option
// values come from logs, and text that is run is how they would get out.
func option(c drawn) ([]byte, error) {
	c.Validate()
	tree := c.JSON()
	if err := refuse(reflect.ValueOf(tree)); err != nil {
		return nil, err
	}
	if tip, ok := tree["tooltip"].(opts.Tooltip); ok {
		tree["tooltip"] = tooltip{tip, "richText", true} // drawn as text, never as HTML
	}
	return json.Marshal(tree)
}

type tooltip struct {
	opts.Tooltip
	RenderMode string `json:"renderMode"`
	Confine    bool   `json:"confine"`
}

var functionType = reflect.TypeFor[types.FuncStr]()

func refuse(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			return refuse(v.Elem())
		}
	case reflect.Struct:
		return refuseEach(v.NumField(), v.Field)
	case reflect.Slice, reflect.Array:
		return refuseEach(v.Len(), v.Index)
	case reflect.Map:
		keys := v.MapKeys()
		return refuseEach(len(keys), func(i int) reflect.Value { return v.MapIndex(keys[i]) })
	case reflect.String:
		if v.Type() == functionType && v.Len() > 0 {
			return fmt.Errorf("chart option holds JavaScript: %.60q", v.String())
		}
	}
	return nil
}

func refuseEach(n int, at func(int) reflect.Value) error {
	for i := range n {
		if err := refuse(at(i)); err != nil {
			return err
		}
	}
	return nil
}

// calm is what all charts share: no title of their own, no toolbox, no motion.
func calm(id string) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithInitializationOpts(opts.Initialization{ChartID: id, Renderer: "svg", BackgroundColor: "transparent"}),
		charts.WithAnimation(false),
		charts.WithColorsOpts(palette()),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
	}
}

// palette is the colours of series, as CSS variables of the page.
func palette() opts.Colors {
	var out opts.Colors
	for i := range maxSeries + 1 {
		out = append(out, fmt.Sprintf("var(--series-%d)", i))
	}
	return out
}

func line() *opts.AxisLine {
	return &opts.AxisLine{LineStyle: &opts.LineStyle{Color: "var(--line)"}}
}

func label() *opts.AxisLabel {
	return &opts.AxisLabel{Show: opts.Bool(true), Color: "var(--muted)", HideOverlap: opts.Bool(true), FontSize: 11, FontFamily: "var(--sans)"} // measured by the axis itself
}

// inside is a label of the time axis: the first and the last stay in the chart.
func inside() *opts.AxisLabel {
	l := label()
	l.AlignMinLabel, l.AlignMaxLabel = "left", "right"
	l.ShowMinLabel, l.ShowMaxLabel = opts.Bool(true), opts.Bool(true)
	return l
}

func split() *opts.SplitLine {
	return &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "var(--line)"}}
}
