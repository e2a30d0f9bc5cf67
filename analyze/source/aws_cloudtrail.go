package source

import (
	"strings"

	"hotwash/analyze/event"
)

// awsCloudTrail is AWS's audit log, from its files, its streams, or the
// lookup-events command, which puts each record as text into another.
var awsCloudTrail = &Source{
	Name:     "aws.cloudtrail",
	Title:    "AWS CloudTrail",
	Framings: []string{FramingJSON},
	Reads: []string{
		"files of a trail: Records in an envelope",
		"events one a line or in an array, as forwarders write them",
		"the command lookup-events: CloudTrailEvent as text",
	},
	Limits: []string{
		"the event history keeps 90 days; a trail keeps what its bucket does",
		"reads and writes of data (S3 objects, Lambda calls) only where the trail was told to log them",
		"a record comes minutes after the call, and not in order",
		"a call that AWS makes for the account has a service for its address",
	},
	Columns: []string{
		"eventSource", "awsRegion", "userAgent", "userIdentity.type", "userIdentity.accessKeyId", "userIdentity.userName",
		"recipientAccountId", "eventType", "readOnly", "requestID", "sharedEventID", "errorMessage",
	},
	Whole: []string{"requestParameters", "responseElements"},
	Kept: map[string]string{
		"eventID": "record_id", "eventName": "operation", "errorCode": "outcome_code", "sourceIPAddress": "src_ip",
		"userIdentity.arn": "actor", "userIdentity.principalId": "actor_id",
	},
	Entities: []Entity{
		{"userAgent", "agent", "client"},
		{"userIdentity.accessKeyId", "token", "actor"},
		{"requestID", "correlation", "request"},
		{"sharedEventID", "correlation", "shared"},
	},
	Match: func(r *Record) bool {
		return r.HasAll("eventName", "eventSource", "awsRegion") && (r.Has("eventVersion") || r.Has("eventTime")) ||
			r.Has("CloudTrailEvent") && (r.Has("EventName") || r.Has("EventId"))
	},
	Normalize: normalizeCloudTrail,
}

func normalizeCloudTrail(r *Record, e *event.Event) error {
	e.Shape = "records"
	if r.Has("CloudTrailEvent") {
		e.Shape = "lookup"
		unwrapRecord(r, e, "CloudTrailEvent")
		for _, name := range []string{"requestParameters", "responseElements"} {
			if text, ok := r.JSON(name); ok {
				r.Add(name, text)
			}
		}
	}
	e.RecordID = r.First("eventID", "EventId")
	e.Operation = r.First("eventName", "EventName")
	e.Time = r.UTC("eventTime", "EventTime", "@timestamp") // Logstash renames the first to the last
	e.Action = cloudTrailAction(e.Operation)
	e.SrcIP = Address(r.Value("sourceIPAddress"))
	e.OutcomeCode = r.Value("errorCode")
	e.Outcome = cloudTrailOutcome(r, e)
	cloudTrailActor(r, e)
	cloudTrailTarget(r, e)
	return nil
}

// denials are the error codes that say no rather than that something went
// wrong. Services put their own prefix before them.
var denials = []string{"AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden"}

func cloudTrailOutcome(r *Record, e *event.Event) event.Outcome {
	if e.Operation == "ConsoleLogin" {
		if o := outcomeOf(r.Value("responseElements.ConsoleLogin")); o != "" {
			return o
		}
	}
	if e.OutcomeCode == "" {
		return event.Success
	}
	for _, d := range denials {
		if strings.Contains(e.OutcomeCode, d) {
			return event.Denied
		}
	}
	return event.Failure
}

// cloudTrailActor is the ARN, of an assumed role that of the session. What AWS
// does for itself it does under the name of a service.
func cloudTrailActor(r *Record, e *event.Event) {
	kind := r.Value("userIdentity.type")
	e.ActorID = r.Value("userIdentity.principalId")
	e.Actor = r.Value("userIdentity.arn")
	if e.Actor == "" {
		e.Actor = firstKnown(r.Value("userIdentity.invokedBy"), r.Value("userIdentity.userName"), e.ActorID,
			r.Value("userIdentity.accountId"), r.Value("Username"))
	}
	e.ActorType = cloudTrailActorTypes[kind]
	if e.ActorType == "" && kind != "" {
		e.ActorType = actorUnknown
	}
	if e.ActorID == "ANONYMOUS_PRINCIPAL" || r.Value("userIdentity.accountId") == "ANONYMOUS_PRINCIPAL" {
		e.ActorType = actorAnonymous
	}
}

var cloudTrailActorTypes = map[string]string{
	"Root": actorAdmin, "IAMUser": actorUser, "AssumedRole": actorServicePrincipal, "Role": actorServicePrincipal,
	"FederatedUser": actorUser, "SAMLUser": actorUser, "WebIdentityUser": actorUser, "IdentityCenterUser": actorUser,
	"Directory": actorUser, "AWSService": actorSystem, "AWSAccount": actorServicePrincipal, "Unknown": actorUnknown,
}

// cloudTrailTargets are the parameters that name what a call is about, and what
// that is; the first that a record has is taken.
var cloudTrailTargets = []struct{ field, target string }{
	{"requestParameters.accessKeyId", "user"}, {"requestParameters.userName", "user"}, {"requestParameters.roleName", "role"},
	{"requestParameters.roleArn", "role"}, {"requestParameters.groupName", "group"}, {"requestParameters.policyArn", "policy"},
	{"requestParameters.bucketName", "resource"}, {"requestParameters.functionName", "resource"},
	{"requestParameters.secretId", "resource"}, {"requestParameters.keyId", "resource"},
	{"requestParameters.trailName", "resource"}, {"requestParameters.detectorId", "resource"},
	{"requestParameters.instanceId", "resource"}, {"requestParameters.instancesSet.items.instanceId", "resource"},
	{"requestParameters.groupId", "resource"}, {"requestParameters.snapshotId", "resource"},
	{"requestParameters.imageId", "resource"}, {"requestParameters.volumeId", "resource"},
	{"requestParameters.dBInstanceIdentifier", "resource"}, {"requestParameters.name", "resource"},
	{"responseElements.instancesSet.items.instanceId", "resource"},
}

func cloudTrailTarget(r *Record, e *event.Event) {
	for _, t := range cloudTrailTargets {
		if v := r.Value(t.field); v != "" {
			e.TargetType, e.TargetName = t.target, v
			break
		}
	}
	if key := r.Value("requestParameters.key"); key != "" && r.Has("requestParameters.bucketName") {
		e.TargetType, e.TargetName = "file", e.TargetName+"/"+key
	}
	e.TargetID = r.First("resources.ARN", "resources.arn")
	if e.TargetID != "" && e.TargetType == "" {
		e.TargetType = "resource"
	}
}
