package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"hotwash/analyze/evidence"
)

// Examination is the append-only log of what the tool did to a case. Its entry
// count and tip stand in the case and in the manifest too, so that lines taken
// off its end are missed.
type Examination struct {
	w     *Writer
	chain *evidence.Chain
	now   func() time.Time
}

// ErrExamination is an examination log that isn't the one that was written.
var ErrExamination = errors.New("the examination log was changed")

const (
	metaEntries = "examination_entries"
	metaTip     = "examination_tip"
)

func examinationPath(dir string) string { return filepath.Join(dir, "examination.jsonl") }

// OpenExamination opens the case's log to append to it. It refuses a log that
// doesn't go as far as the case says.
func (w *Writer) OpenExamination(ctx context.Context, now func() time.Time) (*Examination, error) {
	chain, err := evidence.OpenChain(examinationPath(w.dir))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrExamination, err)
	}
	entries, err := w.Meta(ctx, metaEntries)
	if err != nil {
		return nil, err
	}
	// An entry may be in the log and not in the case: the tool was killed between
	// the two. Less than the case knows is a loss.
	if n, _ := strconv.Atoi(entries); chain.Len() < n {
		return nil, fmt.Errorf("%w: %d entries, the case knows %d", ErrExamination, chain.Len(), n)
	}
	return &Examination{w, chain, now}, nil
}

// Append adds one entry: when (UTC), what the tool did, and the details.
func (x *Examination) Append(ctx context.Context, act string, details any) error {
	tip, n, err := x.chain.Append(map[string]any{
		"at": x.now().UTC().Format(time.RFC3339), "act": act, "details": details})
	if err != nil {
		return fmt.Errorf("examination log: %w", err)
	}
	err = x.w.transact(ctx, func() error {
		return errors.Join(x.w.SetMeta(ctx, metaEntries, strconv.Itoa(n)), x.w.SetMeta(ctx, metaTip, tip))
	})
	return errors.Join(err, x.w.UpdateManifest(func(m *Manifest) { m.Entries, m.Tip = n, tip }))
}

// VerifyExamination checks the log of a case against itself, the case and the
// manifest. It returns how many entries there are.
func (c *Case) VerifyExamination(ctx context.Context) (int, error) {
	f, err := os.Open(examinationPath(c.dir))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%w: it is missing", ErrExamination)
	}
	if err != nil {
		return 0, fmt.Errorf("examination log: %w", err)
	}
	defer func() { _ = f.Close() }()
	n, tip, err := evidence.VerifyChain(f)
	if err != nil {
		return n, fmt.Errorf("%w: examination.jsonl:%w", ErrExamination, err)
	}
	return n, c.compareMirrors(ctx, n, tip)
}

func (c *Case) compareMirrors(ctx context.Context, n int, tip string) error {
	entries, err := c.Meta(ctx, metaEntries)
	if err != nil {
		return err
	}
	known, err := c.Meta(ctx, metaTip)
	if err != nil {
		return err
	}
	if entries != strconv.Itoa(n) || known != tip {
		return fmt.Errorf("%w: it has %d entries, the case knows %s", ErrExamination, n, entries)
	}
	m, err := ReadManifest(c.dir)
	if err != nil {
		return err
	}
	if m.Entries != n || m.Tip != tip {
		return fmt.Errorf("%w: it has %d entries, the manifest knows %d", ErrExamination, n, m.Entries)
	}
	return nil
}
