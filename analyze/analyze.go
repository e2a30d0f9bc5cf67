// Package analyze is the line from evidence files to a Result: load, derive,
// detect, survey. It reads top to bottom as the data flows. It holds no SQL and
// knows no log format.
package analyze

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hotwash/analyze/detect"
	"hotwash/analyze/evidence"
	"hotwash/analyze/sigma"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
	"hotwash/analyze/timeline"
)

// Options are what a run is told.
type Options struct {
	Args  []string // evidence files and folders
	Case  string   // folder of the case, made if it isn't there
	Rules []*sigma.Rule

	Zones          []Zone   // zones of zone-less times, by name
	Offsets        []Offset // clock offsets, by name
	Dates          []Dates  // how dates such as 9/10/2023 are read, by name
	Year           int      // of year-less times, 0 if not given
	IncludeUnknown bool     // put events of unknown format on the timeline
	Mixed          bool     // allow simulated and real evidence in one case

	Limits   evidence.Limits
	Progress func(Progress)   // called from one goroutine; may be nil
	Now      func() time.Time // for the examination log
	Tool     string           // name and version of the program, for the log
	Command  []string         // the command line, for the log
	Config   string           // SHA-256 of the configuration file, empty if there is none

	commitEvents int64 // events a transaction holds, 0 for the usual
}

// Zone gives a time zone to the zone-less times of members whose name matches.
type Zone struct {
	Glob     string
	Location string // IANA name
}

// Offset is how far a member's clock was ahead; it orders events and never
// changes their times.
type Offset struct {
	Glob  string
	Ahead time.Duration
}

// Dates says how dates of three numbers are read in members whose name matches.
type Dates struct {
	Glob  string
	Order source.DateOrder
}

// Progress is how far loading is.
type Progress struct {
	Item   string // what is being read
	Bytes  int64  // read so far, of all evidence
	Events int64
}

// Result is what a run found, and what it covered.
type Result struct {
	Case      string
	Simulated bool
	Items     []evidence.Item
	Survey    *timeline.Survey
	Statuses  []detect.Status
	Findings  []detect.Finding
	Examined  *Examined // what the run was told
}

// ErrMixed is simulated and real evidence in one case.
var ErrMixed = errors.New("simulated and real evidence in one case")

// ErrInside is a case folder that lies inside the evidence.
var ErrInside = errors.New("the case lies inside the evidence")

// Run loads the evidence into the case, runs the rules over all of it, and
// surveys it. Loading again resumes: what is stored is read once more to see
// that it is the same, and isn't stored twice.
func Run(ctx context.Context, o Options) (*Result, error) {
	if err := checkOutside(o.Case, o.Args); err != nil {
		return nil, err
	}
	if err := load(ctx, o); err != nil {
		return nil, err
	}
	res, err := examine(ctx, o)
	if err != nil {
		return nil, err
	}
	return res, conclude(ctx, o, res)
}

// load is the writing phase: evidence in, duplicates and pivots derived.
func load(ctx context.Context, o Options) (err error) {
	w, err := store.Create(ctx, o.Case, natives())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	log, err := w.OpenExamination(ctx, o.Now)
	if err != nil {
		return err
	}
	err = errors.Join(log.Append(ctx, "begin", beginning(o)), w.UpdateManifest(arguments(o)), forget(ctx, w))
	if err != nil {
		return err
	}
	sum, err := ingest(ctx, o, w)
	if err != nil {
		return errors.Join(err, log.Append(context.WithoutCancel(ctx), "stopped", map[string]any{"reason": err.Error()}))
	}
	if err := w.Derive(ctx); err != nil {
		return err
	}
	if err := w.Checkpoint(ctx); err != nil {
		return err
	}
	return log.Append(ctx, "loaded", sum)
}

// examine is the reading phase: rules over events, then everything that is
// told of the case.
func examine(ctx context.Context, o Options) (res *Result, err error) {
	c, err := store.Open(ctx, o.Case, natives())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	res = &Result{Case: o.Case}
	if res.Items, err = c.Items(ctx); err != nil {
		return nil, err
	}
	if res.Simulated, err = simulated(res.Items, o.Mixed); err != nil {
		return nil, err
	}
	found, err := runRules(ctx, c, o.Rules)
	if err != nil {
		return nil, err
	}
	res.Findings, res.Statuses = found.Findings, found.Statuses
	res.Survey, err = survey(ctx, c, o.IncludeUnknown, res.Findings)
	return res, err
}

// conclude is the last, short writing phase: findings and the log's last entry.
func conclude(ctx context.Context, o Options, res *Result) (err error) {
	w, err := store.Create(ctx, o.Case, natives())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	stored, err := storedFindings(res.Findings)
	if err != nil {
		return err
	}
	if err := w.PutFindings(ctx, stored); err != nil {
		return err
	}
	if err := w.ExportRejects(ctx); err != nil {
		return err
	}
	res.Examined = examined(o, res.Statuses)
	if err := res.Examined.keep(ctx, w); err != nil {
		return err
	}
	log, err := w.OpenExamination(ctx, o.Now)
	if err != nil {
		return err
	}
	t := res.Survey.Totals
	return log.Append(ctx, "examined", map[string]any{
		"rules": len(o.Rules), "findings": len(res.Findings), "events": t.Events, "rejects": t.Rejects, "balanced": t.Balanced})
}

func beginning(o Options) map[string]any {
	return map[string]any{"tool": o.Tool, "command": o.Command, "config_sha256": o.Config, "rules": len(o.Rules)}
}

// arguments notes where the evidence was found.
func arguments(o Options) func(*store.Manifest) {
	return func(m *store.Manifest) {
		m.Tool = o.Tool
		for _, a := range o.Args {
			if abs, err := filepath.Abs(a); err == nil && !slices.Contains(m.Arguments, abs) {
				m.Arguments = append(m.Arguments, abs)
			}
		}
	}
}

// simulated says whether the case holds marked evidence, and refuses to call a
// mixture either.
func simulated(items []evidence.Item, mixed bool) (bool, error) {
	var marked, real bool
	for _, it := range items {
		marked = marked || it.Simulated
		real = real || !it.Simulated && it.Framing != ""
	}
	if marked && real && !mixed {
		return true, ErrMixed
	}
	return marked, nil
}

// checkOutside refuses a case folder inside an evidence folder: the tool would
// change what it examines.
func checkOutside(dir string, args []string) error {
	inside, err := realPath(dir)
	if err != nil {
		return err
	}
	for _, a := range args {
		outer, err := realPath(a)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(outer, inside)
		if err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("%s in %s: %w", dir, a, ErrInside)
		}
	}
	return nil
}

// realPath resolves links in the part of a path that exists.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	for rest := ""; ; {
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			return filepath.Join(real, rest), nil
		} else if !errors.Is(err, os.ErrNotExist) || abs == filepath.Dir(abs) {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		abs, rest = filepath.Dir(abs), filepath.Join(filepath.Base(abs), rest)
	}
}
