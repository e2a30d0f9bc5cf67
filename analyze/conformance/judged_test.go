package conformance

import (
	"strings"
	"testing"
)

// judged are the differences that were looked at, and why they stand. A "*" in
// a pattern stands for any text.
var judged = []struct{ pattern, why string }{
	// Values that stand otherwise, on purpose.
	{"twins EVTX and JSON digits of a second differs", "the log has hundreds of nanoseconds, the tool that wrote the JSON cut them to microseconds"},
	{"twins EVTX and JSON spaces around a text differs", "the tool that wrote the JSON took the space off the end; the log has it"},
	{"fields windows, flat operation wrong security:*", "one agent writes the channel in lower case; it is the same log, and one name finds all of it"},
	{"fields windows, flat target_name missing Security:4656", "the object's name is the word Unknown, which is no name"},
	{"fields m365.ual target_id missing 15", "ObjectId is the word Unknown, which is no id"},
	{"fields defender record_id wrong *", "ReportId counts on one device: Microsoft says to take it with the device's name and the time, and so it is"},
	{"fields defender actor_id wrong MailItemsAccessed", "AccountObjectId of this record is the application's id; the record's own user key is taken"},
	{"fields aws.cloudtrail target_name wrong IAMUser", "a call about an access key is about the key; whose it is stands beside it"},
	{"fields entra target_name wrong AuditLogs", "a user is named by the principal name, which is unique, not by the display name"},
	{"fields zeek.conn * wrong *", "open_conn is a snapshot of connections that go on, and conn-exc another writer's: their rows tell again what conn.log tells, so they are kept apart as zeek.other"},

	// Records and files that are not what their place says.
	{"fields aws.cloudtrail of no source*", "panther shortened these for its tests: eventTime, eventVersion or awsRegion is missing, which CloudTrail always writes, or all names are in lower case"},
	{"records microsoft/docs-samples/nsg-flow-v2.expected.json unread", "the answer to the sample beside it, no log"},
	{"csv-spectrum csv-spectrum/location_coordinates.csv Contact Phone Number wrong", "the suite's own answer holds another number than its file"},
	{"csv-spectrum csv-spectrum/newlines_crlf.csv a wrong", "the copy at hand has LF in place of the CR LF that the answer tells"},
	{"leaves zeek.conn lost local_*", "the header says no types; T of a column that conn.log documents as truth value is told as true"},
	{"leaves zeek.other lost data", "bytes that are no UTF-8 stand as \\xHH, so that they can be had back"},

	// Broken files, of which the program reads more than the standard library.
	{"records hostile/tstack+lnav/test/logfile_*json*.json count", "broken on purpose: the standard library stops at the first fault, the program goes on behind it and tells the fault as a reject"},
	{"records network/rita/truncated/conn*.log count", "cut off on purpose: all whole records are read, the last one is a reject"},
	{"records network/rita/has_unknown_field/http.log count", "a row with fewer cells than its header has columns is a reject; those before and behind it are read"},

	{"records hostile/nst+JSONTestSuite/test_parsing/n_structure_open_array_object.json count", "50,000 arrays within one another: deeper than is read, and the reject says so"},
	{"records microsoft/docs-samples/constructed-loganalytics-api-tables.json count", "the answer says that it is not whole: its rows are read, and what it says is a reject"},

	// plaso.
	{"plaso plaso/syslog/syslog_rsyslog_SysklogdFileFormat last_written_time wrong", "the log has no year: plaso writes 0000, here it is the year that was given"},
	{"plaso plaso/syslog/syslog_rsyslog_SyslogProtocol23Format facility missing", "plaso's words for the facility; the log has its number, and so has the case"},
	{"plaso * not read yet", "no source reads this format yet: the file is listed with its state"},
}

// judgement is why a difference stands, empty if nobody has looked at it.
func judgement(d difference) string {
	for _, j := range judged {
		if like(d.String(), j.pattern) {
			return j.why
		}
	}
	return ""
}

// like says whether a text is as a pattern says, in which "*" stands for any
// text.
func like(text, pattern string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return text == pattern
	}
	text, ok := strings.CutPrefix(text, parts[0])
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(text, part)
		if !ok || at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return ok && strings.HasSuffix(text, parts[len(parts)-1])
}

// check fails for differences that nobody judged, and for judgements of what no
// longer differs.
func (r *report) check(t *testing.T) {
	t.Helper()
	used := make([]bool, len(judged))
	for d, m := range r.differs {
		known := false
		for i, j := range judged {
			if like(d.String(), j.pattern) {
				known, used[i] = true, true
			}
		}
		if !known {
			t.Errorf("not judged: %s, %d times: %s", d, m.count, m.example)
		}
	}
	for i, j := range judged {
		if !used[i] {
			t.Errorf("judged, and no longer so: %s", j.pattern)
		}
	}
}
