package evidence

import (
	"io"
	"strconv"
)

// Limits are the caps that keep a hostile container from taking all memory or
// time. They hold for one file with everything packed inside it. The zero value
// stands for DefaultLimits.
type Limits struct {
	Depth   int // containers around a container, itself included; a tar directly inside a compressed stream is one with it
	Entries int // entries of all containers, folders included

	// Ratio is how many bytes may come out for each byte that went in, of each
	// container and of the whole file; it is asked only after RatioAfter bytes.
	Ratio, RatioAfter int64

	Nested int64 // bytes of an inner container that must be held in memory because it is read out of order (zip)
}

// DefaultLimits are far above what real logs reach: they pack up to 100:1.
func DefaultLimits() Limits {
	return Limits{Depth: 3, Entries: 200_000, Ratio: 1000, RatioAfter: 64 << 20, Nested: 256 << 20}
}

// spent is what has come out of all containers of one file.
type spent struct {
	limits  Limits
	size    int64 // of the file
	out     int64
	entries int
}

// enter counts one more entry.
func (s *spent) enter() error {
	if s.entries++; s.entries > s.limits.Entries {
		return &Problem{Code: CodeEntries, Detail: "more entries than are read of one file"}
	}
	return nil
}

// meter stops a reader whose output is out of proportion to its input. Its
// error stays: what is behind a first error is not what the container holds.
type meter struct {
	r     io.Reader
	in    func() int64 // bytes taken from the container so far
	out   int64
	spent *spent
	err   error
}

func (m *meter) Read(p []byte) (n int, err error) {
	if m.err != nil {
		return 0, m.err
	}
	if m.over(m.out, m.in()) || m.over(m.spent.out, m.spent.size) {
		m.err = &Problem{Code: CodeRatio, Detail: "unpacks out of all proportion, as a decompression bomb does"}
		return 0, m.err
	}
	n, m.err = m.r.Read(p)
	m.out += int64(n)
	m.spent.out += int64(n)
	return n, m.err
}

func (m *meter) over(out, in int64) bool {
	l := m.spent.limits
	return l.Ratio > 0 && out > l.RatioAfter && out/l.Ratio >= max(in, 1)
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) count() int64 { return c.n }

// maxDictionary is the most memory that unpacking one stream may ask for. What
// packs logs asks for 64 MiB at most, unless told to.
const maxDictionary = 256 << 20

// memory counts the dictionaries that the streams of one container ask for: a
// few bytes may ask for many large ones, one after the other.
type memory struct {
	limits Limits
	taken  int64
}

// take allows a dictionary; in is how many bytes were taken from the container
// so far.
func (m *memory) take(size, in int64) error {
	if size > maxDictionary {
		return &Problem{Code: CodeMemory, Detail: "asks for a dictionary of " + strconv.FormatInt(size>>20, 10) + " MiB"}
	}
	m.taken += size
	if l := m.limits; l.Ratio > 0 && m.taken > l.RatioAfter+maxDictionary && m.taken/l.Ratio >= max(in, 1) {
		return &Problem{Code: CodeRatio, Detail: "asks for memory out of all proportion to its size"}
	}
	return nil
}
