package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Sequence is a log that numbers its records itself, and what is missing in it.
type Sequence struct {
	Host, Log      string
	Items          []int32 // ordinals of the items that hold it
	First, Last    int64   // numbers
	Present        int64   // different numbers that are there
	Missing, Holes int64   // numbers that are not, and runs of them
	Between        int64   // holes that lie between two items
	Before, After  int64   // the numbers at the largest hole
	From, To       int64   // µs, of the events at the largest hole; 0 if undated
}

// Fetch is what one item holds of queries that number their answers: rows 1 to
// ResultCount, as the cmdlet Search-UnifiedAuditLog writes them.
type Fetch struct {
	Items               []int32
	Queries, Incomplete int64
	Expected, Missing   int64 // rows
	From, To            int64 // µs, of the queries that are incomplete
	Mixed               bool  // rows aren't in the order they were fetched: Missing is the least it can be
	Bogus               int64 // rows with a number below one or beyond the count
}

// field is the expression for a native field of a source's table, alias t: its
// column, or what the rest has of it. Names come from this file.
func (n *native) field(name string) string {
	if slices.Contains(n.Columns, name) {
		return "t." + quote(name)
	}
	mark := "chr(30) || '" + name + "' || chr(31)"
	return "CASE WHEN contains(t.rest, " + mark + ") THEN split_part(split_part(t.rest, " + mark + ", 2), chr(30), 1) END"
}

// holding are the sources that have a native field in this case.
func (c *Case) holding(ctx context.Context, name string) ([]*native, error) {
	seen := map[string]bool{}
	err := eachRow(ctx, c.DB, "schema/native_fields", func(scan func(...any) error) error {
		var source, field string
		err := scan(&source, &field)
		if field == name {
			seen[source] = true
		}
		return err
	})
	var all []*native
	for _, n := range c.natives {
		if seen[n.Source] {
			all = append(all, n)
		}
	}
	return all, err
}

// slack is how far, in µs, the time of a record may lie before that of the one
// with the number before: beyond, the log was begun anew.
const slack = 3_600_000_000

// Sequences are the Windows logs of the case, by host and channel. A number
// that comes twice is one, and a log that was begun anew has no hole there.
func (c *Case) Sequences(ctx context.Context) ([]Sequence, error) {
	natives, err := c.holding(ctx, "EventRecordID")
	if err != nil || len(natives) == 0 {
		return nil, err
	}
	parts := make([]string, len(natives))
	for i, n := range natives {
		parts[i] = "SELECT e.event_id, e.ts_us, coalesce(e.host, '') AS host, regexp_replace(coalesce(e.operation, ''), ':[0-9]+$', '') AS log, TRY_CAST(" +
			n.field("EventRecordID") + " AS BIGINT) AS num FROM " + quote(n.table) + " t JOIN events e ON e.event_id = t.event_id"
	}
	statement := "WITH n AS (" + strings.Join(parts, " UNION ALL ") + `),
d AS (SELECT host, log, num, min(ts_us) AS ts, min(event_id) AS id FROM n WHERE num >= 0 GROUP BY host, log, num),
s AS (SELECT *, lag(num) OVER w AS prev, lag(ts) OVER w AS prev_ts, lag(id) OVER w AS prev_id FROM d WINDOW w AS (PARTITION BY host, log ORDER BY num)),
g AS (SELECT *, CASE WHEN num - prev > 1 AND coalesce(ts >= prev_ts - ` + strconv.Itoa(slack) + `, TRUE) THEN num - prev - 1 ELSE 0 END AS hole FROM s)
SELECT host, log, string_agg(DISTINCT CAST(id >> 40 AS VARCHAR), ','), min(num), max(num), count(*),
  CAST(sum(hole) AS BIGINT), count(CASE WHEN hole > 0 THEN 1 END), count(CASE WHEN hole > 0 AND id >> 40 <> prev_id >> 40 THEN 1 END),
  coalesce(arg_max(prev, hole), 0), coalesce(arg_max(num, hole), 0), coalesce(arg_max(prev_ts, hole), 0), coalesce(arg_max(ts, hole), 0)
FROM g GROUP BY host, log HAVING sum(hole) > 0 ORDER BY host, log`
	return numbers(ctx, c.DB, "sequences", statement, func(rows *sql.Rows, s *Sequence) error {
		return rows.Scan(&s.Host, &s.Log, scanItems{&s.Items}, &s.First, &s.Last, &s.Present, &s.Missing, &s.Holes, &s.Between, &s.Before, &s.After, &s.From, &s.To)
	})
}

