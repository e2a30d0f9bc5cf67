package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// difference is a way in which the program and what it is held against
// disagree. How often and where is kept beside it.
type difference struct {
	part   string // of the table
	family string // or file
	field  string
	kind   string // wrong, missing, unread, count, …
	class  string // what the records have in common
}

func (d difference) String() string {
	text := d.part + " " + d.family
	for _, s := range []string{d.field, d.kind, d.class} {
		if s != "" {
			text += " " + s
		}
	}
	return text
}

// met is how often a difference was met, and the first time.
type met struct {
	count   int
	example string
}

// tally counts one field of a family.
type tally struct{ expected, right, wrong, missing, extra int }

// line is one row of the table of files.
type line struct {
	part, file, state                string
	wantRecords, records             int
	wantFields, right, wrong, missed int
}

// report gathers what all parts find.
type report struct {
	lines    []line
	families []string // in order
	fields   map[string]map[string]*tally
	differs  map[difference]*met
	notes    []string

	leaves, kept, nulls, opened int // of records: all, kept as text, kept as null, texts that were taken apart
	files, records              int // whose count is the standard library's
}

func newReport() *report {
	return &report{fields: map[string]map[string]*tally{}, differs: map[difference]*met{}}
}

// field is the count of a core field of a family.
func (r *report) field(family, field string) *tally {
	if r.fields[family] == nil {
		r.fields[family] = map[string]*tally{}
		r.families = append(r.families, family)
	}
	if r.fields[family][field] == nil {
		r.fields[family][field] = &tally{}
	}
	return r.fields[family][field]
}

func (r *report) differ(d difference, example string) {
	m := r.differs[d]
	if m == nil {
		m = &met{example: example}
		r.differs[d] = m
	}
	m.count++
}

// merge adds what another report found.
func (r *report) merge(o *report) {
	r.lines = append(r.lines, o.lines...)
	r.notes = append(r.notes, o.notes...)
	r.leaves, r.kept, r.nulls, r.opened = r.leaves+o.leaves, r.kept+o.kept, r.nulls+o.nulls, r.opened+o.opened
	r.files, r.records = r.files+o.files, r.records+o.records
	for _, family := range o.families {
		for field, f := range o.fields[family] {
			t := r.field(family, field)
			t.expected, t.right, t.wrong, t.missing = t.expected+f.expected, t.right+f.right, t.wrong+f.wrong, t.missing+f.missing
			t.extra += f.extra
		}
	}
	for d, m := range o.differs {
		if r.differs[d] == nil {
			r.differs[d] = &met{example: m.example}
		}
		r.differs[d].count += m.count
	}
}

// line sums up what a file gave for its family; the files of one place share a
// row.
func (r *report) line(c *comparer, m *member, o *outcome) line {
	l := line{part: "fields", file: c.place(m.name), state: o.String(), wantRecords: o.records, records: o.records}
	for _, f := range r.fields[c.name] {
		l.wantFields, l.right, l.wrong, l.missed = l.wantFields+f.expected, l.right+f.right, l.wrong+f.wrong, l.missed+f.missing
	}
	return l
}

// together adds up lines of the same place.
func together(lines []line) (sums []line) {
	at := map[[3]string]int{}
	for _, l := range lines {
		key := [3]string{l.part, l.file, l.state}
		i, ok := at[key]
		if !ok {
			at[key] = len(sums)
			sums = append(sums, l)
			continue
		}
		s := &sums[i]
		s.wantRecords, s.records = s.wantRecords+l.wantRecords, s.records+l.records
		s.wantFields, s.right, s.wrong, s.missed = s.wantFields+l.wantFields, s.right+l.right, s.wrong+l.wrong, s.missed+l.missed
	}
	return sums
}

// note is a sentence below the table.
func (r *report) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// write prints the tables.
func (r *report) write(w io.Writer) {
	r.writeLines(w)
	r.writeFields(w)
	r.writeDifferences(w)
	for _, n := range r.notes {
		fmt.Fprintln(w, n)
	}
}

func (r *report) writeLines(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "held against\tfile\tread as\trecords expected\tgot\tfields expected\tright\twrong\tmissing\tprecision\trecall")
	lines := together(r.lines)
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.file, b.file))
	})
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", l.part, short(l.file), short(l.state), l.wantRecords, l.records,
			l.wantFields, l.right, l.wrong, l.missed, ratio(l.right, l.right+l.wrong), ratio(l.right, l.wantFields))
	}
	_ = t.Flush() // its writer is the test's
	fmt.Fprintln(w)
}

// short leaves out the middle of a long name.
func short(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return s[:most/2-1] + ".." + s[len(s)-most/2+1:]
}

func (r *report) writeFields(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "family\tfield\texpected\tright\twrong\tmissing\tprecision\trecall\tbeyond the map\t")
	for _, family := range r.families {
		var all tally
		for _, field := range coreFields {
			if f := r.fields[family][field]; f != nil && f.expected+f.extra > 0 {
				f.write(t, family, field)
				all.expected, all.right, all.wrong, all.missing = all.expected+f.expected, all.right+f.right, all.wrong+f.wrong, all.missing+f.missing
				all.extra += f.extra
			}
		}
		all.write(t, family, "ALL")
	}
	_ = t.Flush()
	fmt.Fprintln(w)
}

func (f *tally) write(w io.Writer, family, field string) {
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\t%d\t\n", family, field, f.expected, f.right, f.wrong, f.missing,
		ratio(f.right, f.right+f.wrong), ratio(f.right, f.expected), f.extra)
}

// ratio is a share with four digits, cut and never rounded up to one.
func ratio(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	n := part * 10000 / whole
	return fmt.Sprintf("%d.%04d", n/10000, n%10000)
}

func (r *report) writeDifferences(w io.Writer) {
	var list []difference
	for d := range r.differs {
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b difference) int { return strings.Compare(a.String(), b.String()) })
	for _, d := range list {
		m := r.differs[d]
		fmt.Fprintf(w, "%s: %d times\n    %s\n    judged: %s\n", d, m.count, m.example, cmp.Or(judgement(d), "NOT YET"))
	}
	fmt.Fprintln(w)
}
