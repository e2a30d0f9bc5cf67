package simulate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hotwash/simulate/emit"
	"hotwash/simulate/world"
)

// ManifestSchema is the schema string of a run's manifest.
const ManifestSchema = "hotwash-simulation/v1"

// Manifest says what a folder holds and from what it can be made again, byte
// for byte. It depends on nothing else, not on when it was made.
type Manifest struct {
	Schema         string `json:"schema"`
	Scenario       string `json:"scenario"`
	Title          string `json:"title"`
	Version        int    `json:"version"`
	AttackVersion  string `json:"attack_version"`
	Seed           uint64 `json:"seed"`
	Run            string `json:"run"`
	ScenarioSHA256 string `json:"scenario_sha256"`     // of the YAML text
	OrgSHA256      string `json:"organization_sha256"` // likewise; of nothing if there was none
	Start          string `json:"start"`
	End            string `json:"end"`
	Mark           string `json:"mark"` // the tenant id that every record bears
	Files          []File `json:"files"`
	Truth          File   `json:"truth"`
	Complete       bool   `json:"complete"` // false: the run was broken off
}

// File is one file of a run.
type File struct {
	Name    string `json:"name"`
	Source  string `json:"source,omitempty"`
	Shape   string `json:"shape,omitempty"`
	Records int    `json:"records"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
}

func newManifest(w *world.World) *Manifest {
	sc := w.Scenario
	m := &Manifest{
		Schema: ManifestSchema, Scenario: sc.ID, Title: sc.Title, Version: sc.Version, AttackVersion: sc.AttackVersion,
		Seed: w.Seed, Run: w.Run(), ScenarioSHA256: sum(sc.Text), OrgSHA256: sum(sc.Organization), Mark: emit.Tenant(w.Tenant.Serial),
		Start: w.Start.Format(time.RFC3339), End: w.End.Format(time.RFC3339),
	}
	for _, s := range sc.Sources {
		m.Files = append(m.Files, File{Name: emit.FileName(s), Source: s.Source, Shape: s.Shape})
	}
	return m
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func (m *Manifest) write(dir string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ManifestFile), b.Bytes(), 0o600)
}

// ReadManifest reads the manifest of a run's folder.
func ReadManifest(out string) (*Manifest, error) {
	path := filepath.Join(out, FacilitatorDir, ManifestFile)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if m.Schema != ManifestSchema {
		return nil, fmt.Errorf("%s: schema %q: want %s", path, m.Schema, ManifestSchema)
	}
	return m, nil
}

// ErrForeign is a folder that holds what no simulation put there.
var ErrForeign = errors.New("not empty, and not made by a simulation")

// prepare makes the folders and takes away what an earlier run left. Evidence
// that isn't a run's own is never touched.
func prepare(out string, m *Manifest) error {
	if err := claim(out); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(out, EvidenceDir), 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(out, FacilitatorDir), 0o700); err != nil {
		return err
	}
	return m.write(filepath.Join(out, FacilitatorDir))
}

func claim(out string) error {
	entries, err := os.ReadDir(out)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	old, err := ReadManifest(out)
	if err != nil {
		return fmt.Errorf("%s: %w", out, ErrForeign)
	}
	return old.remove(filepath.Join(out, EvidenceDir))
}

// remove takes away the evidence of an earlier run, after making sure that
// there is nothing else.
func (m *Manifest) remove(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		ours := slices.ContainsFunc(m.Files, func(f File) bool { return f.Name == e.Name() })
		if !ours || !e.Type().IsRegular() {
			return fmt.Errorf("%s: %w", filepath.Join(dir, e.Name()), ErrForeign)
		}
	}
	for _, e := range entries {
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
