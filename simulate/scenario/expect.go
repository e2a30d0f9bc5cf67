package scenario

import (
	"fmt"
	"slices"
)

// Levels are the severities, from the least to the worst.
var Levels = []string{"informational", "low", "medium", "high", "critical"}

// Rank is a level's place in Levels, -1 if it is none.
func Rank(level string) int { return slices.Index(Levels, level) }

func (c *checker) detections() {
	for i, d := range c.s.Detections {
		path := fmt.Sprintf("detections[%d]", i)
		c.id("detection", path, d.ID)
		c.refers("step", path+".step", d.Step)
		c.oneOf(path+".expect", "expect", d.Expect, ExpectAlert, ExpectNoAlert, ExpectSilentLog)
		c.rules(path, d)
		c.bounds(path, d)
		c.entity(path, d)
	}
}

func (c *checker) rules(path string, d Detection) {
	named := len(d.Rules.Any) + len(d.Rules.All)
	switch {
	case d.Expect == ExpectAlert && named == 0:
		c.fault(path+".rules", "detection %s expects an alert of no rule: name one in rules.any or rules.all", d.ID)
	case d.Expect == ExpectSilentLog && named > 0:
		c.fault(path+".rules", "detection %s: silent_log has no rules", d.ID)
	}
}

func (c *checker) bounds(path string, d Detection) {
	if d.Expect != ExpectAlert && (d.Count != nil || d.Within != 0 || d.Severity != nil || d.Entity != nil) {
		c.fault(path, "detection %s: count, within, entity and severity belong to expect: alert", d.ID)
	}
	if n := d.Count; n != nil && (n.Min < 0 || n.Max < 0 || n.Max > 0 && n.Max < n.Min) {
		c.fault(path+".count", "count %d to %d: want 0 <= min <= max", n.Min, n.Max)
	}
	if v := d.Severity; v != nil {
		for _, level := range []string{v.Min, v.Max} {
			if level != "" {
				c.oneOf(path+".severity", "severity", level, Levels...)
			}
		}
	}
}

// entity: users are known by id, for their name may be drawn from the seed.
func (c *checker) entity(path string, d Detection) {
	for kind, value := range d.Entity {
		at := path + ".entity." + kind
		switch kind {
		case "user":
			c.refers("user", at, value)
		case "ip", "host":
		default:
			c.fault(at, "entity %q: want user, ip or host", kind)
		}
	}
}
