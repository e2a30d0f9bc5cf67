package source

import (
	"bytes"
	"io"
	"iter"
	"strings"
)

var jsonFraming = &Framing{
	Name:  FramingJSON,
	Title: "objects: one a line, in an array, in an envelope such as Records or value, or one after another",
	Sniff: sniffJSON,
	Cut:   cutJSON,
	Parse: parseJSON,
}

func cutJSON(r io.Reader, h Hints) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		cut(r, h, yield, func(c *cutter) {
			j := jsonCutter{cutter: c}
			for c.next() {
				j.step()
			}
			j.unclosed()
		})
	}
}

// frame is an array or an envelope that the cutter is in.
type frame uint8

const (
	frameArray    frame = iota
	frameTables         // an array of tables
	frameRows           // an array of rows: arrays that are records
	frameFlows          // an array of objects that flow tuples stand in
	frameTuples         // an array of flow tuples: texts that are records
	frameObject         // an envelope, between its members
	frameTable          // the same, an object with columns and rows
	frameDocument       // the same, a search hit: its _source is the record
	frameList           // the same, an answer with a list beside paging
	frameFlow           // the same, an object that flow tuples stand in
)

// maxFrames is how deep envelopes may nest.
const maxFrames = 32

// jsonCutter cuts JSON in any arrangement: values one after another, arrays,
// and envelopes, which are objects whose records stand in an array.
type jsonCutter struct {
	*cutter
	frames   []opened
	doubtful int64 // up to this offset, lines is no use
	entered  bool  // an array has just begun
	flows    flowCutter
}

// opened is a frame and the line it began in.
type opened struct {
	frame  frame
	line   int32
	around *Around // of a frameFlow
}

func (j *jsonCutter) top() (frame, bool) {
	if n := len(j.frames); n > 0 {
		return j.frames[n-1].frame, true
	}
	return 0, false
}

func (j *jsonCutter) push(f frame) {
	j.frames = append(j.frames, opened{frame: f, line: j.line})
	j.entered = true
}

func (j *jsonCutter) pop() {
	j.frames = j.frames[:len(j.frames)-1]
	if j.held {
		j.held = j.inFlow()
	}
}

// unclosed says that the member ends inside an array or an envelope, though
// perhaps behind a whole record: the record is told to be the last of more, or
// what stands behind it is a reject.
func (j *jsonCutter) unclosed() {
	if len(j.frames) == 0 || len(j.spans) == 0 || j.err != nil || !j.eof {
		return
	}
	switch last := &j.spans[len(j.spans)-1]; last.Kind {
	case SpanReject:
	case SpanRecord:
		last.Reason = "json_unclosed"
	default:
		last.Kind, last.Reason, last.Detail = SpanReject, "json_truncated", "the file ends inside an array"
	}
}

// giveUpLine makes the rest of the line a reject. What began in the line is
// taken to end in it.
func (j *jsonCutter) giveUpLine(code, detail string) {
	for len(j.frames) > 0 && j.frames[len(j.frames)-1].line == j.line {
		j.pop()
	}
	j.rejectLine(code, detail)
}

// step cuts what stands at at: white space, a value, or a bracket of what the
// cutter is in.
func (j *jsonCutter) step() {
	f, inside := j.top()
	if j.separators(f, inside) || j.mark() {
		return
	}
	if inside && f >= frameObject {
		j.member(f)
		return
	}
	switch b := j.buf[j.at]; {
	case inside && f >= frameFlows && b != ']':
		j.flow(f)
	case b == '{':
		if inside || !j.lines() {
			j.value(f, inside)
		}
	case b == '[':
		j.array(f, inside)
	case b == ']' && inside:
		j.emit(SpanHeader, j.at+1)
		j.pop()
	default:
		j.other()
	}
}

func isSeparator(c byte) bool {
	return c == '\n' || c == ' ' || c == ',' || c == '\r' || c == '\t'
}

func isWhite(c byte) bool { return c == '\n' || c == ' ' || c == '\r' || c == '\t' }

// peek is the first byte at or after i that isn't white, 0 at the end of the
// member.
func (j *jsonCutter) peek(i int) byte {
	for {
		for ; i < len(j.buf); i++ {
			if !isWhite(j.buf[i]) {
				return j.buf[i]
			}
		}
		if i-j.at > j.max || !j.more() {
			return 0
		}
	}
}

// array enters an array of objects or arrays. A row, and an array of anything
// else, is a value.
func (j *jsonCutter) array(f frame, inside bool) {
	next := j.peek(j.at + 1)
	nested := next == '{' || next == '[' || next == ']' || next == ',' || next == 0
	if inside && f == frameRows || !nested || len(j.frames) == maxFrames {
		j.value(f, inside)
		return
	}
	j.emit(SpanHeader, j.at+1)
	j.push(frameArray)
}

