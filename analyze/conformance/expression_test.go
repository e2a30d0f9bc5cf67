package conformance

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// expression says where in a record a field stands. It is a list of choices
// separated by " | ", of which the first that gives a text counts. A choice is
// a path, or a 'constant', after the names of transforms, the last of which is
// made first:
//
//	lower UserId | 'nobody'
//	ip Properties[enduser.ip_address]
//	lower {Domain}\{User}
//
// A path may be a text that holds paths in braces, which gives nothing if one
// of them does. A path is names joined by dots; a name may itself hold dots. An array stands
// for each of its members, list[x] for the Value of the member whose Name is x.
// A text that is JSON is looked into.
type expression []choice

type choice struct {
	transforms []func(string) string
	path       string
	constant   bool
	template   bool
}

// compile reads an expression.
func compile(text string) (expression, error) {
	var e expression
	for _, part := range strings.Split(text, " | ") {
		var c choice
		if constant, ok := strings.CutPrefix(strings.TrimSpace(part), "'"); ok {
			e = append(e, choice{path: strings.TrimSuffix(constant, "'"), constant: true})
			continue
		}
		words := strings.Fields(part)
		for len(words) > 1 {
			f := transforms[words[0]]
			if f == nil {
				break // a name may hold spaces
			}
			c.transforms, words = append([]func(string) string{f}, c.transforms...), words[1:]
		}
		if c.path = strings.Join(words, " "); c.path == "" {
			return nil, fmt.Errorf("expression %q: a choice without a path", text)
		}
		c.template = strings.Contains(c.path, "{")
		e = append(e, c)
	}
	return e, nil
}

// of is the text that the expression gives for a record, empty if none.
func (e expression) of(v *value) string {
	for _, c := range e {
		if c.constant {
			return c.path
		}
		for _, text := range c.find(v) {
			for _, f := range c.transforms {
				text = f(text)
			}
			if text != "" {
				return text
			}
		}
	}
	return ""
}

// find are the texts at a choice's path, or the one that its template gives.
func (c *choice) find(v *value) []string {
	if !c.template {
		return v.find(c.path, nil)
	}
	text := ""
	for rest := c.path; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		text += before
		if !open {
			break
		}
		path, behind, _ := strings.Cut(after, "}")
		found := v.find(path, nil)
		if len(found) == 0 || found[0] == "" || blanks[found[0]] {
			return nil
		}
		text, rest = text+found[0], behind
	}
	return []string{text}
}

// find are the texts of all scalars at a path.
func (v *value) find(path string, list []string) []string {
	switch v.kind {
	case '[':
		for i := range v.members {
			list = v.members[i].find(path, list)
		}
		return list
	case '{':
		return v.findName(path, list)
	}
	if path == "" {
		return append(list, v.text)
	}
	if inner := parse(v.text); inner != nil {
		return inner.find(path, list)
	}
	return list
}

func (v *value) findName(path string, list []string) []string {
	if path == "" {
		return list
	}
	if m := v.member(path); m != nil {
		return m.find("", list)
	}
	if name, key, ok := strings.Cut(path, "["); ok && strings.HasSuffix(key, "]") {
		if m := v.member(name); m != nil {
			return m.named(strings.TrimSuffix(key, "]"), list)
		}
		return list
	}
	for i := range path {
		if path[i] != '.' {
			continue
		}
		if m := v.member(path[:i]); m != nil {
			list = m.find(path[i+1:], list)
		}
	}
	return list
}

// named are the Values of the members of a list that are called so.
func (v *value) named(name string, list []string) []string {
	if v.kind == 's' {
		if v = parse(v.text); v == nil {
			return list
		}
	}
	if v.kind == '{' {
		if m := v.member(name); m != nil {
			return m.find("", list)
		}
		return list
	}
	for i := range v.members {
		for _, k := range []string{"Name", "name", "key", "displayName"} {
			if m := v.members[i].member(k); m != nil && m.text == name {
				for _, k := range []string{"Value", "value"} {
					if m := v.members[i].member(k); m != nil {
						list = m.find("", list)
					}
				}
			}
		}
	}
	return list
}

// transforms are what may stand before a path.
var transforms = map[string]func(string) string{
	"lower": strings.ToLower,
	"trim":  strings.TrimSpace,
	"known": func(s string) string {
		if blanks[s] {
			return ""
		}
		return s
	},
	"ip":     address,
	"utc":    func(s string) string { return instant(s, layouts) },
	"epoch":  epoch,
	"milli":  func(s string) string { return epoch(s[:max(0, len(s)-3)] + "." + s[max(0, len(s)-3):]) },
	"vendor": vendorResult,
	"part":   func(s string) string { return "%" + s },
	"near":   func(s string) string { return "~" + s },
	"last":   func(s string) string { return s[strings.LastIndexByte(s, '/')+1:] },
}

// blanks are what exporters write for nothing, by their documentation.
var blanks = map[string]bool{"-": true, "N/A": true, "Not Available": true, "00000000-0000-0000-0000-000000000000": true, "S-1-0-0": true}

// address is an IP address in its shortest form, without port, brackets and
// the prefix that IPv4 has in IPv6; empty if there is none.
func address(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ",")
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr().Unmap().WithZone("").String()
	}
	at, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return ""
	}
	return at.Unmap().WithZone("").String()
}

// layouts of times, as the vendors document them. What has no zone is UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700",
	"1/2/2006 3:04:05 PM", "1/2/2006, 3:04:05.999 PM", "1/2/2006 15:04:05", "2006-01-02 15:04:05.999999999 UTC",
}

// instant is a time as microseconds since 1970.
func instant(s string, layouts []string) string {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return strconv.FormatInt(t.UnixMicro(), 10)
		}
	}
	return ""
}

// epoch is seconds since 1970, with up to six digits behind the point, as
// microseconds.
func epoch(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" || len(fraction) > 6 {
		return ""
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 6-len(fraction)), 10, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// vendorResult is what the words for a result mean in Microsoft's exports.
func vendorResult(s string) string {
	switch s {
	case "":
		return ""
	case "True", "Succeeded", "Success", "success", "0", "Allow", "A", "succeeded":
		return "success"
	case "False", "Failed", "Failure", "failure", "failed":
		return "failure"
	case "Deny", "Denied", "D":
		return "denied"
	case "PartiallySucceeded":
		return "partial"
	}
	return "unknown"
}
