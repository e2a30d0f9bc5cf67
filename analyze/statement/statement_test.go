package statement

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"hotwash/analyze/detect"
	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
	"hotwash/analyze/sigma/sigmatest"
	"hotwash/analyze/store"
)

// testSources keep fields in all of the places there are.
var testSources = []store.Native{{
	Source: "entra.audit", Columns: []string{"Image", "Port", "Category"},
	Kept: map[string]string{"User": "actor", "Ip": "src_ip", "OperationName": "operation"},
}, {Source: "defender.", Columns: []string{"Image"}, Kept: map[string]string{"User": "actor"}}}

func layout(sources []store.Native) Layout {
	l := Layout{Columns: store.TextColumns()}
	for _, n := range sources {
		l.Tables = append(l.Tables, Table{n.Source, n.Table(), n.Columns, n.Kept})
	}
	return l
}

// record is an event as it is stored, with its own fields.
type record struct {
	event.Event
	fields []event.Field
}

// Values is what package detect says of fields, in the plainest way: the
// record's own, what stands for them, or the column.
func (r *record) Values(name string) []sigma.Value {
	text := func(v sigma.Value) bool { return !v.Null && v.Text != "" }
	own := r.own(name)
	groups, beside, ok := detect.Alias(r.Source, name)
	switch {
	case !ok && len(own) == 0 && name == detect.TimeField && r.Time.Dated():
		return []sigma.Value{{Text: time.UnixMicro(r.Time.Micros).UTC().Format(time.RFC3339Nano)}}
	case !ok && len(own) == 0:
		return r.column(name)
	case !ok, !beside && slices.ContainsFunc(own, text):
		return own
	}
	for _, group := range groups {
		var vs []sigma.Value
		for _, other := range group {
			if column, is := detect.Column(other); is {
				vs = append(vs, r.column(column)...)
			} else {
				vs = append(vs, r.own(other)...)
			}
		}
		if slices.ContainsFunc(vs, text) {
			return append(own, vs...)
		}
	}
	return own
}

func (r *record) own(name string) (vs []sigma.Value) {
	for _, f := range r.fields {
		if sigma.Fold(f.Name) == name {
			vs = append(vs, sigma.Value{Text: f.Value, Null: f.Null})
		}
	}
	return vs
}

func (r *record) column(name string) []sigma.Value {
	text := map[string]string{"operation": r.Operation, "actor": r.Actor, "src_ip": r.SrcIP, "message": r.Message, "outcome": string(r.Outcome)}[name]
	if text == "" {
		return nil
	}
	return []sigma.Value{{Text: text}}
}

// Each yields what keywords look at.
func (r *record) Each(yield func(string, *sigma.Value) bool) {
	for _, f := range r.fields {
		if !yield(f.Name, &sigma.Value{Text: f.Value, Null: f.Null}) {
			return
		}
	}
	if len(r.own("message")) == 0 && r.Message != "" {
		yield("message", &sigma.Value{Text: r.Message})
	}
}

// spellings of the fields that rules ask for, by folded name; the others are
// what stands for some of them, and what nobody asks for.
var spelt = [][]string{
	{"Image", "image"}, {"Command Line", "CommandLine", "COMMANDLINE"}, {"User", "USER"}, {"Port"}, {"Ip", "I p", "\u0130P"},
	{"OperationName", "operationName"}, {"ActivityDisplayName"}, {"Result"}, {"ResultReason"}, {"Status"}, {"TargetResources.modifiedProperties"}, {"TargetResources.modifiedProperties.newValue"}, {"Message"}, {"x\x1ey"}, {"Émile", "émile"},
}

// asks are the fields of rules besides the usual ones.
var asks = slices.Concat(sigmatest.Fields, sigmatest.Fields, []string{"operationName", "ActivityType", "Status", "properties.result", "operation", "actor", "src_ip", "message", "émile", "outcome", "ts", "TargetResources.modifiedProperties"})

