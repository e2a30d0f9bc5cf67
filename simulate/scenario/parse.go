package scenario

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// MaxBytes is the longest scenario that is read: more is no scenario.
const MaxBytes = 1 << 20

// Parse reads and checks a scenario. org is the shared organization, nil for
// none. The error joins every *Fault that was found.
func Parse(file string, data []byte, org *Organization) (*Scenario, error) {
	s := &Scenario{File: file, Text: data}
	lines, err := decode(file, data, s)
	if err != nil {
		return nil, err
	}
	s.lines = lines
	s.number()
	own := s.Environment
	if org != nil {
		s.Environment = org.Environment.with(s.Environment)
		s.Organization = org.Text
	}
	s.settle()
	if err := s.check(own); err != nil {
		return nil, err
	}
	return s, nil
}

// number tells each item where it stands.
func (s *Scenario) number() {
	for i := range s.Steps {
		s.Steps[i].Path = fmt.Sprintf("steps[%d]", i)
	}
	for i := range s.RedHerrings {
		s.RedHerrings[i].Path = fmt.Sprintf("red_herrings[%d]", i)
	}
	for i := range s.Detections {
		s.Detections[i].Line = s.Line(fmt.Sprintf("detections[%d]", i))
	}
}

// settle fills in what may be left out.
func (s *Scenario) settle() {
	if s.Environment.Timezone == "" {
		s.Environment.Timezone = "UTC"
	}
	for i := range s.Background {
		b := &s.Background[i]
		if b.Shape == "" {
			b.Shape = "flat"
		}
		if len(b.Population.Users) == 0 {
			b.Population.Users = Values{"all"}
		}
	}
	for i := range s.Detections {
		if s.Detections[i].Expect == "" {
			s.Detections[i].Expect = ExpectAlert
		}
	}
}

// decode reads one strict YAML document into v and returns the line of every
// path in it.
func decode(file string, data []byte, v any) (map[string]int, error) {
	root, err := document(file, data)
	if err != nil {
		return nil, err
	}
	lines, faults := survey(file, root)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if err := yaml.NodeToValue(root, v, yaml.Strict()); err != nil {
		return nil, inFile(file, err)
	}
	return lines, nil
}

func document(file string, data []byte) (ast.Node, error) {
	if len(data) > MaxBytes {
		return nil, &Fault{File: file, Msg: fmt.Sprintf("longer than %d bytes", MaxBytes)}
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, inFile(file, err)
	}
	var body ast.Node
	for _, d := range tree.Docs {
		if d.Body == nil || d.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			return nil, &Fault{File: file, Line: lineOf(d.Body), Msg: "a second document; one file holds one"}
		}
		body = d.Body
	}
	if body == nil {
		return nil, &Fault{File: file, Msg: "empty"}
	}
	return body, nil
}
