package detect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/event"
	"hotwash/analyze/sigma"
)

// memory is a case of a few events.
type memory struct {
	batches map[string][]*event.Columns
	fail    error
}

func (m *memory) Scan(_ context.Context, source string, _, _ int64) iter.Seq2[*event.Columns, error] {
	return func(yield func(*event.Columns, error) bool) {
		for _, c := range m.batches[source] {
			if !yield(c, nil) {
				return
			}
		}
		if m.fail != nil {
			yield(nil, m.fail)
		}
	}
}

func (m *memory) present() map[string]int64 {
	out := map[string]int64{}
	for s, list := range m.batches {
		for _, c := range list {
			out[s] += int64(c.Len())
		}
	}
	return out
}

// record is an event for tests: at is in hours, negative for none; fields are
// names and values in turn, the names of events columns marked with a colon.
type record struct {
	id     int64
	at     float64
	fields []string
}

const hour = 3600 * 1_000_000

// batch makes columns of records. The first native field is a hot column, the
// others go to the rest.
func batch(source string, records ...record) *event.Columns {
	c := &event.Columns{Source: source}
	for _, name := range []string{"operation", "outcome", "message", "actor", "src_ip", "host"} {
		c.Events = append(c.Events, event.Column{Name: name, Text: make([]string, len(records)), Valid: make([]bool, len(records))})
	}
	rest := event.Column{Name: "rest", Text: make([]string, len(records)), Valid: make([]bool, len(records))}
	for i, r := range records {
		c.IDs = append(c.IDs, r.id)
		t := event.Time{}
		if r.at >= 0 {
			t = event.Time{Micros: int64(r.at * hour), Quality: event.NewQuality(event.BasisExplicit, event.Second, 0)}
		}
		c.Times = append(c.Times, t)
		var text []byte
		for k := 0; k < len(r.fields); k += 2 {
			name, value := r.fields[k], r.fields[k+1]
			own, ok := strings.CutPrefix(name, ":")
			if !ok {
				text = event.AppendRest(text, name, value, event.RestValue)
				continue
			}
			at := slices.IndexFunc(c.Events, func(col event.Column) bool { return col.Name == own })
			c.Events[at].Text[i], c.Events[at].Valid[i] = value, true
		}
		rest.Text[i], rest.Valid[i] = string(text), true
	}
	c.Native = []event.Column{rest}
	return c
}

func parse(t testing.TB, logsource, detection string, more ...string) *sigma.Rule {
	t.Helper()
	text := "title: T\nid: r1\nlevel: high\nauthor: someone\ntags: [attack.t1098.001]\nlogsource: {" + logsource + "}\ndetection:\n  " +
		strings.ReplaceAll(detection, "\n", "\n  ") + "\n" + strings.Join(more, "\n") + "\n"
	rules, err := sigma.Parse("r.yml", []byte(text))
	if err != nil || rules[0].State != "" {
		t.Fatalf("%v: %s", err, rules[0].Reason)
	}
	return rules[0]
}

const ual = "product: m365, service: audit"

