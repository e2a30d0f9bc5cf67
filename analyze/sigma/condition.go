package sigma

import (
	"slices"
	"strings"
)

// conditionOf reads a condition, or a list of them, of which one is enough.
func (r *Rule) conditionOf(n *node) (expression, error) {
	switch {
	case n == nil:
		return nil, invalid(r.Line, "no condition")
	case n.kind == listNode && len(n.list) > 0:
		var any some
		for i := range n.list {
			x, err := r.conditionOf(&n.list[i])
			if err != nil {
				return nil, err
			}
			any = append(any, x)
		}
		return any, nil
	case n.kind != textNode:
		return nil, invalid(n.line, "the condition is no text")
	}
	p := conditionParser{selections: r.selections, line: n.line, words: words(n.text)}
	return p.parse()
}

// words cuts a condition: parentheses, bars, and everything between blanks.
func words(s string) []string {
	for _, c := range []string{"(", ")", "|"} {
		s = strings.ReplaceAll(s, c, " "+c+" ")
	}
	return strings.Fields(s)
}

// conditionParser is a recursive descent: or binds weaker than and, and weaker
// than not.
type conditionParser struct {
	selections []*selection
	line       int
	words      []string
	depth      int
}

// maxNesting bounds parentheses and nots, so that a hostile condition can't
// exhaust the stack.
const maxNesting = 200

func (p *conditionParser) fail(format string, args ...any) error {
	return invalid(p.line, "condition: "+format, args...)
}

func (p *conditionParser) parse() (expression, error) {
	if slices.Contains(p.words, "|") {
		return nil, unsupported(p.line, "condition: | belongs to a condition that counts, and that stands alone")
	}
	x, err := p.or()
	if err == nil && len(p.words) > 0 {
		return nil, p.fail("%q where an operator or the end should be", p.words[0])
	}
	return x, err
}

func (p *conditionParser) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *conditionParser) next() string {
	w := p.peek()
	if w != "" {
		p.words = p.words[1:]
	}
	return w
}

func (p *conditionParser) or() (expression, error) {
	list, err := p.chain("or", p.and)
	if len(list) == 1 {
		return list[0], err
	}
	return some(list), err
}

func (p *conditionParser) and() (expression, error) {
	list, err := p.chain("and", p.not)
	if len(list) == 1 {
		return list[0], err
	}
	return every(list), err
}

func (p *conditionParser) chain(operator string, operand func() (expression, error)) ([]expression, error) {
	var list []expression
	for {
		x, err := operand()
		if err != nil {
			return nil, err
		}
		list = append(list, x)
		if p.peek() != operator {
			return list, nil
		}
		p.next()
	}
}

func (p *conditionParser) not() (expression, error) {
	if p.peek() != "not" {
		return p.primary()
	}
	p.next()
	if p.depth++; p.depth > maxNesting {
		return nil, p.fail("nested more than %d deep", maxNesting)
	}
	x, err := p.not()
	p.depth--
	return negation{x}, err
}

func (p *conditionParser) primary() (expression, error) {
	switch w := p.next(); w {
	case "":
		return nil, p.fail("ends where a selection should be")
	case "(":
		return p.group()
	case ")", "and", "or":
		return nil, p.fail("%q where a selection should be", w)
	case "AND", "OR", "NOT":
		return nil, p.fail("operators are written in lower case: %q", w)
	case "1", "any", "all":
		if p.peek() == "of" {
			p.next()
			return p.quantity(w == "all")
		}
		return p.named(w)
	default:
		return p.named(w)
	}
}

func (p *conditionParser) group() (expression, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, p.fail("nested more than %d deep", maxNesting)
	}
	x, err := p.or()
	p.depth--
	if err == nil && p.next() != ")" {
		return nil, p.fail("a parenthesis is not closed")
	}
	return x, err
}

func (p *conditionParser) named(name string) (expression, error) {
	for _, s := range p.selections {
		if s.name == name {
			return s, nil
		}
	}
	return nil, p.fail("no selection is named %q", name)
}

// quantity reads what stands after "1 of" or "all of".
func (p *conditionParser) quantity(all bool) (expression, error) {
	pattern := p.next()
	switch pattern {
	case "", "(", ")", "and", "or", "not":
		return nil, p.fail("\"of\" needs a pattern of selection names")
	}
	var list []expression
	for _, s := range p.selections {
		if named(pattern, s.name) {
			list = append(list, s)
		}
	}
	switch {
	case len(list) == 0:
		return nil, p.fail("no selection is named like %q", pattern)
	case all:
		return every(list), nil
	}
	return some(list), nil
}

// named says whether a pattern means a selection. Names that begin with an
// underscore are meant only by patterns that do so too.
func named(pattern, name string) bool {
	if strings.HasPrefix(name, "_") && !strings.HasPrefix(pattern, "_") {
		return false
	}
	if pattern == "them" {
		return true
	}
	return newWild(parseGlob(pattern)).match(name)
}
