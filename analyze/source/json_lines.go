package source

import "bytes"

// lines cuts an object that is one line, at the speed of finding the line's
// end. It is one if it begins and ends like an object and the next line begins
// another: within JSON nothing can stand between a closing and an opening
// brace, so this is the top level. Whatever looks doubtful is left to the
// scanner: false.
func (j *jsonCutter) lines() bool {
	if j.eol != '\n' || j.offset < j.doubtful {
		return false
	}
	text, end, ok := j.nearLineEnd()
	if !ok {
		return false
	}
	line := bytes.TrimRight(j.buf[j.at:text], " \t\r")
	next := j.peek(end)
	if len(line) < 2 || line[len(line)-1] != '}' || next != '{' && next != 0 || mayHoldMore(line[1:]) {
		j.doubtful = j.offset + int64(text-j.at)
		return false
	}
	j.emitLine(j.at+len(line), end)
	return true
}

// nearLineEnd is lineEnd without reading far: a file of one line is no reason
// to hold it all.
func (j *jsonCutter) nearLineEnd() (text, end int, ok bool) {
	for {
		near := j.buf[j.at:min(len(j.buf), j.at+blockSize)]
		if bytes.IndexByte(near, '\n') >= 0 {
			return j.lineEnd()
		}
		if len(near) == blockSize {
			j.doubtful = j.offset + blockSize
			return 0, 0, false
		}
		if !j.more() {
			return j.lineEnd()
		}
	}
}

// mayHoldMore says whether a line could hold two objects or be an envelope. It
// looks only at opening brackets, in strings too.
func mayHoldMore(line []byte) bool {
	first := bytes.TrimLeft(line, " \t")
	first = first[:bytes.IndexByte(first, ':')+1]
	for i := 0; ; i++ {
		next := bytes.IndexByte(line[i:], '{')
		if next < 0 {
			break
		}
		i += next
		switch b := lastBefore(line, i); {
		case b == '}', b == ':' && isThroughKey(keyBefore(line, i)):
			return true
		case b == ',' && bytes.HasPrefix(bytes.TrimLeft(line[i+1:], " \t"), first) && followsObject(line, i):
			return true // records parted by commas, or a list in a record that begins like it
		}
	}
	head := line[:min(len(line), envelopeReach)]
	for i := 0; ; i++ {
		next := bytes.IndexByte(head[i:], '[')
		if next < 0 {
			return false
		}
		i += next
		if lastBefore(head, i) != ':' {
			continue
		}
		if key := keyBefore(head, i); isEnvelopeKey(key) || isFlowKey(key) || isListKey(key) && onlyPaging(line[:bytes.LastIndexByte(line[:bytes.LastIndexByte(line[:i], '"')], '"')]) {
			return true
		}
	}
}

func lastBefore(b []byte, i int) byte {
	for i--; i >= 0; i-- {
		if !isWhite(b[i]) {
			return b[i]
		}
	}
	return 0
}

// keyBefore is the key whose value begins at i.
func keyBefore(b []byte, i int) []byte {
	b = bytes.TrimRight(b[:i], " \t\r\n")
	b = bytes.TrimRight(bytes.TrimSuffix(b, []byte(":")), " \t\r\n")
	b, ok := bytes.CutSuffix(b, []byte(`"`))
	if !ok {
		return nil
	}
	return b[bytes.LastIndexByte(b, '"')+1:]
}
