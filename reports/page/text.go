package page

import (
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"
)

// maxText is how much of one value a page shows, in bytes; maxBrief how much of
// a message in a row of the timeline.
const (
	maxText  = 4096
	maxBrief = 300
)

// text is a value from the evidence as HTML: all of it, as text, unaltered. A
// NUL has no place in HTML and is written \x00. Text with characters that can't
// be seen, or that turn its direction, is kept apart from what is around it and
// marked by the style sheet, which adds no text.
func text(s string) template.HTML { return clipped(s, maxText) }

// clipped is text of a value cut to n bytes, which says how much is not shown.
func clipped(s string, n int) template.HTML {
	var b strings.Builder
	shown := clip(s, n)
	marked := hidden(shown)
	switch {
	case marked:
		b.WriteString(`<bdi class="hid">`)
	case !ascii(shown):
		b.WriteString(`<bdi>`)
	}
	escape(&b, shown)
	if marked || !ascii(shown) {
		b.WriteString(`</bdi>`)
	}
	if len(shown) < len(s) {
		fmt.Fprintf(&b, ` <span class="cut">… %s more bytes: see the cited place</span>`, number(len(s)-len(shown)))
	}
	return template.HTML(b.String())
}

func escape(b *strings.Builder, s string) {
	for _, r := range s {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '"':
			b.WriteString("&#34;")
		case '\'':
			b.WriteString("&#39;")
		case '\r': // a bare one would be read as a line feed
			b.WriteString("&#13;")
		case '@': // the one good place to break an address
			b.WriteString("<wbr>@")
		case 0:
			b.WriteString(`<span class="nul">\x00</span>`)
		default:
			b.WriteRune(r)
		}
	}
}

// clip cuts s to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hidden says whether s holds characters that deceive the eye: control
// characters, changes of direction, and characters without width.
func hidden(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return false
		case r < 0x20, r >= 0x7f && r <= 0x9f:
			return true
		case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
			return true
		}
		return r == 0xad || r == 0x61c || r == 0xfeff || r == 0x180e || r >= 0xe0000 && r <= 0xe007f
	})
}
