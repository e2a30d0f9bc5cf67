package evidence

import (
	"context"
	"iter"
	"slices"
)

// Verdict is what hashing an item again says of it.
type Verdict string

// The verdicts of a Check.
const (
	Intact       Verdict = "intact"       // every byte is as it was
	Differs      Verdict = "differs"      // a byte changed, or it can't be read to its end any more
	Missing      Verdict = "missing"      // neither name nor hash is found
	Unverifiable Verdict = "unverifiable" // never had a hash: it could not be read
)

// Check is one item, hashed again.
type Check struct {
	Item    Item
	Verdict Verdict
	Path    string // where its file is today
	SHA256  string // of what is there today, as far as it could be read
	Detail  string
}

// Verify hashes every item again, members of containers too, and compares. An
// item that was not read to its end has only its file's hash to be known by.
// The error is that of the context, or a root that isn't there.
func (l Locator) Verify(ctx context.Context, items []Item) iter.Seq2[Check, error] {
	return func(yield func(Check, error) bool) {
		r := l.Reader(items)
		if r.index.err != nil {
			yield(Check{}, r.index.err)
			return
		}
		for _, group := range bySource(items) {
			checks := r.verify(ctx, group)
			if err := ctx.Err(); err != nil {
				yield(Check{}, err)
				return
			}
			for _, c := range checks {
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// bySource groups items by the file they stand in, in order of the first.
func bySource(items []Item) (groups [][]Item) {
	at := map[source]int{}
	for _, it := range items {
		i, ok := at[it.source()]
		if !ok {
			i = len(groups)
			at[it.source()] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], it)
	}
	return groups
}

// verify checks the items of one file.
func (r *Reader) verify(ctx context.Context, group []Item) []Check {
	known := slices.IndexFunc(group, func(it Item) bool { return it.Outer != "" })
	if known < 0 {
		return every(group, Unverifiable, "", group[0].Reason)
	}
	it := group[known]
	at, err := r.index.locate(ctx, it.source(), it.Outer, r.sizeOf(it))
	if err != nil {
		return every(group, Missing, "", err.Error())
	}
	u, _, err := r.open(ctx, at, it.Outer)
	if err != nil {
		return every(group, Differs, at.path, err.Error())
	}
	defer func() { _ = u.file.Close() }()
	checks := every(group, Differs, at.path, "")
	today := members(u, it, len(group))
	for i := range checks {
		checks[i].judge(today[checks[i].Item.Member], u.outer)
	}
	return checks
}

func every(group []Item, v Verdict, path, detail string) []Check {
	checks := make([]Check, len(group))
	for i, it := range group {
		checks[i] = Check{Item: it, Verdict: v, Path: path, Detail: detail}
	}
	return checks
}

// members hashes all members of an opened file; there are none to ask for in a
// plain one, which opening has hashed.
func members(u *unpacker, it Item, items int) map[string]*Member {
	today := map[string]*Member{}
	if items == 1 {
		return today
	}
	u.yield = func(m *Member, err error) bool {
		if err == nil {
			today[m.Member] = m
		}
		return err == nil
	}
	u.visitFile(Item{Argument: it.Argument, Path: it.Path}, fileName(it))
	return today
}

// judge compares an item with what stands in its place today.
func (c *Check) judge(m *Member, outer string) {
	was, is := c.Item.SHA256, ""
	switch {
	case c.Item.Member == "", was == "": // never read to its end: only the whole file can vouch for it
		was, is = c.Item.Outer, outer
	case m != nil:
		is = m.SHA256
	}
	c.SHA256 = is
	switch {
	case was == "":
		c.Verdict, c.Detail = Unverifiable, c.Item.Reason
	case was == is:
		c.Verdict = Intact
	default:
		c.Detail = difference(m)
	}
}

func difference(m *Member) string {
	if m == nil {
		return "its bytes are others, or it is not there any more"
	}
	if err := m.Close(); err != nil {
		return "can't be read to its end any more: " + err.Error()
	}
	return "its bytes are others"
}
