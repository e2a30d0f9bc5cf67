package source

import "testing"

func TestAddress(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"v4", "192.0.2.1", "192.0.2.1"},
		{"v4 with a port", "192.0.2.1:49152", "192.0.2.1"},
		{"v6", "2001:db8::1", "2001:db8::1"},
		{"v6 not canonical", "2001:DB8:0::0001", "2001:db8::1"},
		{"v6 in brackets", "[2001:db8::1]", "2001:db8::1"},
		{"v6 with a port", "[2001:db8::1]:443", "2001:db8::1"},
		{"mapped", "::ffff:192.0.2.1", "192.0.2.1"},
		{"mapped with a port", "[::ffff:192.0.2.1]:80", "192.0.2.1"},
		{"zone", "fe80::1%eth0", "fe80::1"},
		{"list", "192.0.2.1, 198.51.100.7", "192.0.2.1"},
		{"spaces", " 192.0.2.1 ", "192.0.2.1"},
		{"empty", "", ""},
		{"null", "<null>", ""},
		{"name", "host.example.com:80", ""},
		{"no end of the bracket", "[2001:db8::1", ""},
		{"leading zeros", "192.000.002.001", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Address(tc.in); got != tc.want {
				t.Errorf("Address(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("[::ffff:192.0.2.1%x]:80,")
	f.Fuzz(func(t *testing.T, s string) {
		if a := Address(s); Address(a) != a {
			t.Errorf("Address(%q) = %q, again %q", s, a, Address(a))
		}
	})
}
