package source

import (
	"errors"
	"time"
	"unicode/utf8"

	"hotwash/analyze/event"
)

// Parser reads records. It keeps names and buffers between records, so each
// goroutine has its own.
type Parser struct {
	hints    Hints
	zone     *time.Location
	flat     flattener
	classes  *classifier
	rec      Record
	prefixes []prefix
	header   *Known  // whose columns are
	columns  []*node // of Known.Header
	scratch  scratch
	evtx     evtxReader
	spare    []event.Field // what Record.Unwrap builds the new fields in
	votes    *votes        // not nil while a member is looked at for the order of its dates
}

// prefix is the tree of names of one expanded field.
type prefix struct {
	field, prefix string
	root          *node
}

// scratch holds the parts of an event that most events lack.
type scratch struct {
	flow    event.Flow
	dns     event.DNS
	web     event.Web
	process event.Process
}

// NewParser makes a parser of records of the sources in Table.
func NewParser(h Hints) *Parser {
	p := newParser(Table)
	p.Reset(h)
	return p
}

func newParser(table []*Source) *Parser {
	p := &Parser{classes: newClassifier(table)}
	p.flat.names = newNames()
	return p
}

// Reset makes the parser one for a member with other hints. A zone that doesn't
// exist counts as none: whoever takes it from the user checks it.
func (p *Parser) Reset(h Hints) {
	p.hints, p.zone = h, nil
	if h.Zone != "" {
		if z, err := time.LoadLocation(h.Zone); err == nil {
			p.zone = z
		}
	}
}

// Read resets e and fills it from one record span; the place lacks only the
// evidence ordinal, which is the caller's. An error is *SyntaxError: the record
// is a reject. Fields and e are valid until the next Read; the strings in them
// are substrings of the chunk and stay valid. A record that no source matches
// is of Unknown.
func (p *Parser) Read(f *Framing, c *Chunk, span int, e *event.Event) (*Source, []event.Field, error) {
	p.begin(c, span, e)
	r := &p.rec
	err := f.Parse(p, c, span, r)
	if err != nil {
		return nil, nil, err
	}
	s := p.classes.source(f, r)
	p.complete(s)
	err = s.Normalize(r, e)
	if err != nil {
		return nil, nil, asSyntax(err)
	}
	if e.Source == "" {
		e.Source = s.Name
	}
	p.clean(e)
	e.Warnings = append(e.Warnings, r.Notes...)
	return s, r.Fields, nil
}

// begin empties the record and the event.
func (p *Parser) begin(c *Chunk, span int, e *event.Event) {
	s := &c.Spans[span]
	*e = event.Event{Warnings: e.Warnings[:0]}
	e.Offset, e.Len, e.Line = s.Offset, s.Len, s.Line
	r := &p.rec
	r.Place, r.Raw, r.Known, r.Hints = e.Place, c.Text[s.Start:s.End], c.Known, &p.hints
	r.around = nil
	if s.Around > 0 {
		r.around = c.Around[s.Around-1]
	}
	r.Fields, r.Notes, r.objects, r.shape, r.parser = r.Fields[:0], r.Notes[:0], r.objects[:0], 0, p
	p.flat.duplicates, p.flat.surrogates, p.flat.shape = false, false, 0
	p.flat.fields, p.flat.objects = r.Fields, r.objects // of the record before, nothing is left
	if s.Kind == SpanRecord && s.Reason != "" {
		r.Notes = append(r.Notes, s.Reason)
	}
	if p.flat.names.reset() {
		p.header, p.prefixes = nil, nil
	}
}

// complete adds what the source asks for besides the leaves.
func (p *Parser) complete(s *Source) {
	for _, name := range s.Dynamic {
		p.rec.Expand(name)
	}
	for _, name := range s.Whole {
		if text, ok := p.rec.JSON(name); ok {
			p.rec.Add(name, text)
		}
	}
}

// flatten reads the JSON object in text as the record's fields.
func (p *Parser) flatten(r *Record, text string) error {
	f := &p.flat
	f.fields, f.objects = r.Fields, r.objects
	err := f.read(f.names.root, text)
	p.flattened(r)
	return err
}

// flattenRow reads the array in text as the columns of the record.
func (p *Parser) flattenRow(r *Record, text string) error {
	columns := p.columnsOf(r.Known)
	f := &p.flat
	f.fields, f.objects = r.Fields, r.objects
	err := f.readRow(columns, text)
	p.flattened(r)
	return err
}

// columnsOf are the nodes of the columns that k knows.
func (p *Parser) columnsOf(k *Known) []*node {
	if p.header == k && len(p.columns) == len(k.Header) {
		return p.columns
	}
	p.header, p.columns = k, p.columns[:0]
	for _, name := range k.Header {
		p.columns = append(p.columns, p.flat.names.column(name))
	}
	return p.columns
}

func (p *Parser) flattened(r *Record) {
	f := &p.flat
	r.Fields, r.objects, r.shape = f.fields, f.objects, f.shape
}

// expanded is where the leaves of an expanded field are named.
func (p *Parser) expanded(field, name string) *node {
	for i := range p.prefixes {
		if p.prefixes[i].field == field && p.prefixes[i].prefix == name {
			return p.prefixes[i].root
		}
	}
	root := &node{name: name}
	p.prefixes = append(p.prefixes, prefix{field, name, root})
	return root
}

// clean notes what parsing met and makes every text valid UTF-8.
func (p *Parser) clean(e *event.Event) {
	if p.flat.duplicates {
		p.rec.Warn("duplicate_keys")
	}
	if !p.flat.surrogates && utf8.ValidString(p.rec.Raw) {
		return
	}
	if p.validate(e) {
		p.rec.Warn("invalid_utf8")
	}
}

func asSyntax(err error) error {
	if s := (*SyntaxError)(nil); errors.As(err, &s) {
		return s
	}
	return &SyntaxError{Code: "normalize", Detail: err.Error()}
}

// NewFlow gives the event a flow with nothing known in it.
func (r *Record) NewFlow(e *event.Event) *event.Flow {
	r.parser.scratch.flow = event.Flow{SrcPort: -1, DstPort: -1, Proto: -1, BytesOut: -1, BytesIn: -1, Packets: -1, DurationUS: -1}
	e.Flow = &r.parser.scratch.flow
	return e.Flow
}

// NewDNS gives the event a lookup with nothing known in it.
func (r *Record) NewDNS(e *event.Event) *event.DNS {
	answers := r.parser.scratch.dns.Answers[:0]
	r.parser.scratch.dns = event.DNS{Answers: answers}
	e.DNS = &r.parser.scratch.dns
	return e.DNS
}

// NewWeb gives the event a request with nothing known in it.
func (r *Record) NewWeb(e *event.Event) *event.Web {
	r.parser.scratch.web = event.Web{BytesOut: -1}
	e.Web = &r.parser.scratch.web
	return e.Web
}

// NewProcess gives the event a process with nothing known in it.
func (r *Record) NewProcess(e *event.Event) *event.Process {
	r.parser.scratch.process = event.Process{PID: -1}
	e.Process = &r.parser.scratch.process
	return e.Process
}
