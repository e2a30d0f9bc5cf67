package truth

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	rows := []Row{
		{File: "a <b>.csv", Offset: 7, Len: 9, Run: "s@1", Step: "s1", Role: Attack, Technique: "T1078", Actor: "adv", Entity: "a@contoso.example", EventUS: 1, SeenUS: 2, Parent: "s0"},
		{File: "b.json", Role: Background},
	}
	var b bytes.Buffer
	if err := Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n != 2 || !strings.Contains(b.String(), "<b>") {
		t.Errorf("%d lines: %s", n, b.String())
	}
	got, err := Read("truth.jsonl", &b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(rows, got); d != "" {
		t.Error(d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"file":"a","offset":1}` + "\n{}")
	f.Add(`{"file":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := Read("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		again, err := Read("again", &b)
		if err != nil || !cmp.Equal(rows, again) {
			t.Errorf("%v: %+v came back as %+v", err, rows, again)
		}
	})
}
