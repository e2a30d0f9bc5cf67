package source

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestValid(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"valid is not touched", `C:\x86\é`, `C:\x86\é`},
		{"a byte", "a\xffb", `a\xffb`},
		{"a lone surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"a backslash that looks like one of ours", "\\xff\xff", `\x5cxff\xff`},
		{"NUL stays", "a\x00b\xfe", "a\x00b\\xfe"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Valid(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// unValid takes back what Valid does to an invalid text.
func unValid(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.HasPrefix(s[i:], `\x`) && i+4 <= len(s) {
			if c, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func FuzzValid(f *testing.F) {
	f.Add("a\xff\\x41\\")
	f.Fuzz(func(t *testing.T, s string) {
		got := Valid(s)
		if !utf8.ValidString(got) {
			t.Errorf("Valid(%q) = %q", s, got)
		}
		if !utf8.ValidString(s) && unValid(got) != s {
			t.Errorf("Valid(%q) = %q, back %q", s, got, unValid(got))
		}
	})
}
