package world

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"

	"hotwash/simulate/scenario"
)

// Person is somebody with an account.
type Person struct {
	ID       string // the scenario's, "u-anna"
	UPN      string
	Name     string
	Role     string // staff, maker or admin
	Place    Place
	ObjectID string       // the directory's immutable id
	PUID     string       // the older one, as the audit log writes it
	Addrs    []netip.Addr // the office's first
	Device   Device
	Leaves   time.Time // zero if they stay
}

// Place is where somebody works.
type Place struct {
	City, State, Country string // Country: two letters
	Latitude, Longitude  float64
}

// Device is what somebody works with.
type Device struct {
	ID, Name           string // Name without the reserved suffix
	OS, Browser, Agent string
	Managed            bool
}

// From draws the address of one act: mostly the office.
func (p *Person) From(r *rand.Rand) netip.Addr {
	if len(p.Addrs) == 1 || r.Float64() < 0.75 {
		return p.Addrs[0]
	}
	return p.Addrs[1+r.IntN(len(p.Addrs)-1)]
}

// person fills in what a scenario leaves open.
func (w *World) person(u scenario.User) *Person {
	r := w.Stream(Key{Actor: u.ID, Step: "person"})
	p := &Person{ID: u.ID, UPN: u.UPN, Name: u.Name, Role: u.Role, Addrs: u.IPs}
	p.ObjectID, p.PUID = GUID(r), fmt.Sprintf("1003%012X", r.Uint64()>>16)
	p.Device = device(r)
	p.Place = placeOf(u.Country, u.City)
	if p.Name == "" {
		p.Name = titled(strings.Split(u.UPN, "@")[0])
	}
	if len(p.Addrs) == 0 {
		p.Addrs = addresses(r)
	}
	if u.Leaves.Set() {
		p.Leaves = u.Leaves.From(w.Scenario.Epoch)
	}
	return p
}

func (w *World) add(p *Person) {
	w.People = append(w.People, p)
	w.people[p.ID] = p
}

// hire draws the staff that the scenario only counts.
func (w *World) hire() {
	staff := w.Scenario.Environment.Staff
	if staff == nil {
		return
	}
	taken := map[string]bool{}
	for _, p := range w.People {
		taken[p.UPN] = true
	}
	for i := range staff.Count {
		id := fmt.Sprintf("staff-%04d", i+1)
		w.add(w.person(w.candidate(id, taken)))
	}
}

func (w *World) candidate(id string, taken map[string]bool) scenario.User {
	source := Source(w.Seed, w.Scenario.ID, Key{Actor: id, Step: "candidate"})
	fake := gofakeit.NewFaker(source, false)
	first, last := fake.FirstName(), fake.LastName()
	upn := account(first+"."+last) + "@" + w.Tenant.Domain
	for n := 2; taken[upn]; n++ {
		upn = fmt.Sprintf("%s%d@%s", account(first+"."+last), n, w.Tenant.Domain)
	}
	taken[upn] = true
	r := rand.New(source)
	role := "staff"
	if r.Float64() < float64(w.Scenario.Environment.Staff.Makers) {
		role = "maker"
	}
	home := Pick(r, places)
	return scenario.User{ID: id, UPN: upn, Name: first + " " + last, Role: role, Country: home.Country, City: home.City}
}

// account is a name as it stands before the @: small ASCII letters and dots.
func account(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

func titled(account string) string {
	words := strings.FieldsFunc(account, func(r rune) bool { return r == '.' || r == '-' || r == '_' })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// addresses are an office's egress and a home's, the home's sometimes IPv6.
func addresses(r *rand.Rand) []netip.Addr {
	office := netip.AddrFrom4([4]byte{198, 51, 100, byte(10 + r.IntN(4))})
	if r.Float64() < 0.2 {
		home := netip.MustParseAddr("2001:db8::").As16()
		home[4], home[5], home[7], home[15] = byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(1+r.IntN(250))
		return []netip.Addr{office, netip.AddrFrom16(home)}
	}
	return []netip.Addr{office, netip.AddrFrom4([4]byte{198, byte(18 + r.IntN(2)), byte(r.IntN(256)), byte(1 + r.IntN(254))})}
}

func placeOf(country, city string) Place {
	for _, p := range places {
		if p.Country == country && (city == "" || p.City == city) {
			return p
		}
	}
	return Place{City: city, Country: country}
}

var places = []Place{
	{"Berlin", "Berlin", "DE", 52.51604, 13.37691},
	{"Hamburg", "Hamburg", "DE", 53.55073, 9.99302},
	{"Utrecht", "Utrecht", "NL", 52.09056, 5.12222},
	{"Vienna", "Vienna", "AT", 48.20817, 16.37382},
	{"Lyon", "Auvergne-Rhone-Alpes", "FR", 45.74906, 4.84789},
}

func device(r *rand.Rand) Device {
	d := Pick(r, devices)
	d.ID, d.Name = GUID(r), fmt.Sprintf("lt-%06x", r.Uint32()>>8)
	return d
}

var devices = []Device{
	{OS: "Windows10", Browser: "Edge 133.0.0", Managed: true, Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0"},
	{OS: "Windows10", Browser: "Edge 132.0.0", Managed: true, Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0"},
	{OS: "Windows10", Browser: "Chrome 133.0.0", Managed: true, Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36"},
	{OS: "MacOs", Browser: "Safari 18.3", Managed: true, Agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15"},
	{OS: "Ios 18.3", Browser: "Safari 18.3 Mobile", Managed: false, Agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1"},
}
