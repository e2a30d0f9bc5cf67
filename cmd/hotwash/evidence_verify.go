package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/evidence"
	"hotwash/analyze/store"
	"hotwash/reports/review"
	"hotwash/reports/text"
)

func newEvidenceVerify() *command {
	var o showOptions
	fs := flagSet("evidence verify")
	caseFlag(fs, &o.dir)
	rootsFlag(fs, &o.roots)
	o.printing.flags(fs)
	return &command{
		name: "evidence verify", short: "hash all evidence again and check the case's records",
		long: `Hashes every item of the case again and compares it with what was analyzed, and checks
the examination log and the custody record: each entry against the one before, and the
log against what the case and its manifest know of its length.`,
		example: "evidence verify",
		codes:   []code{unread},
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runVerify(ctx, std, o, args) },
	}
}

// verified is the JSON object of evidence verify.
type verified struct {
	Evidence    []verifiedItem `json:"evidence"`
	Counts      map[string]int `json:"counts"` // by verdict
	Examination verifiedRecord `json:"examination"`
	Custody     verifiedRecord `json:"custody"`
	Intact      bool           `json:"intact"` // nothing differs, is missing or was altered
}

type verifiedItem struct {
	ID      string           `json:"id"`
	Path    string           `json:"path"`
	Member  string           `json:"member"`
	Verdict evidence.Verdict `json:"verdict"`
	SHA256  string           `json:"sha256"` // of what is there today
	Detail  string           `json:"detail"`
}

// verifiedRecord is a hash-chained record.
type verifiedRecord struct {
	Entries int    `json:"entries"`
	Intact  bool   `json:"intact"`
	Detail  string `json:"detail"`
}

func runVerify(ctx context.Context, std stdio, o showOptions, args []string) (err error) {
	if err := none(args); err != nil {
		return err
	}
	c, items, err := itemsOf(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	locator, err := o.locator()
	if err != nil {
		return err
	}
	v, err := verify(ctx, c, locator, items)
	if err != nil {
		return err
	}
	v.Custody, err = verifyCustody(o.dir)
	if err != nil {
		return err
	}
	v.Intact = v.Counts[string(evidence.Differs)]+v.Counts[string(evidence.Missing)] == 0 && v.Examination.Intact && v.Custody.Intact
	if err := tellVerified(std, o, v); err != nil {
		return err
	}
	if !v.Intact {
		return fail(unread, "", "the evidence or the case's records are not what they were")
	}
	return nil
}

func verify(ctx context.Context, c *store.Case, l evidence.Locator, items []evidence.Item) (*verified, error) {
	v := &verified{Evidence: []verifiedItem{}, Counts: map[string]int{}}
	for check, err := range l.Verify(ctx, items) {
		if err != nil {
			return nil, fail(unread, "evidence that was moved is found with --evidence-root DIR", "verify: %w", err)
		}
		it := review.Evidence{Item: check.Item}
		v.Counts[string(check.Verdict)]++
		v.Evidence = append(v.Evidence, verifiedItem{evidenceID(it.Ordinal), it.Folder(), it.Member, check.Verdict, check.SHA256, check.Detail})
	}
	n, err := c.VerifyExamination(ctx)
	v.Examination = verifiedRecord{Entries: n, Intact: err == nil}
	switch {
	case errors.Is(err, store.ErrExamination):
		v.Examination.Detail = err.Error()
	case err != nil:
		return nil, err
	}
	return v, nil
}

// verifyCustody checks the custody record; a case without one has nothing to
// check.
func verifyCustody(dir string) (verifiedRecord, error) {
	f, err := os.Open(filepath.Join(dir, evidence.CustodyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return verifiedRecord{Intact: true, Detail: "there is none"}, nil
	}
	if err != nil {
		return verifiedRecord{}, fmt.Errorf("custody record: %w", err)
	}
	defer func() { _ = f.Close() }()
	n, _, err := evidence.VerifyChain(f)
	if err != nil {
		return verifiedRecord{Entries: n, Detail: fmt.Sprintf("%s:%v", evidence.CustodyFile, err)}, nil
	}
	return verifiedRecord{Entries: n, Intact: true}, nil
}

// tellVerified prints what is not intact, and the counts.
func tellVerified(std stdio, o showOptions, v *verified) error {
	if o.json {
		return std.object(v)
	}
	t := text.Table(std.out, "item", "verdict", "evidence", "why")
	for _, e := range v.Evidence {
		if e.Verdict != evidence.Intact {
			name := e.Path
			if e.Member != "" {
				name += "!" + e.Member
			}
			t.AppendRow(table.Row{e.ID, string(e.Verdict), oneLine(name), oneLine(e.Detail)})
		}
	}
	if t.Length() > 0 {
		t.Render()
	}
	fmt.Fprintf(std.out, "%s: %d intact, %d differ, %d missing, %d unverifiable\n", review.Plural(len(v.Evidence), "item"),
		v.Counts[string(evidence.Intact)], v.Counts[string(evidence.Differs)], v.Counts[string(evidence.Missing)], v.Counts[string(evidence.Unverifiable)])
	fmt.Fprintln(std.out, "examination log: "+v.Examination.String())
	_, err := fmt.Fprintln(std.out, "custody record: "+v.Custody.String())
	return err
}

func (r verifiedRecord) String() string {
	if !r.Intact {
		return "ALTERED: " + oneLine(r.Detail)
	}
	if r.Detail != "" {
		return oneLine(r.Detail)
	}
	return fmt.Sprintf("intact, %d entries", r.Entries)
}
