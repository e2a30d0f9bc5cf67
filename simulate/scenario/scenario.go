// Package scenario is the drill language: strict YAML that says who works
// where, what is logged, what an attacker does and what must be noticed. It
// reads and checks; it draws nothing at random (but for the distributions it
// holds), knows no log format and writes no file. A field of drill/v1 that no
// code acts on yet is refused with its line, never ignored.
package scenario

import "net/netip"

// Schema is the only schema string that is accepted.
const Schema = "drill/v1"

// Scenario is one exercise. Every item has a stable id: labels, test names and
// baselines hang on it.
type Scenario struct {
	Schema        string       `yaml:"schema"`
	ID            string       `yaml:"id"`
	Title         string       `yaml:"title"`
	Summary       string       `yaml:"summary"`
	Version       int          `yaml:"version"`
	AttackVersion string       `yaml:"attack_version"` // ATT&CK release of the technique ids
	Epoch         Instant      `yaml:"epoch"`          // what "+26h" is counted from; never the wall clock
	Window        Window       `yaml:"window"`
	Seed          uint64       `yaml:"seed"`
	Tags          []string     `yaml:"tags"`
	Environment   Environment  `yaml:"environment"`
	Sources       []Source     `yaml:"sources"`
	Background    []Background `yaml:"background"`
	RedHerrings   []RedHerring `yaml:"red_herrings"`
	Actors        []Actor      `yaml:"actors"`
	Steps         []Step       `yaml:"steps"`
	Detections    []Detection  `yaml:"detections"`

	File         string         `yaml:"-"` // as named by the caller, for messages
	Text         []byte         `yaml:"-"` // as read, for the manifest's hash
	Organization []byte         `yaml:"-"` // the organization's text, likewise
	lines        map[string]int // of "steps[2].action"
}

// Window is the time that the logs cover.
type Window struct {
	Start    Instant  `yaml:"start"`
	Duration Duration `yaml:"duration"`
}

// Environment is the organization: shared by all scenarios through
// organization.yml, and added to or overridden, id by id, by a scenario.
type Environment struct {
	Timezone string   `yaml:"timezone"` // business hours are in it; logs stay in UTC
	Tenants  []Tenant `yaml:"tenants"`
	Users    []User   `yaml:"users"`
	Staff    *Staff   `yaml:"staff"`
	Assets   []Asset  `yaml:"assets"`
}

// Tenant is a directory. Its id is derived from the seed and starts with the
// reserved mark.
type Tenant struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Domain   string `yaml:"domain"`
	TenantID string `yaml:"tenant_id"` // "auto"
}

// User is a person with an account.
type User struct {
	ID      string       `yaml:"id"`
	UPN     string       `yaml:"upn"`
	Name    string       `yaml:"name"`
	Role    string       `yaml:"role"` // staff, maker or admin: what their background looks like
	Country string       `yaml:"country"`
	City    string       `yaml:"city"`
	IPs     []netip.Addr `yaml:"ips"`
	Leaves  Instant      `yaml:"leaves"` // no background from then on
}

// Staff is people whose names nobody needs to choose.
type Staff struct {
	Count  int      `yaml:"count"`
	Makers Fraction `yaml:"makers"` // share of them who build flows and apps
}

// Asset is something that is worked on.
type Asset struct {
	ID          string   `yaml:"id"`
	Kind        string   `yaml:"kind"` // one of AssetKinds
	Name        string   `yaml:"name"`
	Owner       string   `yaml:"owner"`       // a user id
	Environment string   `yaml:"environment"` // an asset of kind environment
	Connectors  []string `yaml:"connectors"`
}

// AssetKinds are the kinds of assets.
var AssetKinds = []string{"environment", "data_policy", "flow", "power_app", "site"}

// Source is a log that is written, in the shape an export of it has.
type Source struct {
	ID      string       `yaml:"id"`
	Source  string       `yaml:"source"` // public source name: m365.ual
	Shape   string       `yaml:"shape"`
	File    string       `yaml:"file"`    // base name; empty means the format's usual one
	Latency Distribution `yaml:"latency"` // from the act until the log's own pipeline has it
}

