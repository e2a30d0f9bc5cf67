package source

import (
	"strconv"
	"strings"

	"hotwash/analyze/event"
)

// maxDepth is how deep a record may nest.
const maxDepth = 128

// wholeDepth is how deep objects are remembered, for Source.Whole.
const wholeDepth = 4

// object is where an object or array of a record stands.
type object struct {
	name string
	text string
}

// flattener reads one JSON value and appends its leaves. It is strict (RFC
// 8259) where encoding/json is lenient or loses something: it keeps both of two
// equal keys, numbers as they are written, and lone surrogates.
type flattener struct {
	names   *names
	text    string
	at      int
	fields  []event.Field
	objects []object
	shape   uint64
	counter uint64 // of objects, to tell duplicate keys
	arena   arena

	duplicates bool // met a duplicate key
	surrogates bool // met a lone surrogate
	code       string
	detail     string
}

// read appends the leaves of the one value that text is, below n.
func (f *flattener) read(n *node, text string) error {
	f.text, f.at = text, 0
	f.space()
	if f.value(n, 0, false) {
		f.space()
		if f.at == len(text) {
			return nil
		}
		f.fail("json_syntax", "more after the value")
	}
	return &SyntaxError{Code: f.code, Offset: f.at, Detail: f.detail}
}

// readRow appends the cells of an array, each below the node of its column.
func (f *flattener) readRow(columns []*node, text string) error {
	f.text, f.at = text, 0
	if f.row(columns) {
		return nil
	}
	return &SyntaxError{Code: f.code, Offset: f.at, Detail: f.detail}
}

func (f *flattener) row(columns []*node) bool {
	f.at++ // the cutter saw the bracket
	for i := 0; ; i++ {
		f.space()
		if i == 0 && f.is(']') {
			break
		}
		if i == len(columns) {
			return f.fail("json_columns", "more cells than the "+strconv.Itoa(len(columns))+" columns")
		}
		if !f.value(columns[i], 1, false) {
			return false
		}
		f.space()
		if f.is(',') {
			continue
		}
		if !f.is(']') {
			return f.fail("json_syntax", "no comma between cells")
		}
		break
	}
	f.space()
	return f.at == len(f.text) || f.fail("json_syntax", "more after the row")
}

func (f *flattener) fail(code, detail string) bool {
	f.code, f.detail = code, detail
	return false
}

func (f *flattener) unexpected() bool {
	if f.at >= len(f.text) {
		return f.fail("json_truncated", "ends inside a value")
	}
	return f.fail("json_syntax", "unexpected "+strconv.QuoteToASCII(f.text[f.at:f.at+1]))
}

// is steps over c if it stands here.
func (f *flattener) is(c byte) bool {
	if f.at < len(f.text) && f.text[f.at] == c {
		f.at++
		return true
	}
	return false
}

func (f *flattener) space() {
	for f.at < len(f.text) {
		switch f.text[f.at] {
		case ' ', '\t', '\n', '\r':
			f.at++
		default:
			return
		}
	}
}

func (f *flattener) add(n *node, value string, null bool) {
	f.fields = append(f.fields, event.Field{Name: n.name, Value: value, Null: null})
	h := n.hash
	if null {
		h++
	}
	f.shape = (f.shape ^ h) * 0x9E3779B97F4A7C15
}

func (f *flattener) value(n *node, depth int, member bool) bool {
	if f.at >= len(f.text) {
		return f.unexpected()
	}
	switch f.text[f.at] {
	case '"':
		v, ok := f.str()
		if ok {
			f.add(n, v, false)
		}
		return ok
	case '{':
		return f.object(n, depth+1, member)
	case '[':
		return f.array(n, depth+1)
	case 't':
		return f.literal(n, "true")
	case 'f':
		return f.literal(n, "false")
	case 'n':
		return f.literal(n, "null")
	}
	return f.number(n)
}

func (f *flattener) literal(n *node, word string) bool {
	if !strings.HasPrefix(f.text[f.at:], word) {
		return f.unexpected()
	}
	f.at += len(word)
	if word == "null" {
		f.add(n, "", true)
	} else {
		f.add(n, word, false)
	}
	return true
}

// pair is what an object needs to be one of a list of Name/Value pairs: the
// index of the fields, 0 for none, else one more.
type pair struct{ name, display, value, newValue int }

