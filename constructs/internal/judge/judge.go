// Package judge finds openings in synthesised CloudFormation templates: what
// of an API differs from what was declared. It looks at the final text only,
// so that no setter, override or second construct gets past it.
package judge

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Resource is one of our resources as it has to be.
type Resource struct {
	LogicalID string
	Type      string
	// Properties have to be equal in the template, those in Absent may not be
	// there. Other properties are free. A name is a path: "A.B" is member B of
	// property A.
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
	// stage, integrations and authorizer, the authorizer's function.
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
	NotCompiled     = "NotCompiled"
	Transform       = "Transform"
)

// Rules are the ids of all violations.
func Rules() []string {
	return []string{UndeclaredRoute, ChangedRoute, ChangedResource, MissingResource, OpenEndpoint, NotCompiled, Transform}
}

// mappings are the resources that lead a custom domain to an API.
var mappings = []string{"AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::RoutingRule", "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::BasePathMappingV2"}

const routeType = "AWS::ApiGatewayV2::Route"

// Judge returns the openings of an API, in the order of templates and logical ids.
func Judge(templates []Template, api API) []Violation {
	index := slices.IndexFunc(templates, func(t Template) bool { return t.Path == api.Template })
	if index < 0 {
		return []Violation{{MissingResource, "the template of the API was not found, so nothing can be said about it", "synthesise the API's stack", api.Template, api.LogicalID, ""}}
	}
	home := templates[index]
	found := transforms(home, api)
	declared := map[string]bool{}
	for _, r := range slices.Concat(api.Others, api.Routes) {
		declared[r.LogicalID] = true
		found = append(found, compare(home, r)...)
	}
	search := &search{templates: templates, api: api}
	for _, t := range templates {
		for _, r := range t.resources() {
			if t.Path == home.Path && declared[r.id] || !search.isStranger(t, r) {
				continue
			}
			if v := stranger(t, r, home, api); v != nil {
				found = append(found, *v)
			}
		}
	}
	return found
}

// compare returns what of a resource is not as declared.
func compare(t Template, want Resource) []Violation {
	r := object(object(t.Body["Resources"])[want.LogicalID])
	if r == nil || r["Type"] != want.Type {
		return []Violation{{MissingResource, fmt.Sprintf("%s is not in the template", want.What), "leave it as Scopeway made it", t.Path, want.LogicalID, ""}}
	}
	rule := ChangedResource
	var found []Violation
	report := func(text, location string) {
		found = append(found, Violation{rule, want.What + " " + text, "remove the override, setter, aspect or escape hatch that changes it, and say in Scopeway's props and rules what is wanted", t.Path, want.LogicalID, location})
	}
	if want.Type == routeType {
		rule = ChangedRoute
		// A route that stays when it leaves the template is in nobody's hand.
		for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
			if p, present := r[policy]; present && p != "Delete" {
				report("stays in the API when it is removed from the code ("+policy+")", policy)
			}
		}
	}
	if _, present := r["Condition"]; present {
		report("is there under a condition only", "Condition")
	}
	properties := object(r["Properties"])
	for _, name := range slices.Sorted(maps.Keys(want.Properties)) {
		if value, _ := lookUp(properties, name); !reflect.DeepEqual(value, want.Properties[name]) {
			report("has another "+name+" than was declared", "Properties/"+strings.ReplaceAll(name, ".", "/"))
		}
	}
	for _, name := range want.Absent {
		if _, present := lookUp(properties, name); present {
			report("has a "+name+", which was not declared", "Properties/"+strings.ReplaceAll(name, ".", "/"))
		}
	}
	return found
}

// lookUp returns the member at a path of names with dots between them.
func lookUp(properties map[string]any, path string) (value any, present bool) {
	head, rest, more := strings.Cut(path, ".")
	value, present = properties[head]
	if more && present {
		return lookUp(object(value), rest)
	}
	return value, present
}

// harmless are the transforms that change nothing of an API.
var harmless = []string{"AWS::LanguageExtensions", "AWS::SecretsManager-", "AWS::Serverless-", "AWS::CodeDeployBlueGreen"}

// transforms reports macros, which rewrite the template after it was judged.
func transforms(t Template, api API) []Violation {
	var found []Violation
	report := func(id, what, location string) {
		found = append(found, Violation{Transform, what + " is rewritten by a transform after it was judged", "remove the transform, or put what needs it into another stack", t.Path, id, location})
	}
	for _, name := range list(t.Body["Transform"]) {
		if text, ok := name.(string); !ok || !slices.ContainsFunc(harmless, func(prefix string) bool { return strings.HasPrefix(text, prefix) }) {
			report(api.LogicalID, "the API's template", "Transform")
		}
	}
	for _, r := range slices.Concat(api.Others, api.Routes) {
		if mentions(object(t.Body["Resources"])[r.LogicalID], "Fn::Transform") {
			report(r.LogicalID, r.What, "Properties")
		}
	}
	return found
}

// stranger judges a resource that refers to the API and was not declared.
func stranger(t Template, r found, home Template, api API) *Violation {
	switch r.kind {
	case routeType:
		return &Violation{UndeclaredRoute,
			fmt.Sprintf("route %s was added to the API without a rule", text(r.properties["RouteKey"])),
			"declare it with Handle(pattern, rule, backend) instead",
			t.Path, r.id, "Properties/RouteKey"}
	case "AWS::ApiGatewayV2::ApiGatewayManagedOverrides":
		return &Violation{ChangedResource, "managed overrides change the API outside its rules", "remove them", t.Path, r.id, "Properties"}
	case "AWS::ApiGatewayV2::Deployment":
		return &Violation{ChangedResource, "a deployment of its own keeps older routes and rules in service", "remove it: the stage deploys by itself", t.Path, r.id, "Properties"}
	case "AWS::ApiGatewayV2::Stage":
		if r.properties["AutoDeploy"] == true {
			return nil
		}
		return &Violation{ChangedResource, "a further stage does not deploy by itself and keeps older routes and rules in service", "write AutoDeploy: true", t.Path, r.id, "Properties/AutoDeploy"}
	}
	if slices.Contains(mappings, r.kind) {
		if closed, _ := lookUp(object(object(object(home.Body["Resources"])[api.LogicalID])["Properties"]), "DisableExecuteApiEndpoint"); closed == true {
			return nil
		}
		return &Violation{OpenEndpoint,
			"the API has a custom domain while its default endpoint stays open",
			"write DisableDefaultEndpoint: true in the API's props",
			t.Path, r.id, "Properties"}
	}
	return nil
}
