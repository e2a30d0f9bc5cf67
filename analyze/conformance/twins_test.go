package conformance

import (
	"path"
	"strconv"
	"strings"

	"hotwash/analyze/event"
)

// twins are two files that tell the same: a binary Windows log and its JSON,
// the same traffic as Zeek's text and as its JSON. Both are read by the
// program; the answers must not differ. They are kept until all were met.
type twins struct {
	kinds []twinKind
	found map[string]*[2]*member
	order []string
}

// twinKind says which files are twins, and what may differ.
type twinKind struct {
	name string
	of   func(name string) (key string, second bool)
	same func(a, b *told) []string // the fields that differ
}

// told is what the program tells of a record, kept.
type told struct {
	event  event.Event
	flow   event.Flow
	fields []event.Field
}

func newTwins() *twins {
	return &twins{found: map[string]*[2]*member{}, kinds: []twinKind{
		{"EVTX and JSON", evtxTwin, sameFields},
		{"Zeek text and JSON", zeekTwin, sameCore},
	}}
}

// evtxTwin: SigmaHQ's regression data has each binary log as JSON beside it.
func evtxTwin(name string) (string, bool) {
	ext := path.Ext(name)
	if !strings.HasPrefix(name, "sigma/regression_data/") || ext != ".evtx" && ext != ".json" {
		return "", false
	}
	return strings.TrimSuffix(name, ext), ext == ".json"
}

// zeekTwin: zed-sample-data has each log twice.
func zeekTwin(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "network/zed-sample-data/")
	folder, file, _ := strings.Cut(rest, "/")
	if !ok || folder != "zeek-default" && folder != "zeek-json" {
		return "", false
	}
	file, _, _ = strings.Cut(file, ".")
	return "network/zed-sample-data/*/" + file, folder == "zeek-json"
}

// take keeps a member that is a twin.
func (w *twins) take(m *member) {
	for i := range w.kinds {
		key, second := w.kinds[i].of(m.name)
		if key == "" {
			continue
		}
		key = strconv.Itoa(i) + key
		if w.found[key] == nil {
			w.found[key] = &[2]*member{}
			w.order = append(w.order, key)
		}
		at := 0
		if second {
			at = 1
		}
		w.found[key][at] = m
	}
}

// compare reads all twins, and gives a line a kind.
func (w *twins) compare(rep *report) {
	lines := make([]line, len(w.kinds))
	for i := range lines {
		lines[i] = line{part: "twins", file: w.kinds[i].name}
	}
	pairs := make([]int, len(w.kinds))
	for _, key := range w.order {
		pair, i := w.found[key], int(key[0]-'0')
		if pair[0] == nil || pair[1] == nil {
			rep.note("twins: %s has none", key[1:])
			continue
		}
		pairs[i]++
		w.kinds[i].compare(pair, &lines[i], rep)
	}
	for i := range lines {
		lines[i].state = strconv.Itoa(pairs[i]) + " pairs"
	}
	rep.lines = append(rep.lines, lines...)
}

func (k *twinKind) compare(pair *[2]*member, l *line, rep *report) {
	a, first := tellAll(pair[0])
	b, _ := tellAll(pair[1])
	l.wantRecords, l.records = l.wantRecords+len(b), l.records+len(a)
	if len(a) != len(b) {
		rep.differ(difference{part: "twins", family: k.name, kind: "count"}, pair[0].name+": "+strconv.Itoa(len(b))+" records, and "+first.summary())
		return
	}
	for i := range a {
		l.wantFields++
		shorter := true // the twin tells the same with less
		for _, d := range k.same(&a[i], &b[i]) {
			field, example, _ := strings.Cut(d, ": ")
			shorter = shorter && (field == digitsDiffer || field == spacesDiffer)
			rep.differ(difference{part: "twins", family: k.name, field: field, kind: "differs"}, pair[0].name+": "+example)
		}
		if shorter {
			l.right++
		} else {
			l.wrong++
		}
	}
}

// What the JSON of a binary log tells shorter.
const (
	digitsDiffer = "digits of a second"
	spacesDiffer = "spaces around a text"
)

func tellAll(m *member) (list []told, o outcome) {
	o = read(m, func(_ int, r reading) {
		one := told{event: *r.event, fields: append([]event.Field(nil), r.fields...)}
		if r.event.Flow != nil {
			one.flow = *r.event.Flow
		}
		list = append(list, one)
	})
	return list, o
}

// sameCore compares the columns of two events; the seconds that a JSON writer
// prints as a binary fraction are the same within a microsecond.
func sameCore(a, b *told) (differ []string) {
	for _, column := range textColumns {
		if x, y := text(&a.event, column), text(&b.event, column); x != y {
			differ = append(differ, column+": "+strconv.Quote(x)+" and "+strconv.Quote(y))
		}
	}
	if a.event.Time.Micros != b.event.Time.Micros {
		differ = append(differ, "time: "+a.event.Time.String()+" and "+b.event.Time.String())
	}
	if a.event.Source != b.event.Source {
		differ = append(differ, "source: "+a.event.Source+" and "+b.event.Source)
	}
	x, y := a.flow, b.flow
	if n := x.DurationUS - y.DurationUS; n >= -1 && n <= 1 {
		x.DurationUS = y.DurationUS
	}
	if x != y {
		differ = append(differ, "flow: "+strconv.Quote(x.UID)+" and "+strconv.Quote(y.UID))
	}
	return differ
}

// sameFields compares the columns, and all native fields, names and texts. A
// text that the JSON tells shorter is told apart from one that differs.
func sameFields(a, b *told) []string {
	differ := sameCore(a, b)
	only := map[string][]string{} // by name, what the binary log alone has
	have := map[event.Field]int{}
	for _, f := range b.fields {
		have[f]++
	}
	for _, f := range a.fields {
		if have[f]--; have[f] < 0 {
			only[f.Name] = append(only[f.Name], f.Value)
		}
	}
	for _, f := range b.fields {
		if have[f] <= 0 {
			continue
		}
		have[f]--
		others := only[f.Name]
		if len(others) == 0 {
			differ = append(differ, f.Name+": only the JSON has "+strconv.Quote(f.Value))
			continue
		}
		field := f.Name
		switch {
		case strings.TrimSpace(others[0]) == f.Value:
			field = spacesDiffer
		case digitsCut(others[0], f.Value):
			field = digitsDiffer
		}
		differ = append(differ, field+": "+strconv.Quote(others[0])+" and "+strconv.Quote(f.Value))
		only[f.Name] = others[1:]
	}
	for name, values := range only {
		for _, v := range values {
			differ = append(differ, name+": only the binary log has "+strconv.Quote(v))
		}
	}
	return differ
}

// digitsCut says whether b is the time a with fewer digits behind the point.
func digitsCut(a, b string) bool {
	a, b = strings.TrimSuffix(a, "Z"), strings.TrimSuffix(b, "Z")
	return len(b) > len("2006-01-02T15:04:05.") && len(b) < len(a) && strings.HasPrefix(a, b)
}
