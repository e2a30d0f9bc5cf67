package detect

import (
	"slices"
	"strings"

	"hotwash/analyze/sigma"
)

// view is a set of sources a rule is shown, and what their events must hold
// besides: the part of a logsource that the source's name doesn't say.
type view struct {
	sources []string // public names; a family ends in a dot
	needs   []need
}

// need asks for one of the values in a field of the record or, if column is
// set, in that column of the events.
type need struct {
	field  string // folded
	column bool
	values []string
}

// shows says whether events of a source are in the view.
func (v view) shows(source string) bool {
	return slices.ContainsFunc(v.sources, func(s string) bool {
		return s == source || strings.HasSuffix(s, ".") && strings.HasPrefix(source, s)
	})
}

func from(sources ...string) view { return view{sources: sources} }

// with adds a need. The values of a view are in lower case.
func (v view) with(field string, values ...string) view {
	v.needs = append(slices.Clone(v.needs), need{sigma.Fold(field), false, values})
	return v
}

// operation asks for one of the operations: what a source's normal form calls
// so, whatever the record has under that name.
func (v view) operation(values ...string) view {
	v.needs = append(slices.Clone(v.needs), need{"operation", true, values})
	return v
}

// View is what a rule is shown, for what runs rules in another way than Run: the
// events of sources, those that meet the needs. A family of sources ends in a
// dot; no needs are nil.
type View struct {
	Sources []string
	Needs   *sigma.Node
}

// Views are what a rule's logsource means: an event is shown that is in one.
func Views(r *sigma.Rule) (all []View) {
	for _, v := range viewsOf(&r.Logsource) {
		all = append(all, View{v.sources, v.tree()})
	}
	return all
}

// Column is the events column that a field of needs or of an alias stands for,
// whatever the record has under that name.
func Column(field string) (name string, ok bool) { return strings.CutPrefix(field, columnField) }

// TimeField is the field that is the event's time where the record has none of
// that name: in UTC, as RFC 3339 writes it.
const TimeField = timeField

// meaning is a row of the table: a logsource, and the views that it means. An
// empty part of the row agrees with anything; of several rows that agree the
// first counts. exact asks that the rule leaves empty what the row does.
type meaning struct {
	product, category, service string
	exact                      bool
	views                      []view
}

func (m *meaning) contains(l *sigma.Logsource) bool {
	agrees := func(row, rule string) bool { return row == rule || row == "" && !m.exact }
	return agrees(m.product, l.Product) && agrees(m.category, l.Category) && agrees(m.service, l.Service)
}

// viewsOf are the views that a logsource means; none if nothing reads it.
func viewsOf(l *sigma.Logsource) []view {
	if l.Product == "zeek" && l.Category == "" && l.Service != "" {
		return zeek(l.Service)
	}
	for _, table := range [][]meaning{windowsTable, table} {
		for i := range table {
			if table[i].contains(l) {
				return table[i].views
			}
		}
	}
	return nil
}

// zeek logs without a source of their own are one source, whose operations are
// the paths of the logs.
func zeek(service string) []view {
	switch service {
	case "conn", "dns":
		return []view{from("zeek." + service)}
	}
	return []view{from("zeek.other").operation(service)}
}

// table is what logsources besides those of Windows mean. A logsource that no row
// contains has no reader.
var table = []meaning{
	{product: "m365", service: "defender", views: []view{from("defender.")}},
	{product: "m365", category: "defender", views: []view{from("defender.")}},
	{product: "m365", views: []view{from("m365.ual")}},
	{product: "azure", service: "auditlogs", views: []view{from("entra.audit")}},
	{product: "azure", service: "signinlogs", views: []view{from("entra.signin")}},
	{product: "azure", service: "activitylogs", views: []view{from("azure.activity")}},
	{product: "azure", service: "riskdetection", views: []view{from("entra.risk")}},
	{product: "azure", service: "pim", views: []view{from("entra.risk")}}, // its alerts are told as risk detections
	{product: "aws", service: "cloudtrail", views: []view{from("aws.cloudtrail")}},

	{category: "dns", exact: true, views: []view{from("zeek.dns")}},
	{product: "zeek", category: "dns", views: []view{from("zeek.dns")}},
	{product: "zeek", exact: true, views: []view{from("zeek.")}},

	{product: "linux", service: "sshd", views: []view{from("linux.syslog").operation("sshd", "sshd-session")}},
	{product: "linux", service: "sudo", views: []view{from("linux.syslog").operation("sudo")}},
	{product: "linux", service: "cron", views: []view{from("linux.syslog").operation("cron", "crond", "anacron")}},
	{product: "linux", service: "vsftpd", views: []view{from("linux.syslog").operation("vsftpd")}},
	{product: "linux", service: "clamav", views: []view{from("linux.syslog").operation("clamd", "clamav", "freshclam")}},
	{product: "linux", service: "guacamole", views: []view{from("linux.syslog").operation("guacd", "guacamole")}},
	{product: "linux", service: "auth", views: []view{from("linux.syslog")}},
	{product: "linux", service: "syslog", views: []view{from("linux.syslog")}},
	{product: "linux", exact: true, views: []view{from("linux.syslog")}},
}
