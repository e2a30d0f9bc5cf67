package timeline

import (
	"context"
	"database/sql"
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

// ownRows and nearRows are how many events of a finding's own, and how many
// others, a Context holds.
const (
	ownRows  = 25
	nearRows = 15
	maxOwn   = 10_000 // events of a finding that are known as its own
)

// Around is the timeline around a finding, DefaultWindow each way.
func Around(ctx context.Context, db *sql.DB, f *detect.Finding) (Context, error) {
	var c Context
	ids := make([]string, min(len(f.EventIDs), maxOwn))
	for i := range ids {
		ids[i] = strconv.FormatInt(f.EventIDs[i], 10)
	}
	if len(ids) == 0 {
		return c, nil
	}
	rows, err := all(ctx, db, "timeline/around", func(rows *sql.Rows, r *Row) error {
		return rows.Scan(append([]any{&c.Total, &r.Own}, r.columns()...)...)
	}, sql.Named("ids", strings.Join(ids, ",")),
		sql.Named("window", DefaultWindow.Microseconds()),
		sql.Named("actors", lowerList(f.Entities["user"])), sql.Named("addresses", list(f.Entities["ip"])), sql.Named("hosts", lowerList(f.Entities["host"])),
		sql.Named("own", int64(ownRows)), sql.Named("limit", int64(nearRows)))
	c.Rows = rows
	return c, err
}
