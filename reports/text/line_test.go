package text

import "testing"

func TestLine(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", `a\b "c"`, `a\b "c"`},
		{"letters of all kinds", "Müller 田中 é 👍", "Müller 田中 é 👍"},
		{"escape sequence", "\x1b]0;title\x07\x1b[31mred", `\x1b]0;title\x07\x1b[31mred`},
		{"one line", "a\r\nb\tc", `a\r\nb\tc`},
		{"C1", "a\u009b31m", `a\u{009b}31m`},
		{"raw C1 byte", "a\x9b31m", `a\x9b31m`},
		{"direction override", "\u202egpj.exe", `\u{202e}gpj.exe`},
		{"isolate", "\u2066x\u2069", `\u{2066}x\u{2069}`},
		{"line separator", "a\u2028b", `a\u{2028}b`},
		{"no width", "a\u200bb\ufeff", `a\u{200b}b\u{feff}`},
		{"NUL and delete", "\x00\x7f", `\x00\x7f`},
		{"tag characters", "a\U000e0041", `a\u{e0041}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Line(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzLine(f *testing.F) {
	f.Add("\x1b[31m\u202e\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range Line(s) {
			if r < 0x20 || r >= 0x7f && r <= 0x9f || dangerous(r) {
				t.Errorf("%U in the line of %q", r, s)
			}
		}
	})
}
