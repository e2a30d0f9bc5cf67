package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// azureDevOps is the audit log of an Azure DevOps organization.
var azureDevOps = &Source{
	Name:     "azure.devops",
	Title:    "Azure DevOps audit log",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"the REST API's decoratedAuditLogEntries, DFIR-O365RC's files, the portal's JSON and CSV",
		"Log Analytics AzureDevOpsAuditing",
	},
	Limits: []string{
		"Azure DevOps keeps audit records for 90 days",
		"organizations that Entra doesn't back have no audit log",
		"its events hold no reading or cloning of code",
		"an entry says what was done, so its outcome is success; where nothing was done there is no entry",
	},
	Columns: []string{
		"Area", "Category", "ActivityId", "CorrelationId", "ProjectName", "ScopeDisplayName", "UserAgent",
		"AuthenticationMechanism", "ActorDisplayName", "ActorClientId", "ActorCUID", "ProjectId",
	},
	Dynamic: []string{"Data", "data"},
	Kept: map[string]string{
		"Id": "record_id", "OperationName": "operation", "ActorUPN": "actor", "ActorUserId": "actor_id", "IpAddress": "src_ip",
	},
	Entities: []Entity{
		{"ActivityId", "correlation", "request"},
		{"CorrelationId", "correlation", "cascade"},
		{"ActorClientId", "app", "actor"},
		{"UserAgent", "agent", "client"},
	},
	Match:     isAzureDevOps,
	Normalize: normalizeAzureDevOps,
}

func isAzureDevOps(r *Record) bool {
	switch {
	case r.HasColumns("actionId", "scopeType", "actorUserId"), r.HasColumns("ActionId", "ScopeType", "ActorUserId"):
		return true
	case r.HasColumns("ActorCUID", "OperationName"):
		return r.HasColumns("ScopeType") || r.HasColumns("ScopeDisplayName")
	}
	return false
}

func normalizeAzureDevOps(r *Record, e *event.Event) error {
	e.Shape = r.tableShape()
	if r.Has("actionId") || r.Has("ActionId") {
		e.Shape = shapeREST
		r.renamed(vocab.DevOpsNames)
	}
	e.RecordID = r.Value("Id")
	e.Operation = r.Value("OperationName")
	e.Action = devOpsAction(e.Operation, r.Value("Category"))
	e.Outcome = event.Success
	r.occurred(e, "timestamp", "Timestamp", "TimeGenerated")
	e.SrcIP = firstAddress(r.Value("IpAddress"))
	devOpsActor(r, e)
	devOpsTarget(r, e)
	return nil
}

func devOpsActor(r *Record, e *event.Event) {
	app := known(r.Value("ActorClientId"))
	e.ActorID = firstKnown(r.Value("ActorUserId"), app)
	e.Actor = pivot(firstKnown(r.Value("ActorUPN"), r.Value("ActorDisplayName"), e.ActorID))
	switch {
	case app != "":
		e.ActorType = actorServicePrincipal
	case strings.Contains(e.Actor, "@"):
		e.ActorType = actorUser
	case e.Actor != "":
		e.ActorType = actorSystem // Azure DevOps itself has a display name only
	}
}

// devOpsTargets are what areas are about, and the fields of Data that name it.
var devOpsTargets = []struct {
	prefix, target string
	ids, names     []string
}{
	{"Git.", "resource", []string{"Data.RepoId"}, []string{"Data.RepoName"}},
	{"Pipelines.", "resource", []string{"Data.PipelineId"}, []string{"Data.PipelineName"}},
	{"Release.", "resource", []string{"Data.PipelineId"}, []string{"Data.PipelineName", "Data.ReleaseName"}},
	{"Library.", "connection", []string{"Data.ConnectionId", "Data.ResourceId"}, []string{"Data.ConnectionName", "Data.VariableGroupName", "Data.ResourceName"}},
	{"Group.", "group", []string{"Data.GroupId"}, []string{"Data.GroupName"}},
	{"Policy.", "policy", []string{"Data.PolicyTypeId"}, []string{"Data.PolicyTypeDisplayName"}},
	{"Security.", "resource", []string{"Data.ResourceId"}, []string{"Data.ResourceName", "Data.SubjectDisplayName"}},
	{"Token.", "user", []string{"Data.OwnerId"}, []string{"Data.OwnerUpn", "Data.DisplayName"}},
	{"Extension.", "app", []string{"Data.ExtensionId"}, []string{"Data.ExtensionName"}},
	{"AuditLog.", "policy", []string{"Data.StreamId"}, []string{"Data.ConsumerType"}},
}

func devOpsTarget(r *Record, e *event.Event) {
	e.TargetType = "resource"
	for _, t := range devOpsTargets {
		if strings.HasPrefix(e.Operation, t.prefix) {
			e.TargetType = t.target
			e.TargetID, e.TargetName = devOpsData(r, t.ids), devOpsData(r, t.names)
			break
		}
	}
	if e.TargetID == "" && e.TargetName == "" {
		e.TargetType = "resource"
		e.TargetID = firstKnown(r.Value("ProjectId"), r.Value("ScopeId"))
		e.TargetName = firstKnown(r.Value("ProjectName"), r.Value("ScopeDisplayName"))
	}
}

// devOpsData is the first of the named fields of Data, which the REST API spells
// with a small letter.
func devOpsData(r *Record, names []string) string {
	for _, name := range names {
		for i := range r.Fields {
			if f := &r.Fields[i]; f.Value != "" && len(f.Name) == len(name) && strings.EqualFold(f.Name, name) {
				return f.Value
			}
		}
	}
	return ""
}

// devOpsActions say what operations do, by a part of the name; the first that
// fits is taken.
var devOpsActions = []struct {
	part   string
	action event.Action
}{
	{"AuditLog.StreamDeleted", event.AuditTamper}, {"AuditLog.StreamDisabled", event.AuditTamper},
	{"AuditLog.AccessLog", event.Read}, {"AuditLog.DownloadLog", event.Export}, {"AuditLog.Stream", event.ConfigChange},
	{"Git.RefUpdatePoliciesBypassed", event.PolicyChange}, {"Policy.", event.PolicyChange},
	{"Group.UpdateGroupMembership", event.PermissionChange}, {"Security.", event.PermissionChange},
	{"Library.ServiceConnectionExecuted", event.Execute}, {"Library.ServiceConnection", event.ConnectorChange},
	{"Library.VariableGroup", event.ConfigChange}, {"Token.", event.CredentialChange},
	{"ApprovalCompleted", event.AccessApproval}, {"CheckConfiguration.Approval", event.AccessApproval},
	{"DeploymentJobCompleted", event.Deploy}, {"Release.DeploymentCompleted", event.Deploy}, {"DeploymentsCompleted", event.Deploy},
	{"ResourceAuthorized", event.PermissionChange}, {"ResourceUnauthorized", event.PermissionChange},
	{"Organization.Update.Owner", event.RoleChange}, {"Organization.", event.ConfigChange},
	{"Extension.Installed", event.Create}, {"Licensing.", event.ConfigChange}, {"Billing.", event.ConfigChange},
}

func devOpsAction(operation, category string) event.Action {
	for _, a := range devOpsActions {
		if strings.Contains(operation, a.part) {
			return a.action
		}
	}
	switch strings.ToLower(category) {
	case "create":
		return event.Create
	case "modify", "rename":
		return event.Update
	case "remove":
		return event.Delete
	case "access":
		return event.Read
	case "execute":
		return event.Execute
	}
	return event.Other
}

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
