package reports_test

import (
	"fmt"
	"strings"
	"time"

	"hotwash/analyze/detect"
	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/sigma"
	"hotwash/analyze/timeline"
	"hotwash/reports/review"
)

func at(s string) int64 {
	when, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return when.UnixMicro()
}

func hash(c string) string { return strings.Repeat(c, 64/len(c)) }

// sample is a mailbox taken over: a review as an analysis would give it.
func sample() *review.Review {
	h := sampleHistogram()
	return &review.Review{
		Case:     "mailbox-takeover",
		Evidence: sampleEvidence(),
		Totals: timeline.Totals{Records: 18204, Events: 18197, Rejects: 7, Duplicates: 18197 - 3 - h.Total, Conflicts: 1, Undated: 3, Timeline: h.Total, Occurrences: h.Total,
			First: at("2025-03-03T00:02:11Z"), Last: at("2025-03-16T23:58:40Z"), Balanced: true},
		Rules:     sampleRules(),
		Findings:  sampleFindings(),
		Histogram: h,
		Coverage:  sampleCoverage(),
		Timeline:  review.Table[timeline.Row]{Rows: sampleRows(), Total: int(h.Total)},
		Undated: review.Table[timeline.Row]{Total: 3, Rows: []timeline.Row{
			{Place: event.Place{Evidence: 5, Offset: 40201, Len: 88, Line: 512}, Source: "linux.syslog", Message: "Mar 32 25:61:00 mail sshd[411]: Failed password for root from 203.0.113.77 port 51512 ssh2", Host: "mail"}}},
		Rejects: review.Table[timeline.Reject]{Total: 7, Rows: []timeline.Reject{
			{Place: event.Place{Evidence: 1, Offset: 918230, Len: 412, Line: 1034}, Code: "json_syntax", Detail: "unexpected end of input in AuditData", Raw: `2025-03-11T08:01:22,"{""CreationTime"":""2025-03-11T08:01:22"",""Operation"":""MailItemsAcc`},
			{Place: event.Place{Evidence: 4, Offset: 77120, Len: 60, Line: 802}, Code: "column_count", Detail: "12 columns, header has 21", Raw: "1741600000.1\tCx91\t198.51.100.4\t443"}}},
		Warnings: []timeline.Warning{{Code: "time_unparsed", Count: 3, Items: 1, FirstEvent: event.Place{Evidence: 5, Offset: 40201}.ID()}, {Code: "duplicate_key", Count: 1, Items: 1, FirstEvent: event.Place{Evidence: 2, Offset: 99}.ID()}},
		Completeness: []timeline.Gap{
			{Kind: timeline.Truncated, Items: []int32{6}, Detail: "partial: truncated: gzip ends after 1,048,576 bytes", Count: 1_048_576},
			{Kind: timeline.RowCap, Source: "m365.ual", Items: []int32{1}, Detail: "exactly 50,000 rows, where a search in the Purview portal ends: the rest was cut off", Count: 50_000},
			{Kind: timeline.SilentHours, Source: "m365.ual", From: at("2025-03-08T07:00:00Z"), To: at("2025-03-08T17:00:00Z"), Count: 10, Detail: "10 hours without an event, where about 240 are usual, judging by the same hours of the other days"},
			{Kind: timeline.BlindSpot, Source: "m365.ual", Detail: "runs of flows are not in it"}},
		Method: review.Method{Tool: "hotwash v0.1.0", Command: "hotwash analyze exports/ --case mailbox-takeover --offset 'mail*=+90s'",
			Settings: []review.Setting{{Name: "Database", Value: "DuckDB 1.1.2"}, {Name: "Zone-less times", Value: "read as UTC"}}},
	}
}

