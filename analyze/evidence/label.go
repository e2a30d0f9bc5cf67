package evidence

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel is how many bytes of a member's name are shown.
const maxLabel = 1024

// label makes any name printable and keeps different names different: bytes of
// control, format and invalid characters become \xHH, and so does a backslash
// that could be mistaken for one of these.
func label(name string) string {
	if plainName(name) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		bad := r == utf8.RuneError && n == 1 || !unicode.IsPrint(r)
		if bad || r == '\\' && strings.HasPrefix(name[i+1:], "x") {
			for _, c := range []byte(name[i : i+n]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		} else {
			b.WriteString(name[i : i+n])
		}
		i += n
	}
	return b.String()
}

func plainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

// unlabel gives the name back that label made printable.
func unlabel(s string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, `\x`)
		if at < 0 || at+4 > len(s) {
			return b.String() + s
		}
		c, err := strconv.ParseUint(s[at+2:at+4], 16, 8)
		b.WriteString(s[:at])
		if err != nil {
			b.WriteString(s[at : at+4])
		} else {
			b.WriteByte(byte(c))
		}
		s = s[at+4:]
	}
}

// memberLabel is the label of one level of a member path, in which "!" parts
// the levels. A name of unreasonable length ends in its hash.
func memberLabel(name string) string {
	if name == "" {
		return "unnamed"
	}
	s := strings.ReplaceAll(label(name), "!", `\x21`)
	if len(s) <= maxLabel {
		return s
	}
	return fmt.Sprintf("%s~%.8x", strings.ToValidUTF8(s[:maxLabel], ""), sha256.Sum256([]byte(name)))
}

// names tells equal names apart: the second "logs" is "logs~2".
type names map[string]bool

func (n names) unique(name string) string {
	s := name
	for i := 2; n[s]; i++ {
		s = name + "~" + strconv.Itoa(i)
	}
	n[s] = true
	return s
}
