package ci

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hotwash/reports/review"
)

// The elements of JUnit XML that the common readers agree on.
type (
	testsuites struct {
		XMLName  xml.Name    `xml:"testsuites"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Suites   []testsuite `xml:"testsuite"`
	}
	testsuite struct {
		Name       string      `xml:"name,attr"`
		Tests      int         `xml:"tests,attr"`
		Failures   int         `xml:"failures,attr"`
		Errors     int         `xml:"errors,attr"`
		Skipped    int         `xml:"skipped,attr"`
		File       string      `xml:"file,attr,omitempty"`
		Properties *properties `xml:"properties"`
		Cases      []testcase  `xml:"testcase"`
	}
	properties struct {
		List []property `xml:"property"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testcase struct {
		Name    string  `xml:"name,attr"`
		Class   string  `xml:"classname,attr"`
		Time    string  `xml:"time,attr,omitempty"` // seconds
		File    string  `xml:"file,attr,omitempty"`
		Line    int     `xml:"line,attr,omitempty"`
		Failure *result `xml:"failure"`
		Error   *result `xml:"error"`
		Skipped *result `xml:"skipped"`
	}
	result struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes a review as JUnit XML: the verdicts of tests and drills, a suite
// each, or, of an analysis, its evidence and its findings. It holds no time of
// writing.
func JUnit(w io.Writer, r *review.Review) error {
	all := testsuites{Name: "hotwash"}
	suites := verdictSuites(r)
	if len(r.Verdicts) == 0 {
		suites = []testsuite{evidenceSuite(r), findingSuite(r)}
	}
	for _, s := range suites {
		s.count()
		if r.Simulated {
			s.Properties = &properties{[]property{{"simulated", "true"}}}
		}
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	return encode(w, all)
}

func encode(w io.Writer, all testsuites) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(all); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// count fills a suite's counts from its cases.
func (s *testsuite) count() {
	s.Tests = len(s.Cases)
	for i := range s.Cases {
		switch c := &s.Cases[i]; {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

// verdictSuites are the verdicts by suite, in the order they came.
func verdictSuites(r *review.Review) []testsuite {
	var suites []testsuite
	for _, v := range r.Verdicts {
		name := legal(v.Suite)
		at := slices.IndexFunc(suites, func(s testsuite) bool { return s.Name == name })
		if at < 0 {
			at = len(suites)
			suites = append(suites, testsuite{Name: name, File: legal(v.File)})
		}
		suites[at].Cases = append(suites[at].Cases, verdictCase(v))
	}
	return suites
}

func verdictCase(v review.Verdict) testcase {
	c := testcase{Name: legal(v.ID), Class: legal(v.Kind + "." + v.Suite), File: legal(v.File), Line: v.Line}
	if v.Seconds > 0 {
		c.Time = strconv.FormatFloat(v.Seconds, 'f', 3, 64)
	}
	why := newResult(v.Type, v.Message)
	switch v.Status {
	case review.Passed:
	case review.Skipped:
		c.Skipped = why
	case review.Errored:
		c.Error = why
	default: // a status that is none must not pass
		c.Failure = why
	}
	return c
}

// evidenceSuite has a case per item: an error if it was not read to its end or
// doesn't add up, skipped if there was nothing to read.
func evidenceSuite(r *review.Review) testsuite {
	s := testsuite{Name: "evidence"}
	for i := range r.Evidence {
		e := &r.Evidence[i]
		c := testcase{Name: legal(itemID(e) + " " + e.Name()), Class: "evidence"}
		switch {
		case e.Troubled():
			c.Error = newResult(string(e.State), fmt.Sprintf("%s: %s; balanced: %t", e.State, e.Reason, e.Account.Balanced()))
		case !e.Read():
			c.Skipped = newResult(string(e.State), fmt.Sprintf("%s: %s", e.State, e.Reason))
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// findingSuite has a failing case per finding.
func findingSuite(r *review.Review) testsuite {
	s := testsuite{Name: "findings"}
	for i := range r.Findings {
		f := &r.Findings[i]
		message := fmt.Sprintf("%s: %s, %s, first %s, last %s (UTC)", f.Level, f.Title, review.Plural(int64(f.Count), "event"), review.When(f.First), review.When(f.Last))
		s.Cases = append(s.Cases, testcase{Name: legal(f.ID + " " + f.Title), Class: legal("findings." + f.Rule), Failure: newResult(f.Level, message)})
	}
	return s
}

func newResult(kind, message string) *result {
	return &result{Message: legal(message), Type: legal(kind), Text: legal(message)}
}

// legal writes what XML can't hold, control characters above all, as \xHH or
// \u{HHHH}: no reader takes a file with them, not even as references.
func legal(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1, r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r >= 0x80 && r <= 0x9f, r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, `\u{%04x}`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
