package source

import (
	"bytes"
	"strings"
)

// csvCutter cuts CSV. A file may hold several tables, because people append
// files to one another: each begins with a heading of its own.
type csvCutter struct {
	*cutter
	headerLine string
	names      map[string]bool // of the columns, as they stand in the heading
	again      bool            // another table seems to begin here
}

// isTypeLine knows what PowerShell writes before a heading.
func isTypeLine(line string) bool { return strings.HasPrefix(line, "#TYPE ") }

// isSepLine knows the line by which Excel is told what separates.
func isSepLine(line string) bool { return len(line) == len("sep=;") && strings.HasPrefix(line, "sep=") }

// step cuts one record, or a heading.
func (c *csvCutter) step() {
	if c.mark() {
		c.again = true
		return
	}
	text, end, state := c.recordEnd()
	switch {
	case state == csvUnclosed:
		c.rejectLine("csv_quote", "a quote that is not closed")
	case state == csvTooLong:
		c.rejectLine("line_too_long", "longer than a record may be")
	case len(bytes.TrimSpace(c.buf[c.at:text])) == 0:
		c.emit(SpanBlank, end)
	case c.begins(c.buf[c.at:text]):
		c.header(string(c.buf[c.at:text]), end)
	default:
		c.again = false
		c.emit(SpanRecord, text)
		c.emit(SpanSeparator, end)
	}
}

// begins says whether a record is a heading, or a line before one.
func (c *csvCutter) begins(line []byte) bool {
	switch {
	case c.known.Header == nil, len(line) == len(c.headerLine) && string(line) == c.headerLine:
		return true
	case c.again:
		return isTypeLine(string(line)) || isSepLine(string(line)) || areColumnNames(splitCSV(string(line), delimiterOf(string(line))))
	case line[0] == '#' || line[0] == 's':
		return isTypeLine(string(line)) || isSepLine(string(line))
	}
	return c.renames(line)
}

// renames says whether a record has the names of the columns again, quoted or
// ordered in another way.
func (c *csvCutter) renames(line []byte) bool {
	first, _, _ := bytes.Cut(line, []byte(c.known.Separator))
	if !c.names[string(bytes.Trim(first, "\""))] {
		return false
	}
	names := splitCSV(string(line), c.known.Separator[0])
	for _, name := range names {
		if !c.names[name] {
			return false
		}
	}
	return len(names) == len(c.known.Header)
}

// header learns the columns, or what a line before them says.
func (c *csvCutter) header(line string, end int) {
	known := *c.known
	switch {
	case isTypeLine(line):
		c.again = true
	case isSepLine(line):
		known.Separator, c.again = line[4:], true
		known.Header = nil
	default:
		if known.Separator == "" || known.Header != nil && c.again {
			known.Separator = string(delimiterOf(line))
		}
		known.Header = headerNames(line, known.Separator[0])
		known.American = american(line, known.Header)
		c.names, c.again = map[string]bool{}, false
		for _, name := range splitCSV(line, known.Separator[0]) {
			c.names[name] = name != ""
		}
	}
	if line != c.headerLine || c.known.Header == nil {
		c.learn(&known)
	}
	c.headerLine = line
	c.emit(SpanHeader, end)
}
