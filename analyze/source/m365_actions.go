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
	"consent to application":         event.Consent,
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
	"messagesent": event.Create, "messagecreatedhaslink": event.Create, "messageeditedhaslink": event.Update,
}

// powerPlatformActions are the activities of the Power Platform and the
// messages of Dataverse, by their folded name: the name that is emitted, and
// where the documentation gives another, that too.
var powerPlatformActions = map[string]event.Action{
	// Apps.
	"createpowerapp": event.Create, "launchpowerapp": event.Execute, "updatepowerapp": event.Update,
	"patchpowerapp": event.Update, "publishpowerapp": event.Publish, "deletepowerapp": event.Delete,
	"deletepowerappversion": event.Delete, "promotepowerappversion": event.Restore,
	"markpowerappashero": event.ConfigChange, "markpowerappasfeatured": event.ConfigChange,
	"removeheroapp": event.ConfigChange, "removefeaturedapp": event.ConfigChange,
	"powerapppermissionedited": event.PermissionChange, "powerapppermissiondeleted": event.PermissionChange,
	"recordscopesconsent": event.Consent,
	"importnewcanvasapp":  event.Import, "importexistingcanvasapp": event.Import,
	"publishsolutioncanvasappversion": event.Publish, "appdlpevaluationresultchange": event.ConfigChange,
	"adminrestoredeletepowerapp": event.Restore, "adminsetappdesiredlogicalname": event.ConfigChange,
	"adminmodifyappowner": event.PermissionChange, "adminmodifyapppermissions": event.PermissionChange,
	"admindeleteapp": event.Delete, "adminquarantineapp": event.Quarantine,
	"adminsetappbypassconsent": event.Consent, "adminsetappconditionalaccess": event.PolicyChange,
	"adminsetappasfeatured": event.ConfigChange, "adminsetallowedthirdpartyapps": event.PolicyChange,
	"created app": event.Create, "launched app": event.Execute, "edited app": event.Update, "published app": event.Publish,
	"deleted app": event.Delete, "restored app from version": event.Restore, "marked app as featured": event.ConfigChange,
	"edited app permission": event.PermissionChange, "deleted app permission": event.PermissionChange,

	// Flows.
	"createflow": event.Create, "editflow": event.Update, "deleteflow": event.Delete,
	"putpermissions": event.PermissionChange, "deletepermissions": event.PermissionChange,
	"created flow": event.Create, "edited flow": event.Update, "deleted flow": event.Delete,
	"edited flow permissions": event.PermissionChange, "deleted flow permissions": event.PermissionChange,
	"starttrial": event.ConfigChange, "renewtrial": event.ConfigChange,
	"started a flow trial": event.ConfigChange, "renewed a flow trial": event.ConfigChange,

	// Connectors, connections and gateways.
	"putconnection": event.ConnectorChange, "deleteconnection": event.ConnectorChange, "patchconnection": event.ConnectorChange,
	"putconnectionpermission": event.PermissionChange, "deleteconnectionpermission": event.PermissionChange,
	"putconnectorapi": event.ConnectorChange, "patchconnectorapi": event.ConnectorChange, "deleteconnectorapi": event.ConnectorChange,
	"putapi": event.ConnectorChange, "patchapi": event.ConnectorChange, "deleteapi": event.ConnectorChange,
	"putconnectorapipermission": event.PermissionChange, "deleteconnectorapipermission": event.PermissionChange,
	"putapipermission": event.PermissionChange, "deleteapipermission": event.PermissionChange,
	"putgateway": event.ConnectorChange, "patchgateway": event.ConnectorChange, "deletegateway": event.ConnectorChange,
	"putgatewaypermission": event.PermissionChange, "deletegatewaypermission": event.PermissionChange,

	// Data policies, as they are named now and were.
	"createdlppolicy": event.PolicyChange, "updatedlppolicy": event.PolicyChange, "deletedlppolicy": event.PolicyChange,
	"created dlp policy": event.PolicyChange, "updated dlp policy": event.PolicyChange, "deleted dlp policy": event.PolicyChange,
	"createcustomconnectorpatterns": event.PolicyChange, "updatecustomconnectorpatterns": event.PolicyChange,
	"deletecustomconnectorpatterns": event.PolicyChange, "createconnectorconfigurations": event.PolicyChange,
	"updateconnectorconfigurations": event.PolicyChange, "deleteconnectorconfigurations": event.PolicyChange,
	"createpolicyscope": event.PolicyChange, "updatepolicyscope": event.PolicyChange, "deletepolicyscope": event.PolicyChange,
	"createexemptresources": event.PolicyChange, "updateexemptresources": event.PolicyChange,
	"deleteexemptresources":            event.PolicyChange,
	"createdefaultconnectorsetting":    event.PolicyChange,
	"updatedefaultconnectorsetting":    event.PolicyChange,
	"governanceapipolicyoperation":     event.PolicyChange,
	"create custom connector patterns": event.PolicyChange, "update custom connector patterns": event.PolicyChange,
	"delete custom connector patterns": event.PolicyChange, "create connector configurations": event.PolicyChange,
	"update connector configurations": event.PolicyChange, "delete connector configurations": event.PolicyChange,
	"create exempt resources": event.PolicyChange, "update exempt resources": event.PolicyChange,
	"delete exempt resources": event.PolicyChange,

	// Tenant, environments, roles, rules, licences.
	"tenantisolationoperation": event.PolicyChange, "applyadminrole": event.RoleChange,
	"lockboxrequestoperation": event.AccessApproval, "environmentpropertychange": event.ConfigChange,
	"changed property on environment": event.ConfigChange,
	"provisioned environment":         event.Create, "deleted environment": event.Delete, "hard-deleted environment": event.Delete,
	"recovered environment": event.Restore, "restored environment": event.Restore, "moved environment": event.ConfigChange,
	"copied environment": event.Export, "backed up environment": event.Export, "backed-up environment": event.Export,
	"converted environment type": event.ConfigChange, "reset environment": event.Delete, "upgraded environment": event.Update,
	"cmk-renewed environment": event.CredentialChange, "cmk-reverted environment": event.CredentialChange,
	"environmentprovision": event.Create, "environmentdelete": event.Delete, "environmentharddelete": event.Delete,
	"environmentrecover": event.Restore, "environmentrestore": event.Restore, "environmentmove": event.ConfigChange,
	"environmentcopy": event.Export, "environmentbackup": event.Export, "environmentconvert": event.ConfigChange,
	"environmentreset": event.Delete, "environmentupgrade": event.Update,
	"newenvironmentgroup": event.Create, "deleteenvironmentgroup": event.Delete, "updateenvironmentgroup": event.Update,
	"environmentaddedtoenvironmentgroup":     event.ConfigChange,
	"environmentremovedfromenvironmentgroup": event.ConfigChange, "environmentdisabledbymiser": event.ConfigChange,
	"createrulesetoperation": event.PolicyChange, "updaterulesetoperation": event.PolicyChange,
	"deleterulesetoperation": event.PolicyChange, "billingpolicycreate": event.PolicyChange,
	"billingpolicyupdate": event.PolicyChange, "billingpolicydelete": event.PolicyChange,
	"isvcontractconsent": event.Consent, "trialviralconsent": event.Consent, "currencyenvironmentallocate": event.ConfigChange,

	// Sites of Power Pages.
	"sitecreated": event.Create, "sitedeleted": event.Delete, "siteshutdown": event.ConfigChange, "siterestarted": event.ConfigChange,
	"sitevisibilityupdated": event.PermissionChange, "iprestrictionsadded": event.PolicyChange,
	"iprestrictionsdeleted": event.PolicyChange, "wafenabled": event.ConfigChange, "wafdisabled": event.ConfigChange,
	"diagnosticlogsenabled": event.ConfigChange, "diagnosticlogsdisabled": event.AuditTamper,
	"websiteauthenticationkeyupdated": event.CredentialChange, "customdomainconnected": event.ConfigChange,
	"customcertificateadded":               event.CredentialChange,
	"customcertificatedeleted":             event.CredentialChange,
	"anonymoussettingexceptionlistchanged": event.PolicyChange,

	// Agents of Copilot Studio.
	"botcreate": event.Create, "botdelete": event.Delete, "botdeletecleanup": event.Delete, "botpublish": event.Publish,
	"botshare": event.Share, "botupdateoperation-botshare": event.Share, "botupdateoperation-botpublish": event.Publish,
	"botupdateoperation-botauthupdate": event.CredentialChange, "botauthupdate": event.CredentialChange,
	"botupdateoperation-boticonupdate": event.Update, "botupdateoperation-botnameupdate": event.Update,
	"boticonupdate": event.Update, "botnameupdate": event.Update, "botappinsightsupdate": event.ConfigChange,
	"botcomponentcreate": event.Create, "botcomponentupdate": event.Update, "botcomponentdelete": event.Delete,
	"botcomponentcollectioncreate": event.Create, "botcomponentcollectionupdate": event.Update,
	"botcomponentcollectiondelete": event.Delete, "environmentvariablecreate": event.Create,
	"environmentvariableupdate": event.ConfigChange, "environmentvariabledelete": event.Delete,
	"aipluginoperationcreate": event.Create, "aipluginoperationupdate": event.Update, "aipluginoperationdelete": event.Delete,

	// Copilot.
	"copilotinteraction": event.Execute, "aiappinteraction": event.Execute, "connectedaiappinteraction": event.Execute,
	"teamcopilotinteraction": event.Execute, "updatecopilotsettings": event.ConfigChange,

	// Dataverse.
	"retrieve": event.Read, "retrievemultiple": event.List, "bulkdelete": event.BulkDelete,
	"createmultiple": event.Create, "updatemultiple": event.Update, "deletemultiple": event.BulkDelete, "upsert": event.Update,
	"exporttoexcel": event.Export, "exportpdfdocument": event.Export, "exportworddocument": event.Export,
	"executepowerbisql": event.Read, "assign": event.PermissionChange, "grantaccess": event.Share,
	"modifyaccess": event.Share, "revokeaccess": event.Unshare, "uploaddocument": event.Upload,
	"associate": event.PermissionChange, "disassociate": event.PermissionChange, "merge": event.Update,
	"deleteauditdata": event.AuditTamper, "deleterecordchangehistory": event.AuditTamper,
	"disable organization audit": event.AuditTamper, "enable organization audit": event.ConfigChange,
	"user access audit is disabled on the organization": event.AuditTamper,
	"user access audit is enabled on the organization":  event.ConfigChange,
	"updateauditsettings":                               event.ConfigChange,
}

