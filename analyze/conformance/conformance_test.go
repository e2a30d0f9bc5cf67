package conformance

import (
	"bytes"
	"encoding/json"
	"flag"
	"iter"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

var table = flag.String("table", "", "write the table to `FILE`")

// TestConformance holds all that is read of the real data against readings
// that don't use the program's code. Every difference is judged, or it fails.
func TestConformance(t *testing.T) {
	dir := dataDir(t)
	rep := newReport()
	compareAll(t, dir, rep)
	comparePlaso(t, dir, rep)
	compareAnswers(t, dir, rep)
	compareHostile(t, dir, rep)
	rep.note("JSON, CSV and Zeek files whose records are as many as the independent reading's: %d, records: %d", rep.files, rep.records)
	rep.note("leaves of those records: %d, kept with the same text: %d, kept as null: %d, texts taken apart: %d", rep.leaves, rep.kept, rep.nulls, rep.opened)
	var text bytes.Buffer
	rep.write(&text)
	if *table == "" {
		t.Log("\n" + text.String())
	} else if err := os.WriteFile(*table, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	rep.check(t)
}

// compareAll reads every member of the data twice, on all cores.
func compareAll(t *testing.T, dir string, rep *report) {
	comparers := map[string]*comparer{}
	for i := range families {
		f := &families[i]
		c := f.compile(t)
		for _, file := range f.files {
			comparers[file] = c
		}
	}
	var workers sync.WaitGroup
	var mutex sync.Mutex
	members := make(chan *member)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for m := range members {
				one := newReport()
				compareMember(m, familyOf(comparers, m.name), one)
				mutex.Lock()
				rep.merge(one)
				mutex.Unlock()
			}
		})
	}
	twins := newTwins()
	eachMember(t, dir, func(m *member) {
		m = labelled(m)
		twins.take(m)
		members <- m
	})
	close(members)
	workers.Wait()
	twins.compare(rep)
}

// familyOf is the comparer of the longest beginning of a name.
func familyOf(all map[string]*comparer, name string) (c *comparer) {
	longest := 0
	if slices.Contains([]string{".md", ".yml", ".yaml", ".txt", ".evtx", ".raw"}, path.Ext(name)) || path.Base(name) == "LICENSE" {
		return nil
	}
	for file, one := range all {
		if strings.HasPrefix(name, file) && len(file) > longest {
			c, longest = one, len(file)
		}
	}
	return c
}

// propertiesRecord is the record of type 256 around a sample's properties.
const propertiesRecord = `{"CreationTime":"2025-07-18T12:26:46","Id":"11111111-2222-3333-4444-555555555555","RecordType":256,` +
	`"Operation":"PowerPlatformAdministratorActivity","OrganizationId":"22222222-2222-3333-4444-555555555555","UserType":0,` +
	`"UserKey":"key","Workload":"PowerPlatform","UserId":"admin@contoso.example","PropertyCollection":`

// labelled takes the logs out of the labels that panther's tests put around
// them, because the program doesn't open wrappers of tools, and puts the bare
// properties of Microsoft's samples into a record.
func labelled(m *member) *member {
	if base := path.Base(m.name); strings.Contains(base, "propertycollection") && path.Ext(base) == ".json" {
		return &member{name: m.name, data: slices.Concat([]byte(propertiesRecord), m.data, []byte("}"))}
	}
	if !strings.HasPrefix(m.name, "panther/") || !strings.HasSuffix(m.name, ".jsonl") {
		return m
	}
	var logs bytes.Buffer
	for row := range bytes.Lines(m.data) {
		var labels struct{ Log json.RawMessage }
		if json.Unmarshal(row, &labels) == nil && string(labels.Log) != "null" {
			logs.Write(labels.Log)
			logs.WriteByte('\n')
		}
	}
	return &member{name: m.name, data: logs.Bytes()}
}

// compareMember reads a member with the program and, if it is JSON or CSV, with
// the standard library in step.
func compareMember(m *member, c *comparer, rep *report) {
	framing := ""
	if v := detect(m); v.Framing != nil {
		framing = v.Framing.Name
	}
	all := records(m, framing)
	if all == nil {
		if c != nil && !c.mixed {
			o := read(m, func(int, reading) {})
			rep.differ(difference{part: "records", family: m.name, kind: "unread"}, o.String())
		}
		return
	}
	next, stop := iter.Pull2(all)
	defer stop()
	var keep keeper
	aligned := newReport() // counts if the records are the same ones
	o := read(m, func(_ int, r reading) {
		v, err, ok := next()
		if !ok || err != nil {
			return
		}
		keep.check(v, r, aligned, m.name)
		if c != nil {
			c.compare(v, r, aligned, m.name)
		}
	})
	counted, problem := count(all)
	if counted != o.records || o.rejects > 0 || problem != nil {
		why := o.rejected
		if problem != nil {
			why += "; " + problem.Error()
		}
		rep.differ(difference{part: "records", family: m.name, kind: "count"}, why)
		rep.lines = append(rep.lines, line{part: "records", file: m.name, state: o.String(), wantRecords: counted, records: o.records})
		return
	}
	if c != nil {
		rep.lines = append(rep.lines, aligned.line(c, m, &o))
	}
	rep.merge(aligned)
	rep.files, rep.records = rep.files+1, rep.records+counted
}

// count is how many records the standard library reads, and what stopped it.
func count(all iter.Seq2[*value, error]) (n int, problem error) {
	for _, err := range all {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
