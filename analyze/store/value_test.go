package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/marcboeker/go-duckdb"
)

func TestPlain(t *testing.T) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	for _, tc := range []struct {
		name, value, want string
	}{
		{"null", "NULL", `null`},
		{"text", "'a'", `"a"`},
		{"decimal", "1.50", `1.50`},
		{"small negative decimal", "-0.007", `-0.007`},
		{"decimal without a fraction", "12::DECIMAL(5,0)", `12`},
		{"sum is a huge integer", "170141183460469231731687303715884105727::HUGEINT", `170141183460469231731687303715884105727`},
		{"list of decimals", "[0.5, 10.25]", `[0.50,10.25]`},
		{"struct", "{'a': 1.5, 'b': [1]}", `{"a":1.5,"b":[1]}`},
		{"map", "MAP {'k': 2.5}", `{"k":2.5}`},
		{"interval", "INTERVAL '1 day 2 seconds'", `"0 months 1 days 2000000 microseconds"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var v any
			if err := db.QueryRowContext(context.Background(), "SELECT "+tc.value).Scan(&v); err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(Plain(v))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}
