package source

import (
	"net/netip"
	"testing"
)

// The vectors are those of the specification's reference implementation and of
// public flow logs that carry the id.
func TestCommunityID(t *testing.T) {
	for _, tc := range []struct {
		name             string
		seed             uint16
		src, dst         string
		srcPort, dstPort int32
		proto            int16
		want             string
	}{
		{"tcp", 0, "128.232.110.120", "66.35.250.204", 34855, 80, 6, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"tcp, the other way", 0, "66.35.250.204", "128.232.110.120", 80, 34855, 6, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"tcp, seed 1", 1, "128.232.110.120", "66.35.250.204", 34855, 80, 6, "1:3V71V58M3Ksw/yuFALMcW0LAHvc="},
		{"tcp of a firewall", 0, "10.1.2.30", "192.168.0.8", 63016, 53, 6, "1:F3oxLROBkJXMp5F9hLkqNR8Uqn8="},
		{"no port", 0, "192.0.2.1", "192.0.2.2", -1, 80, 6, ""},
		{"two families", 0, "192.0.2.1", "2001:db8::1", 1, 80, 6, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := seededCommunityID(tc.seed, netip.MustParseAddr(tc.src), netip.MustParseAddr(tc.dst), tc.srcPort, tc.dstPort, tc.proto)
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestCommunityIDOfICMP(t *testing.T) {
	a, b := "192.0.2.1", "192.0.2.2"
	if ask, answer := communityID(a, b, 8, 0, 1), communityID(b, a, 0, 0, 1); ask != answer || ask == "" {
		t.Errorf("echo %s, reply %s", ask, answer)
	}
	if there, back := communityID(a, b, 3, 1, 1), communityID(b, a, 3, 1, 1); there == back {
		t.Errorf("unreachable goes one way, both are %s", there)
	}
	if got := communityID("no address", b, 1, 2, 6); got != "" {
		t.Errorf("got %s without an address", got)
	}
}
