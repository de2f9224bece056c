package gateway

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
)

func (a *restApi) addRoute(r *route) {
	preflight := r.parsed.Method() == "OPTIONS" && a.shape.props.usesCors()
	if r.parsed.IsDefault() || !a.isBelow(r.parsed.Path()) || preflight {
		return // reported by problems
	}
	path := r.parsed.Path()
	resource := a.resourceOf(path)
	target := r.backend.rest(a, r)
	options := &awsapigateway.MethodOptions{
		AuthorizationType: awsapigateway.AuthorizationType_CUSTOM,
		Authorizer:        &ownAuthorizer{a},
	}
	if r.public() {
		options = &awsapigateway.MethodOptions{AuthorizationType: awsapigateway.AuthorizationType_NONE, Authorizer: &noAuthorizer{}}
	}
	if len(target.parameters) > 0 {
		options.RequestParameters = &target.parameters
	}
	method := resource.AddMethod(jsii.String(r.parsed.Method()), target.integration, options)
	explainMethod(method.Node().DefaultChild().(awscdk.CfnResource), r)
	a.keep(method, restMethod{key: r.key, public: r.public(), path: path, method: r.parsed.Method(), target: target}, r.rule.String())
	a.addPreflight(path, resource)
}

// noAuthorizer takes the place of the default one on public methods.
type noAuthorizer struct{ _ byte }

func (n *noAuthorizer) AuthorizationType() awsapigateway.AuthorizationType {
	return awsapigateway.AuthorizationType_NONE
}
func (n *noAuthorizer) AuthorizerId() *string { return jsii.String("") }

// keep notes a method's resource.
func (a *restApi) keep(method awsapigateway.Method, m restMethod, rule string) {
	m.resource = method.Node().DefaultChild().(awsapigateway.CfnMethod)
	leaveWithCode(m.resource)
	m.resource.AddMetadata(jsii.String("scopeway"), map[string]any{"rule": rule})
	a.made = append(a.made, m)
	if a.owned == nil {
		a.cfnDeployment().AddResourceDependency(m.resource, nil) // awscdk knows the methods of its own APIs only
	}
}

// resourceOf returns the resource of a path, and makes those it hangs on.
func (a *restApi) resourceOf(path string) awsapigateway.IResource {
	if resource := a.resources[path]; resource != nil {
		return resource
	}
	cutAt := strings.LastIndexByte(path, '/')
	parent := path[:cutAt]
	if parent == "" {
		parent = "/"
	}
	// Not the parent is the scope: there awscdk has ids that a path may hold as
	// well, such as "GET", "Resource" and "Default".
	resource := awsapigateway.NewResource(a.paths, jsii.String(routeID(path)), &awsapigateway.ResourceProps{
		Parent: a.resourceOf(parent), PathPart: jsii.String(path[cutAt+1:]),
	})
	a.resources[path] = resource
	a.order = append(a.order, path)
	return resource
}

// isBelow reports whether the path is the one that routes hang on, or below it.
func (a *restApi) isBelow(path string) bool {
	return a.belowPath == "" || path == a.belowPath || strings.HasPrefix(path, a.belowPath+"/")
}

// siblings returns a problem for each pair of path variables that have one
// parent and two names, which a REST API refuses.
func (a *restApi) siblings() access.Problems {
	var ps access.Problems
	type variable struct {
		name string
		of   *route
	}
	first := map[string]variable{} // by parent
	for _, r := range a.shape.routes {
		parent := ""
		for _, part := range strings.Split(strings.TrimPrefix(r.parsed.Path(), "/"), "/") {
			if strings.HasPrefix(part, "{") {
				other, known := first[parent]
				switch {
				case !known:
					first[parent] = variable{part, r}
				case other.name != part:
					ps = append(ps, access.Problem{ID: "SiblingVariables", Subject: "route " + quote(r.key), Text: "its variable " + quote(part) + " stands where route " + quote(other.of.key) + " (" + other.of.site.String() + ") has " + quote(other.name) + ", and a REST API takes one variable after " + quote(parent+"/") + ": write one name, or another path", Site: r.site})
				}
			}
			parent += "/" + part
		}
	}
	return ps
}
