package source

// Table holds the sources in the order they are tried: most specific first.
var Table = []*Source{}
