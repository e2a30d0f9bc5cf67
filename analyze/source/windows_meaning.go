package source

import (
	"strconv"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// meaning is what a kind of Windows event says.
type meaning struct {
	action  event.Action
	outcome event.Outcome
}

// windowsMeanings are the events whose meaning the timeline shows, by
// operation.
var windowsMeanings = map[string]meaning{
	vocab.SysmonChannel + ":1":  {event.ProcessStart, ""},
	vocab.SysmonChannel + ":3":  {event.NetworkConnect, ""},
	vocab.SysmonChannel + ":6":  {event.Execute, ""},
	vocab.SysmonChannel + ":7":  {event.Execute, ""},
	vocab.SysmonChannel + ":8":  {event.Execute, ""},
	vocab.SysmonChannel + ":10": {event.Read, ""},
	vocab.SysmonChannel + ":11": {event.FileChange, ""},
	vocab.SysmonChannel + ":2":  {event.FileChange, ""},
	vocab.SysmonChannel + ":15": {event.FileChange, ""},
	vocab.SysmonChannel + ":23": {event.FileChange, ""},
	vocab.SysmonChannel + ":26": {event.FileChange, ""},
	vocab.SysmonChannel + ":12": {event.RegistryChange, ""},
	vocab.SysmonChannel + ":13": {event.RegistryChange, ""},
	vocab.SysmonChannel + ":14": {event.RegistryChange, ""},
	vocab.SysmonChannel + ":16": {event.ConfigChange, ""},
	vocab.SysmonChannel + ":17": {event.Create, ""},
	vocab.SysmonChannel + ":18": {event.NetworkConnect, ""},
	vocab.SysmonChannel + ":19": {event.ConfigChange, ""},
	vocab.SysmonChannel + ":20": {event.ConfigChange, ""},
	vocab.SysmonChannel + ":21": {event.ConfigChange, ""},
	vocab.SysmonChannel + ":22": {event.DNSQuery, ""},

	vocab.PowerShellChannel + ":4103": {event.Execute, ""},
	vocab.PowerShellChannel + ":4104": {event.Execute, ""},
	"Windows PowerShell:400":          {event.Execute, ""},
	"Windows PowerShell:800":          {event.Execute, ""},

	"Security:1102": {event.LogClear, ""},
	"Security:4624": {event.SignIn, event.Success},
	"Security:4625": {event.SignIn, event.Failure},
	"Security:4634": {event.Logoff, ""},
	"Security:4647": {event.Logoff, ""},
	"Security:4648": {event.SignIn, ""},
	"Security:4672": {event.SignIn, ""},
	"Security:4768": {event.SignIn, ""},
	"Security:4769": {event.SignIn, ""},
	"Security:4771": {event.SignIn, event.Failure},
	"Security:4776": {event.SignIn, ""},
	"Security:4656": {event.Read, ""},
	"Security:4661": {event.Read, ""},
	"Security:4662": {event.Read, ""},
	"Security:4663": {event.Read, ""},
	"Security:5140": {event.Read, ""},
	"Security:5145": {event.Read, ""},
	"Security:5058": {event.Read, ""},
	"Security:5059": {event.Export, ""},
	"Security:5061": {event.Read, ""},
	"Security:4657": {event.RegistryChange, ""},
	"Security:4660": {event.Delete, ""},
	"Security:4670": {event.PermissionChange, ""},
	"Security:4688": {event.ProcessStart, ""},
	"Security:4697": {event.ServiceInstall, ""},
	"Security:4698": {event.Create, ""},
	"Security:4699": {event.Delete, ""},
	"Security:4702": {event.Update, ""},
	"Security:4703": {event.PermissionChange, ""},
	"Security:4704": {event.PermissionChange, ""},
	"Security:4719": {event.AuditTamper, ""},
	"Security:4720": {event.Create, ""},
	"Security:4722": {event.Update, ""},
	"Security:4723": {event.CredentialChange, ""},
	"Security:4724": {event.CredentialChange, ""},
	"Security:4725": {event.Update, ""},
	"Security:4726": {event.Delete, ""},
	"Security:4728": {event.PermissionChange, ""},
	"Security:4732": {event.PermissionChange, ""},
	"Security:4738": {event.Update, ""},
	"Security:4740": {event.Update, ""},
	"Security:4756": {event.PermissionChange, ""},
	"Security:4798": {event.List, ""},
	"Security:4799": {event.List, ""},
	"Security:5136": {event.Update, ""},
	"Security:5152": {event.FlowDeny, event.Denied},
	"Security:5156": {event.FlowAllow, event.Success},
	"Security:5157": {event.FlowDeny, event.Denied},
	"Security:5158": {event.FlowAllow, event.Success},

	"System:104":  {event.LogClear, ""},
	"System:7045": {event.ServiceInstall, ""},
	"System:7040": {event.ConfigChange, ""},

	"Application:33205": {event.Read, ""}, // SQL Server audit
}

// The keywords of an audit event: bits, or their names.
const (
	auditFailureBit = 0x0010_0000_0000_0000
	auditSuccessBit = 0x0020_0000_0000_0000
)

// auditOutcome is the outcome that keywords state: as exporters write them, a
// number with or without a sign or their names, or the level's name.
func auditOutcome(keywords string) event.Outcome {
	if keywords == "" {
		return ""
	}
	bits, err := strconv.ParseUint(keywords, 0, 64)
	if err != nil {
		if signed, err := strconv.ParseInt(keywords, 10, 64); err == nil {
			bits = uint64(signed)
		}
	}
	switch keywords = strings.ReplaceAll(keywords, "_", " "); {
	case bits&auditFailureBit != 0, strings.EqualFold(keywords, "Audit Failure"):
		return event.Failure
	case bits&auditSuccessBit != 0, strings.EqualFold(keywords, "Audit Success"):
		return event.Success
	}
	return ""
}

// windowsAudit completes the outcome of an audit event from its keywords, and
// of Kerberos and NTLM from the status.
func windowsAudit(r *Record, e *event.Event) {
	if status := r.First("Status", "FailureCode"); status != "" && e.Outcome != event.Success {
		e.OutcomeCode = firstKnown(r.Value("SubStatus"), status)
		if e.OutcomeCode == "0x0" {
			e.OutcomeCode = status
		}
		if e.Action == event.SignIn && e.Outcome == "" {
			e.Outcome = event.Failure
			if status == "0x0" {
				e.Outcome = event.Success
			}
		}
	}
	for _, name := range []string{"Keywords", "EventLevelName", "EventLogType", "EventType"} {
		if e.Outcome == "" {
			e.Outcome = auditOutcome(r.Value(name))
		}
	}
	if e.Outcome == "" && e.Shape == shapeWinlog {
		e.Outcome = map[string]event.Outcome{"success": event.Success, "failure": event.Failure}[r.Value("event.outcome")]
	}
}

// windowsActor finds who did it: the user that Sysmon names, the subject of an
// audit event, for a sign-in the account that signed in.
func windowsActor(r *Record, e *event.Event, channel, id string) {
	if channel == vocab.SecurityChannel {
		securityActor(r, e, id)
	}
	if e.Actor == "" {
		e.Actor = windowsAccount(r.First("User", "SourceUser", "session_server_principal_name"))
	}
	if e.Actor == "" {
		e.Actor = windowsAccount(r.First("SubjectAccount", "Account", "ClaimsName", "UserName"))
	}
	process := known(r.Value("Security_UserID"))
	if e.Actor == "" && e.Shape == shapeNXLog {
		e.Actor = account(r.Value("Domain"), r.Value("AccountName"))
		e.ActorID = process
	}
	if e.Actor == "" && e.ActorID == "" {
		e.ActorID = process // whose process told it; where a user is named, that is another
	}
	e.ActorType = windowsActorType(e.Actor, e.ActorID)
}

// signIns are the audit events that tell of the account which signs in or out.
var signIns = map[string]bool{"4624": true, "4625": true, "4634": true, "4647": true, "4768": true, "4769": true, "4771": true, "4776": true}

func securityActor(r *Record, e *event.Event, id string) {
	domain, name, sid := "SubjectDomainName", "SubjectUserName", "SubjectUserSid"
	if signIns[id] {
		domain, name, sid = "TargetDomainName", "TargetUserName", "TargetUserSid"
	}
	e.SrcIP = firstAddress(r.Value("IpAddress"), r.Value("ClientAddress")) // shares and explicit credentials have it too
	e.Actor = account(r.Value(domain), r.Value(name))
	e.ActorID = known(r.First(sid, "TargetSid"))
}

// windowsAccount is DOMAIN\user as a key.
func windowsAccount(s string) string {
	if strings.EqualFold(known(s), "n/a") {
		return ""
	}
	return pivot(s)
}

func windowsActorType(actor, sid string) string {
	switch {
	case actor == "" && sid == "":
		return ""
	case sid == "S-1-5-18", sid == "S-1-5-19", sid == "S-1-5-20", strings.HasPrefix(actor, `nt authority\`),
		strings.HasSuffix(actor, "$"):
		return actorSystem
	case sid == "S-1-5-7":
		return actorAnonymous
	}
	return actorUser
}
