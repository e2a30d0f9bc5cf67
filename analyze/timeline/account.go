package timeline

import (
	"context"
	"database/sql"
	"time"

	"hotwash/analyze/event"
)

// Account is what became of one evidence item: what was counted while its bytes
// were cut, and what stands in the tables. It is a reconciliation: the two must
// agree, and the bytes must cover the item once.
type Account struct {
	Ordinal   int32
	Size      int64
	Offset    time.Duration // how far its clock was ahead, as the user said
	Simulated bool

	Records, Events, Rejects          int64 // while cutting, from the ledger
	Header, Separator, Comment, Blank int64 // bytes
	Start, End, Spanned               int64 // bytes of the item that were cut

	EventRows, EventBytes   int64 // in the tables
	RejectRows, RejectBytes int64

	Undated, Duplicates, Conflicts int64
	Sources                        []SourceCount
}

// SourceCount is the number of events of a source, duplicates included.
type SourceCount struct {
	Source string
	Events int64
}

// Covered is the bytes of the item that are accounted for.
func (a *Account) Covered() int64 {
	return a.EventBytes + a.RejectBytes + a.Header + a.Separator + a.Comment + a.Blank
}

// Balanced says whether records and bytes add up: every record is an event or a
// reject, every one of them is in the tables, and what was cut is covered once
// from its first byte to its last.
func (a *Account) Balanced() bool {
	return a.Records == a.Events+a.Rejects && a.Events <= a.EventRows && a.Rejects == a.RejectRows &&
		a.Start == 0 && a.Spanned == a.End && a.Covered() == a.Spanned
}

// Accounts are the evidence items of a case in order, with their sources.
func Accounts(ctx context.Context, db *sql.DB) ([]Account, error) {
	items, err := all(ctx, db, "report/items", scanAccount)
	if err != nil {
		return nil, err
	}
	at := make(map[int32]*Account, len(items))
	for i := range items {
		at[items[i].Ordinal] = &items[i]
	}
	for s, err := range rowsOf(ctx, db, "report/sources", scanSource, nil) {
		if err != nil {
			return nil, err
		}
		if i := at[s.ordinal]; i != nil {
			i.Sources = append(i.Sources, s.SourceCount)
		}
	}
	return items, nil
}

func scanAccount(rows *sql.Rows, a *Account) error {
	return rows.Scan(&a.Ordinal, &a.Size, scanMicros{&a.Offset}, &a.Simulated,
		&a.Records, &a.Events, &a.Rejects, &a.Header, &a.Separator, &a.Comment, &a.Blank,
		&a.Start, &a.End, &a.Spanned, &a.EventRows, &a.EventBytes, &a.RejectRows, &a.RejectBytes,
		&a.Undated, &a.Duplicates, &a.Conflicts)
}

type itemSource struct {
	ordinal int32
	SourceCount
}

func scanSource(rows *sql.Rows, s *itemSource) error {
	return rows.Scan(&s.ordinal, &s.Source, &s.Events)
}

// Reject is a record that could not be read.
type Reject struct {
	event.Place
	Code, Detail, Raw string
	Base64            bool // Raw is base64: the bytes are no text
}

// Rejects are the first limit rejects in the order of the evidence, and how
// many there are.
func Rejects(ctx context.Context, db *sql.DB, limit int) (rejects []Reject, total int, err error) {
	rejects, err = all(ctx, db, "report/rejects", func(rows *sql.Rows, r *Reject) error {
		return rows.Scan(&total, &r.Evidence, &r.Offset, &r.Len, &r.Line, &r.Code, &r.Detail, &r.Raw, &r.Base64)
	}, sql.Named("limit", int64(limit)))
	return rejects, total, err
}

// Warning is a doubt about events or evidence, by code.
type Warning struct {
	Code       string
	Count      int64
	Items      int64 // evidence items it occurs in
	FirstEvent int64 // event id, 0 if it is about an item
}

// Warnings are the doubts of a case, the most frequent first.
func Warnings(ctx context.Context, db *sql.DB) ([]Warning, error) {
	return all(ctx, db, "report/warnings", func(rows *sql.Rows, w *Warning) error {
		return rows.Scan(&w.Code, &w.Count, &w.Items, &w.FirstEvent)
	})
}
