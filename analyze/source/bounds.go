package source

import "strings"

// Bounds is what is known of how much of a source an export can hold: enough
// to see that one was cut, or that it reaches as far back as there is anything.
type Bounds struct {
	Caps      []Cap
	Retention []int // days that the vendor keeps records, by licence and setting
	Expected  []Expected
}

// Cap is a number of rows at which a way of exporting ends.
type Cap struct {
	Rows int64
	Of   string
}

// Expected is an operation that is there if others are, unless it was not
// licensed, not logged, or left out.
type Expected struct {
	Operation string
	Beside    []string // one of these is enough to expect it
	Shows     string   // what only it tells
}

// mailboxOperations are those of mailbox auditing that any tenant has.
var mailboxOperations = []string{
	"Create", "Update", "Send", "SendAs", "SendOnBehalf", "Move", "MoveToDeletedItems", "SoftDelete", "HardDelete",
	"UpdateInboxRules", "UpdateFolderPermissions", "AddFolderPermissions", "MailboxLogin", "ApplyRecord",
}

// bounds by source; a name that ends in a dot is of a family.
var bounds = map[string]Bounds{
	"m365.ual": {
		Caps: []Cap{
			{5_000, "one call of Search-UnifiedAuditLog"},
			{50_000, "a session of Search-UnifiedAuditLog and a search in the Purview portal"},
			{50_001, "a search in the Purview portal, its heading counted"},
			{250_000, "a part of what collectors fetch from Graph"},
		},
		Retention: []int{7, 90, 180, 365},
		Expected: []Expected{
			{"MailItemsAccessed", mailboxOperations, "which mail was read or synchronised"},
			{"SearchQueryInitiatedExchange", mailboxOperations, "what was searched for in mailboxes"},
			{"SearchQueryInitiatedSharePoint", []string{"FileAccessed", "FileDownloaded", "FileModified", "FileUploaded", "FileDeleted"}, "what was searched for in sites"},
		},
	},
	"entra.signin":   {Caps: []Cap{{100_000, "the portal's download"}, {250_000, "the portal's download"}}, Retention: []int{7, 30}},
	"entra.audit":    {Caps: []Cap{{250_000, "the portal's download"}}, Retention: []int{7, 30}},
	"entra.risk":     {Retention: []int{7, 30, 90}},
	"graph.activity": {Caps: []Cap{logPortal}, Retention: []int{30, 90}},
	"azure.activity": {Caps: []Cap{logPortal}, Retention: []int{90}},
	"azure.devops":   {Retention: []int{90}},
	"azure.":         {Caps: []Cap{logPortal}},
	"insights.":      {Caps: []Cap{logPortal}, Retention: []int{90}},
	"loganalytics.":  {Caps: []Cap{logPortal}, Retention: []int{30, 90}},
	"defender.": {
		Caps:      []Cap{{10_000, "a query in the Defender portal"}, {30_000, "a query in the Defender portal"}, {100_000, "a query by the hunting API"}},
		Retention: []int{30},
	},
	"aws.cloudtrail": {Retention: []int{90}},
}

var logPortal = Cap{30_000, "a query in the Log Analytics portal"}

// BoundsOf is what is known of a source, or else of its family.
func BoundsOf(name string) Bounds {
	if b, ok := bounds[name]; ok {
		return b
	}
	family, _, _ := strings.Cut(name, ".")
	return bounds[family+"."]
}

// Named is the source in Table of a public name, which a family has several of;
// nil if there is none.
func Named(name string) *Source {
	for _, s := range Table {
		if s.Name == name || strings.HasSuffix(s.Name, ".") && strings.HasPrefix(name, s.Name) {
			return s
		}
	}
	return nil
}
