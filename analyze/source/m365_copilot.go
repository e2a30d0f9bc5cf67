package source

import (
	"strings"

	"hotwash/analyze/event"
)

// copilot reads what people and administrators did with Copilot and other
// assistants. The target is what the assistant read, else the agent, else where
// it was asked. Of several resources it read the first is the target; all are
// native fields.
func copilot(r *Record, e *event.Event) {
	const data = "CopilotEventData."
	switch {
	case r.HasUnder(data + "AccessedResources"):
		const read = data + "AccessedResources."
		e.TargetType, e.TargetName = "resource", known(r.Value(read+"Name"))
		e.TargetID = firstKnown(r.Value(read+"SiteUrl"), r.Value(read+"Id"), r.Value(read+"ID"), e.TargetID)
		if strings.ContainsRune(e.TargetName, '.') || strings.HasPrefix(e.TargetID, "https://") {
			e.TargetType = "file"
		}
	case r.First("AgentId", "AgentID", "AgentName") != "":
		e.TargetType, e.TargetName = "bot", r.Value("AgentName")
		e.TargetID = firstKnown(r.Value("AgentId"), r.Value("AgentID"))
	case r.Value(data+"Contexts.Id") != "":
		e.TargetType, e.TargetID, e.TargetName = "resource", r.Value(data+"Contexts.Id"), r.Value(data+"Contexts.Type")
	default:
		e.TargetType = "app"
		e.TargetName = r.First(data+"AppHost", "AppHost", "AppIdentity", "ScenarioType", "ProductType")
	}
}

// isCopilot says whether a record type tells of assistants.
func isCopilot(number int) bool {
	switch number {
	case recordCopilot, recordAIApp, 328, 334, 363, 383, 384, recordDragon:
		return true
	}
	return number >= 310 && number <= 325
}
