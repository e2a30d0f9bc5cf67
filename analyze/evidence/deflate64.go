package evidence

import (
	"bufio"
	"errors"
	"io"
	"math/bits"
)

// inflate64 unpacks Deflate64, which Windows uses in zips for files of 2 GiB and
// more. No library does. It is Deflate with a window of 64 KiB, matches of up to
// 64 KiB, and two more distance codes.
type inflate64 struct {
	r    *bufio.Reader
	bits uint64
	have uint // bits in bits

	out   []byte // the window, and behind it what has come out last
	given int    // how much of out has been read
	last  bool   // this is the last block
	left  int    // bytes of a stored block
	open  bool   // in a block
	codes prefixCode
	dists prefixCode
	err   error
}

const (
	window64 = 64 << 10
	step64   = 32 << 10 // how much comes out at once, but for the last match
)

var errDeflate64 = errors.New("deflate64: corrupt input")

func (d *inflate64) Read(p []byte) (int, error) {
	for d.given == len(d.out) && d.err == nil {
		if n := len(d.out) - window64; n > 0 {
			d.out = d.out[:copy(d.out, d.out[n:])]
			d.given = len(d.out)
		}
		d.err = d.step()
	}
	n := copy(p, d.out[d.given:])
	d.given += n
	if n == 0 {
		return 0, d.err
	}
	return n, nil
}

// step unpacks some more of a block, or begins the next.
func (d *inflate64) step() error {
	switch {
	case d.left > 0:
		return d.stored()
	case d.open:
		return d.packed()
	case d.last:
		return io.EOF
	}
	head, err := d.take(3)
	if err != nil {
		return err
	}
	d.last = head&1 == 1
	switch head >> 1 {
	case 0:
		return d.beginStored()
	case 1:
		d.codes, d.dists, d.open = fixedCode()
		return nil
	case 2:
		return d.beginPacked()
	}
	return errDeflate64
}

// fill makes n bits be there, if the input has them.
func (d *inflate64) fill(n uint) error {
	for d.have < n {
		b, err := d.r.ReadByte()
		if err != nil {
			return unexpected(err)
		}
		d.bits |= uint64(b) << d.have
		d.have += 8
	}
	return nil
}

func (d *inflate64) take(n uint) (int, error) {
	if err := d.fill(n); err != nil {
		return 0, err
	}
	v := int(d.bits & (1<<n - 1))
	d.bits >>= n
	d.have -= n
	return v, nil
}

func (d *inflate64) beginStored() error {
	d.bits >>= d.have & 7
	d.have &^= 7
	size, err := d.take(16)
	if err != nil {
		return err
	}
	check, err := d.take(16)
	if err != nil {
		return err
	}
	if size != check^0xffff {
		return errDeflate64
	}
	d.left = size
	return nil
}

func (d *inflate64) stored() error {
	for ; d.left > 0; d.left-- {
		c, err := d.take(8)
		if err != nil {
			return err
		}
		d.out = append(d.out, byte(c))
	}
	return nil
}

// packed unpacks literals and matches.
func (d *inflate64) packed() error {
	const end = 256
	for stop := len(d.out) + step64; len(d.out) < stop; {
		code, err := d.symbol(&d.codes)
		switch {
		case err != nil:
			return err
		case code < end:
			d.out = append(d.out, byte(code))
			continue
		case code == end:
			d.open = false
			return nil
		}
		if err := d.match(code - end - 1); err != nil {
			return err
		}
	}
	return nil
}

// match copies what has come out before.
func (d *inflate64) match(code int) error {
	if code >= len(lengths64) {
		return errDeflate64
	}
	more, err := d.take(uint(lengths64[code].extra))
	if err != nil {
		return err
	}
	length := lengths64[code].base + more
	if code, err = d.symbol(&d.dists); err != nil {
		return err
	}
	if more, err = d.take(uint(distances64[code&31].extra)); err != nil {
		return err
	}
	from := len(d.out) - distances64[code&31].base - more
	if from < 0 || code > 31 {
		return errDeflate64
	}
	for i := range length {
		d.out = append(d.out, d.out[from+i])
	}
	return nil
}

// span64 is the smallest value of a code, and how many bits say how much more.
type span64 struct{ base, extra int }

var lengths64, distances64 = spans64()

