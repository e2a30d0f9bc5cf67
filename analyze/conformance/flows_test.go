package conformance

import "strings"

// tupleColumns are the parts of a flow tuple as Microsoft documents them: of
// network security groups and, behind it, of virtual networks.
var tupleColumns = map[string][]string{
	"properties":  {"time", "src", "dst", "sport", "dport", "protocol", "direction", "decision", "state", "packets out", "bytes out", "packets in", "bytes in"},
	"flowRecords": {"time", "src", "dst", "sport", "dport", "protocol", "direction", "state", "encryption", "packets out", "bytes out", "packets in", "bytes in"},
}

// tuples are the flow tuples of a record of Azure's flow logs, each with what
// stands around it; nil if it holds none.
func tuples(v *value) (list []value) {
	for under, columns := range tupleColumns {
		in := v.member(under)
		if in == nil || in.member("flows") == nil {
			continue
		}
		around := value{kind: '{'}
		for i, name := range v.names {
			if name != under {
				around.add(name, v.members[i])
			}
		}
		for i, name := range in.names {
			if name != "flows" {
				around.add(name, in.members[i])
			}
		}
		return tuplesBelow(in.member("flows"), around, columns, list)
	}
	return nil
}

func (v *value) add(name string, m value) {
	v.names, v.members = append(v.names[:len(v.names):len(v.names)], name), append(v.members[:len(v.members):len(v.members)], m)
}

// tuplesBelow goes down through lists of flows and groups; what isn't a list
// stands around all below it.
func tuplesBelow(v *value, around value, columns []string, list []value) []value {
	for i := range v.members {
		m, outer := &v.members[i], around
		if m.kind != '{' {
			one := around
			for k, part := range strings.Split(m.text, ",") {
				if k < len(columns) {
					one.add(columns[k], value{kind: 's', text: part})
				}
			}
			list = append(list, one)
			continue
		}
		for k, name := range m.names {
			if m.members[k].scalar() {
				outer.add(name, m.members[k])
			}
		}
		for k := range m.names {
			if m.members[k].kind == '[' {
				list = tuplesBelow(&m.members[k], outer, columns, list)
			}
		}
	}
	return list
}
