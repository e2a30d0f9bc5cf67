package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

// rows is a CSV file: a heading, and its rows.
func rows(header string, lines ...string) string {
	return header + "\r\n" + strings.Join(lines, "\r\n") + "\r\n"
}

// TestDateOrder takes members through detection and reading: what day their
// dates mean, and what is doubtful about it.
func TestDateOrder(t *testing.T) {
	const plain = "Timestamp,User,Action"
	const beside = "Timestamp,Logged,Action"
	const collected = "RecordType,CreationDate,UserIds,Operations,AuditData,ResultIndex,ResultCount"
	const portal = "RecordId,CreationDate,RecordType,Operation,UserId,AuditData"
	audit := func(date, created string) string {
		return fmt.Sprintf(`ExchangeAdmin,%s,ann@example.com,Set-Mailbox,"{""CreationTime"":""%s"",""Id"":""1"",""Operation"":""Set-Mailbox"",""RecordType"":1,""UserKey"":""k"",""Workload"":""Exchange""}",1,2`, date, created)
	}
	bare := func(date string) string {
		return "ExchangeAdmin," + date + `,ann@example.com,Set-Mailbox,"",2,2`
	}
	for _, tc := range []struct {
		name, text string
		told       DateOrder
		order      string // settled
		want       string // the days of the records
		doubts     string
	}{
		{"open", rows(plain, "9/10/2023 10:00,ann,a", "9/11/2023 10:00,ann,b"), 0, "", "none none", "date_order_unknown"},
		{"told day first", rows(plain, "9/10/2023 10:00,ann,a"), DayFirst, "dmy", "2023-10-09", ""},
		{"a number over 12 comes second", rows(plain, "9/10/2023 10:00,ann,a", "9/13/2023 10:00,ann,b"), 0, "mdy", "2023-09-10 2023-09-13", ""},
		{"a number over 12 comes first", rows(plain, "9/10/2023 10:00,ann,a", "13/10/2023 10:00,ann,b"), 0, "dmy", "2023-10-09 2023-10-13", ""},
		{"both come", rows(plain, "9/13/2023 10:00,ann,a", "13/10/2023 10:00,ann,b", "9/10/2023 10:00,ann,c"), 0, "", "2023-09-13 2023-10-13 none", "date_order_unknown"},
		{"another column's full time", rows(beside, "9/10/2023 10:00,2023-10-09T08:00:00Z,a", "9/11/2023 10:00,2023-11-09T08:00:00Z,b"), 0, "dmy", "2023-10-09 2023-11-09", ""},
		{"a column of other days", rows(beside, "9/10/2023 10:00,2024-01-01T00:00:00Z,a", "9/11/2023 10:00,2024-01-02T00:00:00Z,b"), 0, "", "none none", "date_order_unknown"},
		{"a column that says both", rows(beside, "9/10/2023 10:00,2023-10-09T08:00:00Z,a", "9/11/2023 10:00,2023-09-11T08:00:00Z,b"), 0, "", "none none", "date_order_unknown"},
		{"a value in a field that is no time", rows(plain, "9/10/2023 10:00,31/12/2023,a", "9/11/2023 10:00,ann,b"), 0, "", "none none", "date_order_unknown"},
		{"the record inside settles the date around it", rows(collected, audit("9/10/2023 10:00:00", "2023-10-09T10:00:00"), bare("9/10/2023 11:00:00")), 0, "dmy", "2023-10-09 2023-10-09", ""},
		{"nothing but dates around", rows(collected, bare("9/10/2023 10:00:00"), bare("9/11/2023 11:00:00 AM")), 0, "", "none none", "date_order_unknown"},
		{"Purview's portal", rows(portal, "1,9/10/2023 4:05:03 AM,1,Set-Mailbox,ann@example.com,"), 0, "", "2023-09-10", ""},
		{"Log Analytics' portal", rows(`"TimeGenerated [UTC]",Action`, `"9/10/2023, 4:05:03.125 AM",x`), 0, "", "2023-09-10", ""},
		{"that heading, saved by a spreadsheet elsewhere", rows(portal, "1,9/10/2023 04:05,1,Set-Mailbox,ann@example.com,", "2,22/10/2023 04:05,1,Set-Mailbox,ann@example.com,"), 0, "dmy", "2023-10-09 2023-10-22", ""},
		{"text", "9/10/2023 10:00:00 started\n9/14/2023 10:00:00 stopped\n", 0, "mdy", "2023-09-10 2023-09-14", "zone_assumed"},
		{"text, open", "9/10/2023 10:00:00 started\n9/11/2023 10:00:00 stopped\n", 0, "", "none none", "date_order_unknown"},
		{"told otherwise than a date can be", rows(plain, "9/10/2023 10:00,ann,a", "9/13/2023 10:00,ann,b"), DayFirst, "dmy", "2023-10-09 2023-09-13", "date_order_differs"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := Hints{Dates: tc.told}
			v := Detect([]byte(tc.text), true, h)
			if v.Framing == nil {
				t.Fatalf("%s %s", v.State, v.Reason)
			}
			if v.Dates.String() != tc.order {
				t.Errorf("settled %q, want %q", v.Dates, tc.order)
			}
			h.Dates = v.Dates
			days, doubts := daysOf(t, v.Framing, tc.text, h)
			if d := cmp.Diff(tc.want, days); d != "" {
				t.Error(d)
			}
			if tc.doubts == "" && strings.Contains(doubts, "date_order") || !strings.Contains(doubts, tc.doubts) {
				t.Errorf("doubts %q, want %q", doubts, tc.doubts)
			}
		})
	}
}

func daysOf(t *testing.T, f *Framing, text string, h Hints) (days, doubts string) {
	t.Helper()
	readData(t, f, []byte(text), h, func(_ *Source, e *event.Event, _ []event.Field, err error) {
		if err != nil {
			t.Fatal(err)
		}
		day, _, dated := strings.Cut(e.Time.String(), "T")
		if !dated {
			day = "none"
		}
		days += " " + day
		doubts += strings.Join(e.Warnings, " ")
	})
	return strings.TrimSpace(days), doubts
}

// TestDateOrderLate: what is settled by the beginning is kept, and a later date
// that it makes none is flagged, not read otherwise in silence.
func TestDateOrderLate(t *testing.T) {
	var b strings.Builder
	b.WriteString("Timestamp,User\n9/13/2023 10:00,ann\n")
	for b.Len() < 2*headSize {
		b.WriteString("9/10/2023 10:00,ann\n")
	}
	b.WriteString("22/10/2023 10:00,ann\n")
	v := Detect([]byte(b.String()[:headSize]), false, Hints{})
	if v.Dates != MonthFirst {
		t.Fatalf("settled %q", v.Dates)
	}
	days, doubts := daysOf(t, v.Framing, b.String(), Hints{Dates: v.Dates})
	if !strings.HasSuffix(days, " 2023-09-10 2023-10-22") || strings.Count(doubts, dateOrderDiffers) != 1 {
		t.Errorf("days end %q, flagged %d times", days[len(days)-40:], strings.Count(doubts, dateOrderDiffers))
	}
}
