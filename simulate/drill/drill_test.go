package drill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
	"hotwash/scenarios"
	"hotwash/simulate"
	"hotwash/simulate/scenario"
	"hotwash/simulate/score"
)

const leaver = "departing-employee-data-policy"

func library(t *testing.T) *scenario.Scenario {
	t.Helper()
	org, err := scenario.ParseOrganization("organization.yml", scenarios.Organization())
	if err != nil {
		t.Fatal(err)
	}
	text, err := scenarios.Text(leaver)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Parse(scenarios.Path(leaver), bytes.ReplaceAll(text, []byte("rate: 25/h"), []byte("rate: 2/h")), org)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// policyRule is the rule that the scenario expects to fire, by the id there.
func policyRule(sc *scenario.Scenario) *sigma.Rule {
	for _, d := range sc.Detections {
		if d.ID == "d-policy-removed" {
			return &sigma.Rule{ID: d.Rules.Any[0], Title: "Data policy removed"}
		}
	}
	return nil
}

// grep is an analysis of its own: it finds records that hold a text, one
// finding each, and knows nothing of how they were made.
func grep(rule *sigma.Rule, text, user string) Analysis {
	return func(_ context.Context, evidence string) (*Analyzed, error) {
		got := &Analyzed{Statuses: []detect.Status{{Rule: rule, State: detect.Loaded}}, Outputs: map[string]string{"case": "c"}}
		entries, err := os.ReadDir(evidence)
		if err != nil {
			return nil, err
		}
		for i, e := range entries {
			b, err := os.ReadFile(filepath.Join(evidence, e.Name()))
			if err != nil {
				return nil, err
			}
			offset := 0
			for line := range bytes.Lines(b) {
				if bytes.Contains(line, []byte(text)) {
					id := int64(i)<<40 | int64(offset)
					got.Findings = append(got.Findings, detect.Finding{ID: "f", Rule: rule.ID, Title: rule.Title, Level: "medium", Entities: map[string][]string{"user": {user}}, EventIDs: []int64{id}})
				}
				offset += len(line)
			}
		}
		got.Place = func(id int64) (string, int64, bool) { return entries[id>>40].Name(), id & (1<<40 - 1), true }
		got.Held = func(string, int64) bool { return true }
		return got, nil
	}
}

func TestDrill(t *testing.T) {
	sc := library(t)
	for _, tc := range []struct {
		name, text, user string
		want             map[string]score.Status
		falsePositives   int
	}{
		{"the rule works", "DeleteDlpPolicy", "anna.keller@contoso.example", map[string]score.Status{"d-policy-removed": score.Hit, "d-policy-change-is-quiet": score.Hit}, 0},
		{"the rule is blind", "DeleteDlpPolicies", "anna.keller@contoso.example", map[string]score.Status{"d-policy-removed": score.Miss, "d-policy-change-is-quiet": score.Hit}, 0},
		{"the rule is wide", "DlpPolicy", "anna.keller@contoso.example", map[string]score.Status{"d-policy-removed": score.Hit, "d-policy-change-is-quiet": score.FalsePositive}, 1},
		{"the rule names another", "DeleteDlpPolicy", "omar.haddad@contoso.example", map[string]score.Status{"d-policy-removed": score.WrongEntity}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, err := Run(context.Background(), sc, Options{Out: t.TempDir()}, grep(policyRule(sc), tc.text, tc.user))
			if err != nil {
				t.Fatal(err)
			}
			tc.want["d-sign-in-is-logged"], tc.want["d-flows-of-a-leaver"] = score.Hit, score.NotMeasurable
			failed := 0
			for _, e := range v.Expectations {
				if want, ok := tc.want[e.ID]; ok && e.Status != want {
					t.Errorf("%s: %s (%s), want %s", e.ID, e.Status, e.Message, want)
				}
				if e.Status != score.Hit && e.Status != score.NotMeasurable {
					failed++
				}
			}
			if v.Score.FalsePositives != tc.falsePositives || len(v.Failed()) != failed || len(v.Unmeasured()) != 1 {
				t.Errorf("score %+v, %d failed, %d unmeasured", v.Score, len(v.Failed()), len(v.Unmeasured()))
			}
			if v.Seed != 42 || v.Outputs["case"] != "c" || v.Outputs["evidence"] == "" {
				t.Errorf("verdict %+v", v)
			}
		})
	}
}

func TestDrillFails(t *testing.T) {
	sc, boom := library(t), errors.New("boom")
	_, err := Run(context.Background(), sc, Options{Out: t.TempDir()}, func(context.Context, string) (*Analyzed, error) { return nil, boom })
	if !errors.Is(err, boom) || !strings.HasPrefix(err.Error(), "drill "+leaver) {
		t.Errorf("got %v", err)
	}
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), sc, Options{Out: out}, nil); !errors.Is(err, simulate.ErrForeign) {
		t.Errorf("got %v", err)
	}
}

func TestJSONIsTheContract(t *testing.T) {
	b, err := json.Marshal(Verdict{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"scenario":`, `"seed":7`, `"expectations":`, `"score":{`, `"outputs":`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s lacks %s", b, want)
		}
	}
}
