package evidence

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotwash/analyze/event"
)

// Excerpt is the bytes of a place, read again.
type Excerpt struct {
	Place event.Place
	Raw   []byte // shorter than Place.Len if the evidence ends before
	Match bool   // the file or member has the hash it had when it was analysed
	Err   error  // nothing could be read: gone, unreadable, no such member
}

// Reader reads places of a case again. It remembers where files are and which
// of them it has hashed, so that reading a second place of one costs only the
// reading. It is not safe for use by several goroutines.
type Reader struct {
	index  *index
	limits Limits
	spare  spare
	items  map[int32]Item
	files  map[source]Item // the outermost file as the case lists it
}

// Reader makes a Reader for the items of a case.
func (l Locator) Reader(items []Item) *Reader {
	r := &Reader{index: newIndex(l.Roots), limits: l.Limits, items: map[int32]Item{}, files: map[source]Item{}}
	for _, it := range items {
		r.items[it.Ordinal] = it
		if it.Member == "" {
			r.files[it.source()] = it
		}
	}
	return r
}

// Read reads one place.
func (r *Reader) Read(ctx context.Context, p event.Place) (Excerpt, error) {
	all, err := r.ReadMany(ctx, []event.Place{p})
	if err != nil {
		return Excerpt{Place: p}, err
	}
	return all[0], all[0].Err
}

