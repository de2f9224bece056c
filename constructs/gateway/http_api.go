package gateway

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// HttpApi is an API Gateway HTTP API whose every route has a rule. Requests
// are evaluated by one authorizer before any backend is touched.
type HttpApi interface {
	constructs.Construct
	// Handle declares a route: an API Gateway route key such as
	// "GET /orders/{id}", who may call it, and what serves it.
	Handle(pattern string, rule access.Rule, backend Backend)
	// Group returns a set of routes that share a prefix and inherit a rule.
	Group(prefix string, rule access.Rule) Group
	// Url is the API's address, without a slash at the end. It panics where
	// the props close the default endpoint: a custom domain has its own.
	Url() *string
	// Api is the underlying API, for custom domains and metrics. A route added
	// through it fails the synth.
	Api() awsapigatewayv2.HttpApi
	// AuthorizerFunction is the Lambda function that evaluates requests.
	AuthorizerFunction() awslambda.Function
	// AuditLog holds one line for each evaluation.
	AuditLog() awslogs.LogGroup
	// AccessLog holds one line for each request, joined with AuditLog by
	// decision_id.
	AccessLog() awslogs.LogGroup
}

type httpApi struct {
	constructs.Construct
	props Props
	site  access.Site

	api          awsapigatewayv2.HttpApi
	authorizer   *authorizer
	accessLog    awslogs.LogGroup
	routeScope   constructs.Construct
	integrations constructs.Construct
	permissions  constructs.Construct

	declarations []access.Declaration
	made         []integration
	routes       []route
	created      map[string]bool    // route keys that have a resource
	targets      map[string]*string // by backend's address
	skipped      int                // routes that are reported and not declared
	problems     access.Problems    // found by Handle and Group
}

// route is a declared route that has a resource.
type route struct {
	key      string
	public   bool
	target   *string
	resource awsapigatewayv2.CfnRoute
}

// integration is what leads from the API to a backend.
type integration struct {
	resource awsapigatewayv2.CfnIntegration
	uri      *string
	path     string // of the backend's construct
}

// NewHttpApi makes an HTTP API, its authorizer and its logs.
func NewHttpApi(scope constructs.Construct, id string, props *HttpApiProps) HttpApi {
	h := &httpApi{site: app.Here(), created: map[string]bool{}, targets: map[string]*string{}}
	if props != nil {
		h.props = *props
		h.props.Trusts = slices.Clone(props.Trusts)
	}
	constructs.NewConstruct_Override(h, scope, jsii.String(id))
	ours := &lateText{produce: func() *string { return h.authorizer.resource.Ref() }}
	h.api = awsapigatewayv2.NewHttpApi(h, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName:                   jsii.String(id[:min(len(id), 128)]),
		CreateDefaultStage:        jsii.Bool(true),
		DisableExecuteApiEndpoint: jsii.Bool(h.props.DisableDefaultEndpoint),
		// A route that is added without Scopeway fails the synth. Should that
		// be overruled, the route still gets the authorizer, which denies it.
		DefaultAuthorizer: awsapigatewayv2.HttpAuthorizer_FromHttpAuthorizerAttributes(h, jsii.String("Default"), &awsapigatewayv2.HttpAuthorizerAttributes{
			AuthorizerId:   awscdk.Lazy_String(ours, nil),
			AuthorizerType: jsii.String("CUSTOM"),
		}),
	})
	h.accessLog = newAccessLog(h)
	h.authorizer = newAuthorizer(h)
	h.routeScope = constructs.NewConstruct(h, jsii.String("Routes"))
	h.integrations = constructs.NewConstruct(h, jsii.String("Integrations"))
	h.permissions = constructs.NewConstruct(h, jsii.String("Permissions"))

	state := app.Of(h)
	state.Add(h, h)
	addAppChecks(state, h.Node().Root())
	addJudge(h)
	return h
}

func (h *httpApi) Handle(pattern string, rule access.Rule, backend Backend) {
	h.handle(nil, pattern, rule, backend, app.Here())
}

func (h *httpApi) Group(prefix string, rule access.Rule) Group {
	return h.group(nil, prefix, rule, app.Here())
}

