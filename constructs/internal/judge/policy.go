package judge

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// policy judges a REST API's resource policy, which is evaluated beside the
// authorizer: what it denies never gets that far, but what it allows and the
// authorizer's answer is silent about is let through. An answer is about one
// route, and may come from the cache for a spelling of the path that it does not
// name. So the policy may allow public routes, which it would else refuse, and
// nothing besides.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
func policy(s *search, declared []Resource) []Violation {
	var all []Violation
	for _, d := range declared {
		properties := s.home.properties(d.LogicalID)
		written, present := properties["Policy"]
		if _, judged := d.Properties["Policy"]; d.Type != restApiType || !present || judged || slices.Contains(d.Absent, "Policy") {
			continue
		}
		if !s.refuses(written, declared) {
			all = append(all, Violation{ChangedResource, d.What + " has a Policy that may allow what the authorizer does not", `let its statements deny, or allow public routes alone, each as "execute-api:/<stage>/<METHOD>/<path>" without variables; "execute-api:/<stage>/<METHOD>/*" where every route of the method is public`, s.home.Path, d.LogicalID, "Properties/Policy"})
		}
	}
	return all
}

// The members of policies and their statements.
var (
	policyMembers    = []string{"Id", "Statement", "Version"}
	statementMembers = []string{"Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource", "Sid"}
)

// refuses reports whether a policy allows at most public routes.
func (s *search) refuses(policy any, declared []Resource) bool {
	statements, there := object(policy)["Statement"]
	return there && hasOnly(policy, policyMembers) && !slices.ContainsFunc(list(statements), func(statement any) bool {
		o := object(statement)
		switch {
		case !hasOnly(statement, statementMembers):
			return true
		case o["Effect"] == "Deny":
			return false
		}
		resources := list(o["Resource"])
		return o["Effect"] != "Allow" || len(resources) == 0 || slices.ContainsFunc(resources, func(r any) bool { return !s.isPublic(r, declared) })
	})
}

// isPublic reports whether a statement's resource is one public route, or all of
// a method that has no others. Of patterns "*" alone is understood, as the whole
// path: within one it goes beyond slashes, to who knows which routes.
func (s *search) isPublic(resource any, declared []Resource) bool {
	text, _ := resource.(string)
	short, ok := strings.CutPrefix(text, "execute-api:/")
	parts := strings.SplitN(short, "/", 3)
	if !ok || len(parts) != 3 || strings.ContainsAny(parts[0], "*?$") || !slices.Contains(access.Methods(), parts[1]) {
		return false // "*" and "G?T" are many methods
	}
	verb, path := parts[1], "/"+parts[2]
	public, shadowed := false, false // by a closed route
	for _, d := range declared {
		if d.Type != methodType || path != "/*" && s.home.pathOf(d.Properties["ResourceId"], 0) != path {
			continue
		}
		open, own := d.Properties["AuthorizationType"] == "NONE", d.Properties["HttpMethod"] == verb
		if own || d.Properties["HttpMethod"] == "ANY" {
			public = public || open
			shadowed = shadowed || !open
		}
	}
	return public && !shadowed
}

// hasOnly reports whether a value is an object without other members.
func hasOnly(value any, names []string) bool {
	o := object(value)
	for name := range o {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return o != nil
}
