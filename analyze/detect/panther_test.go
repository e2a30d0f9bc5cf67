package detect

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// pantherRules are public correlations of another project, said in Sigma. Their
// own tests say when each of their steps matched, and for which value.
var pantherRules = []struct {
	file  string
	steps []string // A, B and C of the correlation
	sigma string   // behind the rules A, B, C and D
}{
	{"aws_cloudtrail_stopinstance_followed_by_modifyinstanceattributes", []string{"StopInstance", "StartupScriptChange"}, pair},
	{"aws_create_backdoor_admin_iam_role", []string{"CreateRole", "AttachAdminRolePolicy"}, pair},
	{"aws_privilege_escalation_via_user_compromise", []string{"User Backdoored", "User Accessed"}, pair},
	{"aws_s3_disable_security_controls", []string{"Disable S3 Logging", "Versioning Suspended", "MFA Delete Disabled"}, three},
	{"aws_s3_exfiltration_and_deletion", []string{"Bulk Exfiltration", "Bulk Deletion"}, many("A", 10) + many("B", 10) + `title: found
correlation: {type: temporal, rules: [manyA, manyB], group-by: [who], timespan: 30h}
`},
	{"gaia_credential_theft_attack_chain", []string{"Windows Credential Dump", "Google Login Anomaly"}, pair},
	{"gcp_tag_escalation", []string{"Enumeration", "TagBinding", "PrivilegedOperation"}, three},
	{"github_pull_request_target_with_checkout_in_workflow", []string{"PullRequestTarget", "WorkflowCheckout"}, pair},
	{"openai_brute_force_login_success", []string{"Multiple Failed Logins", "Successful Login"}, many("A", 5) + `title: found
correlation: {type: temporal, rules: [manyA, B], group-by: [who], timespan: 30h}
`},
	{"potential_compromised_okta_credentials", []string{"Login Without Push Marker", "Push Phishing"}, `title: found
correlation:
  type: temporal
  rules: [A, B]
  group-by: [who]
  aliases: {who: {A: actor.alternateId, B: new.employee.email}}
  timespan: 30h
`},
	{"snowflake_data_exfiltration", []string{"SnowflakeTempStageCreated", "SnowflakeCopyIntoStage", "SnowflakeFileDownloaded"}, three},
	// What must be absent stands behind not.
	{"aws_console_sign-in_without_okta", []string{"Okta SSO to AWS", "AWS Console Sign-In"}, without},
	{"secret_exposed_and_not_quarantined", []string{"SecretNotQuarantined", "SecretFound"}, without},
}

const (
	pair    = "title: found\ncorrelation: {type: temporal, rules: [A, B], group-by: [who], timespan: 30h}\n"
	three   = "title: found\ncorrelation: {type: temporal, rules: [A, B, C], group-by: [who], timespan: 30h}\n"
	without = "title: found\ncorrelation: {type: temporal, rules: [A, B], group-by: [who], timespan: 30h, condition: B and not A}\n"
)

// many is a correlation of that many hits of a rule.
func many(rule string, n int) string {
	return "name: many" + rule + "\ncorrelation: {type: event_count, rules: " + rule + ", group-by: [who], timespan: 30h, condition: {gte: " + strconv.Itoa(n) + "}}\n---\n"
}

type pantherFile struct {
	Tests []struct {
		Name           string `yaml:"Name"`
		ExpectedResult bool   `yaml:"ExpectedResult"`
		RuleOutputs    []struct {
			ID      string                      `yaml:"ID"`
			Matches map[string]map[string][]any `yaml:"Matches"`
		} `yaml:"RuleOutputs"`
	} `yaml:"Tests"`
}

func TestPanther(t *testing.T) {
	dir := filepath.Join(dataDir(t), "panther", "correlation_rules")
	tests, yes := 0, 0
	for _, tc := range pantherRules {
		t.Run(tc.file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, tc.file+".yml"))
			if err != nil {
				t.Fatal(err)
			}
			var file pantherFile
			if err := yaml.Unmarshal(text, &file); err != nil {
				t.Fatal(err)
			}
			for _, test := range file.Tests {
				tests++
				var records []record
				for _, out := range test.RuleOutputs {
					step := -1
					for i, s := range tc.steps {
						if s == out.ID {
							step = i
						}
					}
					if step < 0 {
						t.Fatalf("%s: no step is %s", test.Name, out.ID)
					}
					for field, values := range out.Matches {
						for value, times := range values {
							for _, at := range times {
								records = append(records, record{int64(len(records) + 1), hoursOf(t, at),
									[]string{"op", string(rune('A' + step)), "who", value, field, value}})
							}
						}
					}
				}
				got, _ := runAll(t, steps+tc.sigma, records...)
				found := len(onlyFound(got))
				if (found > 0) != test.ExpectedResult || found > 1 {
					t.Errorf("%s: %v, expected %t", test.Name, got, test.ExpectedResult)
				}
				if test.ExpectedResult {
					yes++
				}
			}
		})
	}
	t.Logf("%d tests, %d of them find something", tests, yes)
	if tests != 38 || yes != 16 {
		t.Errorf("%d tests, %d of them find something", tests, yes)
	}
}

// hoursOf is a time of a test: minutes, or a day and hour.
func hoursOf(t *testing.T, at any) float64 {
	switch at := at.(type) {
	case uint64:
		return float64(at) / 60
	case string:
		if when, err := time.Parse(time.RFC3339, at); err == nil {
			return float64(when.Unix()) / 3600
		}
	}
	t.Fatalf("time %v (%T)", at, at)
	return 0
}
