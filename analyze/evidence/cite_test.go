package evidence

import (
	"strings"
	"testing"

	"hotwash/analyze/event"
)

func TestCite(t *testing.T) {
	hash := strings.Repeat("9f2c0a", 12)[:64]
	p := event.Place{Evidence: 3, Offset: 184467, Len: 912}
	for _, tc := range []struct {
		name string
		item Item
		want string
	}{
		{"plain file", Item{Ordinal: 3, Outer: hash}, "9f2c0a9f2c0a@184467+912"},
		{"member", Item{Ordinal: 3, Outer: hash, Member: "a.tar!b@1+2"}, "9f2c0a9f2c0a!a.tar!b@1+2@184467+912"},
		{"no hash", Item{Ordinal: 3}, "E03@184467+912"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Cite(tc.item, p)
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			r, err := ParseRef(got)
			if err != nil {
				t.Fatal(err)
			}
			if it, err := r.Find([]Item{{Ordinal: 2}, tc.item}); err != nil || it != tc.item || r.Offset != p.Offset || r.Len != p.Len {
				t.Errorf("%+v finds %+v, %v", r, it, err)
			}
		})
	}
}

func TestParseRef(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     Ref
		bad      bool
	}{
		{name: "ordinal", in: "E03@184467+912", want: Ref{Evidence: 3, Offset: 184467, Len: 912}},
		{name: "ordinal without a length", in: "E123@0", want: Ref{Evidence: 123}},
		{name: "derived", in: "E03@5+6#1", want: Ref{Evidence: 3, Offset: 5, Len: 6, Derived: 1}},
		{name: "derived event id", in: "3848290697217", want: Ref{Evidence: 3, Offset: 1, Derived: 1}},
		{name: "second derived event", in: "E03@5#2", bad: true},
		{name: "event id", in: "3298534883329", want: Ref{Evidence: 3, Offset: 1}},
		{name: "hash", in: "e03abc@1+2", want: Ref{Hash: "e03abc", Offset: 1, Len: 2}},
		{name: "hash of digits", in: "123456@1+2", want: Ref{Hash: "123456", Offset: 1, Len: 2}},
		{name: "empty", in: "", bad: true},
		{name: "small number", in: "7", bad: true},
		{name: "no evidence zero", in: "E0@1", bad: true},
		{name: "sign", in: "E1@-1", bad: true},
		{name: "length too large", in: "E1@1+4294967296", bad: true},
		{name: "offset too large", in: "E1@1099511627776", bad: true},
		{name: "short hash", in: "abc@1", bad: true},
		{name: "no hash", in: "xyzxyz@1", bad: true},
		{name: "path", in: "logs/a.log", bad: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseRef(tc.in)
			if (err != nil) != tc.bad || got != tc.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestFindAmbiguous(t *testing.T) {
	items := []Item{{Ordinal: 1, Outer: "abcdef00"}, {Ordinal: 2, Outer: "abcdef11"}, {Ordinal: 3, Outer: "abcdef11"}}
	if _, err := (Ref{Hash: "abcdef"}).Find(items); err == nil {
		t.Error("two files were taken for one")
	}
	if it, err := (Ref{Hash: "abcdef11"}).Find(items); err != nil || it.Ordinal != 2 {
		t.Errorf("%+v, %v", it, err)
	}
	if _, err := (Ref{Hash: "abcdef22"}).Find(items); err == nil {
		t.Error("a file was found that isn't there")
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"E03@184467+912", "9f2c0a112233!a.tar!b@1@2+3#4", "3298534883329", "E@", "!@+#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRef(s)
		if err != nil {
			return
		}
		again, err := ParseRef(r.String())
		if err != nil || again != r {
			t.Errorf("%q: %+v, again %+v, %v", s, r, again, err)
		}
	})
}
