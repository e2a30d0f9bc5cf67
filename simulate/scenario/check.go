package scenario

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // business hours are the same on a machine without zone files
)

// checker collects everything that is wrong, so that one run shows it all.
type checker struct {
	s      *Scenario
	faults []error
	known  ids // what may be referred to
	seen   ids // what has been checked, to find doubles
}

// ids are the ids of each list.
type ids map[string]map[string]bool

func (i ids) add(list, id string) {
	if i[list] == nil {
		i[list] = map[string]bool{}
	}
	i[list][id] = true
}

func newChecker(s *Scenario) *checker {
	c := &checker{s: s, known: ids{}, seen: ids{}}
	for _, u := range s.Environment.Users {
		c.known.add("user", u.ID)
	}
	for _, a := range s.Environment.Assets {
		c.known.add("asset", a.ID)
	}
	for _, x := range s.Sources {
		c.known.add("source", x.ID)
	}
	for _, a := range s.Actors {
		c.known.add("actor", a.ID)
	}
	for _, x := range s.Steps {
		c.known.add("step", x.ID)
	}
	for _, h := range s.RedHerrings {
		c.known.add("step", h.ID)
	}
	return c
}

// check takes the scenario's own environment apart from the whole, for only
// that has lines in this file.
func (s *Scenario) check(own Environment) error {
	c := newChecker(s)
	c.head()
	c.environment(own)
	c.tenancy()
	c.sources()
	c.background()
	c.actors()
	c.steps()
	c.herrings()
	c.detections()
	return errors.Join(c.faults...)
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, c.s.Fault(path, format, args...))
}

var (
	idForm        = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	techniqueForm = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	accountForm   = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)
	fileForm      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// id checks an id's form and that its list has it once. Steps and red herrings
// share one list, for both are what detections name.
func (c *checker) id(list, path, id string) {
	at := strings.TrimPrefix(path+".id", ".")
	if !idForm.MatchString(id) {
		c.fault(at, "%s id %q: want small letters, digits and single hyphens", list, id)
		return
	}
	if c.seen[list][id] {
		c.fault(at, "%s id %s is there twice", list, id)
	}
	c.seen.add(list, id)
}

// refers checks a reference to an id of a list.
func (c *checker) refers(list, path, id string) {
	if !c.known[list][id] {
		c.fault(path, "no %s %q", list, id)
	}
}

func (c *checker) oneOf(path, what, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		c.fault(path, "%s %q: want %s", what, value, strings.Join(allowed, ", "))
	}
}

func (c *checker) head() {
	s := c.s
	if s.Schema != Schema {
		c.fault("schema", "schema %q: want %s", s.Schema, Schema)
	}
	c.id("scenario", "", s.ID)
	if s.Title == "" {
		c.fault("title", "title is missing")
	}
	if s.Version < 1 {
		c.fault("version", "version %d: want 1 or more", s.Version)
	}
	if s.AttackVersion == "" {
		c.fault("attack_version", "attack_version is missing: the ATT&CK release of the technique ids")
	}
	if !s.Epoch.Absolute() {
		c.fault("epoch", "epoch must be an RFC 3339 time")
	}
	if d := time.Duration(s.Window.Duration); d <= 0 || d > maxWindow {
		c.fault("window.duration", "window.duration %v: want more than 0s, at most %v", d, maxWindow)
	}
}

const maxWindow = 366 * 24 * time.Hour

func (c *checker) environment(e Environment) {
	if _, err := time.LoadLocation(e.Timezone); err != nil {
		c.fault("environment.timezone", "timezone %q: not an IANA zone", e.Timezone)
	}
	for i, t := range e.Tenants {
		c.tenant(fmt.Sprintf("environment.tenants[%d]", i), t)
	}
	for i, u := range e.Users {
		c.user(fmt.Sprintf("environment.users[%d]", i), u)
	}
	if e.Staff != nil && (e.Staff.Count < 0 || e.Staff.Count > maxStaff) {
		c.fault("environment.staff.count", "staff.count %d: want 0 to %d", e.Staff.Count, maxStaff)
	}
	for i, a := range e.Assets {
		c.asset(fmt.Sprintf("environment.assets[%d]", i), a)
	}
}

const maxStaff = 100_000

func (c *checker) tenant(path string, t Tenant) {
	c.id("tenant", path, t.ID)
	if !exampleDomain(t.Domain) {
		c.fault(path+".domain", "domain %q: want an example domain, such as contoso.example", t.Domain)
	}
	if t.TenantID != "" && t.TenantID != "auto" {
		c.fault(path+".tenant_id", "tenant_id %q: only auto is built; a simulated tenant bears the reserved mark", t.TenantID)
	}
}

