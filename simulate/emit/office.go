package emit

import (
	"strconv"
	"strings"

	"hotwash/simulate/world"
)

func tellFile(t *Teller, j *jsonText, a *world.Act, e *entry) {
	site := t.site(a)
	folder, file := cutLast(a.Item, '/')
	_, extension := cutLast(file, '.')
	r := t.stream(a, "file")
	j.text("ClientIP", a.From.String())
	j.text("ObjectId", site+"Shared Documents/"+a.Item)
	j.object("AppAccessContext")
	j.text("AADSessionId", e.ids.session)
	j.text("CorrelationId", e.ids.correlation)
	j.text("UniqueTokenId", e.ids.token)
	j.close('}')
	j.text("ApplicationId", applications[world.Office].id)
	j.text("AuthenticationType", "OAuth")
	j.text("BrowserName", strings.Fields(a.Who.Device.Browser)[0])
	j.text("CorrelationId", e.ids.correlation)
	j.text("EventSource", "SharePoint")
	j.literal("IsManagedDevice", strconv.FormatBool(a.Who.Device.Managed))
	j.text("ItemType", "File")
	j.text("ListId", world.GUID(r))
	j.text("ListItemUniqueId", world.GUID(r))
	j.text("Platform", a.Who.Device.OS)
	j.text("Site", world.GUID(r))
	j.text("UserAgent", a.Who.Device.Agent)
	j.text("WebId", world.GUID(r))
	j.literal("HighPriorityMediaProcessing", "false")
	j.text("SourceFileExtension", extension)
	j.text("SiteUrl", site)
	j.text("SourceFileName", file)
	j.text("SourceRelativeUrl", strings.TrimSuffix("Shared Documents/"+folder, "/"))
}

// site is the team's site, else the organization's.
func (t *Teller) site(a *world.Act) string {
	host := "https://" + t.World.Scenario.Environment.Tenants[0].ID + ".sharepoint.example/"
	if n := len(t.sites); n > 0 {
		return host + "sites/" + t.sites[len(a.Item)%n].ID + "/"
	}
	return host
}

func cutLast(s string, sep byte) (before, after string) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:]
	}
	return "", s
}

func tellMailRead(t *Teller, j *jsonText, a *world.Act, e *entry) {
	r := t.stream(a, "mail")
	t.mailbox(j, a, "Client=REST;Client=RESTSystem;;")
	j.array("OperationProperties")
	j.pair("MailAccessType", "Bind")
	j.pair("IsThrottled", "False")
	j.close(']')
	j.array("Folders")
	j.open('{')
	j.array("FolderItems")
	for range 1 + r.IntN(3) {
		j.open('{')
		j.text("InternetMessageId", t.messageID(world.GUID(r)))
		j.close('}')
	}
	j.close(']')
	j.text("Id", "LgAAAAD"+token(r)+"AQ")
	j.text("Path", `\Inbox`)
	j.close('}')
	j.close(']')
	j.number("OperationCount", 1)
	j.text("SessionId", e.ids.session)
}

func tellMailSend(t *Teller, j *jsonText, a *world.Act, e *entry) {
	r := t.stream(a, "mail")
	t.mailbox(j, a, "Client=OWA;Action=ViaProxy")
	j.object("Item")
	j.text("Id", "RgAAAAD"+token(r)+"BAAAJ")
	j.text("InternetMessageId", t.messageID(world.GUID(r)))
	j.object("ParentFolder")
	j.text("Id", "LgAAAAD"+token(r)+"AQ")
	j.text("Path", `\Drafts`)
	j.close('}')
	j.number("SizeInBytes", 2000+r.Int64N(60000))
	j.text("Subject", a.Item)
	j.close('}')
	j.literal("SaveToSentItems", "true")
	j.text("SessionId", e.ids.session)
}

// mailbox is what every mailbox record begins with.
func (t *Teller) mailbox(j *jsonText, a *world.Act, client string) {
	r := t.World.Stream(world.Key{Actor: a.Who.ID, Step: "mailbox"})
	sid := "S-1-5-21-" + strconv.Itoa(1e9+r.IntN(1e9)) + "-" + strconv.Itoa(1e9+r.IntN(1e9)) + "-" + strconv.Itoa(1e9+r.IntN(1e9)) + "-" + strconv.Itoa(1e6+r.IntN(1e7))
	j.text("AppId", applications[world.Outlook].id)
	j.text("ClientIPAddress", a.From.String())
	j.text("ClientInfoString", client)
	j.literal("ExternalAccess", "false")
	j.number("InternalLogonType", 0)
	j.number("LogonType", 0)
	j.text("LogonUserSid", sid)
	j.text("MailboxGuid", world.GUID(r))
	j.text("MailboxOwnerSid", sid)
	j.text("MailboxOwnerUPN", a.Who.UPN)
	j.text("OrganizationName", t.World.Tenant.Domain)
	j.text("OriginatingServer", "AM0PR04MB"+strconv.Itoa(1000+r.IntN(9000))+" (15.20.4200.000)\r\n")
}

func (t *Teller) messageID(guid string) string { return "<" + guid + "@" + t.World.Tenant.Domain + ">" }

// tellMailbox tells what an administrator set on a mailbox: the whole command,
// as Exchange logs it.
func tellMailbox(t *Teller, j *jsonText, a *world.Act, e *entry) {
	r := t.stream(a, "mailbox")
	j.text("ClientIP", a.From.String())
	j.text("ObjectId", t.World.Tenant.Domain+"/"+a.Item)
	j.text("AppId", "")
	j.text("ClientAppId", "")
	j.literal("ExternalAccess", "false")
	j.text("OrganizationName", t.World.Tenant.Domain)
	j.text("OriginatingServer", "AM0PR04MB"+strconv.Itoa(1000+r.IntN(9000))+" (15.20.4200.000)")
	j.array("Parameters")
	j.pair("Identity", a.Item)
	for _, p := range mailboxSettings {
		j.pair(p[0], p[1])
	}
	j.pair("ProhibitSendQuota", strconv.Itoa(10+r.IntN(90))+" GB")
	j.close(']')
	j.text("SessionId", e.ids.session)
}

var mailboxSettings = [][2]string{
	{"Force", "True"}, {"AuditEnabled", "True"}, {"RetainDeletedItemsFor", "30.00:00:00"},
	{"SingleItemRecoveryEnabled", "True"}, {"HiddenFromAddressListsEnabled", "False"}, {"SCLJunkEnabled", "False"},
	{"MaxSendSize", "35 MB"}, {"MaxReceiveSize", "36 MB"}, {"UseDatabaseQuotaDefaults", "False"},
	{"RulesQuota", "256 KB"}, {"IssueWarningQuota", "49 GB"},
}

func tellChat(t *Teller, j *jsonText, a *world.Act, e *entry) {
	r := t.stream(a, "chat")
	j.text("ClientIP", a.From.String())
	j.text("ChatThreadId", "19:"+token(r)+"@thread.v2")
	j.text("CommunicationType", "GroupChat")
	j.number("ItemName", a.At.UnixMilli())
	j.text("MessageId", strconv.FormatInt(a.At.UnixMilli(), 10))
	j.text("MessageVersion", strconv.FormatInt(a.At.UnixMilli(), 10))
	j.number("MessageSizeInBytes", 20+r.Int64N(900))
	j.text("ResourceTenantId", t.Tenant)
}
