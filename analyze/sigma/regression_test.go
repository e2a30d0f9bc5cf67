package sigma

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRegression runs SigmaHQ's own regression tests: each rule must match the
// event that was recorded for it.
func TestRegression(t *testing.T) {
	root := dataDir(t, "sigma")
	byID := map[string]*Rule{}
	for _, dir := range []string{"rules", "rules-emerging-threats", "rules-threat-hunting"} {
		for _, r := range rulesUnder(t, filepath.Join(root, dir)) {
			byID[r.ID] = r
		}
	}
	run, passed := 0, 0
	err := filepath.WalkDir(filepath.Join(root, "regression_data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		run++
		id := strings.TrimSuffix(filepath.Base(path), ".json")
		if why := unmatched(byID[id], path); why != "" {
			t.Errorf("%s: %s", path, why)
			return nil
		}
		passed++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d/%d passed", passed, run)
}

func unmatched(r *Rule, path string) string {
	if r == nil {
		return "no rule of that id"
	}
	events, err := windowsEvents(path)
	if err != nil {
		return err.Error()
	}
	matched := 0
	for _, e := range events {
		if r.Match(e) {
			matched++
			if len(r.Explain(e)) == 0 {
				return "matched without a reason"
			}
		}
	}
	if matched == 0 {
		return fmt.Sprintf("none of %d events matched %s", len(events), r.Title)
	}
	return ""
}

// windowsEvents reads the JSON that evtx_dump writes: one event after another.
func windowsEvents(path string) ([]mapEvent, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	dec := json.NewDecoder(file)
	dec.UseNumber()
	var out []mapEvent
	for {
		var doc struct{ Event map[string]any }
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		e := mapEvent{}
		for _, part := range []string{"System", "EventData", "UserData"} {
			flatten(e, "", doc.Event[part])
		}
		out = append(out, e)
	}
}

// flatten names the leaves as Sigma does: attributes join their element with an
// underscore, containers of UserData don't count.
func flatten(e mapEvent, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, m := range v {
			switch {
			case k == "#attributes" && name != "":
				for a, x := range m.(map[string]any) {
					flatten(e, name+"_"+a, x)
				}
			case k == "#attributes":
			case k == "#text":
				flatten(e, name, m)
			default:
				flatten(e, k, m)
			}
		}
	case []any:
		for _, m := range v {
			flatten(e, name, m)
		}
	default:
		key := Fold(name)
		e[key] = append(e[key], Value{Text: fmt.Sprint(v), Null: v == nil})
	}
}
