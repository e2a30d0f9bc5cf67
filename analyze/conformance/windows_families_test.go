package conformance

// windowsRules map the events of Windows by the names that their providers give
// the data; where the system's part of an event stands is each export's own. Of
// the keywords of an audit event one bit says success, one failure. A record number
// counts within one log of one host, so it is only a part of an id.
func windowsRules(system map[string]string, channel, id, keywords, data string) []rule {
	name := func(s string) string { return data + s }
	pair := func(domain, user string) string { return "lower {" + data + domain + "}\\{" + data + user + "}" }
	of := func(ch, ids string) string { return channel + "=" + ch + " & " + id + "=" + ids }
	const security, sysmon = "Security,security", "Microsoft-Windows-Sysmon/Operational"
	return []rule{
		{channel, system},
		{channel + "=" + security, map[string]string{
			"actor": pair("SubjectDomainName", "SubjectUserName"), "actor_id": "known " + name("SubjectUserSid"),
			"src_ip": "ip " + name("IpAddress"),
		}},
		{channel + "=" + sysmon, map[string]string{"actor": "known lower " + name("User")}},
		{channel + "=" + security + " & " + keywords + "=0x8020000000000000", map[string]string{"outcome": "'success'"}},
		{channel + "=" + security + " & " + keywords + "=0x8010000000000000", map[string]string{"outcome": "'failure'"}},
		{channel + "=" + security + " & " + name("SubjectUserSid") + "=S-1-5-18,S-1-5-19,S-1-5-20", map[string]string{"actor_type": "'system'"}},
		{of(security, "4624,4625,4634"), map[string]string{"actor_type": ""}},
		{of(security, "4624,4625,4634") + " & " + name("TargetUserSid") + "=S-1-5-18,S-1-5-19,S-1-5-20", map[string]string{"actor_type": "'system'"}},
		{of(security, "4624,4625,4634"), map[string]string{
			"actor": pair("TargetDomainName", "TargetUserName"), "actor_id": "known " + name("TargetUserSid"),
		}},
		{of(security, "4624,4625"), map[string]string{"action": "'sign_in'"}},
		{of(security, "4634,4647"), map[string]string{"action": "'logoff'"}},
		{of(security, "4688"), map[string]string{"action": "'process_start'"}},
		{of(security, "1102"), map[string]string{"action": "'log_clear'"}},
		{of("System", "104"), map[string]string{"action": "'log_clear'"}},
		{of(security, "4697"), map[string]string{"action": "'service_install'"}},
		{of(security, "4656,4658,4663,4660"), map[string]string{"target_name": "known " + name("ObjectName")}},
		{of(security, "5152,5157"), map[string]string{"outcome": "'denied'"}}, // the filtering platform blocked it
		{of(security, "5156,5157"), map[string]string{"src_ip": "ip " + name("SourceAddress")}},
		{of(sysmon, "1"), map[string]string{"action": "'process_start'"}},
		{of(sysmon, "3"), map[string]string{"action": "'network_connect'", "src_ip": "ip " + name("SourceIp")}},
		{of(sysmon, "11"), map[string]string{"action": "'file_change'", "target_name": name("TargetFilename")}},
		{of(sysmon, "12,13,14"), map[string]string{"action": "'registry_change'", "target_name": name("TargetObject")}},
		{of(sysmon, "22"), map[string]string{"action": "'dns_query'", "target_name": name("QueryName")}},
	}
}

// windowsFlat: events as agents flatten them, one JSON object each. NXLog's
// EventTime is local, so of its records only Sysmon's own clock tells the time.
var windowsFlat = family{
	name:  "windows, flat",
	files: []string{"otrf/windows/", "otrf/lsass_campaign"},
	class: "{Channel}:{EventID}",
	rules: append(windowsRules(map[string]string{
		"time":      "utc TimeCreated | utc TimeGenerated | utc @timestamp",
		"operation": "{Channel}:{EventID}", "host": "lower Computer | lower Hostname | lower host.name",
		"record_id": "part EventRecordID | part RecordNumber",
	}, "Channel", "EventID", "Keywords", ""), rule{"EventReceivedTime", map[string]string{"time": "near utc UtcTime"}}),
}

// windowsEvent: the XML of an event as JSON, and rows of SecurityEvent and
// Event in Log Analytics.
var windowsEvent = family{
	name:  "windows, as XML",
	files: []string{"sigma/regression_data/"},
	root:  "Event",
	class: "{System.Channel}:{System.EventID}",
	rules: windowsRules(map[string]string{
		"time":      "utc System.TimeCreated.#attributes.SystemTime",
		"operation": "{System.Channel}:{System.EventID}", "host": "lower System.Computer", "record_id": "part System.EventRecordID",
	}, "System.Channel", "System.EventID", "System.Keywords", "EventData."),
}
