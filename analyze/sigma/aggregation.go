package sigma

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// counted is what old rules have behind a bar: count() by user > 5.
var counted = regexp.MustCompile(`^(count|sum|avg|min|max) *\( *([^()]*?) *\)(?: +by +(.+?))? *(>=|<=|==|=|>|<) *(-?[0-9]+(?:\.[0-9]+)?)$`)

var comparisons = map[string]string{">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "eq", "==": "eq"}

// aggregate makes a correlation of an old rule that counts what its condition
// matches, or asks for other selections near to it. The rules of the correlation
// are parts of this one. Without a timeframe all events are one window.
func (r *Rule) aggregate(condition, frame *node) error {
	before, after, _ := strings.Cut(condition.text, "|")
	after = strings.TrimSpace(after)
	c := &Correlation{Timespan: Forever, Own: true, line: condition.line}
	if frame != nil {
		var err error
		if c.Timespan, err = timespan(frame); err != nil {
			return err
		}
	}
	if err := r.part(c, before, condition.line); err != nil {
		return err
	}
	near, ok := strings.CutPrefix(after, "near ")
	var err error
	if ok {
		err = r.near(c, near, condition.line)
	} else {
		err = c.count(after, condition.line)
	}
	if err == nil {
		r.Correlation = c
	}
	return err
}

// part adds a rule to a correlation that stands for a part of this one.
func (r *Rule) part(c *Correlation, condition string, line int) error {
	p := conditionParser{selections: r.selections, line: line, words: words(condition)}
	x, err := p.parse()
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s/%d", cmp.Or(r.Key(), r.Place()), len(c.Rules)+1)
	part := *r
	part.ID, part.Name, part.condition = "", name, x
	c.Rules, c.Of = append(c.Rules, name), append(c.Of, &part)
	return nil
}

func (c *Correlation) count(text string, line int) error {
	m := counted.FindStringSubmatch(text)
	if m == nil {
		return unsupported(line, "condition: %q counts in a way that is unknown", text)
	}
	limit, _ := ReadNumber(m[5])
	c.Bounds = []Bound{{comparisons[m[4]], limit}}
	for _, name := range strings.Split(m[3], ",") {
		if name = strings.TrimSpace(name); name != "" {
			c.GroupBy = append(c.GroupBy, name)
		}
	}
	if m[2] != "" {
		c.Fields = []string{m[2]}
	}
	switch how := m[1]; {
	case how == "count" && m[2] == "":
		c.Type = EventCount
	case m[2] == "":
		return invalid(line, "condition: %s of no field", how)
	case how == "count":
		c.Type = ValueCount
	case how == "sum":
		c.Type = ValueSum
	case how == "avg":
		c.Type = ValueAvg
	case how == "min": // the smallest value is the 0th percentile, the largest the 100th
		c.Type = ValuePercentile
	default:
		c.Type, c.Percentile = ValuePercentile, 100
	}
	return nil
}

// near adds the selections that must match, or mustn't, within the timeframe:
// a and b and not c.
func (r *Rule) near(c *Correlation, text string, line int) error {
	c.Type = Temporal
	c.Logic = &Logic{Is: And, Of: []*Logic{{Is: Line}}}
	for i, operand := range strings.Split(" "+text+" ", " and ") {
		operand = strings.TrimSpace(operand)
		name, not := strings.CutPrefix(operand, "not ")
		if strings.ContainsAny(name, " ()") {
			return unsupported(line, "condition: near %q is no list of selections", text)
		}
		if err := r.part(c, name, line); err != nil {
			return err
		}
		l := &Logic{Is: Line, Rule: i + 1}
		if not {
			l = &Logic{Is: Not, Of: []*Logic{l}}
		}
		c.Logic.Of = append(c.Logic.Of, l)
	}
	if len(c.Rules) > maxRules {
		return unsupported(line, "condition: near more than %d selections", maxRules)
	}
	return nil
}
