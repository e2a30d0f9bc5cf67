package source

import (
	"strconv"
	"strings"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// linuxSyslog is what syslog daemons write to files: RFC 3164 with or without
// its priority, the same with an RFC 3339 time, and RFC 5424.
var linuxSyslog = &Source{
	Name:     "linux.syslog",
	Title:    "Linux syslog",
	Framings: []string{FramingLines},
	Reads:    []string{"/var/log/messages, syslog, auth.log, secure and the like, with a time of RFC 3164 or ISO 8601", "understood besides: sshd, sudo, su, useradd and the like"},
	Limits: []string{
		"most lines have no year and no zone: --year and --zone say them",
		"a line is what a program said: who may write the log may write anything",
	},
	Columns: []string{"process", "pid", "facility", "severity"},
	Kept:    map[string]string{"message": "message"},
	Match: func(r *Record) bool {
		var h syslogHeader
		return h.parse(r.Raw)
	},
	Normalize: normalizeSyslog,
}

// syslogHeader is a line taken apart.
type syslogHeader struct {
	priority     int // -1 if the line has none
	time         string
	host         string
	process, pid string
	text         string // what the process said
	protocol     bool   // RFC 5424
}

// parse says whether a line is syslog: it begins with a time, then come a host
// and the name of a process with a colon or its id behind it, or free text.
func (h *syslogHeader) parse(line string) bool {
	*h = syslogHeader{priority: -1}
	line = h.parsePriority(line)
	if rest, ok := strings.CutPrefix(line, "1 "); ok && h.priority >= 0 {
		return h.parseProtocol(rest)
	}
	n := syslogTimeLen(line)
	if n == 0 {
		return false
	}
	h.time, line = line[:n], line[n+1:]
	var ok bool
	h.host, line, ok = strings.Cut(line, " ")
	if !ok || !isHostName(h.host) {
		return false
	}
	tagged := h.parseTag(line)
	if h.time[0] >= '0' && h.time[0] <= '9' { // many logs begin with such a time; only syslog has the tag
		return tagged && h.process != "" && h.host != "stdout" && h.host != "stderr"
	}
	return tagged
}

func (h *syslogHeader) parsePriority(line string) string {
	if len(line) < 3 || line[0] != '<' {
		return line
	}
	end := strings.IndexByte(line[:min(len(line), 5)], '>')
	if end < 2 {
		return line
	}
	n, err := strconv.Atoi(line[1:end])
	if err != nil || n < 0 || n > 191 {
		return line
	}
	h.priority = n
	return line[end+1:]
}

// syslogTimeLen is how long the time is that a line begins with, "Jan  2
// 15:04:05" or RFC 3339 with a zone; 0 if there is none or no space after it.
func syslogTimeLen(line string) int {
	if len(line) > 20 && line[4] == '-' && line[10] == 'T' {
		end := strings.IndexByte(line, ' ')
		if end < 20 || end > 35 {
			return 0
		}
		if t, doubt := ParseTime(line[:end]); !t.Dated() || doubt != "" || t.Quality.Basis() != event.BasisExplicit {
			return 0
		}
		return end
	}
	if len(line) < 16 || monthAt(line, 0) == 0 || line[3] != ' ' {
		return 0
	}
	_, n, _ := Clock{Year: 2000, UTC: true}.ParsePrefix(line)
	if n < 14 || n > 20 || n >= len(line) || line[n] != ' ' || line[n-3] != ':' {
		return 0
	}
	return n
}

// isHostName is true for a name or an address; a process id in it means that
// the line has no host.
func isHostName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isWordByte(c) && c != '.' && c != '-' && c != ':' && c != '_' && c != '%' {
			return false
		}
	}
	return s != "" && s[0] != '-' && s[len(s)-1] != ':'
}

// parseTag: the tag ends at the first character that isn't one of a name; a
// line may have no tag at all.
func (h *syslogHeader) parseTag(line string) bool {
	h.text = line
	end := 0
	for end < len(line) && line[end] != ':' && (isWordByte(line[end]) || strings.IndexByte("/()", line[end]) >= 0) {
		end++
	}
	if end == 0 || end == len(line) {
		return strings.TrimSpace(line) != ""
	}
	tag, rest := line[:end], line[end:]
	if rest[0] == '[' {
		pid, after, ok := strings.Cut(rest[1:], "]")
		if !ok {
			return true
		}
		h.pid, rest = pid, after
	}
	if h.pid == "" && rest != ":" && !strings.HasPrefix(rest, ": ") {
		return true
	}
	h.process = tag
	h.text = strings.TrimPrefix(strings.TrimPrefix(rest, ":"), " ")
	return true
}

// parseProtocol reads the rest of an RFC 5424 line: time, host, application,
// process id, message id, structured data, text.
func (h *syslogHeader) parseProtocol(line string) bool {
	parts := strings.SplitN(line, " ", 6)
	if len(parts) < 6 {
		return false
	}
	h.protocol = true
	h.time, h.host, h.process, h.pid = parts[0], nilValue(parts[1]), nilValue(parts[2]), nilValue(parts[3])
	h.text = afterStructured(parts[5])
	return h.time == "-" || strings.IndexByte(h.time, 'T') == 10
}

func nilValue(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// afterStructured is what follows the structured data: a dash, or elements in
// brackets whose quoted values may hold any character.
func afterStructured(s string) string {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(rest, " "), "\ufeff"), " ")
	}
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted && (i+1 == len(s) || s[i+1] == ' '):
			return strings.TrimPrefix(strings.TrimLeft(s[i+1:], " "), "\ufeff")
		}
	}
	return s
}

func normalizeSyslog(r *Record, e *event.Event) error {
	var h syslogHeader
	h.parse(r.Raw)
	e.Shape = h.shape()
	e.Message, e.Operation = r.Raw, h.process
	e.Host = strings.ToLower(h.host)
	e.Action = event.Other
	if h.time != "" && h.time != "-" {
		e.Time = r.Time(r.Clock(), h.time)
	}
	r.Add("message", r.Raw)
	for _, f := range [][2]string{
		{"host", h.host}, {"process", h.process}, {"pid", h.pid},
	} {
		if f[1] != "" {
			r.Add(f[0], f[1])
		}
	}
	if h.priority >= 0 {
		r.Add("facility", vocab.Facility(h.priority))
		r.Add("severity", vocab.Severity(h.priority))
	}
	if tell := syslogTellers[h.process]; tell != nil {
		tell(&said{r: r, e: e, text: h.text, host: e.Host})
	}
	return nil
}

func (h *syslogHeader) shape() string {
	switch {
	case h.protocol:
		return "rfc5424"
	case strings.IndexByte(h.time, 'T') == 10:
		return "rfc3339"
	}
	return "rfc3164"
}

// syslogTellers understand what some processes say.
var syslogTellers = map[string]func(*said){
	"sshd": tellSSHD, "sshd-session": tellSSHD, "sudo": tellSudo, "su": tellSu,
	"useradd": tellUser, "adduser": tellUser, "userdel": tellUser, "usermod": tellUser, "passwd": tellPassword,
}

// said is one line that a process said.
type said struct {
	r    *Record
	e    *event.Event
	text string
	host string
}

func (s *said) field(name, value string) {
	if value != "" {
		s.r.Add(name, value)
	}
}

// actor is a local account: host\user.
func (s *said) actor(user string) {
	s.e.Actor = account(s.host, user)
	if s.e.Actor != "" {
		s.e.ActorType = actorUser
	}
	s.field("user", user)
}