func sampleEvidence() []review.Evidence {
	account := func(ordinal int32, size, records, rejects, duplicates int64, sources ...timeline.SourceCount) timeline.Account {
		events := records - rejects
		return timeline.Account{Ordinal: ordinal, Size: size, Records: records, Events: events, Rejects: rejects, EventRows: events, RejectRows: rejects,
			Header: 120, Separator: records, End: size, Spanned: size, RejectBytes: rejects * 100, EventBytes: size - 120 - records - rejects*100,
			Duplicates: duplicates, Sources: sources}
	}
	mail := account(5, 2_204_118, 3120, 0, 0, timeline.SourceCount{Source: "linux.syslog", Events: 3120})
	mail.Offset, mail.Undated = 90*time.Second, 3
	firewall := account(6, 1_048_576, 1204, 0, 0, timeline.SourceCount{Source: "zeek.conn", Events: 1204})
	return []review.Evidence{
		{Item: evidence.Item{Ordinal: 1, Argument: "exports", Path: "purview/AuditLog_2025-03-17.csv", Kind: "plain", Size: 14_331_902, SHA256: hash("9f2c41d07be38a65"), Outer: hash("9f2c41d07be38a65"), State: evidence.Parsed},
			Account: account(1, 14_331_902, 8210, 5, 2110, timeline.SourceCount{Source: "m365.ual", Events: 8205})},
		{Item: evidence.Item{Ordinal: 2, Argument: "exports", Path: "entra/signins.json.gz", Kind: "gzip", Size: 9_120_466, SHA256: hash("41ba"), Outer: hash("77c0de1255aa9931"), State: evidence.Parsed},
			Account: account(2, 9_120_466, 4102, 0, 0, timeline.SourceCount{Source: "entra.signin", Events: 3988}, timeline.SourceCount{Source: "entra.audit", Events: 114})},
		{Item: evidence.Item{Ordinal: 3, Argument: "exports", Path: "zeek.zip", Kind: "zip", Size: 612_004, SHA256: hash("0d"), Outer: hash("0d"), State: evidence.Container}, Account: timeline.Account{Ordinal: 3}},
		{Item: evidence.Item{Ordinal: 4, Argument: "exports", Path: "zeek.zip", Member: "2025-03-10/dns.log", Kind: "plain", Size: 402_118, SHA256: hash("5e"), Outer: hash("0d"), State: evidence.Parsed},
			Account: account(4, 402_118, 1568, 2, 0, timeline.SourceCount{Source: "zeek.dns", Events: 1566})},
		{Item: evidence.Item{Ordinal: 5, Argument: "exports", Path: "mail/auth.log", Kind: "plain", Size: 2_204_118, SHA256: hash("ab12"), Outer: hash("ab12"), State: evidence.Parsed}, Account: mail},
		{Item: evidence.Item{Ordinal: 6, Argument: "exports", Path: "zeek.zip", Member: "2025-03-11/conn.log.gz", Kind: "gzip", Size: 1_048_576, Outer: hash("0d"), State: evidence.PartialRead, Reason: "truncated: gzip ends after 1,048,576 bytes"}, Account: firewall},
		{Item: evidence.Item{Ordinal: 7, Argument: "exports", Path: "Security.evt", Kind: "plain", Size: 20_975_616, SHA256: hash("c4"), Outer: hash("c4"), State: evidence.Unsupported, Reason: "evt"}, Account: timeline.Account{Ordinal: 7}},
		{Item: evidence.Item{Ordinal: 8, Argument: "exports", Path: "readme.txt", Kind: "plain", Size: 811, SHA256: hash("e1"), Outer: hash("e1"), State: evidence.NotALog, Reason: "no times in the first 100 lines"}, Account: timeline.Account{Ordinal: 8}},
	}
}

func sampleRules() []review.Rule {
	rules := []review.Rule{
		{ID: "unusual-cert-store", Title: "Certificate store changed", Level: "low", State: "unsupported", Reason: "modifier fieldref"},
		{ID: "admin-logon", Title: "Logon by a listed administrator", Level: "medium", State: "placeholder_missing", Reason: "%admins% has no values"},
	}
	for i := range 212 {
		rules = append(rules, review.Rule{ID: fmt.Sprintf("rule-%03d", i), Title: fmt.Sprintf("Rule %d", i), Level: "medium", State: review.Loaded})
	}
	for i := range 61 {
		rules = append(rules, review.Rule{ID: fmt.Sprintf("win-%03d", i), Title: fmt.Sprintf("Windows rule %d", i), Level: "high", State: "not_applicable", Reason: "no events of windows.process_creation"})
	}
	return rules
}

