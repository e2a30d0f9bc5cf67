package conformance

import (
	"slices"
	"strings"
	"testing"
)

// coreFields are what every family is compared by. Correlation, session and
// agent are pivots: native fields that a source says are keys to other records.
var coreFields = []string{
	"time", "operation", "action", "outcome", "outcome_code", "actor", "actor_id", "actor_type",
	"src_ip", "host", "target_type", "target_id", "target_name", "record_id", "correlation", "agent",
}

// family is what the records of some files hold, as the vendor documents it.
type family struct {
	name  string
	files []string // beginnings of names in the data
	mixed bool     // other files stand there too
	root  string   // what the record stands in, if it stands in anything
	class string   // expression of what differences are grouped by
	rules []rule
}

// rule says where fields stand in the records for which a condition holds. A
// later rule overrides an earlier one; an empty expression takes a field back.
type rule struct {
	// when is conditions joined by " & ": "Name=a,b" (one of the texts), "Name^a,b"
	// (begins with one), "Name~a,b" (holds one), "Name" (has it), "!Name" (hasn't).
	when   string
	fields map[string]string
}

// comparer is a family made ready.
type comparer struct {
	name  string
	files []string
	mixed bool
	root  string
	class expression
	asked []expression // what conditions look at, each once
	rules []compiledRule
}

type compiledRule struct {
	when   []condition
	fields []compiledField
}

type compiledField struct {
	field int // in coreFields
	at    expression
}

type condition struct {
	asked int // in comparer.asked
	not   bool
	is    func(text, any string) bool
	any   []string
}

// comparisons are what may stand between a name and texts.
var comparisons = map[byte]func(text, any string) bool{
	'=': func(text, any string) bool { return text == any }, '^': strings.HasPrefix, '~': strings.Contains,
}

// compiler makes families ready.
type compiler struct {
	t     *testing.T
	into  *comparer
	names map[string]int // of comparer.asked
}

func (f *family) compile(t *testing.T) *comparer {
	k := compiler{t: t, into: &comparer{name: f.name, files: f.files, mixed: f.mixed, root: f.root}, names: map[string]int{}}
	k.into.class = k.expression(f.class)
	for _, r := range f.rules {
		k.into.rules = append(k.into.rules, k.rule(r))
	}
	return k.into
}

func (k *compiler) expression(text string) expression {
	e, err := compile(text)
	if err != nil {
		k.t.Fatalf("%s: %v", k.into.name, err)
	}
	return e
}

func (k *compiler) rule(r rule) (one compiledRule) {
	for _, part := range strings.Split(r.when, " & ") {
		if part != "" {
			one.when = append(one.when, k.condition(part))
		}
	}
	for name, text := range r.fields {
		f := compiledField{field: slices.Index(coreFields, name)}
		if f.field < 0 {
			k.t.Fatalf("%s: no field %s", k.into.name, name)
		}
		if text != "" {
			f.at = k.expression(text)
		}
		one.fields = append(one.fields, f)
	}
	return one
}

func (k *compiler) condition(text string) condition {
	name, not := strings.CutPrefix(text, "!")
	c := condition{not: not}
	if at := strings.IndexAny(name, "=^~"); at >= 0 {
		c.is, c.any = comparisons[name[at]], strings.Split(name[at+1:], ",")
		name = name[:at]
	}
	if _, ok := k.names[name]; !ok {
		k.names[name] = len(k.into.asked)
		k.into.asked = append(k.into.asked, k.expression(name))
	}
	c.asked = k.names[name]
	return c
}

// holds says whether a rule is for a record, by the answers to what conditions
// ask.
func (r *compiledRule) holds(answers []string) bool {
	for _, k := range r.when {
		text := answers[k.asked]
		holds := text != "" && (k.is == nil || slices.ContainsFunc(k.any, func(any string) bool { return k.is(text, any) }))
		if holds == k.not {
			return false
		}
	}
	return true
}

// place is the longest beginning of a name that the family names.
func (c *comparer) place(name string) (longest string) {
	for _, file := range c.files {
		if strings.HasPrefix(name, file) && len(file) > len(longest) {
			longest = file
		}
	}
	return longest
}

// in is the record itself.
func (c *comparer) in(v *value) *value {
	inner := v.member(c.root)
	if c.root == "" || inner == nil {
		return v
	}
	if inner.kind == 's' {
		inner = parse(inner.text)
	}
	if inner == nil {
		return v
	}
	return inner
}

// expected are the core fields of a record, in the order of coreFields.
func (c *comparer) expected(v *value) []string {
	answers := make([]string, len(c.asked))
	for i, e := range c.asked {
		answers[i] = e.of(v)
	}
	at, want := make([]expression, len(coreFields)), make([]string, len(coreFields))
	for i := range c.rules {
		if r := &c.rules[i]; r.holds(answers) {
			for _, f := range r.fields {
				at[f.field] = f.at
			}
		}
	}
	for i, e := range at {
		want[i] = e.of(v)
	}
	return want
}
