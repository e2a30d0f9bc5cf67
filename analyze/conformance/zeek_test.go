package conformance

import (
	"fmt"
	"strconv"
	"strings"
)

// zeekRows gives the rows of Zeek's ASCII writer as objects: a header of lines
// that begin with #, columns separated as it says, "-" for what is unset,
// "(empty)" for an empty text or set, and bytes escaped as \xHH.
func zeekRows(text string, yield func(*value, error) bool) {
	separator, set, unset, empty := "\t", ",", "-", "(empty)"
	var names, types []string
	for row := range strings.Lines(text) {
		row = strings.TrimRight(row, "\r\n")
		if row == "" {
			continue
		}
		if row[0] == '#' {
			name, rest, _ := strings.Cut(row[1:], separator)
			if s, ok := strings.CutPrefix(row, "#separator "); ok {
				separator = unescaped(s)
			}
			switch name {
			case "set_separator":
				set = unescaped(rest)
			case "unset_field":
				unset = unescaped(rest)
			case "empty_field":
				empty = unescaped(rest)
			case "fields":
				names, types = strings.Split(rest, separator), nil
			case "types":
				types = strings.Split(rest, separator)
			}
			continue
		}
		cells := strings.Split(row, separator)
		if names == nil { // the writer's tsv option leaves only this of the header
			names = cells
			continue
		}
		if len(cells) != len(names) {
			yield(nil, fmt.Errorf("%d cells below %d names", len(cells), len(names)))
			return
		}
		v := &value{kind: '{'}
		for i, cell := range cells {
			if cell == unset {
				continue
			}
			m := value{kind: 's', text: unescaped(cell)}
			if cell == empty {
				m.text = ""
			}
			if i < len(types) && types[i] == "bool" {
				m = value{kind: 'b', text: strconv.FormatBool(cell == "T")}
			}
			if i < len(types) && (strings.HasPrefix(types[i], "set[") || strings.HasPrefix(types[i], "vector[")) {
				m = zeekList(cell, set, unset, empty)
			}
			v.names, v.members = append(v.names, names[i]), append(v.members, m)
		}
		if !yield(v, nil) {
			return
		}
	}
}

func zeekList(cell, set, unset, empty string) value {
	list := value{kind: '['}
	if cell == empty {
		return list
	}
	for _, one := range strings.Split(cell, set) {
		m := value{kind: 's', text: unescaped(one)}
		switch one {
		case unset:
			m = value{kind: '0'}
		case empty:
			m.text = ""
		}
		list.members = append(list.members, m)
	}
	return list
}

func unescaped(s string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, `\x`)
		if at < 0 || at+4 > len(s) {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		if n, err := strconv.ParseUint(s[at+2:at+4], 16, 8); err == nil {
			b.WriteByte(byte(n))
			s = s[at+4:]
		} else {
			b.WriteString(s[at : at+2])
			s = s[at+2:]
		}
	}
}
