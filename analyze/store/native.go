package store

import (
	"sort"
	"strings"
	"unsafe"

	"github.com/zeebo/xxh3"

	"hotwash/analyze/event"
)

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
	if content == 0 { // plain text has no fields
		content = xxh3.HashString(e.Message)
	}
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
