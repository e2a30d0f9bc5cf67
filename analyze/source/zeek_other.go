package source

import (
	"strings"

	"hotwash/analyze/event"
)

// zeekOther is every other log of Zeek: kept whole, with its path as the
// operation, the endpoints where it has them, and the request if it is one.
var zeekOther = &Source{
	Name:     "zeek.other",
	Title:    "Zeek, other logs",
	Framings: []string{FramingZeek, FramingJSON},
	Reads:    []string{"every other log of Zeek, by its path: http, ssl, files, notice, …"},
	Limits: []string{
		"what is encrypted is known by its handshake only",
	},
	Columns:  []string{"uid", "name", "path", "note"},
	Kept:     map[string]string{"id.orig_h": "src_ip", "id.resp_h": "target_id"},
	Entities: []Entity{{"uid", "correlation", "sensor"}},
	Match:    isZeek,
	Normalize: func(r *Record, e *event.Event) error {
		path := firstKnown(zeekPath(r), zeekPathByName(r))
		zeekCommon(r, e, path)
		e.Action = zeekAction(path)
		if e.SrcIP != "" && e.TargetID != "" {
			zeekFlow(r, e)
		}
		if path == "http" {
			zeekHTTP(r, e)
		}
		return nil
	},
}

func zeekAction(path string) event.Action {
	switch path {
	case "http":
		return event.HTTPRequest
	case "notice", "intel", "signatures":
		return event.Alert
	case "kerberos", "ntlm", "ssh", "rdp", "radius":
		return event.SignIn
	}
	return event.Other
}

func zeekHTTP(r *Record, e *event.Event) {
	w := r.NewWeb(e)
	w.Method, w.Host, w.Path, w.UserAgent = r.Value("method"), strings.ToLower(r.Value("host")), r.Value("uri"), r.Value("user_agent")
	if n := number(r.Value("status_code")); n > 0 && n < 1000 {
		w.Status = int32(n)
	}
	w.BytesOut = number(r.Value("response_body_len"))
	e.TargetName, e.OutcomeCode = w.Host+w.Path, r.Value("status_code")
}

// zeekPathByName is the path of a record that doesn't say it: of a request by
// its columns, else by the name of its file, "ssl.00:00:00-01:00:00.log".
func zeekPathByName(r *Record) string {
	if r.HasAll("method", "uri", "status_code") {
		return "http"
	}
	name, _, _ := strings.Cut(r.Hints.Name, ".")
	return strings.ToLower(name)
}
