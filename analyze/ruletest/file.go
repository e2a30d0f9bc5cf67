package ruletest

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// File is a test file: cases of the rule it stands beside.
type File struct {
	Path  string `yaml:"-"`
	Cases []Case `yaml:"cases"`
}

// Case is a few records and what the rule must make of them.
type Case struct {
	Line       int                 `yaml:"-"`
	Name       string              `yaml:"name"`
	Source     string              `yaml:"source"`  // what the records must be recognised as
	Records    string              `yaml:"records"` // in the source's own format
	Watchlists map[string][]string `yaml:"watchlists"`
	Expect     Expect              `yaml:"expect"`
}

// Expect is what must come out: how many events match, and the entities of the
// findings, by kind.
type Expect struct {
	Count    *int                `yaml:"count"`
	Entities map[string][]string `yaml:"entities"`
}

// maxFile bounds a test file; records of it are read whole.
const maxFile = 8 << 20

// Parse reads a test file strictly: a key that isn't known is an error with its
// line.
func Parse(path string, data []byte) (*File, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: %d bytes are over the limit of %d", path, len(data), maxFile)
	}
	f := &File{Path: path}
	lines, err := f.decode(data)
	if err != nil {
		return nil, located(path, err)
	}
	for i := range f.Cases {
		if i < len(lines) {
			f.Cases[i].Line = lines[i]
		}
	}
	return f, f.check()
}

// decode fills the file and says in which line each case begins. The YAML
// library panics on some broken files; that is an error like another.
func (f *File) decode(data []byte) (lines []int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("broken YAML: %v", r)
		}
	}()
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(f); err != nil {
		return nil, err
	}
	return caseLines(data), nil
}

func located(path string, err error) error {
	if e := yaml.Error(nil); errors.As(err, &e) && e.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", path, e.GetToken().Position.Line, e.GetMessage())
	}
	return fmt.Errorf("%s: %w", path, err)
}

// check refuses cases that test nothing.
func (f *File) check() error {
	if len(f.Cases) == 0 {
		return fmt.Errorf("%s: no cases", f.Path)
	}
	names := map[string]bool{}
	for i := range f.Cases {
		c := &f.Cases[i]
		switch {
		case c.Name == "":
			return fmt.Errorf("%s:%d: a case without a name", f.Path, c.Line)
		case names[c.Name]:
			return fmt.Errorf("%s:%d: a second case named %q", f.Path, c.Line, c.Name)
		case c.Source == "" || c.Records == "":
			return fmt.Errorf("%s:%d: case %q needs source and records", f.Path, c.Line, c.Name)
		case c.Expect.Count == nil:
			return fmt.Errorf("%s:%d: case %q expects no count", f.Path, c.Line, c.Name)
		}
		names[c.Name] = true
	}
	return nil
}

// caseLines are the lines that the cases begin in.
func caseLines(data []byte) []int {
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 {
		return nil
	}
	var lines []int
	ast.Walk(visitor(func(n ast.Node) bool {
		m, ok := n.(*ast.MappingValueNode)
		if !ok || m.Key.String() != "cases" {
			return true
		}
		if list, ok := m.Value.(*ast.SequenceNode); ok && lines == nil {
			for _, v := range list.Values {
				lines = append(lines, v.GetToken().Position.Line)
			}
		}
		return false
	}), file.Docs[0].Body)
	return lines
}

// visitor is a function that says whether to look below a node.
type visitor func(ast.Node) bool

// Visit makes visitor an ast.Visitor.
func (v visitor) Visit(n ast.Node) ast.Visitor {
	if v(n) {
		return v
	}
	return nil
}
