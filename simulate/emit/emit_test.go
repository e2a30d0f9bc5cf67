package emit

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotwash/analyze/vocab"
	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const small = `schema: drill/v1
id: small
title: Small
version: 1
attack_version: "18"
epoch: 2026-03-02T00:00:00Z
window: {start: +0s, duration: 1d}
environment:
  tenants: [{id: contoso, name: Contoso, domain: contoso.example}]
  users:
    - {id: u-a, upn: anna@contoso.example, name: "Anna \"A\" Ü", role: admin, country: DE, city: Berlin, ips: [198.51.100.7]}
    - {id: u-b, upn: ben@contoso.example, name: Ben, role: maker, country: FR, city: Lyon, ips: ["2001:db8::7"]}
  assets:
    - {id: env, kind: environment, name: Finance}
    - {id: policy, kind: data_policy, name: "Finance, \"strict\"", environment: env, connectors: [SharePoint, Office 365 Outlook]}
    - {id: flow, kind: flow, name: F, owner: u-b, environment: env, connectors: [SharePoint, Office 365 Outlook]}
    - {id: app, kind: power_app, name: Expenses, owner: u-b}
    - {id: finance, kind: site, name: Finance}
sources:
  - {id: audit, source: m365.ual, shape: portal-csv}
  - {id: ndjson, source: m365.ual, shape: auditdata}
  - {id: signins, source: entra.signin, shape: graph-json}
`

func testWorld(t testing.TB) *world.World {
	t.Helper()
	sc, err := scenario.Parse("small.yml", []byte(small), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Check(sc)...); err != nil {
		t.Fatal(err)
	}
	w, err := world.New(sc, 42)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// oneOfEach is an act of every kind, a minute apart.
func oneOfEach(w *world.World) []*world.Act {
	asset := func(id string) *world.Asset { a, _ := w.Asset(id); return a }
	a, b := w.People[0], w.People[1]
	acts := []*world.Act{
		{Kind: world.SignIn, Who: a, App: world.AdminCenter},
		{Kind: world.SignIn, Who: b, App: world.Teams, Result: world.WrongPassword},
		{Kind: world.SignIn, Who: b, App: world.Office, Result: world.MFARequired},
		{Kind: world.PolicyCreate, Who: a, Asset: asset("policy")},
		{Kind: world.PolicyUpdate, Who: a, Asset: asset("policy")},
		{Kind: world.PolicyDelete, Who: a, Asset: asset("policy")},
		{Kind: world.AppEvaluated, Who: b, Asset: asset("app")},
		{Kind: world.AppLaunch, Who: a, Asset: asset("app")},
		{Kind: world.AppPublish, Who: b, Asset: asset("app")},
		{Kind: world.FlowCreate, Who: b, Asset: asset("flow")},
		{Kind: world.FlowEdit, Who: b, Asset: asset("flow")},
		{Kind: world.FlowShare, Who: b, Asset: asset("flow"), Shared: a},
		{Kind: world.FlowDelete, Who: b, Asset: asset("flow")},
		{Kind: world.FileRead, Who: b, Item: "General/Übersicht \"x\".xlsx"},
		{Kind: world.FileModify, Who: b, Item: "Plan.pptx"},
		{Kind: world.FileDownload, Who: b, Item: "A/B/c.docx"},
		{Kind: world.MailRead, Who: a, Item: "Re: offer"},
		{Kind: world.MailSend, Who: a, Item: "Line\nbreak\t\x01"},
		{Kind: world.MailboxSet, Who: a, Item: "Ben"},
		{Kind: world.ChatSend, Who: b},
	}
	for i, act := range acts {
		act.Key = string(act.Kind) + "/" + string(act.Result)
		act.At = w.Start.Add(time.Duration(i)*time.Minute + 700*time.Millisecond)
		act.By, act.From = act.Who.ID, act.Who.Addrs[0]
	}
	return acts
}

// tell writes a source and returns its bytes and records.
func tell(t testing.TB, w *world.World, source int, acts []*world.Act) ([]byte, []Record) {
	t.Helper()
	teller, err := NewTeller(w, w.Scenario.Sources[source])
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var recs []Record
	for rec, err := range teller.Write(&b, acts) {
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, rec)
	}
	return b.Bytes(), recs
}

