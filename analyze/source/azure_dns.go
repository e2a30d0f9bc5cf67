package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// azureDNS is the lookups that Azure's services saw: the firewall's proxy, and
// the resolver of virtual networks.
var azureDNS = &Source{
	Name:     "azure.dns",
	Title:    "Azure DNS lookups",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics and data export: AZFWDnsQuery, AZFWDnsFlowTrace, DNSQueryLogs",
		"diagnostic settings: AZFWDnsQuery, DnsResponse, fields under properties",
		"the older text AzureFirewallDnsProxy: msg_s of AzureDiagnostics, properties.msg",
	},
	Limits: []string{
		"AZFWDnsQuery tells the answer's code and size, never the answers",
		"the firewall sees lookups only of clients that use it as their DNS proxy",
		"DNSQueryLogs begin when a security policy is linked to the virtual network; answers from a cache on the machine are in neither",
		"a lookup that timed out has the type A: whatever was asked",
	},
	Columns: []string{
		"QueryType", "ResponseFlags", "Protocol", "ResolutionPath", "ResolverPolicyRuleAction", "VirtualNetworkId",
		"ErrorMessage", "_ResourceId",
	},
	Dynamic: []string{"Answer", "Authority", "AdditionalRecords"},
	Kept:    map[string]string{"SourceIp": "src_ip", "SourceIpAddress": "src_ip"},
	Entities: []Entity{
		{"VirtualNetworkId", "resource", "network"},
		{"_ResourceId", "resource", "resolver"},
	},
	Match:     isAzureDNS,
	Normalize: normalizeAzureDNS,
}

// The tables of lookups.
const (
	tableDNSProxy    = "AzureFirewallDnsProxy"
	tableDNSTrace    = "AZFWDnsFlowTrace"
	tableDNSQuery    = "AZFWDnsQuery"
	tableDNSResolver = "DNSQueryLogs"
)

func isAzureDNS(r *Record) bool { return azureDNSTable(r) != "" }

func azureDNSTable(r *Record) string {
	switch name := azureTable(r); {
	case azfwDNS[name], name == tableDNSResolver:
		return name
	case name == "DnsResponse":
		return tableDNSResolver
	case name == tableDNSProxy && (r.Has("msg_s") || r.Has("properties.msg")):
		return name
	case name != "" && r.Has("Type"):
		return ""
	case r.HasColumns("QueryName", "QueryType", "QueryClass", "ResponseFlags", "SourceIp"):
		return tableDNSQuery
	case r.HasColumns("QueryName", "QueryType", "SourceIpAddress", "ResolutionPath"):
		return tableDNSResolver
	case r.HasColumns("QueryMessage", "ServerIp", "MsgType"):
		return tableDNSTrace
	}
	return ""
}

func normalizeAzureDNS(r *Record, e *event.Event) error {
	table := azureDNSTable(r)
	azureRow(r, e)
	if text := r.First("msg_s", "msg"); text != "" && table == tableDNSProxy {
		e.Shape, e.Message = shapeText, text
		dnsText(r, text)
	}
	e.Action = event.DNSQuery
	e.SrcIP = firstAddress(r.Value("SourceIp"), r.Value("SourceIpAddress"))
	name := strings.TrimRight(r.First("QueryName", "QueryMessage"), ".")
	kind := strings.TrimRight(r.Value("QueryType"), ":") // "A:" of a lookup that timed out
	e.Operation = firstKnown(kind, r.Value("MsgType"), table)
	e.TargetType, e.TargetName = "host", strings.ToLower(name)
	d := r.NewDNS(e)
	d.Query, d.Type, d.RCode = name, kind, rcode(r.Value("ResponseCode"))
	d.ServerIP = firstAddress(r.Value("ServerIp"), r.Value("DestinationIpAddress"))
	answers(r, d)
	azureDNSOutcome(r, e)
	f := r.NewFlow(e)
	f.SrcPort, f.DstIP = port(r.Value("SourcePort")), d.ServerIP
	f.DstPort = port(r.First("ServerPort", "DestinationPort"))
	f.Proto = vocab.Protocol(strings.ToLower(r.First("Protocol", "Transport")))
	f.DurationUS = seconds(strings.TrimSuffix(r.Value("RequestDurationSecs"), "s"))
	f.BytesOut, f.BytesIn = number(r.Value("RequestSize")), number(r.Value("ResponseSize"))
	return nil
}

func azureDNSOutcome(r *Record, e *event.Event) {
	e.OutcomeCode = e.DNS.RCode
	e.Outcome = lookupOutcome(e.DNS.RCode)
	switch {
	case strings.EqualFold(r.Value("ResolverPolicyRuleAction"), "Block"):
		e.Outcome = event.Denied
	case e.DNS.RCode == "" && known(r.Value("ErrorMessage")) != "":
		e.Outcome, e.OutcomeCode = event.Failure, r.Value("ErrorNumber")
	}
}

// answers are the data of the resource records, or of a text of them.
func answers(r *Record, d *event.DNS) {
	for _, name := range []string{"Answer.RData", "Answer.rdata", "Answer.Data", "Answer.data", "ServerMessage"} {
		for a := range r.All(name) {
			if a != "" {
				d.Answers = append(d.Answers, a)
			}
		}
	}
}

// rcodes are the names of the first response codes.
var rcodes = []string{
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
}

// rcode is a response code by name; the resolver writes the number.
func rcode(s string) string {
	if n := number(s); n >= 0 && n < int64(len(rcodes)) {
		return rcodes[n]
	}
	return strings.ToUpper(known(s))
}

// dnsText adds what a proxy's text says under the names of the structured table:
//
//	DNS Request: 10.0.0.4:46535 - 42356 A IN www.example.com. udp 43 false 512 NXDOMAIN qr,rd,ra 118 0.001021s
//	 Error: 2 www.example.com. A: read udp 10.0.0.4:1->168.63.129.16:53: i/o timeout
func dnsText(r *Record, text string) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "Error: "); ok {
		dnsErrorText(r, rest)
		return
	}
	rest, ok := strings.CutPrefix(text, "DNS Request: ")
	if !ok {
		return
	}
	client, rest, _ := strings.Cut(rest, " - ")
	address, number := hostPort(client)
	r.Add("SourceIp", address)
	r.Add("SourcePort", number)
	words := strings.Fields(rest)
	for i, name := range []string{
		"QueryId", "QueryType", "QueryClass", "QueryName", "Protocol", "RequestSize", "DnssecOkBit", "EDNS0BufferSize",
		"ResponseCode", "ResponseFlags", "ResponseSize", "RequestDurationSecs",
	} {
		if i < len(words) {
			r.Add(name, words[i])
		}
	}
}

// dnsErrorText: number, name, type with a colon, and what went wrong.
func dnsErrorText(r *Record, rest string) {
	for _, column := range []string{"ErrorNumber", "QueryName", "QueryType"} {
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		r.Add(column, word)
	}
	r.Add("ErrorMessage", rest)
	if _, ends, ok := strings.Cut(rest, "read "); ok {
		_, ends, _ = strings.Cut(ends, " ")
		from, to, _ := strings.Cut(ends, "->")
		to, _, _ = strings.Cut(to, ": ")
		server, _ := hostPort(to)
		address, _ := hostPort(from)
		if Address(address) != "" && Address(server) != "" {
			r.Add("ForwarderIp", address)
			r.Add("ServerIp", server)
		}
	}
}