// auditAction says what an operation does: by its name, else by the verb of a
// cmdlet or the word that an activity begins or ends with.
func auditAction(operation string, number int) event.Action {
	var buf [96]byte
	folded := foldOperation(buf[:0], operation)
	if a, ok := auditActions[string(folded)]; ok {
		return a
	}
	if a, ok := powerPlatformActions[string(folded)]; ok {
		return a
	}
	begins := verbAction(folded)
	if begins != "" && begins != event.List {
		return begins
	}
	if a := endAction(folded); a != "" { // of SharePoint's lists too: ListItemCreated
		return a
	}
	if begins != "" {
		return begins
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
	{"deploy", event.Deploy}, {"provision", event.Create}, {"deprovision", event.Delete},
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

// endVerbs are the words that activities end with whose noun comes first:
// ListItemCreated.
var endVerbs = []struct {
	word   string
	action event.Action
}{
	{"created", event.Create}, {"create", event.Create}, {"added", event.Create},
	{"updated", event.Update}, {"update", event.Update}, {"modified", event.Update}, {"changed", event.ConfigChange},
	{"deleted", event.Delete}, {"delete", event.Delete}, {"removed", event.Delete}, {"recycled", event.Delete},
	{"restored", event.Restore}, {"viewed", event.Read}, {"accessed", event.Read}, {"downloaded", event.Download},
	{"uploaded", event.Upload}, {"enabled", event.ConfigChange}, {"disabled", event.ConfigChange},
}

// endAction is what a folded operation does by the word it ends with.
func endAction(folded []byte) event.Action {
	for _, v := range endVerbs {
		if bytes.HasSuffix(folded, []byte(v.word)) {
			if v.action != event.Read && bytes.Contains(folded, []byte("policy")) {
				return event.PolicyChange
			}
			return v.action
		}
	}
	return ""
}
