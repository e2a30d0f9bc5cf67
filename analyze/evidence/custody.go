package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
)

// CustodyFile is the name of the custody record in a case.
const CustodyFile = "custody.jsonl"

// Custody is one entry of the custody record: what a person did with one piece
// of evidence. The person is who the caller says; nothing is asked of the
// operating system.
type Custody struct {
	Time      time.Time `json:"-"`
	UTC       string    `json:"ts_utc"`
	Local     string    `json:"ts_local,omitempty"` // with zone, if the clock has one
	Actor     string    `json:"actor"`
	Role      string    `json:"role,omitempty"`
	Action    string    `json:"action"`
	Evidence  string    `json:"evidence"` // as it is called in the case: argument and path
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`
	Location  string    `json:"location,omitempty"` // where it is kept
	From      string    `json:"from,omitempty"`     // who had it before
	To        string    `json:"to,omitempty"`
	Purpose   string    `json:"purpose,omitempty"`
	Authority string    `json:"authority,omitempty"`
	Result    string    `json:"result,omitempty"` // why a file could not be hashed
	Note      string    `json:"note,omitempty"`
	Tool      string    `json:"tool,omitempty"`
	Command   string    `json:"command,omitempty"`
}

// Actions are what an entry of the custody record may say was done.
var actions = map[string]bool{
	"acquire": true, "receive": true, "verify": true, "ingest": true, "export": true, "transfer": true,
	"open": true, "close": true, "annotate": true, "seal": true,
}

// Record appends one entry to a custody record.
func Record(c *Chain, e Custody) (tip string, n int, err error) {
	switch {
	case e.Actor == "":
		return "", 0, errors.New("custody: who did it is not said")
	case !actions[e.Action]:
		return "", 0, fmt.Errorf("custody: unknown action %q", e.Action)
	case e.Time.IsZero():
		return "", 0, errors.New("custody: when it was done is not said")
	}
	e.UTC = e.Time.UTC().Format(time.RFC3339Nano)
	if _, offset := e.Time.Zone(); offset != 0 {
		e.Local = e.Time.Format(time.RFC3339Nano)
	}
	return c.Append(e)
}

// Receive hashes every file below the arguments, as it is, packed or not, and
// records that it was received: e says by whom, from whom and why. It returns
// the entries as they were recorded. A file that cannot be read is recorded
// too, with the reason.
func Receive(ctx context.Context, c *Chain, now func() time.Time, e Custody, args []string) ([]Custody, error) {
	all, err := arguments(args)
	if err != nil {
		return nil, err
	}
	if e.Action == "" {
		e.Action = "receive"
	}
	var done []Custody
	for _, a := range all {
		err := filepath.WalkDir(a.path, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				return nil
			}
			entry, err := e.of(ctx, a, path, d, err)
			if err != nil {
				return err
			}
			entry.Time = now()
			_, _, err = Record(c, entry)
			done = append(done, entry)
			return err
		})
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// of is the entry of one file. The error is that of the context.
func (e Custody) of(ctx context.Context, a argument, path string, d fs.DirEntry, err error) (Custody, error) {
	it, _ := a.item(path)
	e.Evidence = it.source().String()
	if err == nil {
		err = e.hash(ctx, path, d)
	}
	if err = problemAt(err, 0); err != nil {
		e.Result = err.Error()
	}
	return e, ctx.Err()
}

func (e *Custody) hash(ctx context.Context, path string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	f, err := openFile(path, info)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	e.Size = f.info.Size()
	e.SHA256, err = sumFile(ctx, f)
	return err
}
