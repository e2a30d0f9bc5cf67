package vocab

// protocols are IANA's numbers of the protocols that logs name.
var protocols = map[string]int16{
	"icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51,
	"icmp6": 58, "ipv6-icmp": 58, "icmpv6": 58, "ospf": 89, "pim": 103, "vrrp": 112, "sctp": 132,
}

// Protocol is the IANA number of a protocol's lower-case name, -1 if unknown.
func Protocol(name string) int16 {
	if n, ok := protocols[name]; ok {
		return n
	}
	return -1
}
