package scenario

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "../../scenarios/schema.json"

// schema compiles schema.json: the whole, or one of its definitions.
func schema(t *testing.T, at string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("hotwash/drill/v1", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("hotwash/drill/v1" + at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance is YAML as a JSON Schema validator wants it.
func instance(t *testing.T, text []byte) any {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSchemaAcceptsWhatParses(t *testing.T) {
	whole := schema(t, "")
	for _, tc := range parseCases {
		if tc.name == "duplicate key" {
			continue // no JSON has it
		}
		err := whole.Validate(instance(t, []byte(tc.text())))
		if tc.err == "" && err != nil {
			t.Errorf("%s: parses, but %v", tc.name, err)
		}
		if tc.schemaRefuses && err == nil {
			t.Errorf("%s: refused, but valid by the schema", tc.name)
		}
	}
}

func TestLibraryIsValid(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/library/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	valid(t, "../../scenarios/organization.yml", "#/$defs/organization")
	for _, path := range files {
		valid(t, path, "")
	}
}

func valid(t *testing.T, path, at string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema(t, at).Validate(instance(t, text)); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// TestSchemaHasTheFields compares the names in schema.json with those of the
// structs, so that neither gains a field alone.
func TestSchemaHasTheFields(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var doc node
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	compare(t, &doc, &doc, "", reflect.TypeFor[Scenario]())
	compare(t, &doc, doc.Defs["organization"], "organization", reflect.TypeFor[Organization]())
}

type node struct {
	Ref        string           `json:"$ref"`
	Properties map[string]*node `json:"properties"`
	Items      *node            `json:"items"`
	Defs       map[string]*node `json:"$defs"`
}

func compare(t *testing.T, doc, n *node, path string, typ reflect.Type) {
	t.Helper()
	if name, ok := strings.CutPrefix(n.Ref, "#/$defs/"); ok {
		n = doc.Defs[name]
	}
	switch typ.Kind() {
	case reflect.Pointer:
		compare(t, doc, n, path, typ.Elem())
	case reflect.Slice:
		if n.Items != nil {
			compare(t, doc, n.Items, path+"[]", typ.Elem())
		}
	case reflect.Struct:
		fields := yamlFields(typ)
		if len(fields) == 0 || typ == reflect.TypeFor[Distribution]() {
			return // written as a scalar, or a union
		}
		var want, got []string
		for name, field := range fields {
			want = append(want, name)
			if p := n.Properties[name]; p != nil {
				compare(t, doc, p, path+"."+name, field)
			}
		}
		for name := range n.Properties {
			got = append(got, name)
		}
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-Go +schema):\n%s", path, d)
		}
	}
}

func yamlFields(typ reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range typ.NumField() {
		if name := typ.Field(i).Tag.Get("yaml"); name != "" && name != "-" {
			out[name] = typ.Field(i).Type
		}
	}
	return out
}
