package source

import "strings"

// maxNames bounds what a parser remembers of the names it met: hostile keys
// must not fill the memory.
const maxNames = 1 << 16

// names is the tree of the keys that a parser has met. It gives the dotted name
// of a key without building it again, and guesses the next key from the last
// record of the same kind.
type names struct {
	root  *node
	count int
}

// node is one key in its place.
type node struct {
	key      string // as it stands between the quotes, escapes included
	name     string // dotted, escapes decoded
	hash     uint64
	children map[string]*node // by key
	pairs    map[string]*node // by the name of a Name/Value pair
	first    *node            // the child that came first last time
	next     *node            // the sibling that came after this one last time
	instance uint64           // the object that had this key last
	role     role
}

// role is what a key means in a list of Name/Value pairs.
type role uint8

const (
	roleNone role = iota
	roleName
	roleValue
	roleNewValue
	roleDisplayName
)

var roles = map[string]role{
	"Name": roleName, "name": roleName, "Key": roleName, "key": roleName,
	"Value": roleValue, "value": roleValue,
	"NewValue": roleNewValue, "newValue": roleNewValue,
	"displayName": roleDisplayName, "DisplayName": roleDisplayName,
	"@Name": roleName, "#text": roleValue,
}

func newNames() *names { return &names{root: &node{}} }

// reset forgets all names once they are too many.
func (t *names) reset() bool {
	if t.count < maxNames {
		return false
	}
	t.root, t.count = &node{}, 0
	return true
}

// child is the node of a key below n.
func (t *names) child(n *node, key string) *node {
	if c := n.children[key]; c != nil {
		return c
	}
	plain := key
	if strings.IndexByte(key, '\\') >= 0 {
		plain = unescapeKey(key)
	}
	if c := n.children[plain]; c != nil && plain != key {
		n.children[strings.Clone(key)] = c
		t.count++
		return c
	}
	return t.add(n, strings.Clone(key), strings.Clone(plain))
}

func (t *names) add(n *node, key, plain string) *node {
	c := t.newNode(n, key, plain)
	if n.children == nil {
		n.children = make(map[string]*node)
	}
	n.children[key] = c
	if plain != key {
		n.children[plain] = c
	}
	return c
}

func (t *names) newNode(n *node, key, plain string) *node {
	t.count++
	c := &node{key: key, name: plain, role: roles[plain]}
	if n.name != "" {
		c.name = n.name + "." + plain
	}
	c.hash = hashString(c.name)
	return c
}

// pair is the node of a Name/Value pair called name in the list n.
func (t *names) pair(n *node, name string) *node {
	if c := n.pairs[name]; c != nil {
		return c
	}
	if n.pairs == nil {
		n.pairs = make(map[string]*node)
	}
	name = strings.Clone(name)
	c := t.newNode(n, name, name)
	n.pairs[name] = c
	return c
}

// column is the node of a column, whose name is plain text.
func (t *names) column(name string) *node { return t.pair(t.root, name) }

// hashString is FNV-1a.
func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
