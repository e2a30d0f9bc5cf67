package emit

import (
	"strconv"
	"strings"
	"time"

	"hotwash/analyze/vocab"
	"hotwash/simulate/world"
)

// portalCSV is what the Purview portal exports: AuditData in the sixth column,
// CRLF, quotes doubled, US dates in UTC, the newest record first.
var portalCSV = &Format{
	Source: "m365.ual", Shape: "portal-csv", File: "AuditLog.csv",
	Head:  strings.Join(vocab.PortalColumns, ","),
	First: "\r\n", Separator: "\r\n", Tail: "\r\n",
	Newest: true, Grain: time.Second,
	Append: appendPortalRow,
}

// auditData is what the Management Activity API and its collectors write: one
// bare AuditData a line.
var auditData = &Format{
	Source: "m365.ual", Shape: "auditdata", File: "AuditLog.ndjson",
	Separator: "\n", Tail: "\n", Grain: time.Second,
	Append: func(dst []byte, t *Teller, a *world.Act) []byte {
		entry, ok := t.audit(a)
		if !ok {
			return dst
		}
		return append(dst, entry.json...)
	},
}

func appendPortalRow(dst []byte, t *Teller, a *world.Act) []byte {
	entry, ok := t.audit(a)
	if !ok {
		return dst
	}
	dst = append(append(dst, entry.id...), ',')
	dst = a.At.UTC().AppendFormat(dst, vocab.PortalTime)
	dst = strconv.AppendInt(append(dst, ','), int64(entry.RecordType), 10)
	dst = append(append(dst, ','), entry.operation(a)...)
	dst = append(append(dst, ','), a.Who.UPN...)
	dst = append(dst, `,"`...)
	for _, c := range entry.json {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, `",,`...)
}

// telling is how the unified audit log tells one kind of act.
type telling struct {
	RecordType int
	Operation  string
	Workload   string
	Result     string
	body       func(t *Teller, j *jsonText, a *world.Act, e *entry)
}

// entry is one record of the unified audit log in the making.
type entry struct {
	*telling
	id   string
	ids  told
	json []byte
}

func (e *entry) operation(a *world.Act) string {
	if a.Kind == world.SignIn && a.Result != world.Succeeded {
		return "UserLoginFailed"
	}
	return e.Operation
}

// audit tells an act as AuditData. The bytes are valid until the next call.
func (t *Teller) audit(a *world.Act) (*entry, bool) {
	how := tellings[a.Kind]
	if how == nil {
		return nil, false
	}
	e := &entry{telling: how, ids: t.told(a)}
	e.id = world.GUID(t.stream(a, "id"))
	if a.Kind == world.SignIn {
		e.id = e.ids.request // the audit log and the sign-in log agree on it
	}
	j := &t.text
	j.b = j.b[:0]
	j.open('{')
	t.common(j, a, e)
	how.body(t, j, a, e)
	j.close('}')
	e.json = j.b
	return e, true
}

func (t *Teller) common(j *jsonText, a *world.Act, e *entry) {
	j.key("CreationTime")
	j.b = append(a.At.UTC().AppendFormat(append(j.b, '"'), vocab.AuditTime), '"')
	j.text("Id", e.id)
	j.text("Operation", e.operation(a))
	j.text("OrganizationId", t.Tenant)
	j.number("RecordType", int64(e.RecordType))
	if e.Result != "" {
		j.text("ResultStatus", e.result(a))
	}
	j.text("UserKey", t.userKey(a, e))
	j.number("UserType", 0)
	j.number("Version", 1)
	j.text("Workload", e.Workload)
	j.text("UserId", a.Who.UPN)
}

// result: the logon service calls a wrong password Failed, an interrupt Success.
func (e *entry) result(a *world.Act) string {
	if a.Result == world.WrongPassword {
		return "Failed"
	}
	return e.Result
}

// userKey is the directory's id where the directory or the Power Platform
// writes, else the older one.
func (t *Teller) userKey(a *world.Act, e *entry) string {
	switch e.Workload {
	case "Exchange", "SharePoint":
		return a.Who.PUID
	}
	return a.Who.ObjectID
}

