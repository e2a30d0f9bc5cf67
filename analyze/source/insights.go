package source

import (
	"strconv"
	"strings"

	"hotwash/analyze/event"
)

// insightsFamily begins the names of the family's sources.
const insightsFamily = "insights."

// applicationInsights is the family of the telemetry of applications:
// insights.request, .dependency, .trace, .event, .exception, .pageview and
// .availability. Runs of Power Automate's cloud flows are requests, their steps
// dependencies.
var applicationInsights = &Source{
	Name:     insightsFamily,
	Title:    "Application Insights",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics and data export: AppRequests, AppDependencies, AppTraces, AppEvents, AppExceptions, AppPageViews, AppAvailabilityResults",
		"the classic tables of the query API and the portal: requests, dependencies, traces, customEvents, exceptions, pageViews, availabilityResults",
		"continuous export: request, remoteDependency, message, event, basicException, view, availability, with internal and context around them",
	},
	Limits: []string{
		"telemetry is sampled: a record stands for as many as its ItemCount says, and what wasn't sampled is gone",
		"the client's address is 0.0.0.0 unless masking was turned off; older exports zero its last byte",
		"an application says of itself what it likes: names, users and results are its own words",
		"kept for 90 days by default",
		"runs of cloud flows are here only if their environment was connected to Application Insights",
	},
	Columns: []string{
		"Name", "Url", "Target", "ResultCode", "OperationId", "OperationName", "SessionId", "AppRoleName",
		"UserAuthenticatedId", "DependencyType", "ExceptionType", "SeverityLevel",
	},
	Kept: map[string]string{"ClientIP": "src_ip"},
	Entities: []Entity{
		{"OperationId", "correlation", "operation"},
		{"SessionId", "session", "actor"},
		{"AppRoleName", "app", "server"},
	},
	Match:     isInsights,
	Normalize: normalizeInsights,
}

// The kinds of telemetry.
const (
	kindRequest      = "request"
	kindDependency   = "dependency"
	kindTrace        = "trace"
	kindEvent        = "event"
	kindException    = "exception"
	kindPageView     = "pageview"
	kindAvailability = "availability"
)

// insightsKinds are the names that exports have for them: the tables, and the
// item types of the classic ones.
var insightsKinds = map[string]string{
	"AppRequests": kindRequest, "AppDependencies": kindDependency, "AppTraces": kindTrace, "AppEvents": kindEvent,
	"AppExceptions": kindException, "AppPageViews": kindPageView, "AppAvailabilityResults": kindAvailability,
	"request": kindRequest, "dependency": kindDependency, "trace": kindTrace, "customEvent": kindEvent,
	"exception": kindException, "pageView": kindPageView, "availabilityResult": kindAvailability,
	"requests": kindRequest, "dependencies": kindDependency, "traces": kindTrace, "customEvents": kindEvent,
	"exceptions": kindException, "pageViews": kindPageView, "availabilityResults": kindAvailability,
}

// The export shapes of telemetry.
const (
	shapeClassic    = "classic"
	shapeContinuous = "continuous"
)

func isInsights(r *Record) bool { return insightsKind(r) != "" }

// insightsKind is the kind of telemetry that a record is, empty for any other
// record.
func insightsKind(r *Record) string {
	switch {
	case r.HasColumns("internal.data.id", "context.data.eventTime"):
		return continuousKind(r)
	case r.HasColumns("timestamp", "operation_Id"):
		if kind := insightsKinds[r.First("itemType", "$table")]; kind != "" {
			return kind
		}
		return kindByColumns(r, classicColumns)
	case r.HasColumns("AppRoleName", "OperationId"):
		if table := r.logTable(); table != "" {
			return insightsKinds[table]
		}
		if r.HasColumns("SDKVersion", "ResourceGUID") {
			return kindByColumns(r, insightsColumns)
		}
	}
	return ""
}

// kindColumns tell the kinds apart: columns that a table has all of, after those
// before it in the list were tried.
type kindColumns []struct {
	kind    string
	columns []string
}

var insightsColumns = kindColumns{
	{"", []string{"TotalDurationMs"}},     // browser timings
	{"", []string{"Counter", "Instance"}}, // performance counters
	{"", []string{"Max", "Min", "Sum"}},   // metrics
	{kindException, []string{"ProblemId", "ExceptionType"}},
	{kindDependency, []string{"DependencyType", "ResultCode"}},
	{kindRequest, []string{"Url", "ResultCode"}},
	{kindAvailability, []string{"Location", "Success"}},
	{kindPageView, []string{"Url", "DurationMs"}},
	{kindTrace, []string{"Message", "SeverityLevel"}},
	{kindEvent, []string{"ItemCount"}},
}

