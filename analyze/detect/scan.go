package detect

import (
	"context"
	"fmt"
	"iter"
	"math"
	"runtime"
	"sync"

	"hotwash/analyze/event"
	"hotwash/analyze/sieve"
)

// Cutter is what a Scanner may be besides: it says into which ranges of ids a
// source's events can be cut, so that several of them are scanned at a time.
// It must be safe for that.
type Cutter interface {
	Pieces(ctx context.Context, source string) ([][2]int64, error)
}

// sampleRows is how many events show what is rare in them.
const sampleRows = 4_500

// failure is a rule that panicked, and where.
type failure struct {
	rule   int
	reason string
}

// scan asks all events of the source, pieces of them on all cores.
func (w *watch) scan(ctx context.Context, s Scanner, h *hits) ([]failure, error) {
	if len(w.asked) == 0 {
		return nil, nil
	}
	pieces := [][2]int64{{0, math.MaxInt64}}
	if c, ok := s.(Cutter); ok {
		var err error
		if pieces, err = c.Pieces(ctx, w.source); err != nil {
			return nil, fmt.Errorf("rules over %s: %w", w.source, err)
		}
	}
	if err := w.learn(ctx, s, pieces); err != nil {
		return nil, err
	}
	askers := make([]*asker, min(runtime.GOMAXPROCS(0), len(pieces)))
	for i := range askers {
		askers[i] = w.asker(w.sieve.Worker(), newHits(w.program))
	}
	if err := share(ctx, s, askers, pieces); err != nil {
		return nil, fmt.Errorf("rules over %s: %w", w.source, err)
	}
	var failed []failure
	for _, a := range askers {
		h.merge(a.hits)
		failed = append(failed, a.failed...)
	}
	return failed, nil
}

// share gives the pieces to the askers, one after another to whoever is free.
func share(ctx context.Context, s Scanner, askers []*asker, pieces [][2]int64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan [2]int64, len(pieces))
	for _, p := range pieces {
		next <- p
	}
	close(next)
	var all sync.WaitGroup
	for _, a := range askers {
		all.Go(func() {
			for p := range next {
				if err := a.piece(ctx, s, p); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// learn shows the sieve the first events, so that rules wait for what is rare.
func (w *watch) learn(ctx context.Context, s Scanner, pieces [][2]int64) error {
	sampler := w.sieve.Sampler()
	a := w.asker(sampler, nil)
	n := 0
	for cols, err := range a.columns(ctx, s, pieces) {
		if err != nil {
			return fmt.Errorf("rules over %s: %w", w.source, err)
		}
		for i := 0; i < cols.Len() && n < sampleRows; i, n = i+1, n+1 {
			a.read(cols, i)
		}
		if n == sampleRows {
			break
		}
	}
	w.sieve.Learn(sampler)
	return ctx.Err()
}

// asker asks the rules about one event after another. Each goroutine has its
// own.
type asker struct {
	*watch
	row    *row
	worker *sieve.Worker
	hits   *hits
	failed []failure
}

func (w *watch) asker(worker *sieve.Worker, h *hits) *asker {
	return &asker{watch: w, row: newRow(w.source, w.fields, w.every), worker: worker, hits: h}
}

// columns yields the batches of pieces.
func (a *asker) columns(ctx context.Context, s Scanner, pieces [][2]int64) iter.Seq2[*event.Columns, error] {
	return func(yield func(*event.Columns, error) bool) {
		for _, p := range pieces {
			for cols, err := range s.Scan(ctx, a.source, p[0], p[1]) {
				if err == nil {
					err = ctx.Err()
				}
				if err == nil {
					a.row.use(cols)
				}
				if !yield(cols, err) || err != nil {
					return
				}
			}
		}
	}
}

func (a *asker) piece(ctx context.Context, s Scanner, p [2]int64) error {
	for cols, err := range a.columns(ctx, s, [][2]int64{p}) {
		if err != nil {
			return err
		}
		for i := range cols.Len() {
			a.read(cols, i)
			for !a.ask(cols.IDs[i]) {
			}
		}
	}
	return ctx.Err()
}

// read turns to an event of a batch.
func (a *asker) read(cols *event.Columns, i int) {
	a.row.read(i)
	a.worker.Next()
	others := a.sieve.Others()
	for _, s := range a.row.filled {
		at := min(s, others)
		slot := &a.row.slots[s]
		values := slot.values
		switch {
		case at == others && !a.every:
			continue // no keyword looks at it
		case at == others:
			values = values[:slot.own]
		}
		for k := range values {
			if !values[k].Null {
				a.worker.Add(at, values[k].Text, k < slot.own)
			}
		}
	}
	if a.row.hasMessage {
		a.worker.Add(others, a.row.text.Text, true)
	}
}

// ask asks the rules about the event. It is false if one of them panicked: that
// one is out, and the others are to be asked again.
func (a *asker) ask(id int64) (done bool) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		at := a.worker.Current()
		a.worker.Drop(at)
		a.failed = append(a.failed, failure{a.asked[at], fmt.Sprintf("panic at event %d: %v; later events were not looked at", id, v)})
	}()
	a.worker.Match(a.row, func(at int) {
		rule := a.asked[at]
		a.hits.add(rule, a.rules[rule], a.row)
	})
	return true
}
