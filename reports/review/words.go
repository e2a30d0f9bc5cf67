package review

import (
	"fmt"
	"strings"
	"time"
)

// Note is one thing to know before relying on a review. Section names the part
// of a report that tells more: gaps, evidence, rejects, timeline, sources or method.
type Note struct {
	Weight     Weight
	Head, Text string
	Section    string
}

// Weight is how much a note limits what can be concluded.
type Weight int

// The weights of notes.
const (
	Told  Weight = iota // good to know
	Limit               // something was not looked at
	Stop                // don't rely on the counts
)

// Lede is the review in one or two sentences.
func (r *Review) Lede() string {
	if len(r.Findings) == 0 {
		return fmt.Sprintf("No rule matched. %s ran over %s from %s.", Plural(r.Ran(), "rule"), Plural(r.Totals.Timeline+r.Totals.Undated, "event"), Plural(len(r.Coverage.Sources), "source"))
	}
	s := Plural(len(r.Findings), "finding") + " (" + r.Graded() + ")"
	first, last := r.span()
	if first != 0 {
		s += ", the first at " + Seconds(first) + " UTC"
	}
	if last > first {
		s += ", the last at " + Seconds(last) + " UTC"
	}
	return s + "."
}

// span is the time of the first and the last event of a finding, 0 if none of
// them has a time.
func (r *Review) span() (first, last int64) {
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.First != 0 && (first == 0 || f.First < first) {
			first = f.First
		}
		last = max(last, f.Last)
	}
	return first, last
}

// Graded is how many findings there are of each level that occurs.
func (r *Review) Graded() string {
	var parts []string
	for _, c := range r.ByLevel() {
		if c.N > 0 {
			parts = append(parts, Number(c.N)+" "+c.Name)
		}
	}
	return strings.Join(parts, ", ")
}

// Covered is what "nothing found" means: what was looked at, and with what.
func (r *Review) Covered() string {
	s := fmt.Sprintf("%s of %s ran over %s from %s", Number(r.Ran()), Plural(len(r.Rules), "rule"), Plural(r.Totals.Timeline+r.Totals.Undated, "event"), Plural(len(r.Coverage.Sources), "source"))
	if r.Totals.Timeline > 0 {
		s += ", " + Seconds(r.Totals.First) + " to " + Seconds(r.Totals.Last) + " UTC"
	}
	return s + "."
}

// ReadWell is how many items were read as logs to their end and add up, how
// many were not, and how many are no logs that could be read.
func (r *Review) ReadWell() (well, badly, other int) {
	for i := range r.Evidence {
		switch e := &r.Evidence[i]; {
		case !e.Read():
			other++
		case e.Troubled():
			badly++
		default:
			well++
		}
	}
	return well, badly, other
}

// Notes are what limits the review, the gravest first. There is always one: what
// was covered.
func (r *Review) Notes() []Note {
	var out []Note
	add := func(when bool, weight Weight, head, section, format string, args ...any) {
		if when {
			out = append(out, Note{weight, head, fmt.Sprintf(format, args...), section})
		}
	}
	t := r.Totals
	_, badly, _ := r.ReadWell()
	noReader, offsets := r.oddities()
	quiet, days := r.silent()
	add(!t.Balanced, Stop, "Counts do not add up.", "evidence", "Records or bytes of an item are missing or counted twice; don't rely on any count until this is explained.")
	add(badly > 0, Stop, "Evidence not read to its end.", "evidence", "%s: truncated, changed or unreadable. What is missing there was not searched.", Plural(badly, "item"))
	add(r.Rejects.Total > 0, Limit, "Records rejected.", "rejects", "%s could not be read; no rule has seen them.", Plural(r.Rejects.Total, "record"))
	add(noReader > 0, Limit, "Files without a reader.", "evidence", "%s recognised, but not read.", Plural(noReader, "item"))
	add(t.Unknown > 0 && !r.Unknown, Limit, "Unknown format.", "evidence", "%s of text in no known format: kept and counted, not on the timeline, seen by no rule.", Plural(t.Unknown, "event"))
	add(t.Undated > 0, Limit, "Events without a time.", "timeline", "%s in no order and in no chart.", Plural(t.Undated, "event"))
	add(t.Conflicts > 0, Limit, "Duplicates that differ.", "evidence", "%s with the id of another event and different content.", Plural(t.Conflicts, "event"))
	add(quiet > 0, Limit, "Silent days.", "sources", "%s silent for %s in all between first and last event.", Plural(quiet, "source"), Plural(days, "day"))
	add(len(r.Gaps()) > 0, Limit, "What this evidence cannot show.", "gaps", "%s: %s.", Plural(len(r.Gaps()), "gap"), r.gapCounts())
	add(r.Ran() < len(r.Rules), Told, "Rules that did not run.", "method", "%s of %s; they have found nothing because they did not look.", Number(len(r.Rules)-r.Ran()), Number(len(r.Rules)))
	add(offsets > 0, Told, "Clock offsets.", "evidence", "Given for %s: they order rows; the times shown are as stated.", Plural(offsets, "item"))
	add(t.Duplicates > 0, Told, "Duplicates left out.", "evidence", "%s of %s.", Plural(t.Duplicates, "event"), Number(t.Events))
	add(t.Parts > 0, Told, "Records put together.", "evidence", "%s of %s tell an event only together with others: the %s made of them count instead.", Plural(t.Parts, "event"), Number(t.Events), Plural(t.Derived, "event"))
	add(t.Occurrences > t.Timeline, Told, "Sampled or aggregated records.", "timeline", "The %s of the timeline stand for %s; charts count these.", Plural(t.Timeline, "event"), Plural(t.Occurrences, "occurrence"))
	add(true, Told, "Covered.", "sources", "%s A finding is a rule's reading, no verdict; nothing is known of what was not logged.", r.Covered())
	return out
}

// oddities is how many items have no reader, and how many a clock offset.
func (r *Review) oddities() (noReader, offsets int) {
	for i := range r.Evidence {
		if r.Evidence[i].NoReader() {
			noReader++
		}
		if r.Evidence[i].Account.Offset != 0 {
			offsets++
		}
	}
	return noReader, offsets
}

// silent is how many sources have gaps, and how many days these have in all.
func (r *Review) silent() (sources, days int) {
	for _, s := range r.Coverage.Sources {
		if s.Silent > 0 {
			sources++
			days += s.Silent
		}
	}
	return sources, days
}

// Number is a number with its thousands apart.
func Number[N int | int32 | int64](n N) string {
	s, sign := fmt.Sprint(n), ""
	if n < 0 {
		s, sign = s[1:], "-"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural is so many things in words.
func Plural[N int | int32 | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Number(n) + " " + thing + "s"
}

// When is a time of a finding for people: 0 is none.
func When(us int64) string {
	if us == 0 {
		return "no time"
	}
	return Seconds(us)
}

// Seconds is a time to the second, for people.
func Seconds(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02 15:04:05") }

// Micros is a time with the digits it has, for machines.
func Micros(us int64) string {
	return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999999Z07:00")
}
