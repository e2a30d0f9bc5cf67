package conformance

// families are the maps of fields, written from the vendors' documentation and
// the field map of the references, never from how the program reads.
var families = []family{
	unifiedAudit, officeActivity, adminActivity, dataverseAudits, entraLogs, azureActivity, azureActivityREST, azureFlows, cloudTrail,
	windowsFlat, windowsEvent, defenderEvents, zeekConnections, zeekLookups,
}
