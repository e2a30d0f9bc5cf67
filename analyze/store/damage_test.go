package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestDamaged changes one block after another of a database: whoever meets the
// damage, when it is opened or when it is asked, says so.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(t.Context(), dir, testSources)
	if err != nil {
		t.Fatal(err)
	}
	b := w.NewBatch()
	defer b.Release()
	fillBatch(b, 0, 3000)
	if err := errors.Join(w.Put(t.Context(), []*Batch{b}), w.Commit(t.Context(), []Mark{{Evidence: 1, Events: 3000}}, nil), w.Checkpoint(t.Context()), w.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "case.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]int{}
	const block = 256 << 10
	for at := 4096 * 3; at < len(whole); at += block { // behind the headers
		changed := bytes.Clone(whole)
		changed[at+1000] ^= 0xff
		if err := os.WriteFile(filepath.Join(dir, "case.duckdb"), changed, 0o600); err != nil {
			t.Fatal(err)
		}
		where, err := ask(t.Context(), dir)
		if err != nil && !Damaged(err) {
			t.Errorf("block at %d, %s: %v is no damage", at, where, err)
		}
		if err != nil {
			met[where]++
		}
	}
	if met["open"] == 0 || met["query"] == 0 {
		t.Errorf("damage was met %v", met)
	}
}

// ask opens a case and reads all its events.
func ask(ctx context.Context, dir string) (where string, err error) {
	c, err := Open(ctx, dir, testSources)
	if err != nil {
		return "open", err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	for _, err := range c.Scan(ctx, "m365.ual", 0, 1<<62) {
		if err != nil {
			return "query", err
		}
	}
	return "query", nil
}
