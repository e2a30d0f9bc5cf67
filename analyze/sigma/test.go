package sigma

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// test makes the question that an operand asks of a field.
func (ch *chain) test(o operand) (test, error) {
	if ch.leaf.field == "" {
		return ch.keywordTest(o)
	}
	switch o.is {
	case isText:
		return textTest(o.glob.join(), ch.cased), nil
	case isNull:
		return test{whole: absent}, nil
	case isRegex:
		return ch.regexTest(o)
	case isNetwork:
		return test{one: func(v *Value) bool { return inNetwork(o.prefix, v.Text) }}, nil
	case isNumber:
		return ch.numberTest(o)
	case isField:
		return test{whole: ch.fieldTest(o)}, nil
	}
	return test{whole: func(vs []Value, _ Event) bool { return len(vs) > 0 == o.present }}, nil
}

// keywordTest looks for a text within values, not for a value.
func (ch *chain) keywordTest(o operand) (test, error) {
	switch o.is {
	case isText:
		g := o.glob.join()
		if len(g) == 0 {
			return test{}, invalid(ch.value.line, "an empty keyword")
		}
		return textTest(g.open(true, true), ch.cased), nil
	case isRegex:
		return ch.regexTest(o)
	}
	return test{}, invalid(ch.value.line, "a keyword must be a text")
}

func textTest(g glob, cased bool) test {
	t := test{one: g.compile(cased)}
	if text, ok := g.plain(); ok && !cased {
		t.equal = strings.ToLower(text)
	}
	return t
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

func (ch *chain) regexTest(o operand) (test, error) {
	text := o.text
	if o.flags != "" {
		text = "(?" + o.flags + ")" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return test{}, invalid(ch.value.line, "%s|re: %v", ch.leaf.field, err)
	}
	return test{one: func(v *Value) bool { return re.MatchString(v.Text) }}, nil
}

func inNetwork(p netip.Prefix, text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && p.Contains(a.Unmap().WithZone(""))
}

func (ch *chain) numberTest(o operand) (test, error) {
	limit, ok := numberOf(ch.value.text)
	if !ok {
		return test{}, ch.fail("%q is no number", ch.value.text)
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
	return test{one: func(v *Value) bool {
		n, ok := numberOf(v.Text)
		return ok && holds(n)
	}}, nil
}

// numberOf reads a decimal number. Hexadecimal, nan and inf are no numbers of a
// log.
func numberOf(s string) (float64, bool) {
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
