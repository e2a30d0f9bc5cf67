package emit

import (
	"net/netip"
	"strings"

	"hotwash/analyze/vocab"
	"hotwash/simulate/world"
)

// tellPolicy tells a data policy's change: what was done stands in the
// collection, not in Operation, and no address is given.
func tellPolicy(operation string) func(*Teller, *jsonText, *world.Act, *entry) {
	return func(t *Teller, j *jsonText, a *world.Act, e *entry) {
		j.array("PropertyCollection")
		j.pair(vocab.PolicyResources, t.policy(a.Asset))
		j.pair(vocab.ResourceDisplayName, a.Asset.Name)
		j.pair(vocab.PolicyResult, "True")
		j.pair(vocab.ResourceID, a.Asset.GUID)
		j.pair(vocab.ResourceType, "ApiPolicy")
		j.pair(vocab.PolicyOperation, operation)
		t.activity(j, a, e, vocab.GovernanceOperation)
		j.close(']')
		j.text("JsonPropertiesCollection", "{}")
	}
}

// policy is the policy itself, JSON in a string.
func (t *Teller) policy(a *world.Asset) string {
	var j jsonText
	j.open('{')
	j.text("name", a.GUID)
	j.text("displayName", a.Name)
	j.text("environmentType", "OnlyEnvironments")
	j.array("connectorGroups")
	j.open('{')
	j.text("classification", "Confidential")
	j.array("connectors")
	for _, c := range a.Connectors {
		j.open('{')
		j.text("id", "/providers/Microsoft.PowerApps/apis/shared_"+compact(c))
		j.text("name", c)
		j.close('}')
	}
	j.close(']')
	j.close('}')
	j.close(']')
	j.close('}')
	return string(j.b)
}

// compact is a connector's name as its id has it.
func compact(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

func tellApp(activity string) func(*Teller, *jsonText, *world.Act, *entry) {
	return func(t *Teller, j *jsonText, a *world.Act, e *entry) {
		j.array("PropertyCollection")
		j.pair(vocab.PowerAppDisplayName, a.Asset.Name)
		j.pair(vocab.PowerAppID, "/providers/Microsoft.PowerApps/apps/"+a.Asset.GUID)
		j.pair(vocab.EnvironmentName, t.environmentName(a.Asset))
		j.pair(vocab.EnvironmentID, t.environment(a.Asset))
		j.pair(vocab.IsSuccessful, "True")
		j.pair(vocab.TelemetryID, e.ids.correlation)
		j.pair(vocab.EndUserAddress, mapped(a.From))
		j.pair(vocab.EndUserAgent, a.Who.Device.Agent)
		j.pair(vocab.ResourceType, "PowerApp")
		t.activity(j, a, e, activity)
		j.close(']')
		j.text("JsonPropertiesCollection", "{}")
	}
}

// mapped is an address as the Power Platform writes it: IPv4 inside IPv6.
func mapped(a netip.Addr) string {
	if a.Is4() {
		return "::ffff:" + a.String()
	}
	return a.String()
}

// activity is what every collection ends with.
func (t *Teller) activity(j *jsonText, a *world.Act, e *entry, name string) {
	j.pair("version", "1.0")
	j.pair("type", "PowerPlatformAdministratorActivityRecord")
	j.pair(vocab.ActivityName, name)
	j.pair(vocab.ActivityID, e.id)
	j.pair(vocab.EndUserID, a.Who.ObjectID)
	j.pair(vocab.EndUserName, a.Who.UPN)
	j.pair(vocab.EndUserRole, role(a.Who))
	j.pair(vocab.TenantID, t.Tenant)
}

func role(p *world.Person) string {
	if p.Role == "admin" {
		return "Admin"
	}
	return "User"
}

// environment is the id of what an asset is in; the default environment is
// named after the tenant.
func (t *Teller) environment(a *world.Asset) string {
	if a.In == nil {
		return "Default-" + t.Tenant
	}
	return a.In.GUID
}

func (t *Teller) environmentName(a *world.Asset) string {
	if a.In == nil {
		return t.World.Tenant.Name + " (default)"
	}
	return a.In.Name
}

// tellFlow tells what was done to a flow. Runs of flows are not in this log.
func tellFlow(t *Teller, j *jsonText, a *world.Act, e *entry) {
	j.text("ClientIP", a.From.String())
	j.text("ObjectId", a.Asset.GUID)
	j.text("FlowConnectorNames", strings.Join(a.Asset.Connectors, ", "))
	j.text("FlowDetailsUrl", t.flowURL(a))
	j.text("LicenseDisplayName", "Microsoft Power Automate Free")
	recipient, permission := "", ""
	if a.Kind == world.FlowShare {
		permission = "3"
		if a.Shared != nil {
			recipient = a.Shared.UPN
		}
	}
	j.text("RecipientUPN", recipient)
	j.text("SharingPermission", permission)
	j.number("UserTypeInitiated", 1)
	j.text("UserUPN", a.Who.UPN)
}

// flowURL is empty for a deleted flow, as Microsoft writes it.
func (t *Teller) flowURL(a *world.Act) string {
	if a.Kind == world.FlowDelete {
		return ""
	}
	return "https://admin.powerplatform.microsoft.com/environments/" + t.environment(a.Asset) + "/flows/" + a.Asset.GUID + "/flowDetails"
}
