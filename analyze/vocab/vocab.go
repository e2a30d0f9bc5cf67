// Package vocab holds how vendors spell things: names, codes, column orders and
// the reserved marks of simulated logs. Readers and emitters share it, so that
// what one writes the other understands. It holds spelling only: what a name
// means is the reader's to say. It imports nothing of the project.
package vocab
