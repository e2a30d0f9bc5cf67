package source

import (
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// azureKeyVault is the audit log of key vaults: who asked for which secret, key
// or certificate.
var azureKeyVault = &Source{
	Name:     "azure.keyvault",
	Title:    "Azure Key Vault audit log",
	Framings: []string{FramingJSON, FramingCSV},
	Reads: []string{
		"Log Analytics AZKVAuditLogs, and AzureDiagnostics of vaults and managed HSMs",
		"storage and event hubs: the category AuditEvent; untitledgoosetool's files",
	},
	Limits: []string{
		"only what diagnostic settings sent was kept: without one there is no log",
		"the value of a secret is never in it; a listing names the vault, not what was listed",
		"a client that asks without a token first is answered 401 and asks again: that is an interrupt, not a refusal",
		"changes of the vault itself by Azure's management are in azure.activity too",
	},
	Columns: []string{
		"ResultType", "ResultSignature", "CorrelationId", "ClientInfo", "Identity.claim.appid", "RequestUri", "Category",
		"IsAccessPolicyMatch", "IsRbacAuthorized", "TrustedService",
	},
	Dynamic: []string{
		"Identity", "Properties", "CertificateIssuerProperties", "CertificatePolicyProperties", "CertificateProperties",
		"CertificateRequestProperties", "KeyProperties", "NetworkAcls", "Nsp", "SecretProperties", "Sku",
		"StorageAccountProperties", "StorageSasDefinitionProperties", "VaultProperties",
	},
	Kept: map[string]string{"OperationName": "operation", "CallerIpAddress": "src_ip", "HttpStatusCode": "outcome_code"},
	Entities: []Entity{
		{"CorrelationId", "correlation", "request"},
		{"Identity.claim.appid", "app", "actor"},
		{"ClientInfo", "agent", "client"},
	},
	Match:     isKeyVault,
	Normalize: normalizeKeyVault,
}

// isKeyVault: AuditEvent is a category of several services, so it is what only a
// vault's records have that tells.
func isKeyVault(r *Record) bool {
	switch {
	case r.HasColumns("RequestUri", "HttpStatusCode", "OperationName"):
		return r.HasColumns("IsAccessPolicyMatch") || r.HasColumns("IsRbacAuthorized") || r.logTable() == vocab.KeyVaultTable
	case r.Value("Category") == vocab.KeyVaultCategory: // a query may leave out either column
		return isVaultType(r.Value("ResourceType")) || strings.EqualFold(r.Value("ResourceProvider"), "MICROSOFT.KEYVAULT")
	case r.Value("category") == vocab.KeyVaultCategory:
		return r.HasColumns("properties.requestUri") || r.HasColumns("properties.clientInfo") || r.HasUnder("identity.claim")
	}
	return false
}

func isVaultType(kind string) bool {
	return strings.EqualFold(kind, "VAULTS") || strings.EqualFold(kind, "MANAGEDHSMS")
}

func normalizeKeyVault(r *Record, e *event.Event) error {
	e.Shape = r.tableShape()
	switch {
	case r.Has("time"):
		e.Shape = shapeDiagnostic
	case r.Has("ResourceType"), r.Has("ResourceProvider"):
		e.Shape = "azurediagnostics"
	}
	r.beside(vocab.KeyVaultNames)
	e.Operation = r.Value("OperationName")
	e.Action = keyVaultAction(e.Operation)
	r.occurred(e, "time", "TimeGenerated")
	keyVaultResult(r, e)
	keyVaultCaller(r, e)
	e.SrcIP = firstAddress(r.Value("CallerIpAddress"), r.First("identity_claim_ipaddr_s"), r.First(claimAddress...))
	e.TargetType = "resource"
	e.TargetID, e.TargetName = keyVaultObject(r.Value("RequestUri"))
	if e.TargetID == "" {
		e.TargetID = strings.ToLower(r.First("ResourceId", "_ResourceId", "resourceId"))
		e.TargetName = e.TargetID[strings.LastIndexByte(e.TargetID, '/')+1:]
	}
	return nil
}

// keyVaultVerbs say what an operation does, by how its name ends; the first
// part is the kind of object.
var keyVaultVerbs = []struct {
	word   string
	action event.Action
}{
	{"Backup", event.Export}, {"Restore", event.Restore}, {"Recover", event.Restore}, {"Purge", event.Delete},
	{"Delete", event.Delete}, {"ListVersions", event.List}, {"ListDeleted", event.List}, {"List", event.List},
	{"GetDeleted", event.Read}, {"Get", event.Read}, {"Set", event.Update}, {"Create", event.Create},
	{"Import", event.Import}, {"Update", event.Update}, {"Rotate", event.CredentialChange},
	{"Sign", event.Execute}, {"Verify", event.Execute}, {"Encrypt", event.Execute}, {"Decrypt", event.Execute},
	{"Unwrap", event.Execute}, {"Wrap", event.Execute}, {"Release", event.Export},
	{"Put", event.ConfigChange}, {"Patch", event.ConfigChange}, {"Authentication", event.SignIn},
}

func keyVaultAction(operation string) event.Action {
	if strings.Contains(operation, "AccessPolic") || strings.Contains(operation, "RoleAssignment") {
		return event.PermissionChange
	}
	for _, v := range keyVaultVerbs {
		if strings.Contains(operation, v.word) {
			return v.action
		}
	}
	return event.Other
}

// keyVaultResult: a client learns from a first 401 where to get a token.
func keyVaultResult(r *Record, e *event.Event) {
	code := strings.TrimSuffix(r.Value("HttpStatusCode"), ".0")
	e.OutcomeCode = code
	switch {
	case code == "401" && (e.Operation == "Authentication" || r.First(claimObject...) == "" && keyVaultClaim(r, "objectidentifier_g") == ""):
		e.Outcome = event.Interrupt
	case code != "":
		e.Outcome = statusOutcome(code)
	default:
		e.Outcome = outcomeOf(r.Value("ResultType"))
	}
}

func keyVaultCaller(r *Record, e *event.Event) {
	e.ActorID = firstKnown(r.First(claimObject...), keyVaultClaim(r, "objectidentifier_g"), r.Value("identity_claim_oid_g"))
	name := firstKnown(r.First(claimName...), keyVaultClaim(r, "claims_upn_s"), keyVaultClaim(r, "claims_name_s"),
		r.First("identity_claim_upn_s", "identity_claim_unique_name_s"))
	app := r.Value("Identity.claim.appid")
	e.Actor = pivot(firstKnown(name, e.ActorID, app))
	e.ActorType = callerType(r, e.Actor)
	if e.ActorType == actorSystem {
		e.ActorType = actorServicePrincipal
	}
}

// keyVaultClaim is a claim of AzureDiagnostics: its name holds the whole address
// of the claim, with underscores, and its type.
func keyVaultClaim(r *Record, end string) string {
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.Value != "" && strings.HasPrefix(f.Name, "identity_claim_http") && strings.HasSuffix(f.Name, end) {
			return f.Value
		}
	}
	return ""
}

// keyVaultKinds are the collections of a vault.
var keyVaultKinds = map[string]bool{"secrets": true, "keys": true, "certificates": true, "storage": true,
	"deletedsecrets": true, "deletedkeys": true, "deletedcertificates": true}

// keyVaultObject is the address of a secret, key or certificate without its
// version, and its name; of anything else the address and its last word.
func keyVaultObject(address string) (id, name string) {
	id, _, _ = strings.Cut(address, "?")
	id = strings.TrimRight(id, "/")
	_, rest, ok := strings.Cut(id, "://")
	parts := strings.Split(rest, "/")
	if ok && len(parts) >= 3 && keyVaultKinds[strings.ToLower(parts[1])] {
		end := len(id) - len(rest) + len(parts[0]) + 1 + len(parts[1]) + 1 + len(parts[2])
		return id[:end], parts[2]
	}
	return id, id[strings.LastIndexByte(id, '/')+1:]
}
