package analyze

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
	"hotwash/analyze/store"
)

// ErrUnfinished is a case that was loaded and not examined to the end.
var ErrUnfinished = errors.New("the last analysis of the case did not come to its end")

// metaExamined is where a case keeps what its last examination was told.
const metaExamined = "examined"

// Examined is what a case keeps of its last examination besides the findings:
// enough to tell the same again.
type Examined struct {
	Tool           string      `json:"tool"`
	Command        []string    `json:"command"`
	Config         string      `json:"config_sha256"`
	Zones          []Zone      `json:"zones"`
	Offsets        []Offset    `json:"offsets"`
	Dates          []Dates     `json:"dates"`
	Year           int         `json:"year"`
	IncludeUnknown bool        `json:"include_unknown"`
	Mixed          bool        `json:"mixed"`
	Rules          []ruleState `json:"rules"`
}

// ruleState is a rule as the case remembers it.
type ruleState struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Level  string `json:"level"`
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// examined is what is kept of a run.
func examined(o Options, statuses []detect.Status) *Examined {
	x := &Examined{Tool: o.Tool, Command: o.Command, Config: o.Config, Zones: o.Zones, Offsets: o.Offsets, Dates: o.Dates,
		Year: o.Year, IncludeUnknown: o.IncludeUnknown, Mixed: o.Mixed}
	for _, s := range statuses {
		x.Rules = append(x.Rules, ruleState{s.Rule.Key(), s.Rule.Called(), s.Rule.Level, string(s.State), s.Reason})
	}
	return x
}

// keep stores it.
func (x *Examined) keep(ctx context.Context, w *store.Writer) error {
	text, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("examination: %w", err)
	}
	return w.SetMeta(ctx, metaExamined, string(text))
}

// forget says that what the case knows is no longer the whole: until the next
// examination there is nothing to be told again.
func forget(ctx context.Context, w *store.Writer) error { return w.SetMeta(ctx, metaExamined, "") }

// statuses are the rules' states as they were.
func (x *Examined) statuses() []detect.Status {
	var all []detect.Status
	for _, r := range x.Rules {
		rule := &sigma.Rule{ID: r.ID, Title: r.Title, Level: r.Level}
		all = append(all, detect.Status{Rule: rule, State: detect.State(r.State), Reason: r.Reason})
	}
	return all
}

// Open opens a case for reading.
func Open(ctx context.Context, dir string) (*store.Case, error) {
	return store.Open(ctx, dir, natives())
}

// Reopen is the Result of the last Run over a case, read from the case alone:
// neither evidence nor rules are looked at.
func Reopen(ctx context.Context, c *store.Case, dir string) (*Result, error) {
	x := &Examined{}
	res := &Result{Case: dir, Examined: x}
	text, err := c.Meta(ctx, metaExamined)
	switch {
	case err != nil:
		return nil, err
	case text == "":
		return nil, fmt.Errorf("%s: %w", dir, ErrUnfinished)
	}
	if err := json.Unmarshal([]byte(text), x); err != nil {
		return nil, fmt.Errorf("%s: examination: %w", dir, err)
	}
	if res.Items, err = c.Items(ctx); err != nil {
		return nil, err
	}
	res.Simulated, _ = simulated(res.Items, true)
	res.Statuses = x.statuses()
	if res.Findings, err = findingsOf(ctx, c); err != nil {
		return nil, err
	}
	res.Survey, err = survey(ctx, c, x.IncludeUnknown, res.Findings)
	return res, err
}

func findingsOf(ctx context.Context, c *store.Case) ([]detect.Finding, error) {
	texts, err := c.Findings(ctx)
	if err != nil {
		return nil, err
	}
	events, err := c.FindingEvents(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]detect.Finding, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &all[i]); err != nil {
			return nil, fmt.Errorf("finding %d of the case: %w", i+1, err)
		}
		all[i].EventIDs = events[all[i].ID]
	}
	return all, nil
}
