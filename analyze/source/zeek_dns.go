package source

import (
	"strconv"

	"hotwash/analyze/event"
)

// zeekLookups is Zeek's dns.log.
var zeekLookups = &Source{
	Name:     "zeek.dns",
	Title:    "Zeek DNS lookups",
	Framings: []string{FramingZeek, FramingJSON},
	Reads:    []string{"dns.log, as columns or as JSON"},
	Limits: []string{
		"lookups over TLS or HTTPS are not in it",
	},
	Columns: []string{"qtype_name", "proto"},
	Kept: map[string]string{
		"id.orig_h": "src_ip", "id.resp_h": "target_id", "query": "target_name", "rcode_name": "outcome_code",
	},
	Match: isDNS,
	Normalize: func(r *Record, e *event.Event) error {
		zeekCommon(r, e, "dns")
		e.Action = event.DNSQuery
		e.RecordID = lookupID(r, e)
		e.TargetName = r.Value("query")
		zeekFlow(r, e).DurationUS = seconds(r.Value("rtt"))
		d := r.NewDNS(e)
		d.Query, d.Type, d.RCode = r.Value("query"), r.Value("qtype_name"), r.Value("rcode_name")
		d.ServerIP = e.Flow.DstIP
		for a := range r.All("answers") {
			d.Answers = append(d.Answers, a)
		}
		e.OutcomeCode = d.RCode
		e.Outcome = lookupOutcome(d.RCode)
		return nil
	},
}

func isDNS(r *Record) bool {
	if path := zeekPath(r); path != "" {
		return path == "dns" && (r.Has("query") || r.Has("uid"))
	}
	return hasEndpoints(r) && r.HasAll("query", "trans_id")
}

// lookupID makes one lookup the same in every export of a sensor. The id of the
// connection alone doesn't: a client asks several times from one port.
func lookupID(r *Record, e *event.Event) string {
	uid := r.Value("uid")
	if uid == "" || !e.Time.Dated() {
		return ""
	}
	var buf [96]byte
	id := append(append(buf[:0], uid...), ':')
	id = append(append(id, r.Value("trans_id")...), '@')
	return string(strconv.AppendInt(id, e.Time.Micros, 10))
}

func lookupOutcome(rcode string) event.Outcome {
	switch rcode {
	case "":
		return ""
	case "NOERROR":
		return event.Success
	}
	return event.Failure
}