const (
	victim   = "d.okafor@contoso.example"
	attacker = "203.0.113.77"
)

func sampleFindings() []review.Finding {
	rows := sampleRows()
	mark := func(own ...int) []timeline.Row {
		out := append([]timeline.Row{}, rows[4:16]...)
		for _, i := range own {
			out[i].Own = true
		}
		return out
	}
	finding := func(id, level, title string, first, last string, n int) detect.Finding {
		return detect.Finding{ID: id, Rule: "hotwash-" + strings.ReplaceAll(strings.ToLower(title), " ", "-"), Title: title, Author: "the hotwash project", Level: level, AttackVersion: "17.1",
			First: at(first), Last: at(last), Count: n, EventIDs: []int64{rows[8].ID()},
			Entities: map[string][]string{"user": {victim}, "ip": {attacker}, "app": {"Mail Sync Helper"}},
			Query:    "SELECT event_id FROM finding_events WHERE finding_id = '" + id + "'"}
	}
	rule := finding("f-3c1a90be", "high", "Inbox rule hides mail", "2025-03-11T07:58:31Z", "2025-03-11T07:58:31Z", 1)
	rule.Description, rule.Sources, rule.License = "A new inbox rule moves or deletes mail out of sight, as an intruder does who reads along and answers.", []string{"m365.ual"}, "Apache-2.0"
	rule.Techniques = []string{"T1564.008", "T1114.003"}
	rule.Why = []sigma.Why{{Selection: "selection", Field: "Operation", Modifiers: nil, Pattern: "New-InboxRule", Value: "New-InboxRule"},
		{Selection: "hides", Field: "Parameters.MoveToFolder", Modifiers: []string{"contains"}, Pattern: "RSS", Value: "RSS Subscriptions"}}
	rule.NextSteps = []string{"List all inbox rules of the mailbox, hidden ones too, and export them before removing any.", "Ask the owner, by phone, whether the rule is theirs.", "Search mail sent from the mailbox since the first unusual sign-in."}
	rule.FalsePositives = []string{"People do move newsletters to the RSS folder."}
	consent := finding("f-91d2e07a", "critical", "Consent to an application with mail access", "2025-03-11T08:04:10Z", "2025-03-11T08:04:10Z", 1)
	consent.Description, consent.Sources = "A user let an application read and send mail without them; it keeps this access when the password is changed.", []string{"entra.audit"}
	consent.Techniques = []string{"T1528"}
	consent.Why = []sigma.Why{{Selection: "selection", Field: "activityDisplayName", Pattern: "Consent to application", Value: "Consent to application"},
		{Selection: "scopes", Field: "ConsentAction.Permissions", Modifiers: []string{"contains", "all"}, Pattern: "Mail.ReadWrite", Value: "Mail.ReadWrite offline_access"}}
	consent.NextSteps = []string{"Revoke the grant and disable the service principal.", "Look for sign-ins of the application itself."}
	consent.FalsePositives = []string{"A mail client the owner installed."}
	signin := finding("f-0b77aa12", "medium", "Sign-in after many failures", "2025-03-11T07:41:02Z", "2025-03-11T07:52:40Z", 34)
	signin.Techniques = []string{"T1110.003"}
	dns := finding("f-55e0c3d1", "low", "First lookup of a new domain", "2025-03-10T22:14:09Z", "2025-03-12T03:00:51Z", 7)
	dns.Entities = map[string][]string{"host": {"lt-0417.contoso.example"}, "domain": {"login-contoso.example.net", "cdn.login-contoso.example.net"}}
	return []review.Finding{
		{Finding: consent, Around: review.Table[timeline.Row]{Rows: mark(8), Total: 61}},
		{Finding: rule, Around: review.Table[timeline.Row]{Rows: mark(5), Total: 58}},
		{Finding: signin, Around: review.Table[timeline.Row]{Rows: mark(0, 1, 2), Total: 12}},
		{Finding: dns, Around: review.Table[timeline.Row]{Rows: sampleRows()[:3], Total: 3}},
	}
}

