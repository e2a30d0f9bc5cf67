package detect

import (
	"slices"
	"strings"

	"hotwash/analyze/sigma"
)

// alias says what a rule's field is called in records that have no field of
// that name, or only one that is null or empty. One log is exported in several
// shapes, and public rules are written for any of them, or for the words of a
// portal.
type alias struct {
	field string     // folded
	means [][]string // folded names in order: the first group counts in which any has a value, with all of its values

	// beside is for a field that records also have with another meaning, or as
	// an object: its own values and those of the group count.
	beside bool
}

// also names what stands for a field, one after another.
func also(field string, names ...string) alias {
	a := alias{field: sigma.Fold(field)}
	for _, n := range names {
		a.means = append(a.means, []string{sigma.Fold(n)})
	}
	return a
}

// together names what stands for a field all at once.
func together(field string, names ...string) alias {
	a := alias{field: sigma.Fold(field), means: [][]string{nil}}
	for _, n := range names {
		a.means[0] = append(a.means[0], sigma.Fold(n))
	}
	return a
}

// too makes the alias count beside the field itself.
func (a alias) too() alias {
	a.beside = true
	return a
}

// wrapper is the object that diagnostic settings of Azure put a record into: in
// the sources that are wrapped so, a rule's field in it means the field without
// it, too.
const wrapper = "properties."

var wrapped = []string{"entra.audit", "entra.signin", "entra.risk", "azure.activity"}

// aliasOf is what stands for a field in the records of a source.
func aliasOf(source, field string) (alias, bool) {
	for _, a := range aliases[source] {
		if a.field == field {
			return a, true
		}
	}
	bare, ok := strings.CutPrefix(field, wrapper)
	if !ok || !slices.Contains(wrapped, source) {
		return alias{}, false
	}
	a := also(field, bare)
	if more, ok := aliasOf(source, bare); ok {
		a.means = append(a.means, more.means...)
	}
	return a, true
}

// Alias is what stands for a field, by its folded name, in records of a source
// that have no field of that name, or only one that is null or empty: the values
// of the first group that has any, with all of its values. beside says that they
// count beside the field's own. See Column for a name that isn't the record's.
func Alias(source, field string) (groups [][]string, beside, ok bool) {
	a, ok := aliasOf(source, field)
	return a.means, a.beside, ok
}

// aliases are what rules call fields of a source, and where a record has them.
// Sources give most fields one name already; what is here are names that only
// rules use, and fields that a shape keeps elsewhere.
var aliases = map[string][]alias{
	"entra.audit": {
		also("operationName", "ActivityDisplayName", "properties.message", "Operation"),
		also("ActivityDisplayName", "operationName", "properties.message", "Operation"),
		also("properties.message", "ActivityDisplayName", "operationName", "Operation"),
		also("ActivityType", "ActivityDisplayName", "operationName", "properties.message", "Operation"),
		together("Status", "Result", "ResultReason"),
		also("Result", columnField+"outcome"),
		also("ResultDescription", "ResultReason"),
		also("failure_status_reason", "ResultReason"),
		together("Initiatedby", "InitiatedBy.user.userPrincipalName", "InitiatedBy.user.displayName", "InitiatedBy.app.displayName"),
		together("Initiatied.By", "InitiatedBy.user.userPrincipalName", "InitiatedBy.user.displayName", "InitiatedBy.app.displayName"),
		together("Target", "TargetResources.userPrincipalName", "TargetResources.displayName"),
		together("TargetResources", targetLeaves...),
		together("TargetResources.modifiedProperties", targetLeaves[4:]...).too(),
		together("AdditionalDetails", "AdditionalDetails.key", "AdditionalDetails.value"),
		also("AdditionalDetails.additionalInfo", "AdditionalDetails.value", "ResultReason"),
		also("ConsentContext.IsAdminConsent", "TargetResources.modifiedProperties.ConsentContext.IsAdminConsent"),
	},
	"entra.signin": {
		together("Status", columnField+"outcome", "Status.additionalDetails", "Status.failureReason").too(),
		also("status.errorCode", "ResultType"),
		also("status.failureReason", "ResultDescription"),
		also("ClientApp", "ClientAppUsed"),
		also("Username", "UserPrincipalName", "SignInIdentifier"),
		also("properties.message", "AuthenticationProtocol"),
		also("ActivityDetails", "operationName", "Category"),
		also("callerIpAddress", "IPAddress"),
		also("ipAddress", "callerIpAddress"),
		together("location", "LocationDetails.countryOrRegion", "LocationDetails.city", "LocationDetails.state").too(),
		also("location.countryOrRegion", "LocationDetails.countryOrRegion", "Location"),
		also("location.city", "LocationDetails.city"),
		also("location.state", "LocationDetails.state"),
		also("resourceId", "ResourceIdentity"),
		also("authenticationProtocol", "properties.authenticationProtocol"),
	},
	"azure.activity": {
		also("operationName", "OperationNameValue", "operationName.value", "Authorization.action"),
		also("OperationNameValue", "operationName.value", "operationName"),
		also("operationName.value", "OperationNameValue", "operationName"),
		also("CategoryValue", "Category", "category.value"),
		also("ResourceProviderValue", "ResourceProvider", "resourceProviderName.value"),
		also("ResourceId", "_ResourceId", "Resource"),
		also("properties.message", "operationName", "OperationNameValue"),
		also("Status", "ActivityStatusValue", "status.value"),
		also("resultType", "ActivityStatusValue"),
		also("ActivityStatusValue", "ActivityStatus", "status.value"),
		also("callerIpAddress", "httpRequest.clientIpAddress"),
	},
	"entra.risk": {
		also("riskType", "riskEventType"),
		also("ipAddress", "callerIpAddress"),
	},
	"aws.cloudtrail": {
		also("status", columnField+"outcome"),
	},
	"m365.ual": {
		also("eventSource", "Workload"),
		together("eventName", "Operation", "Name"),
		together("Status", "ResultStatus", columnField+"outcome").too(),
		also("Payload", "Parameters", "Data", "ObjectId"),
		also("RequestType", "ExtendedProperties.RequestType", "ExtendedProperties.requestType"),
	},
}

// targetLeaves are what stands for the JSON of what an operation was done to,
// where a shape doesn't keep it: whatever text it would hold.
var targetLeaves = []string{
	"TargetResources.id", "TargetResources.displayName", "TargetResources.userPrincipalName", "TargetResources.type",
	"TargetResources.modifiedProperties.displayName", "TargetResources.modifiedProperties.oldValue", "TargetResources.modifiedProperties.newValue",
}
