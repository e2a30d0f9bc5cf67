package text

import (
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/term"
)

// IsTerminal says whether what is written to w is shown by a terminal.
func IsTerminal(w io.Writer) bool {
	if _, ok := w.(*Terminal); ok {
		return true
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// ForTerminal is w, or what keeps its terminal from obeying what it is sent.
func ForTerminal(w io.Writer) io.Writer {
	if IsTerminal(w) {
		return &Terminal{to: w}
	}
	return w
}

// Terminal writes to a terminal what Line leaves of a text, but for the ends of
// lines and tabs. A file or pipe gets the bytes as they are.
type Terminal struct {
	to   io.Writer
	rest []byte // a rune whose end has not come yet
}

// Write writes p, and keeps a rune that p holds half of for the next time. What
// never becomes whole is never written.
func (t *Terminal) Write(p []byte) (int, error) {
	text := append(t.rest, p...)
	end := len(text)
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if utf8.RuneStart(text[len(text)-i]) {
			if !utf8.FullRune(text[len(text)-i:]) {
				end = len(text) - i
			}
			break
		}
	}
	safe := make([]byte, 0, end)
	from := 0
	for i, c := range text[:end] {
		if c == '\n' || c == '\t' {
			safe = append(append(safe, Line(string(text[from:i]))...), c)
			from = i + 1
		}
	}
	safe = append(safe, Line(string(text[from:end]))...)
	t.rest = append([]byte(nil), text[end:]...)
	if _, err := t.to.Write(safe); err != nil {
		return 0, err
	}
	return len(p), nil
}