func (p *pair) note(r role, at int) {
	switch r {
	case roleName:
		p.name = at
	case roleDisplayName:
		p.display = at
	case roleValue:
		p.value = at
	case roleNewValue:
		p.newValue = at
	}
}

// fields are the indices of name and value, ok if the object is a pair.
func (p *pair) fields() (name, value int, ok bool) {
	name, value = p.name, p.value
	if p.newValue != 0 {
		value = p.newValue
		if name == 0 {
			name = p.display
		}
	}
	return name - 1, value - 1, name != 0 && value != 0
}

func (f *flattener) object(n *node, depth int, member bool) bool {
	if depth > maxDepth {
		return f.fail("json_depth", "nested deeper than 128")
	}
	start := f.at
	f.at++
	f.space()
	if f.is('}') {
		f.add(n, "{}", false)
		return true
	}
	if !f.members(n, depth, member) {
		return false
	}
	f.remember(n, start, depth)
	return true
}

func (f *flattener) remember(n *node, start, depth int) {
	if depth > 1 && depth <= wholeDepth {
		f.objects = append(f.objects, object{n.name, f.text[start:f.at]})
	}
}

func (f *flattener) members(n *node, depth int, member bool) bool {
	f.counter++
	instance := f.counter
	var p pair
	link := &n.first
	for {
		child := f.key(n, *link)
		if child == nil {
			return false
		}
		*link, link = child, &child.next
		if child.instance == instance {
			f.duplicates = true
		}
		child.instance = instance
		before := len(f.fields)
		if !f.value(child, depth, false) {
			return false
		}
		if child.role != roleNone && len(f.fields) == before+1 && f.fields[before].Name == child.name {
			p.note(child.role, before+1)
		}
		f.space()
		if f.is(',') {
			f.space()
			continue
		}
		if !f.is('}') {
			return f.unexpected()
		}
		break
	}
	if member {
		f.pair(n, &p)
	}
	return true
}

// pair adds the value of a pair under the pair's own name.
func (f *flattener) pair(n *node, p *pair) {
	at, value, ok := p.fields()
	if !ok {
		return
	}
	name := f.fields[at].Value
	if name == "" || len(name) > 256 {
		return
	}
	v := f.fields[value]
	f.add(f.names.pair(n, name), v.Value, v.Null)
}

// key reads a key with its colon and gives its node, nil if there is none.
// guess is the likely one.
func (f *flattener) key(n, guess *node) *node {
	if !f.is('"') {
		f.unexpected()
		return nil
	}
	if guess != nil {
		end := f.at + len(guess.key)
		if end < len(f.text) && f.text[end] == '"' && f.text[f.at:end] == guess.key {
			f.at = end + 1
			return f.colon(guess)
		}
	}
	start := f.at
	f.at--
	_, ok := f.str()
	if !ok {
		return nil
	}
	return f.colon(f.names.child(n, f.text[start:f.at-1]))
}

func (f *flattener) colon(n *node) *node {
	if f.at < len(f.text) && f.text[f.at] != ':' {
		f.space()
	}
	if !f.is(':') {
		f.unexpected()
		return nil
	}
	if f.at < len(f.text) && f.text[f.at] <= ' ' {
		f.space()
	}
	return n
}

func (f *flattener) array(n *node, depth int) bool {
	if depth > maxDepth {
		return f.fail("json_depth", "nested deeper than 128")
	}
	start := f.at
	f.at++
	f.space()
	if f.is(']') {
		f.add(n, "[]", false)
		return true
	}
	for {
		if !f.value(n, depth, true) {
			return false
		}
		f.space()
		if f.is(',') {
			f.space()
			continue
		}
		if !f.is(']') {
			return f.unexpected()
		}
		break
	}
	f.remember(n, start, depth)
	return true
}

// number reads a number and keeps its text.
func (f *flattener) number(n *node) bool {
	start := f.at
	f.is('-')
	if !f.is('0') && !f.digits() {
		return f.unexpected()
	}
	if f.is('.') && !f.digits() {
		return f.unexpected()
	}
	if f.is('e') || f.is('E') {
		if !f.is('+') {
			f.is('-')
		}
		if !f.digits() {
			return f.unexpected()
		}
	}
	f.add(n, f.text[start:f.at], false)
	return true
}

func (f *flattener) digits() bool {
	start := f.at
	for f.at < len(f.text) && f.text[f.at]-'0' <= 9 {
		f.at++
	}
	return f.at > start
}
