package store

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// table is a table that is fed with Arrow: its columns in the order of
// queries/schema/tables.sql, each with its type's letter.
type table struct {
	name    string
	columns string // t text, b bigint, i integer, f boolean; one letter a column
	names   []string
}

var eventsTable = table{"events", "bbibttttttttttbbtttttiib", []string{
	"event_id", "ts_us", "ts_quality", "seen_us",
	"source", "action", "operation", "outcome", "outcome_code", "message",
	"actor", "actor_id", "actor_type", "src_ip", "src_ip_hi", "src_ip_lo", "host",
	"target_type", "target_id", "target_name", "record_id", "line_no", "byte_len", "dup_key"}}

var rejectsTable = table{"rejects", "ibiitttf", []string{
	"evidence", "byte_offset", "byte_len", "line_no", "code", "detail", "raw", "base64"}}

var flowsTable = table{"flows", "bitbbiibbbbtttt", []string{
	"event_id", "src_port", "dst_ip", "dst_ip_hi", "dst_ip_lo", "dst_port",
	"proto", "bytes_out", "bytes_in", "packets", "duration_us", "direction", "verdict", "uid", "community_id"}}

var dnsTable = table{"dns", "bttttt", []string{"event_id", "query", "type", "rcode", "answers", "server_ip"}}

var webTable = table{"web", "bttttib", []string{"event_id", "method", "host", "path", "user_agent", "status", "bytes_out"}}

var processesTable = table{"processes", "bttbttt", []string{
	"event_id", "path", "command_line", "pid", "parent_path", "parent_command_line", "sha256"}}

var partsTable = table{"parts", "bt", []string{"event_id", "part_of"}}

var countsTable = table{"counts", "bb", []string{"event_id", "n"}}

// generalTables are fed whatever the source.
var generalTables = [...]table{eventsTable, rejectsTable, flowsTable, dnsTable, webTable, processesTable, partsTable, countsTable}

func fedTables(natives []*native) []table {
	all := append([]table(nil), generalTables[:]...)
	for _, n := range natives {
		all = append(all, n.fed())
	}
	return all
}

// fed is the native table as it is fed: id, content hash, hot columns, rest.
func (n *native) fed() table {
	t := table{name: n.table, columns: "bb", names: []string{"event_id", "content"}}
	for _, c := range n.Columns {
		t.columns += "t"
		t.names = append(t.names, c)
	}
	t.columns += "t"
	t.names = append(t.names, "rest")
	return t
}

func (t table) schema() *arrow.Schema {
	types := map[rune]arrow.DataType{
		't': arrow.BinaryTypes.String, 'b': arrow.PrimitiveTypes.Int64,
		'i': arrow.PrimitiveTypes.Int32, 'f': arrow.FixedWidthTypes.Boolean,
	}
	fields := make([]arrow.Field, len(t.names))
	for i, letter := range t.columns {
		fields[i] = arrow.Field{Name: t.names[i], Type: types[letter], Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// rows builds the rows of one table, column by column, in memory that the
// garbage collector doesn't own: the engine reads it through cgo.
type rows struct {
	schema   *arrow.Schema
	builders []array.Builder
	n        int
}

func (t table) rows(mem memory.Allocator) *rows {
	r := &rows{schema: t.schema()}
	for _, f := range r.schema.Fields() {
		r.builders = append(r.builders, array.NewBuilder(mem, f.Type))
	}
	return r
}

// text puts a string, NULL if it is empty.
func (r *rows) text(col int, s string) {
	b := r.builders[col].(*array.StringBuilder)
	if s == "" {
		b.AppendNull()
		return
	}
	b.Append(s)
}

// kept puts a string, empty or not.
func (r *rows) kept(col int, s string)  { r.builders[col].(*array.StringBuilder).Append(s) }
func (r *rows) null(col int)            { r.builders[col].AppendNull() }
func (r *rows) bigint(col int, v int64) { r.builders[col].(*array.Int64Builder).Append(v) }
func (r *rows) integer(col int, v int32) {
	r.builders[col].(*array.Int32Builder).Append(v)
}
func (r *rows) boolean(col int, v bool) { r.builders[col].(*array.BooleanBuilder).Append(v) }

// known puts a number, NULL if it is below zero.
func (r *rows) known(col int, v int64) {
	if v < 0 {
		r.null(col)
		return
	}
	r.bigint(col, v)
}

func (r *rows) knownInt(col int, v int32) {
	if v < 0 {
		r.null(col)
		return
	}
	r.integer(col, v)
}

// address puts an address as text and as its two key halves, from col on.
func (r *rows) address(text, hi, lo int, a string, key func(string) (int64, int64, bool)) {
	r.text(text, a)
	if h, l, ok := key(a); ok {
		r.bigint(hi, h)
		r.bigint(lo, l)
		return
	}
	r.null(hi)
	r.null(lo)
}

// take hands out the rows as one Arrow record and starts anew.
func (r *rows) take() arrow.Record {
	columns := make([]arrow.Array, len(r.builders))
	for i, b := range r.builders {
		columns[i] = b.NewArray()
	}
	rec := array.NewRecord(r.schema, columns, int64(r.n))
	for _, c := range columns {
		c.Release()
	}
	r.n = 0
	return rec
}

// drop forgets the rows.
func (r *rows) drop() {
	if r.n > 0 {
		r.take().Release()
	}
}

func (r *rows) release() {
	for _, b := range r.builders {
		b.Release()
	}
}
