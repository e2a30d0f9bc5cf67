package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// value is a JSON value, read with the standard library: a text, or the members
// of an object in their order, or those of an array.
type value struct {
	kind    byte   // '{', '[', 's'tring, 'n'umber, 'b'ool, '0' for null
	text    string // of a string, number or bool
	names   []string
	members []value
}

// errNotJSON is text that the standard library doesn't take.
var errNotJSON = errors.New("no JSON")

// values reads one value after the other, as long as there is any.
func values(data []byte, each func(*value)) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		var v value
		err := v.read(d)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errNotJSON, err)
		}
		each(&v)
	}
}

// parse reads a text that is one object or array, nil if it isn't.
func parse(text string) *value {
	text = strings.TrimLeft(text, " \t\r\n")
	if text == "" || text[0] != '{' && text[0] != '[' || !json.Valid([]byte(text)) {
		return nil
	}
	var all *value
	if values([]byte(text), func(v *value) { all = v }) != nil {
		return nil
	}
	return all
}

func (v *value) read(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch x := token.(type) {
	case json.Delim:
		return v.readMembers(d, x)
	case string:
		v.kind, v.text = 's', x
	case json.Number:
		v.kind, v.text = 'n', x.String()
	case bool:
		v.kind, v.text = 'b', fmt.Sprint(x)
	case nil:
		v.kind = '0'
	}
	return nil
}

func (v *value) readMembers(d *json.Decoder, open json.Delim) error {
	v.kind = byte(open)
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			v.names = append(v.names, name.(string))
		}
		var m value
		if err := m.read(d); err != nil {
			return unexpected(err)
		}
		v.members = append(v.members, m)
	}
	_, err := d.Token()
	return unexpected(err)
}

// unexpected: an end inside a value is no end of the values.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// member is that of an object called name, the first of them; nil if none is.
func (v *value) member(name string) *value {
	for i := range v.names {
		if v.names[i] == name {
			return &v.members[i]
		}
	}
	return nil
}

// scalar says whether the value has a text, or is null.
func (v *value) scalar() bool { return v.kind != '{' && v.kind != '[' }

// leaf is a scalar, or an empty object or array, with its path: names joined by
// dots, places in arrays left out.
type leaf struct {
	path string
	v    *value
}

// leaves are all below v.
func (v *value) leaves(prefix string, list []leaf) []leaf {
	if v.scalar() || len(v.members) == 0 {
		return append(list, leaf{prefix, v})
	}
	for i := range v.members {
		name := prefix
		if v.kind == '{' {
			name = join(prefix, v.names[i])
		}
		list = v.members[i].leaves(name, list)
	}
	return list
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}
