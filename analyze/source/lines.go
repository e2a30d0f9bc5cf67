package source

import (
	"bytes"
	"io"
	"iter"
	"strings"
)

var linesFraming = &Framing{
	Name:  FramingLines,
	Title: "one record a line",
	Sniff: func(head string) bool { return true },
	Cut:   cutLines,
	Parse: parseLine,
}

func cutLines(r io.Reader, h Hints) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		cut(r, h, yield, func(c *cutter) {
			y := years{year: h.Year}
			for c.next() {
				c.cutLine(&y)
			}
		})
	}
}

func (c *cutter) cutLine(y *years) {
	if c.mark() {
		return
	}
	text, end, ok := c.lineEnd()
	if !ok {
		c.rejectLine("line_too_long", "longer than a record may be")
		return
	}
	line := c.buf[c.at:text]
	switch {
	case len(bytes.TrimSpace(line)) == 0:
		c.emit(SpanBlank, end)
		return
	case line[0] == '#' && c.cutDirective(line, end):
		return
	}
	if y.see(line) {
		known := *c.known
		known.Year = y.year
		c.learn(&known)
	}
	c.emitLine(text, end)
}

// cutDirective takes comments and the directives of W3C logs: "#Fields: date
// time …". Other lines that begin with # are records.
func (c *cutter) cutDirective(line []byte, end int) bool {
	if len(line) == 1 || line[1] == ' ' || line[1] == '#' {
		c.emit(SpanComment, end)
		return true
	}
	word, rest, ok := strings.Cut(string(line[1:]), ":")
	if !ok || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") != "" {
		return false
	}
	if word == "Fields" {
		known := *c.known
		known.Header = strings.Fields(Valid(rest))
		c.learn(&known)
	}
	c.emit(SpanHeader, end)
	return true
}

// parseLine leaves the text to the source.
func parseLine(p *Parser, c *Chunk, span int, rec *Record) error { return nil }
