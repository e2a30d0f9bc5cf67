package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"hotwash/analyze/store"
	"hotwash/reports/text"
)

type queryOptions struct {
	printing
	dir string
}

func newQuery() *command {
	var o queryOptions
	fs := flagSet("query")
	caseFlag(fs, &o.dir)
	o.printing.flags(fs)
	return &command{
		name: "query", args: "SQL", short: "ask the case in SQL",
		long: `Runs one statement of DuckDB's SQL on the case, which is opened for reading only: no
statement can change it, or reach another file or the network. SQL is - to read it from
standard input. With --json, one object a row. Times are microseconds since 1970 UTC;
event ids are printed as text, because most JSON readers round them.`,
		example: "query \"SELECT source, count(*) AS events FROM events GROUP BY ALL ORDER BY ALL\"",
		flags:   fs,
		run:     func(ctx context.Context, std stdio, args []string) error { return runQuery(ctx, std, o, args) },
	}
}

func runQuery(ctx context.Context, std stdio, o queryOptions, args []string) (err error) {
	if err := need(args, 1, 1, "SQL"); err != nil {
		return err
	}
	text := args[0]
	if text == "-" {
		read, err := io.ReadAll(std.in)
		if err != nil {
			return fmt.Errorf("read SQL from standard input: %w", err)
		}
		text = string(read)
	}
	c, err := openCase(ctx, o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	rows, err := c.Query(ctx, text)
	if err != nil {
		return queryError(ctx, err)
	}
	defer rows.Close()
	print := printTable
	if o.json {
		print = printObjects
	}
	return queryError(ctx, errors.Join(print(std.out, rows), rows.Err()))
}

// queryError is what the engine says of a statement, which the user wrote.
func queryError(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	hint := ""
	if errors.Is(err, store.ErrStatement) {
		hint = "ask one thing at a time; WITH name AS (SELECT …) SELECT … builds on another answer"
	}
	return misuse(hint, "query: %w", err)
}

// values yields the rows of a result, each as the values of its columns.
func values(rows *sql.Rows) (columns []string, next func() ([]any, error), err error) {
	columns, err = rows.Columns()
	if err != nil {
		return nil, nil, err
	}
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	return columns, func() ([]any, error) {
		if !rows.Next() {
			return nil, nil
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]any, len(into))
		for i, v := range into {
			row[i] = plainValue(columns[i], *v.(*any))
		}
		return row, nil
	}, nil
}

// printObjects prints one JSON object a row, columns in their order.
func printObjects(w io.Writer, rows *sql.Rows) error {
	columns, next, err := values(rows)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for {
		row, err := next()
		if err != nil || row == nil {
			return errors.Join(err, out.Flush())
		}
		if err := writeObject(out, columns, row); err != nil {
			return err
		}
	}
}

func writeObject(w *bufio.Writer, columns []string, row []any) error {
	for i, column := range columns {
		sep := ", "
		if i == 0 {
			sep = "{"
		}
		name, err := jsonText(column)
		if err != nil {
			return err
		}
		value, err := jsonText(row[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", column, err)
		}
		if _, err := w.WriteString(sep + name + ": " + value); err != nil {
			return err
		}
	}
	_, err := w.WriteString("}\n")
	return err
}

func jsonText(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func printTable(w io.Writer, rows *sql.Rows) error {
	columns, next, err := values(rows)
	if err != nil {
		return err
	}
	names := make([]any, len(columns))
	for i, c := range columns {
		names[i] = oneLine(c)
	}
	t := text.Table(w, names...)
	for {
		row, err := next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		cells := make(table.Row, len(row))
		for i, v := range row {
			cells[i] = cell(v)
		}
		t.AppendRow(cells)
	}
	t.Render()
	return nil
}

// cell is a value on one line; NULL is empty.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return oneLine(v)
	}
	text, err := jsonText(v)
	if err != nil {
		text = fmt.Sprint(v)
	}
	return oneLine(text)
}

// plainValue is a value of the engine as JSON has it.
func plainValue(column string, v any) any {
	switch v := store.Plain(v).(type) {
	case int64:
		if strings.HasSuffix(column, "event_id") || column == "of_event" || column == "first_event" {
			return strconv.FormatInt(v, 10)
		}
		return v
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
		return v
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	default:
		return v
	}
}
