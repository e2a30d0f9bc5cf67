package evtx

// Element is an element of a record's XML. A processing instruction is one too,
// its name begins with a question mark. Values are the text in it: none for an
// empty element, several where an array was put in its place.
type Element struct {
	Name       string
	Attributes []Attribute
	Values     []string
	Children   []*Element
}

// Attribute is an attribute of an element.
type Attribute struct{ Name, Value string }

// Child is the first child called name, nil if there is none.
func (e *Element) Child(name string) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Value is the text of an element, empty for none.
func (e *Element) Value() string {
	if e == nil || len(e.Values) == 0 {
		return ""
	}
	return e.Values[0]
}

// tree builds the elements of one record and reuses them for the next.
type tree struct {
	pool  []*Element
	used  int
	stack []*Element
	bytes int // of text
}

func (t *tree) reset() *Element {
	t.used, t.stack, t.bytes = 0, t.stack[:0], 0
	return t.push("")
}

func (t *tree) push(name string) *Element {
	if t.used == len(t.pool) {
		block := make([]Element, 32)
		for i := range block {
			t.pool = append(t.pool, &block[i])
		}
	}
	e := t.pool[t.used]
	t.used++
	e.Name, e.Attributes, e.Values, e.Children = name, e.Attributes[:0], e.Values[:0], e.Children[:0]
	t.stack = append(t.stack, e)
	return e
}

func (t *tree) top() *Element { return t.stack[len(t.stack)-1] }

func (t *tree) open(name string) {
	parent := t.top()
	parent.Children = append(parent.Children, t.push(name))
}

func (t *tree) close() { t.stack = t.stack[:len(t.stack)-1] }

// attribute makes the last attribute of the top the one called name.
func (t *tree) attribute(name string) *Attribute {
	e := t.top()
	e.Attributes = append(e.Attributes, Attribute{Name: name})
	return &e.Attributes[len(e.Attributes)-1]
}

// text continues the text of the top.
func (t *tree) text(s string) {
	t.bytes += len(s)
	e := t.top()
	if n := len(e.Values); n > 0 {
		e.Values[n-1] += s
		t.bytes += len(e.Values[n-1])
		return
	}
	e.Values = append(e.Values, s)
}

func (t *tree) dropAttribute() {
	e := t.top()
	e.Attributes = e.Attributes[:len(e.Attributes)-1]
}

// perValue is what a text takes besides its bytes.
const perValue = 16

// values add the members of an array.
func (t *tree) values(list []string) {
	e := t.top()
	for _, s := range list {
		t.bytes += len(s) + perValue
	}
	e.Values = append(e.Values, list...)
}