func run(t testing.TB, m *memory, rules ...*sigma.Rule) *Result {
	t.Helper()
	res, err := Run(context.Background(), rules, m.present(), m)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestRunFinding(t *testing.T) {
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {
		batch("m365.ual",
			record{7, 1.5, []string{"Operation", "New-InboxRule", ":actor", "kim@example.com", ":src_ip", "203.0.113.7"}},
			record{8, 1.0, []string{"Operation", "new-inboxrule", ":actor", "kim@example.com", ":src_ip", "203.0.113.8"}},
			record{9, 2.0, []string{"Operation", "Send", ":actor", "kim@example.com"}}),
		batch("m365.ual", record{10, 2.5, []string{"Operation", "New-InboxRule", ":host", "srv1"}}),
	}}}
	res := run(t, m, parse(t, ual, "s: {Operation: New-InboxRule}\ncondition: s", "next_steps: [Ask]", "falsepositives: [None]", "attack_version: '19'"))
	if len(res.Findings) != 2 {
		t.Fatalf("%d findings", len(res.Findings))
	}
	f := res.Findings[0]
	if len(f.ID) != 16 || !strings.Contains(f.Query, "'"+f.ID+"'") || strings.Contains(f.Query, "$finding") {
		t.Errorf("id %q, query %q", f.ID, f.Query)
	}
	f.ID, f.Query = "", ""
	want := Finding{
		Rule: "r1", Path: "r.yml", Title: "T", Author: "someone", Level: "high", Techniques: []string{"T1098.001"}, AttackVersion: "19",
		First: 1 * hour, Last: 1.5 * hour, Count: 2, EventIDs: EventIDs{8, 7}, Sources: []string{"m365.ual"},
		Entities:  map[string][]string{"user": {"kim@example.com"}, "ip": {"203.0.113.7", "203.0.113.8"}},
		Why:       []sigma.Why{{Selection: "s", Field: "Operation", Modifiers: []string{}, Pattern: "New-InboxRule", Value: "new-inboxrule"}},
		NextSteps: []string{"Ask"}, FalsePositives: []string{"None"},
	}
	if d := cmp.Diff(want, f); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string][]string{"host": {"srv1"}}, res.Findings[1].Entities); d != "" {
		t.Error(d)
	}
}

func TestRunSplits(t *testing.T) {
	op := []string{"Operation", "X", ":actor", "a"}
	for _, tc := range []struct {
		name    string
		records []record
		want    string // event ids of each finding
	}{
		{"a day of silence is one finding", []record{{1, 0, op}, {2, 24, op}, {3, 48, op}}, "[1 2 3]"},
		{"more is two", []record{{1, 0, op}, {2, 24.001, op}}, "[1] [2]"},
		{"out of order", []record{{1, 50, op}, {2, 1, op}, {3, 49, op}}, "[2] [3 1]"},
		{"those without a time stand last", []record{{1, -1, op}, {2, 5, op}, {3, -1, op}, {4, 6, op}}, "[2 4 1 3]"},
		{"and in the last finding", []record{{1, -1, op}, {2, 5, op}, {3, 50, op}}, "[2] [3 1]"},
		{"none has a time", []record{{1, -1, op}, {2, -1, op}}, "[1 2]"},
		{"by actor", []record{{1, 1, op}, {2, 2, []string{"Operation", "X", ":actor", "b"}}, {3, 3, op}}, "[1 3] [2]"},
		{"by host without an actor", []record{{1, 1, []string{"Operation", "X", ":host", "h", ":src_ip", "::1"}}, {2, 2, []string{"Operation", "X", ":src_ip", "::1"}}}, "[1] [2]"},
		{"by nothing", []record{{1, 1, []string{"Operation", "X"}}, {2, 2, []string{"Operation", "X"}}}, "[1 2]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", tc.records...)}}}
			var got []string
			for _, f := range run(t, m, parse(t, ual, "s: {Operation: X}\ncondition: s")).Findings {
				got = append(got, fmt.Sprint([]int64(f.EventIDs)))
				if len(f.Why) != 1 || f.Why[0].Value != "X" {
					t.Errorf("why %v", f.Why)
				}
				if f.Count != len(f.EventIDs) {
					t.Errorf("count %d", f.Count)
				}
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("got %v, want %s", got, tc.want)
			}
		})
	}
}

// First and last are those of the events that have a time.
func TestUndatedHasNoTime(t *testing.T) {
	op := []string{"Operation", "X", ":actor", "a"}
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", record{1, -1, op}, record{2, 5, op}, record{3, 7, op})}}}
	f := run(t, m, parse(t, ual, "s: {Operation: X}\ncondition: s")).Findings[0]
	if f.First != 5*hour || f.Last != 7*hour || f.Undated {
		t.Errorf("first %d, last %d, undated %t", f.First, f.Last, f.Undated)
	}
}

