package sigma

import (
	"fmt"
	"strings"
	"testing"
)

// lines is a verdict as text, a part a line.
func (v *Verdict) lines(depth int) string {
	if v == nil {
		return "none"
	}
	s := fmt.Sprintf("%s%t %s %s", strings.Repeat(" ", depth), v.Holds, v.Is, v.Name)
	if l := v.Line; l != nil {
		s = fmt.Sprintf("%s%t %s", strings.Repeat(" ", depth), v.Holds, l.Field)
		if l.Missing {
			s += " missing"
		}
		for _, x := range l.Values {
			if x == nil {
				s += " null"
			} else {
				s += fmt.Sprintf(" %q", *x)
			}
		}
		for _, p := range l.Patterns {
			s += fmt.Sprintf(" [%t %s %s%s]", p.Holds, p.Pattern, p.Field, p.Value)
		}
	}
	s = strings.TrimRight(s, " ") + "\n"
	for _, of := range v.Of {
		s += of.lines(depth + 1)
	}
	return s
}

func TestJudge(t *testing.T) {
	r := one(t, Parser{}, "sel:\n  Image|endswith: [\\cmd.exe, \\ps.exe]\n  User: null\nkw: [needle]\nnot_me: {User|neq: SYSTEM, Pid|gt: 5}\ncondition: (sel or kw) and not not_me")
	for _, tc := range []struct {
		name  string
		event mapEvent
		want  string
	}{
		{"a hit", ev("Image", `C:\ps.exe`, "Pid", "5"), `true and
 true or
  true selection sel
   true and
    true Image "C:\\ps.exe" [true \ps.exe C:\ps.exe] [false \cmd.exe ]
    true User missing [true  ]
  false selection kw
   false  [false needle ]
 true not
  false selection not_me
   false and
    true User missing [false SYSTEM ]
    false Pid "5" [false 5 ]
`},
		{"a miss", ev("Image", "x", "Note", "a needle", "Pid", nil, "Pid", "7", "User", "kim"), `false and
 true or
  false selection sel
   false and
    false Image "x" [false \cmd.exe ] [false \ps.exe ]
    false User "kim" [false  ]
  true selection kw
   true  [true needle notea needle]
 false not
  true selection not_me
   true and
    true User "kim" [false SYSTEM ]
    true Pid null "7" [true 5 7]
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := r.Judge(tc.event)
			if got := v.lines(0); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
			if v.Holds != r.Match(tc.event) {
				t.Error("the verdict is not the matcher's")
			}
		})
	}
	if (&Rule{}).Judge(ev()) != nil {
		t.Error("a rule without a condition has a verdict")
	}
}

func TestJudgeShows(t *testing.T) {
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprint("v", i))
	}
	r := one(t, Parser{}, "s:\n  f: ["+strings.Join(many, ", ")+"]\ncondition: s")
	l := r.Judge(f("v40")).Of[0].Line
	if len(l.Patterns) != maxShown || l.More != 50-maxShown || l.Patterns[0].Pattern != "v40" {
		t.Errorf("%d patterns, %d more, first %v", len(l.Patterns), l.More, l.Patterns[0])
	}
}
