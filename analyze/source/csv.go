package source

import (
	"bytes"
	"io"
	"iter"
	"strconv"
	"strings"
)

var csvFraming = &Framing{
	Name:  FramingCSV,
	Title: "a header and rows, parted by comma, semicolon, tab or bar",
	Sniff: sniffCSV,
	Cut:   cutCSV,
	Parse: parseCSV,
}

func cutCSV(r io.Reader, h Hints) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		cut(r, h, yield, func(c *cutter) {
			t := csvCutter{cutter: c}
			for c.next() {
				t.step()
			}
		})
	}
}

// delimiterOf is what separates the fields of a header: the one of comma,
// semicolon, tab and bar that is there most often outside quotes.
func delimiterOf(line string) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t', '|'} {
		if n := len(splitCSV(line, d)); n > most {
			best, most = d, n
		}
	}
	return best
}

// headerNames are the names of the columns. The portal's "TimeGenerated [UTC]"
// is TimeGenerated: its times are UTC anyway. A column without a name gets its
// number.
func headerNames(line string, delimiter byte) []string {
	list := splitCSV(line, delimiter)
	for i := range list {
		list[i] = Valid(strings.TrimSuffix(strings.TrimSpace(list[i]), " [UTC]"))
		if list[i] == "" {
			list[i] = unnamed(i)
		}
	}
	return list
}

// american says whether a heading is one of a portal that writes dates as in
// the US: Log Analytics puts the zone behind a name, Purview has these columns.
func american(line string, header []string) bool {
	switch strings.Join(header[:min(len(header), 6)], ",") {
	case "RecordId,CreationDate,RecordType,Operation,UserId,AuditData", "CreationDate,UserIds,Operations,AuditData":
		return true
	}
	return strings.Contains(line, " [UTC]") || strings.Contains(line, " [Local Time]")
}

// splitCSV splits one record.
func splitCSV(line string, delimiter byte) []string {
	var list []string
	var a arena
	for line, more := line, true; more; {
		var f csvField
		f, line, more = nextCSV(line, delimiter, &a)
		list = append(list, f.text)
	}
	return list
}

type csvState uint8

const (
	csvDone csvState = iota
	csvMore
	csvUnclosed
	csvTooLong
)

// recordEnd finds the end of the record at at, without and with its line break.
func (c *cutter) recordEnd() (text, end int, state csvState) {
	text, end, ok := c.lineEnd()
	if !ok {
		return 0, 0, csvTooLong
	}
	if bytes.IndexByte(c.buf[c.at:text], '"') < 0 {
		return text, end, csvDone
	}
	for {
		limit := min(len(c.buf), c.at+c.max)
		i, state := endCSV(c.buf[c.at:limit], c.delimiter(), c.eol, c.eof && limit == len(c.buf))
		if state != csvMore {
			text, end = c.at+i, c.at+i
			return c.stripEOL(text), c.overEOL(end), state
		}
		if limit < len(c.buf) || !c.more() && c.eof && limit == len(c.buf) && limit-c.at >= c.max {
			return 0, 0, csvUnclosed
		}
	}
}

func (c *cutter) delimiter() byte {
	if c.known.Separator != "" {
		return c.known.Separator[0]
	}
	return ','
}

// stripEOL steps back over the CR of a CRLF.
func (c *cutter) stripEOL(text int) int {
	if c.eol == '\n' && text > c.at && text < len(c.buf) && c.buf[text] == '\n' && c.buf[text-1] == '\r' {
		return text - 1
	}
	return text
}

func (c *cutter) overEOL(end int) int {
	if end < len(c.buf) {
		return end + 1
	}
	return end
}

// endCSV finds the line break that ends the record b begins with. A quote that
// opens a field must be closed, over line ends too; one in the middle of a
// field is text, but then the field may not go over a line end: it would be
// guessing.
func endCSV(b []byte, delimiter, eol byte, eof bool) (int, csvState) {
	i, start := 0, true // start: a field begins here
	for i < len(b) {
		switch c := b[i]; {
		case c == eol:
			return i, csvDone
		case c == '"' && start:
			n, state := endQuoted(b[i:], delimiter, eol, eof)
			if state != csvDone {
				return 0, state
			}
			i, start = i+n, false
		case c == delimiter:
			i, start = i+1, true
		default:
			i, start = i+1, false
		}
	}
	if eof {
		return len(b), csvDone
	}
	return 0, csvMore
}

