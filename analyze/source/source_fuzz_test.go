package source

import (
	"strings"
	"testing"

	"hotwash/analyze/event"
)

func FuzzSyslog(f *testing.F) {
	f.Add("Jan  1 00:00:02 web1 sshd[912]: Invalid user a from b from 198.51.100.9 port 41001")
	f.Add("<38>1 2024-03-04T10:00:01.5Z web1 sshd 79 ID1 [o a=\"b]\"] Failed none for root from 198.51.100.9 port 1 ssh2")
	f.Add("Jan  1 00:00:07 web1 sudo: mark : user NOT in sudoers ; TTY=pts/1 ; COMMAND=/bin/cat x ; y")
	f.Add("Jan  1 00:00:08 web1 su[920]: FAILED SU (to root) mark on pts/1")
	f.Add("Jan  1 00:00:08 web1 sshd: pam_unix(sshd:auth): authentication failure; rhost=1.2.3.4  user=x")
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\r\n") {
			return
		}
		var e event.Event
		p := NewParser(Hints{Year: 2024})
		c := Chunk{Text: line, Spans: []Span{{Kind: SpanRecord, End: int32(len(line))}}, Known: &Known{Year: 2024}}
		s, _, err := p.Read(linesFraming, &c, 0, &e)
		if err != nil {
			t.Fatalf("a line is never a reject: %v", err)
		}
		if s == linuxSyslog && e.Message == "" {
			t.Errorf("%q lost its text", line)
		}
	})
}

func FuzzFirewallText(f *testing.F) {
	f.Add("TCP request from 10.0.0.4:49152 to 192.0.2.1:443. Action: Allow.. Rule Collection: c. Rule: r")
	f.Add("ICMP Type=8 request from 10.0.0.4 to 192.0.2.1. Action: Deny. ")
	f.Add("TCP request from 198.51.100.7:1 to 192.0.2.1:2 was DNAT'ed to 10.0.0.2:3. Policy: p. Rule: r")
	f.Add("HTTP request from 10.0.0.4:1 to x:80. Url: x. Action: Deny. Reason: a. b. ThreatIntel: c")
	f.Add("DNS Request: 10.0.0.4:46535 - 42356 A IN www.example.com. udp 43 false 512 NXDOMAIN qr,rd,ra 118 0.001021s")
	f.Add(" Error: 2 www.example.com. A: read udp [::1]:1->168.63.129.16:53: i/o timeout")
	f.Fuzz(func(t *testing.T, text string) {
		r := Record{}
		firewallText(&r, text, "AzureFirewallNetworkRule")
		dnsText(&r, text)
		for _, field := range r.Fields {
			if field.Value != "" && !strings.Contains(text, field.Value) {
				t.Errorf("%s %q isn't in %q", field.Name, field.Value, text)
			}
		}
	})
}

func FuzzXMLData(f *testing.F) {
	f.Add(`<DataItem><EventData><Data Name="Image">a &amp; b</Data><Data>x</Data></EventData></DataItem>`)
	f.Add(`<Param><![CDATA[x]]></Param>`)
	f.Add(`<Data><Data><Data`)
	f.Fuzz(func(t *testing.T, text string) {
		if n := len(xmlData(text)); n > maxData {
			t.Errorf("%d values", n)
		}
	})
}

// FuzzNormalize gives every JSON source hostile values in the fields it looks
// at.
func FuzzNormalize(f *testing.F) {
	for _, kind := range []string{
		`{"CreationTime":"x","Operation":"UserLoginFailed","RecordType":"V","Workload":"V","UserId":"V","PropertyCollection":"V"}`,
		`{"AuditData":"V","RecordType":"V","CreationDate":"V","Operations":"V"}`,
		`{"EventID":"V","Channel":"Security","TimeGenerated":"V","EventData":"V","UtcTime":"V"}`,
		`{"EventID":"33205","Channel":"Application","ParameterXml":"V","EventReceivedTime":"V","@timestamp":"V","EventTime":"V"}`,
		`{"eventName":"V","eventSource":"V","eventTime":"V","awsRegion":"V","eventVersion":"V","sourceIPAddress":"V","errorCode":"V"}`,
		`{"uid":"V","id.orig_h":"V","id.resp_h":"V","id.orig_p":"V","query":"V","trans_id":"V","ts":"V"}`,
		`{"Timestamp":"V","ActionType":"ConnectionSuccess","ReportId":"V","DeviceId":"V","AdditionalFields":"V","Protocol":"V"}`,
		`{"ActivityDisplayName":"V","LoggedByService":"V","Result":"V","TargetResources":"V","InitiatedBy":"V"}`,
	} {
		for _, v := range []string{"", "-", "1", `{}`, `[{`, `<Data>`, "0x", "9999999999999999999", "2024-01-01T00:00:00Z", "::ffff:1.2.3.4", `a\b`} {
			f.Add(kind, v)
		}
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		text := strings.ReplaceAll(kind, "V", value)
		var e event.Event
		p := NewParser(Hints{})
		c := Chunk{Text: text, Spans: []Span{{Kind: SpanRecord, End: int32(len(text))}}, Known: &Known{}}
		if _, _, err := p.Read(jsonFraming, &c, 0, &e); err != nil {
			if _, ok := err.(*SyntaxError); !ok {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}

// readHostile reads one JSON record; ok is false for a reject.
func readHostile(t *testing.T, text string) (e *event.Event, fields []event.Field, ok bool) {
	t.Helper()
	e = &event.Event{}
	p := NewParser(Hints{})
	c := Chunk{Text: text, Spans: []Span{{Kind: SpanRecord, End: int32(len(text))}}, Known: &Known{}}
	s, fields, err := p.Read(jsonFraming, &c, 0, e)
	if err != nil {
		if _, syntax := err.(*SyntaxError); !syntax {
			t.Fatalf("%T: %v", err, err)
		}
		return nil, nil, false
	}
	if e.Source == "" || s != Unknown && s.Name != e.Source && !strings.HasPrefix(e.Source, s.Name) {
		t.Errorf("source %q of %s", e.Source, s.Name)
	}
	return e, fields, true
}
