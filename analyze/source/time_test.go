package source

import (
	"testing"
	"time"

	"hotwash/analyze/event"
)

func TestClockParse(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skipf("no time zones here: %v", err)
	}
	utc := Clock{UTC: true}
	local := Clock{Zone: berlin, Year: 2024}
	for _, tc := range []struct {
		name  string
		clock Clock
		text  string
		want  string // the instant, empty for undated
		basis event.Basis
		doubt string
	}{
		{"ISO with Z", utc, "2021-08-02T13:11:39Z", "2021-08-02T13:11:39Z", event.BasisExplicit, ""},
		{"ISO without a zone", utc, "2021-08-02T13:11:39", "2021-08-02T13:11:39Z", event.BasisAssumedUTC, ""},
		{"ISO with a space", utc, "2021-08-02 13:11:39.5", "2021-08-02T13:11:39.500Z", event.BasisAssumedUTC, ""},
		{"ISO offset", utc, "2021-08-02T13:11:39+02:00", "2021-08-02T11:11:39Z", event.BasisExplicit, ""},
		{"offset without a colon", utc, "2024-01-07T19:54:41.712927+0000", "2024-01-07T19:54:41.712927Z", event.BasisExplicit, ""},
		{"offset of hours", utc, "2024-01-07T19:54:41-06", "2024-01-08T01:54:41Z", event.BasisExplicit, ""},
		{"seven digits", utc, "2021-08-02T13:11:39.7724491Z", "2021-08-02T13:11:39.7724491Z", event.BasisExplicit, ""},
		{"Kusto CSV", utc, "2025-11-21 19:45:18.0766240", "2025-11-21T19:45:18.0766240Z", event.BasisAssumedUTC, ""},
		{"nine digits", utc, "2021-08-02T13:11:39.123456789Z", "2021-08-02T13:11:39.123456789Z", event.BasisExplicit, ""},
		{"twelve digits", utc, "2021-08-02T13:11:39.123456789012Z", "2021-08-02T13:11:39.123456789Z", event.BasisExplicit, ""},
		{"comma for the fraction", utc, "2021-08-02 13:11:39,123", "2021-08-02T13:11:39.123Z", event.BasisAssumedUTC, ""},
		{"minutes only", utc, "2021-08-02T13:11Z", "2021-08-02T13:11:00Z", event.BasisExplicit, ""},
		{"day only", utc, "2021-08-02", "2021-08-02T00:00:00Z", event.BasisAssumedUTC, ""},
		{"compact", utc, "20230706T081140Z", "2023-07-06T08:11:40Z", event.BasisExplicit, ""},
		{"slashes", utc, "2023/07/06 08:11:40", "2023-07-06T08:11:40Z", event.BasisAssumedUTC, ""},
		{"day or month first, settled by a number over 12", utc, "9/20/2023 4:05:03 AM", "2023-09-20T04:05:03Z", event.BasisAssumedUTC, ""},
		{"portal afternoon", utc, "9/20/2023 12:05:03 PM", "2023-09-20T12:05:03Z", event.BasisAssumedUTC, ""},
		{"portal midnight", utc, "9/20/2023 12:05:03 AM", "2023-09-20T00:05:03Z", event.BasisAssumedUTC, ""},
		{"narrow space before AM", utc, "9/20/2023 4:05:03\u202fAM", "2023-09-20T04:05:03Z", event.BasisAssumedUTC, ""},
		{"Log Analytics portal", utc, "7/18/2025, 12:26:46.737 PM", "2025-07-18T12:26:46.737Z", event.BasisAssumedUTC, ""},
		{"day first where it must be", utc, "22/03/2021 10:00:00", "2021-03-22T10:00:00Z", event.BasisAssumedUTC, ""},
		{"day or month first", utc, "9/10/2023 4:05:03 AM", "", event.BasisNone, "date_order_unknown"},
		{"either way the same day", utc, "9/9/2023 4:05:03 AM", "2023-09-09T04:05:03Z", event.BasisAssumedUTC, ""},
		{"told day first", Clock{UTC: true, Dates: DayFirst}, "9/10/2023 4:05:03 AM", "2023-10-09T04:05:03Z", event.BasisAssumedUTC, ""},
		{"told month first", Clock{UTC: true, Dates: MonthFirst}, "9/10/2023 16:05", "2023-09-10T16:05:00Z", event.BasisAssumedUTC, ""},
		{"told otherwise than it can be", Clock{UTC: true, Dates: MonthFirst}, "22/03/2021 10:00:00", "2021-03-22T10:00:00Z", event.BasisAssumedUTC, "date_order_differs"},
		{"told what no date of four digits has", Clock{UTC: true, Dates: YearFirst}, "9/10/2023 10:00:00", "", event.BasisNone, "date_order_unknown"},
		{"American portal", Clock{UTC: true, American: true}, "9/10/2023 4:05:03 AM", "2023-09-10T04:05:03Z", event.BasisAssumedUTC, ""},
		{"American portal, saved again by a spreadsheet", Clock{UTC: true, American: true}, "9/10/2023 04:05:03", "", event.BasisNone, "date_order_unknown"},
		{"year of two digits", utc, "17/06/09 20:10:40", "", event.BasisNone, "date_order_unknown"},
		{"year of two digits first", Clock{UTC: true, Dates: YearFirst}, "17/06/09 20:10:40", "2017-06-09T20:10:40Z", event.BasisAssumedUTC, ""},
		{"year of two digits with one reading", utc, "12/31/23 20:10:40", "2023-12-31T20:10:40Z", event.BasisAssumedUTC, ""},
		{"dashes", Clock{UTC: true, Dates: DayFirst}, "09-10-2023 20:10:40", "2023-10-09T20:10:40Z", event.BasisAssumedUTC, ""},
		{"no day of any order", utc, "31/31/2023 10:00:00", "", event.BasisNone, "time_unparsed"},
		{"day first, no such day that year", utc, "29/2/2023 10:00:00", "", event.BasisNone, "time_unparsed"},
		{"order and zone are two doubts", Clock{Dates: DayFirst}, "3/22/2021 10:00:00", "2021-03-22T10:00:00Z", event.BasisAssumedUTC, "date_order_differs"},
		{"dots are day first", utc, "03.01.2026 10:00:32", "2026-01-03T10:00:32Z", event.BasisAssumedUTC, ""},
		{"BIND", utc, "15-Jan-2024 12:30:45.123", "2024-01-15T12:30:45.123Z", event.BasisAssumedUTC, ""},
		{"Apache", utc, "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z", event.BasisExplicit, ""},
		{"RFC 1123", utc, "Mon, 02 Jan 2006 15:04:05 GMT", "2006-01-02T15:04:05Z", event.BasisExplicit, ""},
		{"ctime", utc, "Mon Jan  2 15:04:05 2006", "2006-01-02T15:04:05Z", event.BasisAssumedUTC, ""},
		{"Cisco", utc, "Apr 15 2014 09:34:34 EDT", "2014-04-15T13:34:34Z", event.BasisExplicit, ""},
		{"Fluentd's date", utc, "Jan 2, 2006 15:04:05", "2006-01-02T15:04:05Z", event.BasisAssumedUTC, ""},
		{"RFC 3164 without a year", utc, "Jan  2 15:04:05", "", event.BasisNone, "year_unknown"},
		{"RFC 3164", Clock{UTC: true, Year: 2024}, "Jan  2 15:04:05", "2024-01-02T15:04:05Z", event.BasisYearInferred, ""},
		{"ConvertTo-Json", utc, "/Date(1616140000000)/", "2021-03-19T07:46:40.000Z", event.BasisEpoch, ""},
		{"ConvertTo-Json with an offset", utc, "/Date(1616140000000+0100)/", "2021-03-19T07:46:40.000Z", event.BasisEpoch, ""},
		{"epoch seconds", utc, "1616140000", "2021-03-19T07:46:40Z", event.BasisEpoch, ""},
		{"Zeek epoch", utc, "1672843056.913119", "2023-01-04T14:37:36.913119Z", event.BasisEpoch, ""},
		{"epoch ms", utc, "1663146003606", "2022-09-14T09:00:03.606Z", event.BasisEpoch, ""},
		{"epoch µs", utc, "1663146003606123", "2022-09-14T09:00:03.606123Z", event.BasisEpoch, ""},
		{"epoch ns", utc, "1658281702371000001", "2022-07-20T01:48:22.371000001Z", event.BasisEpoch, ""},
		{"negative epoch", utc, "-1616140000.5", "1918-10-15T16:13:19.500Z", event.BasisEpoch, ""},
		{"a small number", utc, "4624", "", event.BasisNone, "time_unparsed"},
		{"user's zone, winter", local, "2024-01-15 12:00:00", "2024-01-15T11:00:00Z", event.BasisZone, ""},
		{"user's zone, summer", local, "2024-07-15 12:00:00", "2024-07-15T10:00:00Z", event.BasisZone, ""},
		{"twice on the clock", local, "2024-10-27 02:30:00", "2024-10-27T00:30:00Z", event.BasisDSTAmbiguous, "time_ambiguous"},
		{"twice on the clock, year from around", local, "Oct 27 02:30:00", "2024-10-27T00:30:00Z", event.BasisYearInferred, "time_ambiguous"},
		{"just after", local, "2024-10-27 03:00:00", "2024-10-27T02:00:00Z", event.BasisZone, ""},
		{"skipped by the clock", local, "2024-03-31 02:30:00", "2024-03-31T01:30:00Z", event.BasisZone, "time_nonexistent"},
		{"a stated zone wins", local, "2024-07-15 12:00:00Z", "2024-07-15T12:00:00Z", event.BasisExplicit, ""},
		{"year and zone from outside", local, "Jul 15 12:00:00", "2024-07-15T10:00:00Z", event.BasisYearInferred, ""},
		{"nobody said where", Clock{}, "2024-07-15 12:00:00", "2024-07-15T12:00:00Z", event.BasisAssumedUTC, "zone_assumed"},
		{"leap day", utc, "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z", event.BasisExplicit, ""},
		{"no leap day", utc, "2023-02-29T00:00:00Z", "", event.BasisNone, "time_unparsed"},
		{"no leap day in the year around", Clock{UTC: true, Year: 2023}, "Feb 29 00:00:00", "", event.BasisNone, "time_unparsed"},
		{"end of the day", utc, "2023-12-31T24:00:00Z", "2024-01-01T00:00:00Z", event.BasisExplicit, ""},
		{"past the end of the day", utc, "2023-12-31T24:00:01Z", "", event.BasisNone, "time_unparsed"},
		{"leap second", utc, "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", event.BasisExplicit, ""},
		{"FILETIME zero", utc, "1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z", event.BasisExplicit, ""},
		{"before 1600", utc, "0001-01-01T00:00:00Z", "", event.BasisNone, "time_out_of_range"},
		{"far future", utc, "9999-12-31T23:59:59Z", "", event.BasisNone, "time_out_of_range"},
		{"2106", utc, "2106-02-07T06:28:16Z", "2106-02-07T06:28:16Z", event.BasisExplicit, ""},
		{"month 13", utc, "2023-13-01T00:00:00Z", "", event.BasisNone, "time_unparsed"},
		{"hour 13 PM", utc, "9/20/2023 13:05:03 PM", "", event.BasisNone, "time_unparsed"},
		{"text behind", utc, "2021-08-02T13:11:39Z or so", "", event.BasisNone, "time_unparsed"},
		{"empty", utc, "", "", event.BasisNone, "time_unparsed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, doubt := tc.clock.Parse(tc.text)
			if got.String() != tc.want || got.Quality.Basis() != tc.basis || doubt != tc.doubt {
				t.Errorf("%q = %s %s %q, want %s %s %q", tc.text, got, got.Quality.Basis(), doubt, tc.want, tc.basis, tc.doubt)
			}
		})
	}
}