func sampleRows() []timeline.Row {
	dated := func(s string, p event.Precision) event.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			panic(err)
		}
		return event.At(when, event.BasisExplicit, p)
	}
	row := func(ev int32, off int64, when, source, action, op, outcome string) timeline.Row {
		return timeline.Row{Place: event.Place{Evidence: ev, Offset: off, Len: 1100 + int32(off%700), Line: int32(off/1200) + 2}, Time: dated(when, event.Second),
			Source: source, Action: action, Operation: op, Outcome: outcome, Actor: victim, ActorType: "user", SrcIP: attacker}
	}
	var rows []timeline.Row
	add := func(r timeline.Row, change func(*timeline.Row)) {
		if change != nil {
			change(&r)
		}
		rows = append(rows, r)
	}
	look := func(name string) func(*timeline.Row) {
		return func(r *timeline.Row) {
			r.Time, r.Actor, r.ActorType, r.SrcIP, r.Host, r.TargetName, r.TargetType = dated("2025-03-10T22:14:09.331204Z", event.Micro), "", "", "198.51.100.23", "lt-0417.contoso.example", name, "domain"
		}
	}
	add(row(4, 20110, "2025-03-10T22:14:09Z", "zeek.dns", "dns_query", "A", ""), look("login-contoso.example.net"))
	add(row(4, 20390, "2025-03-10T22:14:09Z", "zeek.dns", "dns_query", "AAAA", ""), look("login-contoso.example.net"))
	add(row(4, 21870, "2025-03-10T22:14:10Z", "zeek.dns", "dns_query", "A", ""), look("cdn.login-contoso.example.net"))
	add(row(5, 90110, "2025-03-11T07:39:58Z", "linux.syslog", "sign_in", "sshd", "failure"), func(r *timeline.Row) {
		r.Host, r.Actor, r.Offset = "mail", "root", 90*time.Second
		r.Message = "Failed password for root from 203.0.113.77 port 51512 ssh2"
	})
	for i, when := range []string{"2025-03-11T07:41:02Z", "2025-03-11T07:41:40Z", "2025-03-11T07:52:12Z"} {
		add(row(2, 311820+int64(i)*1402, when, "entra.signin", "sign_in", "Sign-in activity", "failure"), func(r *timeline.Row) {
			r.OutcomeCode, r.TargetName, r.TargetType, r.ActorID = "50126", "Office 365 Exchange Online", "app", "5b0f6a3e-9b51-4a8e-8a55-0d6f3c1f7a10"
		})
	}
	add(row(2, 318400, "2025-03-11T07:52:40Z", "entra.signin", "sign_in", "Sign-in activity", "success"), func(r *timeline.Row) {
		r.OutcomeCode, r.TargetName, r.TargetType = "0", "Office 365 Exchange Online", "app"
	})
	add(row(1, 880012, "2025-03-11T07:55:03Z", "m365.ual", "read", "MailItemsAccessed", "success"), func(r *timeline.Row) { r.TargetName, r.TargetType = `\Inbox`, "folder" })
	add(row(1, 881533, "2025-03-11T07:58:31Z", "m365.ual", "config_change", "New-InboxRule", "success"), func(r *timeline.Row) {
		r.TargetName, r.TargetType, r.RecordID = `d.okafor\.`, "inbox_rule", "0c8f2f4e-2c1b-4d5e-9a53-08dd60a1b7c3"
	})
	add(row(1, 884101, "2025-03-11T08:00:19Z", "m365.ual", "update", "Set-Mailbox", "success"), func(r *timeline.Row) { r.TargetName, r.TargetType = "ForwardingSmtpAddress", "mailbox" })
	add(row(1, 887640, "2025-03-11T08:01:07Z", "m365.ual", "read", "MailItemsAccessed", "success"), func(r *timeline.Row) { r.TargetName, r.TargetType = `\Inbox\Invoices`, "folder" })
	add(row(2, 402991, "2025-03-11T08:04:10Z", "entra.audit", "consent", "Consent to application", "success"), func(r *timeline.Row) {
		r.Time, r.TargetName, r.TargetID, r.TargetType = dated("2025-03-11T08:04:10.7724491Z", event.HundredNano), "Mail Sync Helper", "8f0c1f6e-11aa-4f0a-9d5e-2f6c0b7d9e01", "service_principal"
	})
	add(row(2, 404010, "2025-03-11T08:04:11Z", "entra.audit", "role_change", "Add delegated permission grant", "success"), func(r *timeline.Row) { r.TargetName, r.TargetType = "Microsoft Graph", "service_principal" })
	add(row(1, 891120, "2025-03-11T08:10:44Z", "m365.ual", "create", "Send", "success"), func(r *timeline.Row) {
		r.TargetName, r.TargetType = "RE: Invoice 20417, new bank details", "message"
	})
	add(row(1, 893310, "2025-03-11T08:12:30Z", "m365.ual", "delete", "SoftDelete", "success"), func(r *timeline.Row) { r.TargetName, r.TargetType = `\Sent Items`, "folder" })
	return rows
}

