package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"hotwash/analyze/event"
	"hotwash/analyze/evidence"
	"hotwash/analyze/source"
	"hotwash/analyze/store"
	"hotwash/queries"
)

type showOptions struct {
	printing
	dir   string
	roots []string
}

func newEvidenceShow() *command {
	var o showOptions
	fs := flagSet("evidence show")
	caseFlag(fs, &o.dir)
	rootsFlag(fs, &o.roots)
	o.printing.flags(fs)
	return &command{
		name: "evidence show", args: "REF...", short: "print the bytes that a citation stands for",
		long: `Reads the bytes of an event or a citation again from the evidence, and hashes the
evidence to see that it is what was analyzed. REF is an event id, E03@184467 or
E03@184467+912 for a place in the third item, or a citation as reports print it. Of a
derived event (#1) the bytes of all its records are printed. The bytes are printed as
they are, each REF on a line of its own; a terminal gets what it would obey written out.
Of a record of a binary log what it says is printed, a field a line, after a line about
its bytes; --json has both.`,
		example: "evidence show E01@0+200",
		codes:   []code{unread},
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runShow(ctx, std, o, args) },
	}
}

// shown is the JSON object of evidence show. Bytes that are no UTF-8 are base64.
type shown struct {
	Ref      string `json:"ref"` // the citation
	Bytes    string `json:"bytes"`
	Encoding string `json:"encoding"` // utf-8 or base64
	SHA256   string `json:"sha256"`   // of the bytes
	Match    bool   `json:"match"`    // the evidence has the hash it had when it was analyzed

	EventID  string `json:"event_id"`
	Evidence string `json:"evidence"` // E03
	Path     string `json:"path"`
	Member   string `json:"member"`
	Offset   int64  `json:"offset"`
	Len      int    `json:"len"`

	Fields []shownField `json:"fields,omitempty"` // of a record of a binary log: what it says
	raw    []byte
}

// shownField is a field of a record; its value is null where the record's is.
type shownField struct {
	Name  string  `json:"name"`
	Value *string `json:"value"`
}

