package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// httpTarget is an integration of an HTTP API.
type httpTarget struct {
	ref *string
	// l2 is awscdk's own integration, bound when the route is made.
	l2 awsapigatewayv2.HttpRouteIntegration

	resource awsapigatewayv2.CfnIntegration
	path     string // of the backend's construct, for people
	// want and absent are what the template has to hold.
	want   map[string]any
	absent []string
}

// shared returns the target that routes with one address share, made at the
// first call.
func (h *httpApi) shared(address string, build func() httpTarget) httpTarget {
	target, known := h.targets[address]
	if !known {
		target = build()
		h.targets[address] = target
	}
	return target
}

// newIntegration makes an integration of the API.
func (h *httpApi) newIntegration(id, path string, props *awsapigatewayv2.CfnIntegrationProps, want map[string]any, absent []string) httpTarget {
	props.ApiId = h.apiID()
	want["ApiId"] = h.apiID()
	resource := awsapigatewayv2.NewCfnIntegration(h.integrations, jsii.String(id), props)
	return httpTarget{
		ref:      awscdk.Fn_Join(jsii.String("/"), &[]*string{jsii.String("integrations"), resource.Ref()}),
		resource: resource, path: path, want: want, absent: absent,
	}
}

// addL2Route makes a route with an integration of awscdk's.
func (h *httpApi) addL2Route(r *route, integration awsapigatewayv2.HttpRouteIntegration) {
	authorizer := h.routeAuthorizer()
	if r.public() {
		authorizer = awsapigatewayv2.NewHttpNoneAuthorizer()
	}
	key := awsapigatewayv2.HttpRouteKey_DEFAULT()
	if !r.parsed.IsDefault() {
		key = awsapigatewayv2.HttpRouteKey_With(jsii.String(r.parsed.Path()), awsapigatewayv2.HttpMethod(r.parsed.Method()))
	}
	made := awsapigatewayv2.NewHttpRoute(h.routeScope, jsii.String(routeID(r.key)), &awsapigatewayv2.HttpRouteProps{
		HttpApi:     h.api,
		RouteKey:    key,
		Integration: integration,
		Authorizer:  authorizer,
	})
	h.keep(r, nil, made.Node().DefaultChild().(awsapigatewayv2.CfnRoute))
}

// routeAuthorizer is the API's authorizer as awscdk's routes take it.
func (h *httpApi) routeAuthorizer() awsapigatewayv2.IHttpRouteAuthorizer {
	if h.l2Authorizer == nil {
		h.l2Authorizer = awsapigatewayv2.HttpAuthorizer_FromHttpAuthorizerAttributes(h.routeScope, jsii.String("Authorizer"), &awsapigatewayv2.HttpAuthorizerAttributes{
			AuthorizerId:   h.authorizerID(),
			AuthorizerType: jsii.String("CUSTOM"),
		})
	}
	return h.l2Authorizer
}

// ToHttpIntegration sends a route's requests wherever an integration of
// awscdk's leads, on an HTTP API only. The rule is enforced as everywhere; what
// the backend is told of the caller, and whether a header could be forged, is
// the integration's. One integration serves the routes of one API.
func ToHttpIntegration(integration awsapigatewayv2.HttpRouteIntegration) Backend {
	return &httpEscape{integration}
}

type httpEscape struct {
	integration awsapigatewayv2.HttpRouteIntegration
}

func (e *httpEscape) name(*core) string {
	if e.integration == nil {
		return ""
	}
	return otherBackend(e)
}

func (e *httpEscape) readsPath() bool { return true }

func (e *httpEscape) problems(k kind, r *route) access.Problems {
	if h, ok := k.(*httpApi); ok {
		return e.boundTo(h, r)
	}
	return r.wrongKind("gateway.ToHttpIntegration is for HTTP APIs, write gateway.ToRestIntegration")
}

// boundTo refuses an integration that another API has already: awscdk binds it
// once.
func (e *httpEscape) boundTo(h *httpApi, r *route) access.Problems {
	bound := app.Of(h).Owner(e.integration, h)
	if bound == any(h) {
		return nil
	}
	return access.Problems{{ID: "SharedIntegration", Subject: "route " + quote(r.key), Text: "its integration belongs to another API already, make one for each", Site: r.site}}
}

func (e *httpEscape) http(*httpApi, *route) httpTarget { return httpTarget{l2: e.integration} }
func (e *httpEscape) rest(*restApi, *route) restTarget { return restTarget{} } // refused by problems
