package gateway

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/short"
)

// HttpApi is an API Gateway HTTP API whose every route has a rule. Requests
// are evaluated by one authorizer before any backend is touched.
type HttpApi interface {
	Api
	// Url is the API's address, without a slash at the end: that of the custom
	// domain, if the props name one. Where they close the default endpoint and
	// name no domain, nobody answers there.
	Url() *string
	// Api is the underlying API, for metrics and what Scopeway has no prop for.
	// A route added through it fails the synth.
	Api() awsapigatewayv2.HttpApi
	// AccessLog holds one line for each request, joined with AuditLog by
	// decision_id.
	AccessLog() awslogs.LogGroup
}

// httpApi is an HTTP API, or routes on one that was made elsewhere.
type httpApi struct {
	constructs.Construct
	shape *core

	api                      awsapigatewayv2.IHttpApi
	owned                    awsapigatewayv2.HttpApi    // nil: the API was made elsewhere
	stage                    awsapigatewayv2.IHttpStage // nil: the API was made elsewhere
	element                  awsapigatewayv2.CfnAuthorizer
	l2Authorizer             awsapigatewayv2.IHttpRouteAuthorizer // for routes with an integration of awscdk's
	uri                      *string                              // of the authorizer
	url                      *string                              // of the custom domain
	knownID, knownAuthorizer *string

	routeScope   constructs.Construct
	integrations constructs.Construct
	targets      map[string]httpTarget // by backend's address
	urls         map[string]string     // of backends, by address
	made         []httpRoute
}

// httpRoute is a route's resource and where it leads.
type httpRoute struct {
	*route
	target   *string
	resource awsapigatewayv2.CfnRoute
}

// NewHttpApi makes an HTTP API, its authorizer and its logs.
func NewHttpApi(scope constructs.Construct, id string, props *HttpApiProps) HttpApi {
	h := newHttp()
	c := newCore(h, props, app.Here())
	h.shape = c
	constructs.NewConstruct_Override(h, scope, jsii.String(id))
	c.construct = h
	stage := c.props.stageName(defaultHttpStage)
	h.owned = awsapigatewayv2.NewHttpApi(h, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName:                   jsii.String(short.Text(id, 128)),
		Description:               c.props.description(),
		CreateDefaultStage:        jsii.Bool(stage == defaultHttpStage),
		DisableExecuteApiEndpoint: jsii.Bool(c.props.closesEndpoint()),
		// A route that is added without Scopeway fails the synth. Should that
		// be overruled, the route still gets the authorizer, which denies it.
		DefaultAuthorizer: h.defaultAuthorizer(),
	})
	h.api = h.owned
	h.stage = h.owned.DefaultStage()
	if stage != defaultHttpStage {
		h.stage = h.owned.AddStage(jsii.String("Stage"), &awsapigatewayv2.HttpStageOptions{StageName: jsii.String(stage), AutoDeploy: jsii.Bool(true)})
	}
	if c.props.usesCors() {
		h.cfnApi().SetCorsConfiguration(c.httpCors())
	}
	h.configureStage()
	h.addRest()
	h.addDomain()
	c.register()
	return h
}

// defaultHttpStage is the stage that is not part of the address.
const defaultHttpStage = "$default"

// addRest makes what every HTTP API has beside the API itself, whoever made
// that.
func (h *httpApi) addRest() {
	h.shape.authorizer = newAuthorizer(h.shape)
	h.routeScope = constructs.NewConstruct(h, jsii.String("Routes"))
	h.integrations = constructs.NewConstruct(h, jsii.String("Integrations"))
	h.shape.permissions = constructs.NewConstruct(h, jsii.String("Permissions"))
}

// defaultAuthorizer is the API's authorizer, which is made later.
func (h *httpApi) defaultAuthorizer() awsapigatewayv2.IHttpRouteAuthorizer {
	ours := &lateText{produce: func() *string { return h.element.Ref() }}
	return awsapigatewayv2.HttpAuthorizer_FromHttpAuthorizerAttributes(h, jsii.String("DefaultAuthorizer"), &awsapigatewayv2.HttpAuthorizerAttributes{
		AuthorizerId:   awscdk.Lazy_String(ours, nil),
		AuthorizerType: jsii.String("CUSTOM"),
	})
}

func (h *httpApi) Handle(pattern string, rule access.Rule, backend Backend) {
	h.shape.handle(nil, pattern, rule, backend, app.Here())
}

func (h *httpApi) Group(prefix string, rule access.Rule) Group {
	return h.shape.group(nil, prefix, rule, app.Here())
}

func (h *httpApi) Api() awsapigatewayv2.HttpApi           { return h.owned }
func (h *httpApi) AuthorizerFunction() awslambda.Function { return h.shape.authorizer.function }
func (h *httpApi) AuditLog() awslogs.LogGroup             { return h.shape.authorizer.log }
func (h *httpApi) AccessLog() awslogs.LogGroup            { return h.shape.accessLog }

