package timeline

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"hotwash/analyze/detect"
)

// Context is the timeline around a finding: its own events, and those of the
// same actor, source address or host from before its first event to after its
// last, the nearest kept.
type Context struct {
	Rows  []Row
	Total int // events that fit, shown or not
}

// How many events of a finding's own, and how many others, a Context holds, and
// how many of its own are known as such: half of them its first, half its last.
const (
	ownRows  = 25
	nearRows = 15
	maxOwn   = 1000
)

// Around is the timeline around each of the findings, DefaultWindow each way.
func Around(ctx context.Context, db *sql.DB, findings []detect.Finding) ([]Context, error) {
	contexts := make([]Context, len(findings))
	own, entities := pairs(findings)
	if own == "" {
		return contexts, nil
	}
	args := []any{sql.Named("own", own), sql.Named("entities", entities), sql.Named("window", DefaultWindow.Microseconds()),
		sql.Named("own_rows", int64(ownRows)), sql.Named("near_rows", int64(nearRows))}
	for r, err := range rowsOf(ctx, db, "timeline/around", scanAround, args) {
		if err != nil {
			return nil, err
		}
		c := &contexts[r.finding]
		c.Rows, c.Total = append(c.Rows, r.Row), r.total
	}
	return contexts, nil
}

type aroundRow struct {
	Row
	finding, total int
}

func scanAround(rows *sql.Rows, r *aroundRow) error {
	return rows.Scan(append([]any{&r.finding, &r.total, &r.Own}, r.columns()...)...)
}

// pairs are the event ids and the entities of findings, as the two tables that
// the statement takes.
func pairs(findings []detect.Finding) (own, entities string) {
	var ids, values []string
	for i := range findings {
		f := &findings[i]
		for k, id := range f.EventIDs {
			if k < maxOwn/2 || k >= len(f.EventIDs)-maxOwn/2 {
				ids = append(ids, fmt.Sprintf("%d%s%d", i, separator, id))
			}
		}
		for _, kind := range []string{"user", "ip", "host"} {
			for _, value := range f.Entities[kind] {
				if bindable(value) {
					values = append(values, strconv.Itoa(i)+separator+kind+separator+strings.ToLower(value))
				}
			}
		}
	}
	return strings.Join(ids, rowSeparator), strings.Join(values, rowSeparator)
}

// rowSeparator parts the rows of a table parameter.
const rowSeparator = "\x1e"

// bindable says whether a text reaches the database whole: a NUL ends a bound
// text, and a separator would make two of it.
func bindable(s string) bool { return !strings.ContainsAny(s, "\x00"+separator+rowSeparator) }
