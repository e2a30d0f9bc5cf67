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
