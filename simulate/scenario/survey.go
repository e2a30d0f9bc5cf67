package scenario

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// surveyor walks a document once: it notes the line of each path and objects to
// what the language leaves out (aliases, tags) or hasn't built yet.
type surveyor struct {
	file   string
	lines  map[string]int
	faults []error
}

func survey(file string, root ast.Node) (map[string]int, []error) {
	s := &surveyor{file: file, lines: map[string]int{}}
	s.walk(root, "", 0)
	return s.lines, s.faults
}

// maxDepth is more than any scenario nests, and less than a stack.
const maxDepth = 40

func (s *surveyor) walk(n ast.Node, path string, depth int) {
	if depth > maxDepth {
		s.fault(n, "nested deeper than %d", maxDepth)
		return
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			s.pair(v, path, depth)
		}
	case *ast.MappingValueNode:
		s.pair(n, path, depth)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			item := fmt.Sprintf("%s[%d]", path, i)
			s.lines[item] = lineOf(first(v))
			s.walk(v, item, depth+1)
		}
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		s.fault(n, "anchors, aliases and tags are not part of the language")
	}
}

func (s *surveyor) pair(v *ast.MappingValueNode, path string, depth int) {
	if v.Key.IsMergeKey() {
		s.fault(v.Key, "merge keys are not part of the language")
		return
	}
	key := v.Key.String()
	if t := v.Key.GetToken(); t != nil {
		key = t.Value
	}
	if path != "" {
		key = path + "." + key
	}
	s.lines[key] = lineOf(v.Key)
	if kind := kindOf(key); planned[kind] {
		s.fault(v.Key, "%s is part of %s but is not built yet", strings.ReplaceAll(kind, "[]", ""), Schema)
		return
	}
	s.walk(v.Value, key, depth+1)
}

func (s *surveyor) fault(n ast.Node, format string, args ...any) {
	s.faults = append(s.faults, &Fault{File: s.file, Line: lineOf(n), Msg: fmt.Sprintf(format, args...)})
}

// first is the node a reader would point at: a mapping's own token is the
// colon of its first pair.
func first(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return n.Values[0].Key
		}
	case *ast.MappingValueNode:
		return n.Key
	}
	return n
}

// kindOf is a path without its indices: "steps[].emits".
func kindOf(path string) string {
	var b strings.Builder
	in := false
	for _, r := range path {
		switch {
		case r == '[':
			in = true
			b.WriteString("[]")
		case r == ']':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// planned are fields that the language has and no code acts on yet. A scenario
// that uses one would not be drilled as it is written.
var planned = map[string]bool{
	"replications": true, "objectives": true, "noise_rules": true, "detector": true,
	"robustness": true, "responders": true, "plan": true, "injects": true, "decisions": true,
	"communication": true, "notifications": true, "targets": true, "what_if": true, "replay": true,

	"window.warmup":                true,
	"environment.holidays":         true,
	"environment.service_accounts": true,
	"environment.hosts":            true,
	"environment.networks":         true,
	"environment.threat_intel":     true,
	"environment.users[].hours":    true,
	"environment.assets[].cia":     true, "environment.assets[].rto": true,
	"environment.assets[].rpo": true, "environment.assets[].dependencies": true,
	"sources[].container": true, "sources[].retention": true, "sources[].degrade": true,
	"background[].weekday": true, "background[].process": true,
	"actors[].skill": true, "actors[].hours": true,
	"steps[].probability": true, "steps[].tactic": true, "steps[].emits": true,
	"steps[].blocked_by": true, "steps[].stops_when": true, "steps[].impact": true,
}
