package evidence

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// packed is one file of a container that a test builds.
type packed struct {
	name string
	data []byte
}

func gz(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	write(t, w, data)
	return b.Bytes()
}

func zst(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, data)
	return b.Bytes()
}

func xzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, data)
	return b.Bytes()
}

// xzBlock is an xz that ends behind the header of its first block.
func xzBlock(flags byte, filters string) []byte {
	head := append([]byte{0, flags >> 1}, filters...)
	for len(head)%4 != 0 {
		head = append(head, 0)
	}
	head[0] = byte(len(head) / 4)
	head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE(head))
	start := append([]byte(xzMagic), 0, 1)
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(start[6:]))
	return append(append(start, head...), make([]byte, 16)...)
}

func lz4ed(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	write(t, lz4.NewWriter(&b), data)
	return b.Bytes()
}

// flipped changes a bit of the byte at i, from the end if i is negative.
func flipped(data []byte, i int) []byte {
	if i < 0 {
		i += len(data)
	}
	data[i] ^= 1
	return data
}

func write(t testing.TB, w io.WriteCloser, data []byte) {
	t.Helper()
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func zipped(t testing.TB, files ...packed) []byte { return zipWith(t, zip.Deflate, files) }

// zipWith is a zip whose entries are packed by one method.
func zipWith(t testing.TB, method uint16, files []packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t testing.TB, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Size: int64(len(f.data)), Mode: 0o644, ModTime: time.Unix(1e9, 0)}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bzip2Hello is "hello\n" packed by bzip2; Go has no writer for it.
var bzip2Hello = []byte("BZh91AY&SY\xc1\xc0\x80\xe2\x00\x00\x01\x41\x00\x00\x10\x02\x44\xa0\x00\x30\xcd\x00\xc3\x46\x29\x97\x17\x72\x45\x38\x50\x90\xc1\xc0\x80\xe2")

// lines is text that doesn't pack to nothing.
func lines(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "%d user%d@example.com from 192.0.2.%d token %x\n", i, r.IntN(50), r.IntN(255), r.Uint64())
	}
	return b.Bytes()
}

// folder writes files into a new folder called logs.
func folder(t testing.TB, files ...packed) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "logs")
	for _, f := range files {
		put(t, filepath.Join(dir, f.name), f.data)
	}
	return dir
}

func put(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// walked is a whole walk: items as they ended, and the content of those that
// were read.
type walked struct {
	items []Item
	data  map[string][]byte
	errs  map[string]error
}

func walk(t testing.TB, l Limits, args ...string) walked {
	t.Helper()
	w := walked{data: map[string][]byte{}, errs: map[string]error{}}
	var members []*Member
	for m, err := range Walk(context.Background(), args, l, nil) {
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, m)
		if m.State != "" {
			continue
		}
		data, err := io.ReadAll(m)
		w.data[name(m.Item)], w.errs[name(m.Item)] = data, err
		if err := m.Close(); err == nil {
			m.State = Parsed
		}
	}
	for i, m := range members {
		_ = m.Close()
		m.Ordinal = int32(i + 1)
		w.items = append(w.items, m.Item)
	}
	return w
}

func name(it Item) string {
	return strings.Join([]string{it.source().String(), it.Member}, "!")
}

// brief is what tests compare of an item. How long a packed file is depends on
// the packer.
func brief(it Item) string {
	reason, _, _ := strings.Cut(it.Reason, ":")
	reason, _, _ = strings.Cut(reason, " after")
	size := ""
	if k := recogniseKind(it.Kind); k == nil || k.open == nil {
		size = fmt.Sprintf(" %d", it.Size)
	}
	return strings.TrimSpace(fmt.Sprintf("%s!%s %s %s%s %s", it.Path, it.Member, it.Kind, it.State, size, reason))
}

func recogniseKind(kind string) *container {
	for _, c := range containers {
		if c.kind == kind {
			return c
		}
	}
	return nil
}
