package evidence

import (
	"context"
	"io"
	"runtime"
	"testing"
)

// TestBombMemory streams bombs of every kind and watches the heap: it doesn't
// grow with what comes out.
func TestBombMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("packing the bombs takes seconds")
	}
	zeros := make([]byte, 28<<20)
	l := Limits{Depth: 3, Entries: 100, Ratio: 1000, RatioAfter: 24 << 20, Nested: 1 << 20}
	for _, tc := range []struct {
		name string
		data []byte
	}{
		{"gzip", gz(t, "", zeros)},
		{"gzip in gzip", gz(t, "", gz(t, "", zeros))},
		{"zstd", zst(t, zeros)},
		{"lz4", lz4ed(t, zeros)},
		{"xz", xzipped(t, zeros)},
		{"zip", zipped(t, packed{"a", zeros})},
		{"zip without a directory", beforeDirectory(zipped(t, packed{"a", zeros}))},
		{"7z", sevenzipped(t, sevenTwo, packed{"a", zeros}, packed{"b", []byte("x")})},
		{"sparse tar", sparseTar(t)},
		{"tgz", gz(t, "", tarred(t, packed{"a", zeros[:20<<20]}, packed{"b", zeros[:8<<20]}))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := folder(t, packed{"in", tc.data})
			before := heap()
			peak, out := before, int64(0)
			for m, err := range Walk(context.Background(), []string{dir}, l, nil) {
				if err != nil {
					t.Fatal(err)
				}
				for m.State == "" {
					n, err := io.CopyN(io.Discard, m, 4<<20)
					out += n
					if peak = max(peak, heap()); err != nil {
						break
					}
				}
				_ = m.Close()
			}
			const most = 20 << 20 // a window of 8 MiB, twice, and buffers
			if grown := peak - before; grown > most {
				t.Errorf("the heap grew by %d MiB while %d MiB came out", grown>>20, out>>20)
			}
		})
	}
}

// heap is how much is reachable or not yet collected.
func heap() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
