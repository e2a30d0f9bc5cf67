package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strings"

	"hotwash/analyze/source/evtx"
)

// xmlFraming cuts Windows events in XML: what wevtutil, Event Viewer and
// Get-WinEvent's ToXml write, with or without an element around all.
var xmlFraming = &Framing{
	Name:  FramingXML,
	Title: "Windows events in XML, <Event>…</Event>",
	Sniff: sniffXML,
	Cut:   cutXML,
	Parse: parseXML,
}

// eventSpace names the elements of a Windows event.
const eventSpace = "http://schemas.microsoft.com/win/2004/08/events/event"

const (
	eventStart = "<Event"
	eventEnd   = "</Event>"
)

func sniffXML(head string) bool {
	at := nextEvent([]byte(head), 0)
	return strings.HasPrefix(strings.TrimLeft(head, " \t\r\n"), "<") && at < len(head) && strings.Contains(head[at:], eventSpace)
}

// nextEvent is where the next <Event> begins, the end of text if none does.
func nextEvent(text []byte, at int) int {
	for {
		i := bytes.Index(text[at:], []byte(eventStart))
		if i < 0 {
			return len(text)
		}
		at += i
		if next := at + len(eventStart); next == len(text) || strings.IndexByte(" \t\r\n>", text[next]) >= 0 {
			return at
		}
		at++
	}
}

func cutXML(r io.Reader, h Hints) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		cut(r, h, yield, func(c *cutter) {
			for c.next() {
				c.cutEvent()
			}
		})
	}
}

// cutEvent cuts what stands before the next event, or that event.
func (c *cutter) cutEvent() {
	for len(c.buf)-c.at < betweenEvents && c.more() {
	}
	near := c.buf[c.at:min(len(c.buf), c.at+betweenEvents)]
	switch at := nextEvent(near, 0); {
	case at == 0:
		c.cutOneEvent()
	case isWhite(near[0]):
		c.emit(SpanSeparator, c.at+at-len(bytes.TrimLeft(near[:at], " \t\r\n")))
	default:
		c.outside(c.at + tagEnd(near[:at]))
	}
}

// betweenEvents is how much that is no event is looked at at once.
const betweenEvents = 4 << 10

// tagEnd is where the tag, or the text, ends that text begins with.
func tagEnd(text []byte) int {
	i := bytes.IndexAny(text[1:], "<>\n")
	switch {
	case i < 0:
		return len(text)
	case text[i+1] == '>':
		return i + 2
	}
	return i + 1
}

// outside makes tags that go around events a header, and what else is no event
// a reject.
func (c *cutter) outside(end int) {
	text := c.buf[c.at:end]
	for _, tag := range []string{"<?xml", "<Events", "</Events"} {
		if bytes.HasPrefix(text, []byte(tag)) {
			c.emit(SpanHeader, end)
			return
		}
	}
	c.reject(end, "xml_syntax", "not an event")
}

// cutOneEvent cuts the event that begins here, to its end or to where another
// one begins.
func (c *cutter) cutOneEvent() {
	for from := c.at + len(eventStart); ; {
		stop, closed := stopOf(c.buf, from)
		switch {
		case stop-c.at > c.max || stop < 0 && len(c.buf)-c.at > c.max+len(eventEnd):
			c.rejectEvent(from)
			return
		case closed:
			c.emit(SpanRecord, stop)
			return
		case stop >= 0:
			c.reject(stop, "xml_truncated", "another event begins inside of it")
			return
		}
		from = max(from, len(c.buf)-len(eventEnd))
		if !c.more() {
			c.reject(len(c.buf), "xml_truncated", "ends inside of an event")
			return
		}
	}
}

// stopOf is where an event ends, or where one begins that can't be inside of
// it; -1 if text doesn't go that far.
func stopOf(text []byte, from int) (stop int, closed bool) {
	for {
		i := bytes.IndexByte(text[from:], '<')
		if i < 0 || len(text)-from-i < len(eventEnd) {
			return -1, false
		}
		from += i
		if bytes.HasPrefix(text[from:], []byte(eventEnd)) {
			return from + len(eventEnd), true
		}
		if nextEvent(text[from:from+len(eventEnd)], 0) == 0 {
			return from, false
		}
		from++
	}
}

// rejectEvent makes all of an event that is too long a reject; it is known up to
// from.
func (c *cutter) rejectEvent(from int) {
	const code, detail = "record_too_long", "longer than a record may be"
	for kept := c.at + min(keptOfReject, c.max); ; {
		if stop, _ := stopOf(c.buf, from); stop >= 0 {
			end := min(kept, stop)
			c.drop(end, stop)
			c.reject(end, code, detail)
			return
		}
		from = max(from, len(c.buf)-len(eventEnd))
		if from > kept {
			c.dropMost(kept, from, code, detail)
			from, kept = kept, max(kept, c.at)
		}
		if !c.more() {
			c.reject(len(c.buf), code, detail)
			return
		}
	}
}

// parseXML reads an event as the log itself is read.
func parseXML(p *Parser, c *Chunk, span int, rec *Record) error {
	root, err := elements(rec.Raw)
	if err != nil {
		return err
	}
	f := &p.flat
	f.fields, f.objects = rec.Fields, rec.objects
	f.element(f.names, f.names.root, root)
	p.flattened(rec)
	return nil
}

// elements is the tree of an event's XML.
func elements(text string) (*evtx.Element, error) {
	d, restore := xmlDecoder(text)
	root := &evtx.Element{}
	stack := []*evtx.Element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(root.Children) > 0 {
			return root.Children[0], nil
		}
		if err != nil {
			return nil, &SyntaxError{Code: "xml_syntax", Offset: int(d.InputOffset()), Detail: err.Error()}
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, &SyntaxError{Code: "xml_depth", Offset: int(d.InputOffset()), Detail: "nested deeper than 128"}
			}
			e := newElement(t, restore)
			top.Children, stack = append(top.Children, e), append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.Values = joinText(top.Values, restore(string(t)))
		}
	}
}

// newElement is an element without its content. A <Data> has a text, if an
// empty one.
func newElement(t xml.StartElement, restore func(string) string) *evtx.Element {
	e := &evtx.Element{Name: t.Name.Local}
	for _, a := range t.Attr {
		e.Attributes = append(e.Attributes, evtx.Attribute{Name: a.Name.Local, Value: restore(a.Value)})
	}
	if e.Name == "Data" {
		e.Values = []string{""}
	}
	return e
}

func joinText(values []string, text string) []string {
	if len(values) == 0 {
		return []string{text}
	}
	values[0] += text
	return values
}
