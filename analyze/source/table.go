package source

// Table holds the sources in the order they are tried: most specific first.
//
// Sources that Microsoft's exports are of share columns, so those that ask for
// more come before those that ask for less. A Windows event is tried cut by cut
// and the rest of the log last: every cut matches the rest too. Of Zeek's logs
// the last takes whatever has a path. Lines are of one source only.
var Table = []*Source{
	m365UAL,
	entraAudit,
	entraSignIn,
	awsCloudTrail,
	zeekConnections,
	zeekLookups,
	zeekOther,
	windowsProcess,
	windowsRegistry,
	windowsFile,
	windowsImage,
	windowsNetwork,
	windowsScript,
	windowsSecurity,
	windowsEventLog,
	defender,
	linuxSyslog,
}
