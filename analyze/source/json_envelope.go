package source

import (
	"bytes"
	"strconv"
)

// envelopeReach is how far into an object its records may begin.
const envelopeReach = 64 << 10

// isEnvelopeKey names the arrays that hold records: Graph and OData, Azure
// diagnostics, CloudTrail, the Log Analytics query API, Azure DevOps, advanced
// hunting.
func isEnvelopeKey(key []byte) bool {
	switch string(key) {
	case "results", "Results", "value", "records", "Records", "tables", "Tables", "decoratedAuditLogEntries", "hits", "rows", "Rows":
		return true
	}
	return false
}

// isThroughKey names the objects on the way to records.
func isThroughKey(key []byte) bool {
	return string(key) == "hits" || string(key) == "_source" || string(key) == "records" || string(key) == "value"
}

// isEnvelope says whether the array or object at i, under a key of the object
// at at, makes that object an envelope.
func (j *jsonCutter) isEnvelope(f frame, inside bool, key, keyEnd, i int) bool {
	name := j.buf[key:keyEnd]
	if i-j.at > envelopeReach {
		return false
	}
	if isFlowKey(name) && j.leadsToTuples(name, i) {
		return true
	}
	if j.buf[i] == '{' {
		return isThroughKey(name) && j.leadsOn(name, i)
	}
	known := isEnvelopeKey(name)
	if string(name) == "results" || string(name) == "Results" {
		known = j.knowsSchema(key)
	}
	if !known {
		return !inside && isListKey(name) && j.isList(key, i)
	}
	rows := string(name) == "rows" || string(name) == "Rows"
	if rows != (inside && f == frameTables) {
		return false
	}
	switch j.peek(i + 1) {
	case '{':
		return !rows
	case '[':
		return rows
	case ']':
		return string(name) != "value" || j.onlyMember(key)
	}
	return false
}

// knowsSchema says whether "results" are those of advanced hunting, which has the
// names of its columns before them. The word alone is anybody's.
func (j *jsonCutter) knowsSchema(key int) bool {
	before := j.buf[j.at:key]
	return bytes.Contains(before, []byte(`"schema"`)) || bytes.Contains(before, []byte(`"Schema"`))
}

// onlyMember says whether an empty "value" is the list of an OData answer.
func (j *jsonCutter) onlyMember(key int) bool {
	before := j.buf[j.at:key]
	return len(bytes.Trim(before, "{\" \t\r\n")) == 0 || bytes.Contains(before, []byte(`"@odata.`))
}

// leadsOn says whether the object at i holds hits or records under the name it
// has itself, or a page of Azure DevOps' audit, or is the source of a hit.
func (j *jsonCutter) leadsOn(name []byte, i int) bool {
	if string(name) == "_source" {
		return bytes.Contains(j.buf[j.at:i], []byte(`"_index"`))
	}
	const reach = 4 << 10
	for len(j.buf)-i < reach && j.more() {
	}
	within := j.buf[i:min(len(j.buf), i+reach)]
	inner := []byte(`"` + string(name) + `"`)
	if string(name) == "value" {
		inner = []byte(`"decoratedAuditLogEntries"`)
		within, _, _ = bytes.Cut(within, []byte("}")) // not those of another record
	}
	at := bytes.Index(within, inner)
	if at < 0 {
		return false
	}
	rest := bytes.TrimLeft(within[at+len(inner):], " \t\r\n:")
	return len(rest) > 0 && rest[0] == '['
}

// enter steps into an envelope; what holds its records stands under a key.
func (j *jsonCutter) enter(f frame, inside bool, key, keyEnd int) {
	inner := frameObject
	switch name := string(j.buf[key:keyEnd]); {
	case inside && f == frameTables:
		inner = frameTable
	case name == "_source":
		inner = frameDocument
	case isListKey([]byte(name)) && !j.knowsSchema(key):
		inner = frameList
	}
	flow := isFlowKey(j.buf[key:keyEnd])
	j.emit(SpanHeader, j.at+1)
	if flow {
		j.pushFlow()
		return
	}
	j.push(inner)
}

