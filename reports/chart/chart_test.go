package chart

import (
	"bytes"
	"testing"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

func TestOptionRefusesJavaScript(t *testing.T) {
	bar := charts.NewBar()
	bar.SetGlobalOptions(charts.WithTooltipOpts(opts.Tooltip{Formatter: opts.FuncOpts("function (p) { return p.name }")}))
	if _, err := option(bar); err == nil {
		t.Error("a function was taken")
	}
}

func TestOptionEscapesMarkup(t *testing.T) {
	bar := charts.NewBar()
	bar.SetXAxis([]string{"</script><script>alert(1)</script>", "__f__alert(1)__f__", "a\u2028b"})
	got, err := option(bar)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(got, "<>&\u2028") {
		t.Errorf("markup in %s", got)
	}
	if !bytes.Contains(got, []byte(`__f__alert(1)__f__`)) {
		t.Errorf("text altered in %s", got)
	}
}
