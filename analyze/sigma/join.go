package sigma

import "strconv"

// joined is a document as a rule is made of it, or why none can be.
type joined struct {
	doc node
	err error
}

// maxJoined bounds what joining documents costs: names compared, in one file.
const maxJoined = 10_000_000

// join puts the documents of a file together as their key action says: those of
// a "global" are added to every document after it, a "repeat" is the document
// before it with other keys, a "reset" ends what was global. What a document
// says itself counts; maps are joined key by key.
//
// Rules that took their id from elsewhere can't be told apart by it: the second
// of an id is called id#2.
func join(docs []node) []joined {
	j := joiner{left: maxJoined, ids: map[string]int{}}
	var out []joined
	for i := range docs {
		if x, ok := j.next(docs[i]); ok {
			out = append(out, x)
		}
	}
	return out
}

type joiner struct {
	global, before *node
	left           int
	ids            map[string]int // how many rules have it
}

// next is the rule that a document makes, if it makes one.
func (j *joiner) next(doc node) (joined, bool) {
	action := doc.get("action")
	own := doc.get("id") != nil
	what := ""
	if action != nil {
		what = action.text
	}
	switch what {
	case "":
		if j.global != nil {
			doc = j.onto(doc, j.global)
		}
	case "global":
		if j.global != nil {
			doc = j.onto(doc, j.global)
		}
		j.global = &doc
		return joined{err: j.spent(&doc)}, j.left < 0
	case "reset":
		j.global = nil
		return joined{}, false
	case "repeat":
		if j.before == nil {
			return joined{doc, invalid(action.line, "action repeat: no rule stands before it")}, true
		}
		doc = j.onto(doc, j.before)
	default:
		return joined{doc, invalid(action.line, "action %q is not one of Sigma's", what)}, true
	}
	kept := doc
	j.before = &kept
	return joined{j.told(doc, own), j.spent(&doc)}, true
}

func (j *joiner) spent(doc *node) error {
	if j.left < 0 {
		return invalid(doc.line, "the documents of the file are too many to be joined")
	}
	return nil
}

// onto is a document with those keys of another that it doesn't have.
func (j *joiner) onto(doc node, base *node) node {
	if doc.kind != mapNode || base.kind != mapNode {
		return doc
	}
	out := doc
	out.keys = append([]entry(nil), doc.keys...)
	for _, k := range base.keys {
		if j.left -= len(out.keys) + 1; j.left < 0 {
			return out
		}
		have := out.get(k.key)
		switch {
		case k.key == "action":
		case have == nil:
			out.keys = append(out.keys, k)
		default:
			*have = j.onto(*have, &k.value)
		}
	}
	return out
}

// told gives a rule whose id is not its own one that is.
func (j *joiner) told(doc node, own bool) node {
	id := doc.get("id")
	if id == nil || id.text == "" {
		return doc
	}
	j.ids[id.text]++
	n := j.ids[id.text]
	if own || n == 1 {
		return doc
	}
	doc.keys = append([]entry(nil), doc.keys...)
	doc.get("id").text += "#" + strconv.Itoa(n)
	return doc
}