// member cuts one member of an envelope.
func (j *jsonCutter) member(f frame) {
	switch j.buf[j.at] {
	case '}':
		j.emit(SpanHeader, j.at+1)
		j.pop()
		return
	case '"':
	default:
		j.pop() // this is no envelope any more
		return
	}
	keyEnd, begin, ok := j.memberKey()
	if !ok {
		j.pop()
		j.giveUpLine("json_syntax", "a broken member of an envelope")
		return
	}
	if f == frameFlow {
		j.flowMember(keyEnd, begin)
		return
	}
	name := string(j.buf[j.at+1 : keyEnd])
	j.memberValue(f, name, begin)
}

// memberKey finds the end of the key at at and where its value begins.
func (j *jsonCutter) memberKey() (keyEnd, begin int, ok bool) {
	end := j.stringEnd(j.at)
	if end == j.at || j.peek(end) != ':' {
		return 0, 0, false
	}
	begin = end + bytes.IndexByte(j.buf[end:], ':') + 1
	if j.peek(begin) == 0 {
		return 0, 0, false
	}
	for isWhite(j.buf[begin]) {
		begin++
	}
	return end - 1, begin, true
}

// memberValue enters the arrays that hold records and the objects that lead to
// them; the rest is header.
func (j *jsonCutter) memberValue(f frame, name string, begin int) {
	b := j.buf[begin]
	switch {
	case b == '[' && f == frameTable && (name == "rows" || name == "Rows"):
		j.emit(SpanHeader, begin+1)
		j.push(frameRows)
	case b == '[' && name != "rows" && isEnvelopeKey([]byte(name)) && j.peek(begin+1) != '"':
		j.emit(SpanHeader, begin+1)
		if name == "tables" || name == "Tables" {
			j.push(frameTables)
		} else {
			j.push(frameArray)
		}
	case b == '{' && (name == "hits" || name == "records" || name == "value" && j.leadsOn([]byte(name), begin)) && f == frameObject && len(j.frames) < maxFrames:
		j.emit(SpanHeader, begin+1)
		j.push(frameObject)
	case b == '[' && f == frameList && isListKey([]byte(name)):
		j.emit(SpanHeader, begin+1)
		j.push(frameArray)
	case f == frameList && !isPagingKey([]byte(name)):
		j.beside(begin, "json_beside", strconv.Quote(Valid(name))+" stands beside the records and belongs to none")
	case b == '{' && (name == "error" || name == "Error") && f != frameDocument && j.peek(begin+1) != '}':
		j.beside(begin, "json_partial", "the answer says that it is not whole")
	case b == '{' && name == "_source" && f == frameDocument:
		j.emit(SpanHeader, begin)
		j.value(frameRows, true)
	default:
		j.header(f, name, begin)
	}
}

// header takes a member that holds no records. Of a table it teaches the name
// and the columns.
func (j *jsonCutter) header(f frame, name string, begin int) {
	j.emit(SpanHeader, begin)
	if b := j.buf[j.at]; b != '{' && b != '[' {
		j.scalarHeader(f, name)
		return
	}
	var s scanner
	i, state := j.run(&s)
	if state != scanDone {
		j.resync(i, "json_syntax", "a broken member of an envelope")
		return
	}
	if f == frameTable && (name == "columns" || name == "Columns") {
		j.learnColumns(string(j.buf[j.at:i]))
	}
	j.emit(SpanHeader, i)
}

func (j *jsonCutter) scalarHeader(f frame, name string) {
	n := j.scalar()
	if n == 0 {
		j.giveUpLine("json_syntax", "a broken member of an envelope")
		return
	}
	if f == frameTable && (name == "name" || name == "TableName") && n > 2 && j.buf[j.at] == '"' {
		known := *j.known
		known.Path = Valid(string(j.buf[j.at+1 : j.at+n-1]))
		j.learn(&known)
	}
	j.emit(SpanHeader, j.at+n)
}

// learnColumns reads [{"name":"TimeGenerated","type":"datetime"}, …].
func (j *jsonCutter) learnColumns(text string) {
	known := *j.known
	known.Header, known.Types = nil, nil
	f := flattener{names: newNames()}
	if err := f.read(f.names.root, text); err == nil {
		for _, field := range f.fields {
			switch field.Name {
			case "name", "ColumnName":
				known.Header = append(known.Header, Valid(field.Value))
			case "type", "ColumnType":
				known.Types = append(known.Types, field.Value)
			}
		}
	}
	j.learn(&known)
}
