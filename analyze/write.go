package analyze

import (
	"errors"
	"fmt"
	"strings"

	"hotwash/analyze/evidence"
	"hotwash/analyze/store"
	"hotwash/analyze/vocab"
)

// errPanic is a record that made a reader panic: the record is a reject, what
// else was read is stored, and the run ends as an internal error.
var errPanic = errors.New("internal error while reading a record")

// ledger collects what the next commit says beside its rows.
type ledger struct {
	marks  []store.Mark
	items  []evidence.Item // new, finished or read on
	at     map[int32]int   // in items, by ordinal
	events int64
	bytes  int64

	last   store.Mark     // of the last commit
	marked map[int32]bool // unfinished items that hold simulated records
}

// write is the writer: it puts chunks in the order of the evidence and commits
// them with their marks and items.
func (p *pipeline) write() {
	var err error
	var panics []string
	l := ledger{at: map[int32]int{}, marked: map[int32]bool{}}
	var group []*job
	var size int
	total := Progress{}
	for j := range p.ordered {
		<-j.done
		if p.ctx.Err() != nil || err != nil {
			continue
		}
		panics = append(panics, j.tally.panics...)
		total.add(j)
		if p.progress != nil {
			p.progress(total)
		}
		if j.forget {
			err = p.forget(group, j.item.Ordinal)
			group, size = nil, 0
		}
		if j.batch != nil {
			group, size = append(group, j), size+len(j.chunk.Text)
		}
		l.note(j)
		if size >= putBytes || len(group) == groupChunks {
			err = p.put(group)
			group, size = nil, 0
		}
		if err == nil && (l.full() || l.events >= p.events) {
			err = p.flush(group, &l)
			group, size = nil, 0
		}
		if err != nil {
			p.cancel(err)
		}
	}
	if p.ctx.Err() == nil && err == nil {
		err = p.flush(group, &l)
	}
	if err != nil || p.ctx.Err() != nil {
		err = p.w.Rollback(p.ctx, err)
	}
	if err == nil && len(panics) > 0 {
		err = fmt.Errorf("%w: %s", errPanic, strings.Join(panics[:min(len(panics), 5)], "; "))
	}
	if err != nil {
		p.cancel(err)
	}
}

func (t *Progress) add(j *job) {
	t.Item = name(j.item)
	t.Bytes += int64(len(j.chunk.Text)) + j.bytes
	t.Events += j.tally.mark.Events
}

// put stores a group of chunks in the open transaction and frees their batches.
func (p *pipeline) put(group []*job) error {
	if len(group) == 0 {
		return nil
	}
	batches := make([]*store.Batch, len(group))
	for i, j := range group {
		batches[i] = j.batch
	}
	err := p.w.Put(p.ctx, batches)
	for _, b := range batches {
		p.free <- b
	}
	return err
}

// forget puts a group and takes away what is stored of an item.
func (p *pipeline) forget(group []*job, ordinal int32) error {
	if err := p.put(group); err != nil {
		return err
	}
	return p.w.Forget(p.ctx, ordinal)
}

// flush puts a group and commits. A mark without its rows would lose them, so
// nothing is committed after a put that failed.
func (p *pipeline) flush(group []*job, l *ledger) error {
	if err := p.put(group); err != nil {
		return err
	}
	return p.commit(l)
}

func (p *pipeline) commit(l *ledger) error {
	err := p.w.Commit(p.ctx, l.marks, l.items)
	if n := len(l.marks); n > 0 {
		l.last = l.marks[n-1]
	}
	clear(l.at)
	l.marks, l.items, l.events, l.bytes = l.marks[:0], l.items[:0], 0, 0
	return err
}

func (l *ledger) full() bool {
	return l.bytes >= commitBytes || len(l.items) >= commitItems
}

// note adds a job to the ledger: the item as it is known now, and the chunk's
// mark, joined to the item's last one.
func (l *ledger) note(j *job) {
	l.item(j)
	if j.batch == nil {
		return
	}
	m := j.tally.mark
	l.events += m.Events
	l.bytes += m.End - m.Start
	if n := len(l.marks); n > 0 && l.marks[n-1].Evidence == m.Evidence {
		l.marks[n-1] = joined(l.marks[n-1], m)
		return
	}
	if l.last.Evidence == m.Evidence {
		m.Seq = l.last.Seq + 1
	}
	l.marks = append(l.marks, m)
}

func (l *ledger) item(j *job) {
	it := j.item
	it.Simulated = it.Simulated || j.tally.marked || l.marked[it.Ordinal]
	l.marked[it.Ordinal] = it.Simulated
	if j.final {
		delete(l.marked, it.Ordinal)
	}
	if at, listed := l.at[it.Ordinal]; listed {
		l.items[at] = it
		return
	}
	l.at[it.Ordinal] = len(l.items)
	l.items = append(l.items, it)
}

// joined is one mark for two runs of bytes that follow each other.
func joined(a, b store.Mark) store.Mark {
	a.End, a.HashAt, a.Prefix = b.End, b.HashAt, b.Prefix
	a.Records += b.Records
	a.Events += b.Events
	a.Rejects += b.Rejects
	a.Lines += b.Lines
	a.Header += b.Header
	a.Separator += b.Separator
	a.Comment += b.Comment
	a.Blank += b.Blank
	return a
}

// mayBeMarked says whether a text holds the letters of a mark at all.
func mayBeMarked(text string) bool {
	return strings.Contains(text, vocab.SimulatedTenantPrefix) || strings.Contains(text, vocab.SimulatedHostSuffix)
}
