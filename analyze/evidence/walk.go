package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
)

// Walk yields every file below the arguments, in path order, and every member
// of a container after the container. Nothing is left out silently: links,
// pipes, unreadable and empty files are listed with their state. An error ends
// the walk: an argument is missing, or the context is done.
//
// skip leaves out a file or folder by its absolute path, links resolved. An
// argument may be a link, because who names it means what it points to; below
// it no link is followed. The argument "-" is the caller's.
func Walk(ctx context.Context, args []string, l Limits, skip func(abs string) bool) iter.Seq2[*Member, error] {
	return func(yield func(*Member, error) bool) {
		all, err := arguments(args)
		if err != nil {
			yield(nil, err)
			return
		}
		w := walker{limits: l, skip: skip, yield: yield, alive: ctx.Err}
		for _, a := range all {
			if !w.walk(a) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// argument is a file or folder to look into.
type argument struct {
	label string // base name, told apart from others
	path  string // absolute, links resolved
}

// arguments checks all of them before the first is read.
func arguments(args []string) ([]argument, error) {
	var all []argument
	labels, paths := names{}, names{}
	for _, arg := range args {
		if arg == "-" {
			continue
		}
		a, err := newArgument(arg)
		if err != nil {
			return nil, fmt.Errorf("evidence %q: %w", arg, err)
		}
		if paths[a.path] { // the same one twice
			continue
		}
		paths[a.path] = true
		a.label = labels.unique(a.label)
		all = append(all, a)
	}
	return all, nil
}

func newArgument(arg string) (argument, error) {
	abs, err := filepath.Abs(arg)
	if err != nil {
		return argument{}, err
	}
	path, err := filepath.EvalSymlinks(abs)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return argument{}, err
	}
	return argument{label: label(filepath.Base(abs)), path: path}, nil
}

// walker is one Walk.
type walker struct {
	limits Limits
	skip   func(abs string) bool
	yield  func(*Member, error) bool
	alive  func() error
	spare  spare
}

var errStop = errors.New("walk is over")

func (w *walker) walk(a argument) bool {
	err := filepath.WalkDir(a.path, func(path string, d fs.DirEntry, err error) error {
		switch {
		case w.skip != nil && w.skip(path):
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			return w.unreadable(a, path, d, err)
		case d.IsDir():
			return nil
		}
		return w.visit(a, path, d)
	})
	return err == nil
}

// item is a file as it is listed, before it is opened.
func (a argument) item(path string) (it Item, name string) {
	it = Item{Argument: a.label, Kind: "plain"}
	if rel, err := filepath.Rel(a.path, path); err == nil && rel != "." {
		it.Path = label(filepath.ToSlash(rel))
	}
	return it, filepath.Base(path)
}

func (w *walker) visit(a argument, path string, d fs.DirEntry) error {
	it, name := a.item(path)
	info, err := d.Info()
	if err != nil {
		return w.unreadable(a, path, d, err)
	}
	u := &unpacker{alive: w.alive, yield: w.yield, spare: &w.spare}
	if err := u.open(path, info, w.limits); err != nil {
		return w.unreadable(a, path, d, err)
	}
	defer func() { _ = u.file.Close() }()
	if !u.visitFile(it, name) {
		return errStop
	}
	return nil
}

// unreadable lists what could not be opened.
func (w *walker) unreadable(a argument, path string, d fs.DirEntry, why error) error {
	it, _ := a.item(path)
	if d != nil {
		if kind := irregular(d.Type()); kind != "" {
			it.Kind = kind
		}
	}
	u := &unpacker{alive: w.alive, yield: w.yield}
	m := &Member{Item: it, alive: w.alive}
	if !u.list(m, why) {
		return errStop
	}
	return nil
}
