package source

import (
	"strings"

	"hotwash/analyze/event"
)

// defenderWeakness reads what is known to be weak on a machine: software with a
// vulnerability, software at all, a setting. Tables of knowledge name no machine.
func defenderWeakness(r *Record, e *event.Event) {
	id := r.First("CveId", "ConfigurationId")
	e.Operation = firstKnown(id, e.Operation)
	e.TargetType = "resource"
	e.TargetID = firstKnown(id, r.Value("ProductCodeCpe"))
	software := strings.TrimSpace(r.Value("SoftwareVendor") + " " + r.Value("SoftwareName"))
	e.TargetName = strings.TrimSpace(software + " " + r.Value("SoftwareVersion"))
	if e.TargetName == "" {
		e.TargetName = r.First("ConfigurationName", "ConfigurationSubcategory", "VulnerabilityDescription")
	}
	e.OutcomeCode = r.First("VulnerabilitySeverityLevel", "EndOfSupportStatus")
	compliant := strings.ToLower(r.Value("IsCompliant"))
	if compliant == "" || isFalse(r.Value("IsApplicable")) {
		return
	}
	switch compliant {
	case "1", "true":
		e.Outcome = event.Success
	case "0", "false":
		e.Outcome = event.Failure
	default:
		e.Outcome = event.Unknown
	}
}

func isFalse(s string) bool { return s == "0" || strings.EqualFold(s, "false") }

// defenderClick reads a click on a link: one that was warned of and followed
// anyway was allowed in the end.
func defenderClick(r *Record, e *event.Event) {
	url := r.Value("Url")
	e.TargetType, e.TargetID = "url", url
	w := r.NewWeb(e)
	w.Host, w.Path = hostAndPath(url)
	e.TargetName = w.Host
	e.OutcomeCode = e.Operation
	through := r.Value("IsClickedThrough")
	switch {
	case e.Operation == "ClickAllowed", through == "1", strings.EqualFold(through, "true"):
		e.Outcome = event.Success
	case strings.HasPrefix(e.Operation, "ClickBlocked"):
		e.Outcome = event.Denied
	}
}

// deliveryOutcome: junk is delivered, to another folder.
func deliveryOutcome(action string) event.Outcome {
	switch action {
	case "Delivered", "Junked":
		return event.Success
	case "Blocked", "Replaced":
		return event.Denied
	}
	return ""
}
