package review

import (
	"slices"
	"strings"

	"hotwash/analyze/evidence"
)

// Levels are the severities of rules, the most severe first.
func Levels() []string { return []string{"critical", "high", "medium", "low", "informational"} }

// Severity orders levels: 5 for critical down to 1, 0 for a level that is none.
func Severity(level string) int {
	levels := Levels()
	if at := slices.Index(levels, strings.ToLower(level)); at >= 0 {
		return len(levels) - at
	}
	return 0
}

// Count is how often a name occurs.
type Count struct {
	Name string
	N    int
}

// ByLevel counts the findings of every level, those without findings included.
// Levels that no rule should have come last, as one.
func (r *Review) ByLevel() []Count {
	levels := Levels()
	counts := make([]Count, len(levels), len(levels)+1)
	other := Count{Name: "no level"}
	for i, level := range levels {
		counts[i].Name = level
	}
	for i := range r.Findings {
		if s := Severity(r.Findings[i].Level); s > 0 {
			counts[len(levels)-s].N++
		} else {
			other.N++
		}
	}
	if other.N > 0 {
		counts = append(counts, other)
	}
	return counts
}

// RuleStates are the states of a rule, in the order they are told.
func RuleStates() []string {
	return []string{Loaded, "not_applicable", "no_reader", "placeholder_missing", "unsupported", "invalid", "error"}
}

// ByState counts the rules of every state, those without rules included.
func (r *Review) ByState() []Count {
	var counts []Count
	for _, state := range RuleStates() {
		counts = append(counts, Count{Name: state})
	}
	for i := range r.Rules {
		if at := slices.Index(RuleStates(), r.Rules[i].State); at >= 0 {
			counts[at].N++
		}
	}
	return counts
}

// Ran is how many rules ran over the case.
func (r *Review) Ran() int { return r.ByState()[0].N }

// ByFileState counts the evidence items of every state that occurs.
func (r *Review) ByFileState() []Count {
	states := []evidence.State{evidence.Parsed, evidence.PartialRead, evidence.Changed, evidence.Unreadable,
		evidence.Unsupported, evidence.NotALog, evidence.Empty, evidence.Container}
	var counts []Count
	for _, s := range states {
		n := 0
		for i := range r.Evidence {
			if r.Evidence[i].State == s {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, Count{string(s), n})
		}
	}
	return counts
}

// Read says whether the item was read as a log, to its end or not.
func (e *Evidence) Read() bool {
	switch e.State {
	case evidence.Parsed, evidence.PartialRead, evidence.Changed, evidence.Unreadable:
		return true
	}
	return false
}

// Whole says whether the item was read as a log to its end.
func (e *Evidence) Whole() bool { return e.State == evidence.Parsed }

// NoReader says whether the item was recognised as something without a reader.
func (e *Evidence) NoReader() bool { return e.State == evidence.Unsupported }

// Troubled says whether the item was not read to its end, or was, and doesn't
// add up. Nothing can be concluded from its silence.
func (e *Evidence) Troubled() bool {
	return e.Read() && !e.Whole() || !e.Account.Balanced()
}

// Name is where the item was found: argument, path and member.
func (e *Evidence) Name() string {
	if e.Member != "" {
		return e.Folder() + "!" + e.Member
	}
	return e.Folder()
}

// Folder is the item's file: argument and path.
func (e *Evidence) Folder() string {
	if e.Path != "" {
		return e.Argument + "/" + e.Path
	}
	return e.Argument
}
