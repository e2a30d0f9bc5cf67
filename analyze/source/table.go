package source

import "slices"

// Table holds the sources in the order they are tried: most specific first.
//
// Sources that Microsoft's exports are of share columns, so those that ask for
// more come before those that ask for less. A Windows event is tried cut by cut
// and the rest of the log last: every cut matches the rest too. Of Zeek's logs
// the last takes whatever has a path. Lines are of one source only.
var Table = slices.Concat(
	microsoft365,
	entraID,
	azure,
	azureNetwork,
	insights,
	amazon,
	zeek,
	windows,
	microsoftDefender,
	linux,
	anyTable,
)

// The families, each in the order its sources are tried.
var (
	microsoft365      = []*Source{dynamicsFinance, dataverseAudit, m365UAL}
	entraID           = []*Source{entraAudit, entraRisk, entraRiskyUser, entraSignIn, graphActivity}
	azure             = []*Source{sentinelAlert, sentinelIncident, azureKeyVault, azureDevOps, azurePipelines, azureActivity}
	azureNetwork      = []*Source{azureFlow, azureDNS, azureFirewall, azureUpdate, azureChange}
	insights          = []*Source{applicationInsights}
	amazon            = []*Source{awsCloudTrail}
	zeek              = []*Source{zeekConnections, zeekLookups, zeekOther}
	microsoftDefender = []*Source{defender}
	linux             = []*Source{linuxSyslog}
	anyTable          = []*Source{logAnalytics}
	windows           = []*Source{
		windowsProcess, windowsRegistry, windowsFile, windowsImage, windowsNetwork, windowsScript, windowsSecurity,
		windowsEventLog,
	}
)
