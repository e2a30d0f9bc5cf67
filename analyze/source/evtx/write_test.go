package evtx

import (
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// writer makes a chunk as Windows does: a name or template is written where it
// is used first, and referred to after that.
type writer struct {
	b         []byte
	names     map[string]int
	templates map[string]int
	first, id uint64
	last      int // where the last record begins
}

// node is an element: its content are texts, nodes, subs, and raw tokens.
type node struct {
	name    string
	depends int // 0 for nothing, else a value's index and one
	attrs   []attr
	content []any
}

type attr struct {
	name    string
	content []any
}

type (
	sub struct {
		index    int
		kind     byte
		optional bool
	}
	cdata   string
	charRef uint16
	entRef  string
	pi      struct{ target, data string }
)

// val is a value of an instance. Of nested ones, the bytes are written in place.
type val struct {
	kind  byte
	bytes string
	nest  *instance
}

type instance struct {
	guid   string // 16 bytes
	root   node
	values []val
}

func newWriter(first uint64) *writer {
	w := &writer{b: make([]byte, ChunkHeader), names: map[string]int{}, templates: map[string]int{}, first: first, id: first}
	copy(w.b, ChunkMagic)
	return w
}

func (w *writer) u8(n byte)    { w.b = append(w.b, n) }
func (w *writer) u16(n int)    { w.b = binary.LittleEndian.AppendUint16(w.b, uint16(n)) }
func (w *writer) u32(n int)    { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n)) }
func (w *writer) u64(n uint64) { w.b = binary.LittleEndian.AppendUint64(w.b, n) }
func (w *writer) put(at, n int) {
	binary.LittleEndian.PutUint32(w.b[at:], uint32(n))
}

// wide is a text in UTF-16.
func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func (w *writer) counted(s string) {
	w.u16(len(wide(s)) / 2)
	w.b = append(w.b, wide(s)...)
}

func (w *writer) name(s string) {
	if at, ok := w.names[s]; ok {
		w.u32(at)
		return
	}
	w.u32(len(w.b) + 4)
	w.names[s] = len(w.b)
	w.u32(0) // next of its hash
	hash := uint32(0)
	for _, u := range utf16.Encode([]rune(s)) {
		hash = hash*65599 + uint32(u)
	}
	w.u16(int(hash & 0xFFFF))
	w.counted(s)
	w.u16(0)
}

func (w *writer) element(n node, dependent bool) {
	token := byte(tokenOpen)
	if len(n.attrs) > 0 {
		token |= more
	}
	w.u8(token)
	if dependent {
		w.u16(n.depends - 1) // 0xFFFF for nothing
	}
	size := len(w.b)
	w.u32(0)
	w.name(n.name)
	if len(n.attrs) > 0 {
		list := len(w.b)
		w.u32(0)
		for i, a := range n.attrs {
			token := byte(tokenAttribute)
			if i < len(n.attrs)-1 {
				token |= more
			}
			w.u8(token)
			w.name(a.name)
			w.contents(a.content, dependent)
		}
		w.put(list, len(w.b)-list-4)
	}
	if len(n.content) == 0 {
		w.u8(tokenCloseEmpty)
	} else {
		w.u8(tokenCloseStart)
		w.contents(n.content, dependent)
		w.u8(tokenCloseElement)
	}
	w.put(size, len(w.b)-size-4)
}

func (w *writer) contents(list []any, dependent bool) {
	for _, c := range list {
		switch c := c.(type) {
		case string:
			w.u8(tokenValue)
			w.u8(typeString)
			w.counted(c)
		case node:
			w.element(c, dependent)
		case sub:
			token := byte(tokenNormal)
			if c.optional {
				token = tokenOptional
			}
			w.u8(token)
			w.u16(c.index)
			w.u8(c.kind)
		case cdata:
			w.u8(tokenCDATA)
			w.counted(string(c))
		case charRef:
			w.u8(tokenCharRef)
			w.u16(int(c))
		case entRef:
			w.u8(tokenEntityRef)
			w.name(string(c))
		case pi:
			w.u8(tokenPITarget)
			w.name(c.target)
			w.u8(tokenPIData)
			w.counted(c.data)
		case *instance:
			w.instance(c)
		case []byte:
			w.b = append(w.b, c...)
		}
	}
}

