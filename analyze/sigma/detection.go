package sigma

import (
	"slices"
	"strings"
)

// compiler turns the selections of a rule into tests.
type compiler struct {
	placeholders map[string][]string
	missing      []string // names of placeholders without values
}

func (r *Rule) compile(p Parser, detection *node) error {
	if detection.kind != mapNode {
		return invalid(detection.line, "detection is no map")
	}
	if err := r.compileSelections(p, detection, "condition", "timeframe"); err != nil {
		return err
	}
	condition, frame := detection.get("condition"), detection.get("timeframe")
	if condition != nil && condition.kind == textNode && strings.Contains(condition.text, "|") {
		return r.aggregate(condition, frame)
	}
	if frame != nil {
		return unsupported(frame.line, "a timeframe without anything that is counted in it")
	}
	return r.conclude(condition)
}

// conclude sets the condition over the selections.
func (r *Rule) conclude(condition *node) error {
	x, err := r.conditionOf(condition)
	if err == nil {
		r.condition = x
	}
	return err
}

// compileSelections compiles what stands in a map beside the keys that mean something else.
func (r *Rule) compileSelections(p Parser, from *node, others ...string) error {
	c := compiler{placeholders: p.Placeholders}
	for i := range from.keys {
		k := &from.keys[i]
		if slices.Contains(others, k.key) {
			continue
		}
		body, err := c.selection(&k.value)
		if err != nil {
			return err
		}
		r.selections = append(r.selections, &selection{k.key, body})
	}
	if len(c.missing) > 0 {
		return &problem{PlaceholderMissing, from.line, "no values for " + strings.Join(c.missing, ", ")}
	}
	return nil
}

// selection compiles a map (all of its lines), a list (one of its members) or a
// keyword.
func (c *compiler) selection(n *node) (expression, error) {
	switch n.kind {
	case mapNode:
		return c.lines(n)
	case listNode:
		return c.members(n)
	case nullNode:
		return nil, invalid(n.line, "an empty selection")
	}
	return c.keyword([]node{*n})
}

func (c *compiler) lines(n *node) (expression, error) {
	if len(n.keys) == 0 {
		return nil, invalid(n.line, "an empty selection")
	}
	var all every
	for i := range n.keys {
		l, err := c.line(&n.keys[i])
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return only(all), nil
}

// only spares a list of one.
func only(all every) expression {
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// members compiles a list: its scalars are keywords, which one leaf holds.
func (c *compiler) members(n *node) (expression, error) {
	if len(n.list) == 0 {
		return nil, invalid(n.line, "an empty selection")
	}
	var any some
	var scalars []node
	for i := range n.list {
		if n.list[i].kind < listNode {
			scalars = append(scalars, n.list[i])
			continue
		}
		x, err := c.selection(&n.list[i])
		if err != nil {
			return nil, err
		}
		any = append(any, x)
	}
	if len(scalars) > 0 {
		x, err := c.keyword(scalars)
		if err != nil {
			return nil, err
		}
		any = append(any, x)
	}
	return any, nil
}

func (c *compiler) keyword(scalars []node) (expression, error) {
	return c.leaf("", nil, scalars, scalars[0].line)
}

// line compiles "field|modifier|modifier: values".
func (c *compiler) line(k *entry) (expression, error) {
	parts := strings.Split(k.key, "|")
	values := []node{k.value}
	if k.value.kind == listNode {
		values = k.value.list
	}
	if len(values) == 0 { // an empty list asks for no value, as null does
		values = []node{{line: k.line}}
	}
	return c.leaf(parts[0], parts[1:], values, k.line)
}

func (c *compiler) leaf(field string, modifiers []string, values []node, line int) (expression, error) {
	l := &leaf{field: field, name: Fold(field), modifiers: modifiers}
	ch := chain{leaf: l, compiler: c, line: line}
	for i := range values {
		v := &values[i]
		if v.kind >= listNode {
			return nil, invalid(v.line, "%s: a list or map where a value should be", field)
		}
		p, err := ch.pattern(v)
		if err != nil {
			return nil, err
		}
		l.patterns = append(l.patterns, p)
	}
	l.merge()
	return l, nil
}