// Background is benign activity that shows in a source. Rate is the mean over a
// whole week; Shape says how it lies in the week's hours.
type Background struct {
	ID           string     `yaml:"id"`
	Source       string     `yaml:"source"` // a source's id
	Rate         Rate       `yaml:"rate"`
	Shape        string     `yaml:"shape"` // business_hours or flat
	FailureRatio Fraction   `yaml:"failure_ratio"`
	Population   Population `yaml:"population"`
}

// Population says who is behind a background and how unequally.
type Population struct {
	Users Values   `yaml:"users"` // "all" or user ids
	Zipf  Exponent `yaml:"zipf"`
}

// RedHerring looks like an attack and is none.
type RedHerring struct {
	ID          string            `yaml:"id"`
	At          Instant           `yaml:"at"`
	Actor       string            `yaml:"actor"` // a user id
	Uses        []string          `yaml:"uses"`  // actions, one after the other
	Asset       string            `yaml:"asset"`
	With        map[string]Values `yaml:"with"`
	Explanation string            `yaml:"explanation"`

	Path string `yaml:"-"`
}

// Actor is who really acts; the account that shows in the logs is Step.As.
type Actor struct {
	ID   string       `yaml:"id"`
	Kind string       `yaml:"kind"` // external, insider or supplier
	User string       `yaml:"user"` // an insider's own account
	IPs  []netip.Addr `yaml:"ips"`
}

// Step is one act of the attack. It starts Delay after the last of After has
// finished, or after the window's start.
type Step struct {
	ID        string            `yaml:"id"`
	After     []string          `yaml:"after"`
	Delay     Distribution      `yaml:"delay"`
	Duration  Distribution      `yaml:"duration"`
	Actor     string            `yaml:"actor"`
	As        string            `yaml:"as"` // a user id; empty means the actor's own account
	Asset     string            `yaml:"asset"`
	Technique string            `yaml:"technique"`
	Action    string            `yaml:"action"`
	With      map[string]Values `yaml:"with"`

	Path string `yaml:"-"`
}

// What a detection expects.
const (
	ExpectAlert     = "alert"
	ExpectNoAlert   = "no_alert"   // a negative test
	ExpectSilentLog = "silent_log" // evidence only
)

// Detection is one expectation about a step or a red herring.
type Detection struct {
	ID       string            `yaml:"id"`
	Step     string            `yaml:"step"`
	Rules    Rules             `yaml:"rules"`
	Expect   string            `yaml:"expect"`
	Count    *Count            `yaml:"count"`  // events of the step that the findings hold
	Within   Duration          `yaml:"within"` // from the step's first event, in event time
	Entity   map[string]string `yaml:"entity"` // user: a user id
	Severity *Severity         `yaml:"severity"`
	Needs    Needs             `yaml:"needs"`

	Line int `yaml:"-"`
}

// Rules names rules by id or title: any one of Any and each one of All.
type Rules struct {
	Any []string `yaml:"any"`
	All []string `yaml:"all"`
}

// Count is an inclusive range; Max 0 is no upper bound.
type Count struct {
	Min int `yaml:"min"`
	Max int `yaml:"max"`
}

// Severity is an inclusive range of levels; empty is no bound.
type Severity struct {
	Min string `yaml:"min"`
	Max string `yaml:"max"`
}

// Needs is what must be there for an expectation to be measured at all.
type Needs struct {
	Watchlists []string `yaml:"watchlists"`
}

// User finds a user of the environment.
func (s *Scenario) User(id string) (User, bool) {
	for _, u := range s.Environment.Users {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}

// Actor finds an actor.
func (s *Scenario) Actor(id string) (Actor, bool) {
	for _, a := range s.Actors {
		if a.ID == id {
			return a, true
		}
	}
	return Actor{}, false
}

// Asset finds an asset of the environment.
func (s *Scenario) Asset(id string) (Asset, bool) {
	for _, a := range s.Environment.Assets {
		if a.ID == id {
			return a, true
		}
	}
	return Asset{}, false
}
