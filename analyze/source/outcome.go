package source

import (
	"strings"

	"hotwash/analyze/event"
)

// resultWords are the words that Microsoft's services use for a result, in
// lower case.
var resultWords = map[string]event.Outcome{
	"true": event.Success, "succeeded": event.Success, "success": event.Success, "ok": event.Success,
	"successful": event.Success, "allow": event.Success, "allowed": event.Success, "0": event.Success,
	"false": event.Failure, "failed": event.Failure, "failure": event.Failure, "fail": event.Failure,
	"error": event.Failure, "timeout": event.Failure,
	"deny": event.Denied, "denied": event.Denied, "block": event.Denied, "blocked": event.Denied,
	"partiallysucceeded": event.Partial, "partial": event.Partial, "partialsuccess": event.Partial,
	"interrupted": event.Interrupt,
}

// outcomeOf is the outcome that a result word claims: none for no word, unknown
// for one that is not in the table.
func outcomeOf(word string) event.Outcome {
	if word == "" {
		return ""
	}
	if o, ok := resultWords[word]; ok {
		return o
	}
	if o, ok := resultWords[strings.ToLower(strings.TrimSpace(word))]; ok {
		return o
	}
	return event.Unknown
}

// signInInterrupts are the codes with which Entra asks for more (consent, a
// second factor, a choice of account) instead of failing a sign-in. Counting
// them as failures makes every rule about guessed passwords fire.
var signInInterrupts = map[string]bool{
	"16000": true, // choose an account
	"50058": true, // no session yet
	"50072": true, // must enroll a second factor
	"50074": true, // strong authentication wanted
	"50076": true, // second factor wanted
	"50079": true, // must enroll a second factor
	"50097": true, // device must sign in too
	"50125": true, // must register for resetting the password
	"50140": true, // keep me signed in
	"50158": true, // a challenge of another provider
	"50199": true, // must confirm
	"51006": true, // must sign in again, stronger
	"65001": true, // no consent yet
}

// signInOutcome is the outcome of a sign-in by its error code.
func signInOutcome(code string) event.Outcome {
	switch {
	case code == "":
		return event.Unknown
	case code == "0":
		return event.Success
	case signInInterrupts[code]:
		return event.Interrupt
	}
	return event.Failure
}
