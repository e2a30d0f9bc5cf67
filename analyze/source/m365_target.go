package source

import (
	"strconv"
	"strings"

	"hotwash/analyze/event"
)

// Record types that are told in a way of their own.
const (
	recordExchangeAdmin = 1
	recordExchangeItem  = 2
	recordExchangeGroup = 3
	recordSharePoint    = 4
	recordFile          = 6
	recordEntra         = 8
	recordSharing       = 14
	recordSignIn        = 15
	recordCompliance    = 18
	recordCRM           = 21
	recordFlow          = 30
	recordAlert         = 40
	recordPowerApp      = 45
	recordPowerAppPlan  = 46
	recordMailAggregate = 50
	recordConnector     = 79
	recordTeams         = 25
	recordPowerPages    = 186
	recordDataPolicy    = 187
	recordPowerPlatform = 256
	recordCloudPCAccess = 257
	recordCopilot       = 261
	recordAIApp         = 284
	recordRisk          = 294
	recordDragon        = 454
)

// particular fills what the record types tell each in their own way: the target
// for all, more for those of the Power Platform.
func (a *auditEntry) particular(r *Record, e *event.Event) {
	e.TargetID = known(a.objectID)
	switch a.number {
	case recordExchangeAdmin, recordCompliance:
		a.exchangeTarget(r, e)
	case recordExchangeItem, recordExchangeGroup, recordMailAggregate:
		a.mailboxTarget(r, e)
	case recordSharePoint, recordFile, recordSharing, 36, 56:
		a.sharePointTarget(r, e)
	case recordEntra:
		a.entraTarget(r, e)
	case recordSignIn:
		e.TargetType, e.TargetID = "app", firstKnown(a.objectID, a.targetID)
	case recordAlert:
		e.TargetType, e.TargetName = "rule", r.Value("Name")
	case recordCRM:
		dataverse(r, e)
	case recordFlow:
		flow(r, e)
	case recordPowerApp, recordPowerAppPlan, recordConnector, recordPowerPages, recordDataPolicy:
		powerPlatformLegacy(r, e, a.number)
	case recordPowerPlatform:
		powerPlatform(r, e)
	case recordTeams:
		teamsTarget(r, e)
	case recordRisk:
		a.risk(r, e)
	case recordCloudPCAccess:
		e.TargetType, e.Action = "request", event.AccessApproval
	default:
		if isCopilot(a.number) {
			copilot(r, e)
		}
	}
}

// throttled is the doubt about a mailbox of which no more accesses are recorded
// for a day.
const throttled = "mail_access_throttled"

// mailboxTarget: the mailbox that was read, or in whose name mail was sent. A
// record stands for all messages of one folder that were read within two
// minutes. Rules that Outlook makes are records of the mailbox too.
func (a *auditEntry) mailboxTarget(r *Record, e *event.Event) {
	e.TargetType, e.TargetID, e.TargetName = "mailbox", firstKnown(a.mailboxGUID, a.objectID), a.mailboxOwner
	switch e.Operation {
	case "MailItemsAccessed":
		n, _ := strconv.ParseInt(r.Value("OperationCount"), 10, 64)
		e.Count = max(0, n)
		if strings.EqualFold(r.Value("OperationProperties.IsThrottled"), "true") {
			r.Warn(throttled)
		}
	case "SendAs":
		e.TargetID = firstKnown(r.Value("SendAsUserMailboxGuid"), e.TargetID)
		e.TargetName = firstKnown(r.Value("SendAsUserSmtp"), e.TargetName)
	case "SendOnBehalf":
		e.TargetID = firstKnown(r.Value("SendOnBehalfOfUserMailboxGuid"), r.Value("SendonBehalfOfUserMailboxGuid"), e.TargetID)
		e.TargetName = firstKnown(r.Value("SendOnBehalfOfUserSmtp"), e.TargetName)
	case "UpdateInboxRules":
		r.Expand("OperationProperties.RuleActions")
		e.TargetType = "rule"
		if id := r.Value("OperationProperties.RuleId"); id != "" && id != "0" { // 0: a rule that is just made
			e.TargetID = id
		}
		e.TargetName = firstKnown(r.Value("OperationProperties.RuleName"), e.TargetName)
	}
}

// teamsTarget: the person who was added or removed, else the channel, else the
// team, else the chat.
func teamsTarget(r *Record, e *event.Event) {
	e.TargetType, e.TargetID, e.TargetName = "group", r.First("TeamGuid", "AADGroupId"), r.Value("TeamName")
	switch {
	case strings.HasPrefix(e.Operation, "Member") && r.Value("Members.UPN") != "":
		e.TargetType, e.TargetID, e.TargetName = "user", "", r.Value("Members.UPN")
	case r.Value("ChannelName") != "":
		e.TargetID, e.TargetName = firstKnown(r.Value("ChannelGuid"), e.TargetID), r.Value("ChannelName")
	case e.TargetID == "":
		e.TargetType, e.TargetID, e.TargetName = "resource", r.First("ChatThreadId", "MessageId"), r.Value("ChatName")
	}
}

