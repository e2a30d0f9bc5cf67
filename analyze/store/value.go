package store

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/marcboeker/go-duckdb"
)

// Plain is a value of a query as plain Go: text, numbers, booleans, times,
// slices, and maps by text. Types of the engine's driver don't leave this
// package; what is no number of 64 bits comes as *big.Int, a decimal as
// json.Number.
func Plain(v any) any {
	switch v := v.(type) {
	case duckdb.Decimal:
		return decimal(v)
	case duckdb.Interval:
		return fmt.Sprintf("%d months %d days %d microseconds", v.Months, v.Days, v.Micros)
	case duckdb.Map:
		return plainMap(v)
	case map[string]any:
		for k, x := range v {
			v[k] = Plain(x)
		}
	case []any:
		for i, x := range v {
			v[i] = Plain(x)
		}
	}
	return v
}

func plainMap(m duckdb.Map) map[string]any {
	out := make(map[string]any, len(m))
	for k, x := range m {
		out[plainText(Plain(k))] = Plain(x)
	}
	return out
}

func plainText(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// decimal is an exact decimal, written out.
func decimal(d duckdb.Decimal) json.Number {
	digits := new(big.Int).Abs(d.Value).String()
	if missing := int(d.Scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if d.Value.Sign() < 0 {
		digits = "-" + digits
	}
	if d.Scale == 0 {
		return json.Number(digits)
	}
	at := len(digits) - int(d.Scale)
	return json.Number(digits[:at] + "." + digits[at:])
}
