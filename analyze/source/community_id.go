package source

import (
	"crypto/sha1" // the specification says SHA-1; it is no secret here
	"encoding/base64"
	"encoding/binary"
	"net/netip"
)

// Protocols with ports, or with types that stand in their place.
const (
	protoICMP  = 1
	protoTCP   = 6
	protoUDP   = 17
	protoICMP6 = 58
	protoSCTP  = 132
)

// communityID is the Community ID v1 of a flow with seed 0: both directions of
// a connection, whoever logged them, have the same. Of ICMP the ports are type
// and code. Empty if an address, a port or the protocol is unknown.
func communityID(src, dst string, srcPort, dstPort int32, proto int16) string {
	a, errA := netip.ParseAddr(src)
	b, errB := netip.ParseAddr(dst)
	if errA != nil || errB != nil || proto < 0 {
		return ""
	}
	return seededCommunityID(0, a.Unmap(), b.Unmap(), srcPort, dstPort, proto)
}

func seededCommunityID(seed uint16, a, b netip.Addr, srcPort, dstPort int32, proto int16) string {
	ports := hasPorts(proto)
	if ports && (srcPort < 0 || dstPort < 0) || a.Is4() != b.Is4() {
		return ""
	}
	oneWay := false
	switch proto {
	case protoICMP:
		dstPort, oneWay = icmpReply(icmpReplies, srcPort, dstPort)
	case protoICMP6:
		dstPort, oneWay = icmpReply(icmp6Replies, srcPort, dstPort)
	}
	if c := a.Compare(b); !oneWay && (c > 0 || c == 0 && srcPort > dstPort) {
		a, b, srcPort, dstPort = b, a, dstPort, srcPort
	}
	var buf [40]byte
	text := binary.BigEndian.AppendUint16(buf[:0], seed)
	text = appendAddr(appendAddr(text, a), b)
	text = append(text, byte(proto), 0)
	if ports {
		text = binary.BigEndian.AppendUint16(text, uint16(srcPort))
		text = binary.BigEndian.AppendUint16(text, uint16(dstPort))
	}
	sum := sha1.Sum(text)
	return string(base64.StdEncoding.AppendEncode(append(buf[:0], "1:"...), sum[:]))
}

func appendAddr(dst []byte, a netip.Addr) []byte {
	if a.Is4() {
		b := a.As4()
		return append(dst, b[:]...)
	}
	b := a.As16()
	return append(dst, b[:]...)
}

func hasPorts(proto int16) bool {
	switch proto {
	case protoICMP, protoTCP, protoUDP, protoICMP6, protoSCTP:
		return true
	}
	return false
}

// The types that answer each other.
var (
	icmpReplies  = map[int32]int32{8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 9: 10, 10: 9}
	icmp6Replies = map[int32]int32{
		128: 129, 129: 128, 130: 131, 131: 130, 133: 134, 134: 133, 135: 136, 136: 135, 139: 140, 140: 139, 144: 145, 145: 144,
	}
)

// icmpReply puts the answering type in the place of the destination's port. A
// type that nothing answers goes one way and keeps its code.
func icmpReply(replies map[int32]int32, kind, code int32) (dst int32, oneWay bool) {
	if reply, ok := replies[kind]; ok {
		return reply, false
	}
	return code, true
}
