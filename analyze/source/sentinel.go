package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// sentinelAlert is the alerts of Sentinel and of the products it collects from.
var sentinelAlert = &Source{
	Name:     "sentinel.alert",
	Title:    "Microsoft security alerts",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics SecurityAlert and AggregatedSecurityAlert",
		"Graph security/alerts_v2",
	},
	Limits: []string{
		"the event's time is the begin of what the alert is about; when it was raised stands beside it",
		"an alert that changed has a row for every state: the id of a record is the alert's with the time of the state",
		"actor, host and address are the first of each among the entities; all of them stand under Entities or evidence",
	},
	Columns: []string{
		"AlertSeverity", "ProviderName", "ProductName", "Status", "Tactics", "Techniques", "EndTime", "ProcessingEndTime",
		"SystemAlertId", "CompromisedEntity", "AlertType", "VendorOriginalId",
	},
	Dynamic: []string{"Entities", "ExtendedProperties", "ExtendedLinks"},
	Kept:    map[string]string{"AlertName": "operation"},
	Entities: []Entity{
		{"SystemAlertId", "correlation", "alert"},
		{"VendorOriginalId", "correlation", "vendor_alert"},
	},
	Match:     isSentinelAlert,
	Normalize: normalizeSentinelAlert,
}

func isSentinelAlert(r *Record) bool {
	switch {
	case r.HasColumns("SystemAlertId", "AlertName"):
		return r.HasColumns("ProviderName") || r.HasColumns("AlertSeverity")
	case r.HasColumns("serviceSource", "detectionSource", "firstActivityDateTime"):
		return true
	}
	return false
}

func normalizeSentinelAlert(r *Record, e *event.Event) error {
	e.Shape = r.tableShape()
	state := r.First("ProcessingEndTime", "ProcessingEndTime"+localTime, "TimeGenerated", "lastUpdateDateTime")
	if r.Has("serviceSource") {
		e.Shape = shapeGraph
		r.beside(vocab.SecurityAlertGraph)
	}
	if e.RecordID = r.Value("SystemAlertId"); e.RecordID != "" && state != "" {
		e.RecordID += "/" + state
	}
	e.Operation, e.Action = r.First("AlertName", "DisplayName"), event.Alert
	e.OutcomeCode = r.Value("Status")
	e.Time = r.portalTime("StartTime")
	seen := r.generated()
	if !seen.Dated() {
		seen = r.portalTime("ProcessingEndTime", "createdDateTime")
	}
	if !e.Time.Dated() {
		e.Time = seen
	}
	e.Seen = seen.Micros
	r.received(e)
	e.TargetType, e.TargetID, e.TargetName = "rule", r.Value("SystemAlertId"), e.Operation
	if e.Shape == shapeGraph {
		alertEvidence(r, e)
	} else {
		alertEntities(r, e)
	}
	return nil
}

// alertEntity is one of the things that an alert is about.
type alertEntity struct{ kind, name, suffix, domain, id, host, address string }

// alertEntities takes the first account, host and address among the entities.
func alertEntities(r *Record, e *event.Event) {
	var one alertEntity
	seen := 0
	for i := range r.Fields {
		f := &r.Fields[i]
		name, ok := strings.CutPrefix(f.Name, "Entities.")
		if !ok {
			continue
		}
		if name == "$id" || name == "$ref" {
			one.tell(e)
			one, seen = alertEntity{}, 0
			continue
		}
		if p := one.place(name); p != nil && *p == "" {
			*p = f.Value
		} else if p != nil && name == "Type" { // entities without ids: the next began
			one.tell(e)
			one = alertEntity{kind: f.Value}
		}
		seen++
	}
	if seen > 0 {
		one.tell(e)
	}
}

func (a *alertEntity) place(name string) *string {
	switch name {
	case "Type":
		return &a.kind
	case "Name":
		return &a.name
	case "UPNSuffix":
		return &a.suffix
	case "NTDomain":
		return &a.domain
	case "AadUserId", "Sid":
		return &a.id
	case "HostName":
		return &a.host
	case "Address":
		return &a.address
	}
	return nil
}

func (a *alertEntity) tell(e *event.Event) {
	switch strings.ToLower(a.kind) {
	case "account":
		if e.Actor == "" {
			e.Actor, e.ActorID, e.ActorType = account(a.domain, a.name), a.id, actorUser
			if a.suffix != "" && !strings.Contains(a.name, "@") {
				e.Actor = pivot(a.name + "@" + a.suffix)
			}
			if e.Actor == "" {
				e.Actor = pivot(a.id)
			}
		}
	case "host":
		if e.Host == "" {
			e.Host = strings.ToLower(a.host)
		}
	case "ip":
		if e.SrcIP == "" {
			e.SrcIP = Address(a.address)
		}
	}
}

