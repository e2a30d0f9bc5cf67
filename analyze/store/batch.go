package store

import (
	"sort"
	"strings"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/arrow/memory/mallocator"
	"github.com/zeebo/xxh3"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
)

// Batch collects the events and rejects of one chunk. One goroutine fills it;
// Commit empties it for reuse.
type Batch struct {
	mem     memory.Allocator
	sources []*native
	tables  [len(generalTables)]*rows
	natives []*nativeRows // by source, nil until used
	rest    []byte

	Evidence        int32 // the item that the batch's chunk is of
	Events, Rejects int64
	bySource        map[sourceShape]int64
	warnings        map[string]*warning
	newNames        []fieldName // native names not seen by this batch before
}

type sourceShape struct{ source, shape string }

type warning struct {
	count int64
	first int64 // event id
}

type fieldName struct{ source, name string }

// nativeRows is the batch's part of one native table.
type nativeRows struct {
	*rows
	slots map[string]slot
	hot   []hotValue
	kept  []string // native names with an events column, in order
}

// slot is where a native field goes. Names beyond maxNames go to the rest
// without being remembered: hostile keys must not fill memory.
type slot struct {
	hot  int    // index of the hot column, -1 if none
	kept int    // index of the kept field, -1 if none
	hash uint64 // of the name
}

type hotValue struct {
	value string
	state uint8 // missing, one value, or already moved to the rest
}

const (
	hotMissing = iota
	hotOne
	hotMoved
	maxNames = 50_000
)

// NewBatch makes a batch for this case. Its memory is the C heap's.
func (w *Writer) NewBatch() *Batch {
	b := &Batch{
		mem: mallocator.NewMallocator(), sources: w.natives, natives: make([]*nativeRows, len(w.natives)),
		bySource: map[sourceShape]int64{}, warnings: map[string]*warning{},
	}
	for i, t := range generalTables {
		b.tables[i] = t.rows(b.mem)
	}
	return b
}

// Release gives the batch's memory back.
func (b *Batch) Release() {
	for _, t := range b.tables {
		t.release()
	}
	for _, n := range b.natives {
		if n != nil {
			n.release()
		}
	}
}

// Add stores one event with its native fields. source indexes the natives that
// the case was created with.
func (b *Batch) Add(e *event.Event, source int, fields []event.Field) {
	id := e.ID()
	content := b.addNative(id, e, source, fields)
	b.addEvent(id, e, dupKey(e, content))
	b.addFlow(id, e.Flow)
	b.addDNS(id, e.DNS)
	b.addWeb(id, e.Web)
	b.addProcess(id, e.Process)
	b.bySource[sourceShape{e.Source, e.Shape}]++
	for _, code := range e.Warnings {
		b.warn(code, id)
	}
	b.Events++
}

func (b *Batch) warn(code string, id int64) {
	w := b.warnings[code]
	if w == nil {
		w = &warning{first: id}
		b.warnings[strings.Clone(code)] = w
	}
	w.count++
	w.first = min(w.first, id)
}

// dupKey groups copies of one record: by the source's own record id, else by
// the record's content.
func dupKey(e *event.Event, content uint64) int64 {
	if e.RecordID == "" {
		return int64(content)
	}
	return int64(xxh3.HashString(e.RecordID) ^ xxh3.HashString(e.Source)*31)
}

func (b *Batch) addEvent(id int64, e *event.Event, key int64) {
	r := b.tables[0]
	r.n++
	r.bigint(0, id)
	if e.Time.Dated() {
		r.bigint(1, e.Time.Micros)
	} else {
		r.null(1)
	}
	r.integer(2, int32(e.Time.Quality))
	if e.Seen != 0 {
		r.bigint(3, e.Seen)
	} else {
		r.null(3)
	}
	for i, s := range [...]string{e.Source, string(e.Action), e.Operation, string(e.Outcome), e.OutcomeCode, e.Message, e.Actor, e.ActorID, e.ActorType} {
		r.text(4+i, s)
	}
	r.address(13, 14, 15, e.SrcIP, event.AddressKey)
	for i, s := range [...]string{e.Host, e.TargetType, e.TargetID, e.TargetName, e.RecordID} {
		r.text(16+i, s)
	}
	r.integer(21, e.Line)
	r.integer(22, e.Len)
	r.bigint(23, key)
}