// sampleHistogram is a fortnight with busy weekdays, in six-hour buckets.
func sampleHistogram() *timeline.Histogram {
	six := timeline.Unit{Name: "6 hours", Width: 6 * time.Hour}
	h := &timeline.Histogram{Unit: six}
	for start := at("2025-03-03T00:00:00Z"); start < at("2025-03-17T00:00:00Z"); start = six.Next(start) {
		h.Starts = append(h.Starts, start)
	}
	for k, source := range []string{"entra.audit", "entra.signin", "linux.syslog", "m365.ual", "zeek.dns", "zeek.conn"} {
		s := timeline.Series{Source: source, Counts: make([]int64, len(h.Starts))}
		for i, start := range h.Starts {
			n := volume(source, start, int64(k))
			s.Counts[i], s.Total, h.Total = n, s.Total+n, h.Total+n
		}
		h.Series = append(h.Series, s)
	}
	return h
}

func volume(source string, start, k int64) int64 {
	when := time.UnixMicro(start).UTC()
	base := map[string]int64{"entra.audit": 3, "entra.signin": 90, "linux.syslog": 55, "m365.ual": 150, "zeek.dns": 40, "zeek.conn": 30}[source]
	switch {
	case strings.HasPrefix(source, "zeek") && (when.Day() < 10 || when.Day() > 12):
		return 0
	case source == "m365.ual" && when.Day() == 8:
		return 0
	case when.Weekday() == time.Saturday || when.Weekday() == time.Sunday:
		base /= 6
	}
	if when.Hour() == 0 || when.Hour() == 18 {
		base /= 4
	}
	return base + (start/21_600_000_000*31+k*17)%(base/3+1)
}

func sampleCoverage() *timeline.Coverage {
	h := sampleHistogram()
	c := &timeline.Coverage{Unit: timeline.Unit{Name: "1 day", Width: 24 * time.Hour}}
	for i := 0; i < len(h.Starts); i += 4 {
		c.Starts = append(c.Starts, h.Starts[i])
	}
	for _, s := range h.Series {
		out := timeline.SourceCoverage{Source: s.Source, Counts: make([]int64, len(c.Starts)), Total: s.Total}
		for i, n := range s.Counts {
			if out.Counts[i/4] += n; n > 0 {
				out.Last = h.Starts[i] + 3_600_000_000
				if out.First == 0 {
					out.First = h.Starts[i] + 131_000_000
				}
			}
		}
		for _, n := range out.Counts {
			if n > 0 {
				out.Present++
			}
		}
		if s.Source == "m365.ual" {
			out.Silent, out.Longest = 1, timeline.Silence{From: at("2025-03-08T00:00:00Z"), Days: 1}
		}
		c.Sources = append(c.Sources, out)
	}
	return c
}

// quiet is a review in which no rule matched.
func quiet() *review.Review {
	r := sample()
	r.Findings = nil
	return r
}
