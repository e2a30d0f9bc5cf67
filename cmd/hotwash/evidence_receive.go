package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/evidence"
	"hotwash/reports/text"
)

type receiveOptions struct {
	printing
	dir                                string
	by, role, from, to                 string
	purpose, authority, location, note string
}

func newEvidenceReceive() *command {
	var o receiveOptions
	fs := flagSet("evidence receive")
	fs.StringVar(&o.dir, "case", defaultCase, "enter it into the custody record of the case in `DIR`")
	fs.StringVar(&o.by, "by", "", "who receives it; must be given")
	fs.StringVar(&o.role, "role", "", "in which role")
	fs.StringVar(&o.from, "from", "", "who had it before")
	fs.StringVar(&o.to, "to", "", "who has it now")
	fs.StringVar(&o.purpose, "purpose", "", "what for")
	fs.StringVar(&o.authority, "authority", "", "on whose order")
	fs.StringVar(&o.location, "location", "", "where it is kept")
	fs.StringVar(&o.note, "note", "", "anything else")
	o.printing.flags(fs)
	return &command{
		name: "evidence receive", args: "EVIDENCE...", short: "enter evidence into the custody record",
		long: `Hashes every file and enters into custody.jsonl that it was received: by whom, from
whom, when, what for. Each entry holds the hash of the one before, so that none can be
altered or taken out unseen. The time is this machine's.`,
		example: "evidence receive evidence --by \"J. Doe\" --from \"IT operations\" --purpose \"case 17\"",
		codes:   []code{unread},
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runReceive(ctx, std, o, args) },
	}
}

func runReceive(ctx context.Context, std stdio, o receiveOptions, args []string) error {
	if err := cmp.Or(checkEvidence(args), checkCase(o.dir)); err != nil {
		return err
	}
	if o.by == "" {
		return misuse("", "who receives the evidence is not said: --by NAME")
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return fmt.Errorf("case folder: %w", err)
	}
	chain, err := evidence.OpenChain(filepath.Join(o.dir, evidence.CustodyFile))
	if err != nil {
		return fail(unread, "the record was altered; keep it as it is and find out how", "custody record: %w", err)
	}
	entry := evidence.Custody{Actor: o.by, Role: o.role, From: o.from, To: o.to, Purpose: o.purpose, Authority: o.authority,
		Location: o.location, Note: o.note, Tool: tool(), Command: commandLine(std.command)}
	entries, err := evidence.Receive(ctx, chain, std.now, entry, args)
	if err := errors.Join(err, o.tell(std, entries)); err != nil {
		return err
	}
	return unhashed(entries)
}

func (o receiveOptions) tell(std stdio, entries []evidence.Custody) error {
	if o.json {
		return std.object(entries)
	}
	t := text.Table(std.out, "sha256", "bytes", "evidence")
	for _, e := range entries {
		t.AppendRow(table.Row{e.SHA256, e.Size, oneLine(e.Evidence)})
	}
	t.Render()
	return nil
}

// unhashed is an error if a file could not be read.
func unhashed(entries []evidence.Custody) error {
	var errs []error
	for _, e := range entries {
		if e.Result != "" {
			errs = append(errs, fail(unread, "", "%s: %s", e.Evidence, e.Result))
		}
	}
	return errors.Join(errs...)
}
