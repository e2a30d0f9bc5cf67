package source

import (
	"strings"
	"unicode/utf8"

	"hotwash/analyze/event"
)

// Valid is s with every byte that isn't UTF-8 written as \xHH. A backslash
// before an x that is there already becomes \x5c, so that the bytes can be had
// back. A valid text is returned as it is.
func Valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			writeHex(&b, s[i])
		case r == '\\' && i+1 < len(s) && s[i+1] == 'x':
			writeHex(&b, '\\')
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func writeHex(b *strings.Builder, c byte) {
	const digits = "0123456789abcdef"
	b.WriteString(`\x`)
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

// validate makes every text of the record and the event valid and says whether
// any was not.
func (p *Parser) validate(e *event.Event) bool {
	changed := false
	fix := func(s *string) {
		if !utf8.ValidString(*s) {
			*s, changed = Valid(*s), true
		}
	}
	for i := range p.rec.Fields {
		fix(&p.rec.Fields[i].Name)
		fix(&p.rec.Fields[i].Value)
	}
	for _, s := range texts(e) {
		fix(s)
	}
	return changed
}

// texts are all the texts of an event.
func texts(e *event.Event) []*string {
	list := []*string{
		&e.Source, &e.Shape, &e.Operation, &e.OutcomeCode, &e.Message,
		(*string)(&e.Action), (*string)(&e.Outcome),
		&e.Actor, &e.ActorID, &e.ActorType, &e.SrcIP, &e.Host,
		&e.TargetType, &e.TargetID, &e.TargetName, &e.RecordID, &e.PartOf,
	}
	if f := e.Flow; f != nil {
		list = append(list, &f.DstIP, &f.Direction, &f.Verdict, &f.UID, &f.CommunityID)
	}
	if d := e.DNS; d != nil {
		list = append(list, &d.Query, &d.Type, &d.RCode, &d.ServerIP)
		for i := range d.Answers {
			list = append(list, &d.Answers[i])
		}
	}
	if w := e.Web; w != nil {
		list = append(list, &w.Method, &w.Host, &w.Path, &w.UserAgent)
	}
	if p := e.Process; p != nil {
		list = append(list, &p.Path, &p.CommandLine, &p.ParentPath, &p.ParentCommandLine, &p.SHA256)
	}
	return list
}
