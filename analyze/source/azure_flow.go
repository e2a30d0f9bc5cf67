package source

import (
	"strings"

	"hotwash/analyze/event"
)

// azureFlow is Azure's flow logs: of network security groups, of virtual
// networks, and what Traffic Analytics makes of both.
var azureFlow = &Source{
	Name:     "azure.flow",
	Title:    "Azure NSG and VNet flow logs",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"NSG flow logs, versions 1 and 2: PT1H.json of a storage account, one event a flow tuple",
		"virtual network flow logs, version 4: the same",
		"the records one a line, as event hubs and forwarders hand them on, also with flow.0",
		"Log Analytics: NTANetAnalytics, AzureNetworkAnalytics_CL",
	},
	Limits: []string{
		"a flow that is allowed may be logged twice, at the subnet's group and at the interface's; one that is denied is logged where it was denied",
		"NSG and VNet flow logs of one network tell each flow again",
		"states C and E count bytes and packets since the flow's tuple before; state B and version 1 count none",
		"inbound TCP flows of rules that aren't default may lack counts",
		"a blob is written again during its hour: a copy taken before its end is cut off or lacks the rest",
		"Traffic Analytics adds flows up over 10 or 60 minutes and leaves out the source's port",
	},
	Columns: []string{
		"rule", "mac", "macAddress", "aclID", "resourceId", "targetResourceID", "FlowState", "FlowEncryption",
		"category", "NsgRule", "AclRule", "FlowType",
	},
	Kept: map[string]string{"SrcIp": "src_ip", "DestIp": "target_id"},
	Entities: []Entity{
		{"mac", "host", "interface"},
		{"macAddress", "host", "interface"},
		{"resourceId", "resource", "security group"},
		{"targetResourceID", "resource", "network"},
	},
	Match:     isFlow,
	Normalize: normalizeFlow,
}

// The export shapes of flow logs.
const (
	shapeNSG1      = "nsg1"
	shapeNSG2      = "nsg2"
	shapeVNet      = "vnet"
	shapeAnalytics = "analytics"
)

func isFlow(r *Record) bool {
	switch {
	case r.HasColumns("FlowTime", "L4Protocol"), r.Has("flow.0"):
		return true
	case r.HasColumns("FlowDirection", "FlowStatus", "FlowType", "SrcIp"), r.HasColumns("FlowDirection_s", "FlowStatus_s", "L4Protocol_s"):
		return true
	}
	category := r.Value("category")
	return category == "NetworkSecurityGroupFlowEvent" || category == "FlowLogFlowEvent"
}

// flowUncut is the doubt about a record that holds more tuples than the one its
// event is of.
const flowUncut = "flow_tuples_uncut"

func normalizeFlow(r *Record, e *event.Event) error {
	if text := r.Value("flow.0"); text != "" {
		if _, err := r.addTuple(text); err != nil {
			return err
		}
		if r.Has("flow.1") {
			r.Warn(flowUncut)
		}
	}
	switch {
	case r.Has("FlowTime"):
		flowOfTuple(r, e)
	case r.HasColumns("FlowDirection"), r.HasColumns("FlowDirection_s"):
		flowOfAnalytics(r, e)
	default:
		flowless(r, e)
		return nil
	}
	e.TargetType, e.TargetID = "host", e.Flow.DstIP
	if e.Flow.Proto == protoICMP || e.Flow.Proto == protoICMP6 {
		return nil // the type, which the id is made of, isn't told
	}
	e.Flow.CommunityID = communityID(e.SrcIP, e.Flow.DstIP, e.Flow.SrcPort, e.Flow.DstPort, e.Flow.Proto)
	return nil
}

// flowless is a record of a minute in which nothing flowed, or one whose tuples
// stand where none are looked for.
func flowless(r *Record, e *event.Event) {
	switch {
	case r.Value("category") == "FlowLogFlowEvent":
		e.Shape = shapeVNet
	case r.Value("properties.Version") == "1":
		e.Shape = shapeNSG1
	default:
		e.Shape = shapeNSG2
	}
	e.Time = r.UTC("time")
	e.Operation, e.Action = r.First("operationName", "category"), event.Other
	for i := range r.Fields {
		if strings.HasSuffix(r.Fields[i].Name, flowKey) {
			r.Warn(flowUncut)
			break
		}
	}
}

