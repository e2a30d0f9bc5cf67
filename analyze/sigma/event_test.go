package sigma

import "maps"

// mapEvent is an event for tests: folded names to values.
type mapEvent map[string][]Value

func (e mapEvent) Values(name string) []Value { return e[name] }

func (e mapEvent) Each(yield func(string, *Value) bool) {
	for name := range maps.Keys(e) {
		for i := range e[name] {
			if !yield(name, &e[name][i]) {
				return
			}
		}
	}
}

// ev makes an event of names and values in turn; a nil value is null.
func ev(pairs ...any) mapEvent {
	e := mapEvent{}
	for i := 0; i < len(pairs); i += 2 {
		name := Fold(pairs[i].(string))
		v, ok := pairs[i+1].(string)
		e[name] = append(e[name], Value{Text: v, Null: !ok})
	}
	return e
}
