package reports_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hotwash/reports"
	"hotwash/reports/review"
)

var pictures = flag.String("pictures", "", "write pictures of the report into `DIR`")

// browser starts a headless Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("browser test left out: -short")
	}
	path := ""
	for _, p := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(p); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("browser test left out: no Chromium in /usr/bin")
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// watch collects what a harmless page has none of: console output, exceptions,
// dialogs, and requests for anything but the page itself.
func watch(t *testing.T, ctx context.Context, url string) *[]string {
	t.Helper()
	complaints := &[]string{}
	var mu sync.Mutex
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventConsoleAPICalled:
			*complaints = append(*complaints, "console: "+string(ev.Type))
		case *runtime.EventExceptionThrown:
			*complaints = append(*complaints, "exception: "+ev.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			*complaints = append(*complaints, "log: "+ev.Entry.Text)
		case *page.EventJavascriptDialogOpening:
			*complaints = append(*complaints, "dialog: "+ev.Message)
		case *network.EventRequestWillBeSent:
			if ev.Request.URL != url {
				*complaints = append(*complaints, "request: "+ev.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return complaints
}

func writePage(t *testing.T, r *review.Review) (url string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	html, _ := reports.Named("html")
	if err := reports.WriteFile(path, r, html.Write); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

type drawn struct {
	ID            string
	Width, Height float64
	Shapes        int
}

const drawnCharts = `[...document.querySelectorAll('[data-option]')].map(el => {
	const svg = el.querySelector('svg'), box = svg ? svg.getBoundingClientRect() : {};
	return {id: el.id, width: box.width || 0, height: box.height || 0, shapes: svg ? svg.querySelectorAll('path').length : 0};
})`

func TestPageInBrowser(t *testing.T) {
	for _, tc := range []struct {
		name   string
		r      *review.Review
		charts int
	}{
		{"findings", sample(), 3},
		{"nothing found", quiet(), 2},
		{"hostile", hostile(t), 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ctx, url := browser(t), writePage(t, tc.r)
			complaints := watch(t, ctx, url)
			if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
				t.Fatal(err)
			}
			charts, err := chromedp.Run(ctx, chromedp.Evaluate[[]drawn](drawnCharts))
			if err != nil {
				t.Fatal(err)
			}
			texts, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.x')].map(e => e.textContent)`))
			if err != nil {
				t.Fatal(err)
			}
			if len(*complaints) > 0 {
				t.Errorf("complaints: %s", strings.Join(*complaints, "\n"))
			}
			if len(charts) != tc.charts {
				t.Errorf("%d charts, want %d", len(charts), tc.charts)
			}
			for _, c := range charts {
				if c.Width < 100 || c.Height < 40 || c.Shapes < 2 {
					t.Errorf("chart not drawn: %+v", c)
				}
			}
			if tc.name == "hostile" {
				checkUnaltered(t, texts)
			}
		})
	}
}

// TestPictures writes pictures of the page for people to look at, when asked.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("pictures left out: no -pictures DIR")
	}
	simulated := sample()
	simulated.Simulated = true
	for _, tc := range []struct {
		name  string
		r     *review.Review
		width int64
		dark  bool
	}{
		{"desktop", sample(), 1280, false},
		{"narrow", sample(), 420, false},
		{"dark", simulated, 1280, true},
		{"quiet", quiet(), 1280, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ctx, url := browser(t), writePage(t, tc.r)
			scheme := "light"
			if tc.dark {
				scheme = "dark"
			}
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(tc.width, 900), chromedp.Navigate(url)); err != nil {
				t.Fatal(err)
			}
			top, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			whole, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			for name, data := range map[string][]byte{tc.name + "-top.png": top, tc.name + ".png": whole} {
				if err := os.WriteFile(filepath.Join(*pictures, name), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func decodeJSON(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}
