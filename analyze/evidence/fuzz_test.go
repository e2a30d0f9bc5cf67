package evidence

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"
)

// fuzzOpener takes data for a container of one kind: whatever it is, opening
// and reading it ends, in bounded memory, in an error or at its end.
func fuzzOpener(f *testing.F, kind string, seeds ...[]byte) {
	k := recogniseKind(kind)
	for _, s := range seeds {
		f.Add(s)
		f.Add(s[:len(s)/2])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := Limits{Depth: 3, Entries: 50, Ratio: 100, RatioAfter: 1 << 20, Nested: 1 << 20}
		c := content{at: bytes.NewReader(data), size: int64(len(data)), r: bytes.NewReader(data), limits: l}
		if !k.random && len(data)%2 == 0 {
			c.at = nil
		}
		began := time.Now()
		inside, err := k.open(c, "in")
		if err != nil {
			return
		}
		s := spent{limits: l, size: c.size}
		for e, err := range inside {
			if err != nil || s.enter() != nil {
				break
			}
			if e.listed != nil || e.folder {
				continue
			}
			if r, err := e.open(); err == nil {
				_, _ = io.Copy(io.Discard, &meter{r: r, in: e.in, spent: &s})
				_ = r.Close()
			}
		}
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("took %s", d)
		}
		var m runtime.MemStats
		if runtime.ReadMemStats(&m); m.HeapAlloc > 2<<30 {
			t.Errorf("%d MiB of heap", m.HeapAlloc>>20)
		}
	})
}

var fuzzed = []packed{{"a", []byte("hello hello hello\n")}, {"b", nil}, {"c/d", []byte("hello\n")}}

func FuzzGzip(f *testing.F) {
	hello := fuzzed[0].data
	fuzzOpener(f, "gzip", gz(f, "a", hello), append(gz(f, "", hello), gz(f, "b", hello)...))
}

func FuzzBzip2(f *testing.F) { fuzzOpener(f, "bzip2", bzip2Hello) }

func FuzzZstd(f *testing.F) { fuzzOpener(f, "zstd", zst(f, fuzzed[0].data)) }

func FuzzLZ4(f *testing.F) { fuzzOpener(f, "lz4", lz4ed(f, fuzzed[0].data)) }

func FuzzXZ(f *testing.F) {
	hello := fuzzed[0].data
	fuzzOpener(f, "xz", xzipped(f, hello), append(xzipped(f, hello), xzipped(f, nil)...), xzBlock(0, "\x21\x01\x10"))
}

func FuzzTar(f *testing.F) { fuzzOpener(f, "tar", tarred(f, fuzzed...)) }

func FuzzZip(f *testing.F) { fuzzOpener(f, "zip", zipped(f, fuzzed...)) }

func FuzzSevenZip(f *testing.F) {
	fuzzOpener(f, "7z", sevenzipped(f, sevenCopy, fuzzed...), sevenzipped(f, sevenOne, fuzzed...), sevenzipped(f, sevenTwo, fuzzed...))
}

// FuzzSevenHeader mends the checksums, so that the header itself is fuzzed.
func FuzzSevenHeader(f *testing.F) {
	streams := packLZMA2(f, []byte("hello hello hello\nhello\n"))
	for _, c := range []sevenCoding{sevenTwo, sevenGreat, sevenAES, sevenPPMd} {
		f.Add(sevenHeaderOf(f, c, 24, fuzzed))
	}
	f.Fuzz(func(t *testing.T, header []byte) {
		data := sevenFrom(streams, header)
		c := content{at: bytes.NewReader(data), size: int64(len(data)), limits: Limits{Entries: 50, Ratio: 100, RatioAfter: 1 << 20}}
		inside, err := openSeven(c, "")
		if err != nil {
			return
		}
		n := 0
		for e := range inside {
			if n++; n > 50 {
				t.Fatal("more entries than allowed")
			}
			if r, err := e.open(); err == nil && e.listed == nil {
				if got, _ := io.Copy(io.Discard, r); got > 64<<20 {
					t.Fatalf("%d bytes came out", got)
				}
			}
		}
	})
}