func randomRecord(r *rand.Rand, id int) *record {
	e := &record{}
	e.Place = event.Place{Evidence: 1, Offset: int64(id) * 10, Len: 10, Line: 1}
	e.Source, e.Shape, e.RecordID = "entra.audit", "test", strconv.Itoa(id)
	for _, names := range spelt {
		for range []int{0, 1, 1, 1, 2}[r.IntN(5)] {
			v := sigmatest.Value(r)
			if r.IntN(20) == 0 && !v.Null {
				v.Text += []string{"\x1e", "\x1f", "\x1a", "\x1aJ", "\x1e\x1f\x1d"}[r.IntN(5)]
			}
			e.fields = append(e.fields, event.Field{Name: names[r.IntN(len(names))], Value: v.Text, Null: v.Null})
		}
	}
	for _, to := range []struct {
		column *string
		name   string
	}{{&e.Actor, "User"}, {&e.SrcIP, "Ip"}, {&e.Operation, "OperationName"}} {
		at := slices.IndexFunc(e.fields, func(f event.Field) bool { return f.Name == to.name })
		switch {
		case r.IntN(4) == 0:
			*to.column = sigmatest.Value(r).Text
		case at >= 0 && r.IntN(3) > 0:
			*to.column = e.fields[at].Value
		}
	}
	if r.IntN(2) == 0 {
		e.Message = sigmatest.Value(r).Text
	}
	if r.IntN(4) > 0 {
		e.Time = event.At(time.UnixMicro(r.Int64N(2_000_000_000)*1_000_000+[]int64{0, 10, 100_000}[r.IntN(3)]), event.BasisExplicit, event.Second)
	}
	e.Outcome = []event.Outcome{"", event.Success, event.Failure}[r.IntN(3)]
	return e
}

// stored makes a case of events.
func stored(t testing.TB, sources []store.Native, events []*record, source int) *store.Case {
	t.Helper()
	dir := t.TempDir()
	w, err := store.Create(t.Context(), dir, sources)
	if err != nil {
		t.Fatal(err)
	}
	b := w.NewBatch()
	b.Evidence = 1
	for _, e := range events {
		b.Add(&e.Event, source, e.fields)
	}
	if err := w.Put(t.Context(), []*store.Batch{b}); err != nil {
		t.Fatal(err)
	}
	b.Release()
	n := int64(len(events))
	mark := store.Mark{Evidence: 1, End: n * 10, Records: n, Events: n}
	if err := w.Commit(t.Context(), []store.Mark{mark}, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Derive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := store.Open(t.Context(), dir, sources)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// ids runs a statement and gives the ids of its events, in their order.
func ids(ctx context.Context, t testing.TB, c *store.Case, statement string) (all []int64) {
	t.Helper()
	rows, err := c.Query(ctx, "SELECT event_id FROM ("+statement+")")
	if err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	slices.Sort(all)
	return all
}

// TestEqualsMatcher runs random rules over random events in a case: the
// statement finds the events that the matcher does.
func TestEqualsMatcher(t *testing.T) {
	cases, n := 6, 100
	if testing.Short() {
		cases, n = 1, 60
	}
	asked, hits, unsaid := 0, 0, 0
	for seed := range cases {
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		var events []*record
		for i := range 300 {
			events = append(events, randomRecord(random, i))
		}
		c := stored(t, testSources, events, 0)
		for range n {
			text := sigmatest.Rule(random, "product: azure, service: auditlogs", asks)
			rules, err := sigma.Parse("r.yml", []byte(text))
			if err != nil || !rules[0].Usable() {
				continue
			}
			statement, err := Of(rules[0], layout(testSources), DuckDB)
			if err != nil {
				if !strings.Contains(err.Error(), "no text") {
					t.Fatalf("%v\n%s", err, text)
				}
				unsaid++
				continue
			}
			var want []int64
			for _, e := range events {
				if rules[0].Match(e) {
					want = append(want, e.ID())
				}
			}
			got := ids(t.Context(), t, c, statement)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d: got %v, want %v\n%s\n%s\n%+v", seed, got, want, text, statement, differing(events, got, want))
			}
			asked, hits = asked+1, hits+len(want)
		}
	}
	t.Logf("%d rules, %d hits, %d that SQL can't say", asked, hits, unsaid)
	if hits < asked || asked < cases*n/2 {
		t.Error("too few to show anything")
	}
}

// differing is the first event that one list has and the other lacks.
func differing(events []*record, got, want []int64) *record {
	for _, e := range events {
		if slices.Contains(got, e.ID()) != slices.Contains(want, e.ID()) {
			return e
		}
	}
	return nil
}

// TestSpellings holds the class of a character against all characters.
func TestSpellings(t *testing.T) {
	for c := rune(1); c <= unicode.MaxRune; c++ {
		lower := unicode.ToLower(c)
		if !utf8.ValidRune(c) || lower == c && c > unicode.MaxLatin1 {
			continue
		}
		if re := regexp.MustCompile("^" + spellings(lower) + "$"); !re.MatchString(string(c)) || lower != c && !re.MatchString(string(lower)) {
			t.Errorf("%q is %q in lower case, and not in its class %s", c, lower, re)
		}
	}
}

// TestLower holds the engine's small letters against Go's, all of them: a text
// is compared in small letters by either.
func TestLower(t *testing.T) {
	c := stored(t, testSources, nil, 0)
	rows, err := c.Query(t.Context(), "SELECT i, lower(chr(i)) FROM (SELECT CAST(i AS INTEGER) AS i FROM range(1, 1114112) r(i) WHERE i < 55296 OR i > 57343)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var c rune
		var got string
		if err := rows.Scan(&c, &got); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToLower(string(c)); got != want {
			t.Errorf("%q: %q, in Go %q", c, got, want)
		}
		n++
	}
	if err := rows.Err(); err != nil || n != 1_112_063 {
		t.Errorf("%d characters, %v", n, err)
	}
}

// TestAwkward asks for values and names made of what a rest is made of.
func TestAwkward(t *testing.T) {
	texts := []string{"\x1aL", "\x1a\x1c", "\x1aJL", "\x1a\x1aL", "\x1c\x1aM", "\x1e\x1f", "\x1d", "\x1d\x1d", "x\x00y", "a\nb", "it''s", "%_!", "\u2028", "\x1b", event.RestHead}
	var events []*record
	for i, text := range texts {
		e := &record{fields: []event.Field{{Name: "Cold", Value: text}, {Name: "n" + text, Value: "1"}}}
		e.Place = event.Place{Evidence: 1, Offset: int64(i) * 10, Len: 10, Line: 1}
		e.Source, e.Shape, e.RecordID = "entra.audit", "test", strconv.Itoa(i)
		events = append(events, e)
	}
	c := stored(t, testSources, events, 0)
	for i, text := range texts {
		for _, line := range []string{fmt.Sprintf(`"Cold": %s`, yamlText(text)), fmt.Sprintf(`"Cold|cased|startswith": %s`, yamlText(text)), fmt.Sprintf(`%s: 1`, yamlText("N"+text))} {
			rules, err := sigma.Parse("r.yml", []byte("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection:\n  s:\n    "+line+"\n  condition: s\n"))
			if err != nil || !rules[0].Usable() {
				t.Fatalf("%s: %v %s", line, err, rules[0].Reason)
			}
			statement, err := Of(rules[0], layout(testSources), DuckDB)
			if err != nil {
				t.Fatal(err)
			}
			var want []int64
			for _, e := range events {
				if rules[0].Match(e) {
					want = append(want, e.ID())
				}
			}
			if got := ids(t.Context(), t, c, statement); !slices.Equal(got, want) || !slices.Contains(got, events[i].ID()) {
				t.Errorf("%s: %v, not %v\n%s", line, got, want, statement)
			}
		}
	}
}

// yamlText is a text in quotes.
func yamlText(s string) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return `"` + b.String() + `"`
}

