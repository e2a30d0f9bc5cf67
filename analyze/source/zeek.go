package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// Export shapes of Zeek's logs.
const (
	shapeTSV  = "tsv"
	shapeJSON = "json"
)

// zeekPath is the name of the log that a record is of: the #path of its file,
// or what a streaming writer puts into the record. Empty if neither says so.
func zeekPath(r *Record) string {
	if p := r.First("_path", "@stream"); p != "" {
		return p
	}
	if r.Known != nil && r.Known.Separator != "" {
		return r.Known.Path
	}
	return ""
}

// hasEndpoints says whether a record has Zeek's connection id, in whatever
// spelling.
func hasEndpoints(r *Record) bool {
	return r.HasAll("uid", "id.orig_h") || r.HasAll("uid", "id_orig_h")
}

// isZeek says whether a record is of Zeek at all.
func isZeek(r *Record) bool {
	return zeekPath(r) != "" || hasEndpoints(r) || r.Known != nil && r.Known.Separator != "" && r.Has("ts")
}

// zeekBooleans are columns that hold T and F, for files whose header says no
// types.
var zeekBooleans = map[string]bool{
	"local_orig": true, "local_resp": true, "AA": true, "TC": true, "RD": true, "RA": true, "rejected": true,
	"established": true, "resumed": true, "is_orig": true, "timedout": true, "auth_success": true,
}

// zeekStream are the fields that a streaming writer adds.
var zeekStream = []string{"_write_ts", "_path", "@stream", "@system", "@proc"}

// zeekCommon does what all of Zeek's logs need: one spelling, the time, the
// endpoints.
func zeekCommon(r *Record, e *event.Event, path string) {
	e.Shape = shapeJSON
	if r.Known != nil && r.Known.Separator != "" {
		e.Shape = shapeTSV
		if r.Known.Types == nil {
			zeekBools(r)
		}
	} else {
		e.Unkeyed = append(e.Unkeyed, zeekStream...)
	}
	r.renamed(vocab.ZeekEndpoints)
	e.Operation = path
	e.Time = r.UTC("ts")
	if t := r.UTC("_write_ts"); t.Dated() {
		e.Seen = t.Micros
	}
	e.Host = strings.ToLower(r.First("_system_name", "@system"))
	e.SrcIP = Address(r.Value("id.orig_h"))
	if dst := r.Value("id.resp_h"); dst != "" {
		e.TargetType, e.TargetID = "host", dst
	}
}

func zeekBools(r *Record) {
	for i := range r.Fields {
		f := &r.Fields[i]
		if zeekBooleans[f.Name] {
			f.Value = zeekBool(f.Value)
		}
	}
}

// zeekFlow fills the flow with the endpoints.
func zeekFlow(r *Record, e *event.Event) *event.Flow {
	f := r.NewFlow(e)
	f.UID = r.Value("uid")
	f.DstIP = Address(r.Value("id.resp_h"))
	f.SrcPort, f.DstPort = port(r.Value("id.orig_p")), port(r.Value("id.resp_p"))
	f.Proto = zeekProtocol(r, e.SrcIP)
	f.CommunityID = r.Value("community_id")
	if f.CommunityID == "" {
		f.CommunityID = communityID(e.SrcIP, f.DstIP, f.SrcPort, f.DstPort, f.Proto)
	}
	return f
}

// zeekProtocol: Zeek calls both ICMP and ICMPv6 icmp.
func zeekProtocol(r *Record, src string) int16 {
	if n := number(r.Value("ip_proto")); n >= 0 && n < 256 {
		return int16(n)
	}
	name := r.Value("proto")
	if name == "icmp" && strings.IndexByte(src, ':') >= 0 {
		return protoICMP6
	}
	return vocab.Protocol(name)
}
