package gateway

import (
	"errors"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// core is what HTTP and REST APIs share: what was declared, and who evaluates
// it. What differs is its kind.
type core struct {
	construct constructs.Construct
	kind      kind
	props     Props
	site      access.Site

	authorizer  *authorizer
	accessLog   awslogs.LogGroup // nil where the stage is made elsewhere
	permissions constructs.Construct

	declarations []access.Declaration
	routes       []*route
	created      map[string]bool // route keys that have a resource
	functions    map[awslambda.IFunction]*function
	permitted    map[string]bool // addresses of functions the API may call
	skipped      int             // routes that are reported and not declared
	problems     access.Problems // found by Handle and Group
	// foreign is whether the API was made elsewhere.
	foreign bool
	// otherRoutes is why that one may have routes without a rule, or "".
	otherRoutes string
	// noApi is whether that one is missing.
	noApi bool
	// spelling is what name returns.
	spelling string
	// pathInKey is whether cached answers are filed under the path as well.
	pathInKey bool
}

// kind is what differs between HTTP and REST APIs.
type kind interface {
	// core is the API it is the kind of.
	core() *core
	// word names the kind in messages, for example "HTTP API".
	word() string
	// importer is awscdk's function that imports such an API.
	importer() string
	// defaultStage is the name of the stage unless the props name it.
	defaultStage() string
	// apiID returns the API's id.
	apiID() *string
	// addAuthorizer makes the API's authorizer, which calls the function at
	// the URI.
	addAuthorizer(scope constructs.Construct, uri *string)
	// authorizerID returns the authorizer's id.
	authorizerID() *string
	// fileByPath makes the path part of the key of cached answers.
	fileByPath()
	// addRoute makes the resources of a route.
	addRoute(r *route)
	// problems returns what this kind alone refuses.
	problems() access.Problems
	// finish is called once, when the whole app is declared and before the
	// templates are written.
	finish(table *access.Table)
	// marked is the resource that tells tools about the API.
	marked() awscdk.CfnResource
	// declared returns the API's resources as they have to be in the template.
	declared() declared
}

// route is a declared route that has resources.
type route struct {
	key     string
	parsed  access.Route
	rule    access.Rule
	backend Backend
	site    access.Site
}

func (r *route) public() bool { return r.rule.IsPublic() }

func newCore(k kind, props *Props, at access.Site) *core {
	c := &core{kind: k, site: at, created: map[string]bool{}, permitted: map[string]bool{}, functions: map[awslambda.IFunction]*function{}}
	if props != nil {
		c.props = props.clone()
	}
	c.pathInKey = c.props.CacheByPath
	return c
}

// register makes the API part of the app's checks, once its construct is made.
func (c *core) register() {
	state := app.Of(c.construct)
	state.Add(c.construct, c)
	addAppChecks(state, c.construct.Node().Root())
	addJudge(c)
}

// handle declares a route within a group, nil for the API itself.
func (c *core) handle(within *group, pattern string, rule access.Rule, backend Backend, at access.Site) {
	prefix := ""
	if within != nil {
		prefix = within.prefix
		if within.broken {
			c.skipped++ // reported as the group's
			return
		}
	}
	subject := fmt.Sprintf("route %q", pattern)
	problem := func(id, text string) {
		c.problems = append(c.problems, access.Problem{ID: id, Subject: subject, Text: text, Site: at})
	}
	if backend == nil || backend.name(c) == "" {
		problem("NoBackend", "it has no backend, write gateway.ToLambda(fn) with a function that is not nil, or gateway.ToUrl with a URL, or an integration that is not nil")
		backend = nil
	}
	key, err := access.JoinRoute(prefix, pattern)
	if err != nil {
		var wrong *access.RouteError
		errors.As(err, &wrong)
		problem("BadRoute", fmt.Sprintf("at offset %d %s", wrong.Offset, wrong.Text))
		c.skipped++
		return
	}
	declaration := access.Declaration{Route: key, Rule: rule, Site: at}
	if backend != nil {
		declaration.Backend = backend.name(c)
	}
	c.declarations = append(c.declarations, declaration)
	if backend == nil || rule.IsZero() || c.created[key] {
		return // reported, and no resource of a route that fails
	}
	parsed, err := access.ParseRoute(key)
	if err != nil {
		panic(err) // JoinRoute parsed it: cannot happen
	}
	r := &route{key: key, parsed: parsed, rule: rule, backend: backend, site: at}
	if ps := backend.problems(c.kind, r); len(ps) > 0 {
		c.problems = append(c.problems, ps...)
		return
	}
	c.created[key] = true
	c.routes = append(c.routes, r)
	if backend.readsPath() && !c.pathInKey && r.hasVariable() {
		c.pathInKey = true
		c.kind.fileByPath()
	}
	c.kind.addRoute(r)
}

// executeArn returns the ARN of what API Gateway calls on behalf of the API.
func (c *core) executeArn(suffix string) *string {
	return awscdk.Stack_Of(c.construct).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("execute-api"),
		Resource:     c.kind.apiID(),
		ResourceName: jsii.String(suffix),
	})
}

// problem returns a problem of the API as a whole.
func (c *core) problem(id, format string, args ...any) access.Problem {
	return access.Problem{ID: id, Subject: app.Subject(c.kind.word(), c.construct), Text: fmt.Sprintf(format, args...), Site: c.site}
}

// invocations returns what API Gateway calls to invoke a function.
func invocations(scope constructs.Construct, functionArn *string) *string {
	return awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("apigateway"),
		Account:      jsii.String("lambda"),
		Resource:     jsii.String("path/2015-03-31/functions"),
		ResourceName: jsii.String(*functionArn + "/invocations"),
	})
}

// once asks for a text at the first call.
func once(known **string, ask func() *string) *string {
	if *known == nil {
		*known = ask()
	}
	return *known
}

// endpoint returns the address of an API's default endpoint.
func endpoint(scope constructs.Construct, apiID *string) *string {
	stack := awscdk.Stack_Of(scope)
	return jsii.String("https://" + *apiID + ".execute-api." + *stack.Region() + "." + *stack.UrlSuffix())
}

// lateText produces a text when the app is synthesised.
type lateText struct{ produce func() *string }

func (l *lateText) Produce() *string { return l.produce() }
