package evidence

import (
	"compress/bzip2"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxWindow is the most memory that a zstd stream may ask for, as in zip.
const maxWindow = 128 << 20

func isBzip2(head []byte) bool {
	const block, end = "\x31\x41\x59\x26\x53\x59", "\x17\x72\x45\x38\x50\x90"
	if len(head) < 10 || string(head[:3]) != "BZh" || head[3] < '1' || head[3] > '9' {
		return false
	}
	return strings.HasPrefix(string(head[4:10]), block) || strings.HasPrefix(string(head[4:10]), end)
}

func openBzip2(c content, name string) (entries, error) {
	in := &counter{r: c.r}
	return one(&entry{name: unpackedName(name, ".bz2", ".tbz2>.tar", ".tbz>.tar"), in: in.count,
		open: func() (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(in)), nil }}), nil
}

func openZstd(c content, name string) (entries, error) {
	in := &counter{r: c.r}
	return one(&entry{name: unpackedName(name, ".zst", ".zstd", ".tzst>.tar"), in: in.count,
		open: func() (io.ReadCloser, error) {
			z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
			if err != nil {
				return nil, err
			}
			return z.IOReadCloser(), nil
		}}), nil
}

func openLZ4(c content, name string) (entries, error) {
	in := &counter{r: c.r}
	return one(&entry{name: unpackedName(name, ".lz4", ".tlz4>.tar"), in: in.count,
		open: func() (io.ReadCloser, error) { return io.NopCloser(lz4.NewReader(in)), nil }}), nil
}
