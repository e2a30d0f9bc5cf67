package evidence

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hotwash/analyze/event"
)

// Locator finds the files of a case again. A root is an argument of the
// analysis, a folder that holds one, or any folder that the evidence was moved
// to: there a file is known by its size and hash.
type Locator struct {
	Roots  []string
	Limits Limits // those of the analysis
}

// Read gives the bytes of a place as they are in the evidence today. match says
// that they are the bytes that were analysed: the file or the member has the
// hash it had then. To read many places, use Reader.
func (l Locator) Read(ctx context.Context, items []Item, p event.Place) (raw []byte, match bool, err error) {
	x, err := l.Reader(items).Read(ctx, p)
	return x.Raw, x.Match, err
}

// source is the outermost file that an item stands in.
type source struct{ argument, path string }

func (it Item) source() source { return source{it.Argument, it.Path} }

func (s source) String() string { return filepath.ToSlash(filepath.Join(s.argument, s.path)) }

// found is where a source is today.
type found struct {
	path string
	same bool // its hash is the one of the analysis
}

// index finds files and remembers what it hashed. A hash is good as long as
// size and time of the file stay.
type index struct {
	roots  []argument
	err    error // no root is there
	hashes map[string]stamp
	sizes  map[int64][]string // every file below the roots; nil until needed
	found  map[source]found
}

// stamp is a hash and the file it was taken of.
type stamp struct {
	size int64
	mod  time.Time
	hash string
}

func newIndex(roots []string) *index {
	x := &index{hashes: map[string]stamp{}, found: map[source]found{}}
	labels := names{}
	for _, root := range roots {
		a, err := newArgument(root)
		if err != nil { // evidence that was moved has left its first place
			x.err = fmt.Errorf("evidence folder %q: %w", root, err)
			labels.unique(label(filepath.Base(root)))
			continue
		}
		a.label = labels.unique(a.label)
		x.roots = append(x.roots, a)
	}
	if len(x.roots) > 0 {
		x.err = nil
	}
	return x
}

// locate finds a source: by its name below a root, else by its hash. A file of
// its name with another hash is the answer only if there is nothing better.
func (x *index) locate(ctx context.Context, s source, outer string, size int64) (found, error) {
	if f, ok := x.found[s]; ok {
		return f, nil
	}
	if x.err != nil {
		return found{}, x.err
	}
	f, err := x.search(ctx, s, outer, size)
	if err == nil {
		x.found[s] = f
	}
	return f, err
}

func (x *index) search(ctx context.Context, s source, outer string, size int64) (found, error) {
	var named string
	var refused error // why what stands where the source should can't be read
	for _, path := range x.named(s) {
		hash, err := x.hash(ctx, path)
		switch {
		case ctx.Err() != nil:
			return found{}, ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			refused = cmp.Or(refused, problemAt(err, 0))
		case hash == outer:
			return found{path, true}, nil
		case named == "":
			named = path
		}
	}
	if path, err := x.byHash(ctx, outer, size); path != "" || err != nil {
		return found{path, true}, err
	}
	if named != "" {
		return found{named, false}, nil
	}
	if refused != nil {
		return found{}, fmt.Errorf("%s: %w", s, refused)
	}
	return found{}, fmt.Errorf("%s: %w below the evidence folders", s, fs.ErrNotExist)
}

// named are the paths where a source would stand: below the argument itself,
// below a folder that holds it, below a folder that was renamed.
func (x *index) named(s source) []string {
	rel := filepath.FromSlash(unlabel(s.path))
	var first, then []string
	for _, r := range x.roots {
		if r.label == s.argument {
			first = append(first, filepath.Join(r.path, rel))
			continue
		}
		then = append(then, filepath.Join(r.path, unlabel(s.argument), rel), filepath.Join(r.path, rel))
	}
	return append(first, then...)
}

func (x *index) byHash(ctx context.Context, outer string, size int64) (string, error) {
	if outer == "" {
		return "", nil
	}
	for _, path := range x.ofSize(size) {
		hash, err := x.hash(ctx, path)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if err == nil && hash == outer {
			return path, nil
		}
	}
	return "", nil
}

// ofSize lists the files of a size below the roots.
func (x *index) ofSize(size int64) []string {
	if x.sizes == nil {
		x.sizes = map[int64][]string{}
		for _, r := range x.roots {
			_ = filepath.WalkDir(r.path, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return nil // looked for, not listed: what can't be read is not the file
				}
				if info, err := d.Info(); err == nil {
					x.sizes[info.Size()] = append(x.sizes[info.Size()], path)
				}
				return nil
			})
		}
	}
	return x.sizes[size]
}

// hash is the SHA-256 of a file.
func (x *index) hash(ctx context.Context, path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	f, err := openFile(path, info)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	return x.hashOf(ctx, f)
}

// hashOf is the SHA-256 of an open file, taken once as long as it doesn't
// change.
func (x *index) hashOf(ctx context.Context, f *file) (string, error) {
	path := f.Name()
	if s, ok := x.hashes[path]; ok && s.size == f.info.Size() && s.mod.Equal(f.info.ModTime()) {
		return s.hash, nil
	}
	sum, err := sumFile(ctx, f)
	if err != nil {
		return "", err
	}
	x.hashes[path] = stamp{f.info.Size(), f.info.ModTime(), sum}
	return sum, nil
}

// sumFile is the SHA-256 of an open file, in hex.
func sumFile(ctx context.Context, f *file) (string, error) {
	h := sha256.New()
	buf := make([]byte, 256<<10)
	for r := f.content().r; ; {
		n, err := r.Read(buf)
		_, _ = h.Write(buf[:n])
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err == io.EOF: // io.Reader's end is io.EOF itself
			if f.changed() {
				return "", errChanged(0)
			}
			return hex.EncodeToString(h.Sum(nil)), nil
		case err != nil:
			return "", problemAt(err, 0)
		}
	}
}
