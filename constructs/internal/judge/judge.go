// Package judge finds openings in synthesised CloudFormation templates: what
// of an API differs from what was declared. It looks at the final text only,
// so that no setter, override or second construct gets past it.
package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
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

// Resource is one of our resources as it has to be.
type Resource struct {
	LogicalID string
	Type      string
	// Properties have to be equal in the template, those in Absent may not be
	// there. Other properties are free.
	Properties map[string]any
	Absent     []string
	// What says what the resource is, for people.
	What string
}

// API is an HTTP API as it was declared.
type API struct {
	// Template is the path of the template the API is in.
	Template string
	// LogicalID is the API's own.
	LogicalID string
	// Routes are all its routes.
	Routes []Resource
	// Others are further resources that keep it closed: the API itself, its
	// authorizer, the authorizer's function.
	Others []Resource
}

// Violation is one opening.
type Violation struct {
	// Rule is its stable id.
	Rule        string
	Description string
	Fix         string
	Template    string
	LogicalID   string
	// Location is the path of the offending property.
	Location string
}

// The ids of violations.
const (
	UndeclaredRoute = "UndeclaredRoute"
	ChangedRoute    = "ChangedRoute"
	ChangedResource = "ChangedResource"
	MissingResource = "MissingResource"
	OpenEndpoint    = "OpenEndpoint"
)

// Rules are the ids of all violations.
func Rules() []string {
	return []string{UndeclaredRoute, ChangedRoute, ChangedResource, MissingResource, OpenEndpoint}
}

// Judge returns the openings of an API, in the order of templates and logical ids.
func Judge(templates []Template, api API) []Violation {
	index := slices.IndexFunc(templates, func(t Template) bool { return t.Path == api.Template })
	if index < 0 {
		return []Violation{{MissingResource, "the template of the API was not found, so nothing can be said about it", "report this", api.Template, api.LogicalID, ""}}
	}
	home := templates[index]
	var found []Violation
	declared := map[string]bool{}
	for _, r := range slices.Concat(api.Others, api.Routes) {
		declared[r.LogicalID] = true
		found = append(found, compare(home, r)...)
	}
	for _, t := range templates {
		for _, id := range sortedKeys(resources(t)) {
			r := object(resources(t)[id])
			properties := object(r["Properties"])
			if !refersTo(templates, t, properties["ApiId"], api, 0) {
				continue
			}
			if v := stranger(t, id, r, properties, declared, home, api); v != nil {
				found = append(found, *v)
			}
		}
	}
	return found
}

// compare returns what of a resource is not as declared.
func compare(t Template, want Resource) []Violation {
	r := object(resources(t)[want.LogicalID])
	if r == nil || r["Type"] != want.Type {
		return []Violation{{MissingResource, fmt.Sprintf("%s is not in the template", want.What), "leave it as Scopeway made it", t.Path, want.LogicalID, ""}}
	}
	rule := ChangedResource
	if want.Type == "AWS::ApiGatewayV2::Route" {
		rule = ChangedRoute
	}
	properties := object(r["Properties"])
	var changed []string
	for _, name := range sortedKeys(want.Properties) {
		if !reflect.DeepEqual(properties[name], want.Properties[name]) {
			changed = append(changed, name)
		}
	}
	for _, name := range want.Absent {
		if _, present := properties[name]; present {
			changed = append(changed, name)
		}
	}
	var found []Violation
	for _, name := range changed {
		found = append(found, Violation{rule,
			fmt.Sprintf("%s has another %s than was declared", want.What, name),
			"remove the override, setter or escape hatch that changes it, and say in the rule what is allowed",
			t.Path, want.LogicalID, "Properties/" + name})
	}
	return found
}

// stranger judges a resource that refers to the API.
func stranger(t Template, id string, r, properties map[string]any, declared map[string]bool, home Template, api API) *Violation {
	switch kind, _ := r["Type"].(string); kind {
	case "AWS::ApiGatewayV2::Route":
		if t.Path == home.Path && declared[id] {
			return nil
		}
		return &Violation{UndeclaredRoute,
			fmt.Sprintf("route %s was added to the API without a rule", text(properties["RouteKey"])),
			"declare it with Handle(pattern, rule, backend) instead",
			t.Path, id, "Properties/RouteKey"}
	case "AWS::ApiGatewayV2::ApiGatewayManagedOverrides":
		return &Violation{ChangedResource, "managed overrides change the API outside its rules", "remove them", t.Path, id, "Properties"}
	case "AWS::ApiGatewayV2::ApiMapping":
		if object(object(resources(home)[api.LogicalID])["Properties"])["DisableExecuteApiEndpoint"] == true {
			return nil
		}
		return &Violation{OpenEndpoint,
			"the API has a custom domain while its default endpoint stays open",
			"write DisableDefaultEndpoint: true in the API's props",
			t.Path, id, "Properties/ApiId"}
	}
	return nil
}

// refersTo reports whether a value is the API's id: by Ref in its own
// template, through the parameters of a nested stack, or imported from an
// output of another stack.
func refersTo(templates []Template, t Template, value any, api API, depth int) bool {
	if depth > 10 {
		return true // too tangled to be sure of: rather report it
	}
	reference := object(value)
	if name, ok := reference["Ref"].(string); ok {
		if t.Path == api.Template && name == api.LogicalID {
			return true
		}
		if _, parameter := object(t.Body["Parameters"])[name]; !parameter {
			return false
		}
		return anywhere(templates, func(parent Template, r map[string]any) bool {
			given, ok := object(object(r["Properties"])["Parameters"])[name]
			return ok && r["Type"] == "AWS::CloudFormation::Stack" && refersTo(templates, parent, given, api, depth+1)
		})
	}
	if name, ok := reference["Fn::ImportValue"].(string); ok {
		for _, other := range templates {
			for _, output := range object(other.Body["Outputs"]) {
				export := object(object(output)["Export"])
				if export["Name"] == name && refersTo(templates, other, object(output)["Value"], api, depth+1) {
					return true
				}
			}
		}
	}
	if path, ok := reference["Fn::GetAtt"].([]any); ok && len(path) == 2 {
		nested, output := text(path[0]), strings.TrimPrefix(text(path[1]), "Outputs.")
		if t.Path == api.Template && nested == api.LogicalID && output == "ApiId" {
			return true
		}
		if object(resources(t)[nested])["Type"] != "AWS::CloudFormation::Stack" {
			return false
		}
		for _, other := range templates {
			if out := object(object(other.Body["Outputs"])[output]); out != nil && other.Path != t.Path && refersTo(templates, other, out["Value"], api, depth+1) {
				return true
			}
		}
	}
	return false
}

func anywhere(templates []Template, matches func(Template, map[string]any) bool) bool {
	for _, t := range templates {
		for _, r := range resources(t) {
			if matches(t, object(r)) {
				return true
			}
		}
	}
	return false
}

func resources(t Template) map[string]any { return object(t.Body["Resources"]) }

func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return "with a computed key"
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
