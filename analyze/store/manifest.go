package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Manifest says what a case is, beside the database: where its evidence was
// found, and how far its examination log goes.
type Manifest struct {
	Schema    string   `json:"schema"`
	Tool      string   `json:"tool"`
	Arguments []string `json:"arguments"` // absolute paths that evidence was loaded from
	// Entries and Tip mirror the examination log: a line dropped from its end
	// is seen.
	Entries int    `json:"examination_entries"`
	Tip     string `json:"examination_tip"`
}

func manifestPath(dir string) string { return filepath.Join(dir, "manifest.json") }

// ReadManifest reads a case's manifest; a case without one gives an empty one.
func ReadManifest(dir string) (Manifest, error) {
	var m Manifest
	data, err := os.ReadFile(manifestPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("manifest: %w", err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: %w: %w", manifestPath(dir), ErrDamaged, err)
	}
	return m, nil
}

// writeManifest replaces the manifest in one step.
func writeManifest(dir string, m Manifest) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	next := manifestPath(dir) + ".next"
	if err := os.WriteFile(next, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return os.Rename(next, manifestPath(dir))
}

// UpdateManifest changes the case's manifest.
func (w *Writer) UpdateManifest(change func(*Manifest)) error {
	m, err := ReadManifest(w.dir)
	if err != nil {
		return err
	}
	change(&m)
	m.Schema = SchemaVersion
	return writeManifest(w.dir, m)
}
