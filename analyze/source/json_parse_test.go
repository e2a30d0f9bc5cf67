package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
)

func TestJSONTestSuite(t *testing.T) {
	dir := corpus(t, "hostile")
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		name := filepath.Base(path)
		if err != nil || d.IsDir() || !strings.Contains(path, "JSONTestSuite") || !strings.HasSuffix(name, ".json") || len(name) < 3 || name[1] != '_' {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		f := flattener{names: newNames()}
		err = f.read(f.names.root, string(data))
		switch {
		case name[0] == 'y' && err != nil:
			t.Errorf("%s: %v", name, err)
		case name[0] == 'n' && err == nil:
			t.Errorf("%s: accepted", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(n, "files")
}

func flattenText(text string) ([]event.Field, *flattener, error) {
	f := &flattener{names: newNames()}
	err := f.read(f.names.root, text)
	return f.fields, f, err
}

func TestFlatten(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []event.Field
	}{
		{"leaves", `{"a":1.50,"b":true,"c":null,"d":"x"}`, []event.Field{{Name: "a", Value: "1.50"}, {Name: "b", Value: "true"}, {Name: "c", Null: true}, {Name: "d", Value: "x"}}},
		{"nested", `{"a":{"b":{"c":-0}}}`, []event.Field{{Name: "a.b.c", Value: "-0"}}},
		{"array repeats the name", `{"a":["x",["y"],{"b":"z"}]}`, []event.Field{{Name: "a", Value: "x"}, {Name: "a", Value: "y"}, {Name: "a.b", Value: "z"}}},
		{"empty array and object", `{"a":[],"b":{}}`, []event.Field{{Name: "a", Value: "[]"}, {Name: "b", Value: "{}"}}},
		{"name and value", `{"P":[{"Name":"ForwardTo","Value":"x@example.com"},{"Name":"N","Value":null}]}`, []event.Field{
			{Name: "P.Name", Value: "ForwardTo"}, {Name: "P.Value", Value: "x@example.com"}, {Name: "P.ForwardTo", Value: "x@example.com"},
			{Name: "P.Name", Value: "N"}, {Name: "P.Value", Null: true}, {Name: "P.N", Null: true}}},
		{"modified property", `{"m":[{"displayName":"Role","oldValue":"a","newValue":"b"}]}`, []event.Field{
			{Name: "m.displayName", Value: "Role"}, {Name: "m.oldValue", Value: "a"}, {Name: "m.newValue", Value: "b"}, {Name: "m.Role", Value: "b"}}},
		{"name and value outside a list", `{"P":{"Name":"a","Value":"b"}}`, []event.Field{{Name: "P.Name", Value: "a"}, {Name: "P.Value", Value: "b"}}},
		{"value of a pair is an object", `{"P":[{"Name":"a","Value":{"x":1}}]}`, []event.Field{{Name: "P.Name", Value: "a"}, {Name: "P.Value.x", Value: "1"}}},
		{"duplicate keys are both kept", `{"u":"admin","u":"x"}`, []event.Field{{Name: "u", Value: "admin"}, {Name: "u", Value: "x"}}},
		{"keys that differ by case", `{"EventName":"a","eventName":"b"}`, []event.Field{{Name: "EventName", Value: "a"}, {Name: "eventName", Value: "b"}}},
		{"NUL", `{"a":"x\u0000y"}`, []event.Field{{Name: "a", Value: "x\x00y"}}},
		{"numbers beyond a float", `{"a":9007199254740993,"b":18446744073709551616,"c":-0.0,"d":1E-400}`, []event.Field{
			{Name: "a", Value: "9007199254740993"}, {Name: "b", Value: "18446744073709551616"}, {Name: "c", Value: "-0.0"}, {Name: "d", Value: "1E-400"}}},
		{"escapes", `{"a\u0062":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}`, []event.Field{{Name: "ab", Value: "\"\\/\b\f\n\r\té😀"}}},
		{"lone surrogate", `{"a":"x\ud800y"}`, []event.Field{{Name: "a", Value: "x\xed\xa0\x80y"}}},
		{"big numbers keep their text", `{"a":12345678901234567890123,"b":1e400}`, []event.Field{{Name: "a", Value: "12345678901234567890123"}, {Name: "b", Value: "1e400"}}},
		{"a key with a dot", `{"a.b":{"c.d":1}}`, []event.Field{{Name: "a.b.c.d", Value: "1"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _, err := flattenText(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestFlattenRefuses says where what is no JSON goes wrong.
func TestFlattenRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1)
	for _, tc := range []struct {
		name, text, code string
		offset           int
	}{
		{"NaN", `{"a":NaN}`, "json_syntax", 5},
		{"Infinity", `{"a":-Infinity}`, "json_syntax", 6},
		{"a comma before the end", `{"a":1,}`, "json_syntax", 7},
		{"a comma before the end of a list", `{"a":[1,]}`, "json_syntax", 8},
		{"a comment", `{"a":1 /* x */}`, "json_syntax", 7},
		{"a key without quotes", `{a:1}`, "json_syntax", 1},
		{"quotes of another kind", `{'a':1}`, "json_syntax", 1},
		{"a control character", "{\"a\":\"x\x00\"}", "json_syntax", 7},
		{"a number with a zero before it", `{"a":01}`, "json_syntax", 6},
		{"cut off", `{"a":"x`, "json_truncated", 7},
		{"too deep", deep, "json_depth", 5 * maxDepth},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := flattenText(tc.text)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Code != tc.code || syntax.Offset != tc.offset {
				t.Errorf("%+v", err)
			}
		})
	}
}

func TestFlattenNotes(t *testing.T) {
	for _, tc := range []struct {
		name, text            string
		duplicates, surrogate bool
	}{
		{"plain", `{"a":{"x":1},"b":[{"x":1},{"x":2}]}`, false, false},
		{"duplicate", `{"a":1,"b":2,"a":3}`, true, false},
		{"duplicate by escape", `{"a":1,"\u0061":3}`, true, false},
		{"duplicate below", `{"a":[{"b":1,"b":1}]}`, true, false},
		{"surrogate", `{"a":"\udc00"}`, false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, f, err := flattenText(tc.text)
			if err != nil || f.duplicates != tc.duplicates || f.surrogates != tc.surrogate {
				t.Errorf("duplicates %v, surrogates %v, err %v", f.duplicates, f.surrogates, err)
			}
		})
	}
}