// value cuts the object or array at at, or enters it if it is an envelope.
func (j *jsonCutter) value(f frame, inside bool) {
	var s scanner
	if len(j.frames) < maxFrames && !(inside && f == frameRows) {
		s.envelope = func(key, keyEnd, i int) bool { return j.isEnvelope(f, inside, key, keyEnd, i) }
	}
	i, state := j.run(&s)
	switch state {
	case scanDone:
		j.emit(SpanRecord, i)
	case scanEnvelope:
		j.enter(f, inside, s.key, s.keyEnd)
	case scanBroken:
		j.resync(i, s.reason, "")
	case scanMore:
		if j.eof && i == len(j.buf) {
			j.resync(i, "json_truncated", "the file ends inside a record")
			return
		}
		j.tooLong(&s, i)
	}
}

// run scans the value at at, reading on as long as it may be a record.
func (j *jsonCutter) run(s *scanner) (int, scanState) {
	i := j.at
	for {
		limit := min(len(j.buf), j.at+j.max)
		next, state := s.scan(j.buf[:limit], i)
		i = next
		switch {
		case state != scanMore:
			return i, state
		case limit == j.at+j.max && limit < len(j.buf):
			return i, scanMore
		case limit < len(j.buf): // judging an envelope has read on
			continue
		}
		if !j.more() {
			return len(j.buf), scanMore
		}
	}
}

// resync makes the broken value at at a reject, up to the line where another
// one seems to begin, or to the end of the line that it broke in. brokenAt is
// where that was found.
func (j *jsonCutter) resync(brokenAt int, code, detail string) {
	if next := j.nextStart(brokenAt); next > 0 {
		j.reject(trimWhite(j.buf, j.at, next), code, detail)
		return
	}
	if next := j.nextAlike(brokenAt); next > 0 {
		j.reject(trimWhite(j.buf, j.at, next), code, detail)
		return
	}
	if brokenAt == len(j.buf) && j.eof {
		j.reject(trimWhite(j.buf, j.at, brokenAt), code, detail)
		return
	}
	if bytes.IndexByte(j.buf[j.at:brokenAt], '\n') < 0 {
		j.giveUpLine(code, detail)
		return
	}
	text, _, ok := j.lineEndAfter(brokenAt)
	if !ok {
		text = j.at + bytes.IndexByte(j.buf[j.at:], '\n')
	}
	j.reject(max(text, j.at+1), code, detail)
}

func trimWhite(buf []byte, from, to int) int {
	for to > from+1 && isWhite(buf[to-1]) {
		to--
	}
	return to
}

// nextStart is where, up to limit, a line begins like the line that the value
// at at stands in, 0 if none does: the same white space and an object.
func (j *jsonCutter) nextStart(limit int) int {
	indent, ok := j.indent()
	if !ok {
		return 0
	}
	for i := j.at; ; {
		nl := bytes.IndexByte(j.buf[i:min(limit, len(j.buf))], j.eol)
		if nl < 0 {
			return 0
		}
		i += nl + 1
		if i+len(indent) < len(j.buf) && bytes.HasPrefix(j.buf[i:], indent) && j.buf[i+len(indent)] == j.buf[j.at] {
			return i
		}
	}
}

// indent is the white space between the beginning of the line and at; ok is
// false where something else stands there.
func (j *jsonCutter) indent() ([]byte, bool) {
	from := max(0, j.at-marginSize)
	start := from + bytes.LastIndexByte(j.buf[from:j.at], '\n') + 1
	indent := j.buf[start:j.at]
	if start == 0 {
		indent = append(bytes.Clone(j.margin), indent...)
	}
	return indent, len(bytes.TrimLeft(indent, " \t\r"+mark)) == 0
}

// alikeReach is how far behind a broken value another is looked for in its line.
const alikeReach = 64 << 10

// nextAlike is where, behind a comma in the same line, an object begins with the
// same two keys as the one at at, 0 if none does: records of one list do, and
// what is nested in them does not. In a list, where the second key is what
// broke, the first one behind another object will do.
func (j *jsonCutter) nextAlike(brokenAt int) int {
	for len(j.buf)-brokenAt < alikeReach && j.more() {
	}
	line := j.buf[j.at:min(len(j.buf), brokenAt+alikeReach)]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	first, second := firstKeys(line)
	if second == "" && (first == "" || len(j.frames) == 0) {
		return 0
	}
	for i := 1; ; i++ {
		next := bytes.IndexByte(line[i:], '{')
		if next < 0 {
			return 0
		}
		i += next
		if lastBefore(line, i) != ',' {
			continue
		}
		a, b := firstKeys(line[i:])
		if a == first && (b == second || second == "" && followsObject(line, i)) {
			return j.at + i
		}
	}
}

// followsObject says whether the comma before i stands behind an object.
func followsObject(line []byte, i int) bool {
	return lastBefore(line, bytes.LastIndexByte(line[:i], ',')) == '}'
}

