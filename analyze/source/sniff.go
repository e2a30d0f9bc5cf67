package source

import (
	"strings"
)

// sniffJSON is true for text that begins with an object or with an array of
// some, and for text most of whose lines do. A log line may begin with a
// bracket too: "[2024-01-01 …".
func sniffJSON(head string) bool {
	text := strings.TrimLeft(head, " \t\r\n")
	if first := firstLine(text); isNumberedLine([]byte(first)) {
		text = strings.TrimLeft(text[len(first):], " \t\r\n")
	}
	return beginsJSON(text, 0) || mostlyObjects(head)
}

func beginsJSON(text string, depth int) bool {
	if text == "" || depth > 8 {
		return false
	}
	rest := strings.TrimLeft(text[1:], " \t\r\n")
	switch text[0] {
	case '{':
		return isObjectStart(rest)
	case '[':
		return rest == "" || rest[0] == '{' && beginsJSON(rest, depth+1) || rest[0] == '[' && beginsJSON(rest, depth+1)
	}
	return false
}

// isObjectStart wants a key and a colon behind the brace.
func isObjectStart(rest string) bool {
	if rest == "" || rest[0] == '}' {
		return true
	}
	if rest[0] != '"' {
		return false
	}
	end := plainRun(rest, 1)
	for end+1 < len(rest) && rest[end] == '\\' {
		end = plainRun(rest, end+2)
	}
	if end >= len(rest) || rest[end] != '"' {
		return false
	}
	rest = strings.TrimLeft(rest[end+1:], " \t\r\n")
	return rest == "" || rest[0] == ':'
}

// mostlyObjects knows lines of objects of which the first is cut off.
func mostlyObjects(head string) bool {
	lines, objects := 0, 0
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		lines++
		if strings.HasPrefix(line, `{"`) && strings.HasSuffix(line, "}") {
			objects++
		}
		if lines == sampleSize {
			break
		}
	}
	return objects > 0 && objects*2 >= lines
}

// sniffFragment is true for JSON whose beginning is lost: somewhere an object
// follows another one. So may what a log line quotes: it is no more than worth a
// try where nothing else reads the text.
func sniffFragment(head string) bool {
	for {
		_, rest, found := strings.Cut(head, "}")
		if !found {
			return false
		}
		head = rest
		next := strings.TrimLeft(rest, ", \t\r\n")
		if len(next) > 1 && next[0] == '{' && len(next) < len(rest) {
			if key := strings.TrimLeft(next[1:], " \t\r\n"); key != "" && key[0] == '"' && isObjectStart(key) {
				return true
			}
		}
	}
}

// sniffCSV is true for text whose first record looks like column names and
// of whose next ones half have as many fields.
func sniffCSV(head string) bool {
	line, rest := cutRecord(head)
	for isTypeLine(line) || isSepLine(line) {
		line, rest = cutRecord(rest)
	}
	d := delimiterOf(line)
	names := splitCSV(line, d)
	if !areColumnNames(names) || d == '|' && len(names) < 3 { // a bar parts a name from a message too
		return false
	}
	if rest == "" {
		return len(names) > 2 && namesTime(names)
	}
	fit, n := 0, 0
	for ; n < sniffedRecords && rest != ""; n++ {
		line, rest = cutRecord(rest)
		if len(splitCSV(line, d)) == len(names) || n == 0 && rest == "" {
			fit++
		}
	}
	return fit*2 >= n
}

// sniffedRecords is of how many records half must be as wide as the column
// names say: one that is broken doesn't make a table something else.
const sniffedRecords = 8

// cutRecord takes the first record of s.
func cutRecord(s string) (record, rest string) {
	i, state := endCSV([]byte(s), delimiterOf(firstLine(s)), eolOf([]byte(s)), true)
	if state != csvDone {
		i = len(firstLine(s))
	}
	return strings.TrimRight(s[:i], "\r\n"), strings.TrimLeft(s[i:], "\r\n")
}

// areColumnNames is true for two names or more. A few columns may have none.
func areColumnNames(names []string) bool {
	named := 0
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		if !isColumnName(name) {
			return false
		}
		named++
	}
	return named >= 2 && named*2 > len(names)
}

// isColumnName is true for what people call columns: a few words, no number
// and no time.
func isColumnName(name string) bool {
	name = strings.TrimSpace(name)
	if len(name) > 128 || strings.ContainsAny(name, "{}<>=;\n\r") {
		return false
	}
	letters := 0
	for _, r := range name {
		if r|0x20 >= 'a' && r|0x20 <= 'z' || r > 0x7f {
			letters++
		}
	}
	if letters == 0 {
		return false
	}
	_, n, _ := Clock{UTC: true, Year: 2000}.ParsePrefix(name)
	return n == 0
}

func namesTime(names []string) bool {
	for _, name := range names {
		name = strings.ToLower(name)
		if strings.Contains(name, "time") || strings.Contains(name, "date") {
			return true
		}
	}
	return false
}
