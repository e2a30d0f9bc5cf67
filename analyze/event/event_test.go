package event

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPlaceRoundTrip(t *testing.T) {
	p := Place{Evidence: 7, Offset: 1<<39 - 1}
	for _, p.Derived = range []bool{false, true} {
		if got := PlaceOf(p.ID()); got != p {
			t.Errorf("PlaceOf(%d) = %+v, want %+v", p.ID(), got, p)
		}
	}
}

func TestTimeString(t *testing.T) {
	at := time.Date(2021, 8, 2, 13, 11, 39, 772449100, time.UTC)
	for _, tc := range []struct {
		name string
		time Time
		want string
	}{
		{"undated", Time{}, ""},
		{"second", At(at.Truncate(time.Second), BasisAssumedUTC, Second), "2021-08-02T13:11:39Z"},
		{"100ns keeps the seventh digit", At(at, BasisExplicit, HundredNano), "2021-08-02T13:11:39.7724491Z"},
		{"before 1970", At(time.Date(1969, 12, 31, 23, 59, 59, 500, time.UTC), BasisEpoch, Nano), "1969-12-31T23:59:59.000000500Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.time.String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestPrefixRange(t *testing.T) {
	for _, tc := range []struct {
		prefix, in, out string
	}{
		{"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
		{"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
		{"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
		{"203.0.113.7/32", "203.0.113.7", "203.0.113.8"},
	} {
		first, last := PrefixRange(netip.MustParsePrefix(tc.prefix))
		inside := func(a string) bool {
			hi, lo, ok := AddressKey(a)
			if !ok {
				t.Fatalf("AddressKey(%s) not ok", a)
			}
			atLeast := hi > first[0] || hi == first[0] && lo >= first[1]
			atMost := hi < last[0] || hi == last[0] && lo <= last[1]
			return atLeast && atMost
		}
		if !inside(tc.in) || inside(tc.out) {
			t.Errorf("%s: %s in %v, %s in %v", tc.prefix, tc.in, inside(tc.in), tc.out, inside(tc.out))
		}
	}
}

func FuzzRest(f *testing.F) {
	f.Add("Operation", "New-InboxRule", uint8(0))
	f.Add("a\x1eb", "\x1a\x1f\x1d\x1c", uint8(0))
	f.Add("", "", uint8(1))
	f.Fuzz(func(t *testing.T, name, value string, k uint8) {
		kind := RestKind(k % 3)
		rest := AppendRest(nil, name, value, kind)
		rest = AppendRest(rest, "after", "x", RestValue)
		type entry struct {
			F Field
			K RestKind
		}
		want := []entry{{Field{Name: name, Value: value}, kind}, {Field{Name: "after", Value: "x"}, RestValue}}
		if kind != RestValue {
			want[0].F.Value, want[0].F.Null = "", kind == RestNull
		}
		var got []entry
		for f, k := range EachRest(string(rest)) {
			got = append(got, entry{f, k})
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func TestColumnsFields(t *testing.T) {
	rest := AppendRest(nil, "Parameters.Name", "a", RestValue)
	rest = AppendRest(rest, "Gone", "", RestNull)
	rest = AppendRest(rest, "Id", "", RestAbsent)
	c := Columns{
		IDs:    []int64{1},
		Events: []Column{{"operation", []string{"Set"}, []bool{true}}, {"record_id", []string{"r1"}, []bool{true}}},
		Native: []Column{{"UserId", []string{"U"}, []bool{true}}, {"Cold", []string{""}, []bool{false}}, {"rest", []string{string(rest)}, []bool{true}}},
		Kept:   []Kept{{"Operation", 0}, {"Id", 1}},
	}
	var got []Field
	for f := range c.Fields(0) {
		got = append(got, f)
	}
	want := []Field{{Name: "UserId", Value: "U"}, {Name: "Parameters.Name", Value: "a"}, {Name: "Gone", Null: true}, {Name: "Operation", Value: "Set"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
