package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"

	"hotwash/analyze/detect"
	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
	"hotwash/analyze/store"
	"hotwash/queries"
)

type rulesExplainOptions struct {
	printing
	rules ruleOptions
	dir   string
}

func newRulesExplain() *command {
	var o rulesExplainOptions
	fs := flagSet("rules explain")
	caseFlag(fs, &o.dir)
	o.rules.flags(fs)
	o.printing.flags(fs)
	return &command{
		name: "rules explain", args: "RULE EVENT", short: "say why a rule matches an event, or doesn't",
		long: `Asks a rule about one event of a case and prints each part of the rule with yes or no:
what it asks for, and what the event has. RULE is the id, name or title of a rule, or a
file. EVENT is an event id, E03@184467 or a citation as reports print it. Of a correlation
the rules that it stands on are asked: whether they came together depends on other events.`,
		example: "rules explain \"Power Platform data policy removed\" E01@108",
		flags:   fs,
		run: func(ctx context.Context, std stdio, args []string) error {
			return runRulesExplain(ctx, std, o, args)
		},
	}
}

// explained is the JSON object of rules explain.
type explained struct {
	Ref     string          `json:"ref"` // the citation
	EventID string          `json:"event_id"`
	Source  string          `json:"source"`
	Rules   []explainedRule `json:"rules"`
}

// explainedRule is one rule that was asked. Verdict is what it makes of the
// fields, though the rule may not be about such events.
type explainedRule struct {
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	Path    string         `json:"path"`
	Line    int            `json:"line"`
	Of      string         `json:"of,omitempty"` // the correlation that stands on it
	Matches bool           `json:"matches"`
	About   bool           `json:"about"` // the rule is about such events
	Reason  string         `json:"reason,omitempty"`
	Needs   []detect.Need  `json:"needs,omitempty"` // what its logsource asks besides
	Verdict *sigma.Verdict `json:"verdict"`
}

func runRulesExplain(ctx context.Context, std stdio, o rulesExplainOptions, args []string) (err error) {
	if len(args) != 2 {
		return misuse("hotwash rules explain RULE EVENT", "a rule and an event are needed, not %d arguments", len(args))
	}
	rules, err := o.rules.meant(args[0])
	if err != nil {
		return err
	}
	c, items, err := itemsOf(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	place, err := findPlace(items, args[1])
	if err != nil {
		return misuse("", "%w", err)
	}
	out := explained{Ref: c.Cite(place.ID()), EventID: fmt.Sprint(place.ID())}
	err = withEvent(ctx, c, place.ID(), args[1], func(cols *event.Columns) {
		out.Source = cols.Source
		for _, r := range rules {
			out.Rules = append(out.Rules, explainRule(r, cols)...)
		}
	})
	if err != nil {
		return err
	}
	if o.json {
		return std.object(out)
	}
	return out.tell(std.out)
}

// withEvent reads one event of the case, as a batch of one that is valid for
// the call.
func withEvent(ctx context.Context, c *store.Case, id int64, ref string, use func(*event.Columns)) error {
	var source string
	var counts sql.Null[int64]
	err := c.QueryRowContext(ctx, queries.Text("detect/event"), id).Scan(&source, &counts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return misuse("hotwash timeline lists the events", "reference %s: no event begins there", ref)
	case err != nil:
		return fmt.Errorf("reference %s: %w", ref, err)
	case counts.Valid:
		return misuse("rules are not asked about it; explain that one", "reference %s: the event %s counts for it", ref, c.Cite(counts.V))
	}
	for cols, err := range c.Scan(ctx, source, id, id+1) {
		if err != nil {
			return fmt.Errorf("reference %s: %w", ref, err)
		}
		if cols.Len() == 1 {
			use(cols)
			return nil
		}
	}
	return fmt.Errorf("reference %s: the event can't be read", ref)
}

func explainRule(r *sigma.Rule, cols *event.Columns) []explainedRule {
	var all []explainedRule
	for _, x := range detect.Explain(r, cols, 0) {
		e := explainedRule{ID: x.Rule.Key(), Title: x.Rule.Title, Path: x.Rule.Path, Line: x.Rule.Line, Matches: x.Matches(),
			About: x.Shown, Reason: x.Reason, Needs: x.Needs, Verdict: x.Judged}
		if r.Correlation != nil {
			e.Of = fmt.Sprintf("%s: %s %s", r.Called(), r.Correlation.Type, r.Correlation.Asked())
		}
		all = append(all, e)
	}
	return all
}

func (x explained) tell(w io.Writer) error {
	var b strings.Builder
	for i := range x.Rules {
		x.Rules[i].tell(&b, x.Ref)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *explainedRule) tell(b *strings.Builder, ref string) {
	says := "does not match"
	if r.Matches {
		says = "matches"
	}
	fmt.Fprintf(b, "%s (%s:%d) %s %s\n", oneLine(r.Title), oneLine(r.Path), r.Line, says, ref)
	if r.Of != "" {
		fmt.Fprintf(b, "it is part of the correlation %s, which depends on other events too\n", oneLine(r.Of))
	}
	if r.Reason != "" {
		fmt.Fprintf(b, "the rule is not asked about this event: %s\n", oneLine(r.Reason))
	}
	for _, n := range r.Needs {
		fmt.Fprintf(b, "%slogsource %s: %s; the event has %s\n", yes(n.Holds), n.Field, quoted(n.Values), quoted(n.Has))
	}
	if r.Verdict != nil {
		verdict(b, r.Verdict, 0)
	}
}

func yes(holds bool) string {
	if holds {
		return "yes  "
	}
	return "no   "
}

func quoted(all []string) string {
	if len(all) == 0 {
		return "nothing"
	}
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = oneLine(fmt.Sprintf("%q", s))
	}
	return strings.Join(out, ", ")
}

// verdict prints a part of a rule, and its parts below it.
func verdict(b *strings.Builder, v *sigma.Verdict, depth int) {
	words := map[string]string{"and": "all of", "or": "one of", "not": "not"}
	text := words[v.Is]
	switch {
	case v.Line != nil:
		text = lineText(v.Line)
	case v.Is == "selection":
		text = oneLine(v.Name)
	}
	fmt.Fprintf(b, "%s%s%s\n", yes(v.Holds), strings.Repeat("  ", depth), text)
	for _, of := range v.Of {
		verdict(b, of, depth+1)
	}
}

// lineText is a line of a rule, with what became of each of its values, and
// what the event has.
func lineText(l *sigma.LineWhy) string {
	const most = 5
	name := strings.Join(append([]string{l.Field}, l.Modifiers...), "|")
	if l.Field == "" {
		name = strings.Join(append([]string{"any field"}, l.Modifiers...), "|")
	}
	var parts []string
	for _, p := range l.Patterns[:min(len(l.Patterns), most)] {
		text := quoted([]string{p.Pattern})
		if len(l.Patterns) > 1 {
			text += " " + strings.TrimSpace(yes(p.Holds))
		}
		if p.Field != "" {
			text += " in " + p.Field
		}
		parts = append(parts, text)
	}
	if more := len(l.Patterns) - len(parts) + l.More; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	text := oneLine(name) + ": " + strings.Join(parts, ", ")
	if l.Field == "" {
		return text
	}
	return text + "; the event has " + has(l)
}

func has(l *sigma.LineWhy) string {
	if l.Missing {
		return "no such field"
	}
	var all []string
	for _, v := range l.Values {
		if v == nil {
			all = append(all, "null")
			continue
		}
		all = append(all, quoted([]string{*v}))
	}
	return strings.Join(all, ", ")
}
