package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// azureFirewall is Azure Firewall's logs but for those of names: the structured
// tables and the texts that came before them.
var azureFirewall = &Source{
	Name:     "azure.firewall",
	Title:    "Azure Firewall",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics and data export: AZFWNetworkRule, AZFWApplicationRule, AZFWNatRule and their aggregations, AZFWThreatIntel, AZFWIdpsSignature, AZFWFlowTrace, AZFWFatFlow, AZFWInternalFqdnResolutionFailure",
		"diagnostic settings: the same categories, fields under properties",
		"the older texts AzureFirewallNetworkRule and AzureFirewallApplicationRule: msg_s of AzureDiagnostics, properties.msg",
	},
	Limits: []string{
		"nothing is logged before diagnostic settings are made, and only the categories they name",
		"flow traces and fat flows are off unless they were turned on for the subscription",
		"a translated connection is logged as translated; whether a network rule let it through is told elsewhere",
		"aggregations count the hits of a rule and leave out the source's port",
		"what the firewall doesn't inspect with TLS it knows by server name only, no path",
		"both the structured log and the older text of one connection may have been turned on",
	},
	Columns: []string{
		"Rule", "RuleCollection", "Policy", "Protocol", "Fqdn", "TargetUrl", "Action", "ActionReason", "WebCategory",
		"SignatureId", "ThreatDescription", "_ResourceId",
	},
	Kept:      map[string]string{"SourceIp": "src_ip"},
	Entities:  []Entity{{"Fqdn", "domain", "destination"}, {"_ResourceId", "resource", "firewall"}},
	Match:     isFirewall,
	Normalize: normalizeFirewall,
}

// shapeText is a log whose records are texts in a field.
const shapeText = "text"

func isFirewall(r *Record) bool {
	return firewallTable(r) != ""
}

// azfwDNS are the firewall's tables that azure.dns reads.
var azfwDNS = map[string]bool{"AZFWDnsQuery": true, "AZFWDnsFlowTrace": true, "AZFWDnsAdditional": true}

// firewallTable is the table that a record of the firewall is of, empty for any
// other record. The texts have their categories for one.
func firewallTable(r *Record) string {
	name := azureTable(r)
	switch {
	case azfwDNS[name]:
		return ""
	case strings.HasPrefix(name, "AZFW"):
		return name
	case name == "AzureFirewallNetworkRule" || name == "AzureFirewallApplicationRule":
		if r.Has("msg_s") || r.Has("properties.msg") {
			return name
		}
		return ""
	case name != "" && r.Has("Type"):
		return ""
	}
	return firewallByColumns(r)
}

// azureTable is what a row or a diagnostic record calls itself: the table, or the
// category of what has none of its own.
func azureTable(r *Record) string {
	if t := r.logTable(); t != "" && t != azureDiagnostics {
		return t
	}
	if r.Has("msg_s") || r.HasUnder("properties") || r.Has("properties") {
		return r.First("category", "Category")
	}
	return ""
}

// firewallColumns are columns that only one of the tables has all of.
var firewallColumns = []struct {
	table   string
	columns []string
}{
	{"AZFWNetworkRuleAggregation", []string{"NetworkRuleCount", "RuleCollectionGroup"}},
	{"AZFWApplicationRuleAggregation", []string{"ApplicationRuleCount", "RuleCollectionGroup"}},
	{"AZFWNatRuleAggregation", []string{"NatRuleCount", "RuleCollectionGroup"}},
	{"AZFWNatRule", []string{"TranslatedIp", "TranslatedPort", "RuleCollectionGroup"}},
	{"AZFWApplicationRule", []string{"Fqdn", "TargetUrl", "WebCategory", "RuleCollectionGroup"}},
	{"AZFWInternalFqdnResolutionFailure", []string{"Fqdn", "ServerIp", "Error", "RuleCollectionGroup"}},
	{"AZFWNetworkRule", []string{"SourceIp", "DestinationIp", "ActionReason", "RuleCollectionGroup"}},
	{"AZFWThreatIntel", []string{"ThreatDescription", "SourceIp", "TargetUrl", "Fqdn"}},
	{"AZFWIdpsSignature", []string{"SignatureId", "SourceIp", "DestinationIp", "Description", "Severity"}},
	{"AZFWFlowTrace", []string{"Flag", "SourceIp", "DestinationIp", "ActionReason"}},
	{"AZFWFatFlow", []string{"FlowRate", "SourceIp", "DestinationIp"}},
}