func spans64() (lengths [29]span64, distances [32]span64) {
	base := 3
	for i := range lengths {
		extra := max(0, i/4-1)
		lengths[i] = span64{base, extra}
		base += 1 << extra
	}
	lengths[28] = span64{3, 16}
	base = 1
	for i := range distances {
		extra := max(0, i/2-1)
		distances[i] = span64{base, extra}
		base += 1 << extra
	}
	return lengths, distances
}

// prefixCode decodes a code whose symbols have up to 15 bits: at the next bits,
// as they stand in the input, is the symbol and how many of them it takes.
type prefixCode struct {
	longest uint
	table   []uint32 // symbol<<4 | bits, 0 for none
}

// newPrefixCode makes the code in which symbols have these lengths.
func newPrefixCode(lengths []uint8) (c prefixCode, ok bool) {
	var counts [16]int
	for _, n := range lengths {
		counts[n]++
		c.longest = max(c.longest, uint(n))
	}
	counts[0] = 0
	var next [17]int
	code := 0
	for n := 1; n <= 15; n++ {
		code = (code + counts[n-1]) << 1
		next[n] = code
		if code+counts[n] > 1<<n {
			return c, false
		}
	}
	c.table = make([]uint32, 1<<c.longest)
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		first := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		for i := first; i < len(c.table); i += 1 << n {
			c.table[i] = uint32(symbol)<<4 | uint32(n)
		}
	}
	return c, true
}

// symbol reads the next symbol of a code.
func (d *inflate64) symbol(c *prefixCode) (int, error) {
	if len(c.table) == 0 {
		return 0, errDeflate64
	}
	short := d.fill(c.longest) // the last symbol may have fewer bits than the longest
	e := c.table[d.bits&(1<<c.longest-1)]
	n := uint(e & 15)
	switch {
	case n > d.have:
		return 0, short
	case n == 0:
		return 0, errDeflate64
	}
	d.bits >>= n
	d.have -= n
	return int(e >> 4), nil
}

// fixedCode is the code that needs no description.
func fixedCode() (codes, dists prefixCode, open bool) {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	codes, _ = newPrefixCode(lengths[:])
	var five [32]uint8
	for i := range five {
		five[i] = 5
	}
	dists, _ = newPrefixCode(five[:])
	return codes, dists, true
}

// described64 is the order in which the lengths of the code of codes stand.
var described64 = [...]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// beginPacked reads the description of the codes of a block, packed itself.
func (d *inflate64) beginPacked() error {
	head, err := d.take(14)
	if err != nil {
		return err
	}
	literals, distances, described := head&31+257, head>>5&31+1, head>>10+4
	var own [19]uint8
	for _, i := range described64[:described] {
		n, err := d.take(3)
		if err != nil {
			return err
		}
		own[i] = uint8(n)
	}
	code, ok := newPrefixCode(own[:])
	if !ok {
		return errDeflate64
	}
	lengths := make([]uint8, 0, literals+distances)
	for len(lengths) < cap(lengths) {
		if lengths, err = d.codeLengths(&code, lengths); err != nil {
			return err
		}
	}
	var okLiterals, okDistances bool
	d.codes, okLiterals = newPrefixCode(lengths[:literals])
	d.dists, okDistances = newPrefixCode(lengths[literals:])
	if d.open = okLiterals && okDistances; !d.open {
		return errDeflate64
	}
	return nil
}

// codeLengths reads one length, or how often one is repeated.
func (d *inflate64) codeLengths(code *prefixCode, lengths []uint8) ([]uint8, error) {
	symbol, err := d.symbol(code)
	if err != nil {
		return nil, err
	}
	if symbol < 16 {
		return append(lengths, uint8(symbol)), nil
	}
	repeat := [...]struct {
		bits uint
		base int
	}{{2, 3}, {3, 3}, {7, 11}}[symbol-16]
	n, err := d.take(repeat.bits)
	if err != nil {
		return nil, err
	}
	n += repeat.base
	value := uint8(0)
	if symbol == 16 {
		if len(lengths) == 0 {
			return nil, errDeflate64
		}
		value = lengths[len(lengths)-1]
	}
	if n > cap(lengths)-len(lengths) {
		return nil, errDeflate64
	}
	for range n {
		lengths = append(lengths, value)
	}
	return lengths, nil
}