// Fetches are the items that hold numbered answers, from the first row to the
// last or the other way round. A query begins where the count changes, or at a
// first row that is another record than the first row before: a page that was
// fetched twice begins none. A query may go on in the next item. A row beyond
// its own count, as the service has been seen to write, is of the query before.
func (c *Case) Fetches(ctx context.Context) ([]Fetch, error) {
	natives, err := c.holding(ctx, "ResultIndex")
	if err != nil || len(natives) == 0 {
		return nil, err
	}
	parts := make([]string, len(natives))
	for i, n := range natives {
		parts[i] = "SELECT e.event_id, e.ts_us, coalesce(e.record_id, CAST(e.event_id AS VARCHAR)) AS rid, coalesce(" + n.field("RunspaceId") + ", '') AS run, TRY_CAST(" +
			n.field("ResultIndex") + " AS BIGINT) AS i, TRY_CAST(" + n.field("ResultCount") + " AS BIGINT) AS n FROM " + quote(n.table) + " t JOIN events e ON e.event_id = t.event_id"
	}
	statement := "WITH r AS (SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + `) WHERE i IS NOT NULL AND n IS NOT NULL),
k AS (SELECT * EXCLUDE n, event_id >> 40 AS item,
    coalesce(last_value(CASE WHEN i <= n THEN n END IGNORE NULLS) OVER (ORDER BY event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), n) AS n
  FROM r WHERE i > 0 AND n > 0),
a AS (SELECT *, lag(n) OVER w AS last_n, lag(run) OVER w AS last_run, lag(i) OVER w AS last_i FROM k WINDOW w AS (ORDER BY event_id)),
o AS (SELECT item, count(CASE WHEN last_i = i - 1 THEN 1 END) >= count(CASE WHEN last_i = i + 1 THEN 1 END) AS up FROM a GROUP BY item),
m AS (SELECT a.*, CASE WHEN o.up THEN i = 1 ELSE i = n END AS begins,
    last_value(CASE WHEN (CASE WHEN o.up THEN i = 1 ELSE i = n END) THEN rid END IGNORE NULLS) OVER (ORDER BY event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS head
  FROM a JOIN o ON o.item = a.item),
b AS (SELECT *, sum(CASE WHEN last_n IS NULL OR last_n <> n OR last_run <> run OR (begins AND head IS DISTINCT FROM rid) THEN 1 ELSE 0 END) OVER (ORDER BY event_id) AS q FROM m),
q AS (SELECT min(event_id) >> 40 AS item, max(event_id) >> 40 AS last_item, max(n) AS n, greatest(max(n) - count(DISTINCT i), 0) AS missing,
    max(CASE WHEN begins THEN 1 ELSE 0 END) AS headed, min(ts_us) AS first, max(ts_us) AS last FROM b GROUP BY q),
f AS (SELECT item, max(last_item) AS last_item, count(*) AS queries, count(CASE WHEN missing > 0 THEN 1 END) AS incomplete, sum(n) AS expected, sum(missing) AS missing,
    min(CASE WHEN missing > 0 THEN first END) AS first, max(CASE WHEN missing > 0 THEN last END) AS last, count(*) - sum(headed) AS headless FROM q GROUP BY item),
l AS (SELECT item, sum(greatest(n - got, 0)) AS missing FROM (SELECT item, run, n, count(DISTINCT i) AS got FROM m GROUP BY item, run, n) GROUP BY item),
x AS (SELECT event_id >> 40 AS item, count(*) AS bogus FROM r WHERE i <= 0 OR n <= 0 OR i > n GROUP BY 1)
SELECT CASE WHEN f.last_item > f.item THEN f.item || ',' || f.last_item ELSE CAST(coalesce(f.item, x.item) AS VARCHAR) END,
  coalesce(f.queries, 0), coalesce(f.incomplete, 0), CAST(coalesce(f.expected, 0) AS BIGINT),
  CAST(coalesce(CASE WHEN f.headless > 3 AND f.headless * 10 > f.queries THEN l.missing ELSE f.missing END, 0) AS BIGINT),
  coalesce(f.first, 0), coalesce(f.last, 0), coalesce(f.headless > 3 AND f.headless * 10 > f.queries, FALSE), coalesce(x.bogus, 0)
FROM f FULL OUTER JOIN x ON x.item = f.item LEFT JOIN l ON l.item = f.item ORDER BY coalesce(f.item, x.item)`
	return numbers(ctx, c.DB, "fetches", statement, func(rows *sql.Rows, f *Fetch) error {
		return rows.Scan(scanItems{&f.Items}, &f.Queries, &f.Incomplete, &f.Expected, &f.Missing, &f.From, &f.To, &f.Mixed, &f.Bogus)
	})
}

func numbers[T any](ctx context.Context, db *sql.DB, name, statement string, scan func(*sql.Rows, *T) error) (all []T, err error) {
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// scanItems reads ordinals that are parted by commas.
type scanItems struct{ to *[]int32 }

func (s scanItems) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a list of items is %T", v)
	}
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseInt(word, 10, 32)
		if err != nil {
			return fmt.Errorf("a list of items is %q: %w", text, err)
		}
		*s.to = append(*s.to, int32(n))
	}
	slices.Sort(*s.to)
	return nil
}
