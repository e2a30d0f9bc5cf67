package main

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"hotwash/analyze"
)

// newProgress shows how far loading is, on a terminal and if nobody wants quiet.
// The function it returns takes it away again.
func newProgress(std stdio, quiet bool) (show func(analyze.Progress), end func()) {
	if quiet || !std.terminal() {
		return nil, func() {}
	}
	bar := progressbar.NewOptions64(-1, // how much a container holds is known at its end
		progressbar.OptionSetWriter(std.err),
		progressbar.OptionSetDescription("reading"),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish())
	show = func(p analyze.Progress) {
		bar.Describe(fmt.Sprintf("%d events  %s", p.Events, shortened(oneLine(p.Item))))
		_ = bar.Set64(p.Bytes) // a bar that can't be drawn stops nothing
	}
	return show, func() { _ = bar.Finish() }
}

// shortened keeps the end of a path, which tells more than its beginning.
func shortened(path string) string {
	const most = 40
	if r := []rune(path); len(r) > most {
		return "…" + string(r[len(r)-most:])
	}
	return path
}
