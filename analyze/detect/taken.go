package detect

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// taken is what correlations need to know of a rule's hits besides: the values
// of fields. All values that a field has in an event are one interned text.
type taken struct {
	fields []string // folded names
	values []int32  // len(fields) of each hit, as hits.names
}

// longest is how long a value may be and be kept whole. Of a longer one the
// beginning and a hash are kept, which are equal where the values are.
const longest = 256

// valuesOf are the values of a row, until it is called again. Empty ones are
// none; one more than maxGroups says that they are too many.
func (h *hits) valuesOf(t *taken, r *row) []int32 {
	h.values = h.values[:0]
	for _, f := range t.fields {
		h.text = h.text[:0]
		n := 0
		for _, v := range r.Values(f) {
			if !v.Null && v.Text != "" && n <= maxGroups {
				h.text = appendValue(h.text, v.Text)
				n++
			}
		}
		h.values = append(h.values, h.internBytes(h.text))
	}
	return h.values
}

func appendValue(to []byte, text string) []byte {
	if len(text) > longest {
		text = strings.ToLower(text)
		sum := sha256.Sum256([]byte(text))
		text = strings.ToValidUTF8(text[:longest-32], "") + hex.EncodeToString(sum[:16])
	}
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// nextValue takes the first of the values that appendValue put together.
func nextValue(all string) (value, rest string) {
	n, size := 0, 0
	for shift := 0; ; shift += 7 {
		c := all[size]
		size++
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return all[size : size+n], all[size+n:]
		}
	}
}
