package emit

import (
	"strconv"
	"time"

	"hotwash/simulate/world"
)

// signInJSON is the answer of Graph's beta auditLogs/signIns, the newest first:
// the version that names tenants.
var signInJSON = &Format{
	Source: "entra.signin", Shape: "graph-json", File: "SignIns.json",
	Head:      `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#auditLogs/signIns","value":[`,
	Separator: ",", Tail: "]}\n",
	Newest: true, Grain: time.Second,
	Append: appendSignIn,
}

func appendSignIn(dst []byte, t *Teller, a *world.Act) []byte {
	if a.Kind != world.SignIn {
		return dst
	}
	j := &t.text
	j.b = j.b[:0]
	ids, app, how := t.told(a), applications[a.App], results[a.Result]
	j.open('{')
	j.text("id", ids.request)
	j.text("createdDateTime", a.At.UTC().Format("2006-01-02T15:04:05Z"))
	j.text("userDisplayName", a.Who.Name)
	j.text("userPrincipalName", a.Who.UPN)
	j.text("userId", a.Who.ObjectID)
	j.text("userType", "member")
	j.text("appId", app.id)
	j.text("appDisplayName", app.name)
	j.text("ipAddress", a.From.String())
	j.text("clientAppUsed", "Browser")
	j.text("userAgent", a.Who.Device.Agent)
	j.text("correlationId", ids.correlation)
	j.text("conditionalAccessStatus", "notApplied")
	j.literal("isInteractive", "true")
	j.text("authenticationRequirement", how.requirement)
	j.text("authenticationProtocol", "none")
	j.risk()
	j.text("resourceDisplayName", app.resourceName)
	j.text("resourceId", app.resource)
	j.text("homeTenantId", t.Tenant)
	j.text("resourceTenantId", t.Tenant)
	j.text("crossTenantAccessType", "none")
	j.text("uniqueTokenIdentifier", ids.token)
	j.text("sessionId", ids.session)
	j.number("autonomousSystemNumber", 64500)
	j.status(how)
	j.device(a.Who.Device)
	j.location(a.Who.Place)
	j.authentication(a, how)
	j.literal("appliedConditionalAccessPolicies", "[]")
	j.close('}')
	return append(dst, j.b...)
}

func (j *jsonText) risk() {
	j.text("riskDetail", "none")
	j.text("riskLevelAggregated", "none")
	j.text("riskLevelDuringSignIn", "none")
	j.text("riskState", "none")
	j.literal("riskEventTypes_v2", "[]")
}

func (j *jsonText) status(how result) {
	j.object("status")
	code, _ := strconv.ParseInt(how.code, 10, 64)
	j.number("errorCode", code)
	if how.reason == "" {
		j.text("failureReason", "Other.")
		j.literal("additionalDetails", "null")
	} else {
		j.text("failureReason", how.reason)
		j.text("additionalDetails", how.details)
	}
	j.close('}')
}

func (j *jsonText) device(d world.Device) {
	j.object("deviceDetail")
	id, name, trust := "", "", ""
	if d.Managed {
		id, name, trust = d.ID, Host(d.Name), "Azure AD joined"
	}
	j.text("deviceId", id)
	j.text("displayName", name)
	j.text("operatingSystem", d.OS)
	j.text("browser", d.Browser)
	j.literal("isCompliant", strconv.FormatBool(d.Managed))
	j.literal("isManaged", strconv.FormatBool(d.Managed))
	j.text("trustType", trust)
	j.close('}')
}

func (j *jsonText) location(p world.Place) {
	j.object("location")
	j.text("city", p.City)
	j.text("state", p.State)
	j.text("countryOrRegion", p.Country)
	j.object("geoCoordinates")
	j.literal("altitude", "null")
	j.literal("latitude", strconv.FormatFloat(p.Latitude, 'f', -1, 64))
	j.literal("longitude", strconv.FormatFloat(p.Longitude, 'f', -1, 64))
	j.close('}')
	j.close('}')
}

func (j *jsonText) authentication(a *world.Act, how result) {
	j.array("authenticationDetails")
	j.open('{')
	j.text("authenticationStepDateTime", a.At.UTC().Format("2006-01-02T15:04:05Z"))
	j.text("authenticationMethod", "Password")
	j.text("authenticationMethodDetail", "Password in the cloud")
	j.literal("succeeded", strconv.FormatBool(a.Result != world.WrongPassword))
	j.text("authenticationStepResultDetail", how.step)
	j.text("authenticationStepRequirement", "Primary authentication")
	j.close('}')
	j.close(']')
}
