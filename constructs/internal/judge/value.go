package judge

import (
	"maps"
	"slices"
)

// children returns the elements of a list, or the values of an object in the
// order of their names.
func children(value any) []any {
	if o := object(value); o != nil {
		var values []any
		for _, name := range slices.Sorted(maps.Keys(o)) {
			values = append(values, o[name])
		}
		return values
	}
	elements, _ := value.([]any)
	return elements
}

// anywhere reports whether an object is one of those, or one within the value is.
func anywhere(value any, is func(object map[string]any) bool) bool {
	o := object(value)
	return o != nil && is(o) || slices.ContainsFunc(children(value), func(inner any) bool { return anywhere(inner, is) })
}

// texts returns all texts in a value but the names of members.
func texts(value any) []any {
	if isString(value) {
		return []any{value}
	}
	var all []any
	for _, inner := range children(value) {
		all = append(all, texts(inner)...)
	}
	return all
}

func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

// list returns a list as it is and anything else as a list of one.
func list(value any) []any {
	if l, ok := value.([]any); ok || value == nil {
		return l
	}
	return []any{value}
}

// at returns an element of a list, or nil.
func at(value any, index int) any {
	if l, ok := value.([]any); ok && index < len(l) {
		return l[index]
	}
	return nil
}

// text names a value for people.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return "with a computed key"
}
