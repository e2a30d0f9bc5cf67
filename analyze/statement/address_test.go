package statement

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// randomAddress is an address in some spelling, or nearly one.
func randomAddress(r *rand.Rand) string {
	number := func() string { return []string{"0", "1", "10", "192", "255", "256", "01", "168", ""}[r.IntN(9)] }
	group := func() string {
		return []string{"0", "0000", "1", "db8", "0DB8", "2001", "ffff", "FFFF", "12345", "fe80", ""}[r.IntN(11)]
	}
	v4 := func() string { return number() + "." + number() + "." + number() + "." + number() }
	switch r.IntN(6) {
	case 0:
		return v4()
	case 1:
		return netip.AddrFrom4([4]byte{byte(r.IntN(2) * 10), byte(r.IntN(256)), 2, byte(r.IntN(256))}).String()
	case 2:
		return []string{"::ffff:", "::FFFF:", "0:0:0:0:0:ffff:", "::", "64:ff9b::", "::ffff:0:"}[r.IntN(6)] + v4() + []string{"", "", "%eth0", "%", ":"}[r.IntN(5)]
	}
	groups := make([]string, 1+r.IntN(8))
	for i := range groups {
		groups[i] = group()
		if i > 0 && groups[i] == "" && r.IntN(2) > 0 {
			groups[i] = "1"
		}
	}
	return []string{"", "", "", ":", "::"}[r.IntN(5)] + strings.Join(groups, ":") + []string{"", "", "::", "%1", "::1", ":0a00:1"}[r.IntN(6)]
}

// TestAddresses holds the engine's reading of addresses and numbers against the
// matcher's.
func TestAddresses(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	numbers := []string{"1", "-1", "+1.5", ".5", "1.", ".", "1e3", "1e", "e1", "1e999", "-1e999", "1e-999", "0x10", "nan", "inf", "1_000", " 1", "1 ", "", "9007199254740993", "0.1", "1e+2", "--1", "1.2.3"}
	var events []*record
	for i := range 3000 {
		e := &record{}
		e.Place = event.Place{Evidence: 1, Offset: int64(i) * 10, Len: 10, Line: 1}
		e.Source, e.Shape, e.RecordID = "entra.audit", "test", fmt.Sprint(i)
		e.fields = []event.Field{{Name: "a", Value: randomAddress(random)}, {Name: "n", Value: numbers[i%len(numbers)]}}
		events = append(events, e)
	}
	c := stored(t, testSources, events, 0)
	for _, line := range []string{
		"a|cidr: 10.0.0.0/8", "a|cidr: 0.0.0.0/0", "a|cidr: '::/0'", "a|cidr: 2001:db8::/32", "a|cidr: fe80::/10", "a|cidr: '::ffff:0:0/96'",
		"a|cidr: '::/96'", "a|cidr: 10.1.2.3", "a|cidr: '::1'", "a|cidr: 10.128.0.0/9", "a|cidr: '::ffff:0:0:0/95'", "a|cidr: [10.0.0.0/8, '64:ff9b::/96']",
		"n|gt: 0", "n|gte: 1", "n|lt: 0.1", "n|lte: 0.1", "n|lt: 9007199254740993", "n|gt: -1.5e300",
	} {
		rules, err := sigma.Parse("r.yml", []byte("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection:\n  s: {"+line+"}\n  condition: s\n"))
		if err != nil || !rules[0].Usable() {
			t.Logf("%s: %v %s", line, err, rules[0].Reason)
			continue
		}
		text, err := Of(rules[0], layout(testSources), DuckDB)
		if err != nil {
			t.Fatal(err)
		}
		got, n := map[int64]bool{}, 0
		for _, id := range ids(t.Context(), t, c, text) {
			got[id] = true
		}
		for _, e := range events {
			want := rules[0].Match(e)
			if want {
				n++
			}
			if got[e.ID()] != want {
				t.Errorf("%s: %+v: %v, not %v", line, e.fields, got[e.ID()], want)
			}
		}
		t.Logf("%s: %d of %d", line, n, len(events))
	}
}
