package conformance

// cloudTrail: CloudTrail record contents, AWS CloudTrail User Guide; a record
// of the lookup API holds it as text.
var cloudTrail = family{
	name: "aws.cloudtrail",
	files: []string{
		"aws/invictus_aws_dataset/CloudTrail/", "aws/stratus-red-team/docs/", "aws/otrf/ec2_proxy", "otrf/aws/",
		"panther/aws_cloudtrail.jsonl", "plaso/jsonl/aws_cloudtrail.jsonl",
	},
	root:  "CloudTrailEvent",
	class: "userIdentity.type",
	rules: []rule{
		{"eventName", map[string]string{
			"time": "utc eventTime | utc @timestamp", "operation": "eventName", "record_id": "eventID", "actor": "userIdentity.arn",
			"actor_id": "userIdentity.principalId", "src_ip": "ip sourceIPAddress", "outcome_code": "errorCode",
			"outcome": "'success'", "agent": "userAgent", "correlation": "requestID",
			"target_id": "resources.ARN",
		}},
		{"eventName & errorCode", map[string]string{"outcome": "'failure'"}},
		{"eventName & errorCode~AccessDenied,UnauthorizedOperation", map[string]string{"outcome": "'denied'"}},
		{"eventName=ConsoleLogin & responseElements.ConsoleLogin=Failure", map[string]string{"outcome": "'failure'"}},
		{"userIdentity.type=IAMUser,FederatedUser,SAMLUser,WebIdentityUser", map[string]string{"actor_type": "'user'"}},
		{"userIdentity.type=AssumedRole,Role", map[string]string{"actor_type": "'service_principal'"}},
		{"userIdentity.type=AWSService", map[string]string{"actor_type": "'system'"}},
		{"userIdentity.type=Root", map[string]string{"actor_type": "'admin'"}},
		{"eventName^Describe,List", map[string]string{"action": "'list||read'"}},
		{"eventName=ConsoleLogin,AssumeRole,AssumeRoleWithSAML,AssumeRoleWithWebIdentity", map[string]string{"action": "'sign_in'"}},
		{"eventName=StopLogging,DeleteTrail", map[string]string{"action": "'audit_tamper'"}},
		{"eventName=CreateAccessKey,CreateLoginProfile,UpdateLoginProfile", map[string]string{"action": "'credential_change'"}},
		{"eventName=AttachUserPolicy,AttachRolePolicy,PutUserPolicy,PutBucketPolicy", map[string]string{"action": "'permission_change'"}},
		{"eventSource=s3.amazonaws.com & requestParameters.bucketName & !requestParameters.key", map[string]string{"target_name": "requestParameters.bucketName"}},
		{"eventSource=s3.amazonaws.com & requestParameters.bucketName & requestParameters.key", map[string]string{"target_type": "'file'"}},
		{"eventSource=iam.amazonaws.com & requestParameters.userName", map[string]string{"target_name": "requestParameters.userName", "target_type": "'user'"}},
		{"eventSource=iam.amazonaws.com & requestParameters.roleName & !requestParameters.userName", map[string]string{"target_name": "requestParameters.roleName", "target_type": "'role'"}},
		{"eventSource=secretsmanager.amazonaws.com & requestParameters.secretId", map[string]string{"target_name": "requestParameters.secretId"}},
		{"eventName^DeleteBucket,TerminateInstances,DeleteUser", map[string]string{"action": "'delete||permission_change||credential_change'"}},
	},
}

// zeekConnections: Zeek's conn.log.
var zeekConnections = family{
	name:  "zeek.conn",
	files: []string{"network/rita/", "network/zeek-btest-baseline/"},
	mixed: true,
	class: "conn_state",
	rules: []rule{
		{"conn_state & uid & id.orig_h", map[string]string{
			"time": "epoch ts | utc ts", "operation": "'conn'", "action": "'network_connect'", "src_ip": "ip id.orig_h",
			"target_type": "'host'", "target_id": "id.resp_h", "correlation": "uid",
		}},
	},
}

// zeekLookups: Zeek's dns.log.
var zeekLookups = family{
	name:  "zeek.dns",
	files: []string{"network/zed-sample-data/zeek-default/dns", "network/zed-sample-data/zeek-json/dns"},
	class: "rcode_name",
	rules: []rule{
		{"uid", map[string]string{
			"time": "epoch ts | utc ts", "operation": "'dns'", "action": "'dns_query'", "src_ip": "ip id.orig_h",
			"target_type": "'host'", "target_id": "id.resp_h", "target_name": "query", "outcome_code": "rcode_name", "correlation": "uid",
		}},
		{"rcode_name", map[string]string{"outcome": "'failure'"}},
		{"rcode_name=NOERROR", map[string]string{"outcome": "'success'"}},
	},
}
