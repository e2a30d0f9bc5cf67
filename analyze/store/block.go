package store

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/marcboeker/go-duckdb"

	"hotwash/analyze/event"
)

// block is the rows of one query as plain Go: first the columns of numbers, the
// event id leading, then those of text. The strings are the records' memory,
// until release.
type block struct {
	numbers [][]int64 // NULL is 0
	texts   []event.Column
	records []arrow.Record
}

// readBlock runs a query. The block is to be released, after an error too.
func readBlock(ctx context.Context, a *duckdb.Arrow, query string, numbers int, args ...any) (*block, error) {
	reader, err := a.QueryContext(ctx, query, args...)
	if err != nil {
		return &block{}, err
	}
	defer reader.Release()
	return newBlock(reader, numbers)
}

func (b *block) release() {
	for _, rec := range b.records {
		rec.Release()
	}
}

func newBlock(reader array.RecordReader, numbers int) (*block, error) {
	b := &block{numbers: make([][]int64, numbers), texts: make([]event.Column, reader.Schema().NumFields()-numbers)}
	for reader.Next() {
		rec := reader.Record()
		rec.Retain() // the reader drops it when it goes on
		b.records = append(b.records, rec)
		for i := range b.numbers {
			b.numbers[i] = appendNumbers(b.numbers[i], rec.Column(i))
		}
		for i := range b.texts {
			appendTexts(&b.texts[i], rec.Column(numbers+i).(*array.String))
		}
	}
	return b, reader.Err()
}

func appendNumbers(all []int64, a arrow.Array) []int64 {
	from := len(all)
	switch a := a.(type) {
	case *array.Int64:
		all = append(all, a.Int64Values()...)
	case *array.Int32:
		for _, v := range a.Int32Values() {
			all = append(all, int64(v))
		}
	}
	if a.NullN() > 0 { // what stands at a NULL is anything
		for i := range a.Len() {
			if a.IsNull(i) {
				all[from+i] = 0
			}
		}
	}
	return all
}

func appendTexts(c *event.Column, s *array.String) {
	for i := range s.Len() {
		valid := !s.IsNull(i)
		c.Valid = append(c.Valid, valid)
		if valid {
			c.Text = append(c.Text, s.Value(i))
		} else {
			c.Text = append(c.Text, "")
		}
	}
}

// sort puts the rows in the order of their ids. They mostly are.
func (b *block) sort() {
	ids := b.numbers[0]
	if slices.IsSorted(ids) {
		return
	}
	order := make([]int, len(ids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if ids[i] < ids[j] {
			return -1
		}
		return 1
	})
	b.take(order)
}

// keep leaves only the rows whose id is among ids; both are sorted.
func (b *block) keep(ids []int64) {
	if slices.Equal(b.numbers[0], ids) {
		return
	}
	order := make([]int, 0, len(ids))
	row := 0
	for _, id := range ids {
		for b.numbers[0][row] != id {
			row++
		}
		order = append(order, row)
	}
	b.take(order)
}

// take makes the rows those that order names.
func (b *block) take(order []int) {
	for i := range b.numbers {
		b.numbers[i] = taken(b.numbers[i], order)
	}
	for i := range b.texts {
		b.texts[i].Text, b.texts[i].Valid = taken(b.texts[i].Text, order), taken(b.texts[i].Valid, order)
	}
}

func taken[T any](values []T, order []int) []T {
	all := make([]T, len(order))
	for i, row := range order {
		all[i] = values[row]
	}
	return all
}
