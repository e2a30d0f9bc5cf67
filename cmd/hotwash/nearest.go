package main

import (
	"cmp"
	"slices"
)

// nearest is the name that a mistyped word most likely means; empty if none is
// near.
func nearest(word string, names []string) string {
	for _, name := range near(word, names) {
		return name
	}
	return ""
}

// near are the names that a mistyped word may mean, the likeliest first: those
// that are as near as the nearest, or one letter further.
func near(word string, names []string) []string {
	least := len(word)/3 + 1
	for _, name := range names {
		least = min(least, distance(word, name)+1)
	}
	all := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return distance(word, name) > least })
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(distance(word, a), distance(word, b)) })
	return all
}

// distance is how many letters must be typed, taken out or changed to make a
// of b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
