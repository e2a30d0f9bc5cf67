package source

import (
	"strings"

	"hotwash/analyze/event"
)

// azureParts say what an operation of Azure does, by a part of its name in lower
// case; the first that fits is taken.
var azureParts = []struct {
	part   string
	action event.Action
}{
	{"lockbox", event.AccessApproval},

	{"microsoft.authorization/roleassignment", event.RoleChange}, {"microsoft.authorization/roledefinition", event.RoleChange},
	{"microsoft.authorization/roleeligib", event.RoleChange}, {"microsoft.authorization/elevateaccess", event.RoleChange},
	{"microsoft.authorization/classicadministrators", event.RoleChange},
	{"microsoft.authorization/rolemanagementpolic", event.PolicyChange},
	{"microsoft.authorization/policyassignments", event.PolicyChange},
	{"microsoft.authorization/policydefinitions", event.PolicyChange},
	{"microsoft.authorization/policysetdefinitions", event.PolicyChange},
	{"microsoft.authorization/policyexemptions", event.PolicyChange},
	{"microsoft.authorization/denyassignments", event.PermissionChange},
	{"/accesspolicies/", event.PermissionChange}, {"/federatedidentitycredentials/", event.CredentialChange},

	{"/diagnosticsettings/delete", event.AuditTamper}, {"/logprofiles/delete", event.AuditTamper},
	{"/flowlogs/delete", event.AuditTamper}, {"/datacollectionrules/delete", event.AuditTamper},
	{"microsoft.operationalinsights/workspaces/delete", event.AuditTamper},
	{"microsoft.operationalinsights/workspaces/purge/action", event.AuditTamper},
	{"/auditingsettings/delete", event.AuditTamper}, {"/diagnosticsettings/", event.ConfigChange},

	{"/listkeys/action", event.Read}, {"/listsecrets/action", event.Read}, {"/listcallbackurl/action", event.Read},
	{"/listaccountsas/action", event.Read}, {"/listservicesas/action", event.Read}, {"/listadminkeys/action", event.Read},
	{"/listconnectionstrings/action", event.Read}, {"/getsecrets/action", event.Read},
	{"credential/action", event.Read}, {"credentials/action", event.Read}, {"/publishxml/action", event.Read},
	{"/regenerate", event.CredentialChange}, {"/resetpassword", event.CredentialChange},

	{"/getsecret/action", event.Read}, {"/purge/action", event.Delete}, {"/recover/action", event.Restore},
	{"/begingetaccess/action", event.Export}, {"/export/action", event.Export}, {"/restore/action", event.Restore},
	{"/runcommand", event.Execute}, {"/extensions/write", event.Execute}, {"/runbooks/publish/action", event.Publish},
	{"/start/action", event.Execute}, {"/restart/action", event.Execute}, {"/poweroff/action", event.Execute},
	{"/deallocate/action", event.Execute}, {"/run/action", event.Execute}, {"/automationaccounts/jobs/write", event.Execute},
	{"microsoft.resources/deployments/write", event.Deploy},

	{"networksecuritygroups/write", event.ConfigChange}, {"azurefirewalls/write", event.ConfigChange},
	{"firewallpolicies/write", event.ConfigChange}, {"routetables/write", event.ConfigChange},
	{"/securityrules/", event.ConfigChange}, {"/firewallrules/", event.ConfigChange},
}

// azureAction is what an operation does, by its name whatever its capitals, else
// by its last word; title is the operation's name for people.
func azureAction(operation, title, category string) event.Action {
	switch category {
	case "Alert", "Security":
		return event.Alert
	}
	folded := strings.ToLower(operation)
	if strings.Contains(strings.ToLower(title), "lockbox") {
		return event.AccessApproval
	}
	verb := folded[strings.LastIndexByte(folded, '/')+1:]
	if verb == "read" {
		return event.Read
	}
	for _, p := range azureParts {
		if strings.Contains(folded, p.part) {
			return p.action
		}
	}
	switch verb {
	case "write":
		return event.Update
	case "delete":
		return event.Delete
	}
	return azureTitleAction(folded)
}

// azureTitleAction is what an operation does whose name is for people, as in the
// portal's CSV; title is in lower case.
func azureTitleAction(title string) event.Action {
	switch {
	case !strings.Contains(title, " "):
		return event.Other
	case strings.HasSuffix(title, "role assignment"), strings.HasSuffix(title, "role definition"):
		return event.RoleChange
	case strings.HasPrefix(title, "delete diagnostic setting"):
		return event.AuditTamper
	case strings.HasPrefix(title, "create or update"):
		return event.Update
	}
	return auditAction(title, 0)
}
