package source

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"hotwash/analyze/event"
)

// corpus is the folder of real data, or the test is skipped.
func corpus(t testing.TB, sub string) string {
	if testing.Short() {
		t.Skip("real data is left out of short tests")
	}
	root := os.Getenv("HOTWASH_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, sub)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real data: %v (set HOTWASH_DATA)", err)
	}
	return dir
}

// TestCorpusCoverage takes every file of the real data through detection,
// cutting and parsing, and checks that the spans cover each byte once.
func TestCorpusCoverage(t *testing.T) {
	dir := corpus(t, "")
	counts := map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data := readCorpus(t, path)
		v := Detect(data[:min(len(data), headSize)], len(data) <= headSize, Hints{Name: d.Name()})
		if v.Framing == nil {
			counts[v.State]++
			t.Logf("%s: %s %s", path, v.State, v.Reason)
			return nil
		}
		tally := cover(t, path, v.Framing, data)
		counts[v.Framing.Name]++
		t.Logf("%s: %s unknown=%v %s", path, v.Framing.Name, v.Unknown, tally)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(counts)
}

func readCorpus(t *testing.T, path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if z, err := gzip.NewReader(f); err == nil {
			r = z
		}
	}
	data, _ := io.ReadAll(r) // a truncated gzip gives what it has
	return data
}

// cover cuts and parses data and says what it was.
func cover(t *testing.T, name string, f *Framing, data []byte) string {
	t.Helper()
	p := NewParser(Hints{})
	var e event.Event
	what := map[string]int{}
	at := int64(0)
	for c, err := range f.Cut(bytes.NewReader(data), Hints{}) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		at = checkSpans(t, name, &c, at)
		for i, s := range c.Spans {
			if s.Kind == SpanReject {
				what["reject "+s.Reason]++
			}
			if s.Kind != SpanRecord {
				continue
			}
			src, _, err := p.Read(f, &c, i, &e)
			if err != nil {
				what["reject "+err.(*SyntaxError).Code]++
				continue
			}
			what[src.Name]++
			for _, w := range e.Warnings {
				what["warning "+w]++
			}
			if !e.Time.Dated() {
				what["undated"]++
			}
		}
	}
	if at != int64(len(data)) {
		t.Errorf("%s: spans cover %d of %d bytes", name, at, len(data))
	}
	return summary(what)
}

func summary(counts map[string]int) string {
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name)
		b.WriteByte('=')
		b.WriteString(strconv.Itoa(counts[name]))
		b.WriteByte(' ')
	}
	return b.String()
}

// checkSpans wants the spans of a chunk to follow one another from at on.
func checkSpans(t *testing.T, name string, c *Chunk, at int64) int64 {
	t.Helper()
	text := int32(0)
	for i, s := range c.Spans {
		if s.Offset != at || s.Start != text || s.End < s.Start || s.Len <= 0 {
			t.Fatalf("%s: span %d of chunk %d is %+v, want offset %d, start %d", name, i, c.Seq, s, at, text)
		}
		at, text = at+int64(s.Len), s.End
		if s.Kind == SpanReject && s.Reason == "" {
			t.Fatalf("%s: reject without a reason at %d", name, s.Offset)
		}
	}
	if int(text) != len(c.Text) {
		t.Fatalf("%s: spans of chunk %d cover %d of %d bytes of text", name, c.Seq, text, len(c.Text))
	}
	return at
}
