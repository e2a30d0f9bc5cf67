package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Finding is a finding as the case keeps it. First and Last are µs since 1970
// UTC, 0 if undated; JSON is all of it.
type Finding struct {
	ID, Rule, Title, Author, Level string
	First, Last                    int64
	Count                          int
	JSON                           string
	EventIDs                       []int64
}

// PutFindings replaces the case's findings.
func (w *Writer) PutFindings(ctx context.Context, findings []Finding) error {
	return w.transact(ctx, func() error {
		if err := errors.Join(w.Exec(ctx, "schema/findings_delete"), w.Exec(ctx, "schema/finding_events_delete")); err != nil {
			return err
		}
		for _, f := range findings {
			err := w.Exec(ctx, "schema/findings_insert", f.ID, f.Rule, f.Title, f.Author, f.Level, f.First, f.Last, f.Count, f.JSON)
			if err != nil {
				return err
			}
		}
		return w.putFindingEvents(ctx, findings)
	})
}

// findingRows is how many events of findings one statement stores: a statement
// costs as much as a thousand rows, and their text is bound as a whole.
const findingRows = 10_000

func (w *Writer) putFindingEvents(ctx context.Context, findings []Finding) error {
	var text []byte
	n := 0
	put := func() error {
		if n == 0 {
			return nil
		}
		err := w.Exec(ctx, "schema/finding_events_insert", string(text[:len(text)-1]))
		text, n = text[:0], 0
		return err
	}
	for _, f := range findings {
		for _, id := range f.EventIDs {
			text = append(append(text, f.ID...), '\x1f')
			text = append(strconv.AppendInt(text, id, 10), '\x1e')
			if n++; n < findingRows {
				continue
			}
			if err := put(); err != nil {
				return err
			}
		}
	}
	return put()
}

// Findings are the case's findings as JSON, in the order they were put.
func (c *Case) Findings(ctx context.Context) ([]string, error) {
	var all []string
	err := eachRow(ctx, c.DB, "schema/findings", func(scan func(...any) error) error {
		var text string
		err := scan(&text)
		all = append(all, text)
		return err
	})
	return all, err
}

// FindingEvents are the events of the case's findings, by finding.
func (c *Case) FindingEvents(ctx context.Context) (map[string][]int64, error) {
	all := map[string][]int64{}
	err := eachRow(ctx, c.DB, "schema/finding_events", func(scan func(...any) error) error {
		var finding string
		var id int64
		err := scan(&finding, &id)
		all[finding] = append(all[finding], id)
		return err
	})
	return all, err
}

// Sources counts the case's events by source, duplicates included.
func (c *Case) Sources(ctx context.Context) (map[string]int64, error) {
	all := map[string]int64{}
	err := eachRow(ctx, c.DB, "schema/sources", func(scan func(...any) error) error {
		var name string
		var n int64
		err := scan(&name, &n)
		all[name] = n
		return err
	})
	return all, err
}

// reject is a line of rejects.jsonl.
type reject struct {
	Evidence int32  `json:"evidence"`
	Offset   int64  `json:"byte_offset"`
	Len      int32  `json:"byte_len"`
	Line     int32  `json:"line_no"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
	Raw      string `json:"raw"`
	Base64   bool   `json:"base64,omitempty"`
}

// ExportRejects writes rejects.jsonl from its table, anew.
func (w *Writer) ExportRejects(ctx context.Context) error {
	path := filepath.Join(w.dir, "rejects.jsonl")
	f, err := os.CreateTemp(w.dir, "rejects-*")
	if err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	out := bufio.NewWriter(f)
	encoder := json.NewEncoder(out)
	err = w.each(ctx, "schema/rejects", func(scan func(...any) error) error {
		var r reject
		if err := scan(&r.Evidence, &r.Offset, &r.Len, &r.Line, &r.Code, &r.Detail, &r.Raw, &r.Base64); err != nil {
			return err
		}
		return encoder.Encode(r)
	})
	if err := errors.Join(err, out.Flush(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
