package judge

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
)

// Template is one synthesised template.
type Template struct {
	// Path is its file.
	Path string
	// Body is the parsed JSON.
	Body map[string]any
}

// Read reads a template's file.
func Read(path string) (Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Template{}, err
	}
	t := Template{Path: path}
	return t, json.Unmarshal(text, &t.Body)
}

// found is a resource of a template.
type found struct {
	id, kind   string
	properties map[string]any
}

// resources returns the resources, sorted by logical id, those within loops of
// the language extensions (Fn::ForEach) under the loop's name.
func (t Template) resources() []found {
	var all []found
	var collect func(id string, value any)
	collect = func(id string, value any) {
		if r := object(value); r != nil {
			if kind, ok := r["Type"].(string); ok {
				all = append(all, found{id, kind, object(r["Properties"])})
				return
			}
		}
		for _, inner := range children(value) {
			collect(id, inner)
		}
	}
	resources := object(t.Body["Resources"])
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		collect(id, resources[id])
	}
	return all
}

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

// mentions reports whether an object anywhere in the value has the member.
func mentions(value any, name string) bool {
	if _, has := object(value)[name]; has {
		return true
	}
	return slices.ContainsFunc(children(value), func(inner any) bool { return mentions(inner, name) })
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

func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return "with a computed key"
}
