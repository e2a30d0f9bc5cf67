package source

import (
	"net/netip"
	"strings"
)

// Address is the IP address in s in its canonical form, empty if there is none.
// It accepts what exports hold: "ip:port", "[v6]:port", "[v6]", a ::ffff:
// mapping, a zone, and of a list separated by commas the first.
func Address(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, ','); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	if s == "" {
		return ""
	}
	a, err := netip.ParseAddr(withoutPort(s))
	if err != nil {
		return ""
	}
	return canonical(a, s)
}

// canonical avoids a new string where s is canonical already.
func canonical(a netip.Addr, s string) string {
	var buf [64]byte
	text := a.Unmap().WithZone("").AppendTo(buf[:0])
	if string(text) == s {
		return s
	}
	return string(text)
}

func withoutPort(s string) string {
	if s[0] == '[' {
		if end := strings.IndexByte(s, ']'); end > 0 {
			return s[1:end]
		}
		return s
	}
	if i := strings.IndexByte(s, ':'); i >= 0 && strings.IndexByte(s[i+1:], ':') < 0 {
		return s[:i]
	}
	return s
}
