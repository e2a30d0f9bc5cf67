package source

import (
	"bytes"
	"strings"

	"hotwash/analyze/event"
)

// Azure's flow logs put a record into a text of commas, some hundred of them
// into a list, and the lists into objects that say what the texts are about:
//
//	{"time":…, "resourceId":…, "properties":{"flows":[{"rule":…, "flows":[{"mac":…, "flowTuples":["…", "…"]}]}]}}
//	{"time":…, "macAddress":…, "flowRecords":{"flows":[{"aclID":…, "flowGroups":[{"rule":…, "flowTuples":["…", "…"]}]}]}}
//
// The texts are the records. What stands around them is theirs too, wherever in
// its object it stands: exporters that sort the keys write the rule behind the
// flows it let through.

// isFlowKey names the members on the way to flow tuples.
func isFlowKey(key []byte) bool {
	switch string(key) {
	case "properties", "flowRecords", "flows", "flowGroups", "flowTuples":
		return true
	}
	return false
}

// flowKey is the member that holds the tuples.
const flowKey = "flowTuples"

// leadsToTuples says whether flow tuples stand in the value at i under a key on
// the way to them. They stand near its beginning.
func (j *jsonCutter) leadsToTuples(name []byte, i int) bool {
	if string(name) == flowKey {
		return j.buf[i] == '[' && j.peek(i+1) == '"'
	}
	const reach = 4 << 10
	for len(j.buf)-i < reach && j.more() {
	}
	return holdsTuples(j.buf[i:min(len(j.buf), i+reach)])
}

// holdsTuples says whether the key of tuples stands in the value that b begins
// with.
func holdsTuples(b []byte) bool {
	for i, depth := 0, 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return false
			}
		case '"':
			start := i + 1
			for i = plainBytes(b, start); i < len(b) && b[i] != '"'; i = plainBytes(b, i) {
				i += 2
			}
			if i < len(b) && string(b[start:i]) == flowKey {
				return true
			}
		}
	}
	return false
}

// flowCutter is what a jsonCutter needs for what stands around tuples.
type flowCutter struct {
	seq  int       // the chunk that the open objects are of
	flat flattener // of their members
}

// inFlow says whether the cutter is in an object that tuples stand in.
func (j *jsonCutter) inFlow() bool { return j.innermost() != nil }

// innermost is what is said by the innermost object that tuples stand in.
func (j *jsonCutter) innermost() *Around {
	for i := len(j.frames) - 1; i >= 0; i-- {
		if a := j.frames[i].around; a != nil {
			return a
		}
	}
	return nil
}

// pushFlow enters an object that tuples stand in.
func (j *jsonCutter) pushFlow() {
	j.renew()
	a := &Around{Outer: j.innermost()}
	j.push(frameFlow)
	j.frames[len(j.frames)-1].around = a
}

// renew copies what the open objects say, if it was handed out with a chunk: it
// mustn't change any more.
func (j *jsonCutter) renew() {
	if j.flows.seq == j.seq {
		return
	}
	j.flows.seq = j.seq
	var outer *Around
	for i := range j.frames {
		if a := j.frames[i].around; a != nil {
			outer = &Around{Outer: outer, Fields: a.Fields[:len(a.Fields):len(a.Fields)], shape: a.shape}
			j.frames[i].around = outer
		}
	}
}

// flow cuts what stands at at in a list of tuples, or of objects that hold some.
func (j *jsonCutter) flow(f frame) {
	switch b := j.buf[j.at]; {
	case f == frameTuples && b == '"':
		j.tuple()
	case f == frameFlows && b == '{' && len(j.frames) < maxFrames:
		j.emit(SpanHeader, j.at+1)
		j.pushFlow()
	case b == '{' || b == '[':
		j.value(f, false)
	default:
		j.other()
	}
}

// tuple makes the text at at a record.
func (j *jsonCutter) tuple() {
	end := j.stringEnd(j.at)
	if end == j.at {
		j.brokenTuple()
		return
	}
	j.renew()
	a := j.innermost()
	if n := len(j.around); n == 0 || j.around[n-1] != a {
		j.around = append(j.around, a)
	}
	j.held = true
	j.emit(SpanRecord, end)
	j.spans[len(j.spans)-1].Around = int32(len(j.around))
}

// brokenTuple rejects a text that doesn't end, up to where the next one seems to
// begin in its line.
func (j *jsonCutter) brokenTuple() {
	const reach = 4 << 10
	for len(j.buf)-j.at < reach && j.more() {
	}
	near := j.buf[j.at:min(len(j.buf), j.at+reach)]
	if i := bytes.Index(near[1:], []byte(`","`)); i >= 0 && bytes.IndexByte(near[:i+1], '\n') < 0 {
		j.reject(j.at+1+i+1, "json_syntax", "a broken flow tuple")
		return
	}
	if j.eof && len(near) == len(j.buf)-j.at && bytes.IndexByte(near, '\n') < 0 {
		j.reject(trimWhite(j.buf, j.at, len(j.buf)), "json_truncated", "the file ends inside a flow tuple")
		return
	}
	j.giveUpLine("json_syntax", "a broken flow tuple")
}

