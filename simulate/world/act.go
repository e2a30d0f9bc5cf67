package world

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Act is what happened, before any log tells it. One act may be told by several
// logs, each in its own words.
type Act struct {
	Key    string // unique in the run; what its ids are drawn from
	Kind   Kind
	At     time.Time // UTC
	By     string    // who really did it: an actor's id, else a user's
	Who    *Person   // whose account it shows
	From   netip.Addr
	Result Result
	Asset  *Asset // what it was done to, if that has a name in the scenario
	App    App    // what a sign-in was for
	Item   string // a file's path, a mail's subject
	Shared *Person
	Label  Label
}

// Label is what the facilitator knows of an act and no log tells.
type Label struct {
	Step      string // the id of the step, red herring or background
	Role      Role
	Technique string
	Parent    string // the step that led to it
}

// Role is an act's part in the exercise.
type Role string

// The roles. A consequence is a benign act that the attack brought about:
// neither a hit nor a false alarm.
const (
	Attack      Role = "attack"
	Consequence Role = "consequence"
	RedHerring  Role = "red_herring"
	Background  Role = "background"
)

// Kind is what was done.
type Kind string

// The kinds of acts.
const (
	SignIn       Kind = "entra.sign_in"
	PolicyCreate Kind = "powerplatform.create_data_policy"
	PolicyUpdate Kind = "powerplatform.update_data_policy"
	PolicyDelete Kind = "powerplatform.delete_data_policy"
	FlowCreate   Kind = "powerautomate.create_flow"
	FlowEdit     Kind = "powerautomate.edit_flow"
	FlowDelete   Kind = "powerautomate.delete_flow"
	FlowShare    Kind = "powerautomate.share_flow"
	AppLaunch    Kind = "powerapps.launch_app"
	AppPublish   Kind = "powerapps.publish_app"
	AppEvaluated Kind = "powerapps.evaluate_app" // the platform's own answer to a changed policy
	FileRead     Kind = "sharepoint.read_file"
	FileModify   Kind = "sharepoint.modify_file"
	FileDownload Kind = "sharepoint.download_file"
	MailRead     Kind = "exchange.read_mail"
	MailSend     Kind = "exchange.send_mail"
	MailboxSet   Kind = "exchange.set_mailbox" // quotas and the like
	ChatSend     Kind = "teams.send_message"
)

// Result is how an act ended.
type Result string

// The results.
const (
	Succeeded     Result = ""
	WrongPassword Result = "wrong_password"
	MFARequired   Result = "mfa_required"
)

// App is what somebody signs in to.
type App string

// The applications.
const (
	Office       App = "office"
	Teams        App = "teams"
	Outlook      App = "outlook"
	PowerApps    App = "power_apps"
	PowerFlows   App = "power_automate"
	AdminCenter  App = "power_platform_admin_center"
	AzurePortal  App = "azure_portal"
	EdgeBrowsing App = "edge"
)

// AppList are all applications.
var AppList = []App{Office, Teams, Outlook, PowerApps, PowerFlows, AdminCenter, AzurePortal, EdgeBrowsing}

// Sort puts acts in the order of time.
func Sort(acts []*Act) {
	slices.SortFunc(acts, func(a, b *Act) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
}
