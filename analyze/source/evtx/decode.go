package evtx

// Limits of what a record, and all records of a chunk, may become: more than
// any says that doesn't repeat itself by references.
const (
	maxSteps  = 1 << 16
	maxBytes  = 8 << 20 // of text that is made on the way
	chunkWork = 4       // records of that size in a chunk
	// maxDefined are the bytes of a chunk's templates, and of its names: they
	// don't overlap.
	maxDefined = 4 * ChunkSize
)

// value is one of the values that an instance of a template brings.
type value struct {
	kind     byte
	from, to int // in the chunk
}

// Decoder decodes the records of one chunk after the other. It remembers the
// names and templates of the chunk it is at.
type Decoder struct {
	chunk    string
	names    map[int]string
	programs map[int][]op // of templates, by where their definition stands
	values   []value      // of the instances that are being run
	scratch  []op         // of what is run once
	steps    int
	work     int // of the records before: steps and bytes
	compiled int // bytes of templates
	named    int // bytes of names
	tree

	Lost bool // a template of the last record is gone: values stand without their names
}

// NewDecoder makes a decoder; it is of one goroutine.
func NewDecoder() *Decoder {
	return &Decoder{names: map[int]string{}, programs: map[int][]op{}}
}

// Reset makes the decoder one for the records of another chunk.
func (d *Decoder) Reset(chunk string) {
	d.chunk, d.work, d.compiled, d.named = chunk, 0, 0, 0
	clear(d.names)
	clear(d.programs)
}

// Record decodes the record that stands at at and is size bytes long. The root
// has no name, its children are those of the fragment: <Event>. They are valid
// until the next record, their texts stay. With a mistake comes what was read
// before it.
func (d *Decoder) Record(at, size int) (*Element, error) {
	root := d.reset()
	d.steps, d.values, d.scratch, d.Lost = 0, d.values[:0], d.scratch[:0], false
	if at < 0 || size < MinRecord || size > len(d.chunk)-at {
		return root, &Error{at, "no record"}
	}
	if d.work > chunkWork*maxBytes {
		return root, &Error{at, "a chunk that becomes too large"}
	}
	err := d.fragment(at+recordHeader, at+size-4, 0)
	d.work += d.steps*(maxBytes/maxSteps) + d.bytes
	if err != nil {
		return root, err
	}
	return root, nil
}

// fragment runs the binary XML of a record, or of a value.
func (d *Decoder) fragment(from, to, depth int) *Error {
	c := compiler{cursor: cursor{chunk: d.chunk, at: from, end: to}, d: d, ops: d.scratch[len(d.scratch):]}
	err := c.compile()
	held := len(d.scratch)
	d.scratch = append(d.scratch, c.ops...)
	open := len(d.stack)
	if failed := d.run(d.scratch[held:held+len(c.ops):held+len(c.ops)], nil, depth); failed != nil {
		err = failed
	}
	d.stack = d.stack[:min(open, len(d.stack))]
	d.scratch = d.scratch[:held]
	return err
}