func runShow(ctx context.Context, std stdio, o showOptions, args []string) (err error) {
	if err := need(args, 1, 0, "reference"); err != nil {
		return err
	}
	c, items, err := itemsOf(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	places, err := placesOf(ctx, c, items, args)
	if err != nil {
		return err
	}
	locator, err := o.locator()
	if err != nil {
		return err
	}
	reader := locator.Reader(items)
	excerpts, err := reader.ReadMany(ctx, places)
	if err != nil {
		return err
	}
	said, err := fieldsOf(ctx, reader, items, excerpts)
	if err != nil {
		return err
	}
	return o.tell(std, items, excerpts, said)
}

// fieldsOf is what the records of binary logs say, by their place. A place that
// is no record says nothing.
func fieldsOf(ctx context.Context, r *evidence.Reader, items []evidence.Item, excerpts []evidence.Excerpt) (map[event.Place][]shownField, error) {
	var records, around []event.Place
	var framings []*source.Framing
	for _, x := range excerpts {
		it, f := itemOf(items, x.Place)
		if f != nil && f.Binary && x.Err == nil {
			records, around, framings = append(records, x.Place), append(around, f.Around(x.Place, it.Size)), append(framings, f)
		}
	}
	parts, err := r.ReadMany(ctx, around)
	said := map[event.Place][]shownField{}
	for i, part := range parts {
		_, fields, err := framings[i].Reread(string(part.Raw), part.Place.Offset, records[i], source.Hints{})
		if err != nil {
			continue
		}
		for k, f := range fields {
			value := &fields[k].Value
			if f.Null {
				value = nil
			}
			said[records[i]] = append(said[records[i]], shownField{f.Name, value})
		}
	}
	return said, err
}

// itemOf is the item of a place, and how it was cut.
func itemOf(items []evidence.Item, p event.Place) (evidence.Item, *source.Framing) {
	for _, it := range items {
		if it.Ordinal == p.Evidence {
			return it, source.FramingOf(it.Framing)
		}
	}
	return evidence.Item{}, nil
}

// locator looks below the folders that were named, else where evidence was
// loaded from.
func (o showOptions) locator() (evidence.Locator, error) {
	if len(o.roots) > 0 {
		return evidence.Locator{Roots: o.roots}, nil
	}
	m, err := store.ReadManifest(o.dir)
	return evidence.Locator{Roots: m.Arguments}, err
}

// placesOf are the places of references. The length of an event is the case's.
func placesOf(ctx context.Context, c *store.Case, items []evidence.Item, refs []string) ([]event.Place, error) {
	var all []event.Place
	for _, ref := range refs {
		p, err := findPlace(items, ref)
		if err != nil {
			return nil, misuse("", "%w", err)
		}
		if p.Derived {
			parts, err := partsOf(ctx, c, p.ID())
			if err != nil {
				return nil, fmt.Errorf("reference %s: %w", ref, err)
			}
			if len(parts) == 0 {
				return nil, misuse("", "reference %s: no event was derived there", ref)
			}
			all = append(all, parts...)
			continue
		}
		if p.Len == 0 {
			p.Len, err = lengthOf(ctx, c, p.ID())
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil, misuse("say how many bytes with E03@offset+length", "reference %s: no event begins there", ref)
		}
		if err != nil {
			return nil, fmt.Errorf("reference %s: %w", ref, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// partsOf are the records that a derived event was made from.
func partsOf(ctx context.Context, c *store.Case, id int64) (all []event.Place, err error) {
	rows, err := c.QueryContext(ctx, queries.Text("report/parts"), id)
	if err != nil {
		return nil, fmt.Errorf("report/parts.sql: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var part int64
		var length int32
		if err := rows.Scan(&part, &length); err != nil {
			return nil, fmt.Errorf("report/parts.sql: %w", err)
		}
		p := event.PlaceOf(part)
		p.Len = length
		all = append(all, p)
	}
	return all, rows.Err()
}

func (o showOptions) tell(std stdio, items []evidence.Item, excerpts []evidence.Excerpt, said map[event.Place][]shownField) error {
	var errs []error
	for _, x := range excerpts {
		s := newShown(items, x)
		s.Fields = said[x.Place]
		if x.Err != nil {
			errs = append(errs, fail(unread, "evidence that was moved is found with --evidence-root DIR", "%s: %w", s.Ref, x.Err))
			continue
		}
		if !x.Match {
			errs = append(errs, fail(unread, "", "%s: the evidence is not what was analyzed", s.Ref))
		}
		if err := o.print(std, s); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

func (o showOptions) print(std stdio, s shown) error {
	if o.json {
		return std.line(s)
	}
	if s.Fields == nil {
		_, err := std.out.Write(append(s.raw, '\n'))
		return err
	}
	_, err := fmt.Fprintf(std.out, "%s: %d bytes of a binary log, %x…, sha256 %s\n", s.Ref, s.Len, s.raw[:min(len(s.raw), 16)], s.SHA256)
	for _, f := range s.Fields {
		if err == nil && f.Value != nil {
			_, err = fmt.Fprintf(std.out, "%s: %s\n", oneLine(f.Name), oneLine(*f.Value))
		}
	}
	return err
}

func newShown(items []evidence.Item, x evidence.Excerpt) shown {
	s := shown{Match: x.Match, EventID: fmt.Sprint(x.Place.ID()), Evidence: evidenceID(x.Place.Evidence),
		Offset: x.Place.Offset, Len: len(x.Raw), Encoding: "utf-8", Bytes: string(x.Raw), raw: x.Raw}
	if it, _ := itemOf(items, x.Place); it.Ordinal != 0 {
		s.Ref, s.Path, s.Member = evidence.Cite(it, x.Place), it.Argument, it.Member
		if it.Path != "" {
			s.Path += "/" + it.Path
		}
	}
	if !utf8.Valid(x.Raw) {
		s.Bytes, s.Encoding = base64.StdEncoding.EncodeToString(x.Raw), "base64"
	}
	sum := sha256.Sum256(x.Raw)
	s.SHA256 = hex.EncodeToString(sum[:])
	return s
}
