// Package simulate is the line from a scenario to log files and their truth.
// The same scenario at the same seed gives the same bytes, on any number of
// threads and at any time. It reads no logs and knows no rules.
package simulate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotwash/simulate/attack"
	"hotwash/simulate/benign"
	"hotwash/simulate/emit"
	"hotwash/simulate/scenario"
	"hotwash/simulate/truth"
	"hotwash/simulate/world"
)

// Options are what a run may choose.
type Options struct {
	Seed *uint64 // nil is the scenario's own
	Out  string  // folder; made if it isn't there
}

// Result is what a run wrote. Evidence goes to players and to the loader;
// Facilitator holds the answers.
type Result struct {
	Seed        uint64
	Run         string
	Evidence    string
	Facilitator string
	Manifest    *Manifest
	Truth       []truth.Row
}

// The names in a run's folder.
const (
	EvidenceDir    = "evidence"
	FacilitatorDir = "facilitator"
	TruthFile      = "truth.jsonl"
	AnswersFile    = "answers.md"
	ManifestFile   = "manifest.json"
)

// Check finds what a scenario asks for and no code can do.
func Check(sc *scenario.Scenario) error {
	faults := append(attack.Check(sc), emit.Check(sc)...)
	if len(faults) == 0 {
		faults = append(faults, benign.Check(sc))
	}
	return errors.Join(faults...)
}

// Run simulates a scenario into a folder.
func Run(ctx context.Context, sc *scenario.Scenario, o Options) (*Result, error) {
	if err := Check(sc); err != nil {
		return nil, err
	}
	seed := sc.Seed
	if o.Seed != nil {
		seed = *o.Seed
	}
	w, err := world.New(sc, seed)
	if err != nil {
		return nil, err
	}
	acts, err := play(w)
	if err != nil {
		return nil, err
	}
	return write(ctx, w, acts, o.Out)
}

// play is everything that happens, in the order of time.
func play(w *world.World) ([]*world.Act, error) {
	acts, err := attack.Acts(w)
	if err != nil {
		return nil, err
	}
	acts = append(acts, benign.Acts(w)...)
	world.Sort(acts)
	return acts, nil
}

func write(ctx context.Context, w *world.World, acts []*world.Act, out string) (*Result, error) {
	res := &Result{
		Seed: w.Seed, Run: w.Run(), Manifest: newManifest(w),
		Evidence: filepath.Join(out, EvidenceDir), Facilitator: filepath.Join(out, FacilitatorDir),
	}
	if err := prepare(out, res.Manifest); err != nil {
		return nil, err
	}
	for i, s := range w.Scenario.Sources {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := res.source(w, s, acts, &res.Manifest.Files[i]); err != nil {
			return nil, fmt.Errorf("source %s: %w", s.ID, err)
		}
	}
	return res, res.facilitate(w)
}

// source writes one log and its part of the truth.
func (r *Result) source(w *world.World, s scenario.Source, acts []*world.Act, file *File) error {
	teller, err := emit.NewTeller(w, s)
	if err != nil {
		return err
	}
	out, err := createHashed(filepath.Join(r.Evidence, file.Name))
	if err != nil {
		return err
	}
	for rec, err := range teller.Write(out, acts) {
		if err != nil {
			return errors.Join(err, out.Close())
		}
		r.Truth = append(r.Truth, row(w.Run(), file.Name, rec))
		file.Records++
	}
	file.Size, file.SHA256 = out.size, out.sum()
	return out.Close()
}

func row(run, file string, rec emit.Record) truth.Row {
	a := rec.Act
	return truth.Row{
		File: file, Offset: rec.Offset, Len: rec.Len, Run: run,
		Step: a.Label.Step, Role: string(a.Label.Role), Technique: a.Label.Technique, Parent: a.Label.Parent,
		Actor: a.By, Entity: strings.ToLower(a.Who.UPN),
		EventUS: rec.At.UnixMicro(), SeenUS: rec.Seen.UnixMicro(),
	}
}

// facilitate writes what players don't see. The manifest comes last: only with
// it is the run complete.
func (r *Result) facilitate(w *world.World) error {
	r.sort()
	path := filepath.Join(r.Facilitator, TruthFile)
	out, err := createHashed(path)
	if err != nil {
		return err
	}
	if err := truth.Write(out, r.Truth); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), out.Close())
	}
	r.Manifest.Truth = File{Name: TruthFile, Records: len(r.Truth), Size: out.size, SHA256: out.sum()}
	if err := out.Close(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.Facilitator, AnswersFile), answers(w, r), 0o600); err != nil {
		return err
	}
	r.Manifest.Complete = true
	return r.Manifest.write(r.Facilitator)
}

// sort orders the truth by file and place.
func (r *Result) sort() {
	slices.SortStableFunc(r.Truth, func(a, b truth.Row) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return cmp.Compare(a.Offset, b.Offset)
	})
}

// hashed is a buffered file that hashes and counts what goes into it.
type hashed struct {
	file *os.File
	hash hash.Hash
	size int64
	buf  []byte
}

func createHashed(path string) (*hashed, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	return &hashed{file: f, hash: sha256.New(), buf: make([]byte, 0, 1<<20)}, nil
}

func (h *hashed) Write(p []byte) (int, error) {
	h.hash.Write(p)
	h.size += int64(len(p))
	if len(h.buf)+len(p) > cap(h.buf) {
		if err := h.flush(); err != nil {
			return 0, err
		}
	}
	h.buf = append(h.buf, p...)
	return len(p), nil
}

func (h *hashed) flush() error {
	_, err := h.file.Write(h.buf)
	h.buf = h.buf[:0]
	return err
}

func (h *hashed) sum() string { return hex.EncodeToString(h.hash.Sum(nil)) }

// Close writes what is left.
func (h *hashed) Close() error {
	return errors.Join(h.flush(), h.file.Close())
}

var _ io.WriteCloser = (*hashed)(nil)
