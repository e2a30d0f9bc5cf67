package source

import "strings"

// The telemetry has three spellings. That of the Log Analytics tables is the one
// rules use; the classic tables and the continuous export are given it.

// insightsNames are the classic tables' columns as the new ones are called.
var insightsNames = map[string]string{
	"id": "Id", "name": "Name", "url": "Url", "success": "Success", "resultCode": "ResultCode", "duration": "DurationMs",
	"source": "Source", "data": "Data", "target": "Target", "message": "Message", "severityLevel": "SeverityLevel",
	"problemId": "ProblemId", "handledAt": "HandledAt", "assembly": "Assembly", "method": "Method",
	"outerType": "OuterType", "outerMessage": "OuterMessage", "outerAssembly": "OuterAssembly", "outerMethod": "OuterMethod",
	"innermostType": "InnermostType", "innermostMessage": "InnermostMessage", "innermostAssembly": "InnermostAssembly",
	"innermostMethod": "InnermostMethod", "details": "Details", "location": "Location",
	"customDimensions": "Properties", "customMeasurements": "Measurements",
	"operation_Name": "OperationName", "operation_Id": "OperationId", "operation_ParentId": "ParentId",
	"operation_SyntheticSource": "SyntheticSource", "session_Id": "SessionId", "user_Id": "UserId",
	"user_AuthenticatedId": "UserAuthenticatedId", "user_AccountId": "UserAccountId",
	"application_Version": "AppVersion", "client_Type": "ClientType", "client_Model": "ClientModel", "client_OS": "ClientOS",
	"client_IP": "ClientIP", "client_City": "ClientCity", "client_StateOrProvince": "ClientStateOrProvince",
	"client_CountryOrRegion": "ClientCountryOrRegion", "client_Browser": "ClientBrowser",
	"cloud_RoleName": "AppRoleName", "cloud_RoleInstance": "AppRoleInstance", "iKey": "IKey", "sdkVersion": "SDKVersion",
	"itemCount": "ItemCount",
}

func classicNames(r *Record) {
	for i := range r.Fields {
		f := &r.Fields[i]
		if name, ok := insightsNames[f.Name]; ok {
			f.Name = name
			continue
		}
		if rest, ok := strings.CutPrefix(f.Name, "customDimensions."); ok {
			f.Name = "Properties." + rest
		}
	}
}

// continuousObjects are the objects of a blob of the continuous export that hold
// the telemetry, by their names.
var continuousObjects = map[string]string{
	kindRequest: "request", kindDependency: "remoteDependency", kindTrace: "message", kindEvent: "event",
	kindException: "basicException", kindPageView: "view", kindAvailability: "availability",
}

func continuousKind(r *Record) string {
	for _, kind := range []string{kindRequest, kindDependency, kindTrace, kindEvent, kindException, kindPageView, kindAvailability} {
		if r.HasUnder(continuousObjects[kind]) {
			return kind
		}
	}
	return ""
}

// continuousContext is what stands around the telemetry.
var continuousContext = [][2]string{
	{"context.operation.id", "OperationId"}, {"context.operation.parentId", "ParentId"}, {"context.operation.name", "OperationName"},
	{"context.session.id", "SessionId"}, {"context.user.anonId", "UserId"}, {"context.user.authId", "UserAuthenticatedId"},
	{"context.user.accountId", "UserAccountId"}, {"context.location.clientip", "ClientIP"},
	{"context.cloud.roleName", "AppRoleName"}, {"context.device.roleName", "AppRoleName"},
	{"context.cloud.roleInstance", "AppRoleInstance"}, {"context.device.roleInstance", "AppRoleInstance"},
	{"context.application.version", "AppVersion"},
}

// continuousFields are the members of the telemetry, whatever kind it is.
var continuousFields = [][2]string{
	{"id", "Id"}, {"name", "Name"}, {"baseName", "Name"}, {"testName", "Name"}, {"url", "Url"}, {"urlData.url", "Url"},
	{"success", "Success"}, {"result", "Success"}, {"responseCode", "ResultCode"}, {"resultCode", "ResultCode"},
	{"count", "ItemCount"}, {"commandName", "Data"}, {"remoteDependencyName", "Target"}, {"dependencyTypeName", "DependencyType"},
	{"raw", "Message"}, {"message", "Message"}, {"severityLevel", "SeverityLevel"}, {"exceptionType", "ExceptionType"},
	{"typeName", "ExceptionType"}, {"outerExceptionType", "OuterType"}, {"problemId", "ProblemId"}, {"runLocation", "Location"},
	{"innermostExceptionMessage", "InnermostMessage"}, {"outerExceptionMessage", "OuterMessage"},
}

// continuousNames puts the tables' names beside those of the export. Dimensions
// are a list of objects with one member each.
func continuousNames(r *Record, kind string) {
	object := continuousObjects[kind] + "."
	r.beside(continuousContext)
	for _, p := range continuousFields {
		if v := r.Value(object + p[0]); v != "" && r.Value(p[1]) == "" {
			r.Add(p[1], v)
		}
	}
	if ms := ticks(r.Value(object + "durationMetric.value")); ms != "" {
		r.Add("DurationMs", ms)
	}
	for i := range len(r.Fields) {
		if name, ok := strings.CutPrefix(r.Fields[i].Name, "context.custom.dimensions."); ok {
			r.Add("Properties."+name, r.Fields[i].Value)
		}
	}
}
