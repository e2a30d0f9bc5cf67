package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says which packages of ours a package may import: the table of
// ARCHITECTURE.md. A package in no row fails. "x/*" is every package right
// below x.
var layers = map[string][]string{
	"analyze/event":           nil,
	"analyze/vocab":           nil,
	"analyze/sigma":           nil,
	"analyze/sigma/sigmatest": {"analyze/sigma"},
	"analyze/evidence":        {"analyze/event"},
	"analyze/source":          {"analyze/event", "analyze/vocab", "analyze/source/evtx"},
	"analyze/source/evtx":     nil,
	"analyze/store":           {"analyze/event", "analyze/evidence", "queries"},
	"analyze/sieve":           {"analyze/sigma"},
	"analyze/detect":          {"analyze/event", "analyze/sieve", "analyze/sigma", "queries"},
	"analyze/statement":       {"analyze/detect", "analyze/sigma"},
	"analyze/timeline":        {"analyze/event", "analyze/detect", "queries"},
	"analyze/ruletest":        {"analyze/detect", "analyze/sigma"},
	"analyze/conformance":     nil,
	"analyze":                 {"analyze/*"},
	"queries":                 nil,
	"scenarios":               nil,
	"simulate/scenario":       nil,
	"simulate/truth":          nil,
	"simulate/world":          {"simulate/scenario"},
	"simulate/benign":         {"simulate/scenario", "simulate/world"},
	"simulate/attack":         {"simulate/scenario", "simulate/world"},
	"simulate/emit":           {"analyze/event", "analyze/vocab", "simulate/scenario", "simulate/world"},
	"simulate/score":          {"simulate/scenario", "simulate/truth", "analyze/detect"},
	"simulate":                {"simulate/scenario", "simulate/truth", "simulate/world", "simulate/benign", "simulate/attack", "simulate/emit"},
	"simulate/drill":          {"simulate", "simulate/scenario", "simulate/truth", "simulate/score", "analyze/detect", "analyze/sigma"},
	"reports/review": {"analyze/event", "analyze/sigma", "analyze/detect", "analyze/evidence", "analyze/ruletest", "analyze/timeline",
		"simulate/drill", "simulate/score"},
	"reports/chart":  {"reports/review"},
	"reports/page":   {"reports/review", "reports/chart"},
	"reports/ci":     {"reports/review"},
	"reports/text":   {"reports/review"},
	"reports/export": {"reports/review", "analyze/event", "analyze/timeline"},
	"reports":        {"reports/*"},
	"cmd/hotwash":    {"analyze", "analyze/*", "queries", "scenarios", "simulate", "simulate/*", "reports", "reports/*"},
}

// testLayers is what the tests of a package may import besides: fixtures, and a
// case to ask.
var testLayers = map[string][]string{
	"analyze/detect":      {"analyze/source", "analyze/evidence", "analyze/store"},
	"analyze/sieve":       {"analyze/sigma/sigmatest"},
	"analyze/statement":   {"analyze/event", "analyze/sigma/sigmatest", "analyze/evidence", "analyze/source", "analyze/store"},
	"analyze/timeline":    {"analyze/evidence", "analyze/sigma", "analyze/store"},
	"analyze/ruletest":    {"analyze/event", "analyze/source", "queries"},
	"analyze/source":      {"analyze/evidence"},
	"analyze/conformance": {"analyze/event", "analyze/evidence", "analyze/source"},
	"analyze":             {"queries"},
	"queries":             {"analyze/store", "analyze/event", "analyze/evidence"},
	"simulate/scenario":   {"scenarios"},
	"simulate/attack":     {"scenarios"},
	"simulate/benign":     {"scenarios"},
	"simulate/world":      {"scenarios"},
	"simulate/emit":       {"analyze/source", "scenarios"},
	"simulate/score":      {"analyze/sigma"},
	"simulate/drill":      {"scenarios"},
	"simulate":            {"analyze/vocab", "scenarios"},
	"reports/*":           {"analyze/event", "analyze/sigma", "analyze/detect", "analyze/evidence", "analyze/timeline"},
	"reports":             {"analyze/event", "analyze/sigma", "analyze/detect", "analyze/evidence", "analyze/timeline", "simulate/*"},
}

// guarded are imports that only the packages named may make themselves. What
// libraries reach is their own business.
var guarded = map[string][]string{
	"github.com/marcboeker/go-duckdb": {"analyze/store"},
	"github.com/apache/arrow/go":      {"analyze/store"},
	"os/exec":                         {"cmd/hotwash"},
	"net/http":                        nil,
	"net/rpc":                         nil,
	"plugin":                          nil,
}

// mainOnly are what main hands to everybody else: no other file reaches for it.
var mainOnly = map[string][]string{
	"os":      {"Exit", "Stdin", "Stdout", "Stderr", "Args", "Getenv", "LookupEnv", "Environ"},
	"fmt":     {"Print", "Printf", "Println"},
	"log":     {"*"},
	"time":    {"Now", "Since", "Until", "Sleep"},
	"runtime": {"GC"},
}

