package sigma

// Node is a rule's logic as a tree, for what runs rules in another way than
// Match. Whatever does so must give the same answer.
type Node struct {
	Is   NodeKind
	Of   []*Node // of And and Or any number, of Not one
	Leaf *Leaf   // of Line
}

// NodeKind says what a node is. Every node is true or false, never unknown.
type NodeKind uint8

// The kinds of nodes.
const (
	And NodeKind = iota
	Or
	Not
	Line
)

// Leaf is one line of a selection: its field, and for each of its values the
// tests that its modifiers made of it. A value holds if one of its tests does.
// The line holds if one of the values does, under All if each does; Neq turns
// the answer around.
type Leaf struct {
	Field    string // folded, empty for keywords, which are asked of every value of the event
	All, Neq bool
	Values   [][]Test
}

// Match says whether the test holds for a field with these values.
func (t *Test) Match(vs []Value, e Event) bool { return t.match(vs, e) }

// Single says that the test asks about one value and nothing else: it holds if
// it does of any value that isn't null.
func (t *Test) Single() bool { return t.whole == nil }

// Equal is the test for a text in any case.
func Equal(text string) Test { return textTest(Glob{{Text: text}}, false) }

// Dashes are the characters that AnyDash stands for.
const Dashes = dashes

// Tree is the rule's logic; nil for a rule that matches no event: one that
// can't be used, a correlation, a filter.
func (r *Rule) Tree() *Node {
	if r.condition == nil || r.Filter != nil {
		return nil
	}
	return r.condition.tree()
}

func (x every) tree() *Node    { return &Node{Is: And, Of: trees(x)} }
func (x some) tree() *Node     { return &Node{Is: Or, Of: trees(x)} }
func (x negation) tree() *Node { return &Node{Is: Not, Of: []*Node{x.of.tree()}} }

func trees(list []expression) (all []*Node) {
	for _, x := range list {
		all = append(all, x.tree())
	}
	return all
}

func (s *selection) tree() *Node { return s.body.tree() }

func (l *leaf) tree() *Node {
	out := &Leaf{Field: l.name, All: l.all, Neq: l.neq}
	for i := range l.patterns {
		out.Values = append(out.Values, l.patterns[i].variants)
	}
	return &Node{Is: Line, Leaf: out}
}
