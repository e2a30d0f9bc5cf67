package statement

import (
	"fmt"
	"strings"
)

// Dialect is how an engine says what is not said alike everywhere. x is an
// expression for a text, list one for a list of texts in which members may be
// NULL; neither what is said of a list nor the list itself is ever NULL. Names
// such as v stand for a member and are given by the caller.
type Dialect struct {
	Quote   func(name string) string          // an identifier
	Text    func(text string) string          // a literal, of any characters
	Lower   func(x string) string             // as strings.ToLower
	Matches func(x, expression string) string // an expression of RE2 is found in x
	Compare func(how, x, y string) string     // x contains, startswith or endswith y, or is it

	// Number is the finite double that a text is: digits, sign, point and
	// exponent. NULL for any other text.
	Number func(x string) string

	// Address is an address as 32 hexadecimal digits, small ones, of version 4
	// as mapped to version 6, without its zone. NULL for any other text.
	Address func(x string) string

	Time func(x string) string // µs since 1970 UTC as RFC 3339 in UTC, NULL for NULL; the fraction without zeros at its end

	None string                             // the empty list
	One  func(x string) string              // the list of x, empty if x is NULL
	Join func(lists ...string) string       // one list of several
	Has  func(list string) string           // it is not empty
	Any  func(list, v, holds string) string // it holds for a member
	Map  func(list, v, x string) string     // the list of what x is for its members

	// Rest is what the group of an expression finds in a rest, wherever it does:
	// \x1f and a value, whose escapes are undone, or \x1d, which makes a NULL.
	Rest func(rest, expression string) string
}

// DuckDB is the dialect of the engine that cases are kept in.
var DuckDB = Dialect{
	Quote:   func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
	Text:    duckText,
	Lower:   func(x string) string { return "lower(" + x + ")" },
	Matches: func(x, e string) string { return "regexp_matches(" + x + ", " + duckText(e) + ")" },
	Compare: duckCompare,
	Number:  duckNumber,
	Address: duckAddress,
	Time:    duckTime,
	None:    "CAST([] AS VARCHAR[])",
	One:     func(x string) string { return "list_filter([" + x + "], v -> v IS NOT NULL)" },
	Join:    duckJoin,
	Has:     func(list string) string { return "len(" + list + ") > 0" },
	Any:     func(list, v, holds string) string { return "len(" + duckFilter(list, v, holds) + ") > 0" },
	Map:     duckMap,
	Rest:    duckRest,
}

func duckTime(x string) string {
	at := "make_timestamp(" + x + ")"
	return "strftime(" + at + ", '%Y-%m-%dT%H:%M:%S') || CASE WHEN " + x + " % 1000000 = 0 THEN '' ELSE '.' || rtrim(strftime(" + at + ", '%f'), '0') END || 'Z'"
}

func duckFilter(list, v, holds string) string {
	return "list_filter(" + list + ", " + v + " -> " + holds + ")"
}
func duckMap(list, v, x string) string { return "list_transform(" + list + ", " + v + " -> " + x + ")" }

// duckText writes control characters by number: a statement is one text that
// people print, and a NUL would end it.
func duckText(text string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, c := range text {
		switch {
		case c == '\'':
			b.WriteString("''")
		case c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029':
			fmt.Fprintf(&b, "' || chr(%d) || '", c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('\'')
	if s := b.String(); strings.Contains(s, "' || chr(") {
		return "(" + s + ")"
	}
	return b.String()
}

func duckCompare(how, x, y string) string {
	if how == "" {
		return x + " = " + y
	}
	name := map[string]string{"contains": "contains", "startswith": "starts_with", "endswith": "ends_with"}[how]
	return name + "(" + x + ", " + y + ")"
}

func duckJoin(lists ...string) string {
	if len(lists) == 1 {
		return lists[0]
	}
	return "(" + strings.Join(lists, " || ") + ")"
}

func duckNumber(x string) string {
	const number = `'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?'`
	return "CASE WHEN regexp_full_match(" + x + ", " + number + ") AND isfinite(TRY_CAST(" + x + " AS DOUBLE)) THEN TRY_CAST(" + x + " AS DOUBLE) END"
}

// duckRest undoes the escapes of values: \x1a and a letter stand for one of the
// characters that a rest is made with.
func duckRest(rest, expression string) string {
	value := "substr(x, 2)"
	for _, c := range []int{0x1c, 0x1d, 0x1e, 0x1f, 0x1a} {
		value = fmt.Sprintf("replace(%s, chr(26) || '%c', chr(%d))", value, c+'0', c)
	}
	return duckMap("regexp_extract_all("+rest+", "+duckText(expression)+", 1)", "x",
		"CASE WHEN x = chr(29) THEN NULL WHEN contains(x, chr(26)) THEN "+value+" ELSE substr(x, 2) END")
}

const (
	octet = `(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
	v4    = octet + `(\.` + octet + `){3}`
	group = `[0-9a-fA-F]{1,4}`
)

// duckAddress reads addresses as netip.ParseAddr does.
func duckAddress(x string) string {
	// A tail of version 4 becomes two groups.
	pair := func(a string, i int) string {
		part := func(i int) string {
			return fmt.Sprintf("printf('%%02x', TRY_CAST(split_part(%s, '.', %d) AS INTEGER))", a, i)
		}
		return part(i) + " || " + part(i+1)
	}
	plain := "CASE WHEN regexp_full_match(" + x + ", '" + v4 + "') THEN '00000000000000000000ffff' || " + pair(x, 1) + " || " + pair(x, 3)
	zoneless := "regexp_replace(" + x + ", '(?s)%.+$', '')"
	tail := "regexp_extract(" + zoneless + ", '^(.*:)(" + v4 + ")$', 2)"
	head := "regexp_extract(" + zoneless + ", '^(.*:)(" + v4 + ")$', 1)"
	groups := "CASE WHEN " + tail + " = '' THEN " + zoneless + " ELSE " + head + " || " + pair(tail, 1) + " || ':' || " + pair(tail, 3) + " END"
	full := "regexp_full_match(g, '" + group + "(:" + group + "){7}')"
	short := "regexp_full_match(g, '(" + group + "(:" + group + "){0,6})?::(" + group + "(:" + group + "){0,6})?')"
	side := func(i int) string {
		return fmt.Sprintf("list_filter(string_split(split_part(g, '::', %d), ':'), h -> h <> '')", i)
	}
	wide := func(list string) string {
		return "array_to_string(list_transform(" + list + ", h -> lower(lpad(h, 4, '0'))), '')"
	}
	long := "CASE WHEN " + full + " THEN " + wide("string_split(g, ':')") +
		" WHEN " + short + " AND len(" + side(1) + ") + len(" + side(2) + ") <= 7 THEN coalesce(" + wide(side(1)) + ", '') || lpad(coalesce(" + wide(side(2)) + ", ''), 32 - 4 * CAST(len(" + side(1) + ") AS INTEGER), '0') END"
	return plain + " ELSE list_transform([" + groups + "], g -> " + long + ")[1] END"
}
