package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotwash/scenarios"
	"hotwash/simulate"
	"hotwash/simulate/scenario"
)

// organizationName is the file that scenarios of a folder share.
const organizationName = "organization.yml"

// loadScenario reads a scenario of the library by its id, or of a file.
func loadScenario(name string) (*scenario.Scenario, error) {
	var sc *scenario.Scenario
	var err error
	if slices.Contains(scenarios.Names(), name) {
		sc, err = libraryScenario(name)
	} else {
		sc, err = scenarioFile(name)
	}
	if err == nil {
		err = simulate.Check(sc)
	}
	if err != nil && !holds(err, misused) {
		err = misuse("", "%w", err)
	}
	return sc, err
}

func libraryScenario(name string) (*scenario.Scenario, error) {
	text, err := scenarios.Text(name)
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", name, err)
	}
	org, err := scenario.ParseOrganization("scenarios/"+organizationName, scenarios.Organization())
	if err != nil {
		return nil, err
	}
	return scenario.Parse(scenarios.Path(name), text, org)
}

func scenarioFile(name string) (*scenario.Scenario, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		hint := "hotwash scenarios list lists those that ship; or name a file"
		if near := nearest(name, scenarios.Names()); near != "" {
			hint = "did you mean " + near + "? " + hint
		}
		return nil, misuse(hint, "no scenario %s", name)
	}
	if err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	org, err := organizationOf(name)
	if err != nil {
		return nil, err
	}
	return scenario.Parse(filepath.ToSlash(name), text, org)
}

// organizationOf is the organization beside a scenario's file or in the folder
// above it, else the one that ships.
func organizationOf(name string) (*scenario.Organization, error) {
	for _, dir := range []string{filepath.Dir(name), filepath.Join(filepath.Dir(name), "..")} {
		file := filepath.Join(dir, organizationName)
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("organization: %w", err)
		}
		return scenario.ParseOrganization(filepath.ToSlash(file), text)
	}
	return scenario.ParseOrganization("scenarios/"+organizationName, scenarios.Organization())
}

// isScenario says whether a file is a scenario by its first key.
func isScenario(text []byte) bool {
	for line := range strings.Lines(string(text)) {
		if schema, ok := strings.CutPrefix(line, "schema:"); ok {
			return strings.HasPrefix(strings.TrimSpace(schema), "drill/")
		}
	}
	return false
}
