package source

import (
	"bytes"
	"strings"

	"hotwash/analyze/event"
)

// auditActions say what the operations of the unified audit log and of Entra's
// audit log do, by their folded name (see foldOperation).
var auditActions = map[string]event.Action{
	// Signing in.
	"userloggedin": event.SignIn, "userloginfailed": event.SignIn, "usersignin": event.SignIn,
	"mailboxlogin": event.SignIn, "teamssessionstarted": event.SignIn, "userloggedoff": event.SignOut,

	// Entra: applications and consent.
	"consent to application": event.Consent, "recordscopesconsent": event.Consent,
	"add delegated permission grant": event.Consent, "add oauth2permissiongrant": event.Consent,
	"add app role assignment to service principal":                   event.Consent,
	"add app role assignment grant to user":                          event.PermissionChange,
	"remove delegated permission grant":                              event.PermissionChange,
	"remove app role assignment from service principal":              event.PermissionChange,
	"add application":                                                event.Create,
	"add service principal":                                          event.Create,
	"add owner to application":                                       event.PermissionChange,
	"add owner to service principal":                                 event.PermissionChange,
	"add owner to group":                                             event.PermissionChange,
	"update application - certificates and secrets management":       event.CredentialChange,
	"update service principal - certificates and secrets management": event.CredentialChange,
	"add service principal credentials":                              event.CredentialChange,
	"remove service principal credentials":                           event.CredentialChange,
	"add federated identity credential":                              event.CredentialChange,

	// Entra: users, roles, domains.
	"change user password": event.CredentialChange, "reset user password": event.CredentialChange,
	"change password (self-service)": event.CredentialChange, "reset password (self-service)": event.CredentialChange,
	"update stsrefreshtokenvalidfrom timestamp": event.CredentialChange,
	"user registered security info":             event.CredentialChange,
	"user deleted security info":                event.CredentialChange,
	"admin registered security info":            event.CredentialChange,
	"enable strong authentication":              event.CredentialChange,
	"disable strong authentication":             event.CredentialChange,
	"disable account":                           event.Update,
	"enable account":                            event.Update,
	"add member to role":                        event.RoleChange, "remove member from role": event.RoleChange,
	"add eligible member to role": event.RoleChange, "remove eligible member from role": event.RoleChange,
	"add scoped member to role":         event.RoleChange,
	"set federation settings on domain": event.ConfigChange, "set domain authentication": event.ConfigChange,
	"add unverified domain": event.ConfigChange, "verify domain": event.ConfigChange,
	"set company information": event.ConfigChange, "set company contact information": event.ConfigChange,
	"add member to group": event.PermissionChange, "remove member from group": event.PermissionChange,
	"invite external user": event.Share,

	// Exchange.
	"mailitemsaccessed": event.Read, "send": event.Create, "sendas": event.Create, "sendonbehalf": event.Create,
	"movetodeleteditems": event.Delete, "softdelete": event.Delete, "harddelete": event.Delete,
	"modifyfolderpermissions": event.PermissionChange, "addfolderpermissions": event.PermissionChange,
	"removefolderpermissions": event.PermissionChange, "updateinboxrules": event.ConfigChange,
	"add-mailboxpermission": event.PermissionChange, "remove-mailboxpermission": event.PermissionChange,
	"add-mailboxfolderpermission": event.PermissionChange, "set-mailboxfolderpermission": event.PermissionChange,
	"add-recipientpermission": event.PermissionChange, "add-rolegroupmember": event.RoleChange,
	"new-managementroleassignment": event.RoleChange, "remove-managementroleassignment": event.RoleChange,
	"new-mailboxexportrequest": event.Export, "new-compliancesearchaction": event.Export,
	"set-mailboxauditbypassassociation":     event.AuditTamper,
	"remove-unifiedauditlogretentionpolicy": event.AuditTamper,
	"set-unifiedauditlogretentionpolicy":    event.PolicyChange,
	"new-unifiedauditlogretentionpolicy":    event.PolicyChange,
	"searchqueryinitiatedexchange":          event.List,
	"searchqueryinitiatedsharepoint":        event.List,
	"alerttriggered":                        event.Alert, "alertentitygenerated": event.Alert, "alertupdated": event.Alert,

	// SharePoint and OneDrive.
	"fileaccessed": event.Read, "fileaccessedextended": event.Read, "filepreviewed": event.Read, "pageviewed": event.Read,
	"listviewed": event.List, "folderaccessed": event.List, "clientviewsignaled": event.Read,
	"filedownloaded": event.Download, "filesyncdownloadedfull": event.Download, "filesyncdownloadedpartial": event.Download,
	"fileuploaded": event.Upload, "filesyncuploadedfull": event.Upload, "filesyncuploadedpartial": event.Upload,
	"filemodified": event.Update, "filemodifiedextended": event.Update, "filerenamed": event.Update, "filemoved": event.Update,
	"filecopied": event.Create, "filedeleted": event.Delete, "filerecycled": event.Delete, "folderdeleted": event.Delete,
	"fileversionsalldeleted": event.Delete, "filedeletedfirststagerecyclebin": event.Delete,
	"filedeletedsecondstagerecyclebin": event.Delete, "filerestored": event.Restore, "folderrestored": event.Restore,
	"sharingset": event.Share, "addedtosecurelink": event.Share, "anonymouslinkcreated": event.Share,
	"anonymouslinkused": event.Read, "companylinkcreated": event.Share, "securelinkcreated": event.Share,
	"sharinginvitationcreated": event.Share, "sharinginvitationaccepted": event.Share, "sharingrevoked": event.Unshare,
	"anonymouslinkremoved": event.Unshare, "sharinginheritancebroken": event.PermissionChange,
	"sharingpolicychanged": event.PolicyChange, "addedtogroup": event.PermissionChange, "removedfromgroup": event.PermissionChange,
	"sitecollectionadminadded": event.PermissionChange, "sitecollectionadminremoved": event.PermissionChange,
	"permissionleveladded": event.PermissionChange, "sitecollectioncreated": event.Create, "sitedeleted": event.Delete,
	"memberadded": event.PermissionChange, "memberremoved": event.PermissionChange, "memberrolechanged": event.RoleChange,

	// Power Platform.
	"createpowerapp": event.Create, "launchpowerapp": event.Execute, "updatepowerapp": event.Update,
	"publishpowerapp": event.Publish, "deletepowerapp": event.Delete, "admindeleteapp": event.Delete,
	"adminmodifyappowner": event.PermissionChange, "adminmodifyapppermissions": event.PermissionChange,
	"adminquarantineapp": event.Quarantine, "adminrestoredeletepowerapp": event.Restore,
	"promotepowerappversion": event.Restore, "adminsetappbypassconsent": event.Consent,
	"powerapppermissionedited": event.PermissionChange, "powerapppermissiondeleted": event.PermissionChange,
	"importnewcanvasapp": event.Import, "importexistingcanvasapp": event.Import,
	"createflow": event.Create, "editflow": event.Update, "deleteflow": event.Delete,
	"putpermissions": event.PermissionChange, "deletepermissions": event.PermissionChange,
	"putconnection": event.ConnectorChange, "deleteconnection": event.ConnectorChange,
	"putconnectionpermission": event.PermissionChange, "deleteconnectionpermission": event.PermissionChange,
	"createdlppolicy": event.PolicyChange, "updatedlppolicy": event.PolicyChange, "deletedlppolicy": event.PolicyChange,
	"governanceapipolicyoperation": event.PolicyChange, "tenantisolationoperation": event.PolicyChange,
	"applyadminrole": event.RoleChange, "lockboxrequestoperation": event.AccessApproval,
	"environmentpropertychange": event.ConfigChange, "siteshutdown": event.ConfigChange,
	"sitevisibilityupdated": event.PermissionChange, "diagnosticlogsdisabled": event.AuditTamper,
	"botpublish": event.Publish, "botshare": event.Share,

	// Dataverse.
	"retrieve": event.Read, "retrievemultiple": event.List, "bulkdelete": event.BulkDelete,
	"exporttoexcel": event.Export, "exportpdfdocument": event.Export, "exportworddocument": event.Export,
	"executepowerbisql": event.Read, "assign": event.PermissionChange, "grantaccess": event.Share,
	"modifyaccess": event.Share, "revokeaccess": event.Unshare, "uploaddocument": event.Upload,
	"deleteauditdata": event.AuditTamper, "deleterecordchangehistory": event.AuditTamper,
	"disable organization audit": event.AuditTamper,
}

