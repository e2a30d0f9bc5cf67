// Package truth is the facilitator's label of every simulated record, by file
// and byte offset: truth.jsonl. It holds no opinion on what should have been
// noticed, and nothing in it is read by rules.
package truth

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// Row labels one record. Its bytes are [Offset, Offset+Len) of File, without
// line end or comma.
type Row struct {
	File      string `json:"file"` // below evidence/
	Offset    int64  `json:"offset"`
	Len       int    `json:"len"`
	Run       string `json:"run"`  // scenario@seed
	Step      string `json:"step"` // id of the step, red herring or background
	Role      string `json:"role"` // attack, consequence, red_herring, background
	Technique string `json:"technique,omitempty"`
	Actor     string `json:"actor"`  // who really acted: an actor's id, else a user's
	Entity    string `json:"entity"` // the account that shows, as findings name it
	EventUS   int64  `json:"event_us"`
	SeenUS    int64  `json:"seen_us"`
	Parent    string `json:"parent,omitempty"` // the step that led to it
}

// The roles.
const (
	Attack      = "attack"
	Consequence = "consequence"
	RedHerring  = "red_herring"
	Background  = "background"
)

// Write writes rows as truth.jsonl.
func Write(w io.Writer, rows []Row) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i := range rows {
		if err := enc.Encode(&rows[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Read reads a truth.jsonl strictly; name is for messages.
func Read(name string, r io.Reader) ([]Row, error) {
	dec := json.NewDecoder(bufio.NewReader(r))
	dec.DisallowUnknownFields()
	var rows []Row
	for {
		var row Row
		switch err := dec.Decode(&row); err {
		case nil:
			rows = append(rows, row)
		case io.EOF:
			return rows, nil
		default:
			return nil, fmt.Errorf("%s: row %d: %w", name, len(rows)+1, err)
		}
	}
}
