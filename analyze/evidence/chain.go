package evidence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Chain is an append-only file of JSON lines in which each entry carries the
// hash of the one before:
//
//	entry_hash = SHA-256(prev_hash || the entry without entry_hash)
//
// Entries are canonical JSON: keys sorted, no spaces, as `jq -cS` writes them;
// prev_hash is 64 hex digits, zeros for the first entry. The chain shows that a
// line was altered, moved or taken out; it cannot show that the last lines are
// gone, or that all of it was written anew. Keep count and tip elsewhere for
// that.
type Chain struct {
	path string
	end  chainEnd
}

// chainEnd is the state of a chain after its last whole line.
type chainEnd struct {
	n    int
	tip  string
	size int64 // bytes of the whole lines
}

const (
	keySeq  = "seq"
	keyPrev = "prev_hash"
	keyHash = "entry_hash"
)

var noHash = strings.Repeat("0", 2*sha256.Size)

// errTorn is a last line without its end: what a crash while appending leaves.
// It was never acknowledged.
var errTorn = errors.New("the last line has no end")

// OpenChain checks a chain to be appended to. A file that isn't there is an
// empty chain.
func OpenChain(path string) (*Chain, error) {
	f, err := lockedfile.OpenFile(path, os.O_RDONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return &Chain{path: path, end: chainEnd{tip: noHash}}, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	end, err := readChain(f, chainEnd{tip: noHash})
	if err != nil && !errors.Is(err, errTorn) {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return &Chain{path: path, end: end}, nil
}

// Len is how many entries the chain has.
func (c *Chain) Len() int { return c.end.n }

// Tip is the hash of the last entry; zeros if there is none.
func (c *Chain) Tip() string { return c.end.tip }

// Append adds an entry, anything that is a JSON object, and gives it seq,
// prev_hash and entry_hash. It returns once the line is on the disk. Other
// processes may append to the same file.
func (c *Chain) Append(entry any) (tip string, n int, err error) {
	object, err := toObject(entry)
	if err != nil {
		return "", 0, fmt.Errorf("%s: %w", c.path, err)
	}
	f, err := lockedfile.OpenFile(c.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", 0, err
	}
	err = c.append(f, object)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return "", 0, fmt.Errorf("%s:%w", c.path, err)
	}
	return c.end.tip, c.end.n, nil
}

// append reads what others have appended, then writes after it.
func (c *Chain) append(f *lockedfile.File, object map[string]any) error {
	if _, err := f.Seek(c.end.size, io.SeekStart); err != nil {
		return err
	}
	end, err := readChain(f, c.end)
	if errors.Is(err, errTorn) {
		err = f.Truncate(end.size)
	}
	if err != nil {
		return err
	}
	line, end, err := end.link(object)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(line, end.size-int64(len(line))); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	c.end = end
	return nil
}

// link makes an object the next entry.
func (e chainEnd) link(object map[string]any) (line []byte, next chainEnd, err error) {
	object[keySeq], object[keyPrev] = e.n+1, e.tip
	tip, err := entryHash(e.tip, object)
	if err != nil {
		return nil, e, err
	}
	object[keyHash] = tip
	line, err = canonical(object)
	if err != nil {
		return nil, e, err
	}
	line = append(line, '\n')
	return line, chainEnd{e.n + 1, tip, e.size + int64(len(line))}, nil
}

// VerifyChain reads a chain from its start and checks every entry. The error
// names the first line that is wrong; n and tip are those of the line before.
func VerifyChain(r io.Reader) (n int, tip string, err error) {
	end, err := readChain(r, chainEnd{tip: noHash})
	return end.n, end.tip, err
}

// readChain goes on from a known end.
func readChain(r io.Reader, end chainEnd) (chainEnd, error) {
	b := bufio.NewReader(r)
	for {
		line, err := b.ReadBytes('\n')
		switch {
		case err == io.EOF && len(line) == 0: //nolint:errorlint // io.Reader's end is io.EOF itself
			return end, nil
		case err == io.EOF: //nolint:errorlint // as above
			err = errTorn
		case err == nil:
			end, err = end.follow(line)
		}
		if err != nil {
			return end, fmt.Errorf("%d: %w", end.n+1, err)
		}
	}
}

// follow checks that a line is the next entry. It is compared byte for byte
// with how we write it, so that nothing hides in spaces or doubled keys.
func (e chainEnd) follow(line []byte) (chainEnd, error) {
	object, err := decodeObject(line)
	if err != nil {
		return e, err
	}
	if object[keyPrev] != e.tip {
		return e, errors.New("does not follow the entry before it")
	}
	if s, _ := object[keySeq].(json.Number); s.String() != fmt.Sprint(e.n+1) {
		return e, fmt.Errorf("is numbered %v, not %d", object[keySeq], e.n+1)
	}
	claimed := object[keyHash]
	want, next, err := e.link(object)
	if err != nil {
		return e, err
	}
	if claimed != next.tip || !bytes.Equal(line, want) {
		return e, errors.New("was altered: its hash is another")
	}
	return next, nil
}

// toObject takes an entry as the JSON object it is written as.
func toObject(entry any) (map[string]any, error) {
	data, err := json.Marshal(entry)
	if err != nil {
		return nil, err
	}
	object, err := decodeObject(data)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{keySeq, keyPrev, keyHash} {
		if _, ok := object[key]; ok {
			return nil, fmt.Errorf("key %q belongs to the chain", key)
		}
	}
	return object, nil
}

func decodeObject(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("no JSON object: %w", err)
	}
	if object == nil {
		return nil, errors.New("no JSON object: null")
	}
	return object, nil
}

func entryHash(prev string, object map[string]any) (string, error) {
	delete(object, keyHash)
	data, err := canonical(object)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(prev), data...))
	return hex.EncodeToString(sum[:]), nil
}

func canonical(object map[string]any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(object); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
