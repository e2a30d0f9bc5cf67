package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/vocab"
	"hotwash/scenarios"
	"hotwash/simulate/scenario"
	"hotwash/simulate/truth"
)

// library reads a scenario of the library, with one thing changed in its text.
func library(t testing.TB, name string, change ...string) *scenario.Scenario {
	t.Helper()
	org, err := scenario.ParseOrganization("organization.yml", scenarios.Organization())
	if err != nil {
		t.Fatal(err)
	}
	text, err := scenarios.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(change...).Replace(string(text))
	if len(change) > 0 && changed == string(text) {
		t.Fatalf("%s has none of %q", name, change)
	}
	sc, err := scenario.Parse(scenarios.Path(name), []byte(changed), org)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

const leaver = "departing-employee-data-policy"

// quiet is a scenario with little background, for what doesn't depend on it.
func quiet(t testing.TB, change ...string) *scenario.Scenario {
	t.Helper()
	return library(t, leaver, append(change, "rate: 25/h", "rate: 1/h", "rate: 10/h", "rate: 1/h")...)
}

func run(t testing.TB, sc *scenario.Scenario, seed uint64, out string) *Result {
	t.Helper()
	res, err := Run(context.Background(), sc, Options{Seed: &seed, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// tree is every file below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestLibrary: every scenario of the library can be drilled, at any seed.
func TestLibrary(t *testing.T) {
	for _, name := range scenarios.Names() {
		sc := library(t, name)
		if sc.ID != name {
			t.Errorf("%s has the id %s", name, sc.ID)
		}
		for seed := range uint64(3) {
			run(t, sc, seed, t.TempDir())
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	sc := library(t, leaver)
	base := t.TempDir()
	run(t, sc, 42, filepath.Join(base, "a"))
	run(t, sc, 42, filepath.Join(base, "b"))
	before := runtime.GOMAXPROCS(1)
	run(t, sc, 42, filepath.Join(base, "one thread"))
	runtime.GOMAXPROCS(before)
	run(t, sc, 43, filepath.Join(base, "other"))
	want := tree(t, filepath.Join(base, "a"))
	for _, same := range []string{"b", "one thread"} {
		for name, text := range tree(t, filepath.Join(base, same)) {
			if text != want[name] {
				t.Errorf("%s: %s differs", same, name)
			}
		}
	}
	for name, text := range tree(t, filepath.Join(base, "other")) {
		if text == want[name] {
			t.Errorf("seed 43: %s is that of seed 42", name)
		}
	}
}

// TestTruth reads the bytes that each row names, and finds in them what it says.
func TestTruth(t *testing.T) {
	res := run(t, library(t, leaver), 42, t.TempDir())
	files := tree(t, res.Evidence)
	in, err := os.Open(filepath.Join(res.Facilitator, TruthFile))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rows, err := truth.Read(TruthFile, in)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(res.Truth, rows); d != "" {
		t.Fatal(d)
	}
	covered := map[string]int{}
	for _, r := range rows {
		raw := strings.ReplaceAll(files[r.File][r.Offset:r.Offset+int64(r.Len)], `""`, `"`)
		if !strings.Contains(raw, `"`+r.Entity+`"`) || !strings.Contains(raw, vocab.SimulatedTenantPrefix) {
			t.Fatalf("row %+v names\n%s", r, raw)
		}
		if r.SeenUS < r.EventUS {
			t.Errorf("seen before it happened: %+v", r)
		}
		covered[r.File] += r.Len
	}
	for _, f := range res.Manifest.Files {
		between := len(files[f.Name]) - covered[f.Name]
		if limit := 2*f.Records + 200; between < 0 || between > limit {
			t.Errorf("%s: %d bytes are in no record, expected at most %d", f.Name, between, limit)
		}
	}
}

// TestOnlyReservedAddresses looks for anything like an address.
func TestOnlyReservedAddresses(t *testing.T) {
	res := run(t, library(t, leaver), 42, t.TempDir())
	form := regexp.MustCompile(`"(::ffff:)?([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)"`)
	n := 0
	for name, text := range tree(t, res.Evidence) {
		for _, m := range form.FindAllStringSubmatch(text, -1) {
			a, err := netip.ParseAddr(m[2])
			if err != nil || !scenario.Documentation(a) {
				t.Errorf("%s: %s", name, m[0])
			}
			n++
		}
	}
	if n < 1000 {
		t.Errorf("only %d addresses found", n)
	}
}

// TestAStepMovesNothingElse: the attack is not in the background's streams.
func TestAStepMovesNothingElse(t *testing.T) {
	records := func(sc *scenario.Scenario) map[string]bool {
		res := run(t, sc, 42, t.TempDir())
		files := tree(t, res.Evidence)
		out := map[string]bool{}
		for _, r := range res.Truth {
			if r.Role != truth.Attack && r.Role != truth.Consequence {
				out[files[r.File][r.Offset:r.Offset+int64(r.Len)]] = true
			}
		}
		return out
	}
	with := records(quiet(t))
	more := records(quiet(t, "detections:\n", "  - {id: s4, delay: 5h, actor: leaver, technique: T1078.004, action: entra.sign_in}\n\ndetections:\n"))
	if d := cmp.Diff(with, more); d != "" {
		t.Error("a further step changed the background")
	}
}

func TestManifest(t *testing.T) {
	out := t.TempDir()
	res := run(t, quiet(t), 42, out)
	m, err := ReadManifest(out)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(res.Manifest, m); d != "" {
		t.Error(d)
	}
	for name, text := range tree(t, res.Evidence) {
		for _, f := range m.Files {
			if f.Name == name && (f.SHA256 != sum([]byte(text)) || f.Size != int64(len(text))) {
				t.Errorf("%s is other than the manifest says", name)
			}
		}
	}
	if !m.Complete || !vocab.SimulatedTenant(m.Mark) {
		t.Errorf("complete %v, mark %s", m.Complete, m.Mark)
	}
}

func TestFoldersOfOthersAreLeftAlone(t *testing.T) {
	sc := quiet(t)
	seed := uint64(1)
	for _, tc := range []struct {
		name, file string
		simulated  bool // a run stands there already
		refused    bool
	}{
		{"a file", "notes.txt", false, true},
		{"evidence of another hand", "evidence/real.csv", true, true},
		{"a case beside an earlier run", "case/case.duckdb", true, false},
		{"a broken manifest", "facilitator/manifest.json", false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := t.TempDir()
			if tc.simulated {
				run(t, sc, 2, out)
			}
			path := filepath.Join(out, tc.file)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("{"), 0o644)); err != nil {
				t.Fatal(err)
			}
			before := tree(t, out)
			_, err := Run(context.Background(), sc, Options{Seed: &seed, Out: out})
			if errors.Is(err, ErrForeign) != tc.refused {
				t.Fatalf("got %v", err)
			}
			after := tree(t, out)
			if after[tc.file] != "{" || tc.refused && !cmp.Equal(before, after) {
				t.Error("the folder was changed")
			}
		})
	}
}

func TestCheckTellsAllAtOnce(t *testing.T) {
	sc := quiet(t, "action: entra.sign_in", "action: entra.sign_on", "shape: graph-json", "shape: graph-xml")
	err := Check(sc)
	if n := strings.Count(err.Error(), "\n") + 1; n != 2 {
		t.Errorf("%d faults, want 2: %v", n, err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out := t.TempDir()
	if _, err := Run(ctx, quiet(t), Options{Out: out}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if m, err := ReadManifest(out); err != nil || m.Complete {
		t.Errorf("a broken-off run says %+v, %v", m, err)
	}
	run(t, quiet(t), 1, out) // and may be run again
}

// TestAnswersNameEachStep also guards that no answer is in the evidence.
func TestAnswersNameEachStep(t *testing.T) {
	sc := quiet(t)
	res := run(t, sc, 42, t.TempDir())
	sheet, err := os.ReadFile(filepath.Join(res.Facilitator, AnswersFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sc.Steps {
		if !strings.Contains(string(sheet), "### "+s.ID) {
			t.Errorf("no answer for %s", s.ID)
		}
		for name, text := range tree(t, res.Evidence) {
			if strings.Contains(text, s.ID) {
				t.Errorf("%s names step %s", name, s.ID)
			}
		}
	}
}

func BenchmarkRun(b *testing.B) {
	sc := library(b, leaver, "rate: 25/h", "rate: 500/h")
	records := 0
	for b.Loop() {
		res := run(b, sc, 42, b.TempDir())
		records += len(res.Truth)
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

// TestManifestIsStable: a field more is fine, a field less is a break.
func TestManifestIsStable(t *testing.T) {
	b, err := json.Marshal(Manifest{Files: []File{{}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"schema", "scenario", "version", "seed", "run", "scenario_sha256", "organization_sha256", "files", "truth", "sha256", "complete"} {
		if !strings.Contains(string(b), `"`+name+`":`) {
			t.Errorf("the manifest lacks %s", name)
		}
	}
}
