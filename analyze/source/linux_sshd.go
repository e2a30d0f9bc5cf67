package source

import (
	"strings"

	"hotwash/analyze/event"
)

// sshdLines are what sshd says about somebody who connects, by how it begins.
// Between the beginning and " from " stand the user, or the method before
// " for " and the user.
var sshdLines = []struct {
	prefix    string
	operation string
	action    event.Action
	outcome   event.Outcome
}{
	{"Accepted ", "accepted", event.SignIn, event.Success},
	{"Failed ", "failed", event.SignIn, event.Failure},
	{"Invalid user ", "invalid user", event.SignIn, event.Failure},
	{"Illegal user ", "invalid user", event.SignIn, event.Failure},
	{"error: maximum authentication attempts exceeded for ", "too many attempts", event.SignIn, event.Failure},
	{"maximum authentication attempts exceeded for ", "too many attempts", event.SignIn, event.Failure},
	{"User ", "not allowed", event.SignIn, event.Denied},
	{"refused connect from ", "refused", event.NetworkConnect, event.Denied},
	{"Connection closed by ", "closed", event.NetworkConnect, ""},
	{"Connection reset by ", "reset", event.NetworkConnect, ""},
	{"Connection from ", "connection", event.NetworkConnect, ""},
	{"Disconnected from ", "disconnected", event.SignOut, ""},
	{"Disconnecting ", "disconnecting", event.SignOut, ""},
	{"Received disconnect from ", "disconnect received", event.SignOut, ""},
	{"Unable to negotiate with ", "no negotiation", event.NetworkConnect, event.Failure},
	{"Did not receive identification string from ", "no identification", event.NetworkConnect, ""},
}

func tellSSHD(s *said) {
	if strings.HasPrefix(s.text, "pam_") {
		tellPAM(s)
		return
	}
	for _, l := range sshdLines {
		rest, ok := strings.CutPrefix(s.text, l.prefix)
		if !ok {
			continue
		}
		if l.operation == "not allowed" && !strings.Contains(rest, " not allowed") {
			continue
		}
		s.e.Operation = "sshd:" + l.operation
		s.e.Action, s.e.Outcome = l.action, l.outcome
		tellPeer(s, l.operation, rest)
		return
	}
}

// tellPeer finds method, user, address and port in what follows the beginning.
func tellPeer(s *said, operation, rest string) {
	switch operation {
	case "accepted", "failed":
		method, after, ok := strings.Cut(rest, " for ")
		if !ok {
			return
		}
		s.field("method", method)
		tellUserFrom(s, after)
	case "invalid user", "too many attempts", "not allowed":
		tellUserFrom(s, rest)
	case "closed", "reset", "disconnected", "disconnecting":
		tellEnd(s, rest)
	default:
		tellAddress(s, rest)
	}
}

// tellUserFrom reads "[invalid user ]NAME from ADDRESS port N …". A name may
// hold spaces and the word from: it is whoever connects that chose it, so the
// address is behind the last one.
func tellUserFrom(s *said, text string) {
	at := strings.LastIndex(text, " from ")
	if at < 0 {
		return
	}
	user := text[:at]
	if name, ok := strings.CutPrefix(user, "invalid user "); ok {
		user = name
		s.field("invalid_user", "true")
	}
	s.actor(user)
	tellAddress(s, text[at+len(" from "):])
}

// tellEnd reads "[authenticating|invalid ][user NAME ]ADDRESS port N
// [preauth]". An end before anybody was let in is a sign-in that failed.
func tellEnd(s *said, text string) {
	_, after, ok := strings.Cut(text, "user ")
	if ok {
		user, address, cut := strings.Cut(after, " ")
		if cut {
			s.actor(user)
			text = address
		}
	}
	if ok && strings.Contains(text, "[preauth]") {
		s.e.Action, s.e.Outcome = event.SignIn, event.Failure
	}
	tellAddress(s, text)
}

// tellAddress reads "ADDRESS[ port N…".
func tellAddress(s *said, text string) {
	address, rest, _ := strings.Cut(text, " ")
	s.e.SrcIP = Address(strings.TrimRight(address, ":,"))
	if s.e.SrcIP == "" {
		if open := strings.LastIndexByte(text, '('); open >= 0 {
			s.e.SrcIP = Address(strings.TrimRight(text[open+1:], ")"))
		}
	}
	s.field("src_ip", s.e.SrcIP)
	if p, ok := strings.CutPrefix(rest, "port "); ok {
		n := 0
		for n < len(p) && isDigit(p[n]) {
			n++
		}
		s.field("src_port", p[:n])
	}
}

// tellPAM reads "pam_unix(sshd:auth): authentication failure; … rhost=A
// user=B" and the opening and closing of sessions.
func tellPAM(s *said) {
	_, text, ok := strings.Cut(s.text, "): ")
	if !ok {
		return
	}
	switch {
	case strings.HasPrefix(text, "authentication failure"), strings.HasPrefix(text, "check pass; user unknown"):
		s.e.Operation += ":authentication failure"
		s.e.Action, s.e.Outcome = event.SignIn, event.Failure
		s.actor(pamValue(text, " user="))
		if s.e.SrcIP = Address(pamValue(text, " rhost=")); s.e.SrcIP != "" {
			s.field("src_ip", s.e.SrcIP)
		}
	case strings.HasPrefix(text, "session opened for user "):
		s.e.Operation += ":session opened"
		s.actor(sessionUser(text[len("session opened for user "):]))
	case strings.HasPrefix(text, "session closed for user "):
		s.e.Operation += ":session closed"
		s.e.Action = event.SignOut
		s.actor(sessionUser(text[len("session closed for user "):]))
	}
}

func pamValue(text, key string) string {
	_, rest, ok := strings.Cut(text, key)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, " ")
	return value
}

// sessionUser is the name in "alice(uid=1000) by (uid=0)".
func sessionUser(text string) string {
	user, _, _ := strings.Cut(text, " ")
	user, _, _ = strings.Cut(user, "(")
	return user
}
