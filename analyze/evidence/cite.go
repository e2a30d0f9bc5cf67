package evidence

import (
	"fmt"
	"strconv"
	"strings"

	"hotwash/analyze/event"
)

// citedHash is how many digits of the outer file's hash a citation shows.
const citedHash = 12

// Cite names a place so that it can be found in the evidence alone, in any
// case: sha256[:12]!member@offset+len, and sha256[:12]!member@offset#1 of a
// derived event, whose records stand apart. A file whose hash is not known is named
// by its ordinal, which holds within its case.
func Cite(it Item, p event.Place) string {
	r := Ref{Evidence: it.Ordinal, Offset: p.Offset, Len: p.Len}
	if len(it.Outer) >= citedHash {
		r = Ref{Hash: it.Outer[:citedHash], Member: it.Member, Offset: p.Offset, Len: p.Len}
	}
	if p.Derived {
		r.Derived = 1
	}
	return r.String()
}

// Ref is a reference to a place, as people and reports write it.
type Ref struct {
	Evidence int32  // ordinal in the case; 0 if Hash names the file
	Hash     string // first digits of the outer file's SHA-256
	Member   string
	Offset   int64
	Len      int32 // 0 if it isn't said, as in an event id
	Derived  int   // k of "#k", the k-th event derived at this place; 0 if none
}

func (r Ref) String() string {
	var b strings.Builder
	if r.Hash != "" {
		b.WriteString(r.Hash)
	} else {
		fmt.Fprintf(&b, "E%02d", r.Evidence)
	}
	if r.Member != "" {
		b.WriteString("!" + r.Member)
	}
	fmt.Fprintf(&b, "@%d", r.Offset)
	if r.Len > 0 {
		fmt.Fprintf(&b, "+%d", r.Len)
	}
	if r.Derived > 0 {
		fmt.Fprintf(&b, "#%d", r.Derived)
	}
	return b.String()
}

// ParseRef reads "E03@184467+912", "9f2c0a112233!member@184467+912", or an
// event id in decimal. The length may be left out.
func ParseRef(s string) (Ref, error) {
	file, place, ok := cutLast(s, "@")
	if !ok {
		return parseEventID(s)
	}
	r, err := parsePlace(place)
	if err == nil {
		err = r.parseFile(file)
	}
	if err != nil {
		return Ref{}, fmt.Errorf("reference %q: %w", s, err)
	}
	return r, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

func parseEventID(s string) (Ref, error) {
	id, err := parseNumber(s, 63)
	if err != nil || id>>40 == 0 {
		return Ref{}, fmt.Errorf("reference %q: want E03@offset+length, hash!member@offset+length or an event id", s)
	}
	p := event.PlaceOf(id)
	r := Ref{Evidence: p.Evidence, Offset: p.Offset}
	if p.Derived {
		r.Derived = 1
	}
	return r, nil
}

// parsePlace reads offset[+length][#derived].
func parsePlace(s string) (Ref, error) {
	s, derived, isDerived := strings.Cut(s, "#")
	offset, length, hasLength := strings.Cut(s, "+")
	k, l := int64(0), int64(0)
	o, err := parseNumber(offset, 39)
	if err == nil && hasLength {
		l, err = parseNumber(length, 31)
	}
	if err == nil && isDerived {
		if k, err = parseNumber(derived, 31); err == nil && k != 1 {
			err = fmt.Errorf("#%d: at most one event is derived at a place, #1", k)
		}
	}
	return Ref{Offset: o, Len: int32(l), Derived: int(k)}, err
}

// parseNumber reads plain digits: no sign, no underscore, no prefix.
func parseNumber(s string, bits int) (int64, error) {
	n, err := strconv.ParseUint(s, 10, bits)
	if err != nil {
		return 0, fmt.Errorf("%q is no number in range", s)
	}
	return int64(n), nil
}

// parseFile reads what stands before the "@".
func (r *Ref) parseFile(s string) error {
	s, r.Member, _ = strings.Cut(s, "!")
	if digits, ok := strings.CutPrefix(s, "E"); ok && r.Member == "" {
		n, err := parseNumber(digits, 23)
		r.Evidence = int32(n)
		if err == nil && n == 0 {
			err = fmt.Errorf("evidence is numbered from E01")
		}
		return err
	}
	if len(s) < 6 || len(s) > 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return fmt.Errorf("%q is neither an evidence number nor 6 to 64 digits of a SHA-256", s)
	}
	r.Hash = s
	return nil
}

// Find gives the item that a reference names.
func (r Ref) Find(items []Item) (Item, error) {
	var found []Item
	for _, it := range items {
		if r.names(it) {
			found = append(found, it)
		}
	}
	if len(found) == 0 {
		return Item{}, fmt.Errorf("reference %s: no such evidence in the case", r)
	}
	for _, it := range found[1:] {
		if it.Outer != found[0].Outer {
			return Item{}, fmt.Errorf("reference %s: more than one file; give more digits of the hash", r)
		}
	}
	return found[0], nil // the same file twice: the bytes are the same
}

func (r Ref) names(it Item) bool {
	if r.Hash == "" {
		return it.Ordinal == r.Evidence
	}
	return strings.HasPrefix(it.Outer, r.Hash) && it.Member == r.Member
}
