package main

import (
	"slices"
	"strings"

	"hotwash/analyze/source"
	"hotwash/analyze/timeline"
)

// shownName is the name of a source as it is listed: a family ends in .*.
func shownName(name string) string {
	if strings.HasSuffix(name, ".") {
		return name + "*"
	}
	return name
}

// picks says whether what a person wrote names a source of the table: itself, a
// family, a member of one, or how names begin up to a dot.
func picks(word, name string) bool {
	if strings.HasSuffix(name, ".") && strings.HasPrefix(word, name) {
		return true
	}
	begin := strings.TrimRight(word, ".*")
	return begin == name || begin != "" && strings.HasPrefix(name, begin+".")
}

// picksAny says whether what a person wrote names any source of the table.
func picksAny(word string) bool {
	return slices.ContainsFunc(source.Table, func(s *source.Source) bool { return picks(word, s.Name) })
}

// isSource says whether events may be of a source of that name.
func isSource(name string) bool {
	return name == timeline.Unknown || slices.ContainsFunc(source.Table, func(s *source.Source) bool {
		family := strings.HasSuffix(s.Name, ".")
		return name == s.Name && !family || family && strings.HasPrefix(name, s.Name) && len(name) > len(s.Name)
	})
}

// sourceHint is the way out of a name that no source has: names that are near,
// or the sources that read a table or record type of that name.
func sourceHint(word string) string {
	const all = "hotwash sources list names all"
	var names, readers []string
	for _, s := range source.Table {
		names = append(names, shownName(s.Name))
		if slices.ContainsFunc(append(s.Reads[:len(s.Reads):len(s.Reads)], s.Title), func(text string) bool { return mentions(text, word) }) {
			readers = append(readers, shownName(s.Name))
		}
	}
	const most = 3
	switch close := near(word, names); {
	case len(close) > 0:
		return "did you mean " + strings.Join(close[:min(len(close), most)], " or ") + "? " + all
	case len(readers) > 0:
		return "it is read as " + strings.Join(readers[:min(len(readers), most)], " or ") + "; " + all
	}
	return all
}

// mentions says whether a text holds a word, in any case.
func mentions(text, word string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,;:()", r) })
	return slices.Contains(words, strings.ToLower(word))
}
