package source

import (
	"bytes"
	"io"
	"math"
)

// keptOfReject is how much text of a reject that is longer than a record may be
// is kept.
const keptOfReject = 64 << 10

// maxSpan is where a longer reject becomes two: a span's length is an int32.
const maxSpan = math.MaxInt32 / 2

// cutter turns a window into spans and chunks; the framings say where spans
// end. Every byte goes into one span, in order: at is where the next begins.
type cutter struct {
	window
	max     int
	at      int
	base    int // where the text of the chunk begins
	spans   []Span
	parts   []int32
	known   *Known
	seq     int
	offset  int64  // of at
	line    int32  // of at
	margin  []byte // what stands before buf in its line, at most marginSize
	dropped int64  // bytes of the member that belong to the next span and have no text
	lines   int32  // line ends among them
	yield   func(Chunk, error) bool
	stopped bool

	around []*Around // of the chunk
	held   bool      // what stands around its last records isn't known yet
}

// maxHeld is how long a chunk becomes at most while what stands around its
// records is waited for.
const maxHeld = 4 << 20

// cut runs a framing's loop over a reader.
func cut(r io.Reader, h Hints, yield func(Chunk, error) bool, loop func(*cutter)) {
	c := &cutter{window: window{r: r, block: h.block, binary: h.binary}, max: h.MaxRecord, known: &Known{Year: h.Year}, line: 1, yield: yield}
	if c.max <= 0 {
		c.max = DefaultMaxRecord
	}
	if c.block <= 0 {
		c.block = blockSize
	}
	c.more()
	if c.binary {
		c.line = 0
	} else if bytes.HasPrefix(c.buf, []byte(mark)) {
		c.emit(SpanHeader, len(mark))
	}
	loop(c)
	c.finish()
}

// next says whether there is text to cut, and hands out a chunk when one is
// full. Indices into buf don't outlive it.
func (c *cutter) next() bool {
	if c.stopped || c.at >= len(c.buf) && !c.more() {
		return false // the last spans stay, to be judged by what the end shows
	}
	if n := c.at - c.base; n >= c.block && !(c.held && n < maxHeld) {
		c.flush()
	}
	if c.base >= c.block {
		c.compact()
	}
	return !c.stopped
}

// compact forgets the text that has been handed out.
func (c *cutter) compact() {
	c.keepMargin()
	c.buf = c.buf[:copy(c.buf, c.buf[c.base:])]
	c.at, c.base = c.at-c.base, 0
}

func (c *cutter) finish() {
	if !c.stopped {
		c.flush()
	}
	if !c.stopped && c.err != nil {
		c.yield(Chunk{}, c.err)
	}
}

// flush hands out what has been cut.
func (c *cutter) flush() {
	if len(c.spans) == 0 || c.stopped {
		return
	}
	chunk := Chunk{Seq: c.seq, Text: string(c.buf[c.base:c.at]), Spans: c.spans, Parts: c.parts, Known: c.known, Around: c.around}
	c.stopped = !c.yield(chunk, nil)
	c.seq++
	c.around, c.parts = nil, nil
	c.spans = make([]Span, 0, len(c.spans)+len(c.spans)/8)
	c.base = c.at
}

// marginSize is more white space than anything is indented by.
const marginSize = 256

func (c *cutter) keepMargin() {
	tail := c.buf[max(0, c.base-marginSize):c.base]
	start := bytes.LastIndexByte(tail, '\n') + 1
	if start > 0 || len(tail) == marginSize {
		c.margin = c.margin[:0]
	}
	c.margin = append(c.margin, tail[start:]...)
}

// learn changes what is known of the records after at.
func (c *cutter) learn(k *Known) {
	for i := range c.spans {
		if c.spans[i].Kind == SpanRecord {
			c.flush()
			break
		}
	}
	c.known = k
}