func (w *writer) fragment() { w.b = append(w.b, tokenFragment, 1, 1, 0) }

func (w *writer) instance(x *instance) {
	w.u8(tokenTemplate)
	w.u8(1)
	w.b = append(w.b, x.guid[:4]...)
	if at, ok := w.templates[x.guid]; ok {
		w.u32(at)
	} else {
		w.u32(len(w.b) + 4)
		w.templates[x.guid] = len(w.b)
		list := templateTable + 4*int(x.guid[0]%templateLists)
		w.u32(int(u32(string(w.b[list:list+4]), 0))) // next of its list
		w.put(list, w.templates[x.guid])
		w.b = append(w.b, x.guid...)
		size := len(w.b)
		w.u32(0)
		w.fragment()
		w.element(x.root, true)
		w.u8(tokenEnd)
		w.put(size, len(w.b)-size-4)
	}
	w.u32(len(x.values))
	kinds := len(w.b)
	for _, v := range x.values {
		w.u16(len(v.bytes))
		w.u8(v.kind)
		w.u8(0)
	}
	for i, v := range x.values {
		from := len(w.b)
		switch {
		case v.nest != nil:
			w.fragment()
			w.instance(v.nest)
			w.u8(tokenEnd)
		default:
			w.b = append(w.b, v.bytes...)
		}
		binary.LittleEndian.PutUint16(w.b[kinds+4*i:], uint16(len(w.b)-from))
	}
}

// record writes a record of some content, written at a FILETIME.
func (w *writer) record(written uint64, content ...any) {
	w.last = len(w.b)
	w.b = append(w.b, RecordMagic...)
	w.u32(0)
	w.u64(w.id)
	w.u64(written)
	w.fragment()
	w.contents(content, true)
	w.u8(tokenEnd)
	for (len(w.b)+4)%8 != 0 {
		w.u8(0)
	}
	n := len(w.b) + 4 - w.last
	w.put(w.last+4, n)
	w.u32(n)
	w.id++
}

// chunk completes the chunk: its size, header and checksums.
func (w *writer) chunk() string {
	free := len(w.b)
	w.b = append(w.b, make([]byte, ChunkSize-free)...)
	le := binary.LittleEndian
	for _, at := range []int{8, 24} {
		le.PutUint64(w.b[at:], w.first)
		le.PutUint64(w.b[at+8:], w.id-1)
	}
	for list, at := range []int{128, w.last, free} {
		w.put(40+4*list, at)
	}
	w.put(52, int(crc32.ChecksumIEEE(w.b[ChunkHeader:free])))
	sum := crc32.ChecksumIEEE(w.b[:120])
	w.put(124, int(crc32.Update(sum, crc32.IEEETable, w.b[128:ChunkHeader])))
	return string(w.b)
}

// fileHeader is the header of a file of some chunks.
func fileHeader(chunks int, next uint64) string {
	b := make([]byte, FileHeader)
	copy(b, FileMagic)
	le := binary.LittleEndian
	le.PutUint64(b[16:], uint64(chunks-1))
	le.PutUint64(b[24:], next)
	le.PutUint32(b[32:], 128)
	le.PutUint16(b[36:], 1)
	le.PutUint16(b[38:], 3)
	le.PutUint16(b[40:], FileHeader)
	le.PutUint16(b[42:], uint16(chunks))
	le.PutUint32(b[124:], crc32.ChecksumIEEE(b[:120]))
	return string(b)
}

func num(n uint64, size int) string {
	return string(binary.LittleEndian.AppendUint64(nil, n)[:size])
}