func TestGolden(t *testing.T) {
	w := testWorld(t)
	for i, s := range w.Scenario.Sources {
		t.Run(s.Source+"."+s.Shape, func(t *testing.T) {
			got, _ := tell(t, w, i, oneOfEach(w))
			path := filepath.Join("testdata", s.Source+"."+s.Shape)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestPlaces: the records and what stands between them are the whole file.
func TestPlaces(t *testing.T) {
	w := testWorld(t)
	for i, s := range w.Scenario.Sources {
		f, err := Find(s.Source, s.Shape)
		if err != nil {
			t.Fatal(err)
		}
		for _, acts := range [][]*world.Act{oneOfEach(w), nil} {
			text, recs := tell(t, w, i, acts)
			var b strings.Builder
			b.WriteString(f.Head)
			between := f.First
			for _, r := range recs {
				b.WriteString(between)
				if r.Offset != int64(b.Len()) {
					t.Errorf("%s: record at %d, told %d", s.ID, b.Len(), r.Offset)
				}
				b.Write(text[r.Offset : r.Offset+int64(r.Len)])
				between = f.Separator
			}
			b.WriteString(f.Tail)
			if b.String() != string(text) {
				t.Errorf("%s: records and separators are not the file", s.ID)
			}
		}
	}
}

// TestReadBack reads the exports with the standard library and compares the
// facts of each act.
func TestReadBack(t *testing.T) {
	w := testWorld(t)
	acts := oneOfEach(w)
	for i, s := range w.Scenario.Sources {
		text, recs := tell(t, w, i, acts)
		for _, r := range recs {
			raw := text[r.Offset : r.Offset+int64(r.Len)]
			if s.Shape == "portal-csv" {
				raw = portalAuditData(t, raw, r)
			}
			var rec map[string]any
			if err := json.Unmarshal(raw, &rec); err != nil {
				t.Fatalf("%s: %v in %s", s.ID, err, raw)
			}
			upn, at, tenant := rec["UserId"], rec["CreationTime"], rec["OrganizationId"]
			if s.Source == "entra.signin" {
				upn, at, tenant = rec["userPrincipalName"], strings.TrimSuffix(rec["createdDateTime"].(string), "Z"), rec["homeTenantId"]
			}
			if upn != r.Act.Who.UPN || at != r.At.Format("2006-01-02T15:04:05") || r.At.Nanosecond() != 0 {
				t.Errorf("%s: %v at %v, want %s at %v", s.ID, upn, at, r.Act.Who.UPN, r.At)
			}
			if !vocab.SimulatedTenant(tenant.(string)) {
				t.Errorf("%s: no mark in %s", s.ID, raw)
			}
			addresses(t, rec)
		}
	}
}

func portalAuditData(t *testing.T, row []byte, r Record) []byte {
	t.Helper()
	fields, err := csv.NewReader(bytes.NewReader(row)).ReadAll()
	if err != nil || len(fields) != 1 || len(fields[0]) != 8 {
		t.Fatalf("%v: %q", err, row)
	}
	if at, err := time.Parse("1/2/2006 3:04:05 PM", fields[0][1]); err != nil || !at.Equal(r.At) {
		t.Errorf("CreationDate %s, want %v", fields[0][1], r.At)
	}
	return []byte(fields[0][5])
}

// addresses finds every address in a record, wherever it stands.
func addresses(t *testing.T, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			addresses(t, m)
		}
	case []any:
		for _, m := range v {
			addresses(t, m)
		}
	case string:
		if a, err := netip.ParseAddr(v); err == nil && !scenario.Documentation(a) {
			t.Errorf("address %s is of no documentation range", v)
		}
	}
}

// TestOneActOneID: two logs that tell one sign-in agree on its ids.
func TestOneActOneID(t *testing.T) {
	w := testWorld(t)
	acts := oneOfEach(w)[:1]
	audit, _ := tell(t, w, 1, acts)
	signIns, _ := tell(t, w, 2, acts)
	var a struct{ Id, IntraSystemId, InterSystemsId string }
	var s struct {
		Value []struct{ Id, CorrelationId string }
	}
	if err := errors.Join(json.Unmarshal(audit, &a), json.Unmarshal(signIns, &s)); err != nil {
		t.Fatal(err)
	}
	if a.Id != s.Value[0].Id || a.IntraSystemId != a.Id || a.InterSystemsId != s.Value[0].CorrelationId {
		t.Errorf("audit log %+v, sign-in log %+v", a, s.Value[0])
	}
}

func TestCheck(t *testing.T) {
	for _, tc := range []struct{ name, old, new, want string }{
		{"unknown source", "source: entra.signin", "source: entra.signins", `small.yml:22: source "entra.signins": want m365.ual, entra.signin`},
		{"unknown shape", "shape: graph-json", "shape: csv", `small.yml:22: source entra.signin: shape "csv": want graph-json`},
		{"one file twice", "shape: auditdata", "shape: portal-csv", "small.yml:21: file auditlog.csv is written twice: give one source another file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sc, err := scenario.Parse("small.yml", []byte(strings.Replace(small, tc.old, tc.new, 1)), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(Check(sc)...); err == nil || err.Error() != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteStopsAtAnError(t *testing.T) {
	w := testWorld(t)
	teller, err := NewTeller(w, w.Scenario.Sources[0])
	if err != nil {
		t.Fatal(err)
	}
	var got []error
	for _, err := range teller.Write(full{}, oneOfEach(w)) {
		got = append(got, err)
	}
	if len(got) != 1 || got[0] == nil {
		t.Errorf("got %v, want one error", got)
	}
}

func FuzzQuoted(f *testing.F) {
	f.Add("a\"\\\n\r\t\x00\x1f\x7fü\xff\xc3")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(appendQuoted(nil, s), &got); err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(s)
		var through string
		if err := json.Unmarshal(want, &through); err != nil || got != through {
			t.Errorf("%q came back as %q, want %q", s, got, through)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	w := testWorld(b)
	acts := oneOfEach(w)
	for i, s := range w.Scenario.Sources {
		b.Run(s.Source+"."+s.Shape, func(b *testing.B) {
			n := 0
			for b.Loop() {
				text, recs := tell(b, w, i, acts)
				b.SetBytes(int64(len(text)))
				n += len(recs)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