// emit makes buf[at:end] a span.
func (c *cutter) emit(kind SpanKind, end int) {
	text := c.buf[c.at:end]
	if len(text) == 0 && c.dropped == 0 {
		return
	}
	n := c.sourceLen(text) + c.dropped
	c.spans = append(c.spans, Span{
		Kind: kind, Start: int32(c.at - c.base), End: int32(end - c.base),
		Offset: c.offset, Len: int32(n), Line: c.line,
	})
	c.at = end
	c.offset += n
	if !c.binary {
		c.line += int32(bytes.Count(text, []byte{c.eol})) + c.lines
	}
	c.dropped, c.lines = 0, 0
}

// emitLine makes buf[at:text] a record and the line break behind it a separator.
func (c *cutter) emitLine(text, end int) {
	if c.charset != utf8Text || c.dropped > 0 || text == c.at {
		c.emit(SpanRecord, text)
		c.emit(SpanSeparator, end)
		return
	}
	n, eol := int32(text-c.at), int32(end-text)
	c.spans = append(c.spans, Span{Kind: SpanRecord, Start: int32(c.at - c.base), End: int32(text - c.base), Offset: c.offset, Len: n, Line: c.line})
	if eol > 0 {
		c.spans = append(c.spans, Span{Kind: SpanSeparator, Start: int32(text - c.base), End: int32(end - c.base), Offset: c.offset + int64(n), Len: eol, Line: c.line})
		c.line++
	}
	c.offset += int64(end - c.at)
	c.at = end
}

// mark takes a byte-order mark, which stands in the middle where files were
// appended to one another.
func (c *cutter) mark() bool {
	if c.buf[c.at] != mark[0] {
		return false
	}
	for len(c.buf)-c.at < len(mark) && c.more() {
	}
	if !bytes.HasPrefix(c.buf[c.at:], []byte(mark)) {
		return false
	}
	c.emit(SpanHeader, c.at+len(mark))
	return true
}

// reject makes buf[at:end] a reject.
func (c *cutter) reject(end int, code, detail string) {
	before := len(c.spans)
	c.emit(SpanReject, end)
	if len(c.spans) > before {
		s := &c.spans[len(c.spans)-1]
		s.Reason, s.Detail = code, detail
	}
}

// drop forgets the text buf[from:to] of a reject that is being skipped.
func (c *cutter) drop(from, to int) {
	if from >= to {
		return
	}
	c.dropped += c.sourceLen(c.buf[from:to])
	c.lines += int32(bytes.Count(c.buf[from:to], []byte{c.eol}))
	c.buf = append(c.buf[:from], c.buf[to:]...)
}

// lineEnd finds the end of the line at at, without and with its line break. ok
// is false for a line that is longer than a record may be.
func (c *cutter) lineEnd() (text, end int, ok bool) {
	return c.lineEndAfter(c.at)
}

func (c *cutter) lineEndAfter(from int) (text, end int, ok bool) {
	for {
		if i := bytes.IndexByte(c.buf[from:], c.eol); i >= 0 {
			end = from + i + 1
			text = end - 1
			if text > c.at && c.eol == '\n' && c.buf[text-1] == '\r' {
				text--
			}
			return text, end, text-c.at <= c.max
		}
		from = len(c.buf)
		if from-c.at > c.max {
			return 0, 0, false
		}
		if !c.more() {
			return len(c.buf), len(c.buf), true
		}
	}
}

// rejectLine makes the rest of the line a reject, however long it is.
func (c *cutter) rejectLine(code, detail string) {
	kept := min(keptOfReject, c.max)
	for {
		i := bytes.IndexByte(c.buf[c.at:], c.eol)
		if i < 0 {
			c.dropMost(c.at+kept, len(c.buf), code, detail)
			if c.more() {
				continue
			}
			i = len(c.buf) - c.at
		}
		c.drop(c.at+kept, c.at+i)
		text, end, _ := c.lineEnd()
		size := end - text
		c.reject(text, code, detail)
		c.emit(SpanSeparator, c.at+size)
		return
	}
}

// dropMost drops what a reject has no room for; where it becomes longer than a
// span can be, another one begins.
func (c *cutter) dropMost(from, to int, code, detail string) {
	c.drop(from, to)
	if c.dropped > maxSpan {
		c.reject(min(from, len(c.buf)), code, detail)
	}
}