func firewallByColumns(r *Record) string {
	for _, t := range firewallColumns {
		if r.HasColumns(t.columns...) {
			return t.table
		}
	}
	return ""
}

func normalizeFirewall(r *Record, e *event.Event) error {
	table := firewallTable(r)
	azureRow(r, e)
	if text := r.First("msg_s", "msg"); text != "" && !strings.HasPrefix(table, "AZFW") {
		e.Shape, e.Message = shapeText, text
		table = firewallText(r, text, table)
	}
	e.Operation = firstKnown(r.Value("Rule"), table)
	firewallFlow(r, e)
	firewallTarget(r, e)
	action := r.Value("Action")
	e.OutcomeCode = action
	switch table {
	case "AZFWThreatIntel", "AZFWIdpsSignature":
		e.Action = event.Alert
		e.Operation = firstKnown(r.First("ThreatDescription", "SignatureId"), table)
	case "AZFWInternalFqdnResolutionFailure":
		e.Action, e.Outcome = event.DNSQuery, event.Failure
	default:
		e.Action = event.NetworkConnect
	}
	firewallVerdict(e, action)
	for _, name := range []string{"NetworkRuleCount", "ApplicationRuleCount", "NatRuleCount"} {
		e.Count = max(e.Count, count(r, name))
	}
	return nil
}

// azureRow gives a diagnostic record the names of its table's row, and tells
// when what it says happened.
func azureRow(r *Record, e *event.Event) {
	e.Shape = shapeLogAnalytics
	if r.HasUnder("properties") || r.Has("properties") {
		e.Shape = shapeDiagnostic
		r.Unwrap("properties")
	}
	r.occurred(e, "time")
}

// firewallVerdict: what is dropped is denied; an alert says only that it was
// seen.
func firewallVerdict(e *event.Event, action string) {
	switch strings.ToLower(action) {
	case "":
		return
	case "allow", "allowed":
		e.Flow.Verdict, e.Outcome = "allow", event.Success
		if e.Action == event.NetworkConnect {
			e.Action = event.FlowAllow
		}
	case "deny", "denied", "drop", "block", "reset", "alertanddeny", "alert and deny":
		e.Flow.Verdict, e.Outcome = "deny", event.Denied
		if e.Action == event.NetworkConnect {
			e.Action = event.FlowDeny
		}
	case "alert", "log":
	default:
		e.Outcome = event.Unknown
	}
}

func firewallFlow(r *Record, e *event.Event) {
	e.SrcIP = Address(r.Value("SourceIp"))
	f := r.NewFlow(e)
	f.SrcPort = port(whole(r.Value("SourcePort")))
	f.DstIP, f.DstPort = Address(r.Value("DestinationIp")), port(whole(r.Value("DestinationPort")))
	if ip := Address(r.Value("TranslatedIp")); ip != "" {
		f.DstIP, f.DstPort = ip, port(whole(r.Value("TranslatedPort")))
	}
	f.Proto = firewallProtocol(r.Value("Protocol"))
	if f.Proto != protoICMP && f.Proto != protoICMP6 {
		f.CommunityID = communityID(e.SrcIP, f.DstIP, f.SrcPort, f.DstPort, f.Proto)
	}
}

// firewallProtocol reads TCP, "ICMP Type=8", and the web's protocols.
func firewallProtocol(s string) int16 {
	s, _, _ = strings.Cut(strings.ToLower(s), " ")
	switch s {
	case "http", "https", "mssql":
		return protoTCP
	}
	return vocab.Protocol(s)
}

func firewallTarget(r *Record, e *event.Event) {
	e.TargetType, e.TargetID = "host", e.Flow.DstIP
	e.TargetName = r.First("Fqdn", "TargetUrl")
	if original := Address(r.Value("DestinationIp")); original != e.Flow.DstIP {
		e.TargetName = firstKnown(e.TargetName, original)
	}
	url := known(r.Value("TargetUrl"))
	if host := known(r.Value("Fqdn")); host != "" || url != "" {
		w := r.NewWeb(e)
		w.Host, w.Path = strings.ToLower(host), url
	}
	e.TargetName = known(e.TargetName)
}