// A rule that panics is out, and says where; the others see every event.
func TestPanicIsTheRules(t *testing.T) {
	op := []string{"Operation", "X", "A", "a", ":actor", "a"}
	broken := batch("m365.ual", record{1, 1, op}, record{2, 2, []string{"Operation", "X"}})
	at := slices.IndexFunc(broken.Events, func(c event.Column) bool { return c.Name == "actor" })
	broken.Events[at].Valid = broken.Events[at].Valid[:1] // whoever matches the second event fails
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {broken, batch("m365.ual", record{3, 3, op})}}}
	fails, goesOn := parse(t, ual, "s: {Operation: X}\ncondition: s"), parse(t, ual, "s: {A: a}\ncondition: s")
	res := run(t, m, fails, goesOn)
	if s := res.Statuses[0]; s.State != Failed || !strings.HasPrefix(s.Reason, "panic at event 2: ") {
		t.Errorf("%s: %s", s.State, s.Reason)
	}
	if s := res.Statuses[1]; s.State != Loaded || s.Reason != "" {
		t.Errorf("%s: %s", s.State, s.Reason)
	}
	var got []string
	for _, f := range res.Findings {
		got = append(got, fmt.Sprint([]int64(f.EventIDs)))
	}
	if d := cmp.Diff([]string{"[1]", "[1 3]"}, got); d != "" {
		t.Error(d)
	}
}

// The reason of a finding is its first event's, whatever order events come in.
func TestWhyIsOfFirstEvent(t *testing.T) {
	rec := func(id int64, at float64, v string) record {
		return record{id, at, []string{"Operation", v, ":actor", "a"}}
	}
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", rec(1, 30, "x3"), rec(2, 10, "x1"), rec(3, 20, "x2"), rec(4, 10, "x1b"))}}}
	res := run(t, m, parse(t, ual, "s: {Operation: x*}\ncondition: s"))
	if len(res.Findings) != 1 || res.Findings[0].Why[0].Value != "x1" {
		t.Errorf("%+v", res.Findings)
	}
}

