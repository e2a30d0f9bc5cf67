package evidence

import (
	"io"
	"io/fs"
	"os"
)

// file is an evidence file opened read-only. Everything that is said of it,
// hash and content, comes from this one descriptor.
type file struct {
	*os.File
	info fs.FileInfo
}

// openFile opens a regular file. seen is what the folder listing said of it: a
// file put in its place since then is not what was asked for.
func openFile(path string, seen fs.FileInfo) (*file, error) {
	if kind := irregular(seen.Mode()); kind != "" {
		return nil, &Problem{Code: CodeNotRegular, Detail: kind + ", not opened"}
	}
	f, err := openReadOnly(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case irregular(info.Mode()) != "" || !os.SameFile(info, seen):
		err = &Problem{Code: CodeChanged, Detail: "replaced while it was opened"}
	default:
		return &file{f, info}, nil
	}
	_ = f.Close()
	return nil, err
}

// irregular names what a file is that is no regular one.
func irregular(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "folder"
	case mode&fs.ModeSymlink != 0:
		return "symlink"
	case mode&fs.ModeNamedPipe != 0:
		return "pipe"
	case mode&fs.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// content is the file from its first byte, up to the size it had when it was
// opened: a log that is being written to has an end all the same.
func (f *file) content() content {
	size := f.info.Size()
	return content{at: f, size: size, r: io.NewSectionReader(f, 0, size)}
}

// changed says whether the file is another one than when it was opened.
func (f *file) changed() bool {
	now, err := f.Stat()
	return err != nil || now.Size() != f.info.Size() || !now.ModTime().Equal(f.info.ModTime())
}