// flowMember cuts a member of an object that tuples stand in: one that leads to
// them is entered, any other says something of them all.
func (j *jsonCutter) flowMember(keyEnd, begin int) {
	deep := len(j.frames) >= maxFlowFrames
	switch name := string(j.buf[j.at+1 : keyEnd]); {
	case deep || !isFlowKey([]byte(name)):
		j.flowField(begin)
	case name == flowKey && j.buf[begin] == '[':
		j.emit(SpanHeader, begin+1)
		j.push(frameTuples)
	case (name == "flows" || name == "flowGroups") && j.buf[begin] == '[':
		j.emit(SpanHeader, begin+1)
		j.push(frameFlows)
	case (name == "properties" || name == "flowRecords") && j.buf[begin] == '{':
		j.emit(SpanHeader, begin+1)
		j.pushFlow()
	default:
		j.flowField(begin)
	}
}

// What an object that holds records may give each of them: no evidence makes
// much of little.
const (
	maxAround     = 48      // fields
	maxAroundText = 4 << 10 // bytes of one member
	maxFlowFrames = 16
)

// flowField learns a member whose value begins at begin.
func (j *jsonCutter) flowField(begin int) {
	key := j.at
	n := j.memberEnd(begin)
	if n == 0 {
		j.giveUpLine("json_syntax", "a broken member around flow tuples")
		return
	}
	j.renew()
	if !j.learnAround(j.innermost(), string(j.buf[key:n])) {
		j.reject(n, "flow_around", "more around flow tuples than is kept with each")
		return
	}
	j.emit(SpanHeader, n)
}

// memberEnd is where the value that begins at begin ends, 0 if it is broken.
func (j *jsonCutter) memberEnd(begin int) int {
	at := j.at
	j.at = begin
	defer func() { j.at = at }()
	if b := j.buf[begin]; b != '{' && b != '[' {
		if n := j.scalar(); n > 0 {
			return begin + n
		}
		return 0
	}
	var s scanner
	if end, state := j.run(&s); state == scanDone {
		return end
	}
	return 0
}

// learnAround adds the leaves of a member to what is said around tuples. It says
// whether there was room.
func (j *jsonCutter) learnAround(a *Around, member string) bool {
	f := &j.flows.flat
	if f.names == nil {
		f.names = newNames()
	}
	f.names.reset()
	f.fields, f.objects, f.shape = f.fields[:0], f.objects[:0], a.shape
	if len(member) > maxAroundText {
		return false
	}
	err := f.read(f.names.root, "{"+Valid(member)+"}")
	if err != nil || len(a.Fields)+len(f.fields) > maxAround {
		return false
	}
	for i := range f.fields { // a lone surrogate isn't valid
		f.fields[i].Name = Valid(f.fields[i].Name)
		f.fields[i].Value = Valid(f.fields[i].Value)
	}
	a.Fields, a.shape = append(a.Fields, f.fields...), f.shape
	return true
}

// flowPieces are the names of a tuple's pieces, as Traffic Analytics calls them
// where it has them.
var (
	flowPiecesNSG = []string{
		"FlowTime", "SrcIp", "DestIp", "SrcPort", "DestPort", "L4Protocol", "FlowDirection", "FlowStatus",
		"FlowState", "PacketsSrcToDest", "BytesSrcToDest", "PacketsDestToSrc", "BytesDestToSrc",
	}
	flowPiecesVNet = []string{
		"FlowTime", "SrcIp", "DestIp", "SrcPort", "DestPort", "L4Protocol", "FlowDirection", "FlowState",
		"FlowEncryption", "PacketsSrcToDest", "BytesSrcToDest", "PacketsDestToSrc", "BytesDestToSrc",
	}
)

// flowTuple reads a tuple and what stands around it as the record's fields.
func (p *Parser) flowTuple(r *Record) error {
	f := &p.flat
	f.text, f.at = r.Raw, 0
	text, ok := f.str()
	if !ok {
		return &SyntaxError{Code: f.code, Offset: f.at, Detail: f.detail}
	}
	shape, err := r.addTuple(text)
	if err != nil {
		return err
	}
	for a := r.around; a != nil; a = a.Outer {
		r.Fields = append(r.Fields, a.Fields...)
		shape = (shape ^ a.shape) * 0x9E3779B97F4A7C15
	}
	r.shape = shape
	return nil
}

// addTuple adds the pieces of a tuple: eight of the first version of NSG flow
// logs, thirteen since. The shape is that of their names.
func (r *Record) addTuple(text string) (shape uint64, err error) {
	var pieces [13]string
	n := 0
	for rest, more := text, true; more; n++ {
		if n == len(pieces) {
			return 0, errFlowTuple
		}
		pieces[n], rest, more = strings.Cut(rest, ",")
	}
	names := flowPiecesNSG
	if isEncryption(pieces[8]) {
		names = flowPiecesVNet
	}
	if n != 8 && n != len(pieces) {
		return 0, errFlowTuple
	}
	for i := range n {
		r.Fields = append(r.Fields, event.Field{Name: names[i], Value: pieces[i]})
	}
	return hashString(names[7]) + uint64(n), nil
}

var errFlowTuple = &SyntaxError{Code: "flow_tuple", Detail: "a flow tuple has 8 or 13 pieces"}

// isEncryption: X is encrypted, NX and what begins with it isn't.
func isEncryption(s string) bool {
	return s == "X" || len(s) > 1 && s[0] == 'N' && s[1] == 'X'
}
