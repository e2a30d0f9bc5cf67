package detect

import "slices"

// Windows events are cut into sources as rules ask for them. A channel's events
// may stand in any of them.
var (
	windowsCut = []string{
		"windows.process_creation", "windows.registry", "windows.file", "windows.image_load", "windows.network", "windows.ps_script",
	}
	windowsAll = slices.Concat(windowsCut, []string{"windows.security", "windows.eventlog"})
)

const sysmonChannel = "microsoft-windows-sysmon/operational"

// sysmon are events of Sysmon that no source of their own holds.
func sysmon(ids ...string) []view {
	return []view{from(slices.Concat(windowsCut, []string{"windows.eventlog"})...).with("Channel", sysmonChannel).with("EventID", ids...)}
}

// channel are the events of one or more channels, wherever they stand.
func channel(names ...string) []view { return []view{from(windowsAll...).with("Channel", names...)} }

func category(name string, views ...view) meaning {
	return meaning{product: "windows", category: name, views: views}
}

func service(name string, channels ...string) meaning {
	return meaning{product: "windows", service: name, views: channel(channels...)}
}

// windowsTable is what logsources of Windows mean.
var windowsTable = slices.Concat([]meaning{
	category("process_creation", from("windows.process_creation")),
	category("registry_event", from("windows.registry")),
	category("registry_add", from("windows.registry").with("EventID", "12")),
	category("registry_delete", from("windows.registry").with("EventID", "12")),
	category("registry_set", from("windows.registry").with("EventID", "13", "4657")),
	category("registry_rename", from("windows.registry").with("EventID", "14")),
	category("file_event", from("windows.file").with("EventID", "11")),
	category("file_change", from("windows.file", "windows.eventlog").with("EventID", "2").with("Channel", sysmonChannel)),
	category("file_delete", from("windows.file", "windows.eventlog").with("EventID", "23", "26").with("Channel", sysmonChannel)),
	category("image_load", from("windows.image_load").with("EventID", "7")),
	category("network_connection", from("windows.network").with("EventID", "3", "5156")),
	category("ps_script", from("windows.ps_script").with("EventID", "4104")),
	category("ps_module", from("windows.ps_script", "windows.eventlog").with("EventID", "4103")),
	category("ps_classic_start", from("windows.ps_script", "windows.eventlog").with("EventID", "400").with("Channel", "windows powershell")),
	category("ps_classic_provider_start", from("windows.ps_script", "windows.eventlog").with("EventID", "600").with("Channel", "windows powershell")),
	category("ps_classic_script", from("windows.ps_script", "windows.eventlog").with("EventID", "800").with("Channel", "windows powershell")),
	category("sysmon_status", sysmon("4", "16")...),
	category("process_termination", sysmon("5")...),
	category("driver_load", sysmon("6")...),
	category("create_remote_thread", sysmon("8")...),
	category("raw_access_thread", sysmon("9")...),
	category("process_access", sysmon("10")...),
	category("create_stream_hash", sysmon("15")...),
	category("pipe_created", sysmon("17", "18")...),
	category("wmi_event", sysmon("19", "20", "21")...),
	category("dns_query", sysmon("22")...),
	category("clipboard_capture", sysmon("24")...),
	category("process_tampering", sysmon("25")...),
	category("file_block_executable", sysmon("27")...),
	category("file_block_shredding", sysmon("28")...),
	category("file_executable_detected", sysmon("29")...),
	category("sysmon_error", sysmon("255")...),

	{product: "windows", service: "security", views: []view{from("windows.security"), from(append(slices.Clone(windowsCut), "windows.eventlog")...).with("Channel", "security")}},
	{product: "windows", exact: true, views: []view{from(windowsAll...)}},
}, windowsChannels)

// windowsChannels are the channels that Sigma's services name.
var windowsChannels = []meaning{
	service("application", "application"),
	service("system", "system"),
	service("sysmon", sysmonChannel),
	service("powershell", "microsoft-windows-powershell/operational", "powershellcore/operational"),
	service("powershell-classic", "windows powershell"),
	service("windefend", "microsoft-windows-windows defender/operational"),
	service("taskscheduler", "microsoft-windows-taskscheduler/operational"),
	service("wmi", "microsoft-windows-wmi-activity/operational"),
	service("ntlm", "microsoft-windows-ntlm/operational"),
	service("firewall-as", "microsoft-windows-windows firewall with advanced security/firewall"),
	service("bits-client", "microsoft-windows-bits-client/operational"),
	service("dns-client", "microsoft-windows-dns client events/operational", "microsoft-windows-dns-client/operational"),
	service("dns-server", "dns server"),
	service("dns-server-audit", "microsoft-windows-dns-server/audit"),
	service("dns-server-analytic", "microsoft-windows-dns-server/analytical"),
	service("dhcp", "microsoft-windows-dhcp-server/operational"),
	service("driver-framework", "microsoft-windows-driverframeworks-usermode/operational"),
	service("printservice-admin", "microsoft-windows-printservice/admin"),
	service("printservice-operational", "microsoft-windows-printservice/operational"),
	service("terminalservices-localsessionmanager", "microsoft-windows-terminalservices-localsessionmanager/operational"),
	service("smbclient-security", "microsoft-windows-smbclient/security"),
	service("smbclient-connectivity", "microsoft-windows-smbclient/connectivity"),
	service("smbserver-connectivity", "microsoft-windows-smbserver/connectivity"),
	service("applocker", "microsoft-windows-applocker/msi and script", "microsoft-windows-applocker/exe and dll",
		"microsoft-windows-applocker/packaged app-deployment", "microsoft-windows-applocker/packaged app-execution"),
	service("msexchange-management", "msexchange management"),
	service("microsoft-servicebus-client", "microsoft-servicebus-client", "microsoft-servicebus-client/operational", "microsoft-servicebus-client/admin"),
	service("ldap", "microsoft-windows-ldap-client/debug"),
	service("codeintegrity-operational", "microsoft-windows-codeintegrity/operational"),
	service("security-mitigations", "microsoft-windows-security-mitigations/kernelmode", "microsoft-windows-security-mitigations/usermode",
		"microsoft-windows-security-mitigations/kernel mode", "microsoft-windows-security-mitigations/user mode"),
	service("diagnosis-scripted", "microsoft-windows-diagnosis-scripted/operational"),
	service("shell-core", "microsoft-windows-shell-core/operational"),
	service("openssh", "openssh/operational"),
	service("appxdeployment-server", "microsoft-windows-appxdeploymentserver/operational"),
	service("appxpackaging-om", "microsoft-windows-appxpackaging/operational"),
	service("appmodel-runtime", "microsoft-windows-appmodel-runtime/admin"),
	service("lsa-server", "microsoft-windows-lsa/operational"),
	service("iis-configuration", "microsoft-iis-configuration/operational"),
	service("capi2", "microsoft-windows-capi2/operational"),
	service("certificateservicesclient-lifecycle-system", "microsoft-windows-certificateservicesclient-lifecycle-system/operational"),
	service("winrm", "microsoft-windows-winrm/operational"),
	service("vhdmp", "microsoft-windows-vhdmp-operational"),
	service("sense", "microsoft-windows-sense/operational"),
	service("kernel-event-tracing", "microsoft-windows-kernel-eventtracing"),
}