// seeded are the names of math/rand that don't reach for the global stream.
var seeded = []string{"New", "NewSource", "NewZipf", "NewPCG", "NewChaCha8", "Rand", "Source", "Source64", "Zipf", "PCG", "ChaCha8"}

// sourceFile is a Go file of the project.
type sourceFile struct {
	path, pkg string // from the project's root, with slashes
	test      bool
	syntax    *ast.File
	fset      *token.FileSet
}

func (f *sourceFile) at(n ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

// projectFiles parses every Go file. They are read here, not by go list, so that
// they are a part of what the test's cached result depends on.
func projectFiles(t *testing.T) []*sourceFile {
	t.Helper()
	const root = "../.."
	var files []*sourceFile
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != root && (strings.HasPrefix(base, ".") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		syntax, err := parser.ParseFile(fset, rel, text, parser.SkipObjectResolution|parser.ParseComments)
		files = append(files, &sourceFile{rel, path.Dir(rel), strings.HasSuffix(base, "_test.go"), syntax, fset})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestImports(t *testing.T) {
	used := map[string]bool{}
	for _, f := range projectFiles(t) {
		used[f.pkg] = true
		may, known := layers[f.pkg]
		if !known {
			t.Errorf("%s: package %s is in no row of the table of layers", f.path, f.pkg)
			continue
		}
		if f.test {
			may = slices.Concat(may, []string{f.pkg}, testLayers[f.pkg], testLayers[path.Dir(f.pkg)+"/*"])
		}
		for _, spec := range f.syntax.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(name, "hotwash/"); ok && !matchesAny(may, ours) {
				t.Errorf("%s: %s may not import %s", f.at(spec), f.pkg, ours)
			}
			if who, bad := isGuarded(name); bad && !f.test && !slices.Contains(who, f.pkg) {
				t.Errorf("%s: %s may not import %s", f.at(spec), f.pkg, name)
			}
		}
	}
	for pkg := range layers {
		if !used[pkg] {
			t.Errorf("package %s stands in the table of layers and is not there", pkg)
		}
	}
}

func matchesAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == pkg || strings.HasSuffix(p, "/*") && path.Dir(pkg) == path.Dir(p)
	})
}

func isGuarded(name string) (who []string, guard bool) {
	for prefix, who := range guarded {
		if name == prefix || strings.HasPrefix(name, prefix+"/") {
			return who, true
		}
	}
	return nil, false
}

// TestDuckDB: what doesn't need the database can be built without it, and vetted
// for systems that it has no library for.
func TestDuckDB(t *testing.T) {
	reach := map[string]bool{"analyze/store": true, "analyze": true, "cmd/hotwash": true}
	for _, f := range projectFiles(t) {
		for _, spec := range f.syntax.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if ours := strings.TrimPrefix(name, "hotwash/"); !f.test && reach[ours] && !reach[f.pkg] {
				t.Errorf("%s: %s reaches DuckDB through %s", f.at(spec), f.pkg, ours)
			}
		}
	}
}

// TestMainOnly: clock, exit, standard streams and a random stream without a seed
// are main's.
func TestMainOnly(t *testing.T) {
	for _, f := range projectFiles(t) {
		if f.test || f.path == "cmd/hotwash/main.go" {
			continue
		}
		names := importNames(f.syntax)
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok || !forbidden(names[pkg.Name], sel.Sel.Name) {
				return true
			}
			t.Errorf("%s: %s.%s is for main alone", f.at(sel), pkg.Name, sel.Sel.Name)
			return true
		})
	}
}

func forbidden(pkg, name string) bool {
	if pkg == "math/rand" || pkg == "math/rand/v2" {
		return !slices.Contains(seeded, name)
	}
	return slices.Contains(mainOnly[pkg], name) || slices.Contains(mainOnly[pkg], "*")
}

// importNames are the imports of a file by the name it uses for them.
func importNames(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range f.Imports {
		full, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(full)
		if name == "v2" {
			name = path.Base(path.Dir(full))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = full
	}
	return names
}

// TestInit: no package registers itself or changes while the program runs.
func TestInit(t *testing.T) {
	for _, f := range projectFiles(t) {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init function", f.at(fn))
			}
		}
	}
}

// TestPackageDocs: every package says what it is for.
func TestPackageDocs(t *testing.T) {
	docs := map[string]bool{}
	for _, f := range projectFiles(t) {
		if !f.test {
			docs[f.pkg] = docs[f.pkg] || f.syntax.Doc != nil
		}
	}
	for pkg, ok := range docs {
		if !ok {
			t.Errorf("package %s has no doc comment", pkg)
		}
	}
}

// TestArchitecture: ARCHITECTURE.md tells the same table of layers.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 4 {
			told[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[2])
		}
	}
	for pkg, may := range layers {
		want := strings.Join(may, " ")
		if want == "" {
			want = "nothing"
		}
		if told[pkg] != want {
			t.Errorf("ARCHITECTURE.md: %s may import %q, the test says %q", pkg, told[pkg], want)
		}
	}
}
