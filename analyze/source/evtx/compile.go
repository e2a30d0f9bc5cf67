package evtx

import (
	"strconv"
)

// The tokens of binary XML. Those that may be followed by more of their kind
// say so in the bit more.
const (
	tokenEnd          = 0x00
	tokenOpen         = 0x01
	tokenCloseStart   = 0x02
	tokenCloseEmpty   = 0x03
	tokenCloseElement = 0x04
	tokenValue        = 0x05
	tokenAttribute    = 0x06
	tokenCDATA        = 0x07
	tokenCharRef      = 0x08
	tokenEntityRef    = 0x09
	tokenPITarget     = 0x0a
	tokenPIData       = 0x0b
	tokenTemplate     = 0x0c
	tokenNormal       = 0x0d
	tokenOptional     = 0x0e
	tokenFragment     = 0x0f

	more = 0x40
)

// op is a step of a program that builds elements.
type op struct {
	kind     opKind
	attr     bool   // the text belongs to an attribute
	optional bool   // a value that is null leaves the attribute out
	depends  uint16 // of an open: the value that must not be null; none for nothing
	index    int    // of a value; of an open, the op behind its close; where a template is told
	text     string
}

type opKind uint8

const (
	opOpen opKind = iota
	opAttribute
	opText
	opValue
	opClose
	opTemplate
)

// none is an index of no value.
const none = 0xFFFF

// maxDepth is how deep elements nest, and how deep values hold templates.
const maxDepth = 64

// maxName is more than any name has.
const maxName = 1 << 10

// Error is a mistake in a record.
type Error struct {
	Offset int // in the chunk
	Detail string
}

func (e *Error) Error() string { return e.Detail + " at " + strconv.Itoa(e.Offset) }

// cursor reads a part of a chunk. After a mistake it stays at its end.
type cursor struct {
	chunk   string
	at, end int
	err     *Error
}

func (c *cursor) fail(detail string) {
	if c.err == nil {
		c.err = &Error{c.at, detail}
	}
	c.at = c.end
}

// take gives the next n bytes, an empty string if there are fewer.
func (c *cursor) take(n int) string {
	if n < 0 || n > c.end-c.at {
		c.fail("ends inside a token")
		return ""
	}
	c.at += n
	return c.chunk[c.at-n : c.at]
}

func (c *cursor) u8() byte {
	if s := c.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if s := c.take(2); s != "" {
		return u16(s, 0)
	}
	return 0
}

func (c *cursor) u32() int {
	if s := c.take(4); s != "" {
		return int(u32(s, 0))
	}
	return 0
}

// compiler turns tokens into a program.
type compiler struct {
	cursor
	d    *Decoder // whose names they are
	ops  []op
	open []int // the ops of the elements that are open
	attr bool  // inside of an attribute
}

// compile reads tokens to the end of a fragment.
func (c *compiler) compile() *Error {
	for c.err == nil && (c.at < c.end || len(c.open) > 0) {
		if token := c.u8(); token == tokenEnd && c.err == nil {
			if len(c.open) > 0 {
				c.fail("ends inside an element")
			}
			break
		} else if c.err == nil {
			c.token(token)
		}
	}
	return c.err
}

func (c *compiler) token(token byte) {
	switch token &^ more {
	case tokenOpen:
		c.start(token&more != 0)
	case tokenCloseStart:
		c.attr = false
	case tokenCloseEmpty, tokenCloseElement:
		c.close()
	case tokenAttribute:
		c.emit(op{kind: opAttribute, text: c.name()})
		c.attr = true
	case tokenValue:
		c.value()
	case tokenCDATA:
		c.literal(text(c.counted()))
	case tokenCharRef:
		c.literal(string(rune(c.u16())))
	case tokenEntityRef:
		c.literal(entity(c.name()))
	case tokenPITarget:
		c.instruction()
	case tokenTemplate:
		c.emit(op{kind: opTemplate, index: c.at})
		c.skipTemplate()
	case tokenNormal, tokenOptional:
		index := c.u16()
		c.u8() // the type that the value says again
		c.emit(op{kind: opValue, attr: c.attr, optional: token == tokenOptional, index: int(index)})
	case tokenFragment:
		c.take(3)
	default:
		c.at--
		c.fail("unknown token " + strconv.Itoa(int(token)))
	}
}

