package text

import (
	"strings"
	"testing"
)

func TestTerminal(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   []string // what is written one after another
		want string
	}{
		{"plain", []string{"a,b\n\tc\n"}, "a,b\n\tc\n"},
		{"it obeys nothing", []string{"\x1b[2J\x07\r\x9b"}, `\x1b[2J\x07\r\x9b`},
		{"another script", []string{"Müller 例"}, "Müller 例"},
		{"a rune in two writes", []string{"M\xc3", "\xbcller"}, "Müller"},
		{"a control in two writes", []string{"\xc2", "\x9b2J"}, `\u{009b}2J`},
		{"direction", []string{"a\u202eb"}, `a\u{202e}b`},
		{"half a rune, then none", []string{"\xe4\xbe", "\n"}, `\xe4\xbe` + "\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			w := &Terminal{to: &b}
			for _, s := range tc.in {
				if n, err := w.Write([]byte(s)); n != len(s) || err != nil {
					t.Errorf("wrote %d, %v", n, err)
				}
			}
			if b.String() != tc.want {
				t.Errorf("got %q, want %q", b.String(), tc.want)
			}
		})
	}
}
