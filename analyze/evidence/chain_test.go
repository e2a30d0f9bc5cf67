package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

type note struct {
	Text string `json:"text"`
	Big  int64  `json:"big"`
}

func chainOf(t *testing.T, n int) (path string, tip string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "chain.jsonl")
	c, err := OpenChain(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		var got int
		if tip, got, err = c.Append(note{"<b> & \u2028 \"" + strings.Repeat("x", i), 1<<62 + 1}); err != nil || got != i+1 {
			t.Fatal(err, got)
		}
	}
	return path, tip
}

func TestChain(t *testing.T) {
	path, tip := chainOf(t, 4)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.SplitAfter(string(whole), "\n")
	for _, tc := range []struct {
		name, data string
		n          int
		bad        string // part of the error
	}{
		{"untouched", string(whole), 4, ""},
		{"last line dropped: count and tip tell", strings.Join(rows[:3], ""), 3, ""},
		{"first line dropped", strings.Join(rows[1:], ""), 0, "1: does not follow"},
		{"middle line dropped", rows[0] + rows[2] + rows[3], 1, "2: does not follow"},
		{"lines swapped", rows[0] + rows[2] + rows[1], 1, "2: does not follow"},
		{"a letter altered", strings.Replace(string(whole), "xx", "xy", 1), 2, "3: was altered"},
		{"spaces put in", strings.Replace(string(whole), ",", ", ", 1), 0, "1: was altered"},
		{"a key twice", strings.Replace(string(whole), `{"big"`, `{"big":1,"big"`, 1), 0, "1: was altered"},
		{"last line cut", string(whole[:len(whole)-1]), 3, "4: the last line has no end"},
		{"no JSON", rows[0] + "x\n", 1, "2: no JSON object"},
		{"null", "null\n", 0, "1: no JSON object"},
		{"empty", "", 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n, got, err := VerifyChain(strings.NewReader(tc.data))
			if n != tc.n || tc.bad == "" && err != nil || tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad)) {
				t.Errorf("%d entries, error %v", n, err)
			}
			if (got == tip) != (tc.n == 4) {
				t.Errorf("tip %s", got)
			}
		})
	}
}

// TestChainHash computes the hash as another tool would, by the words of the
// documentation.
func TestChainHash(t *testing.T) {
	path, tip := chainOf(t, 2)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := strings.Split(string(data), "\n")[1]
	var keys struct{ Prev, Hash string }
	if err := json.Unmarshal([]byte(strings.NewReplacer("prev_hash", "Prev", "entry_hash", "Hash").Replace(last)), &keys); err != nil {
		t.Fatal(err)
	}
	if keys.Hash != tip || hexSum([]byte(keys.Prev+strings.Replace(last, `"entry_hash":"`+tip+`",`, "", 1))) != tip {
		t.Errorf("%s: hash differs", last)
	}
}

func TestChainAfterCrash(t *testing.T) {
	path, tip := chainOf(t, 2)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"seq":3,"te`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := OpenChain(path)
	if err != nil || c.Len() != 2 || c.Tip() != tip {
		t.Fatal(err)
	}
	if _, n, err := c.Append(note{Text: "after"}); err != nil || n != 3 {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n, _, err := VerifyChain(bytes.NewReader(data)); n != 3 || err != nil {
		t.Error(n, err)
	}
}

func TestChainAltered(t *testing.T) {
	path, _ := chainOf(t, 2)
	put(t, path, []byte("{}\n"))
	if _, err := OpenChain(path); err == nil || !strings.HasPrefix(err.Error(), path+":1: ") {
		t.Errorf("error %v", err)
	}
}

func TestChainRefusesItsKeys(t *testing.T) {
	c, err := OpenChain(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range []any{map[string]any{"seq": 1}, []int{1}, nil, func() {}} {
		if _, _, err := c.Append(entry); err == nil {
			t.Errorf("%T was appended", entry)
		}
	}
}

// TestChainTwoWriters appends from two handles, as two processes would.
func TestChainTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			c, err := OpenChain(path)
			for i := 0; i < 10 && err == nil; i++ {
				_, _, err = c.Append(note{Text: "x"})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if c, err := OpenChain(path); err != nil || c.Len() != 20 {
		t.Error(err)
	}
}

func TestReceive(t *testing.T) {
	dir := folder(t, packed{"a.gz", gz(t, "", lines(10))}, packed{"b/c.log", []byte("x")})
	path := filepath.Join(t.TempDir(), CustodyFile)
	c, err := OpenChain(path)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2024, 5, 6, 7, 8, 9, 0, time.FixedZone("", 7200)) }
	by := Custody{Actor: "analyst@example.com", Role: "examiner", From: "helpdesk@example.com", Purpose: "case 7"}
	done, err := Receive(context.Background(), c, now, by, []string{dir})
	if err != nil || len(done) != 2 || c.Len() != 2 {
		t.Fatal(err, len(done), c.Len())
	}
	if done[1].Evidence != "logs/b/c.log" || done[1].SHA256 != hexSum([]byte("x")) || done[1].Size != 1 {
		t.Errorf("%+v", done[1])
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"ts_utc":"2024-05-06T05:08:09Z"`, `"ts_local":"2024-05-06T07:08:09+02:00"`, `"action":"receive"`, `"seq":2`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %s in %s", want, data)
		}
	}
	for name, bad := range map[string]Custody{
		"nobody": {Action: "verify", Time: now()}, "no action": {Actor: "a", Time: now()}, "never": {Actor: "a", Action: "verify"},
	} {
		if _, _, err := Record(c, bad); err == nil {
			t.Errorf("%s: was recorded", name)
		}
	}
}
