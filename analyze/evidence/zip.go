package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// isZip knows a zip by its first local header, or an empty one by its end
// record. "PK" alone may be anything.
func isZip(head []byte) bool {
	if bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return len(head) >= 22
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) || len(head) < 30 {
		return false
	}
	version := binary.LittleEndian.Uint16(head[4:])
	method := binary.LittleEndian.Uint16(head[8:])
	return version <= 63 && method <= 99
}

// openZip reads the directory and refuses one whose entries share bytes: that
// is how a small zip unpacks to any size without a nested one.
func openZip(c content, _ string) (entries, error) {
	z, err := zip.NewReader(c.at, c.size)
	if errors.Is(err, zip.ErrFormat) {
		return nil, &Problem{Code: CodeCorrupt, Detail: "zip: no whole directory at its end; it may be cut short"}
	}
	if err != nil {
		return nil, err
	}
	if err := apart(z.File, c.size); err != nil {
		return nil, err
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(bufio.NewReaderSize(r, 32<<10)) })
	z.RegisterDecompressor(12, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zstd.ZipMethodWinZip, zstd.ZipDecompressor())
	return func(yield func(*entry, error) bool) {
		for _, f := range z.File {
			if !yield(zipEntry(f), nil) {
				return
			}
		}
	}, nil
}

// apart checks that the compressed bytes of entries stand one after the other,
// inside the file.
func apart(files []*zip.File, size int64) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return err
		}
		to := from + int64(f.CompressedSize64)
		if to < from || to > size {
			return fmt.Errorf("zip: entry %q reaches beyond the file", label(f.Name))
		}
		spans = append(spans, span{from, to})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return errors.New("zip: entries overlap")
		}
	}
	return nil
}

func zipEntry(f *zip.File) *entry {
	const encrypted = 1
	mode := f.Mode()
	e := &entry{name: f.Name, mod: f.Modified, folder: mode.IsDir() || strings.HasSuffix(f.Name, "/"),
		in: func() int64 { return int64(f.CompressedSize64) }, open: f.Open}
	switch kind := irregular(mode &^ fs.ModeIrregular); {
	case e.folder:
	case f.Flags&encrypted != 0:
		e.kind, e.listed = "encrypted zip", errUnsupported
	case kind != "":
		e.refuse(kind)
	case !readableMethod(f.Method):
		e.kind, e.listed = fmt.Sprintf("zip method %d", f.Method), errUnsupported
	}
	return e
}

func readableMethod(m uint16) bool {
	return m == zip.Store || m == zip.Deflate || m == 12 || m == zstd.ZipMethodWinZip
}
