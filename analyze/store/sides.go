package store

import (
	"strings"

	"hotwash/analyze/event"
)

func (b *Batch) addFlow(id int64, f *event.Flow) {
	if f == nil {
		return
	}
	r := b.tables[2]
	r.n++
	r.bigint(0, id)
	r.knownInt(1, f.SrcPort)
	r.address(2, 3, 4, f.DstIP, event.AddressKey)
	r.knownInt(5, f.DstPort)
	r.knownInt(6, int32(f.Proto))
	for i, v := range [...]int64{f.BytesOut, f.BytesIn, f.Packets, f.DurationUS} {
		r.known(7+i, v)
	}
	for i, s := range [...]string{f.Direction, f.Verdict, f.UID, f.CommunityID} {
		r.text(11+i, s)
	}
}

func (b *Batch) addDNS(id int64, d *event.DNS) {
	if d == nil {
		return
	}
	r := b.tables[3]
	r.n++
	r.bigint(0, id)
	for i, s := range [...]string{d.Query, d.Type, d.RCode, strings.Join(d.Answers, "\n"), d.ServerIP} {
		r.text(1+i, s)
	}
}

func (b *Batch) addWeb(id int64, v *event.Web) {
	if v == nil {
		return
	}
	r := b.tables[4]
	r.n++
	r.bigint(0, id)
	for i, s := range [...]string{v.Method, v.Host, v.Path, v.UserAgent} {
		r.text(1+i, s)
	}
	if v.Status != 0 {
		r.integer(5, v.Status)
	} else {
		r.null(5)
	}
	r.known(6, v.BytesOut)
}

func (b *Batch) addProcess(id int64, p *event.Process) {
	if p == nil {
		return
	}
	r := b.tables[5]
	r.n++
	r.bigint(0, id)
	r.text(1, p.Path)
	r.text(2, p.CommandLine)
	r.known(3, p.PID)
	r.text(4, p.ParentPath)
	r.text(5, p.ParentCommandLine)
	r.text(6, p.SHA256)
}

// addPart notes that the record tells an event together with others.
func (b *Batch) addPart(id int64, of string) {
	if of == "" {
		return
	}
	r := b.tables[6]
	r.n++
	r.bigint(0, id)
	r.text(1, of)
}

// addCount notes that the record stands for several occurrences.
func (b *Batch) addCount(id, n int64) {
	if n < 2 {
		return
	}
	r := b.tables[7]
	r.n++
	r.bigint(0, id)
	r.bigint(1, n)
}
