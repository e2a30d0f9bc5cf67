package emit

import (
	"hotwash/analyze/vocab"
	"hotwash/simulate/world"
)

// Host is a host name that bears the mark.
func Host(name string) string { return name + vocab.SimulatedHostSuffix }

// application is a first-party application and what it opens.
type application struct{ id, name, resource, resourceName string }

var applications = map[world.App]application{
	world.Office:       {"4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", graph, "Microsoft Graph"},
	world.Teams:        {"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams", "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services"},
	world.Outlook:      {"5d661950-3475-41cd-a2c3-d671a3162bc1", "Microsoft Outlook", "00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"},
	world.PowerApps:    {"a8f7a65c-f5ba-4859-b2d6-df772c264e9d", "make.powerapps.com", powerApps, "PowerApps Service"},
	world.PowerFlows:   {"6204c1d1-4712-4c46-a7d9-3ed63d992682", "Microsoft Flow Portal", "7df0a125-d3be-4c96-aa54-591f83ff541c", "Microsoft Flow Service"},
	world.AdminCenter:  {"065d9450-1e87-434e-ac2f-69af271549ed", "Power Platform Admin Center", powerApps, "PowerApps Service"},
	world.AzurePortal:  {"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal", "797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API"},
	world.EdgeBrowsing: {"ecd6b820-32c2-49b6-98a6-444530e5a77a", "Microsoft Edge", graph, "Microsoft Graph"},
}

const (
	graph     = "00000003-0000-0000-c000-000000000000"
	powerApps = "475226c6-020e-4fb2-8a90-7a972cbfc1d4"
)

// result is how the sign-in service words a result.
type result struct {
	code, name        string // as the audit log has them
	reason, details   string // as the sign-in log has them
	requirement, step string
}

var results = map[world.Result]result{
	world.Succeeded:     {"0", "", "", "", "singleFactorAuthentication", "Correct password"},
	world.WrongPassword: {"50126", "InvalidUserNameOrPassword", "Error validating credentials due to invalid username or password.", "The user didn't enter the right credentials.", "singleFactorAuthentication", "Invalid username or password"},
	world.MFARequired:   {"50074", "UserStrongAuthClientAuthNRequiredInterrupt", "Strong Authentication is required.", "MFA required in Azure AD", "multiFactorAuthentication", "Correct password"},
}
