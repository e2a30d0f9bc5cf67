package source

import (
	"strings"

	"hotwash/analyze/event"
)

// azureUpdate is what Update Management knew of the patches of machines.
var azureUpdate = &Source{
	Name:     "azure.update",
	Title:    "Azure update assessments",
	Framings: []string{FramingJSON, FramingCSV},
	Reads:    []string{"Log Analytics and data export: Update, UpdateSummary"},
	Limits: []string{
		"a row is a state at an assessment, not a change: a machine is assessed once or twice a day",
		"who installed an update isn't told",
		"machines of Azure Update Manager are assessed elsewhere, in Azure Resource Graph",
	},
	Columns: []string{
		"Title", "KBID", "UpdateID", "Classification", "MSRCSeverity", "Approved", "Product", "CVENumbers",
		"SourceComputerId", "OSType", "_ResourceId",
	},
	Kept:      map[string]string{"UpdateState": "operation"},
	Entities:  []Entity{{"SourceComputerId", "host", "computer"}, {"_ResourceId", "resource", "computer"}},
	Match:     isUpdate,
	Normalize: normalizeUpdate,
}

func isUpdate(r *Record) bool {
	if t := r.logTable(); t != "" {
		return (t == "Update" || t == "UpdateSummary") && r.HasColumns("Computer")
	}
	return r.HasColumns("UpdateState", "UpdateID", "Computer") || r.HasColumns("TotalUpdatesMissing", "Computer")
}

func normalizeUpdate(r *Record, e *event.Event) error {
	e.Shape, e.Action = shapeLogAnalytics, event.VulnFinding
	r.occurred(e)
	e.Host = strings.ToLower(r.Value("Computer"))
	e.TargetType = "resource"
	if missing := r.Value("TotalUpdatesMissing"); missing != "" {
		e.Operation, e.OutcomeCode = "UpdateSummary", missing
		e.TargetType, e.TargetID, e.TargetName = "host", r.Value("_ResourceId"), r.Value("Computer")
		e.Outcome = event.Failure
		if count(r, "TotalUpdatesMissing") == 0 {
			e.Outcome = event.Success
		}
		return nil
	}
	state := r.Value("UpdateState")
	e.Operation, e.OutcomeCode = firstKnown(state, "Update"), state
	e.TargetID, e.TargetName = r.First("KBID", "UpdateID"), r.First("Title", "Product")
	e.Outcome = updateOutcome(state)
	return nil
}

// updateOutcome: a machine that needs an update fails the assessment.
func updateOutcome(state string) event.Outcome {
	switch strings.ToLower(state) {
	case "":
		return ""
	case "installed", "not needed", "notneeded", "notapplicable", "not applicable":
		return event.Success
	case "needed", "failed":
		return event.Failure
	}
	return event.Unknown
}