func (c *compiler) emit(o op) { c.ops = append(c.ops, o) }

// start reads the beginning of an element. In a template it names the value it
// depends on; where there is none of these two bytes, the size that follows
// would go far beyond the chunk if they were read as such.
func (c *compiler) start(attributes bool) {
	depends := uint16(none)
	if c.end-c.at >= 4 && int(u32(c.chunk, c.at)) > c.end-c.at {
		depends = c.u16()
	}
	c.u32() // size of the element
	name := c.name()
	if attributes {
		c.u32() // size of the attributes
	}
	if len(c.open) >= maxDepth {
		c.fail("nested deeper than " + strconv.Itoa(maxDepth))
		return
	}
	c.open = append(c.open, len(c.ops))
	c.emit(op{kind: opOpen, depends: depends, text: name})
	c.attr = false
}

func (c *compiler) close() {
	if len(c.open) == 0 {
		c.fail("closes what is not open")
		return
	}
	last := len(c.open) - 1
	c.ops[c.open[last]].index = len(c.ops)
	c.open = c.open[:last]
	c.emit(op{kind: opClose})
	c.attr = false
}

// value reads a value that stands in the XML itself: always a text.
func (c *compiler) value() {
	switch kind := c.u8(); {
	case kind == typeString:
		c.literal(text(c.counted()))
	case kind == typeAnsi:
		c.literal(render(typeAnsi, c.take(int(c.u16()))))
	case fixedSize(kind) != 0:
		c.literal(render(kind, c.take(fixedSize(kind))))
	default:
		c.fail("a literal of type " + strconv.Itoa(int(kind)))
	}
}

func (c *compiler) literal(s string) { c.emit(op{kind: opText, attr: c.attr, text: s}) }

// counted are the bytes of a text that begins with its length.
func (c *compiler) counted() string { return c.take(2 * int(c.u16())) }

// instruction reads a processing instruction: its target, and its data.
func (c *compiler) instruction() {
	c.emit(op{kind: opOpen, depends: none, text: "?" + c.name(), index: len(c.ops) + 2})
	if c.at < c.end && c.chunk[c.at] == tokenPIData {
		c.at++
		c.emit(op{kind: opText, text: text(c.counted())})
	}
	c.emit(op{kind: opClose})
}

// name reads where a name stands, and the name if that is here.
func (c *compiler) name() string {
	at := c.u32()
	if c.err != nil {
		return ""
	}
	here := at == c.at
	name, ok := c.d.names[at]
	if !ok {
		if at < 0 || at+8 > len(c.chunk) || at+8+2*int(u16(c.chunk, at+6)) > len(c.chunk) {
			c.fail("a name outside of the chunk")
			return ""
		}
		name = text(c.chunk[at+8 : at+8+2*int(u16(c.chunk, at+6))])
		if len(name) > maxName {
			c.fail("a name of " + strconv.Itoa(len(name)) + " bytes")
			return ""
		}
		if c.d.named += len(name); c.d.named > maxDefined {
			c.fail("names that overlap")
			return ""
		}
		c.d.names[at] = name
	}
	if here {
		c.take(8 + 2*int(u16(c.chunk, at+6)) + 2)
	}
	return name
}

// skipTemplate steps over an instance of a template; what it holds is read when
// its turn comes.
func (c *compiler) skipTemplate() {
	c.instance(nil)
}

// entity is the character that a reference stands for. An unknown one stays as
// it is written.
func entity(name string) string {
	switch name {
	case "lt":
		return "<"
	case "gt":
		return ">"
	case "amp":
		return "&"
	case "quot":
		return `"`
	case "apos":
		return "'"
	}
	return "&" + name + ";"
}
