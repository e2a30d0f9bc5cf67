package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

// configName is the configuration that is read if no other is named.
const configName = "hotwash.yml"

// config is hotwash.yml. Lists are in the form of their flags; a flag comes
// after them and wins.
type config struct {
	Rules        []string            `yaml:"rules"`       // folders or files, relative to the configuration
	Zones        []string            `yaml:"zones"`       // GLOB=Area/City
	Offsets      []string            `yaml:"offsets"`     // GLOB=+3m
	DateOrders   []string            `yaml:"date_orders"` // GLOB=dmy
	Placeholders map[string][]string `yaml:"placeholders"`

	sha256 string // of its text; empty if there is none
}

func configFlag(fs *pflag.FlagSet, file *string) {
	fs.StringVar(file, "config", "", "read the configuration in `FILE`, not "+configName)
}

// readConfig reads the configuration: the file named, which must be there, or
// the one in the current folder, which need not.
func readConfig(file string) (*config, error) {
	name := file
	if name == "" {
		name = configName
	}
	text, err := os.ReadFile(name)
	if file == "" && errors.Is(err, fs.ErrNotExist) {
		return &config{}, nil
	}
	if err != nil {
		return nil, misuse("", "configuration: %w", err)
	}
	return parseConfig(name, text)
}

func parseConfig(name string, text []byte) (*config, error) {
	c := &config{}
	err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(c)
	if err != nil && !errors.Is(err, io.EOF) {
		line, msg := 1, err.Error()
		if e := yaml.Error(nil); errors.As(err, &e) {
			msg = e.GetMessage()
			if t := e.GetToken(); t != nil && t.Position != nil {
				line = t.Position.Line
			}
		}
		return nil, misuse("", "%s:%d: %s", name, line, msg)
	}
	sum := sha256.Sum256(text)
	c.sha256 = hex.EncodeToString(sum[:])
	for i, r := range c.Rules {
		if !filepath.IsAbs(r) {
			c.Rules[i] = filepath.Join(filepath.Dir(name), r)
		}
	}
	return c, nil
}
