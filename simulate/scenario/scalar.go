package scenario

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Duration is written like Go's, with d (24 hours) and w (7 days) besides:
// "90s", "15m", "2d", "1w2d".
type Duration time.Duration

// UnmarshalYAML reads a duration.
func (d *Duration) UnmarshalYAML(n ast.Node) error {
	text, err := scalar(n)
	if err != nil {
		return err
	}
	*d, err = ParseDuration(text)
	if err != nil {
		return faultAt(n, "%v", err)
	}
	return nil
}

// ParseDuration reads a duration; it is never negative.
func ParseDuration(text string) (Duration, error) {
	var total float64
	rest := text
	for rest != "" {
		n := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if n <= 0 {
			return 0, fmt.Errorf("duration %q: want a number and a unit, such as 90s, 15m or 2d", text)
		}
		end := n + strings.IndexFunc(rest[n:]+"0", func(r rune) bool { return r >= '0' && r <= '9' })
		value, err := strconv.ParseFloat(rest[:n], 64)
		unit, ok := units[rest[n:end]]
		if err != nil || !ok {
			return 0, fmt.Errorf("duration %q: want a number and a unit, such as 90s, 15m or 2d", text)
		}
		total += value * float64(unit)
		rest = rest[end:]
	}
	if text == "" || total > math.MaxInt64/2 {
		return 0, fmt.Errorf("duration %q: out of range", text)
	}
	return Duration(math.Round(total)), nil
}

var units = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour,
	"d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// Instant is an RFC 3339 time, a date (its first moment in UTC), or "+26h" from
// the epoch.
type Instant struct {
	time   time.Time
	offset Duration
	set    bool
}

// UnmarshalYAML reads an instant.
func (i *Instant) UnmarshalYAML(n ast.Node) error {
	text, err := scalar(n)
	if err != nil {
		return err
	}
	*i, err = ParseInstant(text)
	if err != nil {
		return faultAt(n, "%v", err)
	}
	return nil
}

// ParseInstant reads an instant.
func ParseInstant(text string) (Instant, error) {
	if after, ok := strings.CutPrefix(text, "+"); ok {
		d, err := ParseDuration(after)
		return Instant{offset: d, set: true}, err
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1970 && t.Year() < 2200 {
			return Instant{time: t.UTC(), set: true}, nil
		}
	}
	return Instant{}, fmt.Errorf("time %q: want RFC 3339, a date, or an offset from the epoch such as +26h", text)
}

// Set says whether the instant was given.
func (i Instant) Set() bool { return i.set }

// Absolute says whether it stands for itself, without an epoch.
func (i Instant) Absolute() bool { return i.set && !i.time.IsZero() }

// From is the instant in UTC, counted from epoch if it is an offset.
func (i Instant) From(epoch Instant) time.Time {
	if i.time.IsZero() {
		return epoch.time.Add(time.Duration(i.offset))
	}
	return i.time
}

// Rate is events per hour: "200/h", "2/m", "5/d".
type Rate float64

// UnmarshalYAML reads a rate.
func (r *Rate) UnmarshalYAML(n ast.Node) error {
	text, err := scalar(n)
	if err != nil {
		return err
	}
	number, per, _ := strings.Cut(text, "/")
	value, err := strconv.ParseFloat(number, 64)
	unit, ok := map[string]float64{"s": 3600, "m": 60, "h": 1, "d": 1. / 24}[per]
	if err != nil || !ok || value < 0 || value*unit > maxRate || math.IsNaN(value) {
		return faultAt(n, "rate %q: want events per second, minute, hour or day, such as 200/h, at most %d/h", text, int(maxRate))
	}
	*r = Rate(value * unit)
	return nil
}

const maxRate = 10_000_000

// Fraction is a number from 0 to 1.
type Fraction float64

// UnmarshalYAML reads a fraction.
func (f *Fraction) UnmarshalYAML(n ast.Node) error {
	return number(n, (*float64)(f), 0, 1)
}

// Exponent is a number from 0 to 5: 0 is equal shares.
type Exponent float64

// UnmarshalYAML reads an exponent.
func (e *Exponent) UnmarshalYAML(n ast.Node) error {
	return number(n, (*float64)(e), 0, 5)
}

func number(n ast.Node, dst *float64, low, high float64) error {
	text, err := scalar(n)
	if err != nil {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= low && v <= high) {
		return faultAt(n, "%q: want a number from %v to %v", text, low, high)
	}
	*dst = v
	return nil
}

// Values is one scalar or a list of scalars.
type Values []string

// UnmarshalYAML reads one or several scalars.
func (v *Values) UnmarshalYAML(n ast.Node) error {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		text, err := scalar(n)
		*v = Values{text}
		return err
	}
	*v = Values{}
	for _, item := range list.Values {
		text, err := scalar(item)
		if err != nil {
			return err
		}
		*v = append(*v, text)
	}
	return nil
}

func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	}
	return "", faultAt(n, "want a single value")
}