func TestFields(t *testing.T) {
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual",
		record{1, 1, []string{"New Value", "v", ":actor", "kim@example.com", ":message", "a Needle", ":src_ip", "203.0.113.7"}},
		record{2, 2, []string{"Actor", "native", ":actor", "kim@example.com"}},
		record{3, 3, []string{"Other", "needle"}},
	)}}}
	for _, tc := range []struct {
		name, detection string
		want            string
	}{
		{"a native name by spaces and case", "s: {newvalue: v}\ncondition: s", "[1]"},
		{"an events column by our name", "s: {actor: kim@*}\ncondition: s", "[1]"},
		{"a native field comes before the column of that name", "s: {actor: native}\ncondition: s", "[2]"},
		{"a network over a column", "s: {src_ip|cidr: 203.0.113.0/24}\ncondition: s", "[1]"},
		{"a column that is missing is null", "s: {src_ip: null}\ncondition: s", "[2 3]"},
		{"keywords see native fields and the message", "s: [needle]\ncondition: s", "[1 3]"},
		{"keywords beside a column that was asked for", "s: [kim]\na: {actor: kim*}\ncondition: a and s", ""},
		{"a name nobody has", "s: {nope: x}\ncondition: s", ""},
		{"not", "s: {other: needle}\ncondition: not s", "[1 2]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var ids []int64
			for _, f := range run(t, m, parse(t, ual, tc.detection)).Findings {
				ids = append(ids, f.EventIDs...)
			}
			slices.Sort(ids)
			if got := fmt.Sprint(ids); got != tc.want && (tc.want != "" || len(ids) > 0) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestGates(t *testing.T) {
	sysmon := "Microsoft-Windows-Sysmon/Operational"
	m := &memory{batches: map[string][]*event.Columns{
		"windows.registry": {batch("windows.registry",
			record{1, 1, []string{"EventID", "13", "TargetObject", "x", "Channel", sysmon}},
			record{2, 1, []string{"EventID", "12", "TargetObject", "x", "Channel", sysmon}},
			record{3, 1, []string{"EventID", "4657", "TargetObject", "x", "Channel", "Security"}})},
		"windows.security": {batch("windows.security", record{4, 1, []string{"EventID", "4624", "TargetObject", "x"}})},
		"windows.eventlog": {batch("windows.eventlog",
			record{5, 1, []string{"EventID", "18", "TargetObject", "x", "Channel", sysmon}},
			record{6, 1, []string{"EventID", "18", "TargetObject", "x", "Channel", "System"}})},
		"zeek.other":   {batch("zeek.other", record{7, 1, []string{":operation", "http", "operation", "ssl", "TargetObject", "x"}}, record{8, 1, []string{":operation", "ssl", "TargetObject", "x"}})},
		"linux.syslog": {batch("linux.syslog", record{9, 1, []string{":operation", "sshd", "TargetObject", "x"}}, record{10, 1, []string{":operation", "su", "TargetObject", "x"}})},
	}}
	for _, tc := range []struct{ logsource, want string }{
		{"product: windows, category: registry_set", "[1 3]"},
		{"product: windows, category: registry_event", "[1 2 3]"},
		{"product: windows, category: registry_delete", "[2]"},
		{"product: windows, service: security", "[3 4]"},
		{"product: windows, service: sysmon", "[1 2 5]"},
		{"product: windows, service: system", "[6]"},
		{"product: windows, category: pipe_created", "[5]"},
		{"product: windows", "[1 2 3 4 5 6]"},
		{"product: zeek, service: http", "[7]"},
		{"product: linux, service: sshd", "[9]"},
		{"product: linux", "[9 10]"},
	} {
		t.Run(tc.logsource, func(t *testing.T) {
			var ids []int64
			for _, f := range run(t, m, parse(t, tc.logsource, "s: {TargetObject: x}\ncondition: s")).Findings {
				ids = append(ids, f.EventIDs...)
			}
			slices.Sort(ids)
			if fmt.Sprint(ids) != tc.want {
				t.Errorf("got %v, want %s", ids, tc.want)
			}
		})
	}
}

func TestRunErrors(t *testing.T) {
	m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", record{1, 1, nil})}}, fail: errors.New("disk gone")}
	r := parse(t, ual, "s: {Operation: X}\ncondition: s")
	if _, err := Run(context.Background(), []*sigma.Rule{r}, m.present(), m); err == nil || err.Error() != "rules over m365.ual: disk gone" {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m.fail = nil
	if _, err := Run(ctx, []*sigma.Rule{r}, m.present(), m); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// citing is a memory that cites events by the folder they are in.
type citing struct {
	*memory
	prefix string
}

func (c citing) Cite(id int64) string { return fmt.Sprint(c.prefix, id&0xff) }

// The same evidence under another ordinal gives the same finding.
func TestIDIsPortable(t *testing.T) {
	rule := []*sigma.Rule{parse(t, ual, "s: {Operation: X}\ncondition: s")}
	id := func(prefix string, at int64) string {
		m := &memory{batches: map[string][]*event.Columns{"m365.ual": {batch("m365.ual", record{at, 1, []string{"Operation", "X", ":actor", "a"}})}}}
		res, err := Run(context.Background(), rule, m.present(), citing{m, prefix})
		if err != nil {
			t.Fatal(err)
		}
		return res.Findings[0].ID
	}
	if a, b := id("f!", 0x101), id("f!", 0x201); a != b {
		t.Errorf("ids %s and %s", a, b)
	}
	if a, b := id("f!", 0x101), id("g!", 0x101); a == b {
		t.Error("different evidence, same id")
	}
}

func TestFindingJSON(t *testing.T) {
	ids := make(EventIDs, 1500)
	ids[0] = 1<<62 + 1
	data, err := json.Marshal(Finding{EventIDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	var back Finding
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if len(back.EventIDs) != 1000 || back.EventIDs[0] != ids[0] {
		t.Errorf("%d ids, first %d", len(back.EventIDs), back.EventIDs[0])
	}
}