// endQuoted is the length of the quoted field that b begins with.
func endQuoted(b []byte, delimiter, eol byte, eof bool) (int, csvState) {
	lazy := 0 // where a quote inside made it a guess
	for i := 1; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 || i+n+1 >= len(b) {
			if eof && n >= 0 && lazy == 0 {
				return i + n + 1, csvDone
			}
			return 0, unfinished(b, lazy, eol, eof)
		}
		i += n + 1
		if lazy > 0 && bytes.IndexByte(b[lazy:i], eol) >= 0 {
			return 0, csvUnclosed
		}
		switch c := b[i]; {
		case c == '"':
			i++
		case c == delimiter || c == eol || c == '\r' && (i+1 == len(b) || b[i+1] == eol):
			return i, csvDone
		case opensLater(b[:i-1], delimiter, eol):
			return 0, csvUnclosed
		case lazy == 0:
			lazy = i
		}
	}
}

// opensLater says that a quote behind b, which is no closing one, opens a field
// of a later line: the first quote was never closed.
func opensLater(b []byte, delimiter, eol byte) bool {
	last := b[len(b)-1]
	return (last == delimiter || last == eol) && len(b) > 1 && bytes.IndexByte(b, eol) >= 0
}

func unfinished(b []byte, lazy int, eol byte, eof bool) csvState {
	if eof || lazy > 0 && bytes.IndexByte(b[lazy:], eol) >= 0 {
		return csvUnclosed
	}
	return csvMore
}

// csvField is one field without its quotes.
type csvField struct {
	text   string
	quoted bool
	lazy   bool // had quotes that should have been doubled
}

// nextCSV takes the first field of a record. Doubled quotes are made one in a.
func nextCSV(line string, delimiter byte, a *arena) (f csvField, rest string, more bool) {
	if line != "" && line[0] == '"' {
		return quotedCSV(line, delimiter, a)
	}
	i := strings.IndexByte(line, delimiter)
	if i < 0 {
		return csvField{text: line}, "", false
	}
	return csvField{text: line[:i]}, line[i+1:], true
}

func quotedCSV(line string, delimiter byte, a *arena) (f csvField, rest string, more bool) {
	f.quoted = true
	start, double := 1, false
	end := func(i int) string {
		if !double {
			return line[start:i]
		}
		a.write(line[start:i])
		return a.end()
	}
	for i := 1; ; {
		n := strings.IndexByte(line[i:], '"')
		if n < 0 { // the cutter lets this through nowhere; a header may have it
			f.text, f.lazy = end(len(line)), true
			return f, "", false
		}
		i += n
		switch next := i + 1; {
		case next == len(line):
			f.text = end(i)
			return f, "", false
		case line[next] == delimiter:
			f.text = end(i)
			return f, line[next+1:], true
		case line[next] == '"':
			if !double {
				a.begin(len(line))
				double = true
			}
			a.write(line[start:next])
			i += 2
			start = i
		default:
			f.lazy = true
			i = next
		}
	}
}

// parseCSV reads the fields below their columns. An empty field that isn't
// quoted is a missing one.
func parseCSV(p *Parser, c *Chunk, span int, rec *Record) error {
	columns := p.columnsOf(c.Known)
	delimiter := c.Known.Separator[0]
	n := 0
	p.flat.fields, p.flat.objects = rec.Fields, rec.objects
	for line, more := rec.Raw, true; more; n++ {
		var f csvField
		f, line, more = nextCSV(line, delimiter, &p.flat.arena)
		if f.lazy {
			rec.Warn("csv_lazy_quotes")
		}
		if f.text == "" && (!f.quoted || n >= len(columns)) {
			continue
		}
		if n >= len(columns) {
			n += 1 + strings.Count(line, string(delimiter))
			return columnsError(n, len(columns))
		}
		p.flat.add(columns[n], f.text, false)
	}
	if n < len(columns) && anyNamed(c.Known.Header, n) {
		return columnsError(n, len(columns))
	}
	p.flattened(rec)
	return nil
}

// anyNamed says whether a column from n on has a name of its own. Behind the last
// of these a row may end.
func anyNamed(header []string, n int) bool {
	for i := n; i < len(header); i++ {
		if header[i] != unnamed(i) {
			return true
		}
	}
	return false
}

// unnamed is what a column without a name is called: by its number.
func unnamed(i int) string { return "column" + strconv.Itoa(i+1) }

func columnsError(got, want int) *SyntaxError {
	return &SyntaxError{Code: "csv_columns", Detail: strconv.Itoa(got) + " fields, the header has " + strconv.Itoa(want)}
}