func (c *checker) user(path string, u User) {
	c.id("user", path, u.ID)
	name, domain, ok := strings.Cut(u.UPN, "@")
	if !ok || !accountForm.MatchString(name) || !exampleDomain(domain) {
		c.fault(path+".upn", "upn %q: want a small-letter name at an example domain", u.UPN)
	}
	c.oneOf(path+".role", "role", u.Role, "staff", "maker", "admin")
	if len(u.Country) != 2 {
		c.fault(path+".country", "country %q: want two letters", u.Country)
	}
	c.addresses(path+".ips", u.IPs)
}

func (c *checker) asset(path string, a Asset) {
	c.id("asset", path, a.ID)
	c.oneOf(path+".kind", "kind", a.Kind, AssetKinds...)
	if a.Name == "" {
		c.fault(path+".name", "name of asset %s is missing", a.ID)
	}
	if a.Owner != "" {
		c.refers("user", path+".owner", a.Owner)
	}
	if a.Environment != "" {
		c.refers("asset", path+".environment", a.Environment)
	}
}

func (c *checker) addresses(path string, list []netip.Addr) {
	for i, a := range list {
		if !Documentation(a) {
			c.fault(fmt.Sprintf("%s[%d]", path, i), "address %v: want one of the documentation ranges (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 198.18.0.0/15, 2001:db8::/32, 3fff::/20)", a)
		}
	}
}

// tenancy checks what only a scenario with its organization can tell.
func (c *checker) tenancy() {
	switch n := len(c.s.Environment.Tenants); {
	case n == 0:
		c.fault("environment.tenants", "no tenant")
	case n > 1:
		c.fault("environment.tenants", "more than one tenant is not built yet")
	}
}

func (c *checker) sources() {
	files := map[string]bool{}
	for i, s := range c.s.Sources {
		path := fmt.Sprintf("sources[%d]", i)
		c.id("source", path, s.ID)
		if s.File == "" {
			continue
		}
		if !fileForm.MatchString(s.File) || files[strings.ToLower(s.File)] {
			c.fault(path+".file", "file %q: want a base name that no other source has", s.File)
		}
		files[strings.ToLower(s.File)] = true
	}
	if len(c.s.Sources) == 0 {
		c.fault("sources", "no sources: nothing would be written")
	}
}

func (c *checker) background() {
	for i, b := range c.s.Background {
		path := fmt.Sprintf("background[%d]", i)
		c.id("background", path, b.ID)
		c.refers("source", path+".source", b.Source)
		c.oneOf(path+".shape", "shape", b.Shape, "business_hours", "flat")
		for j, u := range b.Population.Users {
			if u != "all" {
				c.refers("user", fmt.Sprintf("%s.population.users[%d]", path, j), u)
			}
		}
	}
}

func (c *checker) actors() {
	for i, a := range c.s.Actors {
		path := fmt.Sprintf("actors[%d]", i)
		c.id("actor", path, a.ID)
		c.oneOf(path+".kind", "kind", a.Kind, "external", "insider", "supplier")
		c.addresses(path+".ips", a.IPs)
		if a.User != "" {
			c.refers("user", path+".user", a.User)
		}
		if a.User == "" && len(a.IPs) == 0 {
			c.fault(path, "actor %s has neither a user nor ips", a.ID)
		}
	}
}

func (c *checker) herrings() {
	for _, h := range c.s.RedHerrings {
		c.refers("user", h.Path+".actor", h.Actor)
		if !h.At.Set() {
			c.fault(h.Path+".at", "at of red herring %s is missing", h.ID)
		}
		if len(h.Uses) == 0 {
			c.fault(h.Path+".uses", "red herring %s does nothing: uses is empty", h.ID)
		}
		if h.Explanation == "" {
			c.fault(h.Path+".explanation", "explanation of red herring %s is missing: why is it benign?", h.ID)
		}
		c.assetOf(h.Path, h.Asset)
	}
}

func (c *checker) assetOf(path, id string) {
	if id != "" {
		c.refers("asset", path+".asset", id)
	}
}

// Documentation says whether an address is of a range reserved for examples
// and benchmarks.
func Documentation(a netip.Addr) bool {
	return slices.ContainsFunc(documentation, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

var documentation = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

var domainForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)

// exampleDomain says whether a domain is one that nobody can own.
func exampleDomain(d string) bool {
	if !domainForm.MatchString(d) {
		return false
	}
	for _, reserved := range []string{"example", "test", "invalid", "example.com", "example.net", "example.org"} {
		if d == reserved || strings.HasSuffix(d, "."+reserved) {
			return true
		}
	}
	return false
}