// run builds the elements of a program.
func (d *Decoder) run(ops []op, values []value, depth int) *Error {
	var attr *Attribute
	for i := 0; i < len(ops); i++ {
		if d.steps++; d.steps > maxSteps || d.bytes > maxBytes {
			return &Error{0, "a record that becomes too large"}
		}
		o := &ops[i]
		switch o.kind {
		case opOpen:
			if isNull(values, o.depends) && o.index > i {
				i = o.index
				continue
			}
			if len(d.stack) > 2*maxDepth {
				return &Error{0, "nested too deep"}
			}
			d.open(o.text)
		case opClose:
			if len(d.stack) < 2 {
				return &Error{0, "closes what is not open"}
			}
			d.close()
		case opAttribute:
			attr = d.attribute(o.text)
			if leftOut(ops[i+1:], values) {
				d.dropAttribute()
			}
		case opText:
			d.put(o.attr, attr, o.text)
		case opValue:
			if err := d.value(o, attr, values, depth); err != nil {
				return err
			}
		case opTemplate:
			if err := d.template(o.index, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// leftOut says that an attribute has one optional value, and that is null.
func leftOut(rest []op, values []value) bool {
	return len(rest) > 0 && rest[0].attr && rest[0].optional && isNull(values, uint16(rest[0].index)) &&
		(len(rest) == 1 || !rest[1].attr)
}

func isNull(values []value, index uint16) bool {
	return int(index) < len(values) && values[index].kind == typeNull
}

func (d *Decoder) put(inAttr bool, attr *Attribute, s string) {
	if inAttr {
		attr.Value += s
		d.bytes += len(attr.Value)
		return
	}
	d.text(s)
}

// value puts a value in its place.
func (d *Decoder) value(o *op, attr *Attribute, values []value, depth int) *Error {
	if o.index >= len(values) {
		return &Error{0, "a value that is not there"}
	}
	v := values[o.index]
	s := d.chunk[v.from:v.to]
	switch {
	case v.kind == typeNull && (o.optional || !o.attr):
	case v.kind == typeBinXML && !o.attr:
		return d.fragment(v.from, v.to, depth+1)
	case v.kind&typeArray == 0:
		d.put(o.attr, attr, render(v.kind, s))
	case o.attr:
		for i, s := range renderArray(v.kind&^typeArray, s) {
			if i > 0 {
				s = "," + s
			}
			d.put(true, attr, s)
		}
	default:
		d.tree.values(renderArray(v.kind&^typeArray, s))
	}
	return nil
}

// template runs an instance of a template. If the template itself is gone, its
// values are told without their names.
func (d *Decoder) template(at, depth int) *Error {
	if depth > maxDepth {
		return &Error{at, "templates in templates without end"}
	}
	c := cursor{chunk: d.chunk, at: at, end: len(d.chunk)}
	held := len(d.values)
	id, definition := c.instance(d)
	if c.err != nil {
		return c.err
	}
	values := d.values[held:]
	d.steps += len(values) / 8 // to read them is work too
	program, err := d.program(id, definition)
	switch {
	case err != nil:
	case program == nil:
		err = d.bare(values, depth)
	default:
		err = d.run(program, values, depth)
	}
	d.values = d.values[:held]
	return err
}

// bare tells the values of a template that is gone.
func (d *Decoder) bare(values []value, depth int) *Error {
	d.Lost = true
	ops := make([]op, 0, 3*len(values)+2)
	ops = append(ops, op{kind: opOpen, depends: none, text: "Template"})
	for i := range values {
		ops = append(ops, op{kind: opOpen, depends: uint16(i), index: len(ops) + 2, text: "Value"},
			op{kind: opValue, index: i}, op{kind: opClose})
	}
	return d.run(append(ops, op{kind: opClose}), values, depth)
}

// instance reads an instance of a template: where the template is defined, the
// definition if that is here, and the values, which d gets if it isn't nil.
func (c *cursor) instance(d *Decoder) (id, definition int) {
	c.take(1)
	id, definition = c.u32(), c.u32()
	if definition == c.at {
		c.take(templateHeader - 4)
		c.take(c.u32())
	}
	count := c.u32()
	kinds := c.at
	c.take(4 * min(count, ChunkSize)) // no more values than bytes
	from := c.at
	for i := 0; i < count && c.err == nil; i++ {
		size := int(u16(c.chunk, kinds+4*i))
		c.take(size)
		if d != nil && c.err == nil {
			d.values = append(d.values, value{c.chunk[kinds+4*i+2], from, from + size})
		}
		from += size
	}
	return id, definition
}

// templateHeader is what stands before the fragment of a template's definition:
// where the next one is, its GUID, its size.
const templateHeader = 4 + 16 + 4

// program is the program of a template whose definition should stand at at, nil
// if the template is gone: what a log has given up is overwritten in part. The
// GUID of a template begins with the number it is called by.
func (d *Decoder) program(id, at int) ([]op, *Error) {
	if !d.defines(at, id) {
		at = d.find(id)
	}
	if at == 0 {
		return nil, nil
	}
	if p, ok := d.programs[at]; ok {
		return p, nil
	}
	from := at + templateHeader
	size := int(u32(d.chunk, from-4))
	if size > len(d.chunk)-from {
		return nil, &Error{at, "a template that ends outside of the chunk"}
	}
	if d.compiled += size; d.compiled > maxDefined {
		return nil, &Error{at, "templates that overlap"}
	}
	c := compiler{cursor: cursor{chunk: d.chunk, at: from, end: from + size}, d: d}
	if err := c.compile(); err != nil {
		return nil, err
	}
	d.programs[at] = c.ops
	return c.ops, nil
}

// defines says whether the template called id may be defined at at.
func (d *Decoder) defines(at, id int) bool {
	return at > 0 && at <= len(d.chunk)-templateHeader && int(u32(d.chunk, at+4)) == id
}

// The table of templates in the header of a chunk: lists by their numbers.
const (
	templateTable = 384
	templateLists = 32
)

// find looks for a template in the chunk's table, 0 if it isn't there.
func (d *Decoder) find(id int) int {
	if len(d.chunk) < ChunkHeader {
		return 0
	}
	steps := 0
	for list := 0; list < templateLists; list++ {
		for at := int(u32(d.chunk, templateTable+4*list)); at > 0 && at <= len(d.chunk)-templateHeader; at = int(u32(d.chunk, at)) {
			if steps++; steps > maxTemplates {
				return 0
			}
			if d.defines(at, id) {
				return at
			}
		}
	}
	return 0
}

// maxTemplates is more than a chunk has room for.
const maxTemplates = ChunkSize / templateHeader