// firstKeys are the first two keys of the object b begins with, the second
// empty where the first value is no scalar.
func firstKeys(b []byte) (first, second string) {
	b = b[:min(len(b), 1<<10)]
	first, b = leadingKey(b[1:])
	if len(b) == 0 {
		return "", ""
	}
	if b[0] == '"' {
		end := plainBytes(b, 1)
		if end >= len(b) || b[end] != '"' {
			return first, ""
		}
		b = b[end+1:]
	} else {
		b = bytes.TrimLeft(b, "0123456789.-+eEtrufalsn")
	}
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || b[0] != ',' {
		return first, ""
	}
	second, _ = leadingKey(b[1:])
	return first, second
}

// leadingKey takes a key with its colon.
func leadingKey(b []byte) (key string, rest []byte) {
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || b[0] != '"' {
		return "", nil
	}
	end := plainBytes(b, 1)
	if end >= len(b) || b[end] != '"' {
		return "", nil
	}
	rest = bytes.TrimLeft(b[end+1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != ':' {
		return "", nil
	}
	return string(b[1:end]), bytes.TrimLeft(rest[1:], " \t\r\n")
}

// tooLong makes a value that is longer than a record may be a reject. The scan
// goes on to its end, without keeping it.
func (j *jsonCutter) tooLong(s *scanner, i int) {
	const code, detail = "json_too_long", "longer than a record may be"
	if next := j.nextStart(i); next > 0 {
		j.reject(trimWhite(j.buf, j.at, next), code, detail)
		return
	}
	kept := min(keptOfReject, j.max)
	s.envelope = nil
	for {
		next, state := s.scan(j.buf, i)
		switch {
		case state == scanDone:
			j.drop(j.at+kept, next)
			j.reject(min(next, j.at+kept), code, detail)
			return
		case state == scanBroken:
			j.drop(j.at+kept, next)
			j.giveUpLine(code, detail)
			return
		}
		i = next
		if from := j.at + kept; i > from {
			j.dropMost(from, i, code, detail)
			i = from
		}
		if !j.more() {
			j.reject(len(j.buf), code, detail)
			return
		}
	}
}

// other takes what is no object or array: a scalar or garbage, up to the end of
// the line, or where an object begins in it.
func (j *jsonCutter) other() {
	if n := j.scalar(); n > 0 {
		j.reject(j.at+n, "json_not_object", "a value that is no object")
		return
	}
	for len(j.buf)-j.at < alikeReach && j.more() {
	}
	near := j.buf[j.at:min(len(j.buf), j.at+alikeReach)]
	end := bytes.IndexByte(near, '\n')
	line := near
	if end >= 0 {
		line = near[:end]
	}
	if isNumberedLine(line) {
		j.emit(SpanHeader, j.at+len(line))
		return
	}
	if i := bytes.Index(line, []byte(`{"`)); i > 0 {
		j.reject(j.at+i, "json_garbage", "no JSON value")
		return
	}
	j.giveUpLine("json_garbage", "no JSON value")
}

// isNumberedLine is true for the lines that evtx_dump writes between records.
func isNumberedLine(line []byte) bool {
	number, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("Record "))
	return ok && len(number) > 0 && len(bytes.Trim(number, "0123456789")) == 0
}

// scalar is the length of the string, number or word at at, 0 if there is none.
func (j *jsonCutter) scalar() int {
	if j.buf[j.at] == '"' {
		return j.stringEnd(j.at) - j.at
	}
	const longest = 64 // a number of more digits is none
	for len(j.buf)-j.at < longest && j.more() {
	}
	b := j.buf[j.at:min(len(j.buf), j.at+longest)]
	end := bytes.IndexAny(b, ",]} \t\r\n")
	if end < 0 {
		end = len(b)
	}
	switch word := string(b[:end]); {
	case word == "true", word == "false", word == "null":
		return end
	case word != "" && strings.Trim(word, "0123456789+-.eE") == "":
		return end
	}
	return 0
}

// stringEnd is the index behind the string that begins at i; i if it doesn't end.
func (j *jsonCutter) stringEnd(i int) int {
	for k := i + 1; ; {
		k = plainBytes(j.buf, k)
		if k+1 >= len(j.buf) && k-j.at <= j.max && j.more() {
			continue
		}
		if k >= len(j.buf) || j.buf[k] < ' ' || k-j.at > j.max {
			return i
		}
		if j.buf[k] == '"' {
			return k + 1
		}
		k += 2
	}
}

// parseJSON reads an object, or a row below its column names.
func parseJSON(p *Parser, c *Chunk, span int, rec *Record) error {
	if rec.Raw[0] == '[' && len(c.Known.Header) > 0 {
		return p.flattenRow(rec, rec.Raw)
	}
	if rec.Raw[0] == '"' && rec.around != nil {
		return p.flowTuple(rec)
	}
	if rec.Raw[0] != '{' {
		return &SyntaxError{Code: "json_not_object", Detail: "a value that is no object"}
	}
	return p.flatten(rec, rec.Raw)
}
