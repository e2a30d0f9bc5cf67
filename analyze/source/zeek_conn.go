package source

import (
	"strings"

	"hotwash/analyze/event"
)

// zeekConnections is Zeek's conn.log.
var zeekConnections = &Source{
	Name:     "zeek.conn",
	Title:    "Zeek connections",
	Framings: []string{FramingZeek, FramingJSON},
	Reads:    []string{"conn.log, as columns or as JSON"},
	Limits: []string{
		"a connection is told when it ends, with the time it began",
		"bytes are of the payload; of TCP they follow from sequence numbers, and can be too many",
	},
	Columns: []string{"service", "conn_state", "history"},
	Kept:    map[string]string{"uid": "record_id", "id.orig_h": "src_ip", "id.resp_h": "target_id"},
	Match:   isConn,
	Normalize: func(r *Record, e *event.Event) error {
		zeekCommon(r, e, "conn")
		e.Action = event.NetworkConnect
		if e.Time.Dated() && !strings.HasPrefix(r.Hints.Name, "open_") { // a snapshot repeats the id
			e.RecordID = r.Value("uid")
		}
		f := zeekFlow(r, e)
		f.DurationUS = seconds(r.Value("duration"))
		f.BytesOut, f.BytesIn = number(r.Value("orig_bytes")), number(r.Value("resp_bytes"))
		f.Packets = sum(number(r.Value("orig_pkts")), number(r.Value("resp_pkts")))
		f.Direction = zeekDirection(r.Value("local_orig"), r.Value("local_resp"))
		return nil
	},
}

// isConn leaves conn-summary and open_conn out: neither has a row a connection.
func isConn(r *Record) bool {
	if path := zeekPath(r); path != "" {
		return path == "conn" && r.Has("uid")
	}
	return hasEndpoints(r) && r.HasAll("conn_state", "history") || hasEndpoints(r) && r.HasAll("conn_state", "proto", "orig_pkts")
}

// zeekDirection is empty unless the sensor knows its own networks.
func zeekDirection(fromLocal, toLocal string) string {
	switch {
	case fromLocal == "true" && toLocal == "true":
		return "internal"
	case fromLocal == "true" && toLocal == "false":
		return "outbound"
	case fromLocal == "false" && toLocal == "true":
		return "inbound"
	case fromLocal == "false" && toLocal == "false":
		return "external"
	}
	return ""
}