func TestParsePrefix(t *testing.T) {
	for _, tc := range []struct{ name, text, time string }{
		{"syslog", "Jan  2 15:04:05 web01 sshd[1]: x", "Jan  2 15:04:05"},
		{"ISO syslog", "2024-01-07T19:54:41.712927+00:00 web01 sshd[1]: x", "2024-01-07T19:54:41.712927+00:00"},
		{"Cisco colon", "Apr 15 2013 09:36:50: %ASA-4-106023", "Apr 15 2013 09:36:50"},
		{"zone with a colon", "Apr 15 2013 09:36:50 UTC: %ASA", "Apr 15 2013 09:36:50 UTC"},
		{"a host of a few capitals", "Jan  2 15:04:05 WEB kernel: x", "Jan  2 15:04:05"},
		{"a host that begins with a year", "Jan  2 15:04:05 2012r2-host x", "Jan  2 15:04:05"},
		{"Apache", "10/Oct/2000:13:55:36 -0700] \"GET", "10/Oct/2000:13:55:36 -0700"},
		{"none", "kernel: x", ""},
		{"an address", "192.0.2.1 - - x", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, n, _ := (Clock{UTC: true, Year: 2024}).ParsePrefix(tc.text); tc.text[:n] != tc.time {
				t.Errorf("took %q, want %q", tc.text[:n], tc.time)
			}
		})
	}
}

// TestClockAgainstTime compares with the standard library on the formats it
// knows.
func TestClockAgainstTime(t *testing.T) {
	for day := -135_000; day < 84_000; day += 97 {
		at := time.Unix(int64(day)*secondsPerDay+int64(day%86_400), 0).UTC()
		for _, layout := range []string{time.RFC3339, "1/2/2006 3:04:05 PM", time.RFC1123, time.ANSIC, "02/Jan/2006:15:04:05 -0700"} {
			if layout == time.ANSIC && at.Year() < 1970 {
				continue // the last number may be anything
			}
			got, _ := Clock{UTC: true, Dates: MonthFirst}.Parse(at.Format(layout))
			if !got.Dated() || got.Micros != at.UnixMicro() {
				t.Fatalf("%s: got %s", at.Format(layout), got)
			}
		}
	}
}
