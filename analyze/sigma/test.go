package sigma

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// Test is one question about the values of a field: what a value of a rule has
// become under its modifiers. It is asked of one value, and holds if it does of
// any that isn't null; Null and Presence ask about the field as a whole,
// Reference compares it with another one of the event.
type Test struct {
	Is      Form
	Glob    Glob         // of Text; of a keyword open at both ends
	Cased   bool         // of Text and Reference: capitals matter
	Text    string       // of Regexp the expression with its flags, of Reference the folded name of the other field
	Network netip.Prefix // of Network
	How     string       // of Number lt, lte, gt or gte; of TimePart minute, hour, day, week, month or year; of Reference contains, startswith, endswith, or empty for equal
	Limit   float64      // of Number and TimePart
	Present bool         // of Presence

	one   func(v *Value) bool
	whole func(vs []Value, e Event) bool
}

// Form says what kind of question a Test is.
type Form uint8

// The forms of tests.
const (
	Text Form = iota
	Null
	Regexp
	Network
	Number
	Reference
	Presence
	TimePart
)

// equal is the folded text that the test asks for and nothing else.
func (t *Test) equal() (string, bool) {
	if t.Is != Text || t.Cased || t.one == nil {
		return "", false
	}
	text, ok := t.Glob.plain()
	return strings.ToLower(text), ok && text != ""
}

// test makes the question that an operand asks of a field.
func (ch *chain) test(o operand) (Test, error) {
	if ch.leaf.field == "" {
		return ch.keywordTest(o)
	}
	switch o.is {
	case Text:
		return textTest(o.glob.join(), ch.cased), nil
	case Null:
		return Test{Is: Null, whole: absent}, nil
	case Regexp:
		return ch.regexTest(o)
	case Network:
		return Test{Is: Network, Network: o.prefix, one: func(v *Value) bool { return inNetwork(o.prefix, v.Text) }}, nil
	case Number:
		return ch.numberTest(o)
	case TimePart:
		return ch.timeTest(o)
	case Reference:
		return Test{Is: Reference, Text: o.text, How: o.how, Cased: ch.cased, whole: ch.fieldTest(o)}, nil
	}
	return Test{Is: Presence, Present: o.present, whole: func(vs []Value, _ Event) bool { return len(vs) > 0 == o.present }}, nil
}

// keywordTest looks for a text within values, not for a value.
func (ch *chain) keywordTest(o operand) (Test, error) {
	switch o.is {
	case Text:
		g := o.glob.join()
		if len(g) == 0 {
			return Test{}, invalid(ch.value.line, "an empty keyword")
		}
		return textTest(g.open(true, true), ch.cased), nil
	case Regexp:
		return ch.regexTest(o)
	}
	return Test{}, invalid(ch.value.line, "a keyword must be a text")
}

func textTest(g Glob, cased bool) Test {
	return Test{Is: Text, Glob: g, Cased: cased, one: g.compile(cased)}
}

// absent is null's question: the field is missing, or a value of it is null.
func absent(vs []Value, _ Event) bool {
	for i := range vs {
		if vs[i].Null {
			return true
		}
	}
	return len(vs) == 0
}

func (ch *chain) regexTest(o operand) (Test, error) {
	text := o.text
	if o.flags != "" {
		text = "(?" + o.flags + ")" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return Test{}, invalid(ch.value.line, "%s|re: %v", ch.leaf.field, err)
	}
	return Test{Is: Regexp, Text: text, one: func(v *Value) bool { return re.MatchString(v.Text) }}, nil
}

func inNetwork(p netip.Prefix, text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && p.Contains(a.Unmap().WithZone(""))
}

func (ch *chain) numberTest(o operand) (Test, error) {
	limit, ok := ReadNumber(ch.value.text)
	if !ok {
		return Test{}, ch.fail("%q is no number", ch.value.text)
	}
	var holds func(n float64) bool
	switch o.how {
	case "lt":
		holds = func(n float64) bool { return n < limit }
	case "lte":
		holds = func(n float64) bool { return n <= limit }
	case "gt":
		holds = func(n float64) bool { return n > limit }
	default:
		holds = func(n float64) bool { return n >= limit }
	}
	return Test{Is: Number, How: o.how, Limit: limit, one: func(v *Value) bool {
		n, ok := ReadNumber(v.Text)
		return ok && holds(n)
	}}, nil
}

// ReadNumber reads a decimal number. Hexadecimal, nan and inf are no numbers of a
// log.
func ReadNumber(s string) (float64, bool) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && strings.IndexByte("+-.eE", c) < 0 {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// fieldTest compares a field with another one of the same event.
func (ch *chain) fieldTest(o operand) func([]Value, Event) bool {
	text := (*Value).fold
	if ch.cased {
		text = (*Value).exact
	}
	holds := func(a, b string) bool { return a == b }
	switch o.how {
	case "contains":
		holds = strings.Contains
	case "startswith":
		holds = strings.HasPrefix
	case "endswith":
		holds = strings.HasSuffix
	}
	return func(vs []Value, e Event) bool {
		others := e.Values(o.text)
		for i := range vs {
			for j := range others {
				if !vs[i].Null && !others[j].Null && holds(text(&vs[i]), text(&others[j])) {
					return true
				}
			}
		}
		return false
	}
}
