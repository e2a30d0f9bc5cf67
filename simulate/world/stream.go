package world

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// Key names a random stream. Streams are keyed by what they are for, never by
// the order in which they are asked for: a further actor, source or thread
// moves nobody else's bytes.
type Key struct{ Actor, Source, Step string }

// Stream is the random numbers of a key in a scenario at a seed.
func Stream(seed uint64, scenario string, k Key) *rand.Rand {
	return rand.New(Source(seed, scenario, k))
}

// Source is Stream as a bare source, for libraries that want one.
func Source(seed uint64, scenario string, k Key) *rand.PCG {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 160), seed)
	for _, part := range [...]string{scenario, k.Actor, k.Source, k.Step} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	sum := sha256.Sum256(b)
	return rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16]))
}

// GUID draws an id in the form of a version 4 GUID.
func GUID(r *rand.Rand) string { return string(AppendGUID(make([]byte, 0, 36), r)) }

// AppendGUID appends what GUID returns.
func AppendGUID(dst []byte, r *rand.Rand) []byte {
	const digits, hyphens = "0123456789abcdef", 1<<4 | 1<<6 | 1<<8 | 1<<10
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.Uint64())
	binary.BigEndian.PutUint64(b[8:], r.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	for i, c := range b {
		if hyphens>>i&1 == 1 {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return dst
}

// Pick draws one of a list.
func Pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
