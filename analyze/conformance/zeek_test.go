package conformance

import (
	"fmt"
	"strconv"
	"strings"
)

// zeekHeader is what the lines of a Zeek log that begin with # say.
type zeekHeader struct {
	separator, set, unset, empty string
	names, types                 []string
}

// zeekRows gives the rows of Zeek's ASCII writer as objects: a header of lines
// that begin with #, columns separated as it says, "-" for what is unset,
// "(empty)" for an empty text or set, and bytes escaped as \xHH.
func zeekRows(text string, yield func(*value, error) bool) {
	h := zeekHeader{separator: "\t", set: ",", unset: "-", empty: "(empty)"}
	for row := range strings.Lines(text) {
		row = strings.TrimRight(row, "\r\n")
		switch {
		case row == "":
		case row[0] == '#':
			h.read(row)
		case h.names == nil: // the writer's tsv option leaves only this of the header
			h.names = strings.Split(row, h.separator)
		default:
			v, err := h.row(strings.Split(row, h.separator))
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

func (h *zeekHeader) read(row string) {
	if s, ok := strings.CutPrefix(row, "#separator "); ok {
		h.separator = unescaped(s)
		return
	}
	switch name, rest, _ := strings.Cut(row[1:], h.separator); name {
	case "set_separator":
		h.set = unescaped(rest)
	case "unset_field":
		h.unset = unescaped(rest)
	case "empty_field":
		h.empty = unescaped(rest)
	case "fields":
		h.names, h.types = strings.Split(rest, h.separator), nil
	case "types":
		h.types = strings.Split(rest, h.separator)
	}
}

func (h *zeekHeader) row(cells []string) (*value, error) {
	if len(cells) != len(h.names) {
		return nil, fmt.Errorf("%d cells below %d names", len(cells), len(h.names))
	}
	v := &value{kind: '{'}
	for i, cell := range cells {
		if cell == h.unset {
			continue
		}
		kind := ""
		if i < len(h.types) {
			kind = h.types[i]
		}
		v.names, v.members = append(v.names, h.names[i]), append(v.members, h.value(cell, kind))
	}
	return v, nil
}

func (h *zeekHeader) value(cell, kind string) value {
	switch {
	case strings.HasPrefix(kind, "set["), strings.HasPrefix(kind, "vector["):
		return h.list(cell)
	case kind == "bool":
		return value{kind: 'b', text: strconv.FormatBool(cell == "T")}
	case cell == h.empty:
		return value{kind: 's'}
	}
	return value{kind: 's', text: unescaped(cell)}
}

func (h *zeekHeader) list(cell string) value {
	list := value{kind: '['}
	if cell == h.empty {
		return list
	}
	for _, one := range strings.Split(cell, h.set) {
		m := value{kind: 's', text: unescaped(one)}
		switch one {
		case h.unset:
			m = value{kind: '0'}
		case h.empty:
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
