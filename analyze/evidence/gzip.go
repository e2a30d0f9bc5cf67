package evidence

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

func isGzip(head []byte) bool {
	return len(head) > 3 && bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) && head[3]&0xe0 == 0
}

// gzipReader reads the streams of a gzip file one after the other. The library
// does that too, but takes a stream cut in its header for a good end, and zeros
// after the last one (as tapes and block devices leave them) for a bad one.
type gzipReader struct {
	src *bufio.Reader
	z   *gzip.Reader
}

func openGzip(c content, name string) (entries, error) {
	in := &counter{r: c.r}
	g := &gzipReader{src: bufio.NewReaderSize(in, 64<<10)}
	z, err := gzip.NewReader(g.src)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	g.z = z
	name = unpackedName(name, ".gz", ".tgz>.tar", ".gzip")
	if z.Name != "" {
		name = baseName(z.Name)
	}
	return one(&entry{name: name, mod: z.ModTime, in: in.count,
		open: func() (io.ReadCloser, error) { return g, nil }}), nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for {
		n, err := g.z.Read(p)
		if err != io.EOF { //nolint:errorlint // the library's end of a stream is io.EOF itself
			return n, err
		}
		if n > 0 {
			return n, nil
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
}

// next goes on to the next stream; io.EOF is a good end.
func (g *gzipReader) next() error {
	head, err := g.src.Peek(2)
	switch {
	case len(head) == 0:
		return err
	case head[0] == 0:
		return g.padding()
	case !bytes.HasPrefix([]byte("\x1f\x8b"), head):
		return errors.New("gzip: other data after the last stream")
	}
	if err := g.z.Reset(g.src); err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	g.z.Multistream(false)
	return nil
}

func (g *gzipReader) padding() error {
	for {
		c, err := g.src.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return errors.New("gzip: other data after the last stream")
		}
	}
}

func (g *gzipReader) Close() error { return g.z.Close() }
