package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
)

// Problem is why evidence could not be read, or not to its end. What was read
// before it stays good.
type Problem struct {
	Code, Detail string
	At           int64 // bytes of the decompressed member that were delivered before it
}

// The codes of a Problem.
const (
	CodeTruncated  = "truncated"   // ends before its end
	CodeCorrupt    = "corrupt"     // checksum or structure is wrong
	CodeRatio      = "ratio"       // unpacks to more than Limits.Ratio allows
	CodeDepth      = "depth"       // containers inside containers beyond Limits.Depth
	CodeEntries    = "entries"     // more entries than Limits.Entries
	CodeNested     = "nested"      // inner container larger than Limits.Nested
	CodeMemory     = "memory"      // unpacking would take more memory than it may
	CodeChanged    = "changed"     // the file changed while it was read
	CodeIO         = "io"          // the operating system refused
	CodeNotRegular = "not_regular" // a link, pipe, socket or device: listed, never opened
)

func (p *Problem) Error() string {
	if p.At == 0 {
		return p.Code + ": " + p.Detail
	}
	return fmt.Sprintf("%s after %d bytes: %s", p.Code, p.At, p.Detail)
}

// problemAt says what kind of problem err is. Interruption is no problem of the
// evidence and comes back as it is.
func problemAt(err error, at int64) error {
	var p *Problem
	var refused *fs.PathError
	var errno syscall.Errno
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &p):
		return &Problem{Code: p.Code, Detail: p.Detail, At: at}
	case errors.As(err, &refused): // without the path: reports don't name the examiner's folders
		return &Problem{Code: CodeIO, Detail: refused.Err.Error(), At: at}
	case errors.As(err, &errno):
		return &Problem{Code: CodeIO, Detail: errno.Error(), At: at}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Problem{Code: CodeTruncated, Detail: "ends before its end", At: at}
	}
	return &Problem{Code: CodeCorrupt, Detail: err.Error(), At: at}
}

func errChanged(at int64) error {
	return &Problem{Code: CodeChanged, Detail: "the file changed while it was read", At: at}
}