var tellings = map[world.Kind]*telling{
	world.SignIn:       {15, "UserLoggedIn", "AzureActiveDirectory", "Success", tellLogon},
	world.PolicyCreate: {256, vocab.GovernanceOperation, "PowerPlatform", "Success", tellPolicy("CreateDlpPolicy")},
	world.PolicyUpdate: {256, vocab.GovernanceOperation, "PowerPlatform", "Success", tellPolicy("UpdateDlpPolicy")},
	world.PolicyDelete: {256, vocab.GovernanceOperation, "PowerPlatform", "Success", tellPolicy("DeleteDlpPolicy")},
	world.AppLaunch:    {256, "LaunchPowerApp", "PowerPlatform", "Success", tellApp("LaunchPowerApp")},
	world.AppPublish:   {256, "PublishPowerApp", "PowerPlatform", "Success", tellApp("PublishPowerApp")},
	world.AppEvaluated: {256, "AppDlpEvaluationResultChange", "PowerPlatform", "Success", tellApp("AppDlpEvaluationResultChange")},
	world.FlowCreate:   {30, "CreateFlow", "MicrosoftFlow", "Success", tellFlow},
	world.FlowEdit:     {30, "EditFlow", "MicrosoftFlow", "Success", tellFlow},
	world.FlowDelete:   {30, "DeleteFlow", "MicrosoftFlow", "Success", tellFlow},
	world.FlowShare:    {30, "PutPermissions", "MicrosoftFlow", "Success", tellFlow},
	world.FileRead:     {6, "FileAccessed", "SharePoint", "", tellFile},
	world.FileModify:   {6, "FileModified", "SharePoint", "", tellFile},
	world.FileDownload: {6, "FileDownloaded", "SharePoint", "", tellFile},
	world.MailRead:     {50, "MailItemsAccessed", "Exchange", "Succeeded", tellMailRead},
	world.MailSend:     {2, "Send", "Exchange", "Succeeded", tellMailSend},
	world.MailboxSet:   {1, "Set-Mailbox", "Exchange", "True", tellMailbox},
	world.ChatSend:     {25, "MessageSent", "MicrosoftTeams", "", tellChat},
}

func tellLogon(t *Teller, j *jsonText, a *world.Act, e *entry) {
	app := applications[a.App]
	how := results[a.Result]
	j.text("ClientIP", a.From.String())
	j.text("ObjectId", app.resource)
	j.number("AzureActiveDirectoryEventType", 1)
	j.array("ExtendedProperties")
	j.pair("ResultStatusDetail", "Success")
	j.pair("UserAgent", a.Who.Device.Agent)
	j.pair("RequestType", "OAuth2:Authorize")
	j.close(']')
	j.literal("ModifiedProperties", "[]")
	j.array("Actor")
	j.identity(a.Who.ObjectID, 0)
	j.identity(a.Who.UPN, 5)
	j.close(']')
	j.text("ActorContextId", t.Tenant)
	j.text("ActorIpAddress", a.From.String())
	j.text("InterSystemsId", e.ids.correlation)
	j.text("IntraSystemId", e.ids.request)
	j.text("SupportTicketId", "")
	j.array("Target")
	j.identity(app.resource, 0)
	j.close(']')
	j.text("TargetContextId", t.Tenant)
	j.text("ApplicationId", app.id)
	j.array("DeviceProperties")
	j.pair("OS", a.Who.Device.OS)
	j.pair("BrowserType", strings.Fields(a.Who.Device.Browser)[0])
	j.pair("IsCompliantAndManaged", pascal(a.Who.Device.Managed))
	j.pair("SessionId", e.ids.session)
	j.close(']')
	j.text("ErrorNumber", how.code)
	if how.name != "" {
		j.text("LogonError", how.name)
	}
}

func (j *jsonText) identity(id string, kind int64) {
	j.open('{')
	j.text("ID", id)
	j.number("Type", kind)
	j.close('}')
}

func pascal(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
