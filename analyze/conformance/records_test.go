package conformance

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf16"
)

// envelopes are the names under which exports put the records of an answer or a
// file, as their vendors document them.
var envelopes = []string{"Records", "records", "value", "hits"}

// records are those of a member as encoding/json or encoding/csv read them, or
// as Zeek's writer is documented; nil for a framing that none of them knows.
func records(m *member, framing string) iter.Seq2[*value, error] {
	text := decoded(m.data)
	switch framing {
	case "json":
		return func(yield func(*value, error) bool) {
			more := true
			err := values(text, func(v *value) { more = more && unwrapped(v, yield) })
			if err != nil && more {
				yield(nil, err)
			}
		}
	case "csv":
		return func(yield func(*value, error) bool) { rows(text, yield) }
	case "zeek":
		return func(yield func(*value, error) bool) { zeekRows(string(text), yield) }
	}
	return nil
}

// decoded is text as UTF-8, without a byte-order mark.
func decoded(data []byte) []byte {
	little := bytes.HasPrefix(data, []byte("\xff\xfe"))
	if !little && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		unit := uint16(data[i])<<8 | uint16(data[i+1])
		if little {
			unit = uint16(data[i+1])<<8 | uint16(data[i])
		}
		units = append(units, unit)
	}
	return []byte(string(utf16.Decode(units)))
}

// unwrapped gives the records in a value: its members if it is an array, those
// in its envelope if it has one, else the value.
func unwrapped(v *value, yield func(*value, error) bool) bool {
	if v.kind == '[' {
		for i := range v.members {
			if !unwrapped(&v.members[i], yield) {
				return false
			}
		}
		return true
	}
	if v.kind == '{' {
		if tables := v.member("tables"); tables != nil && tables.kind == '[' {
			return tableRows(tables, yield)
		}
		for _, name := range envelopes {
			if in := v.member(name); in != nil && !in.scalar() && holdsObjects(in) {
				return unwrapped(in, yield)
			}
		}
		if in := v.member("_source"); in != nil && in.kind == '{' {
			return yield(in, nil)
		}
		if list := tuples(v); list != nil {
			for i := range list {
				if !yield(&list[i], nil) {
					return false
				}
			}
			return true
		}
	}
	return yield(v, nil)
}

// holdsObjects says whether a value can be what an envelope holds: an array of
// objects, or one more envelope.
func holdsObjects(v *value) bool {
	if v.kind == '{' {
		return slices.ContainsFunc(envelopes, func(name string) bool {
			in := v.member(name)
			return in != nil && in.kind == '['
		})
	}
	return len(v.members) > 0 && v.members[0].kind == '{'
}

// tableRows gives the rows of an answer of the Log Analytics query API.
func tableRows(tables *value, yield func(*value, error) bool) bool {
	for i := range tables.members {
		columns, list := tables.members[i].member("columns"), tables.members[i].member("rows")
		if columns == nil || list == nil {
			continue
		}
		var names []string
		for k := range columns.members {
			names = append(names, columns.members[k].member("name").text)
		}
		for k := range list.members {
			if !yield(&value{kind: '{', names: names, members: list.members[k].members}, nil) {
				return false
			}
		}
	}
	return true
}

// rows gives the rows of a CSV file as objects.
func rows(text []byte, yield func(*value, error) bool) {
	for _, mark := range []string{"#TYPE", "sep="} {
		if bytes.HasPrefix(text, []byte(mark)) {
			_, text, _ = bytes.Cut(text, []byte("\n"))
		}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	names, err := r.Read()
	if err != nil {
		yield(nil, err)
		return
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(nil, err)
			return
		}
		row := &value{kind: '{'}
		for i, cell := range cells {
			if i < len(names) {
				row.names = append(row.names, names[i])
				row.members = append(row.members, value{kind: 's', text: cell})
			}
		}
		if !yield(row, nil) {
			return
		}
	}
}

// separator is what stands most often in the first line.
func separator(text []byte) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t|" {
		if n := strings.Count(string(line), string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