func (h *httpApi) Api() awsapigatewayv2.HttpApi           { return h.api }
func (h *httpApi) Url() *string                           { return h.api.ApiEndpoint() }
func (h *httpApi) AuthorizerFunction() awslambda.Function { return h.authorizer.function }
func (h *httpApi) AuditLog() awslogs.LogGroup             { return h.authorizer.log }
func (h *httpApi) AccessLog() awslogs.LogGroup            { return h.accessLog }

// handle declares a route within a group, nil for the API itself.
func (h *httpApi) handle(within *group, pattern string, rule access.Rule, backend Backend, at access.Site) {
	prefix := ""
	if within != nil {
		prefix = within.prefix
		if within.broken {
			h.skipped++ // reported as the group's
			return
		}
	}
	subject := fmt.Sprintf("route %q", pattern)
	if backend == nil || backend.name() == "" {
		h.problems = append(h.problems, access.Problem{ID: "NoBackend", Subject: subject, Text: "it has no backend, write gateway.ToLambda(fn) with a function that is not nil", Site: at})
	}
	key, err := access.JoinRoute(prefix, pattern)
	if err != nil {
		var wrong *access.RouteError
		errors.As(err, &wrong)
		h.problems = append(h.problems, access.Problem{ID: "BadRoute", Subject: subject, Text: fmt.Sprintf("%s at offset %d", wrong.Text, wrong.Offset), Site: at})
		h.skipped++
		return
	}
	declaration := access.Declaration{Route: key, Rule: rule, Site: at}
	if backend != nil {
		declaration.Backend = backend.name()
	}
	h.declarations = append(h.declarations, declaration)
	if declaration.Backend == "" || rule.IsZero() || h.created[key] {
		return // reported, and no resource of a route that fails
	}
	h.created[key] = true
	h.routes = append(h.routes, h.newRoute(key, rule, h.target(backend)))
}

func (h *httpApi) newRoute(key string, rule access.Rule, target *string) route {
	props := &awsapigatewayv2.CfnRouteProps{
		ApiId:             h.api.ApiId(),
		RouteKey:          jsii.String(key),
		AuthorizationType: jsii.String("CUSTOM"),
		AuthorizerId:      h.authorizer.resource.Ref(),
		Target:            target,
	}
	if rule.IsPublic() {
		props.AuthorizationType, props.AuthorizerId = jsii.String("NONE"), nil
	}
	// A slash would be read as "--", which a path may hold.
	resource := awsapigatewayv2.NewCfnRoute(h.routeScope, jsii.String(strings.ReplaceAll(key, "/", "|")), props)
	// A route that is removed from the code has to leave the API, whatever an
	// aspect for the whole app says of removal.
	resource.AddDeletionOverride(jsii.String("DeletionPolicy"))
	resource.AddDeletionOverride(jsii.String("UpdateReplacePolicy"))
	resource.AddMetadata(jsii.String("scopeway"), map[string]any{"rule": rule.String()})
	return route{key, rule.IsPublic(), target, resource}
}

// cfnApi returns the API's own resource.
func (h *httpApi) cfnApi() awsapigatewayv2.CfnApi {
	return h.api.Node().DefaultChild().(awsapigatewayv2.CfnApi)
}

// stage returns the API's only stage.
func (h *httpApi) stage() awsapigatewayv2.CfnStage {
	return h.api.DefaultStage().Node().DefaultChild().(awsapigatewayv2.CfnStage)
}

// target returns the backend's target, made once for all routes that share it.
func (h *httpApi) target(backend Backend) *string {
	address := backend.address()
	if h.targets[address] == nil {
		h.targets[address] = backend.integrate(h)
	}
	return h.targets[address]
}

// executeArn returns the ARN of what API Gateway calls on behalf of the API.
func (h *httpApi) executeArn(suffix string) *string {
	return awscdk.Stack_Of(h).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("execute-api"),
		Resource:     h.api.ApiId(),
		ResourceName: jsii.String(suffix),
	})
}

// lateText produces a text when the app is synthesised.
type lateText struct{ produce func() *string }

func (l *lateText) Produce() *string { return l.produce() }
