package source

import "strings"

// The actor types.
const (
	actorUser             = "user"
	actorAdmin            = "admin"
	actorGuest            = "guest"
	actorServicePrincipal = "service_principal"
	actorManagedIdentity  = "managed_identity"
	actorSystem           = "system"
	actorMicrosoft        = "microsoft"
	actorAnonymous        = "anonymous"
	actorUnknown          = "unknown"
)

// blanks are the words that exporters write where they have nothing.
var blanks = map[string]bool{
	"-": true, "N/A": true, "n/a": true, "Not Available": true, "NULL": true, "<null>": true, "(null)": true,
	"None": true, `-\-`: true, "Unknown": true, "S-1-0-0": true, "00000000-0000-0000-0000-000000000000": true,
}

// known is s unless it is a word for nothing.
func known(s string) string {
	if blanks[s] {
		return ""
	}
	return s
}

// firstKnown is the first of the values that says something.
func firstKnown(values ...string) string {
	for _, v := range values {
		if v != "" && !blanks[v] {
			return v
		}
	}
	return ""
}

// pivot is a principal's name as a key: lower case, without spaces around it.
func pivot(s string) string { return strings.ToLower(strings.TrimSpace(known(s))) }

// account is domain\name as a key, the name alone where there is no domain.
func account(domain, name string) string {
	name = pivot(name)
	domain = pivot(domain)
	if name == "" || domain == "" || strings.ContainsAny(name, `\@`) {
		return name
	}
	return domain + `\` + name
}
