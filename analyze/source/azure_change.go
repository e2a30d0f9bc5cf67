package source

import (
	"strings"

	"hotwash/analyze/event"
)

// azureChange is what Change Tracking saw change on machines, and what it found
// there.
var azureChange = &Source{
	Name:     "azure.change",
	Title:    "Azure change tracking and inventory",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics and data export: ConfigurationChange (files, registry, software, services, daemons), ConfigurationData (what was there)",
	},
	Limits: []string{
		"changes are found by looking again: what changed and changed back between two looks is not told, and the time is that of the look",
		"services are looked at every 10 to 30 minutes, software and the registry every 30 to 50, files every 15 minutes to hours",
		"only the paths and keys that were set up are watched; who changed them isn't told",
	},
	Columns: []string{
		"ConfigChangeType", "ChangeCategory", "FieldsChanged", "FileSystemPath", "FileContentChecksum", "RegistryKey",
		"ValueName", "SvcName", "SvcPath", "SvcAccount", "SoftwareName", "SourceComputerId",
	},
	Entities: []Entity{
		{"SourceComputerId", "host", "computer"},
		{"FileContentChecksum", "hash", "file"},
	},
	Match:     isChange,
	Normalize: normalizeChange,
}

func isChange(r *Record) bool {
	switch r.logTable() {
	case "":
		return r.HasColumns("ConfigChangeType", "ChangeCategory") || r.HasColumns("ConfigDataType", "Computer")
	case "ConfigurationChange":
		return r.HasColumns("ConfigChangeType")
	case "ConfigurationData":
		return r.HasColumns("ConfigDataType")
	}
	return false
}

func normalizeChange(r *Record, e *event.Event) error {
	e.Shape = shapeLogAnalytics
	r.occurred(e)
	e.Host = strings.ToLower(r.Value("Computer"))
	what, how := r.First("ConfigChangeType", "ConfigDataType"), r.Value("ChangeCategory")
	e.Operation = strings.TrimSpace(what + " " + how)
	changeTarget(r, e, what)
	e.Action = event.Other // what was there is no change
	if r.HasColumns("ConfigChangeType") {
		e.Action = changeAction(what, how)
	}
	return nil
}

func changeAction(what, how string) event.Action {
	switch what {
	case "Files":
		return event.FileChange
	case "Registry":
		return event.RegistryChange
	case "WindowsServices", "Daemons":
		if how == "Added" {
			return event.ServiceInstall
		}
	}
	return event.Drift
}

func changeTarget(r *Record, e *event.Event, what string) {
	e.TargetType = "resource"
	switch what {
	case "Files":
		e.TargetType, e.TargetID = "file", r.Value("FileSystemPath")
	case "Registry":
		e.TargetID, e.TargetName = r.Value("RegistryKey"), r.Value("ValueName")
	case "WindowsServices", "Daemons":
		e.TargetID, e.TargetName = r.Value("SvcPath"), r.First("SvcName", "SvcDisplayName")
	default:
		e.TargetName = strings.TrimSpace(r.Value("SoftwareName") + " " + r.First("Current", "CurrentVersion"))
	}
}
