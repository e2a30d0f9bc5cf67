package source

import (
	"strings"

	"hotwash/analyze/event"
)

// tellSudo reads "alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ;
// COMMAND=/bin/cat /etc/shadow", and the same with a complaint before TTY.
func tellSudo(s *said) {
	if strings.HasPrefix(s.text, "pam_") {
		tellPAM(s)
		return
	}
	user, rest, ok := strings.Cut(s.text, " : ")
	if !ok {
		return
	}
	s.actor(strings.TrimSpace(user))
	s.e.Operation, s.e.Action, s.e.Outcome = "sudo:command", event.Execute, event.Success
	for _, part := range strings.Split(beforeCommand(rest), " ; ") {
		name, value, assigned := strings.Cut(part, "=")
		if !assigned {
			s.e.Outcome = event.Denied
			s.e.OutcomeCode = strings.TrimSpace(part)
			continue
		}
		s.field(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if _, command, ok := strings.Cut(rest, "COMMAND="); ok {
		s.field("COMMAND", command)
		s.e.TargetType, s.e.TargetName = "file", command
		s.r.NewProcess(s.e).CommandLine = command
	}
}

// beforeCommand leaves the command out: it may hold semicolons itself.
func beforeCommand(text string) string {
	if i := strings.Index(text, "COMMAND="); i >= 0 {
		return strings.TrimSuffix(strings.TrimRight(text[:i], " "), " ;")
	}
	return text
}

// tellSu reads "(to root) alice on pts/0" and "FAILED SU (to root) alice on
// pts/0".
func tellSu(s *said) {
	if strings.HasPrefix(s.text, "pam_") {
		tellPAM(s)
		return
	}
	text, failed := strings.CutPrefix(s.text, "FAILED SU ")
	rest, ok := strings.CutPrefix(text, "(to ")
	if !ok {
		return
	}
	target, rest, ok := strings.Cut(rest, ") ")
	if !ok {
		return
	}
	user, _, _ := strings.Cut(rest, " ")
	s.actor(user)
	s.e.Operation, s.e.Action, s.e.Outcome = "su:switch", event.SignIn, event.Success
	if failed {
		s.e.Outcome = event.Failure
	}
	s.e.TargetType, s.e.TargetName = "user", target
}

// tellUser reads what the account tools say: "new user: name=eve, UID=1003, …",
// "delete user 'eve'", "add 'eve' to group 'sudo'".
func tellUser(s *said) {
	name := s.e.Operation
	switch {
	case strings.HasPrefix(s.text, "new user: "):
		s.e.Operation, s.e.Action = name+":new user", event.Create
		s.e.TargetType, s.e.TargetName = "user", strings.TrimRight(pamValue(s.text, "name="), ",")
	case strings.HasPrefix(s.text, "delete user "):
		s.e.Operation, s.e.Action = name+":delete user", event.Delete
		s.e.TargetType, s.e.TargetName = "user", quoted(s.text)
	case strings.HasPrefix(s.text, "add '"):
		s.e.Operation, s.e.Action = name+":add to group", event.PermissionChange
		s.e.TargetType, s.e.TargetName = "user", quoted(s.text)
	}
}

func tellPassword(s *said) {
	if strings.Contains(s.text, "password changed for ") {
		_, user, _ := strings.Cut(s.text, "password changed for ")
		s.e.Operation, s.e.Action, s.e.Outcome = "passwd:changed", event.CredentialChange, event.Success
		s.e.TargetType, s.e.TargetName = "user", user
	}
}

// quoted is what stands between the first two apostrophes.
func quoted(text string) string {
	_, rest, _ := strings.Cut(text, "'")
	value, _, _ := strings.Cut(rest, "'")
	return value
}
