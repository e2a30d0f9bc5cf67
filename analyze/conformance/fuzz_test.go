package conformance

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"hotwash/analyze/event"
	"hotwash/analyze/source"
)

// fixtures is the folder of evidence that the project wrote.
var fixtures = filepath.Join("..", "..", "testdata", "evidence")

// fixtureFiles are all of it by name, "<source>/<file>".
func fixtureFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(fixtures, "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d fixtures, %v", fixtures, len(files), err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file)] = data
	}
	return all
}

// FuzzSources takes what becomes of the fixtures of all sources through
// detection, cutting and parsing: every byte belongs to one span, a record that
// can't be read is a reject, and all text is valid.
func FuzzSources(f *testing.F) {
	for _, data := range fixtureFiles(f) {
		f.Add(data[:min(len(data), 2<<10)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m := &member{name: "fuzz", data: data}
		v := detect(m)
		if v.Framing == nil {
			return
		}
		at := int64(0)
		p := source.NewParser(hints(m))
		var e event.Event
		for c, err := range v.Framing.Cut(bytes.NewReader(data), hints(m)) {
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range c.Spans {
				if s.Offset != at || s.Len <= 0 {
					t.Fatalf("span %d of chunk %d is %+v, want offset %d", i, c.Seq, s, at)
				}
				at += int64(s.Len)
				if s.Kind != source.SpanRecord {
					continue
				}
				_, fields, err := p.Read(v.Framing, &c, i, &e)
				if _, ok := err.(*source.SyntaxError); err != nil && !ok { //nolint:errorlint // documented as the type itself
					t.Fatalf("%T: %v", err, err)
				}
				for _, field := range fields {
					if err == nil && !utf8.ValidString(field.Name+field.Value) {
						t.Fatalf("field %q %q", field.Name, field.Value)
					}
				}
			}
		}
		if at != int64(len(data)) {
			t.Fatalf("spans cover %d of %d bytes", at, len(data))
		}
	})
}

// framingTargets and openerTargets say which fuzz target takes each framing's
// cutter and each container's opener.
var (
	framingTargets = map[string]string{
		"evtx": "FuzzCutEvtx", "xml": "FuzzCutXML", "json": "FuzzCutJSON", "csv": "FuzzCutCSV", "zeek": "FuzzCutZeek", "lines": "FuzzCutLines",
	}
	openerTargets = map[string]string{
		"gzip": "FuzzGzip", "zip": "FuzzZip", "tar": "FuzzTar", "bzip2": "FuzzBzip2", "zstd": "FuzzZstd", "xz": "FuzzXZ",
		"lz4": "FuzzLZ4", "7z": "FuzzSevenZip",
	}
)

// TestFuzzTargets: every framing and every container that is opened has a fuzz
// target of its own, and every source has a fixture that it reads, which
// FuzzSources begins with.
func TestFuzzTargets(t *testing.T) {
	targets := map[string]bool{}
	eachDeclaration(t, "..", func(name string, d ast.Decl) {
		if fn, ok := d.(*ast.FuncDecl); ok && strings.HasSuffix(name, "_test.go") && strings.HasPrefix(fn.Name.Name, "Fuzz") {
			targets[fn.Name.Name] = true
		}
	})
	for _, f := range source.Framings() {
		if !targets[framingTargets[f.Name]] {
			t.Errorf("framing %s has no fuzz target", f.Name)
		}
	}
	for _, kind := range openers(t) {
		if !targets[openerTargets[kind]] {
			t.Errorf("container %s has no fuzz target", kind)
		}
	}
	if !targets["FuzzSources"] {
		t.Error("sources have no fuzz target")
	}
	for _, s := range unread(t) {
		t.Errorf("source %s reads no fixture, so that no fuzz target begins with a record of it", s)
	}
}

// openers are the kinds of containers that have a reader, as the table in
// analyze/evidence tells them.
func openers(t *testing.T) (kinds []string) {
	eachDeclaration(t, filepath.Join("..", "evidence"), func(_ string, d ast.Decl) {
		ast.Inspect(d, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			kind, opened := "", false
			for _, e := range lit.Elts {
				pair, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				switch key, _ := pair.Key.(*ast.Ident); {
				case key == nil:
				case key.Name == "kind":
					if text, ok := pair.Value.(*ast.BasicLit); ok {
						kind, _ = strconv.Unquote(text.Value)
					}
				case key.Name == "open":
					_, opened = pair.Value.(*ast.Ident)
				}
			}
			if kind != "" && opened {
				kinds = append(kinds, kind)
			}
			return true
		})
	})
	if len(kinds) < 8 {
		t.Errorf("containers that are opened: %v", kinds)
	}
	return kinds
}

// unread are the sources of the table that no fixture is read as.
func unread(t *testing.T) (names []string) {
	seen := map[string]bool{}
	for name, data := range fixtureFiles(t) {
		o := read(&member{name: name, data: data}, func(int, reading) {})
		for s := range o.sources {
			seen[s] = true
		}
	}
	for _, s := range source.Table {
		if !seen[s.Name] {
			names = append(names, s.Name)
		}
	}
	return names
}

// eachDeclaration gives the declarations of all Go files below a folder.
func eachDeclaration(t *testing.T, dir string, each func(file string, d ast.Decl)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			each(name, d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
