package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/source"
)

func TestTellSources(t *testing.T) {
	var b strings.Builder
	err := tellSources(&b, []listedSource{
		{Name: "toaster.slots", Title: "Toaster slots", Framings: []string{"json", "csv"},
			Reads:   []string{"SlotEvents", "SlotAlerts", "the kitchen's portal export, CSV with a header of the portal's column names, cut at 10,000 rows"},
			Limits:  []string{"Crumbs aren't logged.", "Kept for 7 days."},
			Columns: []string{"Slot", "Bread"}},
		{Name: "toaster.*", Title: "Toasters, the rest", Framings: []string{"lines"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `toaster.slots: Toaster slots
  framings    json, csv
  reads       SlotEvents, SlotAlerts
              the kitchen's portal export, CSV with a header of the portal's column names, cut
                at 10,000 rows
  limits      Crumbs aren't logged.
              Kept for 7 days.
  columns     Slot, Bread

toaster.*: Toasters, the rest
  framings    lines
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestFramingsHaveTitles(t *testing.T) {
	for _, f := range source.Framings() {
		if f.Title == "" {
			t.Errorf("framing %s has no title", f.Name)
		}
	}
}

func TestPicks(t *testing.T) {
	for _, tc := range []struct {
		name, word, source string
		want               bool
	}{
		{"the name", "entra.signin", "entra.signin", true},
		{"another", "entra.signin", "entra.audit", false},
		{"how it begins", "entra", "entra.signin", true},
		{"half a word", "ent", "entra.signin", false},
		{"a star behind it", "entra.*", "entra.signin", true},
		{"a family", "defender.*", "defender.", true},
		{"a family by its name", "defender", "defender.", true},
		{"a member of it", "defender.DeviceEvents", "defender.", true},
		{"a star alone", "*", "defender.", false},
		{"nothing", "", "defender.", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := picks(tc.word, tc.source); got != tc.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestIsSource(t *testing.T) {
	for name, want := range map[string]bool{
		"m365.ual": true, "unknown": true, "defender.DeviceEvents": true,
		"defender.": false, "defender": false, "m365": false, "m365.uall": false, "": false,
	} {
		if got := isSource(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}
