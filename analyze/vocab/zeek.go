package vocab

// ConnColumns and ConnTypes are the columns of Zeek's conn.log.
var (
	ConnColumns = []string{
		"ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration",
		"orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp", "missed_bytes", "history",
		"orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "tunnel_parents",
	}
	ConnTypes = []string{
		"time", "string", "addr", "port", "addr", "port", "enum", "string", "interval",
		"count", "count", "string", "bool", "bool", "count", "string",
		"count", "count", "count", "count", "set[string]",
	}
)

// DNSColumns and DNSTypes are the columns of Zeek's dns.log.
var (
	DNSColumns = []string{
		"ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "trans_id", "rtt", "query",
		"qclass", "qclass_name", "qtype", "qtype_name", "rcode", "rcode_name", "AA", "TC", "RD", "RA", "Z",
		"answers", "TTLs", "rejected",
	}
	DNSTypes = []string{
		"time", "string", "addr", "port", "addr", "port", "enum", "count", "interval", "string",
		"count", "string", "count", "string", "count", "string", "bool", "bool", "bool", "bool", "count",
		"vector[string]", "vector[interval]", "bool",
	}
)

// ZeekEndpoints are the four parts of a connection as some exporters spell
// them, and as Zeek does.
var ZeekEndpoints = [][2]string{
	{"id_orig_h", "id.orig_h"},
	{"id_orig_p", "id.orig_p"},
	{"id_resp_h", "id.resp_h"},
	{"id_resp_p", "id.resp_p"},
}
