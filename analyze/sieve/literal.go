package sieve

import (
	"regexp/syntax"
	"strings"

	"hotwash/analyze/sigma"
)

// literalOf is the text that decides a test by itself, and the place it is
// asked for at. An empty text is no literal.
func literalOf(t *sigma.Test) (text string, at anchor, ok bool) {
	if t.Is != sigma.Text || t.Cased {
		return "", 0, false
	}
	g := t.Glob
	front, back := len(g) > 0 && g[0].Op == sigma.AnyText, len(g) > 0 && g[len(g)-1].Op == sigma.AnyText
	switch {
	case len(g) == 1 && !front:
		at = whole
	case len(g) == 2 && front:
		g, at = g[1:], atEnd
	case len(g) == 2 && back:
		g, at = g[:1], atStart
	case len(g) == 3 && front && back:
		g, at = g[1:2], anywhere
	default:
		return "", 0, false
	}
	if g[0].Op != sigma.Literal {
		return "", 0, false
	}
	return strings.ToLower(g[0].Text), at, true
}

// isAny says that a test holds for every value that isn't null.
func isAny(t *sigma.Test) bool {
	return t.Is == sigma.Text && len(t.Glob) == 1 && t.Glob[0].Op == sigma.AnyText
}

// isEmpty says that a test holds for the empty text only.
func isEmpty(t *sigma.Test) bool { return t.Is == sigma.Text && len(t.Glob) == 0 }

// factorOf is a text that stands, in lower case, in every value that passes a
// test which no literal decides; empty where none is known.
func factorOf(t *sigma.Test) string {
	switch t.Is {
	case sigma.Text:
		longest := ""
		for _, p := range t.Glob {
			if p.Op == sigma.Literal && len(p.Text) > len(longest) {
				longest = p.Text
			}
		}
		return strings.ToLower(longest)
	case sigma.Regexp:
		re, err := syntax.Parse(t.Text, syntax.Perl)
		if err != nil {
			return ""
		}
		return factor(re.Simplify())
	}
	return ""
}

// factor is the longest literal that any match of an expression holds.
func factor(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return literalFactor(string(re.Rune), re.Flags&syntax.FoldCase != 0)
	case syntax.OpCapture, syntax.OpPlus:
		return factor(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return factor(re.Sub[0])
		}
	case syntax.OpConcat:
		longest := ""
		for _, sub := range re.Sub {
			if f := factor(sub); len(f) > len(longest) {
				longest = f
			}
		}
		return longest
	}
	return ""
}

// literalFactor: under (?i) a letter stands for all that fold to it. ſ folds to
// s and is no capital of it, so a text is cut there; beyond ASCII nothing is
// taken.
func literalFactor(text string, folds bool) string {
	if !folds {
		return strings.ToLower(text)
	}
	longest := ""
	for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return r == 's' || r == 'S' || r >= 0x80 }) {
		if len(piece) > len(longest) {
			longest = piece
		}
	}
	return strings.ToLower(longest)
}
