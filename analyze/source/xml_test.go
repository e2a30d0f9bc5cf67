package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// oneXML is an event in XML with a text as its data.
func oneXML(text string) string {
	return "<Event xmlns='" + eventSpace + "'><System><EventID>7</EventID><Channel>System</Channel></System>" +
		"<EventData><Data Name='a'>" + text + "</Data></EventData></Event>"
}

func TestCutXML(t *testing.T) {
	event := oneXML("b")
	n := len(event)
	long := strings.Repeat("x", 3000)
	for _, tc := range []struct {
		name, text string
		want       string
	}{
		{"alone", event, fmt.Sprint("record ", n)},
		{"in a list", "<?xml version='1.0'?>\r\n<Events>" + event + event + "</Events>\n", fmt.Sprint("header 21 separator 2 header 8 record ", n, " record ", n, " header 9 separator 1")},
		{"on lines", event + "\n\n" + event, fmt.Sprint("record ", n, " separator 2 record ", n)},
		{"cut off", event + event[:50], fmt.Sprint("record ", n, " xml_truncated 50")},
		{"cut off before another", event[:50] + event, fmt.Sprint("xml_truncated 50 record ", n)},
		{"something between", event + "text\n<!-- x -->" + event, fmt.Sprint("record ", n, " xml_syntax 4 separator 1 xml_syntax 10 record ", n)},
		{"longer than a record may be", oneXML(long) + event, fmt.Sprint("record_too_long ", n+2999, " record ", n)},
		{"too long and cut off before another", oneXML(long)[:2500] + event, fmt.Sprint("record_too_long 2500 record ", n)},
		{"too long and cut off", oneXML(long)[:2500], "record_too_long 2500"},
	} {
		for _, block := range []int{0, 64, 100} {
			t.Run(fmt.Sprint(tc.name, block), func(t *testing.T) {
				var got []string
				at := int64(0)
				for c, err := range xmlFraming.Cut(strings.NewReader(tc.text), Hints{MaxRecord: 1000, block: block}) {
					if err != nil {
						t.Fatal(err)
					}
					at = checkSpans(t, tc.name, &c, at)
					for _, s := range c.Spans {
						kind := map[SpanKind]string{SpanRecord: "record", SpanHeader: "header", SpanSeparator: "separator"}[s.Kind]
						got = append(got, fmt.Sprint(kind, s.Reason, " ", s.Len))
					}
				}
				if d := cmp.Diff(tc.want, strings.Join(got, " ")); d != "" || at != int64(len(tc.text)) {
					t.Errorf("%d of %d bytes: %s", at, len(tc.text), d)
				}
			})
		}
	}
}

func TestDetectXML(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       *Framing
	}{
		{"events", "<Events>" + oneXML("b") + "</Events>", xmlFraming},
		{"UTF-16 with a declaration", utf16Text(mark + "<?xml version='1.0' encoding='utf-16'?>" + oneXML("b")), xmlFraming},
		{"other events", "<?xml version='1.0'?><Events><Event>1</Event></Events>", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v := Detect([]byte(tc.text), true, Hints{}); v.Framing != tc.want {
				t.Errorf("%+v", v)
			}
		})
	}
}
