// Package score holds what was planted against what was found. It knows the
// truth and the findings; it reads no logs and runs no rules. What was not
// planted is a negative.
package score

import (
	"hotwash/analyze/detect"
	"hotwash/simulate/scenario"
	"hotwash/simulate/truth"
)

// Status is how an expectation ended.
type Status string

// The statuses.
const (
	Hit           Status = "hit"
	Miss          Status = "miss"
	Late          Status = "late"
	WrongEntity   Status = "wrong_entity"
	WrongCount    Status = "wrong_count"
	WrongSeverity Status = "wrong_severity"
	FalsePositive Status = "false_positive"
	NotMeasurable Status = "not_measurable"
)

// Input is all that a verdict rests on.
type Input struct {
	Scenario *scenario.Scenario
	Truth    []truth.Row
	Findings []detect.Finding
	Rules    []Rule
	// Place says where an event stands: its file below evidence/ and its offset.
	Place func(event int64) (file string, offset int64, ok bool)
	// Held says whether the analysis has the record at a place as an event.
	Held       func(file string, offset int64) bool
	Watchlists []string // those that were given and are not empty
}

// Rule is a rule that the analysis had, and its state; "loaded" is the one in
// which it can fire.
type Rule struct{ ID, Title, State, Reason string }

// Expectation is one verdict.
type Expectation struct {
	ID      string   `json:"id"`
	Step    string   `json:"step"`
	Status  Status   `json:"status"`
	Rule    string   `json:"rule"`  // the rule that found it, else the first that was to
	TTD     *float64 `json:"ttd_s"` // null in batch mode: nobody was watching
	Message string   `json:"message"`
	Count   int      `json:"count"`    // events of the step that findings hold
	Finding []string `json:"findings"` // ids
	Line    int      `json:"line"`     // in the scenario's file
}

// Score is the whole in numbers. A rate is null where it would divide by zero.
type Score struct {
	Unit                 string   `json:"unit"`
	Recall               *float64 `json:"recall"`
	Precision            *float64 `json:"precision"`
	F1                   *float64 `json:"f1"`
	FalsePositivesPerDay float64  `json:"false_positives_per_day"`
	TruePositives        int      `json:"true_positives"`
	FalseNegatives       int      `json:"false_negatives"`
	FalsePositives       int      `json:"false_positives"`
	Unmeasured           int      `json:"unmeasured"`
	Days                 float64  `json:"days"`
}

// Unit says what is counted, so that precision and recall are of one kind.
const Unit = "step: an attack step that is to raise an alert and can be measured counts once, found or missed; " +
	"a finding that touches no attack step and none of its consequences is one false positive"

// Compute judges every expectation and counts.
func Compute(in Input) ([]Expectation, Score) {
	j := newJudge(in)
	var out []Expectation
	for _, d := range in.Scenario.Detections {
		out = append(out, j.expectation(d))
	}
	return out, j.score(out)
}

func (j *judge) score(verdicts []Expectation) Score {
	s := Score{Unit: Unit, Days: days(j.in.Scenario), FalsePositives: j.falsePositives()}
	found, measured := map[string]bool{}, map[string]bool{}
	for i, d := range j.in.Scenario.Detections {
		status := verdicts[i].Status
		if status == NotMeasurable {
			s.Unmeasured++
			continue
		}
		if d.Expect == scenario.ExpectAlert && j.attacks[d.Step] {
			measured[d.Step] = true
			found[d.Step] = found[d.Step] || status != Miss && status != WrongEntity
		}
	}
	for step := range measured {
		if found[step] {
			s.TruePositives++
		} else {
			s.FalseNegatives++
		}
	}
	s.rates()
	return s
}

func (s *Score) rates() {
	tp := float64(s.TruePositives)
	s.Recall = ratio(tp, tp+float64(s.FalseNegatives))
	s.Precision = ratio(tp, tp+float64(s.FalsePositives))
	if s.Recall != nil && s.Precision != nil {
		s.F1 = ratio(2**s.Precision**s.Recall, *s.Precision+*s.Recall)
	}
	if s.Days > 0 {
		s.FalsePositivesPerDay = float64(s.FalsePositives) / s.Days
	}
}

func ratio(a, b float64) *float64 {
	if b == 0 {
		return nil
	}
	r := a / b
	return &r
}

func days(sc *scenario.Scenario) float64 {
	const day = 24 * 3600e9
	return float64(sc.Window.Duration) / day
}