func (b *Batch) addFlow(id int64, f *event.Flow) {
	if f == nil {
		return
	}
	r := b.tables[2]
	r.n++
	r.bigint(0, id)
	r.knownInt(1, f.SrcPort)
	r.address(2, 3, 4, f.DstIP, event.AddressKey)
	r.knownInt(5, f.DstPort)
	r.knownInt(6, int32(f.Proto))
	for i, v := range [...]int64{f.BytesOut, f.BytesIn, f.Packets, f.DurationUS} {
		r.known(7+i, v)
	}
	for i, s := range [...]string{f.Direction, f.Verdict, f.UID, f.CommunityID} {
		r.text(11+i, s)
	}
}

func (b *Batch) addDNS(id int64, d *event.DNS) {
	if d == nil {
		return
	}
	r := b.tables[3]
	r.n++
	r.bigint(0, id)
	for i, s := range [...]string{d.Query, d.Type, d.RCode, strings.Join(d.Answers, "\n"), d.ServerIP} {
		r.text(1+i, s)
	}
}

func (b *Batch) addWeb(id int64, v *event.Web) {
	if v == nil {
		return
	}
	r := b.tables[4]
	r.n++
	r.bigint(0, id)
	for i, s := range [...]string{v.Method, v.Host, v.Path, v.UserAgent} {
		r.text(1+i, s)
	}
	if v.Status != 0 {
		r.integer(5, v.Status)
	} else {
		r.null(5)
	}
	r.known(6, v.BytesOut)
}

func (b *Batch) addProcess(id int64, p *event.Process) {
	if p == nil {
		return
	}
	r := b.tables[5]
	r.n++
	r.bigint(0, id)
	r.text(1, p.Path)
	r.text(2, p.CommandLine)
	r.known(3, p.PID)
	r.text(4, p.ParentPath)
	r.text(5, p.ParentCommandLine)
	r.text(6, p.SHA256)
}

// Reject stores a record that could not be read.
func (b *Batch) Reject(x evidence.Reject) {
	r := b.tables[1]
	r.n++
	r.integer(0, x.Evidence)
	r.bigint(1, x.Offset)
	r.integer(2, x.Len)
	r.integer(3, x.Line)
	r.text(4, x.Code)
	r.text(5, x.Detail)
	r.text(6, x.Raw)
	r.boolean(7, x.Base64)
	b.Rejects++
}

func (b *Batch) nativeOf(source int) *nativeRows {
	if b.natives[source] != nil {
		return b.natives[source]
	}
	src := b.sources[source]
	n := &nativeRows{rows: src.fed().rows(b.mem), slots: map[string]slot{}, hot: make([]hotValue, len(src.Columns))}
	for name := range src.Kept {
		n.kept = append(n.kept, name)
	}
	sort.Strings(n.kept)
	for i, c := range src.Columns {
		n.slots[c] = slot{hot: i, kept: -1, hash: xxh3.HashString(c)}
		b.newNames = append(b.newNames, fieldName{src.Source, c})
	}
	for i, name := range n.kept {
		n.slots[name] = slot{hot: -1, kept: i, hash: xxh3.HashString(name)}
		b.newNames = append(b.newNames, fieldName{src.Source, name})
	}
	b.natives[source] = n
	return n
}

// slotOf finds where a name goes, and notes a name that is new.
func (b *Batch) slotOf(n *nativeRows, source int, name string) slot {
	s, ok := n.slots[name]
	if ok {
		return s
	}
	s = slot{hot: -1, kept: -1, hash: xxh3.HashString(name)}
	if len(n.slots) < maxNames {
		name = strings.Clone(name)
		n.slots[name] = s
		b.newNames = append(b.newNames, fieldName{b.sources[source].Source, name})
	}
	return s
}

