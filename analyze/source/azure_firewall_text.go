package source

import "strings"

// firewallSayings are what follows the endpoints in a firewall's text, and the
// columns that the structured tables have for it. A saying ends where the next
// begins: what stands in one may hold full stops and colons.
var firewallSayings = []struct{ mark, column string }{
	{"Url: ", "TargetUrl"},
	{"Action: ", "Action"},
	{"Reason: ", "ActionReason"},
	{"Policy: ", "Policy"},
	{"Rule Collection Group: ", "RuleCollectionGroup"},
	{"Rule Collection: ", "RuleCollection"},
	{"Rule: ", "Rule"},
	{"ThreatIntel: ", "ThreatDescription"},
	{"Signature: ", "SignatureId"},
	{"IDS: ", "Description"},
	{"Priority: ", "Severity"},
	{"Classification: ", "Category"},
	{"Web Category: ", "WebCategory"},
}

// firewallText adds what a text says under the names of the structured tables,
// and gives the table it would stand in:
//
//	TCP request from 10.0.0.4:49152 to 192.0.2.1:443. Action: Allow. Rule Collection: c. Rule: r
//	ICMP Type=8 request from 10.0.0.4 to 192.0.2.1. Action: Deny.
//	TCP request from 198.51.100.7:50306 to 192.0.2.1:3389 was DNAT'ed to 10.0.0.2:3389
//	HTTP request from 10.0.0.4:54314 to www.example.com:80. Url: www.example.com. Action: Deny. ThreatIntel: Bot Networks
//	HTTPS request from 10.0.0.4:55640. Action: Deny. Reason: SNI TLS extension was missing.
//	HTTPS request from 10.0.0.4:55640 to www.example.com:443. Action: Deny. No rule matched. Proceeding with default action
func firewallText(r *Record, text, table string) string {
	protocol, rest, ok := strings.Cut(text, "request from ")
	if !ok {
		return table
	}
	add := func(name, value string) {
		if value != "" {
			r.Add(name, value)
		}
	}
	add("Protocol", strings.TrimSpace(protocol))
	ends, sayings := cutEndpoints(rest)
	from, to, _ := strings.Cut(ends, " to ")
	to, translated, _ := strings.Cut(to, " was DNAT'ed to ")
	address, number := hostPort(from)
	add("SourceIp", address)
	add("SourcePort", number)
	address, number = hostPort(to)
	if address != "" && Address(address) == "" {
		add("Fqdn", address)
	} else {
		add("DestinationIp", address)
	}
	add("DestinationPort", number)
	address, number = hostPort(translated)
	add("TranslatedIp", address)
	add("TranslatedPort", number)
	said := map[string]bool{}
	eachSaying(sayings, func(column, value string) {
		if !said[column] {
			said[column] = true
			add(column, value)
		}
	})
	return firewallTextTable(said, translated != "", table)
}

func firewallTextTable(said map[string]bool, translated bool, table string) string {
	switch {
	case said["ThreatDescription"]:
		return "AZFWThreatIntel"
	case said["SignatureId"]:
		return "AZFWIdpsSignature"
	case translated:
		return "AZFWNatRule"
	case table == "AzureFirewallApplicationRule":
		return "AZFWApplicationRule"
	}
	return "AZFWNetworkRule"
}

// cutEndpoints cuts off the endpoints: they end with a full stop and a space, or
// with the text.
func cutEndpoints(s string) (ends, sayings string) {
	ends, sayings, _ = strings.Cut(s, ". ")
	return strings.TrimRight(ends, ". "), sayings
}

// hostPort splits an address or a name from a port. Either may be missing:
// "10.0.0.4:", "10.0.0.4", "[2001:db8::1]:443".
func hostPort(s string) (host, port string) {
	s = strings.TrimSpace(s)
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.Count(s, ":") > 1 && !strings.HasSuffix(s[:i], "]") {
		return strings.Trim(s, "[]"), ""
	}
	return strings.Trim(s[:i], "[]"), s[i+1:]
}

// eachSaying goes through what follows the endpoints. What is said without a
// name, behind the action, is its reason: "No rule matched. …".
func eachSaying(s string, each func(column, value string)) {
	column := "ActionReason"
	for s != "" {
		at, n, next := nextSaying(s)
		value := strings.Trim(s[:at], ". ")
		if action, reason, ok := strings.Cut(value, ". "); ok && column == "Action" {
			each(column, strings.TrimRight(action, "."))
			column, value = "ActionReason", strings.TrimLeft(reason, ". ")
		}
		if value != "" {
			each(column, value)
		}
		s, column = s[at+n:], next
	}
}

// nextSaying finds the first saying in s: where its mark begins, how long that
// is, and its column. A mark stands at the beginning or behind a space.
func nextSaying(s string) (at, n int, column string) {
	for i := 0; i < len(s); i++ {
		if i > 0 && s[i-1] != ' ' {
			continue
		}
		for _, w := range firewallSayings {
			if strings.HasPrefix(s[i:], w.mark) || s[i:] == strings.TrimRight(w.mark, " ") {
				return i, min(len(w.mark), len(s)-i), w.column
			}
		}
	}
	return len(s), 0, ""
}
