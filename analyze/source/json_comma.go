package source

import "bytes"

// separatorReach is how much white space with commas is looked at at once.
const separatorReach = 64 << 10

// separators takes white space and commas. Between lines of objects any number
// of commas is let through: some tools write one behind each. In an array there
// is one between two values.
func (j *jsonCutter) separators(f frame, inside bool) bool {
	i := j.at
	for {
		for i < len(j.buf) && i-j.at < separatorReach && isSeparator(j.buf[i]) {
			i++
		}
		if i < len(j.buf) || i-j.at >= separatorReach || i == j.at || !j.more() {
			break
		}
	}
	first := j.entered
	j.entered = false
	if i == j.at {
		return false
	}
	if inside && f < frameObject && j.strayCommas(i, first) {
		return true
	}
	j.emit(SpanSeparator, i)
	return true
}

// strayCommas makes commas that part no values a reject: behind the opening
// bracket, before the closing one, two in a row.
func (j *jsonCutter) strayCommas(end int, first bool) bool {
	run := j.buf[j.at:end]
	commas := bytes.Count(run, []byte(","))
	allowed := 1
	if first || end < len(j.buf) && j.buf[end] == ']' {
		allowed = 0
	}
	if commas <= allowed {
		return false
	}
	at := j.at
	if allowed > 0 {
		at += bytes.IndexByte(run, ',') + 1
	}
	at += bytes.IndexByte(j.buf[at:end], ',')
	last := j.at + bytes.LastIndexByte(run, ',') + 1
	j.emit(SpanSeparator, at)
	j.reject(last, "json_comma", "a comma with no value behind it")
	j.emit(SpanSeparator, end)
	return true
}