// addNative stores the record's own fields and returns the hash of its
// content: a sum over fields, so that neither the order of keys nor a
// collector's fields matter.
func (b *Batch) addNative(id int64, e *event.Event, source int, fields []event.Field) (content uint64) {
	n := b.nativeOf(source)
	rest := append(b.rest[:0], event.RestHead...)
	var seen keptSeen
	clear(n.hot)
	for i := range fields {
		f := &fields[i]
		s := b.slotOf(n, source, f.Name)
		if !unkeyed(e, f.Name) {
			content += mix(s.hash, f)
		}
		switch {
		case s.kept >= 0:
			rest = b.addKept(e, source, s.kept, f, &seen, rest)
		case s.hot >= 0 && n.hot[s.hot].state == hotMissing && !f.Null:
			n.hot[s.hot] = hotValue{f.Value, hotOne}
		case s.hot >= 0 && n.hot[s.hot].state == hotOne:
			rest = event.AppendRest(rest, f.Name, n.hot[s.hot].value, event.RestValue)
			n.hot[s.hot] = hotValue{state: hotMoved}
			rest = appendField(rest, f)
		case s.hot >= 0:
			n.hot[s.hot].state = hotMoved
			rest = appendField(rest, f)
		default:
			rest = appendField(rest, f)
		}
	}
	rest = b.absent(n, e, source, seen.present, rest)
	b.rest = rest
	n.put(id, content, rest)
	return content
}

// keptSeen are the kept fields that a record has, and those of them that only
// the events column holds, as bits.
type keptSeen struct{ present, inColumn uint64 }

// addKept leaves out a value that the events column holds already. A field
// that comes twice stands in the rest with all its values.
func (b *Batch) addKept(e *event.Event, source, at int, f *event.Field, seen *keptSeen, rest []byte) []byte {
	bit := uint64(1) << at
	column := keptIn(e, b.sources[source].Kept[f.Name])
	if seen.present&bit == 0 && !f.Null && f.Value != "" && f.Value == column {
		seen.present |= bit
		seen.inColumn |= bit
		return rest
	}
	if seen.inColumn&bit != 0 {
		seen.inColumn &^= bit
		rest = event.AppendRest(rest, f.Name, column, event.RestValue)
	}
	seen.present |= bit
	return appendField(rest, f)
}

// absent notes kept fields that the record lacks although their events column
// is filled from elsewhere.
func (b *Batch) absent(n *nativeRows, e *event.Event, source int, present uint64, rest []byte) []byte {
	for i, name := range n.kept {
		if present&(1<<i) == 0 && keptIn(e, b.sources[source].Kept[name]) != "" {
			rest = event.AppendRest(rest, name, "", event.RestAbsent)
		}
	}
	return rest
}

func (n *nativeRows) put(id int64, content uint64, rest []byte) {
	n.n++
	n.bigint(0, id)
	n.bigint(1, int64(content))
	for i, v := range n.hot {
		if v.state == hotOne {
			n.rows.kept(2+i, v.value)
		} else {
			n.null(2 + i)
		}
	}
	if len(rest) == len(event.RestHead) {
		n.null(2 + len(n.hot))
		return
	}
	n.rows.kept(2+len(n.hot), unsafe.String(&rest[0], len(rest)))
}

func appendField(rest []byte, f *event.Field) []byte {
	kind := event.RestValue
	if f.Null {
		kind = event.RestNull
	}
	return event.AppendRest(rest, f.Name, f.Value, kind)
}

func mix(name uint64, f *event.Field) uint64 {
	if f.Null {
		return name * 0x9e3779b97f4a7c15
	}
	return (xxh3.HashString(f.Value) ^ name) * 0x9e3779b97f4a7c15
}

func unkeyed(e *event.Event, name string) bool {
	for _, u := range e.Unkeyed {
		if u == name {
			return true
		}
	}
	return false
}

// keptIn is the events column that a native field is kept in.
func keptIn(e *event.Event, column string) string {
	switch column {
	case "operation":
		return e.Operation
	case "outcome_code":
		return e.OutcomeCode
	case "message":
		return e.Message
	case "actor":
		return e.Actor
	case "actor_id":
		return e.ActorID
	case "src_ip":
		return e.SrcIP
	case "host":
		return e.Host
	case "target_id":
		return e.TargetID
	case "target_name":
		return e.TargetName
	case "record_id":
		return e.RecordID
	}
	return ""
}
