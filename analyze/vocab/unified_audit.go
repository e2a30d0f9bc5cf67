package vocab

// Columns of the unified audit log's CSV exports, in the order they are written.
var (
	// PortalColumns are those of the Purview portal.
	PortalColumns = []string{
		"RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData",
		"AssociatedAdminUnits", "AssociatedAdminUnitsNames",
	}
	// OldPortalColumns are those of the portal before 2023.
	OldPortalColumns = []string{"CreationDate", "UserIds", "Operations", "AuditData"}
	// CmdletColumns are those of Search-UnifiedAuditLog | Export-Csv.
	CmdletColumns = []string{
		"PSComputerName", "RunspaceId", "PSShowComputerName", "RecordType", "CreationDate", "UserIds", "Operations",
		"AuditData", "ResultIndex", "ResultCount", "Identity", "IsValid", "ObjectState",
	}
)

// PortalTime is the layout of CreationDate in the portal's export, AuditTime that
// of CreationTime in AuditData. Both are UTC without saying so.
const (
	PortalTime = "1/2/2006 3:04:05 PM"
	AuditTime  = "2006-01-02T15:04:05"
)

// userTypes are the member names of UserType, by number.
var userTypes = [...]string{
	"Regular", "Reserved", "Admin", "DcAdmin", "System", "Application", "ServicePrincipal",
	"CustomPolicy", "SystemPolicy", "PartnerTechnician", "Guest",
}

// UserType is the name of a user type given by number; a text that is no known
// number is returned as it is.
func UserType(text string) string {
	n := 0
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' || i > 1 {
			return text
		}
		n = n*10 + int(text[i]-'0')
	}
	if text == "" || n >= len(userTypes) {
		return text
	}
	return userTypes[n]
}
