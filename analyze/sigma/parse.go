package sigma

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Parser reads rule files. Placeholders are the values of %name% for the
// modifier expand.
type Parser struct {
	Placeholders map[string][]string
}

// Parse reads a rule file without placeholders.
func Parse(path string, data []byte) ([]*Rule, error) { return Parser{}.Parse(path, data) }

// Parse reads all documents of a rule file. What is wrong with a rule stands in
// its State and Reason; the error says only that the file holds no rule.
func (p Parser) Parse(path string, data []byte) ([]*Rule, error) {
	docs, err := documents(data)
	var rules []*Rule
	for _, j := range join(docs) {
		r := &Rule{Path: path, Line: j.doc.line}
		r.reject(j.err)
		p.rule(r, &j.doc)
		rules = append(rules, r)
	}
	if err != nil {
		r := &Rule{Path: path, Line: 1}
		r.reject(err)
		rules = append(rules, r)
	}
	if len(rules) == 0 {
		return nil, fmt.Errorf("%s: no rule in the file", path)
	}
	return rules, nil
}

// problem is an error that knows its line and the state it puts a rule in.
type problem struct {
	state State
	line  int
	text  string
}

func (p *problem) Error() string {
	if p.line == 0 {
		return p.text
	}
	return fmt.Sprintf("line %d: %s", p.line, p.text)
}

func invalid(line int, format string, args ...any) error {
	return &problem{Invalid, line, fmt.Sprintf(format, args...)}
}

func unsupported(line int, format string, args ...any) error {
	return &problem{Unsupported, line, fmt.Sprintf(format, args...)}
}

// reject records why the rule can't be used; the first reason stays.
func (r *Rule) reject(err error) {
	if err == nil || r.State != "" {
		return
	}
	r.State, r.Reason = Invalid, err.Error()
	if p := (*problem)(nil); errors.As(err, &p) {
		r.State = p.state
	}
}

// rule reads a document: a correlation, a filter, or a rule about one event.
func (p Parser) rule(r *Rule, doc *node) {
	if doc.kind != mapNode {
		r.reject(invalid(doc.line, "the document is no map of rule keys"))
		return
	}
	r.reject(r.describe(doc))
	r.reject(r.allowed(doc))
	if r.State != "" {
		return
	}
	switch {
	case doc.get("correlation") != nil:
		r.reject(r.asCorrelation(doc))
	case doc.get("filter") != nil:
		r.reject(r.asFilter(p, doc))
	default:
		r.reject(r.required(doc))
		if r.State == "" {
			r.reject(r.compile(p, doc.get("detection")))
		}
	}
}

// describe fills in what the rule says about itself.
func (r *Rule) describe(doc *node) error {
	texts := map[string]*string{
		"id": &r.ID, "name": &r.Name, "title": &r.Title, "status": &r.Status, "level": &r.Level,
		"author": &r.Author, "description": &r.Description, "license": &r.License, "date": &r.Date, "modified": &r.Modified,
	}
	lists := map[string]*[]string{
		"references": &r.References, "tags": &r.Tags, "fields": &r.Fields,
		"falsepositives": &r.FalsePositives, "next_steps": &r.NextSteps,
	}
	var first error
	for i := range doc.keys {
		k := &doc.keys[i]
		switch {
		case texts[k.key] != nil:
			*texts[k.key] = k.value.text
		case lists[k.key] != nil:
			*lists[k.key] = k.value.texts()
		case k.key == "logsource":
			first = cmp.Or(first, r.Logsource.read(&k.value))
		case !slices.Contains(otherKeys, k.key):
			r.keep(k)
		}
	}
	return first
}

// otherKeys are keys of the specification that this matcher has no use for, or
// that another function reads.
var otherKeys = []string{"detection", "related", "scope", "taxonomy", "correlation", "filter", "generate", "action", "regression_tests_path"}

func (r *Rule) keep(k *entry) {
	if r.Extra == nil {
		r.Extra = map[string]any{}
	}
	r.Extra[k.key] = k.value.plain()
}

func (l *Logsource) read(n *node) error {
	if n.kind != mapNode {
		return invalid(n.line, "logsource is no map")
	}
	for i := range n.keys {
		k := &n.keys[i]
		switch k.key {
		case "product":
			l.Product = Fold(k.value.text)
		case "category":
			l.Category = Fold(k.value.text)
		case "service":
			l.Service = Fold(k.value.text)
		case "definition":
			l.Definition = k.value.text
		}
	}
	return nil
}

// The values that the specification allows.
var (
	levels   = []string{"", "informational", "low", "medium", "high", "critical"}
	statuses = []string{"", "stable", "test", "experimental", "deprecated", "unsupported"}
)

func (r *Rule) required(doc *node) error {
	switch {
	case r.Title == "":
		return invalid(doc.line, "no title")
	case doc.get("logsource") == nil:
		return invalid(doc.line, "no logsource")
	case doc.get("detection") == nil:
		return invalid(doc.line, "no detection")
	}
	return nil
}

func (r *Rule) allowed(doc *node) error {
	switch {
	case !slices.Contains(levels, r.Level):
		return invalid(doc.get("level").line, "level %q is not one of Sigma's", r.Level)
	case !slices.Contains(statuses, r.Status):
		return invalid(doc.get("status").line, "status %q is not one of Sigma's", r.Status)
	}
	return nil
}