// risk reads a detection of Entra's: it tells of an activity, and was made
// later.
func (a *auditEntry) risk(r *Record, e *event.Event) {
	e.Action = event.Risk
	if t := r.UTC("ActivityDateTime"); t.Dated() {
		e.Time = t
	}
	if t := r.UTC("DetectedDateTime"); t.Dated() {
		e.Seen = t.Micros
	}
	e.TargetType, e.TargetID, e.TargetName = "user", firstKnown(a.userKey, a.objectID), e.Actor
}

// lockboxCmdlet reads the decision of an administrator on a request of
// Microsoft's for access to the tenant's data.
func lockboxCmdlet(r *Record, e *event.Event) {
	e.TargetType, e.Action = "request", event.AccessApproval
	e.TargetID = firstKnown(e.TargetID, r.Value("Parameters.ServiceRequestId"), r.Value("Parameters.RequestId"))
	decision := r.Value("Parameters.ApprovalDecision")
	if o, ok := lockboxOutcomes[strings.ToLower(decision)]; ok && e.Outcome == event.Success {
		e.Outcome, e.OutcomeCode = o, decision
	}
}

// exchangeNouns say what a cmdlet's noun is about.
var exchangeNouns = []struct{ part, target string }{
	{"InboxRule", "rule"}, {"TransportRule", "rule"}, {"Policy", "policy"}, {"Mailbox", "mailbox"},
	{"RoleGroup", "group"}, {"Role", "role"}, {"Group", "group"}, {"User", "user"}, {"Connector", "connector"},
	{"AuditLog", "policy"}, {"Config", "policy"}, {"Rule", "rule"},
}

func (a *auditEntry) exchangeTarget(r *Record, e *event.Event) {
	if strings.Contains(e.Operation, "AccessToCustomer") {
		lockboxCmdlet(r, e)
		return
	}
	if e.Operation == "Set-AdminAuditLogConfig" && r.Value("Parameters.UnifiedAuditLogIngestionEnabled") == "False" {
		e.Action = event.AuditTamper
	}
	e.TargetType = "resource"
	for _, n := range exchangeNouns {
		if strings.Contains(e.Operation, n.part) {
			e.TargetType = n.target
			break
		}
	}
	e.TargetName = firstKnown(parameter(r, "Name"), a.identity)
	if e.TargetID == "" {
		e.TargetID = a.identity
	}
}

// parameter is the value of a cmdlet's parameter. The list holds pairs of Name
// and Value, so of a parameter called Name the short form would be ambiguous.
func parameter(r *Record, name string) string {
	for i := 1; i < len(r.Fields); i++ {
		n, v := &r.Fields[i-1], &r.Fields[i]
		if n.Name == "Parameters.Name" && n.Value == name && v.Name == "Parameters.Value" {
			return v.Value
		}
	}
	return ""
}

func (a *auditEntry) sharePointTarget(r *Record, e *event.Event) {
	e.TargetType, e.TargetName = "site", a.sourceFile
	if a.sourceFile != "" || a.itemType == "File" {
		e.TargetType = "file"
	}
	if e.TargetName == "" {
		e.TargetName = r.First("ListTitle", "TargetUserOrGroupName", "SiteUrl")
	}
}

// entraTargets say what an operation of the directory is about, by a word in
// it; the first that fits is taken.
var entraTargets = []struct{ word, target string }{
	{"role", "role"}, {"policy", "policy"}, {"service principal", "service_principal"}, {"delegated permission", "service_principal"},
	{"consent", "app"}, {"application", "app"}, {"group", "group"}, {"device", "host"}, {"user", "user"}, {"domain", "resource"},
}

// entraTarget: Target is a list of id and kind of id; kind 1 is a display name,
// 5 a user principal name, 2 any other id.
func (a *auditEntry) entraTarget(r *Record, e *event.Event) {
	e.TargetType = "resource"
	operation := strings.ToLower(e.Operation)
	for _, t := range entraTargets {
		if strings.Contains(operation, t.word) {
			e.TargetType = t.target
			break
		}
	}
	name, guid := entraTargetNames(r)
	e.TargetName = name
	if e.TargetID == "" {
		e.TargetID = firstKnown(guid, a.targetID)
	}
}

// entraTargetNames are the best name among the targets, and the first GUID.
func entraTargetNames(r *Record) (name, guid string) {
	id := ""
	for i := range r.Fields {
		switch f := &r.Fields[i]; f.Name {
		case "Target.ID":
			id = f.Value
			if guid == "" && len(id) == 36 && strings.Count(id, "-") == 4 {
				guid = id
			}
		case "Target.Type":
			if f.Value == "5" && id != "" {
				return id, guid
			}
			if f.Value == "1" && name == "" {
				name = id
			}
		}
	}
	return name, guid
}
