package source

import (
	"bytes"
	"strings"
)

// isListKey names arrays that hold records in some answers, and parts of one
// record in many others: an alert has events too.
func isListKey(key []byte) bool {
	switch string(key) {
	case "data", "events", "Events", "results", "Results", "items", "logs":
		return true
	}
	return false
}

// isPagingKey names what stands beside the records of an answer, and in no
// record: how many there are, where the next are.
func isPagingKey(key []byte) bool {
	name := strings.ToLower(strings.ReplaceAll(string(key), "_", ""))
	switch name {
	case "count", "total", "totalcount", "totalrecords", "totalresults", "resultcount", "page", "pages", "pagesize", "perpage",
		"offset", "initoffset", "limit", "start", "size", "cursor", "next", "prev", "previous", "more", "hasmore", "hasnext", "islast",
		"nextlink", "nextcursor", "nexttoken", "nextpagetoken", "nextforwardtoken", "nextbackwardtoken", "previoustoken", "skiptoken",
		"continuationtoken", "requestid", "self", "href", "links", "paging", "pagination", "pageinfo", "resultinfo", "meta", "metadata",
		"responsemetadata", "resulttruncated", "truncated", "facets", "preview", "success", "ok", "took", "timedout", "kind", "etag",
		"error", "errors", "messages", "warnings", "schema":
		return true
	}
	return strings.HasPrefix(name, "@odata.") || strings.HasPrefix(name, "odata.")
}

// isList says whether the array at i, under a list key of the object at at,
// holds records: as far as can be seen nothing but paging stands beside it.
func (j *jsonCutter) isList(key, i int) bool {
	if j.peek(i+1) != '{' || !onlyPaging(j.buf[j.at+1:key-1]) {
		return false
	}
	for len(j.buf)-i < envelopeReach && j.more() {
	}
	within := j.buf[i:min(len(j.buf), i+envelopeReach)]
	var s scanner
	end, state := s.scan(within, 0)
	return state != scanDone || onlyPaging(within[end:])
}

// onlyPaging says that all members in b are paging, up to the end of their
// object or of b.
func onlyPaging(b []byte) bool {
	for {
		b = bytes.TrimLeft(b, ", \t\r\n")
		if len(b) == 0 || b[0] == '}' {
			return true
		}
		key, value := leadingKey(b)
		if key == "" && isCutKey(b) {
			return true
		}
		if key == "" || !isPagingKey([]byte(key)) {
			return false
		}
		if len(value) == 0 {
			return true
		}
		b = afterValue(value)
	}
}

// isCutKey says that b ends in the key it begins with, or before its colon.
func isCutKey(b []byte) bool {
	end := plainBytes(b, 1)
	return b[0] == '"' && (end == len(b) || b[end] == '"' && len(bytes.TrimSpace(b[end+1:])) == 0)
}

// afterValue is what stands behind the value that b begins with.
func afterValue(b []byte) []byte {
	switch b[0] {
	case '{', '[':
		var s scanner
		end, _ := s.scan(b, 0)
		return b[end:]
	case '"':
		i := plainBytes(b, 1)
		for i < len(b) && b[i] != '"' {
			i = plainBytes(b, min(i+2, len(b)))
		}
		return b[min(i+1, len(b)):]
	}
	end := bytes.IndexAny(b, ",}] \t\r\n")
	if end < 0 {
		return nil
	}
	return b[end:]
}

// beside makes the value of a member a reject: it stands beside records, and
// belongs to none of them.
func (j *jsonCutter) beside(begin int, code, detail string) {
	j.emit(SpanHeader, begin)
	if b := j.buf[j.at]; b == '{' || b == '[' {
		var s scanner
		i, state := j.run(&s)
		if state != scanDone {
			j.resync(i, "json_syntax", "a broken member of an envelope")
			return
		}
		j.reject(i, code, detail)
		return
	}
	n := j.scalar()
	if n == 0 {
		j.giveUpLine("json_syntax", "a broken member of an envelope")
		return
	}
	j.reject(j.at+n, code, detail)
}
