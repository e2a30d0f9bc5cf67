//go:build unix && !linux

package evidence

import (
	"os"
	"syscall"
)

// openReadOnly opens without following a link and without waiting for a pipe's
// writer.
func openReadOnly(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}
