package detect

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"hotwash/analyze/sigma"
	"hotwash/queries"
)

// maxEntities is how many of each kind a finding lists.
const maxEntities = 100

// findings groups everything that was matched.
func (h *hits) findings(cite func(id int64) string) []Finding {
	var out []Finding
	for i, rule := range h.rules {
		if h.silent[i] {
			continue
		}
		for _, g := range groups(h.byRule[i]) {
			f := describeRule(rule)
			h.fill(&f, g, h.names[g[0].entity], cite)
			f.Why = h.firsts[placeOf(i, &g[0])].why
			out = append(out, f)
		}
	}
	return out
}

// inOrder puts findings by time, those without a time last.
func inOrder(a, b Finding) int {
	return cmp.Or(compareBool(a.Undated, b.Undated), cmp.Compare(a.First, b.First), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
}

// describeRule is what a finding says of its rule.
func describeRule(r *sigma.Rule) Finding {
	return Finding{
		Rule: r.Key(), Path: r.Path, Title: r.Title, Author: r.Author, License: r.License, Level: r.Level, Description: r.Description,
		Techniques: r.Techniques(), AttackVersion: r.AttackVersion(),
		NextSteps: r.NextSteps, FalsePositives: r.FalsePositives, References: r.References,
	}
}

// fill is what hits say of the events of a finding.
func (h *hits) fill(f *Finding, g []hit, entity string, cite func(id int64) string) {
	f.Count, f.Undated = len(g), !g[0].dated
	f.First, f.Last = g[0].micros, g[0].micros
	for i := range g {
		f.EventIDs = append(f.EventIDs, g[i].id)
		if g[i].dated {
			f.Last = g[i].micros
		}
	}
	f.Entities = map[string][]string{}
	for kind, of := range map[string]func(*hit) int32{
		"user": func(x *hit) int32 { return x.user }, "host": func(x *hit) int32 { return x.host }, "ip": func(x *hit) int32 { return x.ip },
	} {
		if names := h.distinct(g, of); len(names) > 0 {
			f.Entities[kind] = names[:min(len(names), maxEntities)]
		}
	}
	f.Sources = h.distinct(g, func(x *hit) int32 { return x.source })
	f.ID = identify(f.Rule, entity, cite(g[0].id))
	f.Query = strings.ReplaceAll(queries.Text("detect/events"), "$finding", "'"+f.ID+"'")
}

// distinct are the texts of a column of hits, sorted.
func (h *hits) distinct(g []hit, of func(*hit) int32) []string {
	names := map[string]bool{}
	for i := range g {
		if name := h.names[of(&g[i])]; name != "" {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// identify is the id of a finding: the same evidence, rule and entity give the
// same id in every case.
func identify(rule, entity, citation string) string {
	sum := sha256.Sum256([]byte(rule + "\x00" + entity + "\x00" + citation))
	return hex.EncodeToString(sum[:8])
}