// auditAction says what an operation does: by its name, else by the verb of a
// cmdlet or the word that an activity begins with.
func auditAction(operation string, number int) event.Action {
	var buf [96]byte
	folded := foldOperation(buf[:0], operation)
	if a, ok := auditActions[string(folded)]; ok {
		return a
	}
	if a := verbAction(folded); a != "" {
		return a
	}
	switch number {
	case recordAlert:
		return event.Alert
	case recordSignIn:
		return event.SignIn
	}
	return event.Other
}

// foldOperation makes the spellings of one operation equal: capitals, a full
// stop or space at the end, and the dash of whatever length. It is called for
// every record, so it works in the caller's buffer.
func foldOperation(dst []byte, operation string) []byte {
	operation = strings.TrimRight(operation, ". ")
	for i := 0; i < len(operation); i++ {
		switch c := operation[i]; {
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c|0x20)
		case strings.HasPrefix(operation[i:], "–"):
			dst = append(dst, '-')
			i += len("–") - 1
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// verbs are the words that operations begin with, longest first where one
// begins another.
var verbs = []struct {
	word   string
	action event.Action
}{
	{"hard delete", event.Delete}, {"bulk", event.Update},
	{"get", event.Read}, {"search", event.List}, {"list", event.List}, {"retrieve", event.Read}, {"view", event.Read},
	{"new", event.Create}, {"create", event.Create}, {"add", event.Create}, {"install", event.Create},
	{"set", event.ConfigChange}, {"enable", event.ConfigChange}, {"disable", event.ConfigChange},
	{"update", event.Update}, {"edit", event.Update}, {"modify", event.Update}, {"put", event.Update}, {"patch", event.Update},
	{"remove", event.Delete}, {"delete", event.Delete}, {"uninstall", event.Delete},
	{"restore", event.Restore}, {"export", event.Export}, {"import", event.Import}, {"publish", event.Publish},
	{"start", event.Execute}, {"invoke", event.Execute},
}

// verbAction is what a folded operation does by the word it begins with. Most
// operations on a policy change a policy, whatever the verb.
func verbAction(folded []byte) event.Action {
	for _, v := range verbs {
		if len(folded) < len(v.word) || string(folded[:len(v.word)]) != v.word {
			continue
		}
		if v.action != event.Read && v.action != event.List && bytes.Contains(folded, []byte("policy")) {
			return event.PolicyChange
		}
		return v.action
	}
	return ""
}
