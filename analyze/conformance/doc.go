// Package conformance holds what the program reads against readings that don't
// use its code: the counts and values that plaso's tests expect, the JSON twins
// of binary Windows logs, the answers that come with published samples, and a
// reading by the standard library with a map of fields for each family of
// sources, written from the vendors' documentation. It is tests alone; `make
// conformance` prints the table. The data is found through HOTWASH_DATA.
package conformance
