package store

import (
	"strings"

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
	b.addPart(id, e.PartOf)
	b.addCount(id, e.Count)
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
