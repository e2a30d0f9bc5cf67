package event

import (
	"encoding/binary"
	"net/netip"
)

// AddressKey is an address as two signed integers whose order is address
// order: IPv4 as ::ffff:a.b.c.d, the top bit of each half flipped. ok is false
// if text is no address.
func AddressKey(text string) (hi, lo int64, ok bool) {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return 0, 0, false
	}
	hi, lo = keyOf(a)
	return hi, lo, true
}

// PrefixRange is the first and last key of a network, for a range test.
func PrefixRange(p netip.Prefix) (first, last [2]int64) {
	p = p.Masked()
	from := p.Addr().As16()
	to := from
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	for i := bits; i < 128; i++ {
		to[i/8] |= 1 << (7 - i%8)
	}
	first[0], first[1] = keyOf(netip.AddrFrom16(from))
	last[0], last[1] = keyOf(netip.AddrFrom16(to))
	return first, last
}

func keyOf(a netip.Addr) (hi, lo int64) {
	b := a.As16()
	const flip = 1 << 63
	return int64(binary.BigEndian.Uint64(b[:8]) ^ flip), int64(binary.BigEndian.Uint64(b[8:]) ^ flip)
}