// TestReasons is what can't be said.
func TestReasons(t *testing.T) {
	const logsource = "logsource: {product: azure, service: auditlogs}\n"
	for _, tc := range []struct{ name, rule, reason string }{
		{"bytes", logsource + "detection:\n  s: {a|utf16|contains|cased: x}\n  condition: s", "no text"},
		{"part of a time", logsource + "detection:\n  s: {ts|hour: 3}\n  condition: s", "a part of a time"},
		{"no reader", "logsource: {product: okta}\ndetection:\n  s: {a: b}\n  condition: s", "nothing reads product okta"},
		{"filter", logsource + "filter:\n  rules: any\n  s: {a: b}\n  condition: s", "a filter finds no events"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, err := sigma.Parse("r.yml", []byte("title: t\n"+tc.rule+"\n"))
			if err != nil || rules[0].State != "" {
				t.Fatal(err, rules[0].Reason)
			}
			if text, err := Of(rules[0], layout(testSources), DuckDB); err == nil || !strings.Contains(err.Error(), tc.reason) {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

// TestTime holds the engine's spelling of times against the matcher's.
func TestTime(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	var events []*record
	for i := range 50 {
		e := randomRecord(random, i)
		events = append(events, e)
	}
	c := stored(t, testSources, events, 0)
	for _, e := range events {
		text := "null"
		if v := e.Values(detect.TimeField); len(v) > 0 {
			text = "'" + v[0].Text + "'"
		}
		rules, err := sigma.Parse("r.yml", []byte("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection:\n  s: {ts: "+text+"}\n  condition: s\n"))
		if err != nil {
			t.Fatal(err)
		}
		statement, err := Of(rules[0], layout(testSources), DuckDB)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(t.Context(), t, c, statement); !slices.Contains(got, e.ID()) {
			t.Errorf("%s: %v lacks %d\n%s", text, got, e.ID(), statement)
		}
	}
}
