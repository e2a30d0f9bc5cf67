package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits of a rule file. Nested or aliased YAML costs far more than its size,
// so that is bounded before and while the text is read.
const (
	maxFile  = 1 << 20 // the largest rule of SigmaHQ has 295 KB
	maxNodes = 100_000 // after aliases are put in
	maxDepth = 64
	maxOpen  = 1000 // brackets open at once, or indicators in one line
)

type kind uint8

const (
	nullNode kind = iota
	textNode
	numberNode
	boolNode
	listNode
	mapNode
)

// node is a piece of YAML: a scalar as its canonical text, a list, or a map in
// the order of the file.
type node struct {
	kind kind
	text string
	line int
	list []node
	keys []entry
}

type entry struct {
	key   string
	line  int
	value node
}

// get is the value of a key, nil if the map lacks it.
func (n *node) get(key string) *node {
	for i := range n.keys {
		if n.keys[i].key == key {
			return &n.keys[i].value
		}
	}
	return nil
}

// texts is a list of scalars, or one scalar, as texts.
func (n *node) texts() []string {
	if n.kind != listNode {
		if n.text == "" {
			return nil
		}
		return []string{n.text}
	}
	var out []string
	for i := range n.list {
		if n.list[i].text != "" {
			out = append(out, n.list[i].text)
		}
	}
	return out
}

// plain is the node as Go values: string, nil, []any, map[string]any.
func (n *node) plain() any {
	switch n.kind {
	case nullNode:
		return nil
	case listNode:
		out := make([]any, len(n.list))
		for i := range n.list {
			out[i] = n.list[i].plain()
		}
		return out
	case mapNode:
		out := make(map[string]any, len(n.keys))
		for i := range n.keys {
			out[n.keys[i].key] = n.keys[i].value.plain()
		}
		return out
	}
	return n.text
}

// documents reads a YAML stream. With an error it returns no document: which
// ones would be whole is a guess.
func documents(data []byte) (docs []node, err error) {
	if err := bounded(data); err != nil {
		return nil, err
	}
	// The YAML library is not ours, and a rule file may be hostile: whatever it
	// panics on is an invalid rule.
	defer func() {
		if r := recover(); r != nil {
			docs, err = nil, invalid(0, "YAML: %v", r)
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntax(err)
	}
	for _, d := range file.Docs {
		if d.Body == nil {
			continue
		}
		b := builder{left: maxNodes, anchors: map[string]ast.Node{}}
		n, err := b.node(d.Body, 0)
		if err != nil {
			return nil, err
		}
		if n.kind != nullNode {
			docs = append(docs, n)
		}
	}
	return docs, nil
}

// bounded refuses text whose nesting would take the YAML library quadratic
// time.
func bounded(data []byte) error {
	if len(data) > maxFile {
		return invalid(0, "a rule file of %d bytes is over the limit of %d", len(data), maxFile)
	}
	open, line := 0, 0
	for text := range bytes.Lines(data) {
		line++
		if bytes.HasPrefix(text, []byte("---")) {
			open = 0
		}
		indicators := 0
		for i, c := range text {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(open-1, 0)
			case '-', '?', '!', '&', ':':
				if i+1 < len(text) && (text[i+1] == ' ' || c == '!' || c == '&') {
					indicators++
				}
			}
		}
		if open > maxOpen || indicators > maxOpen {
			return invalid(line, "YAML nested more than %d deep", maxOpen)
		}
	}
	return nil
}

func syntax(err error) error {
	if e := yaml.Error(nil); errors.As(err, &e) && e.GetToken() != nil {
		return invalid(e.GetToken().Position.Line, "YAML: %s", e.GetMessage())
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return invalid(0, "YAML: %s", first)
}

// builder turns the library's tree into nodes, aliases put in.
type builder struct {
	left    int
	anchors map[string]ast.Node
}

func (b *builder) node(n ast.Node, depth int) (node, error) {
	line := lineOf(n)
	if b.left--; b.left < 0 || depth > maxDepth {
		return node{}, invalid(line, "YAML grows over %d values or %d levels", maxNodes, maxDepth)
	}
	switch n := n.(type) {
	case nil:
		return node{line: line}, nil
	case *ast.AnchorNode:
		b.anchors[n.Name.GetToken().Value] = n.Value
		return b.node(n.Value, depth+1)
	case *ast.AliasNode:
		target, ok := b.anchors[n.Value.GetToken().Value]
		if !ok {
			return node{}, invalid(line, "YAML: alias of unknown anchor %q", n.Value.GetToken().Value)
		}
		return b.node(target, depth+1)
	case *ast.TagNode:
		return b.tagged(n, depth)
	case *ast.MappingNode:
		return b.mapping(n.Values, line, depth)
	case *ast.MappingValueNode:
		return b.mapping([]*ast.MappingValueNode{n}, line, depth)
	case *ast.SequenceNode:
		return b.sequence(n, line, depth)
	}
	return scalar(n, line)
}

func (b *builder) tagged(n *ast.TagNode, depth int) (node, error) {
	v, err := b.node(n.Value, depth+1)
	if err == nil && n.Start.Value == "!!str" && v.kind < listNode {
		v.kind, v.text = textNode, n.Value.GetToken().Value
	}
	return v, err
}

func (b *builder) sequence(n *ast.SequenceNode, line, depth int) (node, error) {
	out := node{kind: listNode, line: line}
	for _, v := range n.Values {
		m, err := b.node(v, depth+1)
		if err != nil {
			return node{}, err
		}
		out.list = append(out.list, m)
	}
	return out, nil
}

func (b *builder) mapping(values []*ast.MappingValueNode, line, depth int) (node, error) {
	out := node{kind: mapNode, line: line}
	for _, v := range values {
		value, err := b.node(v.Value, depth+1)
		if err != nil {
			return node{}, err
		}
		if v.Key.IsMergeKey() {
			out.merge(&value)
			continue
		}
		key, err := b.node(v.Key, depth+1)
		if err != nil {
			return node{}, err
		}
		if key.kind >= listNode {
			return node{}, invalid(lineOf(v), "YAML: a key that is no scalar")
		}
		out.keys = append(out.keys, entry{key.text, key.line, value})
	}
	return out, nil
}

// merge adds the keys of a merged map that the map itself doesn't have.
func (n *node) merge(from *node) {
	for _, k := range from.keys {
		if n.get(k.key) == nil {
			n.keys = append(n.keys, k)
		}
	}
}

// scalar gives the canonical text, so that 4624 and "4624" are the same value.
func scalar(n ast.Node, line int) (node, error) {
	switch n := n.(type) {
	case *ast.NullNode:
		return node{line: line}, nil
	case *ast.StringNode:
		return node{kind: textNode, text: n.Value, line: line}, nil
	case *ast.LiteralNode:
		return node{kind: textNode, text: n.Value.Value, line: line}, nil
	case *ast.BoolNode:
		return node{kind: boolNode, text: strconv.FormatBool(n.Value), line: line}, nil
	case *ast.IntegerNode:
		return node{kind: numberNode, text: fmt.Sprint(n.Value), line: line}, nil
	case *ast.FloatNode:
		if !strings.Contains(n.Token.Value, ".") { // 1e3 is text in the YAML that rules are written in
			return node{kind: textNode, text: n.Token.Value, line: line}, nil
		}
		return node{kind: numberNode, text: strconv.FormatFloat(n.Value, 'f', -1, 64), line: line}, nil
	}
	return node{}, invalid(line, "YAML: %s is no value of a rule", n.Type())
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}
