package source

import (
	"io"
	"iter"
	"strconv"
	"strings"
)

var zeekFraming = &Framing{
	Name:  FramingZeek,
	Title: "Zeek's own columns, with #fields before them",
	Sniff: sniffZeek,
	Cut:   cutZeek,
	Parse: parseZeek,
}

// zeekDefaults is what a header that is lost would have said.
var zeekDefaults = Known{Separator: "\t", SetSep: ",", Unset: "-", Empty: "(empty)"}

// sniffZeek wants a #fields or #separator line among the leading # lines: other
// tools put comments of their own before them.
func sniffZeek(head string) bool {
	for line := range strings.Lines(head) {
		if strings.HasPrefix(line, "#separator ") || strings.HasPrefix(line, "#fields\t") {
			return true
		}
		if line[0] != '#' {
			return isZeekHeader(line)
		}
	}
	return false
}

// isZeekHeader is true for the one header line that Zeek writes with tsv=T.
func isZeekHeader(line string) bool { return strings.HasPrefix(line, "ts\tuid\t") }

func firstLine(s string) string {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}

func cutZeek(r io.Reader, h Hints) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		cut(r, h, yield, func(c *cutter) {
			known := zeekDefaults
			known.Year = h.Year
			c.learn(&known)
			for c.next() {
				c.cutZeek()
			}
		})
	}
}

func (c *cutter) cutZeek() {
	text, end, ok := c.lineEnd()
	line := c.buf[c.at:max(text, c.at)]
	switch {
	case !ok:
		c.rejectLine("line_too_long", "longer than a record may be")
	case len(line) == 0:
		c.emit(SpanBlank, end)
	case line[0] == '#':
		c.zeekHeader(string(line), end)
	case c.known.Header == nil && isZeekHeader(string(line)):
		known := *c.known
		known.Header = strings.Split(Valid(string(line)), known.Separator)
		c.learnLine(&known, end)
	default:
		c.emitLine(text, end)
	}
}

func (c *cutter) learnLine(k *Known, end int) {
	c.learn(k)
	c.emit(SpanHeader, end)
}

// zeekHeader reads one line of a header. A file may have several.
func (c *cutter) zeekHeader(line string, end int) {
	if text, ok := strings.CutPrefix(line, "#separator "); ok {
		known := zeekDefaults
		known.Separator, known.Year = unescapeZeek(strings.TrimSpace(text)), c.known.Year
		c.learnLine(&known, end)
		return
	}
	known := *c.known
	name, rest, _ := strings.Cut(line[1:], known.Separator)
	if known.Separator == "" || !known.set(name, rest) {
		kind := SpanComment
		if name == "open" || name == "close" {
			kind = SpanHeader
		}
		c.emit(kind, end)
		return
	}
	c.learnLine(&known, end)
}

func (k *Known) set(name, rest string) bool {
	switch name {
	case "set_separator":
		k.SetSep = unescapeZeek(rest)
	case "empty_field":
		k.Empty = unescapeZeek(rest)
	case "unset_field":
		k.Unset = unescapeZeek(rest)
	case "path":
		k.Path = Valid(rest)
	case "fields":
		k.Header, k.Types = strings.Split(Valid(rest), k.Separator), nil
	case "types":
		k.Types = strings.Split(rest, k.Separator)
	default:
		return false
	}
	return true
}

// parseZeek reads the fields below their names: an unset one is missing, the
// members of a set or vector repeat the name.
func parseZeek(p *Parser, c *Chunk, span int, rec *Record) error {
	k := c.Known
	columns := p.columnsOf(k)
	f := &p.flat
	f.fields, f.objects = rec.Fields, rec.objects
	n := 0
	for line, more := rec.Raw, true; more; n++ {
		var text string
		text, line, more = strings.Cut(line, k.Separator)
		if n == len(columns) {
			return zeekColumns(rec.Raw, k)
		}
		if text == k.Unset {
			continue
		}
		if n < len(k.Types) {
			switch kind := k.Types[n]; {
			case isZeekList(kind):
				f.list(columns[n], text, k)
				continue
			case kind == "bool":
				text = zeekBool(text)
			}
		}
		f.add(columns[n], f.zeekValue(text, k), false)
	}
	if n < len(columns) {
		return zeekColumns(rec.Raw, k)
	}
	p.flattened(rec)
	return nil
}

// zeekBool spells a truth value as Zeek's JSON does, and rules with it.
func zeekBool(text string) string {
	switch text {
	case "T":
		return "true"
	case "F":
		return "false"
	}
	return text
}

func zeekColumns(raw string, k *Known) error {
	if len(k.Header) == 0 {
		return &SyntaxError{Code: "zeek_header", Detail: "a line before any #fields"}
	}
	err := columnsError(strings.Count(raw, k.Separator)+1, len(k.Header))
	err.Code = "zeek_columns"
	return err
}

func isZeekList(kind string) bool {
	return strings.HasPrefix(kind, "vector[") || strings.HasPrefix(kind, "set[")
}

func (f *flattener) list(n *node, text string, k *Known) {
	if text == k.Empty {
		f.add(n, "[]", false)
		return
	}
	for more := k.SetSep != ""; more; {
		var member string
		member, text, more = strings.Cut(text, k.SetSep)
		f.add(n, f.zeekValue(member, k), member == k.Unset)
	}
}

func (f *flattener) zeekValue(text string, k *Known) string {
	if text == k.Empty {
		return ""
	}
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	f.arena.begin(len(text))
	for text != "" {
		i := strings.Index(text, `\x`)
		if i < 0 {
			f.arena.write(text)
			break
		}
		f.arena.write(text[:i])
		text = f.hexByte(text[i:])
	}
	s := f.arena.end()
	f.surrogates = true // the bytes may be no UTF-8
	return s
}

// hexByte decodes the \xHH that text begins with and gives what follows.
func (f *flattener) hexByte(text string) string {
	b, err := strconv.ParseUint(text[2:min(4, len(text))], 16, 8)
	if err != nil || len(text) < 4 {
		f.arena.write(text[:2])
		return text[2:]
	}
	f.arena.writeByte(byte(b))
	return text[4:]
}

func unescapeZeek(text string) string {
	var f flattener
	return f.zeekValue(text, &Known{Empty: "\x00"})
}
