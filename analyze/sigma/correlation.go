package sigma

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Correlation is what a correlation rule asks of the events that other rules
// match: of those with equal values in the fields of GroupBy, that stand within
// Timespan of each other. Which rules Rules names is known after Link.
type Correlation struct {
	Type       CorrelationType
	Rules      []string // ids or names, as the rule writes them
	GroupBy    []string // fields or aliases; none: all events are one group
	Aliases    []Alias
	Timespan   int64    // µs
	Bounds     []Bound  // all must hold of the number that Type says
	Fields     []string // of the value_ types; of value_count several make one value
	Percentile float64  // of value_percentile, 0 to 100
	Logic      *Logic   // of the temporal types, instead of Bounds: a condition over rules
	Generate   bool     // the rules' own findings are wanted besides

	Of  []*Rule // the rules of Rules, in that order, once they are linked
	Own bool    // Of are rules that stand for parts of this one, and nothing else knows them

	line int
}

// CorrelationType says which number, or which order, is asked about.
type CorrelationType string

// The types of correlations.
const (
	EventCount      CorrelationType = "event_count"
	ValueCount      CorrelationType = "value_count" // different values
	ValueSum        CorrelationType = "value_sum"
	ValueAvg        CorrelationType = "value_avg"
	ValuePercentile CorrelationType = "value_percentile"
	ValueMedian     CorrelationType = "value_median"
	Temporal        CorrelationType = "temporal"         // rules that matched
	TemporalOrdered CorrelationType = "temporal_ordered" // rules that matched in the order they are named
)

var correlationTypes = []CorrelationType{EventCount, ValueCount, ValueSum, ValueAvg, ValuePercentile, ValueMedian, Temporal, TemporalOrdered}

// Ordered says that the type asks for an order.
func (t CorrelationType) Ordered() bool { return t == TemporalOrdered }

// Timed says that the type asks which rules matched, not how many events.
func (t CorrelationType) Timed() bool { return t == Temporal || t == TemporalOrdered }

// Bound is one comparison of a condition.
type Bound struct {
	Op    string // gt, gte, lt, lte, eq, neq
	Value float64
}

// Holds says whether a number is within the bound.
func (b Bound) Holds(n float64) bool {
	switch b.Op {
	case "gt":
		return n > b.Value
	case "gte":
		return n >= b.Value
	case "lt":
		return n < b.Value
	case "lte":
		return n <= b.Value
	case "eq":
		return n == b.Value
	}
	return n != b.Value
}

// String is the bound as a rule writes it: "gte 5".
func (b Bound) String() string { return b.Op + " " + strconv.FormatFloat(b.Value, 'f', -1, 64) }

// Alias is one name for fields that each rule calls otherwise.
type Alias struct {
	Name   string
	Fields map[string]string // by rule, as the correlation names it
}

// Logic is a condition over the rules of a correlation. Rule is the position in
// Rules; it is meant if Is is Line.
type Logic struct {
	Is   NodeKind
	Of   []*Logic
	Rule int
}

// Holds says whether the condition holds where rules matched that are present.
func (l *Logic) Holds(present func(rule int) bool) bool {
	switch l.Is {
	case And:
		return !slices.ContainsFunc(l.Of, func(x *Logic) bool { return !x.Holds(present) })
	case Or:
		return slices.ContainsFunc(l.Of, func(x *Logic) bool { return x.Holds(present) })
	case Not:
		return !l.Of[0].Holds(present)
	}
	return present(l.Rule)
}

// Field is what the i-th rule calls a field of GroupBy or Fields, folded.
func (c *Correlation) Field(i int, name string) string {
	for _, a := range c.Aliases {
		if a.Name == name {
			if f, ok := a.Fields[c.Rules[i]]; ok {
				return Fold(f)
			}
		}
	}
	return Fold(name)
}

// Holds says whether a number is within all bounds.
func (c *Correlation) Holds(n float64) bool {
	return !slices.ContainsFunc(c.Bounds, func(b Bound) bool { return !b.Holds(n) })
}

// Asked is the condition as a person reads it: "gte 5 and lt 10 within 5m".
func (c *Correlation) Asked() string {
	all := make([]string, len(c.Bounds))
	for i, b := range c.Bounds {
		all[i] = b.String()
	}
	if c.Logic != nil {
		all = append(all, c.Logic.text(c.Rules))
	}
	return strings.Join(all, " and ") + c.within()
}

func (c *Correlation) within() string {
	if c.Timespan == Forever {
		return ""
	}
	for _, unit := range "dhms" {
		if n := units[byte(unit)].Microseconds(); c.Timespan%n == 0 {
			return fmt.Sprintf(" within %d%c", c.Timespan/n, unit)
		}
	}
	return ""
}

func (l *Logic) text(rules []string) string {
	switch l.Is {
	case Line:
		return rules[l.Rule]
	case Not:
		return "not " + l.Of[0].text(rules)
	}
	word := " and "
	if l.Is == Or {
		word = " or "
	}
	all := make([]string, len(l.Of))
	for i, x := range l.Of {
		all[i] = x.text(rules)
	}
	return "(" + strings.Join(all, word) + ")"
}

