package judge

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// compare returns what of a resource is not as declared.
func compare(t Template, want Resource) []Violation {
	r := t.resource(want.LogicalID)
	if r == nil || r["Type"] != want.Type {
		return []Violation{{MissingResource, fmt.Sprintf("%s is not in the template", want.What), "leave it as Scopeway made it", t.Path, want.LogicalID, ""}}
	}
	rule := ChangedResource
	if want.Type == routeType || want.Type == methodType {
		rule = ChangedRoute
	}
	var found []Violation
	report := func(text, location string) {
		found = append(found, Violation{rule, want.What + " " + text, "remove the override, setter, aspect or escape hatch that changes it, and say in Scopeway's props and rules what is wanted", t.Path, want.LogicalID, location})
	}
	if policy := keptBy(r); policy != "" && (rule == ChangedRoute || want.Type == stageType) {
		report("stays in the API when it is removed from the code ("+policy+")", policy)
	}
	if _, present := r["Condition"]; present {
		report("is there under a condition only", "Condition")
	}
	properties := object(r["Properties"])
	for _, name := range slices.Sorted(maps.Keys(want.Properties)) {
		readings := lookUp(properties, name)
		differs := func(r reading) bool { return !reflect.DeepEqual(r.value, want.Properties[name]) }
		if i := slices.IndexFunc(readings, differs); i >= 0 {
			report("has another "+name+" than was declared", readings[i].location)
		} else if len(readings) == 0 {
			report("has another "+name+" than was declared", "Properties/"+strings.ReplaceAll(name, ".", "/"))
		}
	}
	for _, name := range want.absent() {
		if readings := lookUp(properties, name); len(readings) > 0 {
			report("has a "+name+", which was not declared", readings[0].location)
		}
	}
	return found
}

// keptBy returns the policy that keeps a resource when it leaves the template.
// It is then in nobody's hand.
func keptBy(resource map[string]any) string {
	for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
		if p, present := resource[policy]; present && p != "Delete" {
			return policy
		}
	}
	return ""
}

// absent returns the properties that may not be there.
func (r Resource) absent() []string {
	names := slices.Clone(r.Absent)
	for _, name := range opening[r.Type] {
		declared := func(path string) bool { return path == name || strings.HasPrefix(path, name+".") }
		if !slices.ContainsFunc(slices.Collect(maps.Keys(r.Properties)), declared) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// reading is a value that a path leads to.
type reading struct {
	value    any
	location string
}

// lookUp returns what is at a path of names with dots between them. Names may
// have dots of their own, so that there may be several ways to read the path.
func lookUp(properties map[string]any, path string) []reading {
	return lookUpFrom(nil, properties, path, "Properties")
}

func lookUpFrom(found []reading, properties map[string]any, path, location string) []reading {
	if value, present := properties[path]; present {
		found = append(found, reading{value, location + "/" + path})
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if inner := object(properties[path[:i]]); inner != nil {
			found = lookUpFrom(found, inner, path[i+1:], location+"/"+path[:i])
		}
	}
	return found
}
