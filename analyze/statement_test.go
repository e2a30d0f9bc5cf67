package analyze

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hotwash/analyze/detect"
	"hotwash/analyze/sigma"
	"hotwash/analyze/store"
)

// every is how many public rules one is taken of in TestStatements, besides
// those that find something: the engine takes longer to plan a statement than to
// run it over so few events.
const every = 5

// TestStatements runs public rules as SQL over the logs that public rules are
// tested with: the events are those of the analysis.
func TestStatements(t *testing.T) {
	data := collection(t)
	rules := publicRules(t, filepath.Join(data, "sigma", "rules", "windows"), filepath.Join(data, "sigma", "rules", "cloud"))
	o := options(filepath.Join(t.TempDir(), "case"), filepath.Join(data, "sigma", "regression_data"),
		filepath.Join(data, "panther"), filepath.Join(data, "otrf", "golden_saml"))
	o.Rules = rules
	want := map[string][]int64{}
	for _, f := range run(t, o).Findings {
		want[f.Path] = append(want[f.Path], f.EventIDs...)
	}
	c, err := store.Open(t.Context(), o.Case, natives())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	asked, hits := 0, 0
	for i, s := range detect.Check(rules, nil) {
		if s.State != detect.Loaded {
			continue
		}
		text, err := Statement(s.Rule)
		if err != nil {
			t.Errorf("%s: %v", s.Rule.Path, err)
			continue
		}
		if i%every != 0 && want[s.Rule.Path] == nil {
			continue
		}
		got, err := eventIDs(t.Context(), c, text)
		slices.Sort(want[s.Rule.Path])
		if err != nil || !slices.Equal(got, want[s.Rule.Path]) {
			t.Errorf("%s: %v, not %v: %v\n%s", s.Rule.Path, got, want[s.Rule.Path], err, text)
		}
		asked, hits = asked+1, hits+len(got)
	}
	t.Logf("%d of %d rules, %d found events, %d hits", asked, len(rules), len(want), hits)
	if len(want) < 100 {
		t.Errorf("%d rules found events: too few to show anything", len(want))
	}
}

// publicRules are the rules in folders.
func publicRules(t *testing.T, folders ...string) (rules []*sigma.Rule) {
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".yml" {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			more, err := sigma.Parse(path, text)
			rules = append(rules, more...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return rules
}

// eventIDs are the events that a statement finds.
func eventIDs(ctx context.Context, c *store.Case, text string) (ids []int64, err error) {
	rows, err := c.Query(ctx, "SELECT event_id FROM ("+text+") ORDER BY event_id")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