// Forever is the timespan of what old rules count without one: 10,000 years.
const Forever = 10_000 * int64(365.2425*24*3600*1e6)

// maxRules is how many rules a correlation may name.
const maxRules = 64

// asCorrelation reads a correlation document.
func (r *Rule) asCorrelation(doc *node) error {
	n := doc.get("correlation")
	if n.kind != mapNode {
		return invalid(n.line, "correlation is no map")
	}
	c := &Correlation{line: n.line}
	r.Correlation = c
	for i := range n.keys {
		k := &n.keys[i]
		if err := c.read(k); err != nil {
			return err
		}
	}
	if g := doc.get("generate"); g != nil && n.get("generate") == nil {
		if err := c.generate(g); err != nil {
			return err
		}
	}
	if r.Title == "" && r.ID == "" && r.Name == "" {
		return invalid(doc.line, "a correlation needs a title, an id or a name")
	}
	return c.check(n)
}

func (c *Correlation) read(k *entry) (err error) {
	v := &k.value
	switch k.key {
	case "type":
		c.Type = CorrelationType(v.text)
		if !slices.Contains(correlationTypes, c.Type) {
			return invalid(v.line, "correlation type %q is not one of Sigma's", v.text)
		}
	case "rules":
		c.Rules = v.texts()
	case "group-by":
		c.GroupBy = v.texts()
	case "timespan", "timeframe":
		c.Timespan, err = timespan(v)
	case "generate":
		err = c.generate(v)
	case "aliases":
		err = c.alias(v)
	case "condition":
	default:
		return unsupported(k.line, "correlation: key %q is unknown", k.key)
	}
	return err
}

func (c *Correlation) generate(v *node) error {
	if v.kind != boolNode {
		return invalid(v.line, "generate is neither true nor false")
	}
	c.Generate = v.text == "true"
	return nil
}

func (c *Correlation) alias(v *node) error {
	if v.kind != mapNode {
		return invalid(v.line, "aliases are no map")
	}
	for i := range v.keys {
		k := &v.keys[i]
		if k.value.kind != mapNode {
			return invalid(k.line, "alias %s is no map of rules to fields", k.key)
		}
		a := Alias{k.key, map[string]string{}}
		for j := range k.value.keys {
			a.Fields[k.value.keys[j].key] = k.value.keys[j].value.text
		}
		c.Aliases = append(c.Aliases, a)
	}
	return nil
}

// units of a timespan. A month and a year are their mean in the Gregorian
// calendar.
var units = map[byte]time.Duration{
	's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
	'M': 2629746 * time.Second, 'y': 31556952 * time.Second,
}

// timespan is a number and a unit, in µs.
func timespan(v *node) (int64, error) {
	if v.text != "" {
		unit, ok := units[v.text[len(v.text)-1]]
		n, err := strconv.ParseInt(v.text[:len(v.text)-1], 10, 64)
		if ok && err == nil && n > 0 && n <= Forever/unit.Microseconds() {
			return n * unit.Microseconds(), nil
		}
	}
	return 0, invalid(v.line, "timespan %q is no number with one of s, m, h, d, w, M, y", v.text)
}

// check looks at what belongs together, and reads the condition, which depends
// on the type.
func (c *Correlation) check(n *node) error {
	cond := n.get("condition")
	switch {
	case c.Type == "":
		return invalid(n.line, "correlation without a type")
	case c.Timespan == 0:
		return invalid(n.line, "correlation without a timespan")
	case cond != nil && cond.kind == textNode && c.Type.Timed():
		if err := c.extended(cond); err != nil {
			return err
		}
	case len(c.Rules) == 0:
		return invalid(n.line, "correlation without rules")
	case cond == nil && c.Type.Timed():
		c.Bounds = []Bound{{"gte", float64(len(c.Rules))}}
	case cond == nil:
		return invalid(n.line, "correlation without a condition")
	case cond.kind != mapNode:
		return invalid(cond.line, "the condition is no map of comparisons")
	default:
		if err := c.compare(cond); err != nil {
			return err
		}
	}
	if len(c.Rules) > maxRules {
		return unsupported(n.line, "a correlation of more than %d rules", maxRules)
	}
	return c.checkNames(n)
}

func (c *Correlation) checkNames(n *node) error {
	for i, name := range c.Rules {
		if slices.Contains(c.Rules[:i], name) {
			return invalid(n.line, "correlation names rule %s twice", name)
		}
	}
	for i, name := range c.GroupBy {
		if slices.Contains(c.GroupBy[:i], name) {
			return invalid(n.line, "correlation groups by %s twice", name)
		}
	}
	for _, a := range c.Aliases {
		for name := range a.Fields {
			if !slices.Contains(c.Rules, name) {
				return invalid(n.line, "alias %s is about %s, which is not one of the rules", a.Name, name)
			}
		}
	}
	return nil
}