// flowOfTuple reads a tuple: its time is in seconds or milliseconds, as many as
// it has digits.
func flowOfTuple(r *Record, e *event.Event) {
	e.Time = r.UTC("FlowTime")
	if t := r.UTC("time"); t.Dated() {
		e.Seen = t.Micros
	}
	e.Operation = r.First("rule", "Rule")
	e.SrcIP = Address(r.Value("SrcIp"))
	f := r.NewFlow(e)
	f.DstIP = Address(r.Value("DestIp"))
	f.SrcPort, f.DstPort = port(r.Value("SrcPort")), port(r.Value("DestPort"))
	f.Proto = flowProtocol(r.Value("L4Protocol"))
	f.Direction = flowDirection(r.Value("FlowDirection"))
	f.BytesOut, f.BytesIn = number(r.Value("BytesSrcToDest")), number(r.Value("BytesDestToSrc"))
	f.Packets = sum(number(r.Value("PacketsSrcToDest")), number(r.Value("PacketsDestToSrc")))
	status, state := r.Value("FlowStatus"), r.Value("FlowState")
	switch {
	case status == "":
		e.Shape, status = shapeVNet, state
	case state == "":
		e.Shape = shapeNSG1
	default:
		e.Shape = shapeNSG2
	}
	e.OutcomeCode = status
	flowVerdict(e, status)
}

// flowVerdict: a tuple of a virtual network says only of a denied flow that it
// is; one that begins, goes on and ends is allowed.
func flowVerdict(e *event.Event, status string) {
	switch status {
	case "A", "Allowed", "B", "C", "E":
		e.Action, e.Outcome, e.Flow.Verdict = event.FlowAllow, event.Success, "allow"
	case "D", "Denied":
		e.Action, e.Outcome, e.Flow.Verdict = event.FlowDeny, event.Denied, "deny"
	default:
		e.Action, e.Outcome = event.NetworkConnect, outcomeOf(status)
	}
}

// flowProtocol: T, U, or IANA's number.
func flowProtocol(s string) int16 {
	switch s {
	case "T":
		return protoTCP
	case "U":
		return protoUDP
	}
	if n := number(s); n >= 0 && n < 256 {
		return int16(n)
	}
	return -1
}

func flowDirection(s string) string {
	switch s {
	case "I", "Inbound":
		return "inbound"
	case "O", "Outbound":
		return "outbound"
	}
	return ""
}

// flowOfAnalytics reads a row of Traffic Analytics. The older table gives every
// column the suffix of a custom log.
func flowOfAnalytics(r *Record, e *event.Event) {
	e.Shape = shapeAnalytics
	r.occurred(e, "FlowStartTime", "FlowStartTime_t")
	e.Operation = r.First("AclRule", "NsgRule", "NSGRule_s")
	e.SrcIP = firstAddress(r.First("SrcIp", "SrcIP_s"), publicAddress(r.First("SrcPublicIps", "SrcPublicIPs_s")))
	f := r.NewFlow(e)
	f.DstIP = firstAddress(r.First("DestIp", "DestIP_s"), publicAddress(r.First("DestPublicIps", "DestPublicIPs_s")))
	f.DstPort = port(whole(r.First("DestPort", "DestPort_d")))
	f.Proto = flowProtocol(r.First("L4Protocol", "L4Protocol_s"))
	f.Direction = flowDirection(r.First("FlowDirection", "FlowDirection_s"))
	f.BytesOut, f.BytesIn = count(r, "BytesSrcToDest"), count(r, "BytesDestToSrc")
	f.Packets = sum(count(r, "PacketsSrcToDest"), count(r, "PacketsDestToSrc"))
	if in, out := count(r, "InboundBytes_d"), count(r, "OutboundBytes_d"); in >= 0 || out >= 0 {
		f.BytesOut, f.BytesIn = out, in
		if f.Direction == "inbound" { // the older table counts from the machine's side
			f.BytesOut, f.BytesIn = in, out
		}
		f.Packets = sum(count(r, "InboundPackets_d"), count(r, "OutboundPackets_d"))
	}
	e.OutcomeCode = r.First("FlowStatus", "FlowStatus_s")
	flowVerdict(e, e.OutcomeCode)
	for _, name := range []string{"AllowedInFlows", "AllowedOutFlows", "DeniedInFlows", "DeniedOutFlows"} {
		e.Count += max(0, count(r, name), count(r, name+"_d"))
	}
}

// publicAddress is the address that a list of "address|flows|…" begins with, if
// it is the only one.
func publicAddress(list string) string {
	if strings.IndexByte(strings.TrimSpace(list), ' ') >= 0 {
		return ""
	}
	address, _, _ := strings.Cut(list, "|")
	return address
}

// whole is a number without the ".0" of a column of reals.
func whole(s string) string {
	before, _, _ := strings.Cut(s, ".")
	return before
}

func count(r *Record, name string) int64 { return number(whole(r.Value(name))) }
