package source

import (
	"strings"

	"hotwash/analyze/event"
)

// azurePipelines is what pipelines ran: builds, runs and deployments.
var azurePipelines = &Source{
	Name:     "azure.pipelines",
	Title:    "Azure Pipelines builds, runs and deployments",
	Framings: []string{FramingJSON},
	Reads: []string{
		"the REST API: build/builds, pipelines/{id}/runs, release/deployments",
	},
	Limits: []string{
		"the time is when it was queued; start and end stand beside it",
		"Azure DevOps deletes old runs as the project's retention says, by default after 30 days",
		"a run says which commit was built and who asked for it, not what its steps did",
		"a run that was listed before and after it ended is two records",
	},
	Columns: []string{
		"status", "state", "result", "deploymentStatus", "queueTime", "startTime", "finishTime", "sourceBranch", "sourceVersion",
		"reason", "definition.name", "buildNumber",
	},
	Kept:      map[string]string{"requestedFor.uniqueName": "actor", "requestedFor.id": "actor_id"},
	Match:     isAzurePipelines,
	Normalize: normalizeAzurePipelines,
}

func isAzurePipelines(r *Record) bool {
	switch {
	case r.HasColumns("buildNumber", "queueTime", "status"):
		return r.HasUnder("definition") || r.HasUnder("requestedFor")
	case r.HasColumns("createdDate", "state", "name"):
		return r.HasUnder("pipeline")
	case r.HasColumns("deploymentStatus", "queuedOn"):
		return r.HasUnder("release") || r.HasUnder("releaseDefinition")
	}
	return false
}

func normalizeAzurePipelines(r *Record, e *event.Event) error {
	e.Shape, e.Action, e.Operation = "build", event.Build, "build"
	switch {
	case r.Has("deploymentStatus"):
		e.Shape, e.Action, e.Operation = "deployment", event.Deploy, "deployment"
	case r.HasUnder("pipeline"):
		e.Shape, e.Operation = "run", "run"
	}
	e.Time = r.UTC("queueTime", "queuedOn", "createdDate", "startTime", "startedOn")
	state := r.First("status", "state", "deploymentStatus")
	if e.RecordID = r.First("uri", "url", "id"); e.RecordID != "" {
		e.RecordID += "/" + state
	}
	e.OutcomeCode = r.First("result", "deploymentStatus")
	e.Outcome = pipelineOutcome(e.OutcomeCode)
	e.Actor = pivot(r.First("requestedFor.uniqueName", "requestedBy.uniqueName", "requestedFor.displayName"))
	e.ActorID = r.First("requestedFor.id", "requestedBy.id")
	e.ActorType = pipelineActor(e.Actor)
	e.TargetType = "resource"
	e.TargetID = r.First("definition.id", "pipeline.id", "releaseDefinition.id")
	e.TargetName = r.First("definition.name", "pipeline.name", "releaseDefinition.name")
	return nil
}

// pipelineActor: a service of Azure DevOps has a GUID for a name.
func pipelineActor(actor string) string {
	name, _, named := strings.Cut(actor, "@")
	switch {
	case actor == "":
		return ""
	case named && !isGUID(name):
		return actorUser
	}
	return actorSystem
}

// pipelineOutcome: one that still runs has none.
func pipelineOutcome(result string) event.Outcome {
	switch result {
	case "", "none", "notDeployed", "inProgress", "undefined":
		return ""
	case "canceled":
		return event.Interrupt
	}
	return outcomeOf(result)
}
