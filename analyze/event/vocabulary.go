package event

// Outcome is the result that a source claims; empty where the kind of event
// has none by nature.
type Outcome string

// The outcomes. Unknown is a result that was given and not recognised: never
// silently success.
const (
	Success   Outcome = "success"
	Failure   Outcome = "failure"
	Denied    Outcome = "denied"
	Partial   Outcome = "partial"
	Interrupt Outcome = "interrupt"
	Unknown   Outcome = "unknown"
)

// Action is what was done, in the project's small vocabulary.
type Action string

// The actions.
const (
	SignIn           Action = "sign_in"
	SignOut          Action = "sign_out"
	Consent          Action = "consent"
	Create           Action = "create"
	Read             Action = "read"
	List             Action = "list"
	Update           Action = "update"
	Delete           Action = "delete"
	BulkDelete       Action = "bulk_delete"
	Restore          Action = "restore"
	Export           Action = "export"
	Download         Action = "download"
	Upload           Action = "upload"
	Share            Action = "share"
	Unshare          Action = "unshare"
	PermissionChange Action = "permission_change"
	RoleChange       Action = "role_change"
	CredentialChange Action = "credential_change"
	PolicyChange     Action = "policy_change"
	ConfigChange     Action = "config_change"
	ConnectorChange  Action = "connector_change"
	Execute          Action = "execute"
	Publish          Action = "publish"
	Import           Action = "import"
	Quarantine       Action = "quarantine"
	AuditTamper      Action = "audit_tamper"
	AccessApproval   Action = "access_approval"
	FlowAllow        Action = "flow_allow"
	FlowDeny         Action = "flow_deny"
	DNSQuery         Action = "dns_query"
	HTTPRequest      Action = "http_request"
	DependencyCall   Action = "dependency_call"
	Trace            Action = "trace"
	Alert            Action = "alert"
	Risk             Action = "risk"
	VulnFinding      Action = "vuln_finding"
	Drift            Action = "drift"
	Build            Action = "build"
	Deploy           Action = "deploy"
	ProcessStart     Action = "process_start"
	FileChange       Action = "file_change"
	RegistryChange   Action = "registry_change"
	NetworkConnect   Action = "network_connect"
	Logoff           Action = "logoff"
	ServiceInstall   Action = "service_install"
	LogClear         Action = "log_clear"
	Other            Action = "other"
)
