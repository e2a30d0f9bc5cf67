package evidence

import (
	"archive/tar"
	"bytes"
	"io"
	"strconv"
)

// isTar checks the header's checksum, so that tars older than the "ustar" mark
// are known too, and text is never taken for one.
func isTar(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	text := string(bytes.Trim(head[148:156], " \x00"))
	want, err := strconv.ParseInt(text, 8, 64)
	if err != nil {
		return false
	}
	sum := int64(8 * ' ')
	for i, c := range head[:512] {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	return sum == want
}

func openTar(c content, _ string) (entries, error) {
	in := &counter{r: c.r}
	source := io.Reader(in)
	read := in.count
	if c.at != nil { // seeks over what is not wanted
		section := io.NewSectionReader(c.at, 0, c.size)
		source = section
		read = func() int64 { at, _ := section.Seek(0, io.SeekCurrent); return at }
	}
	t := tar.NewReader(source)
	return func(yield func(*entry, error) bool) {
		for {
			h, err := t.Next()
			if err == io.EOF { // the library's end is io.EOF itself
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(tarEntry(t, h, read), nil) {
				return
			}
		}
	}, nil
}

func tarEntry(t *tar.Reader, h *tar.Header, in func() int64) *entry {
	e := &entry{name: h.Name, mod: h.ModTime, in: in,
		open: func() (io.ReadCloser, error) { return io.NopCloser(t), nil }}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
	case tar.TypeDir:
		e.folder = true
	case tar.TypeLink:
		e.refuse("hardlink")
	default:
		if kind := irregular(h.FileInfo().Mode()); kind != "" {
			e.refuse(kind)
			break
		}
		e.refuse("tar type " + strconv.QuoteRuneToASCII(rune(h.Typeflag)))
	}
	return e
}

// refuse lists an entry that stands for another file or for none.
func (e *entry) refuse(kind string) {
	e.kind = kind
	e.listed = &Problem{Code: CodeNotRegular, Detail: kind + ", not followed"}
}
