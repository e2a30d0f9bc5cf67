package source

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"hotwash/analyze/source/evtx"
)

// Doubts about a record of an event log.
const (
	evtxChecksum  = "evtx_checksum"  // the chunk is not as it was written
	evtxRecovered = "evtx_recovered" // the chunk's header is lost or doesn't know of the record
	evtxPartial   = "evtx_partial"   // the record can be read only in part
	evtxTemplate  = "evtx_template"  // a template is gone: values stand without their names
)

// evtxReader decodes the records of one part after the other.
type evtxReader struct {
	decoder *evtx.Decoder
	spans   *Span // the first of the chunk
	base    int   // of the part
	part    string
	header  evtx.Header
	ok      bool
	doubt   string // of all records of the part
}

// parseEvtx reads one record as evtx_dump would write it as JSON.
func parseEvtx(p *Parser, c *Chunk, span int, rec *Record) error {
	start := int(c.Spans[span].Start)
	base, end := partOf(c, start)
	p.evtx.turn(c, base, c.Text[base:end])
	root, err := p.evtx.decoder.Record(start-base, len(rec.Raw))
	if err != nil && len(root.Children) == 0 {
		return evtxSyntax(err, start-base)
	}
	p.evtx.warn(rec, start-base, err)
	f := &p.flat
	f.fields, f.objects = rec.Fields, rec.objects
	if root.Child("Event").Child("System").Child("EventID") == nil {
		f.add(f.names.column("EventRecordID"), strconv.FormatUint(evtx.RecordID(rec.Raw), 10), false)
		f.add(f.names.column("TimeCreated"), evtx.RecordTime(rec.Raw), false)
	}
	for _, e := range root.Children {
		f.element(f.names, f.names.root, e)
	}
	p.flattened(rec)
	return nil
}

// partOf is the part that the byte at of the chunk's text stands in.
func partOf(c *Chunk, at int) (from, to int) {
	i, found := slices.BinarySearch(c.Parts, int32(at))
	if !found {
		i--
	}
	if i < 0 {
		return at, len(c.Text)
	}
	from, to = int(c.Parts[i]), min(int(c.Parts[i])+evtx.ChunkSize, len(c.Text))
	if i+1 < len(c.Parts) {
		to = min(to, int(c.Parts[i+1]))
	}
	return from, to
}

// turn makes the reader one of a part.
func (r *evtxReader) turn(c *Chunk, base int, part string) {
	if r.decoder == nil {
		r.decoder = evtx.NewDecoder()
	} else if r.spans == &c.Spans[0] && r.base == base && r.part == part {
		return
	}
	r.spans, r.base = &c.Spans[0], base
	r.decoder.Reset(part)
	r.part, r.doubt = part, ""
	r.header, r.ok = evtx.ReadHeader(part)
	if r.ok && !(r.header.Intact && r.header.RecordsIntact(part)) {
		r.doubt = evtxChecksum
	}
}

// warn notes what is doubtful about the record at at of the part.
func (r *evtxReader) warn(rec *Record, at int, err error) {
	if err != nil {
		rec.Warn(evtxPartial)
	}
	if r.decoder.Lost {
		rec.Warn(evtxTemplate)
	}
	if r.doubt != "" {
		rec.Warn(r.doubt)
	}
	if !r.ok || at >= r.header.Free {
		rec.Warn(evtxRecovered)
	}
}

func evtxSyntax(err error, start int) error {
	s := &SyntaxError{Code: evtxBadXML, Detail: err.Error()}
	if e := (*evtx.Error)(nil); errors.As(err, &e) {
		s.Offset = max(0, e.Offset-start)
	}
	return s
}

// element appends the leaves of an element below n: its attributes, its text,
// its children. A <Data> with a name is called by it.
func (f *flattener) element(t *names, n *node, e *evtx.Element) {
	if name := dataElement(e); name != "" {
		f.texts(t.pair(n, name), e)
		return
	}
	n = t.pair(n, e.Name)
	text := n
	if len(e.Attributes) > 0 {
		attributes := t.pair(n, "#attributes")
		for _, a := range e.Attributes {
			f.add(t.pair(attributes, a.Name), a.Value, false)
		}
		text = nil
	}
	for _, c := range e.Children {
		f.element(t, n, c)
	}
	switch {
	case len(e.Children) > 0 && strings.TrimSpace(e.Value()) == "" && len(e.Values) < 2:
	case text != nil:
		f.texts(text, e)
	case len(e.Values) > 0:
		f.texts(t.pair(n, "#text"), e)
	}
}

// texts appends the text of an element, null if there is none.
func (f *flattener) texts(n *node, e *evtx.Element) {
	if len(e.Values) == 0 {
		f.add(n, "", true)
	}
	for _, v := range e.Values {
		f.add(n, v, false)
	}
}

// dataElement is the name that a <Data> gives its value.
func dataElement(e *evtx.Element) string {
	if e.Name == "Data" && len(e.Children) == 0 {
		for _, a := range e.Attributes {
			if a.Name == "Name" {
				return a.Value
			}
		}
	}
	return ""
}