// compare reads a condition that compares a number.
func (c *Correlation) compare(cond *node) error {
	percentile := false
	for i := range cond.keys {
		k := &cond.keys[i]
		v := &k.value
		n, isNumber := ReadNumber(v.text)
		isNumber = isNumber && v.kind == numberNode
		switch k.key {
		case "gt", "gte", "lt", "lte", "eq", "neq":
			if !isNumber {
				return invalid(v.line, "condition: %s needs a number", k.key)
			}
			c.Bounds = append(c.Bounds, Bound{k.key, n})
		case "field":
			c.Fields = v.texts()
		case "percentile":
			if !isNumber || n < 0 || n > 100 {
				return invalid(v.line, "condition: percentile is no number from 0 to 100")
			}
			c.Percentile, percentile = n, true
		default:
			return invalid(k.line, "condition: %q is no comparison", k.key)
		}
	}
	valued := strings.HasPrefix(string(c.Type), "value_")
	switch {
	case len(c.Bounds) == 0:
		return invalid(cond.line, "condition: nothing is compared")
	case valued && len(c.Fields) == 0:
		return invalid(cond.line, "condition: %s needs a field", c.Type)
	case !valued && len(c.Fields) > 0:
		return invalid(cond.line, "condition: %s has no field", c.Type)
	case len(c.Fields) > 1 && c.Type != ValueCount:
		return invalid(cond.line, "condition: %s has one field", c.Type)
	case c.Type == ValuePercentile && !percentile:
		return invalid(cond.line, "condition: value_percentile needs percentile, 95 for example")
	case c.Type != ValuePercentile && percentile:
		return invalid(cond.line, "condition: percentile belongs to value_percentile")
	}
	return nil
}

// extended reads a condition over rules.
func (c *Correlation) extended(cond *node) error {
	list := words(cond.text)
	var named []string
	for _, w := range list {
		switch {
		case slices.Contains([]string{"and", "or", "not", "(", ")"}, w):
		case len(c.Rules) > 0 && !slices.Contains(c.Rules, w):
			return invalid(cond.line, "condition: %q is not one of the rules", w)
		case !slices.Contains(named, w):
			named = append(named, w)
		}
	}
	for _, name := range c.Rules {
		if !slices.Contains(named, name) {
			return invalid(cond.line, "condition: rule %s is not in it", name)
		}
	}
	if len(c.Rules) == 0 {
		c.Rules = named
	}
	p := conditionParser{line: cond.line, words: list}
	for _, name := range c.Rules {
		p.selections = append(p.selections, &selection{name: name})
	}
	x, err := p.parse()
	if err != nil {
		return err
	}
	c.Logic = logicOf(x, c.Rules)
	if _, ok := c.Logic.Ways(); c.Type.Ordered() && !ok {
		return unsupported(cond.line, "condition: the rules can follow each other in more than %d ways", maxWays)
	}
	return nil
}

func logicOf(x expression, rules []string) *Logic {
	many := func(is NodeKind, list []expression) *Logic {
		l := &Logic{Is: is}
		for _, m := range list {
			l.Of = append(l.Of, logicOf(m, rules))
		}
		return l
	}
	switch x := x.(type) {
	case every:
		return many(And, x)
	case some:
		return many(Or, x)
	case negation:
		return many(Not, []expression{x.of})
	}
	return &Logic{Is: Line, Rule: slices.Index(rules, x.(*selection).name)}
}

// Way is one way to fulfil a condition: rules that must match, in the order of
// the correlation, and rules that mustn't. Bit i is the i-th rule.
type Way struct{ With, Without uint64 }

// maxWays bounds the ways of a condition.
const maxWays = 256

// Ways are the ways to fulfil the condition; ok is false if there are too many
// to be listed.
func (l *Logic) Ways() (ways []Way, ok bool) { return l.ways(false) }

func (l *Logic) ways(negated bool) ([]Way, bool) {
	switch {
	case l.Is == Line && negated:
		return []Way{{Without: 1 << l.Rule}}, true
	case l.Is == Line:
		return []Way{{With: 1 << l.Rule}}, true
	case l.Is == Not:
		return l.Of[0].ways(!negated)
	}
	either := (l.Is == Or) != negated
	all := []Way{{}}
	if either {
		all = nil
	}
	for _, x := range l.Of {
		more, ok := x.ways(negated)
		if !ok {
			return nil, false
		}
		if either {
			all = append(all, more...)
		} else {
			all = both(all, more)
		}
		if all = possible(all); len(all) > maxWays {
			return nil, false
		}
	}
	return all, true
}

func both(some, others []Way) (all []Way) {
	for _, a := range some {
		for _, b := range others {
			all = append(all, Way{a.With | b.With, a.Without | b.Without})
		}
	}
	return all
}

// possible leaves out ways that can't be, and those that are there already.
func possible(ways []Way) []Way {
	ways = slices.DeleteFunc(ways, func(w Way) bool { return w.With&w.Without != 0 })
	slices.SortFunc(ways, func(a, b Way) int {
		return cmp.Or(cmp.Compare(a.With, b.With), cmp.Compare(a.Without, b.Without))
	})
	return slices.Compact(ways)
}
