package sigma

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// chain applies the modifiers of one line, from left to right, to its values.
type chain struct {
	leaf     *leaf
	compiler *compiler
	line     int
	name     string // of the modifier at hand
	value    *node  // the value at hand
	cased    bool
}

// operand is a value on its way through the modifiers.
type operand struct {
	is      Form
	changed bool         // a modifier has worked on it
	glob    Glob         // of Text
	text    string       // of Regexp the expression, of Reference the folded name
	flags   string       // of Regexp
	prefix  netip.Prefix // of Network
	how     string       // of Number lt, lte, gt, gte; of TimePart the part; of Reference contains, startswith, endswith
	present bool         // of Presence
}

// modifier turns one operand into its variants.
type modifier func(*chain, operand) ([]operand, error)

// modifiers are those that change a value; all, neq and cased change the line.
var modifiers = map[string]modifier{
	"contains": open(true, true), "startswith": open(false, true), "endswith": open(true, false),
	"re": regex, "i": flag("i"), "ignorecase": flag("i"), "m": flag("m"), "multiline": flag("m"), "s": flag("s"), "dotall": flag("s"),
	"cidr": network, "exists": presence, "fieldref": reference,
	"lt": number, "lte": number, "gt": number, "gte": number,
	"minute": timePart, "hour": timePart, "day": timePart, "week": timePart, "month": timePart, "year": timePart,
	"base64": base64Whole, "base64offset": base64Offsets, "windash": windash, "expand": expand,
	"wide": utf16With(littleEndian, false), "utf16le": utf16With(littleEndian, false),
	"utf16be": utf16With(bigEndian, false), "utf16": utf16With(littleEndian, true),
}

// maxVariants bounds what modifiers may make of one value.
const maxVariants = 10_000

// pattern is one value of the rule with all modifiers applied.
func (ch *chain) pattern(v *node) (pattern, error) {
	ch.value, ch.cased = v, false
	operands := []operand{{glob: parseGlob(v.text)}}
	if v.kind == nullNode {
		operands[0].is = Null
	}
	for _, name := range ch.leaf.modifiers {
		var err error
		if operands, err = ch.apply(name, operands); err != nil {
			return pattern{}, err
		}
	}
	p := pattern{raw: v.text}
	for _, o := range operands {
		t, err := ch.test(o)
		if err != nil {
			return pattern{}, err
		}
		p.variants = append(p.variants, t)
	}
	return p, nil
}

func (ch *chain) apply(name string, in []operand) ([]operand, error) {
	ch.name = name
	switch name {
	case "all":
		ch.leaf.all = true
		return in, nil
	case "neq":
		ch.leaf.neq = true
		return in, nil
	case "cased":
		ch.cased = true
		return in, nil
	}
	m, ok := modifiers[name]
	if !ok {
		return nil, unsupported(ch.line, "%s: modifier %q is unknown", ch.leaf.field, name)
	}
	var out []operand
	for _, o := range in {
		made, err := m(ch, o)
		if err != nil {
			return nil, err
		}
		out = append(out, made...)
		if len(out) > maxVariants {
			return nil, ch.fail("more than %d variants of one value", maxVariants)
		}
	}
	for i := range out {
		out[i].changed = true
	}
	return out, nil
}

func (ch *chain) fail(format string, args ...any) error {
	return invalid(ch.value.line, ch.leaf.field+"|"+ch.name+": "+format, args...)
}

func open(front, back bool) modifier {
	return func(ch *chain, o operand) ([]operand, error) {
		switch o.is {
		case Text:
			o.glob = o.glob.open(front, back)
		case Regexp: // finds its text anywhere already
		case Reference:
			o.how = ch.name
		default:
			return nil, ch.fail("needs a text")
		}
		return []operand{o}, nil
	}
}

func regex(ch *chain, o operand) ([]operand, error) {
	if o.is != Text || o.changed {
		return nil, ch.fail("needs a value that no modifier has changed")
	}
	return []operand{{is: Regexp, text: ch.value.text}}, nil
}

func flag(letter string) modifier {
	return func(ch *chain, o operand) ([]operand, error) {
		if o.is != Regexp {
			return nil, ch.fail("belongs after re")
		}
		o.flags += letter
		return []operand{o}, nil
	}
}

