package sigma

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Glob is a Sigma string: literal text and wildcards.
type Glob []Part

// Part is a run of literal text or one wildcard.
type Part struct {
	Op   Op
	Text string // of a literal
}

// Op says what a part stands for.
type Op uint8

// The parts of a glob.
const (
	Literal Op = iota
	AnyText    // *: any text, empty too
	AnyChar    // ?: one character
	AnyDash    // one of the dashes that windash stands for
)

// dashes are the characters that a command line option may begin with.
const dashes = "-/–—―"

// parseGlob reads the text of a rule. A backslash before a wildcard or another
// backslash makes that literal; before anything else, and at the end, it stands
// for itself.
func parseGlob(s string) Glob {
	var g Glob
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			g = append(g, Part{Text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`\*?`, s[i+1]) >= 0:
			i++
			text.WriteByte(s[i])
		case c == '*':
			flush()
			g = append(g, Part{Op: AnyText})
		case c == '?':
			flush()
			g = append(g, Part{Op: AnyChar})
		default:
			text.WriteByte(c)
		}
	}
	flush()
	return g
}

// plain is the literal text of a glob; ok is false if it has wildcards.
func (g Glob) plain() (text string, ok bool) {
	for _, p := range g {
		if p.Op != Literal {
			return "", false
		}
		text += p.Text
	}
	return text, true
}

// join puts neighbouring literals together, and stars too.
func (g Glob) join() Glob {
	var out Glob
	for _, p := range g {
		last := len(out) - 1
		switch {
		case p.Op == Literal && p.Text == "":
		case last >= 0 && p.Op == Literal && out[last].Op == Literal:
			out[last].Text += p.Text
		case last >= 0 && p.Op == AnyText && out[last].Op == AnyText:
		default:
			out = append(out, p)
		}
	}
	return out
}

// eachLiteral replaces every literal part.
func (g Glob) eachLiteral(f func(string) Glob) Glob {
	var out Glob
	for _, p := range g {
		if p.Op == Literal {
			out = append(out, f(p.Text)...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// open puts a * at the front, the back or both, unless one is there.
func (g Glob) open(front, back bool) Glob {
	star := Part{Op: AnyText}
	if front && (len(g) == 0 || g[0].Op != AnyText) {
		g = slices.Concat(Glob{star}, g)
	}
	if back && (len(g) == 0 || g[len(g)-1].Op != AnyText) {
		g = slices.Concat(g, Glob{star})
	}
	return g
}

// compile makes the test of one value. A value in any case matches unless the
// rule says cased; the usual shapes avoid the general search.
func (g Glob) compile(cased bool) func(*Value) bool {
	text := (*Value).fold
	if cased {
		text = (*Value).exact
	} else {
		g = g.lower()
	}
	front, back := len(g) > 0 && g[0].Op == AnyText, len(g) > 0 && g[len(g)-1].Op == AnyText
	inner := g
	if front {
		inner = inner[1:]
	}
	if back && len(inner) > 0 {
		inner = inner[:len(inner)-1]
	}
	lit, ok := inner.plain()
	switch {
	case !ok:
		w := newWild(g)
		return func(v *Value) bool { return w.match(text(v)) }
	case front && lit == "":
		return func(*Value) bool { return true }
	case front && back:
		return func(v *Value) bool { return strings.Contains(text(v), lit) }
	case back:
		return func(v *Value) bool { return strings.HasPrefix(text(v), lit) }
	case front:
		return func(v *Value) bool { return strings.HasSuffix(text(v), lit) }
	}
	return func(v *Value) bool { return text(v) == lit }
}

func (g Glob) lower() Glob {
	return g.eachLiteral(func(s string) Glob { return Glob{{Text: strings.ToLower(s)}} })
}

// wild matches a glob with wildcards in the middle: runs between the stars, the
// first bound to the start, the last to the end, the others where they are
// found first.
type wild struct {
	runs    []Glob
	longest string // a literal that any match holds
}

func newWild(g Glob) *wild {
	w := &wild{runs: []Glob{nil}}
	for _, p := range g {
		if p.Op == AnyText {
			w.runs = append(w.runs, nil)
			continue
		}
		last := len(w.runs) - 1
		w.runs[last] = append(w.runs[last], p)
		if len(p.Text) > len(w.longest) {
			w.longest = p.Text
		}
	}
	return w
}

func (w *wild) match(s string) bool {
	if !strings.Contains(s, w.longest) {
		return false
	}
	n, ok := w.runs[0].prefix(s)
	if !ok || len(w.runs) == 1 {
		return ok && n == len(s)
	}
	s = s[n:]
	last := len(w.runs) - 1
	n, ok = w.runs[last].suffix(s)
	if !ok {
		return false
	}
	s = s[:len(s)-n]
	for _, run := range w.runs[1:last] {
		end := run.find(s)
		if end < 0 {
			return false
		}
		s = s[end:]
	}
	return true
}

// find is the end of the first place where the run stands in s, or -1.
func (g Glob) find(s string) int {
	for at := 0; ; {
		if n, ok := g.prefix(s[at:]); ok {
			return at + n
		}
		if at >= len(s) {
			return -1
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
}

// prefix says how many bytes of s the run takes at its start.
func (g Glob) prefix(s string) (n int, ok bool) {
	for _, p := range g {
		if p.Op == Literal {
			if !strings.HasPrefix(s[n:], p.Text) {
				return 0, false
			}
			n += len(p.Text)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || !p.takes(r) {
			return 0, false
		}
		n += size
	}
	return n, true
}

// suffix says how many bytes of s the run takes at its end.
func (g Glob) suffix(s string) (n int, ok bool) {
	for _, p := range slices.Backward(g) {
		rest := s[:len(s)-n]
		if p.Op == Literal {
			if !strings.HasSuffix(rest, p.Text) {
				return 0, false
			}
			n += len(p.Text)
			continue
		}
		r, size := utf8.DecodeLastRuneInString(rest)
		if size == 0 || !p.takes(r) {
			return 0, false
		}
		n += size
	}
	return n, true
}

func (p Part) takes(r rune) bool {
	return p.Op == AnyChar || strings.ContainsRune(dashes, r)
}