// ReadMany reads places, each file once, and gives them back in the order asked
// for. What is wrong with one place stands in its Excerpt; the error is only
// that of the context.
func (r *Reader) ReadMany(ctx context.Context, places []event.Place) ([]Excerpt, error) {
	all := make([]Excerpt, len(places))
	files := map[source][]*Excerpt{}
	for i, p := range places {
		all[i].Place = p
		it, ok := r.items[p.Evidence]
		switch {
		case !ok:
			all[i].Err = fmt.Errorf("E%02d: no such evidence in the case", p.Evidence)
		case p.Offset < 0 || p.Len < 0:
			all[i].Err = fmt.Errorf("E%02d: place %d+%d is outside of any file", p.Evidence, p.Offset, p.Len)
		default:
			files[it.source()] = append(files[it.source()], &all[i])
		}
	}
	for s, wanted := range files {
		if err := r.readFile(ctx, s, wanted); err != nil {
			for _, x := range wanted {
				x.Err = cmp.Or(x.Err, err)
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readFile reads places of one outermost file.
func (r *Reader) readFile(ctx context.Context, s source, wanted []*Excerpt) error {
	slices.SortFunc(wanted, func(a, b *Excerpt) int {
		return cmp.Or(cmp.Compare(a.Place.Evidence, b.Place.Evidence), cmp.Compare(a.Place.Offset, b.Place.Offset))
	})
	first, last := r.items[wanted[0].Place.Evidence], r.items[wanted[len(wanted)-1].Place.Evidence]
	at, err := r.index.locate(ctx, s, first.Outer, r.sizeOf(first))
	if err != nil {
		return err
	}
	u, same, err := r.open(ctx, at, first.Outer)
	if err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	defer func() { _ = u.file.Close() }()
	if same && first.Member == "" && last.Member == "" {
		return readAt(u.file, wanted)
	}
	r.readMembers(u, first, same, wanted)
	return nil
}

// sizeOf is the size of the outermost file an item stands in, -1 if the case
// doesn't list it.
func (r *Reader) sizeOf(it Item) int64 {
	if f, ok := r.files[it.source()]; ok {
		return f.Size
	}
	return -1
}

// open opens a located file, and hashes it if it isn't the file that was hashed
// before.
func (r *Reader) open(ctx context.Context, at found, outer string) (u *unpacker, same bool, err error) {
	info, err := os.Lstat(at.path)
	if err != nil {
		return nil, false, problemAt(err, 0)
	}
	u = &unpacker{alive: ctx.Err, spare: &r.spare}
	if err := u.open(at.path, info, r.limits); err != nil {
		return nil, false, err
	}
	if u.outer, err = r.index.hashOf(ctx, u.file); err != nil {
		_ = u.file.Close()
		return nil, false, err
	}
	return u, u.outer == outer, nil
}

// readAt reads places of a plain file that is known to be the same.
func readAt(f *file, wanted []*Excerpt) error {
	for _, x := range wanted {
		n := min(int64(x.Place.Len), max(0, f.info.Size()-x.Place.Offset))
		x.Raw, x.Match = make([]byte, n), true
		if _, err := f.ReadAt(x.Raw, x.Place.Offset); err != nil && n > 0 {
			return problemAt(err, x.Place.Offset)
		}
		x.checkEnd(nil)
	}
	return nil
}

// checkEnd reports a place that isn't in the file it is said to be in.
func (x *Excerpt) checkEnd(err error) {
	if len(x.Raw) == int(x.Place.Len) || !x.Match && len(x.Raw) > 0 {
		return
	}
	x.Err = cmp.Or(err, error(&Problem{Code: CodeTruncated, At: x.Place.Offset + int64(len(x.Raw)),
		Detail: fmt.Sprintf("the evidence ends before %d+%d does", x.Place.Offset, x.Place.Len)}))
}

// readMembers goes through the file as the analysis did and stops after the
// last member asked for.
func (r *Reader) readMembers(u *unpacker, it Item, same bool, wanted []*Excerpt) {
	byMember := map[string][]*Excerpt{}
	for _, x := range wanted {
		m := r.items[x.Place.Evidence].Member
		byMember[m] = append(byMember[m], x)
	}
	u.want = func(member string) bool { return wants(byMember, member) }
	u.yield = func(m *Member, err error) bool {
		if err != nil {
			return false
		}
		if list, ok := byMember[m.Member]; ok {
			delete(byMember, m.Member)
			r.readMember(m, same, list)
		}
		return len(byMember) > 0
	}
	u.visitFile(Item{Argument: it.Argument, Path: it.Path}, fileName(it))
	for member, list := range byMember {
		for _, x := range list {
			x.Err = fmt.Errorf("%s!%s: %w", it.source(), member, fs.ErrNotExist)
		}
	}
}

// wants says whether a member, or one inside it, is asked for.
func wants(byMember map[string][]*Excerpt, member string) bool {
	for m := range byMember {
		if m == member || strings.HasPrefix(m, member+"!") {
			return true
		}
	}
	return false
}

// fileName is the base name a file had when it was analysed; a compressed
// file's member is named by it.
func fileName(it Item) string {
	if it.Path == "" {
		return unlabel(it.Argument)
	}
	return filepath.Base(filepath.FromSlash(unlabel(it.Path)))
}

// readMember reads places of one member, in order of offset. If the file isn't
// the one that was analysed, the member may still be: then all of it is hashed.
func (r *Reader) readMember(m *Member, same bool, wanted []*Excerpt) {
	if m.State != "" && m.State != Empty {
		for _, x := range wanted {
			x.Err = fmt.Errorf("%s!%s: %s, not read", m.source(), m.Member, m.State)
		}
		return
	}
	err := collect(m, wanted, !same)
	want := r.items[wanted[0].Place.Evidence].SHA256
	sum := m.Sum()
	whole := err == nil && want != "" && hex.EncodeToString(sum[:]) == want
	for _, x := range wanted {
		x.Match = same || whole
		x.checkEnd(err)
	}
	m.closed = true // the rest of it is not needed
}

// collect reads until it has all wanted bytes, or to the end.
func collect(r io.Reader, wanted []*Excerpt, toEnd bool) error {
	buf := make([]byte, 256<<10)
	for at := int64(0); toEnd || len(wanted) > 0; {
		n, err := r.Read(buf)
		for _, x := range wanted {
			if x.Place.Offset >= at+int64(n) {
				break
			}
			from := max(x.Place.Offset-at, 0)
			to := min(x.Place.Offset+int64(x.Place.Len)-at, int64(n))
			x.Raw = append(x.Raw, buf[min(from, max(to, 0)):max(to, 0)]...)
		}
		at += int64(n)
		for len(wanted) > 0 && wanted[0].Place.Offset+int64(wanted[0].Place.Len) <= at {
			wanted = wanted[1:]
		}
		if err == io.EOF { // io.Reader's end is io.EOF itself
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