var classicColumns = kindColumns{
	{"", []string{"totalDuration"}},
	{"", []string{"counter", "instance"}},
	{"", []string{"valueMax", "valueMin"}},
	{kindException, []string{"problemId"}},
	{kindDependency, []string{"target", "resultCode"}},
	{kindRequest, []string{"url", "resultCode"}},
	{kindAvailability, []string{"location", "success"}},
	{kindPageView, []string{"url", "duration"}},
	{kindTrace, []string{"message", "severityLevel"}},
	{kindEvent, []string{"name"}},
}

func kindByColumns(r *Record, list kindColumns) string {
	for _, k := range list {
		if r.HasColumns(k.columns...) {
			return k.kind
		}
	}
	return ""
}

func normalizeInsights(r *Record, e *event.Event) error {
	kind := insightsKind(r)
	e.Source, e.Shape = insightsFamily+kind, shapeLogAnalytics
	switch {
	case r.Has("internal.data.id"):
		e.Shape = shapeContinuous
		continuousNames(r, kind)
	case r.HasColumns("operation_Id"):
		e.Shape = shapeClassic
		classicNames(r)
		if kind == kindException {
			r.renamed([][2]string{{"type", "ExceptionType"}})
		} else {
			r.renamed([][2]string{{"type", "DependencyType"}})
		}
	}
	for _, name := range []string{"Properties", "Measurements", "Details"} {
		r.Expand(name)
	}
	r.occurred(e, "timestamp", "context.data.eventTime", "time")
	insightsCommon(r, e)
	insightsMeaning(r, e, kind)
	if strings.EqualFold(r.Value("Properties.resourceProvider"), "Cloud Flow") {
		e.TargetType, e.TargetName = "flow", firstKnown(r.First("Name", "OperationName"))
		e.TargetID = strings.ToLower(r.Value("Properties.resourceId"))
		if kind == kindRequest {
			e.Action = event.Execute
		}
	}
	return nil
}

// insightsCommon fills what all kinds have: who, from where, on which machine.
func insightsCommon(r *Record, e *event.Event) {
	if e.SrcIP = Address(r.Value("ClientIP")); e.SrcIP == "0.0.0.0" { // masked
		e.SrcIP = ""
	}
	e.Host = strings.ToLower(r.Value("AppRoleInstance"))
	e.Actor, e.ActorID = pivot(r.Value("UserAuthenticatedId")), known(r.Value("UserId"))
	switch {
	case e.Actor != "":
		e.ActorType = actorUser
	case e.ActorID != "":
		e.ActorType = actorAnonymous // a number that a browser was given
	}
	if n := count(r, "ItemCount"); n > 1 {
		e.Count = n
	}
	e.RecordID = r.First("itemId", "internal.data.id")
}

func insightsMeaning(r *Record, e *event.Event, kind string) {
	name := r.First("Name", "OperationName")
	switch kind {
	case kindRequest, kindPageView:
		e.Action, e.Operation = event.HTTPRequest, name
		insightsURL(r, e, name)
	case kindDependency:
		e.Action, e.Operation = event.DependencyCall, strings.TrimSpace(r.Value("DependencyType")+" "+name)
		e.TargetType, e.TargetID, e.TargetName = "resource", r.Value("Target"), firstKnown(r.Value("Data"), r.Value("Target"))
	case kindTrace:
		e.Action, e.Operation, e.Message = event.Trace, kindTrace, r.Value("Message")
	case kindEvent:
		e.Action, e.Operation = event.Trace, name
	case kindException:
		e.Action, e.Operation = event.Trace, r.First("ExceptionType", "OuterType", "ProblemId")
		e.Message = r.First("OuterMessage", "Message", "InnermostMessage")
	case kindAvailability:
		e.Action, e.Operation, e.Message = event.HTTPRequest, name, r.Value("Message")
	}
	e.OutcomeCode = r.First("ResultCode", "SeverityLevel")
	if success := r.Value("Success"); success != "" {
		e.Outcome = insightsOutcome(success)
	}
}

// insightsOutcome: a test passes or fails, everything else is a success or not.
func insightsOutcome(word string) event.Outcome {
	switch word {
	case "Pass":
		return event.Success
	case "Fail":
		return event.Failure
	case "1":
		return event.Success
	case "0":
		return event.Failure
	}
	return outcomeOf(word)
}

// insightsURL reads a request: its name is a method and a route, mostly.
func insightsURL(r *Record, e *event.Event, name string) {
	url := r.Value("Url")
	e.TargetType, e.TargetID, e.TargetName = "url", url, name
	if url == "" {
		return
	}
	w := r.NewWeb(e)
	w.Host, w.Path = hostAndPath(url)
	if method, _, ok := strings.Cut(name, " "); ok && method == strings.ToUpper(method) {
		w.Method = method
	}
	w.Status = max(0, port(r.Value("ResultCode")))
}

// ticks is a duration in 100 ns as milliseconds, as a text.
func ticks(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(n/10_000, 'f', -1, 64)
}
