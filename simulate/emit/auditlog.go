package emit

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

// auditPeople is how many accounts a generated audit log has.
const auditPeople = 2000

// AuditLog writes a unified audit log of bare AuditData records, one a line, in
// the order of time: logons, files, mail and the Power Platform, by accounts
// that are active unequally. It is for measuring; a record holds about 32
// leaves and 1 kB, and bears the mark like any other.
func AuditLog(w io.Writer, seed uint64, records int) error {
	org, err := auditWorld(seed)
	if err != nil {
		return err
	}
	t, err := NewTeller(org, org.Scenario.Sources[0])
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<20)
	g := newActivity(org)
	var buf []byte
	for i := range records {
		g.next(i)
		buf = append(t.format.Append(buf[:0], t, &g.act), '\n')
		if _, err := out.Write(buf); err != nil {
			return err
		}
	}
	return out.Flush()
}

// auditWorld is an organization large enough to measure with.
func auditWorld(seed uint64) (*world.World, error) {
	sc := &scenario.Scenario{ID: "audit-log", File: "audit-log"}
	epoch, err := scenario.ParseInstant("2026-03-02T00:00:00Z")
	if err != nil {
		return nil, err
	}
	sc.Epoch, sc.Window = epoch, scenario.Window{Start: epoch, Duration: scenario.Duration(30 * 24 * time.Hour)}
	sc.Sources = []scenario.Source{{ID: "audit", Source: auditData.Source, Shape: auditData.Shape}}
	sc.Environment = scenario.Environment{
		Timezone: "UTC",
		Tenants:  []scenario.Tenant{{ID: "contoso", Name: "Contoso", Domain: "contoso.example"}},
		Staff:    &scenario.Staff{Count: auditPeople, Makers: 0.1},
		Assets:   []scenario.Asset{{ID: "finance", Kind: "site", Name: "Finance"}, {ID: "sales", Kind: "site", Name: "Sales"}},
	}
	for i := range 50 {
		sc.Environment.Assets = append(sc.Environment.Assets, scenario.Asset{ID: fmt.Sprintf("app-%d", i), Kind: "power_app", Name: fmt.Sprintf("App %d", i)})
	}
	return world.New(sc, seed)
}

// activity draws one act after the other. It reuses one act: a million are
// never held at once.
type activity struct {
	act   world.Act
	w     *world.World
	r     *rand.Rand
	zipf  *rand.Zipf
	apps  []*world.Asset
	flows []*world.Asset
	at    time.Time
}

func newActivity(w *world.World) *activity {
	r := w.Stream(world.Key{Step: "activity"})
	return &activity{
		w: w, r: r, zipf: rand.NewZipf(r, 1.1, 8, uint64(len(w.People)-1)),
		apps: w.Kind("power_app"), flows: w.Kind("flow"), at: w.Start,
	}
}

func (g *activity) next(i int) {
	g.at = g.at.Add(time.Duration(g.r.ExpFloat64() * float64(2500*time.Millisecond)))
	who := g.w.People[g.zipf.Uint64()]
	g.act = world.Act{Key: fmt.Sprintf("audit/%d", i), At: g.at, By: who.ID, Who: who, From: who.From(g.r)}
	g.act.Kind = world.Pick(g.r, auditMix)
	switch g.act.Kind {
	case world.SignIn:
		g.act.App = world.Pick(g.r, world.AppList)
		if g.r.Float64() < 0.05 {
			g.act.Result = world.WrongPassword
		}
	case world.AppLaunch:
		g.act.Asset = world.Pick(g.r, g.apps)
	case world.FlowEdit, world.FlowCreate:
		g.act.Asset = world.Pick(g.r, g.flows)
	case world.MailboxSet:
		g.act.Item = g.w.People[g.zipf.Uint64()].Name
	default:
		g.act.Item = fmt.Sprintf("Projects/P%03d/Report %d.docx", g.r.IntN(500), g.r.IntN(20000))
	}
}

// auditMix has the kinds in the shares that make 32 leaves a record on average.
var auditMix = mix(
	share{world.MailboxSet, 16}, share{world.ChatSend, 16},
	share{world.FileRead, 2}, share{world.FileModify, 1}, share{world.FileDownload, 1},
	share{world.MailRead, 2}, share{world.MailSend, 2},
	share{world.SignIn, 2}, share{world.AppLaunch, 1}, share{world.FlowEdit, 2}, share{world.FlowCreate, 1},
)

type share struct {
	kind  world.Kind
	parts int
}

func mix(shares ...share) []world.Kind {
	var out []world.Kind
	for _, s := range shares {
		out = append(out, slices.Repeat([]world.Kind{s.kind}, s.parts)...)
	}
	return out
}
