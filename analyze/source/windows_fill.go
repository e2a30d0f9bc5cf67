package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// windowsFills fill the tables beside events, and the target, by operation.
var windowsFills = map[string]func(*Record, *event.Event){
	vocab.SysmonChannel + ":1":        sysmonProcess,
	vocab.SysmonChannel + ":3":        sysmonFlow,
	vocab.SysmonChannel + ":7":        targetOf("file", "ImageLoaded"),
	vocab.SysmonChannel + ":8":        targetOf("resource", "TargetImage"),
	vocab.SysmonChannel + ":10":       targetOf("resource", "TargetImage"),
	vocab.SysmonChannel + ":11":       targetOf("file", "TargetFilename"),
	vocab.SysmonChannel + ":2":        targetOf("file", "TargetFilename"),
	vocab.SysmonChannel + ":15":       targetOf("file", "TargetFilename"),
	vocab.SysmonChannel + ":23":       targetOf("file", "TargetFilename"),
	vocab.SysmonChannel + ":26":       targetOf("file", "TargetFilename"),
	vocab.SysmonChannel + ":12":       targetOf("resource", "TargetObject"),
	vocab.SysmonChannel + ":13":       targetOf("resource", "TargetObject"),
	vocab.SysmonChannel + ":14":       targetOf("resource", "TargetObject"),
	vocab.SysmonChannel + ":17":       targetOf("resource", "PipeName"),
	vocab.SysmonChannel + ":18":       targetOf("resource", "PipeName"),
	vocab.SysmonChannel + ":22":       sysmonDNS,
	vocab.PowerShellChannel + ":4104": targetOf("file", "Path"),
	"Security:4688":                   securityProcess,
	"Security:4697":                   targetOf("resource", "ServiceName"),
	"Security:4698":                   targetOf("resource", "TaskName"),
	"Security:4656":                   targetOf("resource", "ObjectName"),
	"Security:4661":                   targetOf("resource", "ObjectName"),
	"Security:4662":                   targetOf("resource", "ObjectName"),
	"Security:4663":                   targetOf("resource", "ObjectName"),
	"Security:5058":                   targetOf("resource", "KeyName"),
	"Security:5061":                   targetOf("resource", "KeyName"),
	"Security:4769":                   targetOf("resource", "ServiceName"),
	"Security:4720":                   targetOf("user", "TargetUserName"),
	"Security:4724":                   targetOf("user", "TargetUserName"),
	"Security:4726":                   targetOf("user", "TargetUserName"),
	"Security:4728":                   targetOf("group", "TargetUserName"),
	"Security:4732":                   targetOf("group", "TargetUserName"),
	"Security:4756":                   targetOf("group", "TargetUserName"),
	"Security:5140":                   targetOf("file", "ShareName"),
	"Security:5145":                   targetOf("file", "RelativeTargetName"),
	"Security:5152":                   platformFlow,
	"Security:5156":                   platformFlow,
	"Security:5157":                   platformFlow,
	"System:7045":                     targetOf("resource", "ServiceName"),
	"Application:33205":               sqlAudit,
}

func targetOf(kind, field string) func(*Record, *event.Event) {
	return func(r *Record, e *event.Event) {
		if name := known(r.Value(field)); name != "" {
			e.TargetType, e.TargetName = kind, name
		}
	}
}

func sysmonProcess(r *Record, e *event.Event) {
	p := r.NewProcess(e)
	p.Path, p.CommandLine, p.PID = r.Value("Image"), r.Value("CommandLine"), number(r.Value("ProcessId"))
	p.ParentPath, p.ParentCommandLine = r.Value("ParentImage"), r.Value("ParentCommandLine")
	p.SHA256 = hashOf(r.Value("Hashes"), "SHA256")
}

// hashOf finds one hash in SHA1=…,MD5=…,SHA256=….
func hashOf(hashes, kind string) string {
	for hashes != "" {
		var one string
		one, hashes, _ = strings.Cut(hashes, ",")
		if name, value, ok := strings.Cut(one, "="); ok && name == kind {
			return strings.ToLower(value)
		}
	}
	return ""
}

func securityProcess(r *Record, e *event.Event) {
	p := r.NewProcess(e)
	p.Path, p.CommandLine = r.Value("NewProcessName"), r.Value("CommandLine")
	p.PID = number(r.Value("NewProcessId"))
	p.ParentPath = r.Value("ParentProcessName")
}

func sysmonFlow(r *Record, e *event.Event) {
	f := r.NewFlow(e)
	e.SrcIP, f.DstIP = Address(r.Value("SourceIp")), Address(r.Value("DestinationIp"))
	f.SrcPort, f.DstPort = port(r.Value("SourcePort")), port(r.Value("DestinationPort"))
	f.Proto = vocab.Protocol(strings.ToLower(r.Value("Protocol")))
	f.Direction = "inbound"
	if r.Value("Initiated") == "true" {
		f.Direction = "outbound"
	}
	f.CommunityID = communityID(e.SrcIP, f.DstIP, f.SrcPort, f.DstPort, f.Proto)
	e.TargetType, e.TargetID, e.TargetName = "host", f.DstIP, known(r.Value("DestinationHostname"))
}

// platformFlow reads an event of the Windows filtering platform.
func platformFlow(r *Record, e *event.Event) {
	f := r.NewFlow(e)
	e.SrcIP, f.DstIP = Address(r.Value("SourceAddress")), Address(r.Value("DestAddress"))
	f.SrcPort, f.DstPort = port(r.Value("SourcePort")), port(r.Value("DestPort"))
	if n := number(r.Value("Protocol")); n >= 0 && n < 256 {
		f.Proto = int16(n)
	}
	f.Direction = map[string]string{"%%14592": "inbound", "%%14593": "outbound"}[r.Value("Direction")]
	f.Verdict = "allow"
	if e.Operation != "Security:5156" {
		f.Verdict = "deny"
	}
	f.CommunityID = communityID(e.SrcIP, f.DstIP, f.SrcPort, f.DstPort, f.Proto)
	e.TargetType, e.TargetID = "host", f.DstIP
}

func sysmonDNS(r *Record, e *event.Event) {
	d := r.NewDNS(e)
	d.Query = known(r.Value("QueryName"))
	d.RCode = r.Value("QueryStatus")
	for _, a := range strings.Split(known(r.Value("QueryResults")), ";") {
		if a != "" {
			d.Answers = append(d.Answers, strings.TrimPrefix(a, "::ffff:"))
		}
	}
	e.TargetType, e.TargetName = "host", d.Query
}

// sqlAudit reads an audit record of SQL Server: key:value pairs in one text.
func sqlAudit(r *Record, e *event.Event) {
	text := r.First("Data", "ParameterXml", "Message")
	e.TargetType = "resource"
	e.TargetName = strings.Trim(sqlValue(text, "database_name:")+"."+sqlValue(text, "object_name:"), ".")
	switch sqlValue(text, "succeeded:") {
	case "true":
		e.Outcome = event.Success
	case "false":
		e.Outcome = event.Failure
	}
	if e.Actor == "" {
		e.Actor = pivot(sqlValue(text, "session_server_principal_name:"))
		e.ActorType = windowsActorType(e.Actor, "")
	}
}

func sqlValue(text, key string) string {
	_, rest, ok := strings.Cut(text, key)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, " ")
	return value
}