func (h *httpApi) Url() *string {
	if h.url != nil {
		return h.url
	}
	url := endpoint(h, h.api.ApiId())
	if !h.shape.props.closesEndpoint() {
		url = h.owned.ApiEndpoint()
	}
	if name := h.shape.props.stageName(defaultHttpStage); name != defaultHttpStage {
		url = jsii.String(*url + "/" + name)
	}
	return url
}

func (h *httpApi) core() *core  { return h.shape }
func (h *httpApi) word() string { return "HTTP API" }

// apiID and authorizerID are asked for with every route: awscdk is asked once.
func (h *httpApi) apiID() *string        { return once(&h.knownID, h.api.ApiId) }
func (h *httpApi) authorizerID() *string { return once(&h.knownAuthorizer, h.element.Ref) }

// httpIdentitySources are the cache key: the token and the route that the
// gateway matched, so that an answer never serves another route.
var httpIdentitySources = []string{"$request.header.Authorization", "$context.routeKey"}

// pathSource joins them where a backend reads the path.
const httpPathSource = "$context.path"

func (h *httpApi) identitySources() []string {
	if h.shape.pathInKey {
		return append(httpIdentitySources[:2:2], httpPathSource)
	}
	return httpIdentitySources
}

func (h *httpApi) fileByPath() {
	h.element.SetIdentitySource(jsii.Strings(h.identitySources()...))
}

func (h *httpApi) addAuthorizer(scope constructs.Construct, uri *string) {
	h.uri = uri
	h.element = awsapigatewayv2.NewCfnAuthorizer(scope, jsii.String("Authorizer"), &awsapigatewayv2.CfnAuthorizerProps{
		ApiId:                          h.api.ApiId(),
		Name:                           jsii.String(h.shape.authorizerName()),
		AuthorizerType:                 jsii.String("REQUEST"),
		AuthorizerUri:                  uri,
		AuthorizerPayloadFormatVersion: jsii.String("2.0"),
		EnableSimpleResponses:          true,
		IdentitySource:                 jsii.Strings(h.identitySources()...),
		AuthorizerResultTtlInSeconds:   jsii.Number(h.shape.props.cacheSeconds()),
	})
}

func (h *httpApi) addRoute(r *route) {
	target := r.backend.http(h, r)
	if target.l2 != nil {
		h.addL2Route(r, target.l2)
		return
	}
	props := &awsapigatewayv2.CfnRouteProps{
		ApiId:             h.apiID(),
		RouteKey:          jsii.String(r.key),
		AuthorizationType: jsii.String("CUSTOM"),
		AuthorizerId:      h.authorizerID(),
		Target:            target.ref,
	}
	if r.public() {
		props.AuthorizationType, props.AuthorizerId = jsii.String("NONE"), nil
	}
	h.keep(r, target.ref, awsapigatewayv2.NewCfnRoute(h.routeScope, jsii.String(routeID(r.key)), props))
}

// keep notes a route's resource.
func (h *httpApi) keep(r *route, target *string, resource awsapigatewayv2.CfnRoute) {
	leaveWithCode(resource)
	resource.AddMetadata(jsii.String("scopeway"), map[string]any{"rule": r.rule.String()})
	explainRoute(resource, r.rule)
	h.made = append(h.made, httpRoute{r, target, resource})
}

// routeID is the id of a route's construct. A slash would be read as "--",
// which a path may hold.
func routeID(key string) string { return strings.ReplaceAll(key, "/", "|") }

// leaveWithCode makes a route that is removed from the code leave the API,
// whatever an aspect for the whole app says of removal.
func leaveWithCode(resource awscdk.CfnResource) {
	resource.AddDeletionOverride(jsii.String("DeletionPolicy"))
	resource.AddDeletionOverride(jsii.String("UpdateReplacePolicy"))
}

// cfnApi returns the API's own resource.
func (h *httpApi) cfnApi() awsapigatewayv2.CfnApi {
	return h.owned.Node().DefaultChild().(awsapigatewayv2.CfnApi)
}

// cfnStage returns the API's only stage.
func (h *httpApi) cfnStage() awsapigatewayv2.CfnStage {
	return h.stage.Node().DefaultChild().(awsapigatewayv2.CfnStage)
}

func (h *httpApi) marked() awscdk.CfnResource {
	if h.owned == nil {
		return h.element
	}
	return h.cfnApi()
}

// finish has nothing to do: the stage deploys by itself.
func (h *httpApi) finish(*access.Table) {}

func newHttp() *httpApi {
	return &httpApi{targets: map[string]httpTarget{}, urls: map[string]string{}}
}
