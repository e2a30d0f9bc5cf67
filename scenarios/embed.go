// Package scenarios holds the drill library: scenarios, the organization they
// share, and the schema of both. It reads nothing but what is embedded and
// understands none of it; hotwash/simulate/scenario does.
package scenarios

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// FS holds library/*.yml, organization.yml and schema.json.
//
//go:embed library/*.yml organization.yml schema.json
var FS embed.FS

// Names are the ids of the library's scenarios, in order.
func Names() []string {
	entries, err := fs.ReadDir(FS, "library")
	if err != nil {
		panic(err) // the folder is embedded
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yml"))
	}
	return names
}

// Path is where a scenario of the library stands, from the project's root.
func Path(name string) string { return path.Join("scenarios/library", name+".yml") }

// Text is a scenario of the library. The error is fs.ErrNotExist for a name
// that isn't there.
func Text(name string) ([]byte, error) { return FS.ReadFile(path.Join("library", name+".yml")) }

// Organization is the environment that the library's scenarios share.
func Organization() []byte { return must("organization.yml") }

// Schema is the JSON Schema of what a scenario may hold.
func Schema() []byte { return must("schema.json") }

func must(name string) []byte {
	b, err := FS.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded
	}
	return b
}
