package source

import (
	"strings"

	"hotwash/analyze/event"
)

// cloudTrailActions are the calls whose name tells less than they do.
var cloudTrailActions = map[string]event.Action{
	"ConsoleLogin": event.SignIn, "SwitchRole": event.SignIn, "CheckMfa": event.SignIn,
	"AssumeRole": event.SignIn, "AssumeRoleWithSAML": event.SignIn, "AssumeRoleWithWebIdentity": event.SignIn, "AssumeRoot": event.SignIn,
	"GetSessionToken": event.SignIn, "GetFederationToken": event.SignIn, "GetSigninToken": event.SignIn,

	"StopLogging": event.AuditTamper, "DeleteTrail": event.AuditTamper, "UpdateTrail": event.AuditTamper,
	"PutEventSelectors": event.AuditTamper, "DeleteEventDataStore": event.AuditTamper, "StopEventDataStoreIngestion": event.AuditTamper,
	"DeleteFlowLogs": event.AuditTamper, "DeleteDetector": event.AuditTamper, "UpdateDetector": event.AuditTamper,
	"DisassociateFromMasterAccount": event.AuditTamper, "StopConfigurationRecorder": event.AuditTamper,
	"DeleteConfigurationRecorder": event.AuditTamper, "DeleteDeliveryChannel": event.AuditTamper,
	"DeleteLogGroup": event.AuditTamper, "DeleteLogStream": event.AuditTamper, "DisableSecurityHub": event.AuditTamper,
	"DeleteResolverQueryLogConfig": event.AuditTamper, "DeleteQueryLoggingConfig": event.AuditTamper,

	"CreateAccessKey": event.CredentialChange, "UpdateAccessKey": event.CredentialChange, "DeleteAccessKey": event.CredentialChange,
	"CreateLoginProfile": event.CredentialChange, "UpdateLoginProfile": event.CredentialChange, "DeleteLoginProfile": event.CredentialChange,
	"ChangePassword": event.CredentialChange, "CreateKeyPair": event.CredentialChange, "ImportKeyPair": event.CredentialChange,
	"DeactivateMFADevice": event.CredentialChange, "EnableMFADevice": event.CredentialChange,
	"CreateServiceSpecificCredential": event.CredentialChange, "SendSSHPublicKey": event.CredentialChange,
	"SendSerialConsoleSSHPublicKey": event.CredentialChange,

	"AttachUserPolicy": event.PermissionChange, "AttachRolePolicy": event.PermissionChange, "AttachGroupPolicy": event.PermissionChange,
	"DetachUserPolicy": event.PermissionChange, "DetachRolePolicy": event.PermissionChange,
	"PutUserPolicy": event.PermissionChange, "PutRolePolicy": event.PermissionChange, "PutGroupPolicy": event.PermissionChange,
	"UpdateAssumeRolePolicy": event.PermissionChange, "AddUserToGroup": event.PermissionChange, "CreateGrant": event.PermissionChange,
	"PutBucketPolicy": event.PermissionChange, "PutBucketAcl": event.PermissionChange, "PutObjectAcl": event.PermissionChange,
	"PutKeyPolicy": event.PermissionChange, "AddPermission": event.PermissionChange, "AddPermission20150331v2": event.PermissionChange,
	"ModifySnapshotAttribute": event.Share, "ModifyImageAttribute": event.Share, "ModifyDBSnapshotAttribute": event.Share,
	"SharedSnapshotCopyInitiated": event.Share, "AddRoleToInstanceProfile": event.RoleChange,
	"CreatePolicy": event.PolicyChange, "CreatePolicyVersion": event.PolicyChange, "SetDefaultPolicyVersion": event.PolicyChange,
	"AuthorizeSecurityGroupIngress": event.PolicyChange, "AuthorizeSecurityGroupEgress": event.PolicyChange,
	"RevokeSecurityGroupIngress": event.PolicyChange, "RevokeSecurityGroupEgress": event.PolicyChange,

	"GetObject": event.Download, "PutObject": event.Upload, "UploadPart": event.Upload, "CopyObject": event.Create,
	"DeleteObjects": event.BulkDelete, "SendCommand": event.Execute, "StartSession": event.Execute, "Invoke": event.Execute,
	"InvokeModel": event.Execute, "RunInstances": event.Create, "RunTask": event.Execute, "StartInstances": event.Execute,
	"StopInstances": event.Update, "RebootInstances": event.Update, "TerminateInstances": event.Delete,
	"LeaveOrganization": event.ConfigChange,
}

// cloudTrailVerbs are what a call does by the word it begins with.
var cloudTrailVerbs = []struct {
	word   string
	action event.Action
}{
	{"List", event.List}, {"Describe", event.Read}, {"Get", event.Read}, {"Head", event.Read}, {"BatchGet", event.Read},
	{"Lookup", event.Read}, {"Search", event.List}, {"Scan", event.Read}, {"Query", event.Read}, {"Decrypt", event.Read},
	{"Create", event.Create}, {"Allocate", event.Create}, {"Generate", event.Create}, {"Register", event.Create},
	{"Delete", event.Delete}, {"Terminate", event.Delete}, {"Deregister", event.Delete}, {"Release", event.Delete},
	{"Update", event.Update}, {"Modify", event.Update}, {"Put", event.ConfigChange}, {"Set", event.ConfigChange},
	{"Enable", event.ConfigChange}, {"Disable", event.ConfigChange}, {"Attach", event.Update}, {"Detach", event.Update},
	{"Associate", event.Update}, {"Disassociate", event.Update}, {"Add", event.Update}, {"Remove", event.Update}, {"Tag", event.Update},
	{"Restore", event.Restore}, {"Import", event.Import}, {"Export", event.Export}, {"Start", event.Execute}, {"Execute", event.Execute},
	{"Publish", event.Publish}, {"Share", event.Share},
}

func cloudTrailAction(name string) event.Action {
	if a, ok := cloudTrailActions[name]; ok {
		return a
	}
	for _, v := range cloudTrailVerbs {
		if strings.HasPrefix(name, v.word) {
			return v.action
		}
	}
	return event.Other
}