// alertEvidence takes them from Graph's evidence, where every kind has names of
// its own.
func alertEvidence(r *Record, e *event.Event) {
	e.ActorID = r.First("evidence.userAccount.azureAdUserId", "evidence.userAccount.userSid")
	e.Actor = pivot(r.Value("evidence.userAccount.userPrincipalName"))
	if e.Actor == "" {
		e.Actor = account(r.Value("evidence.userAccount.domainName"), r.Value("evidence.userAccount.accountName"))
	}
	if e.Actor != "" {
		e.ActorType = actorUser
	}
	e.Host = strings.ToLower(r.First("evidence.deviceDnsName", "evidence.hostName"))
	e.SrcIP = firstAddress(r.First("evidence.ipAddress"), r.First("evidence.senderIp"))
}

// sentinelIncident is the incidents of Sentinel and Defender XDR. Every change of
// an incident is a row: those of one incident share its number and name, the one
// that was modified last tells how it stands.
var sentinelIncident = &Source{
	Name:     "sentinel.incident",
	Title:    "Microsoft security incidents",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics SecurityIncident",
		"the REST API of Sentinel's incidents; Graph security/incidents",
	},
	Limits: []string{
		"the event's time is that of the first activity, where there is none that of the creation; the creation stands beside it as when it was noticed",
		"an incident has a row for every change: of those with one IncidentNumber the last LastModifiedTime tells how it stands",
		"first modified and closed are in the table only, not in the answers of REST and Graph",
	},
	Columns: []string{
		"IncidentNumber", "Severity", "Status", "Classification", "ClassificationReason", "FirstActivityTime", "CreatedTime",
		"FirstModifiedTime", "LastModifiedTime", "ClosedTime", "Owner.assignedTo", "IncidentName",
	},
	Dynamic: []string{"AdditionalData", "AlertIds", "BookmarkIds", "Comments", "Labels", "Owner", "RelatedAnalyticRuleIds", "Tasks"},
	Kept:    map[string]string{"Title": "operation", "Owner.userPrincipalName": "actor", "Owner.objectId": "actor_id"},
	Entities: []Entity{
		{"IncidentName", "correlation", "incident"},
	},
	Match:     isSentinelIncident,
	Normalize: normalizeSentinelIncident,
}

func isSentinelIncident(r *Record) bool {
	switch {
	case r.HasColumns("IncidentNumber", "IncidentName"), r.HasColumns("IncidentNumber", "Title", "LastModifiedTime"):
		return true
	case r.HasColumns("incidentWebUrl", "lastUpdateDateTime"):
		return r.HasColumns("displayName") || r.HasColumns("status")
	case r.HasColumns("properties.incidentNumber"):
		return true
	}
	return false
}

func normalizeSentinelIncident(r *Record, e *event.Event) error {
	e.Shape = r.tableShape()
	switch {
	case r.HasUnder("properties"):
		e.Shape = shapeREST
		unwrapRecord(r, e, "properties")
		r.beside([][2]string{{"name", "IncidentName"}})
		r.beside(vocab.SentinelREST)
	case r.Has("incidentWebUrl"):
		e.Shape = shapeGraph
		r.beside(vocab.SentinelREST)
	}
	if e.RecordID = r.First("IncidentName", "IncidentNumber"); e.RecordID != "" {
		e.RecordID += "/" + r.First("LastModifiedTime", "LastModifiedTime"+localTime)
	}
	e.Operation, e.Action = r.Value("Title"), event.Alert
	e.OutcomeCode = r.Value("Status")
	created := r.portalTime("CreatedTime")
	e.Time = r.portalTime("FirstActivityTime")
	if !e.Time.Dated() {
		e.Time = created
	}
	if !e.Time.Dated() {
		e.Time = r.generated()
	}
	e.Seen = created.Micros
	e.Actor = pivot(r.First("Owner.userPrincipalName", "Owner.assignedTo", "Owner.email"))
	e.ActorID = r.Value("Owner.objectId")
	if e.Actor != "" {
		e.ActorType = actorUser
	}
	e.TargetType, e.TargetID, e.TargetName = "rule", r.First("IncidentNumber", "IncidentName"), e.Operation
	return nil
}