func network(ch *chain, o operand) ([]operand, error) {
	if o.is != Text || o.changed {
		return nil, ch.fail("needs a value that no modifier has changed")
	}
	text := ch.value.text
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return nil, ch.fail("%q is no network", text)
		}
		return []operand{{is: Network, prefix: netip.PrefixFrom(a, a.BitLen())}}, nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p != p.Masked() {
		return nil, ch.fail("%q is no network, or has bits set beyond its length", text)
	}
	return []operand{{is: Network, prefix: p}}, nil
}

func presence(ch *chain, o operand) ([]operand, error) {
	if ch.leaf.field == "" || ch.value.kind != boolNode || o.changed {
		return nil, ch.fail("needs a field, and true or false as its only value")
	}
	return []operand{{is: Presence, present: ch.value.text == "true"}}, nil
}

func reference(ch *chain, o operand) ([]operand, error) {
	name, ok := o.glob.plain()
	if ch.leaf.field == "" || o.is != Text || o.changed || !ok || name == "" {
		return nil, ch.fail("needs a field and the name of another one")
	}
	ch.leaf.refs = append(ch.leaf.refs, Fold(name))
	return []operand{{is: Reference, text: Fold(name)}}, nil
}

func number(ch *chain, o operand) ([]operand, error) {
	if ch.value.kind != numberNode || o.changed {
		return nil, ch.fail("needs a number")
	}
	return []operand{{is: Number, how: ch.name}}, nil
}

// literalOf is the text that an encoding works on.
func (ch *chain) literalOf(o operand) (string, error) {
	text, ok := o.glob.plain()
	if o.is != Text || !ok {
		return "", ch.fail("needs a text without wildcards")
	}
	return text, nil
}

func base64Whole(ch *chain, o operand) ([]operand, error) {
	text, err := ch.literalOf(o)
	if err != nil {
		return nil, err
	}
	o.glob = Glob{{Text: base64.StdEncoding.EncodeToString([]byte(text))}}
	return []operand{o}, nil
}

// base64Offsets encodes the text as it looks at each of the three places it can
// have in a longer text, without the characters that its neighbours influence.
func base64Offsets(ch *chain, o operand) ([]operand, error) {
	text, err := ch.literalOf(o)
	if err != nil {
		return nil, err
	}
	var out []operand
	for i, skip := range []int{0, 2, 3} {
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", i) + text))
		end := len(enc) - []int{0, 3, 2}[(len(text)+i)%3]
		if end > skip { // a short text leaves nothing certain at some places
			o.glob = Glob{{Text: enc[skip:end]}}
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return nil, ch.fail("the text is too short")
	}
	return out, nil
}

// windash lets a dash or slash that begins an option be any of the characters
// that Windows programs take for it.
func windash(ch *chain, o operand) ([]operand, error) {
	if o.is != Text {
		return nil, ch.fail("needs a text")
	}
	o.glob = o.glob.eachLiteral(withDashes)
	return []operand{o}, nil
}

func withDashes(s string) Glob {
	var g Glob
	from := 0
	for i := 0; i+1 < len(s); i++ {
		if (s[i] == '-' || s[i] == '/') && !wordBefore(s[:i]) && wordAfter(s[i+1:]) {
			if i > from {
				g = append(g, Part{Text: s[from:i]})
			}
			g = append(g, Part{Op: AnyDash})
			from = i + 1
		}
	}
	return append(g, Part{Text: s[from:]})
}

func wordBefore(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && isWord(r)
}

func wordAfter(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && isWord(r)
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func littleEndian(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
func bigEndian(u uint16) []byte    { return []byte{byte(u >> 8), byte(u)} }

// utf16With encodes the literal parts, so that wildcards stay wildcards.
func utf16With(order func(uint16) []byte, mark bool) modifier {
	return func(ch *chain, o operand) ([]operand, error) {
		if o.is != Text {
			return nil, ch.fail("needs a text")
		}
		o.glob = o.glob.eachLiteral(func(s string) Glob {
			var b []byte
			for _, u := range utf16.Encode([]rune(s)) {
				b = append(b, order(u)...)
			}
			return Glob{{Text: string(b)}}
		})
		if mark {
			o.glob = slices.Concat(Glob{{Text: string(order(0xFEFF))}}, o.glob)
		}
		return []operand{o}, nil
	}
}
