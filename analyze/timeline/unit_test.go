package timeline

import (
	"testing"
	"time"
)

func TestUnitFloorAndNext(t *testing.T) {
	at := func(s string) int64 {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when.UnixMicro()
	}
	for _, tc := range []struct{ name, at, floor, next string }{
		{"1 hour", "2024-05-01T10:59:59Z", "2024-05-01T10:00:00Z", "2024-05-01T11:00:00Z"},
		{"1 day", "1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"},
		{"3 months", "2024-05-31T00:00:00Z", "2024-04-01T00:00:00Z", "2024-07-01T00:00:00Z"},
		{"1 year", "1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "1602-01-01T00:00:00Z"},
		{"10 years", "2024-05-31T00:00:00Z", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, u := range units {
				if u.Name != tc.name {
					continue
				}
				if floor := u.Floor(at(tc.at)); floor != at(tc.floor) || u.Next(floor) != at(tc.next) {
					t.Errorf("floor %s, next %s", u.Label(floor), u.Label(u.Next(floor)))
				}
			}
		})
	}
}

func TestFitNeverExceedsLimit(t *testing.T) {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	for last := first; last < time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(); last += last - first + 1 {
		if u, starts := fit(units[0], first, last, maxBars); len(starts) > maxBars || len(starts) == 0 || bucket(u, starts, last) != len(starts)-1 {
			t.Errorf("%s: %d buckets", u.Name, len(starts))
		}
	}
}

func TestExtentLeavesStraysOut(t *testing.T) {
	d := day.Microseconds()
	one := func(at, n int64) sourceDay { return sourceDay{day: at * d, n: n, first: at * d, last: at*d + 1} }
	for _, tc := range []struct {
		name                       string
		days                       []sourceDay
		first, last, before, after int64
	}{
		{"a zero time and a clock in 2099", []sourceDay{one(0, 1), one(20000, 500), one(20010, 500), one(47000, 2)}, 20000, 20010, 1, 2},
		{"a quiet week before is no stray", []sourceDay{one(19993, 1), one(20000, 1000)}, 19993, 20000, 0, 0},
		{"many far events are no strays", []sourceDay{one(0, 100), one(20000, 100)}, 0, 20000, 0, 0},
		{"one day", []sourceDay{one(5, 1)}, 5, 5, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			first, last, out := extent(tc.days)
			if first != tc.first*d || last != tc.last*d+1 || out.Before != tc.before || out.After != tc.after {
				t.Errorf("days %d to %d, %+v", first/d, last/d, out)
			}
		})
	}
}
