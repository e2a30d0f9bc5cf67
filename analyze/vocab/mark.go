package vocab

import "strings"

// The reserved marks: every simulated record bears one, no real one can. An
// example domain or a documentation address alone marks nothing.
const (
	// SimulatedTenantPrefix begins the directory id of every simulated tenant.
	// A directory's id is a version 4 GUID; two zero groups make this none.
	SimulatedTenantPrefix = "d8111111-0000-0000-"
	// SimulatedTenantGroup follows the prefix; twelve digits of the run's own
	// come after it.
	SimulatedTenantGroup = "8000-"
	// SimulatedHostSuffix ends the name of every simulated host, sensor and
	// resource.
	SimulatedHostSuffix = ".hotwash-drill.example"
)

// SimulatedTenant says whether a directory id bears the mark.
func SimulatedTenant(id string) bool {
	return len(id) == 36 && strings.EqualFold(id[:len(SimulatedTenantPrefix)], SimulatedTenantPrefix)
}

// SimulatedHost says whether a host name bears the mark.
func SimulatedHost(name string) bool {
	n := len(name) - len(SimulatedHostSuffix)
	return n > 0 && strings.EqualFold(name[n:], SimulatedHostSuffix)
}
