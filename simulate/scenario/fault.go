package scenario

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Fault is what is wrong with a scenario, and where.
type Fault struct {
	File string
	Line int // 0 if it can't be told
	Msg  string
}

func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Msg
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Msg)
}

// Fault makes an error about the item at path, "steps[2].action". A path that
// isn't in the file takes the line of the nearest one around it.
func (s *Scenario) Fault(path, format string, args ...any) error {
	return &Fault{File: s.File, Line: s.Line(path), Msg: fmt.Sprintf(format, args...)}
}

// Line is the line of the item at path.
func (s *Scenario) Line(path string) int {
	for path != "" {
		if line, ok := s.lines[path]; ok {
			return line
		}
		path = around(path)
	}
	return 0
}

// around cuts the last key or index off a path.
func around(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}

func faultAt(n ast.Node, format string, args ...any) error {
	return &Fault{Line: lineOf(n), Msg: fmt.Sprintf(format, args...)}
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// inFile gives the decoder's errors the form of a Fault.
func inFile(file string, err error) error {
	var ours *Fault
	if errors.As(err, &ours) {
		return &Fault{File: file, Line: ours.Line, Msg: ours.Msg}
	}
	var theirs yaml.Error
	if errors.As(err, &theirs) {
		f := &Fault{File: file, Msg: theirs.GetMessage()}
		if t := theirs.GetToken(); t != nil && t.Position != nil {
			f.Line = t.Position.Line
		}
		return f
	}
	return &Fault{File: file, Msg: err.Error()}
}
