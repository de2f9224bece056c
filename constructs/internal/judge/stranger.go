package judge

import (
	"fmt"
	"slices"
	"strconv"
)

// stranger judges a resource that belongs to the API and was not declared. What
// is not said to be an opening is none: resources without methods, models,
// validators, documentation, plans, keys, authorizers that no route uses.
func stranger(s *search, t *indexed, r found, declared []Resource) *Violation {
	if s.api.Foreign && (s.api.Tolerate || slices.Contains(mappings, r.kind)) {
		return nil
	}
	if (r.kind == stageType || r.kind == httpStageType || r.kind == responseType) && rewritten(r.properties) {
		return &Violation{Rule: Transform, Description: "a further stage or gateway response is rewritten by a transform after it was judged", Fix: "remove the transform or loop", Location: "Properties"}
	}
	changed := func(description, fix, location string) *Violation {
		return &Violation{Rule: ChangedResource, Description: description, Fix: fix, Location: location}
	}
	switch r.kind {
	case routeType:
		return undeclared("route "+text(r.properties["RouteKey"]), "Properties/RouteKey")
	case methodType:
		return undeclared("method "+text(r.properties["HttpMethod"])+" "+t.pathOf(r.properties["ResourceId"], 0), "Properties/HttpMethod")
	case "AWS::ApiGatewayV2::ApiGatewayManagedOverrides":
		return changed("managed overrides change the API outside its rules", "remove them", "Properties")
	case "AWS::ApiGatewayV2::Deployment":
		if s.api.Foreign {
			return nil // of no effect unless a stage does not deploy by itself
		}
		return changed("a deployment of its own keeps older routes and rules in service", "remove it: the stage deploys by itself", "Properties")
	case httpStageType:
		return strangeHTTPStage(s, r, changed)
	case deploymentType:
		if s.api.Foreign && t != s.home {
			return nil // cannot wait for what is in another template
		}
		if s.api.Foreign {
			return late(r.whole, declared)
		}
		return changed("a deployment of its own keeps older routes and rules in service", "remove it: the API's own is renewed with each change", "Properties")
	case stageType:
		return strangeStage(s, t, r, changed)
	case responseType:
		return strangeResponse(r, declared, changed)
	}
	if slices.Contains(mappings, r.kind) {
		if s.home.properties(s.api.LogicalID)["DisableExecuteApiEndpoint"] == true {
			return nil
		}
		return &Violation{Rule: OpenEndpoint,
			Description: "the API has a custom domain while its default endpoint stays open",
			Fix:         "write DisableDefaultEndpoint: true in the API's props",
			Location:    "Properties"}
	}
	return nil
}

func undeclared(what, location string) *Violation {
	return &Violation{Rule: UndeclaredRoute,
		Description: what + " was added to the API without a rule",
		Fix:         "declare it with Handle(pattern, rule, backend) instead",
		Location:    location}
}

type reporter func(description, fix, location string) *Violation

// strangeResponse judges a further answer of the gateway, which may neither
// take the place of a declared one nor make a refusal look like a success.
func strangeResponse(r found, declared []Resource, changed reporter) *Violation {
	_, literal := r.properties["ResponseType"].(string)
	for _, d := range declared {
		if d.Type == responseType && (!literal || d.Properties["ResponseType"] == r.properties["ResponseType"]) {
			return changed("a further gateway response may take the place of "+d.What, "remove it, or give it a response type of its own", "Properties/ResponseType")
		}
	}
	status, given := r.properties["StatusCode"]
	if n, err := strconv.Atoi(fmt.Sprint(status)); given && (err != nil || n < 400) {
		return changed("a gateway response makes a refusal look like a success", "give it a StatusCode of 400 or more", "Properties/StatusCode")
	}
	return nil
}

// pathOf returns the path of a REST API's resource, for people.
func (t *indexed) pathOf(id any, depth int) string {
	if path, ok := object(id)["Fn::GetAtt"].([]any); ok && len(path) == 2 && path[1] == "RootResourceId" {
		if depth == 0 {
			return "/"
		}
		return ""
	}
	name, _ := object(id)["Ref"].(string)
	r := t.properties(name)
	part, ok := r["PathPart"].(string)
	if !ok || depth > maxDepth {
		return "…"
	}
	return t.pathOf(r["ParentId"], depth+1) + "/" + part
}

// maxDepth ends paths that go in a circle.
const maxDepth = 50
