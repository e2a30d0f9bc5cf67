package sigma

import (
	"regexp"
	"slices"
	"strings"
)

var placeholderName = regexp.MustCompile(`%([\w-]+)%`)

// expand puts the values of every %name% in. \% is a percent sign. A name
// without values makes the rule unusable: guessing would match too much or
// nothing.
func expand(ch *chain, o operand) ([]operand, error) {
	switch o.is {
	case Text:
		return ch.expandText(o)
	case Regexp:
		return ch.expandRegex(o)
	}
	return nil, ch.fail("needs a text")
}

func (ch *chain) expandText(o operand) ([]operand, error) {
	globs := []Glob{nil}
	for _, p := range o.glob {
		choices := []Glob{{p}}
		if p.Op == Literal {
			choices = ch.choices(p.Text, parseGlob, literalGlob)
		}
		if globs = cross(globs, choices); globs == nil {
			return nil, ch.fail("more than %d variants of one value", maxVariants)
		}
	}
	var out []operand
	for _, g := range globs {
		made := o
		made.glob = g
		out = append(out, made)
	}
	return out, nil
}

func (ch *chain) expandRegex(o operand) ([]operand, error) {
	quoted := func(s string) Glob { return literalGlob(regexp.QuoteMeta(s)) }
	var out []operand
	for _, g := range ch.choices(o.text, quoted, literalGlob) {
		made := o
		made.text, _ = g.plain()
		out = append(out, made)
	}
	return out, nil
}

func literalGlob(s string) Glob { return Glob{{Text: s}} }

// choices are the forms of a text with its placeholders put in; nil if there
// are too many.
func (ch *chain) choices(text string, value, around func(string) Glob) []Glob {
	out := []Glob{nil}
	for text != "" {
		at := placeholderName.FindStringSubmatchIndex(text)
		if at == nil {
			return cross(out, []Glob{around(unescapePercent(text))})
		}
		if at[0] > 0 && text[at[0]-1] == '\\' {
			out = cross(out, []Glob{around(unescapePercent(text[:at[0]+1]))})
			text = text[at[0]+1:]
			continue
		}
		out = cross(out, []Glob{around(unescapePercent(text[:at[0]]))})
		out = cross(out, ch.placeholder(text[at[2]:at[3]], value))
		text = text[at[1]:]
	}
	return out
}

func unescapePercent(s string) string { return strings.ReplaceAll(s, `\%`, "%") }

func (ch *chain) placeholder(name string, value func(string) Glob) []Glob {
	values, ok := ch.compiler.placeholders[name]
	if !ok || len(values) == 0 {
		if quoted := "%" + name + "%"; !slices.Contains(ch.compiler.missing, quoted) {
			ch.compiler.missing = append(ch.compiler.missing, quoted)
		}
		return []Glob{nil}
	}
	var out []Glob
	for _, v := range values {
		out = append(out, value(v))
	}
	return out
}

// cross joins every left with every right; nil if that is over maxVariants.
func cross(left, right []Glob) []Glob {
	if len(left)*len(right) > maxVariants {
		return nil
	}
	var out []Glob
	for _, l := range left {
		for _, r := range right {
			out = append(out, slices.Concat(l, r))
		}
	}
	return out
}
