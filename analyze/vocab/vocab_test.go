package vocab

import "testing"

func TestUserType(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"number", "2", "Admin"},
		{"last number", "10", "Guest"},
		{"unknown number", "11", "11"},
		{"name", "Regular", "Regular"},
		{"empty", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := UserType(tc.in); got != tc.want {
				t.Errorf("UserType(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestRecordType(t *testing.T) {
	for _, tc := range []struct {
		name   string
		number int
		ok     bool
	}{
		{"ExchangeItemAggregated", 50, true},
		{"sharePointFileOperation", 6, true},
		{"PowerPlatformAdministratorActivity", 256, true},
		{"Viva Engage", 22, true},
		{"NoSuchType", 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, ok := RecordTypeNumber(tc.name)
			if got != tc.number || ok != tc.ok {
				t.Errorf("got %d, %v", got, ok)
			}
		})
	}
}

func TestNames(t *testing.T) {
	for _, tc := range []struct{ name, got, want string }{
		{"record type", RecordType(15), "AzureActiveDirectoryStsLogon"},
		{"facility", Facility(86), "authpriv"},
		{"severity", Severity(86), "info"},
		{"no facility", Facility(192), ""},
		{"Graph's spelling", Pascal("ipAddress"), "IPAddress"},
		{"not a column", Pascal("noSuchColumn"), ""},
		{"record type not known", RecordType(9999), "RecordType 9999"},
		{"no record type", RecordType(0), ""},
		{"Dataverse action", DataverseAction("55"), "Assign Role To User"},
		{"Dataverse action not known", DataverseAction("99"), ""},
		{"Dataverse operation", DataverseOperation("4"), "Access"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("got %q, want %q", tc.got, tc.want)
			}
		})
	}
	if Protocol("udp") != 17 || Protocol("carrier pigeon") != -1 {
		t.Error("protocol numbers are wrong")
	}
}

func TestSimulated(t *testing.T) {
	if !SimulatedTenant(SimulatedTenantPrefix+SimulatedTenantGroup+"000000000001") || SimulatedTenant("7d3b1c52-0c0e-4a5e-9a54-52d1f0a6b911") {
		t.Error("the mark of a tenant isn't known")
	}
	if !SimulatedHost("Sensor1"+SimulatedHostSuffix) || SimulatedHost(SimulatedHostSuffix) {
		t.Error("the mark of a host isn't known")
	}
}
