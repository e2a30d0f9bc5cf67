package evidence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"
)

// errUnsupported marks an entry whose packing has no reader.
var errUnsupported = errors.New("no reader")

// unsupported is a way to pack that only opening a container shows.
type unsupported string

func (u unsupported) Error() string { return string(u) + " isn't read" }

// unpacker goes through one file and all that is packed in it. It holds no more
// than the containers around the current member.
type unpacker struct {
	alive func() error // the walk's context
	yield func(*Member, error) bool
	want  func(member string) bool // whether a member, or one inside it, is asked for; nil: all are

	spare *spare
	file  *file
	outer string // SHA-256 of the file, once it is known
	spent spent
}

// node is a file or entry before it is known what it holds.
type node struct {
	item   Item
	mod    time.Time
	name   string // base name as it stands on disk or in the container
	level  int    // containers around it
	stream bool   // it is the content of a compressed stream
	content
}

// open opens a file for the unpacker. The caller closes it.
func (u *unpacker) open(path string, seen fs.FileInfo, l Limits) error {
	f, err := openFile(path, seen)
	if err != nil {
		return problemAt(err, 0)
	}
	u.file = f
	if l == (Limits{}) {
		l = DefaultLimits()
	}
	u.spent = spent{limits: l, size: f.info.Size()}
	return nil
}

// visitFile goes through the opened file.
func (u *unpacker) visitFile(it Item, name string) bool {
	return u.visit(&node{item: it, mod: u.file.info.ModTime(), name: name, content: u.file.content()})
}

// visit yields a node, and all in it. false means that the walk is over.
func (u *unpacker) visit(n *node) bool {
	head, err := n.head()
	m := u.member(n)
	k := recognise(head)
	if k != nil {
		m.Kind = k.kind
	}
	switch {
	case len(head) == 0:
		return u.hollow(m, err)
	case k == nil:
		return u.offer(m)
	case k.open == nil:
		return u.list(m, errUnsupported)
	}
	if !n.stream || k.kind != "tar" { // a tar is one with the stream that packs it
		n.level++
	}
	if n.level > u.spent.limits.Depth {
		return u.list(m, &Problem{Code: CodeDepth, Detail: "packed in too many containers"})
	}
	return u.enter(m, n, k)
}

func (u *unpacker) member(n *node) *Member {
	n.item.Outer = u.outer
	if n.item.Kind == "" {
		n.item.Kind = "plain"
	}
	return &Member{Item: n.item, ModTime: n.mod, src: n.r, hash: sha256.New(), alive: u.alive, spare: u.spare, file: u.file}
}

// head is the first bytes of a node, without taking them from its reader.
func (n *node) head() ([]byte, error) {
	if n.at != nil {
		head := make([]byte, headSize)
		got, err := n.at.ReadAt(head[:min(n.size, headSize)], 0)
		return head[:got], err
	}
	b := bufio.NewReaderSize(n.r, 4096)
	n.r = b
	return b.Peek(headSize)
}

// hollow lists a node without a single byte: empty, or an error came first.
func (u *unpacker) hollow(m *Member, err error) bool {
	if err != nil && err != io.EOF { //nolint:errorlint // a wrapped end is not an end
		return u.list(m, err)
	}
	if u.file.changed() {
		return u.list(m, errChanged(0))
	}
	m.State, m.listed = Empty, true
	m.finish()
	return u.show(m)
}

// offer yields a member to be read.
func (u *unpacker) offer(m *Member) bool {
	if !u.show(m) {
		return false
	}
	_ = m.Close() // the caller did, or doesn't care; the hash is needed all the same
	return true
}

// list yields a member that is not read, and why. It is hashed if it can be.
func (u *unpacker) list(m *Member, why error) bool {
	m.State, m.Reason, m.listed = Unsupported, m.Kind, true
	var kind unsupported
	switch {
	case errors.As(why, &kind):
		m.Reason = string(kind)
	case !errors.Is(why, errUnsupported):
		m.err = problemAt(why, 0)
		m.State, m.Reason = Unreadable, m.err.Error()
	}
	m.finish()
	return u.show(m)
}

func (u *unpacker) show(m *Member) bool {
	if err := u.alive(); err != nil {
		u.yield(nil, err)
		return false
	}
	return u.yield(m, nil)
}

// enter yields a container and then what is in it.
func (u *unpacker) enter(m *Member, n *node, k *container) bool {
	c, err := u.prepare(m, n, k)
	if err != nil {
		return u.list(m, err)
	}
	c.limits = u.spent.limits
	c.limits.Entries -= u.spent.entries
	inside, err := k.open(c, n.name)
	if err != nil {
		return u.list(m, err)
	}
	m.State, m.listed = Container, true
	if !u.show(m) {
		return false
	}
	on, err := u.each(n, k, inside)
	if on {
		m.finish()
		m.fail(u.containerEnd(problemAt(err, 0)))
	}
	return on
}

func (u *unpacker) containerEnd(err error) error {
	if u.file.changed() {
		return errChanged(0)
	}
	return err
}

// prepare makes a container's bytes ready to be opened. The file itself is
// hashed first, so that all of its members know the hash they are cited by. An
// inner container is hashed as it streams by, or as it is taken into memory.
func (u *unpacker) prepare(m *Member, n *node, k *container) (content, error) {
	switch {
	case n.at != nil:
		if u.outer != "" { // the caller has hashed it
			m.SHA256, m.Outer, m.Size, m.src = u.outer, u.outer, n.size, nil
		}
		m.finish()
		if m.SHA256 == "" {
			return content{}, m.end
		}
		u.outer = m.SHA256
		return u.file.content(), nil
	case k.random:
		return u.hold(m)
	}
	return content{r: m}, nil
}

// hold takes an inner container into memory.
func (u *unpacker) hold(m *Member) (content, error) {
	limit := u.spent.limits.Nested
	data, err := io.ReadAll(io.LimitReader(m, limit+1))
	if err != nil {
		return content{}, err
	}
	if int64(len(data)) > limit {
		return content{}, &Problem{Code: CodeNested, Detail: "inner " + m.Kind + " too large to be held in memory"}
	}
	m.finish()
	return content{at: bytes.NewReader(data), size: int64(len(data)), r: bytes.NewReader(data)}, nil
}

// each visits the entries of a container. The error is how the container ended;
// false means that the walk is over.
func (u *unpacker) each(parent *node, k *container, inside entries) (bool, error) {
	taken := names{}
	for e, err := range inside {
		if err == nil {
			err = u.spent.enter()
		}
		if err != nil {
			return true, err
		}
		if !e.folder && !u.entry(parent, k, e, taken.unique(memberLabel(e.name))) {
			return false, nil
		}
	}
	return true, nil
}

func (u *unpacker) entry(parent *node, k *container, e *entry, name string) bool {
	it := Item{Argument: parent.item.Argument, Path: parent.item.Path, Member: joinMember(parent.item.Member, name), Kind: e.kind}
	if u.want != nil && !u.want(it.Member) {
		return true
	}
	n := &node{item: it, mod: e.mod, name: baseName(e.name), level: parent.level, stream: k.stream}
	if e.listed != nil {
		return u.list(u.member(n), e.listed)
	}
	r, err := e.open()
	if err != nil {
		return u.list(u.member(n), err)
	}
	defer func() { _ = r.Close() }()
	n.r = &meter{r: r, in: e.in, spent: &u.spent}
	return u.visit(n)
}

func joinMember(outer, name string) string {
	if outer == "" {
		return name
	}
	return strings.Join([]string{outer, name}, "!")
}
