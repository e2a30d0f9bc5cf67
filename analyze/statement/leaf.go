package statement

import (
	"net/netip"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"hotwash/analyze/sigma"
)

// leaf is one line of a rule.
func (w *writer) leaf(l *sigma.Leaf) string {
	list := w.list(l.Field)
	var found string
	if l.All {
		var each []string
		for _, tests := range l.Values {
			each = append(each, w.some(list, tests))
		}
		found = all(each)
	} else {
		var tests []sigma.Test
		for _, more := range l.Values {
			tests = append(tests, more...)
		}
		found = w.some(list, tests)
	}
	if l.Neq {
		return "NOT " + found
	}
	return found
}

// some says that one of the tests holds for a field: those of single values in
// one pass over the list.
func (w *writer) some(list string, tests []sigma.Test) string {
	var any, texts, lowered, values, addresses []string
	for i := range tests {
		t := &tests[i]
		switch t.Is {
		case sigma.Text:
			switch text, ok := w.plain(t); {
			case ok && t.Cased:
				texts = append(texts, text)
			case ok:
				lowered = append(lowered, text)
			default:
				values = append(values, w.glob(t))
			}
		case sigma.Regexp:
			values = append(values, w.Matches("v", w.expression(t.Text)))
		case sigma.Number:
			values = append(values, w.number(t))
		case sigma.Network:
			addresses = append(addresses, w.network(t.Network))
		case sigma.Null:
			any = append(any, "NOT "+w.Has(list), w.Any(list, "v", "v IS NULL"))
		case sigma.Presence:
			any = append(any, map[bool]string{true: "", false: "NOT "}[t.Present]+w.Has(list))
		case sigma.Reference:
			any = append(any, w.reference(list, t))
		default:
			any = append(any, w.cannot("it asks for a part of a time"))
		}
	}
	if len(texts) > 0 {
		values = append(values, in("v", texts))
	}
	if len(lowered) > 0 {
		values = append(values, in(w.Lower("v"), lowered))
	}
	if len(values) > 0 {
		any = append(any, w.Any(list, "v", "v IS NOT NULL AND "+either(values)))
	}
	if len(addresses) > 0 {
		any = append(any, w.Any(w.Map(list, "v", w.Address("v")), "a", "a IS NOT NULL AND "+either(addresses)))
	}
	return either(any)
}

func in(x string, texts []string) string {
	if len(texts) == 1 {
		return x + " = " + texts[0]
	}
	return x + " IN (" + strings.Join(texts, ", ") + ")"
}

// literal is a text of a rule. Some modifiers make bytes that are no text.
func (w *writer) literal(text string) string {
	if !utf8.ValidString(text) {
		return w.cannot("it looks for bytes that are no text: %q", text)
	}
	return w.Text(text)
}

// plain is the text that a test asks for and nothing else.
func (w *writer) plain(t *sigma.Test) (string, bool) {
	var b strings.Builder
	for _, p := range t.Glob {
		if p.Op != sigma.Literal {
			return "", false
		}
		b.WriteString(p.Text)
	}
	return w.literal(cased(t, b.String())), true
}

// cased is a rule's text as it is compared.
func cased(t *sigma.Test, text string) string {
	if t.Cased {
		return text
	}
	return strings.ToLower(text)
}

// glob is a text with wildcards: LIKE says all of them but a dash of windash.
func (w *writer) glob(t *sigma.Test) string {
	x := "v"
	if !t.Cased {
		x = w.Lower(x)
	}
	var like, expression strings.Builder
	dash := false
	for _, p := range t.Glob {
		switch text := cased(t, p.Text); p.Op {
		case sigma.Literal:
			w.literal(text)
			like.WriteString(escape(text))
			expression.WriteString(exactly(text))
		case sigma.AnyText:
			like.WriteByte('%')
			expression.WriteString(".*")
		case sigma.AnyChar:
			like.WriteByte('_')
			expression.WriteByte('.')
		case sigma.AnyDash:
			dash = true
			expression.WriteString("[" + exactly(sigma.Dashes) + "]")
		}
	}
	switch {
	case dash:
		return w.Matches(x, "(?s)^"+expression.String()+"$")
	case like.String() == "%":
		return "TRUE"
	}
	return x + " LIKE " + w.Text(like.String()) + " ESCAPE '!'"
}

// escape makes a text literal within LIKE.
func escape(s string) string { return escaper.Replace(s) }

var escaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// exactly makes a text literal within an expression or a class of one.
func exactly(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c < ' ' || c == 0x7f:
			b.WriteString(`\x{` + strconv.FormatInt(int64(c), 16) + `}`)
		case strings.ContainsRune(`\.+*?()|[]{}^$-&~#`, c):
			b.WriteString(`\` + string(c))
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// expression is one of a rule's as every RE2 reads it: groups are not named in
// the way that older ones lack.
func (w *writer) expression(text string) string {
	w.literal(text)
	if !strings.Contains(text, "(?<") {
		return text
	}
	x, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		w.cannot("%v", err)
		return ""
	}
	return x.String()
}

// number compares what is a number.
func (w *writer) number(t *sigma.Test) string {
	how := map[string]string{"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}[t.How]
	return "coalesce(" + w.Number("v") + " " + how + " " + w.Number(w.Text(strconv.FormatFloat(t.Limit, 'g', -1, 64))) + ", FALSE)"
}

// mapped are the addresses of version 4 within version 6. An event's address of
// this form is one of version 4, and in no network of version 6.
var mapped = netip.MustParsePrefix("::ffff:0:0/96")

// network says that the address a, 32 digits, is in the network.
func (w *writer) network(p netip.Prefix) string {
	p = p.Masked()
	low, high := p.Addr().As16(), p.Addr().As16()
	from := p.Bits()
	if p.Addr().Is4() {
		from += 96
	}
	for bit := from; bit < 128; bit++ {
		high[bit/8] |= 0x80 >> (bit % 8)
	}
	within := "a BETWEEN " + w.Text(digits(low)) + " AND " + w.Text(digits(high))
	if p.Addr().Is4() || !p.Overlaps(mapped) {
		return within
	}
	first := digits(mapped.Addr().As16())
	return "(" + within + " AND NOT a LIKE " + w.Text(first[:24]+"%") + ")"
}

func digits(a [16]byte) string {
	var b strings.Builder
	for _, x := range a {
		b.WriteString(strconv.FormatInt(int64(x)+0x100, 16)[1:])
	}
	return b.String()
}

// reference compares a field with another one of the event.
func (w *writer) reference(list string, t *sigma.Test) string {
	a, b := "v", "o"
	if !t.Cased {
		a, b = w.Lower(a), w.Lower(b)
	}
	return w.Any(list, "v", "v IS NOT NULL AND "+w.Any(w.list(t.Text), "o", "o IS NOT NULL AND "+w.Compare(t.How, a, b)))
}
