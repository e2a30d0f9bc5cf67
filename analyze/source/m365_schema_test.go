package source

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hotwash/analyze/event"
	"hotwash/analyze/vocab"
)

// financeSchema is that of a custom table, which Microsoft's reference leaves
// out.
var financeSchema = []tableColumn{
	{"Data", "dynamic"}, {"Description", "string"}, {"FormattedData", "dynamic"}, {"InstanceName", "string"},
	{"LogCreatedBy", "string"}, {"LogCreatedDateTime", "datetime"}, {"LogCreatedTransactionId", "string"},
	{"LogDataAreaId", "string"}, {"LogPartition", "long"}, {"LogRecId", "long"}, {"LogType", "string"},
	{"SequenceNumber", "int"}, {"TableIdNumber", "int"}, {"TableName", "string"}, {"TableRecId", "long"},
	{"TableRecVersion", "int"}, {"TimeGenerated", "datetime"}, {"Username", "string"}, {"Type", "string"},
}

// auditTables are the tables of audit records that Microsoft documents, and
// their sources.
func auditTables(t *testing.T) (columns map[string][]tableColumn, sources map[string]string) {
	t.Helper()
	columns, sources = tableSchemas(t), map[string]string{vocab.FinanceTable: dynamicsFinance.Name}
	columns[vocab.FinanceTable] = financeSchema
	for table := range vocab.AuditRecordTypes {
		if table != vocab.LanguageModelTable { // newer than the schemas, alike CopilotActivity
			sources[table] = m365UAL.Name
		}
	}
	return columns, sources
}

// TestAuditTables checks that a row with all columns of a table is of its
// source, dated and whole in every export, whether it names its table or not,
// and has the id that its copy in an export of the audit log has.
func TestAuditTables(t *testing.T) {
	columns, sources := auditTables(t)
	for table, want := range sources {
		if len(columns[table]) == 0 {
			t.Errorf("%s: no schema", table)
			continue
		}
		for i, s := range tableShapes {
			src, dated, lost := readTable(t, table, columns[table], i)
			if src != want || !dated || len(lost) > 0 {
				t.Errorf("%s, %s: %s (want %s), dated %v, lost %v", table, s.name, src, want, dated, lost)
			}
			if s.name == emptyCells {
				continue // the id is empty too
			}
			readData(t, s.framing, []byte(s.write(table, columns[table])), Hints{}, func(_ *Source, e *event.Event, _ []event.Field, _ error) {
				if e.RecordID == "" || e.Operation == "" || e.Shape != shapeLogAnalytics {
					t.Errorf("%s, %s: id %q, operation %q, shape %s", table, s.name, e.RecordID, e.Operation, e.Shape)
				}
			})
		}
	}
}

// TestNoOtherAuditTable checks that rows of no other table are taken for audit
// records, named or not.
func TestNoOtherAuditTable(t *testing.T) {
	columns, sources := auditTables(t)
	ours := map[string]bool{m365UAL.Name: true, dataverseAudit.Name: true, dynamicsFinance.Name: true}
	for table := range columns {
		for i := range tableShapes {
			if src, _, _ := readTable(t, table, columns[table], i); ours[src] && sources[table] == "" {
				t.Errorf("%s, %s: taken by %s", table, tableShapes[i].name, src)
			}
		}
	}
}

// TestRecordTypesOfSchema holds the record types against Microsoft's schema.
func TestRecordTypesOfSchema(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(corpus(t, "microsoft/management-api-schema"), "office-365-management-activity-api-schema.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "#### AuditLogRecordType")
	list, _, _ := strings.Cut(after, "### Enum: User Type")
	n := 0
	for line := range strings.Lines(list) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		digits, _, _ := strings.Cut(strings.TrimPrefix(cells[1], "["), "]")
		number, err := strconv.Atoi(strings.TrimSpace(digits))
		if err != nil {
			continue
		}
		n++
		name := strings.TrimSpace(cells[2])
		if got, ok := vocab.RecordTypeNumber(name); !ok || got != number {
			t.Errorf("%s is %d, want %d", name, got, number)
		}
		if strings.HasPrefix(vocab.RecordType(number), "RecordType ") {
			t.Errorf("%d (%s) has no name", number, name)
		}
	}
	if n < 250 {
		t.Errorf("the schema was read to %d record types", n)
	}
}
