package attack

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotwash/simulate/scenario"
	"hotwash/simulate/world"
)

// Action is something a step can do, by the name scenarios use.
type Action struct {
	Name  string
	About string
	Asset string   // the kind of asset it needs, empty for none
	With  []string // the parameters it knows
	kind  world.Kind
	do    func(*play)
}

// Actions are all actions, in the order of their names.
func Actions() []*Action {
	out := slices.Clone(table)
	slices.SortFunc(out, func(a, b *Action) int { return strings.Compare(a.Name, b.Name) })
	return out
}

var table = []*Action{
	{"entra.sign_in", "signs in to an application", "", []string{"app", "result"}, world.SignIn, signIn},
	{"powerplatform.create_data_policy", "creates a data policy", "data_policy", nil, world.PolicyCreate, once},
	{"powerplatform.update_data_policy", "changes a data policy", "data_policy", nil, world.PolicyUpdate, once},
	{"powerplatform.delete_data_policy", "deletes a data policy; the platform evaluates its apps anew", "data_policy", nil, world.PolicyDelete, deletePolicy},
	{"powerautomate.create_flow", "creates a flow", "flow", nil, world.FlowCreate, once},
	{"powerautomate.edit_flow", "edits flows, each several times", "", []string{"flows", "times"}, world.FlowEdit, editFlows},
	{"powerautomate.delete_flow", "deletes a flow", "flow", nil, world.FlowDelete, once},
	{"powerautomate.share_flow", "gives somebody a flow", "flow", []string{"to"}, world.FlowShare, share},
}

var actions = func() map[string]*Action {
	byName := map[string]*Action{}
	for _, a := range table {
		byName[a.Name] = a
	}
	return byName
}()

func once(p *play) { p.act(0, 1) }

func signIn(p *play) {
	a := p.act(0, 1)
	a.App = world.App(param(p.with, "app", string(world.Office)))
	a.Result = world.Result(param(p.with, "result", ""))
}

// deletePolicy has a consequence: apps that the policy held back are free.
func deletePolicy(p *play) {
	p.act(0, 1)
	for _, app := range p.w.Kind("power_app") {
		a := p.act(0, 1)
		a.Kind, a.Asset = world.AppEvaluated, app
		if app.Owner != nil {
			a.Who, a.By = app.Owner, app.Owner.ID
		}
		a.At = a.At.Add(30*time.Second + time.Duration(p.r.Int64N(int64(3*time.Minute))))
		a.Label = world.Label{Step: p.label.Step, Role: world.Consequence, Parent: p.label.Step}
	}
}

func editFlows(p *play) {
	ids := p.with["flows"]
	if len(ids) == 0 && p.asset != nil {
		ids = scenario.Values{p.asset.ID}
	}
	times, _ := strconv.Atoi(param(p.with, "times", "1"))
	n := times * len(ids)
	for i := range n {
		p.act(i, n).Asset, _ = p.w.Asset(ids[i%len(ids)])
	}
}

func share(p *play) {
	p.act(0, 1).Shared, _ = p.w.Person(param(p.with, "to", p.who.ID))
}

func param(with map[string]scenario.Values, name, otherwise string) string {
	if v := with[name]; len(v) > 0 {
		return v[0]
	}
	return otherwise
}

// Check finds actions that don't exist and parameters they don't know.
func Check(sc *scenario.Scenario) []error {
	c := &checker{sc: sc}
	for _, s := range sc.Steps {
		c.item(s.Path, []string{s.Path + ".action"}, []string{s.Action}, s.Asset, s.With)
	}
	for _, h := range sc.RedHerrings {
		var at []string
		for i := range h.Uses {
			at = append(at, fmt.Sprintf("%s.uses[%d]", h.Path, i))
		}
		c.item(h.Path, at, h.Uses, h.Asset, h.With)
	}
	return c.faults
}

type checker struct {
	sc     *scenario.Scenario
	faults []error
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, c.sc.Fault(path, format, args...))
}

// item checks a step's action or a red herring's; those share one asset and
// the parameters, so each of these must mean something to one of them.
func (c *checker) item(path string, at, names []string, asset string, with map[string]scenario.Values) {
	var known []string
	takesAsset := false
	for i, name := range names {
		a := actions[name]
		if a == nil {
			c.fault(at[i], "no action %q; there are %s", name, strings.Join(Names(), ", "))
			return
		}
		known = append(known, a.With...)
		takesAsset = takesAsset || a.Asset != "" || slices.Contains(a.With, "flows")
		c.needs(path, a, asset, with)
	}
	if asset != "" && !takesAsset {
		c.fault(path+".asset", "%s takes no asset", strings.Join(names, ", "))
	}
	for _, key := range slices.Sorted(maps.Keys(with)) {
		if !slices.Contains(known, key) {
			c.fault(path+".with."+key, "%s knows no parameter %q", strings.Join(names, ", "), key)
			continue
		}
		c.parameter(path+".with."+key, key, with[key])
	}
}

// needs checks the asset that an action can't do without.
func (c *checker) needs(path string, a *Action, asset string, with map[string]scenario.Values) {
	switch {
	case a.Asset != "":
		c.kind(path+".asset", a.Name, a.Asset, asset)
	case slices.Contains(a.With, "flows") && len(with["flows"]) == 0:
		c.kind(path+".asset", a.Name, "flow", asset)
	}
}

func (c *checker) kind(path, action, want, id string) {
	if a, ok := c.sc.Asset(id); !ok || a.Kind != want {
		c.fault(path, "%s: asset %q: want one of kind %s", action, id, want)
	}
}

// maxTimes keeps a step from being a flood by mistake.
const maxTimes = 10_000

func (c *checker) parameter(path, key string, values scenario.Values) {
	for i, v := range values {
		ok := false
		switch key {
		case "app":
			ok = slices.Contains(world.AppList, world.App(v))
		case "result":
			ok = v == string(world.WrongPassword) || v == string(world.MFARequired)
		case "times":
			n, err := strconv.Atoi(v)
			ok = err == nil && n > 0 && n <= maxTimes
		case "to":
			_, ok = c.sc.User(v)
		case "flows":
			a, found := c.sc.Asset(v)
			ok = found && a.Kind == "flow"
		}
		if !ok {
			c.fault(fmt.Sprintf("%s[%d]", path, i), "%s %q: no such value", key, v)
		}
	}
}

// Names are the names of all actions, in order.
func Names() []string {
	var out []string
	for _, a := range Actions() {
		out = append(out, a.Name)
	}
	return out
}
