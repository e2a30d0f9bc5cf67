package source

import (
	"math"
	"strconv"
	"strings"
)

// number is a count or id, decimal or 0x; -1 where there is none.
func number(text string) int64 {
	if hex, ok := strings.CutPrefix(text, "0x"); ok {
		if n, err := strconv.ParseUint(hex, 16, 63); err == nil {
			return int64(n)
		}
		return -1
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// port is a port number, -1 where there is none.
func port(text string) int32 {
	if n := number(text); n >= 0 && n <= math.MaxUint16 {
		return int32(n)
	}
	return -1
}

// seconds is a duration given in seconds, as µs; -1 where there is none.
func seconds(text string) int64 {
	if text == "" {
		return -1
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 || f > math.MaxInt64/1e7 {
		return -1
	}
	return int64(math.Round(f * 1e6))
}

// sum adds what is known; -1 if nothing is.
func sum(a, b int64) int64 {
	switch {
	case a < 0:
		return b
	case b < 0 || a > math.MaxInt64-b:
		return a
	}
	return a + b
}
