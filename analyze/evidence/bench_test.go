package evidence

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"testing"

	"hotwash/analyze/event"
)

const benchLines = 500_000 // 32 MB

// BenchmarkSHA256 is the floor: the same file, read and hashed by the standard
// library.
func BenchmarkSHA256(b *testing.B) {
	path := filepath.Join(folder(b, packed{"a", lines(benchLines)}), "a")
	buf := make([]byte, 1<<20)
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.CopyBuffer(sha256.New(), struct{ io.Reader }{f}, buf)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
		_ = f.Close()
	}
}

func BenchmarkWalkPlain(b *testing.B) { benchWalk(b, lines(benchLines)) }
func BenchmarkWalkGzip(b *testing.B)  { benchWalk(b, gz(b, "", lines(benchLines))) }
func BenchmarkWalkZip(b *testing.B)   { benchWalk(b, zipped(b, packed{"a", lines(benchLines)})) }
func BenchmarkWalkZstd(b *testing.B)  { benchWalk(b, zst(b, lines(benchLines))) }

func benchWalk(b *testing.B, data []byte) {
	dir := folder(b, packed{"a", data})
	buf := make([]byte, 1<<20)
	for b.Loop() {
		for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
			if err != nil {
				b.Fatal(err)
			}
			if m.State != "" {
				continue
			}
			for err == nil {
				_, err = m.Read(buf)
			}
			if err != io.EOF {
				b.Fatal(err)
			}
			b.SetBytes(m.Offset())
		}
	}
}

// BenchmarkWalkSmallFiles is the price of a file: 1,000 of them a turn.
func BenchmarkWalkSmallFiles(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		put(b, filepath.Join(dir, string(rune('a'+i%26)), string(rune('a'+i/26%26))+string(rune('a'+i/676))), lines(10))
	}
	for b.Loop() {
		for m, err := range Walk(context.Background(), []string{dir}, DefaultLimits(), nil) {
			if err != nil {
				b.Fatal(err)
			}
			_ = m.Close()
		}
	}
}

// BenchmarkReadMany reads 1,000 places of a plain and of a packed file.
func BenchmarkReadMany(b *testing.B) {
	for _, bc := range []struct {
		name string
		data []byte
	}{{"plain", lines(benchLines)}, {"gzip", gz(b, "", lines(benchLines))}} {
		b.Run(bc.name, func(b *testing.B) {
			dir := folder(b, packed{"a", bc.data})
			w := walk(b, DefaultLimits(), dir)
			it := w.items[len(w.items)-1]
			places := make([]event.Place, 1000)
			for i := range places {
				places[i] = event.Place{Evidence: it.Ordinal, Offset: int64(i*7919) % (it.Size - 500), Len: 500}
			}
			r := Locator{Roots: []string{dir}}.Reader(w.items)
			for b.Loop() {
				if _, err := r.ReadMany(context.Background(), places); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
