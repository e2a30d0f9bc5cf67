package vocab

// Facility names the upper bits of a syslog priority, empty if they are out of
// range.
func Facility(priority int) string { return nameAt(facilities[:], priority/8) }

// Severity names the low three bits of a syslog priority.
func Severity(priority int) string { return nameAt(severities[:], priority%8) }

var facilities = [...]string{
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
	"ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

var severities = [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

func nameAt(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return ""
	}
	return names[i]
}
